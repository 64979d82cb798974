"""Modules that many import and few use are executed when something of them is first asked for, not before.

The first frame waits for every module that is imported until then. Much of the standard library is imported by the way:
for a function that is called at the end, for an annotation, because one of three readers of a format is brought along.
An import of those names costs a look at the disk here; whoever reads an attribute pays for the rest.

This is what :class:`importlib.util.LazyLoader` does; that of Python 3.11 hands out half a module to a second thread.
"""

from __future__ import annotations

import sys
from _thread import RLock

from agentconsole.quick_imports import import_quickly

TYPE_CHECKING = False  # typing is what the program begins by leaving out
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from types import ModuleType


_LATE = frozenset(
    (
        *("argparse", "ast", "asyncio", "base64", "copy", "dis", "getpass", "gettext", "hashlib", "hmac", "inspect"),
        *("ipaddress", "json", "linecache", "logging.handlers", "pickle", "platform", "random", "secrets", "shutil"),
        *("socket", "ssl", "subprocess", "tempfile", "textwrap", "traceback", "urllib.parse", "uuid", "zoneinfo"),
        *("platformdirs", "msgspec.inspect", "msgspec.toml", "msgspec.yaml", "msgspec._json_schema"),
    )
)
"""All of them are imported whole ("import x") by somebody before the first frame, and used by nobody until then."""


_WAITING = "__waiting__"
"""Under which name a module knows that it is not executed yet."""

_ASKED_BY_IMPORTS = frozenset(
    ("__class__", "__dict__", "__file__", "__loader__", "__name__", "__package__", "__path__", "__spec__")
)
"""What the import system asks of every module; that is no use of it."""

_Module: type[ModuleType] = type(sys)


def import_late() -> None:
    """From now on import :data:`_LATE` late. Idempotent; to be called before anything else is imported."""
    if any(isinstance(finder, LateImports) for finder in sys.meta_path):
        return
    import_quickly("agentconsole")
    sys.meta_path.insert(0, LateImports(_LATE))
    # of the first it takes what Python has itself since 3.11; uuid asks the other, which compiles a dozen patterns for
    # it, whether this is Linux
    stand_in = _Module("platform")
    vars(stand_in)["system"] = lambda: {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}.get(sys.platform, "")
    _import_alone("msgspec", {"typing_extensions": None, "platform": stand_in})
    if sys.platform != "win32":
        # asked for six times, each time in every folder of modules
        _import_alone("ntpath", {"nt": None, "_winapi": None})


def _import_alone(name: str, instead: dict[str, ModuleType | None]) -> None:
    """Import *name* without what it does not need of the modules that it names; *instead* is what it gets for them."""
    from importlib import import_module

    before = {each: sys.modules.get(each) for each in instead}
    sys.modules.update(instead)  # type: ignore[arg-type]  # None is how one says that there is no such module
    try:
        import_module(name)
    finally:
        for each, module in before.items():
            if module is None:
                del sys.modules[each]
            else:
                sys.modules[each] = module


class LateImports:
    """Finds the modules *names* as others would, and lets their loaders wait. Belongs at the front of sys.meta_path."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to import *fullname* later; None for what is none of our names."""
        if fullname not in self._names:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _LateLoader(spec.loader)  # type: ignore[assignment]  # its base costs an import
                return spec
        return None


class _LateLoader:
    """Leaves a module as it is, to be executed when something of it is asked for."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader
        vars(module)[_WAITING] = _Waiting(self._loader)
        module.__class__ = _LateModule


class _Waiting:
    """How a module is executed that waits for it."""

    def __init__(self, loader: Loader) -> None:
        self.lock = RLock()
        self._loader = loader
        self._is_begun = False

    def execute(self, module: ModuleType) -> None:
        """Execute *module*, unless it is under way: then it is the module that asks itself."""
        if self._is_begun:
            return
        self._is_begun = True
        try:
            self._loader.exec_module(module)
        except BaseException:
            self._is_begun = False
            raise
        module.__class__ = _Module


class _LateModule(_Module):  # type: ignore[valid-type,misc]  # types, which has its name, is an import
    """A module that was found and is not executed yet."""

    def __getattribute__(self, name: str) -> object:
        """Return the attribute of the module, executed if need be; a second thread waits until it is."""
        if name not in _ASKED_BY_IMPORTS:
            waiting: _Waiting = object.__getattribute__(self, "__dict__")[_WAITING]
            with waiting.lock:
                waiting.execute(self)
        # it may be a plain module by now
        return _Module.__getattribute__(self, name)
