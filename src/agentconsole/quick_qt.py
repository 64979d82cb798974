"""Imports PySide6 without what its import does at every start and that nothing here needs: half of its time.

Thirteen modules of its own, which know the signatures of all its functions, lie as source in an archive. They are
unpacked and compiled anew each time, with the dozen of the standard library that they import, although only the message
about a wrong argument, help() and inspect ask for a signature. Here the first who asks does that. And
it puts imports of its own in the place of Python's, for "from PySide6.QtCore import *" and for the switches
"snake_case" and "true_property", which read the source of every module that is imported afterwards, to see whether it
concerns PySide6 at all. They stay out for good.
"""

from __future__ import annotations

import builtins
import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

from agentconsole.quick_enums import complete_enums, quicken_enums

_BOOTSTRAP = "signature_bootstrap"
"""PySide6's module that unpacks the others; its library compiles it and asks it for them."""

_MAPPING = "shibokensupport.signature.mapping"
"""The one of them that the library looks up by its name, before anybody asked for a signature."""

_STAND_IN = f"import sys\nbootstrap = sys.modules[{_MAPPING!r}].bootstrap\n"
"""What is compiled in the place of the bootstrap."""


def import_qt() -> None:
    """Import PySide6.QtCore, so that its other modules come without a delay."""
    quicken_enums()
    plain_import = builtins.__import__
    try:
        if "shiboken6" not in sys.modules:
            _import_library()
        import PySide6.QtCore  # noqa: F401  # to have it imported is what is wanted
    finally:
        builtins.__import__ = plain_import


def _import_library() -> None:
    """Import the library beneath PySide6 with a way to its modules instead of the modules."""
    late = _LateModules(builtins.compile)
    builtins.compile = late.compile
    try:
        package = _package_that_needs_no_archive()
        library = import_module("shiboken6.Shiboken")
    finally:
        builtins.compile = late.compile_anew
    vars(package).update((name, value) for name, value in vars(library).items() if not name.startswith("_"))


def _package_that_needs_no_archive() -> ModuleType:
    """Return the package shiboken6 without what it imports for the archive; what else it knows comes when asked for."""
    spec = find_spec("shiboken6")
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("shiboken6, the library beneath PySide6, is not installed", name="shiboken6")
    package, loader = module_from_spec(spec), spec.loader

    def lacking(name: str) -> object:
        if name.startswith("__") and not name.startswith("__version"):
            raise AttributeError(name)
        vars(package).pop("__getattr__", None)
        loader.exec_module(package)
        return getattr(package, name)

    vars(package)["__getattr__"] = lacking
    sys.modules["shiboken6"] = package
    return package


class _LateModules:
    """Stands for PySide6's modules of signatures until one is asked for. It lives as long as the library."""

    def __init__(self, compile_anew: Any) -> None:
        self.compile_anew = compile_anew
        self._bootstrap = b""
        self._loader: Any = None
        # the library keeps a pointer to its names: this module stays even when the real one has come
        self._mapping = ModuleType(_MAPPING)
        vars(self._mapping).update(bootstrap=lambda: self, update_mapping=self._update_mapping)

    def compile(self, source: Any, filename: Any, mode: str, *rest: Any, **more: Any) -> Any:
        """Compile like Python; in the place of PySide6's bootstrap, one that hands out this object."""
        if filename != f"{_BOOTSTRAP}.py":
            return self.compile_anew(source, filename, mode, *rest, **more)
        self._bootstrap = source
        sys.modules[_MAPPING] = self._mapping
        # said by one of the modules, asked by the library: enums are Python's
        vars(sys)["pyside6_option_python_enum"] = True
        return self.compile_anew(_STAND_IN, filename, mode)

    # What the library takes from its loader, to call it later

    def finish_import(self, module: ModuleType) -> None:
        """A module of PySide6 was imported: this version mends nothing in any (tests/architecture holds it to that)."""

    def post_init(self) -> None:
        """The library is ready: PySide6's modules would replace Python's import now."""

    def pyside_type_init(self, *asked: Any) -> Any:
        return self._real.pyside_type_init(*asked)

    def create_signature(self, *asked: Any) -> Any:
        return self._real.create_signature(*asked)

    def seterror_argument(self, *asked: Any) -> Any:
        return self._real.seterror_argument(*asked)

    def make_helptext(self, *asked: Any) -> Any:
        return self._real.make_helptext(*asked)

    def feature_import(self, *asked: Any) -> Any:
        return self._real.feature_import(*asked)

    def feature_imported(self, *asked: Any) -> Any:
        return self._real.feature_imported(*asked)

    @property
    def _real(self) -> Any:
        """PySide6's own loader, which has imported all the others."""
        if self._loader is None:
            # they know enums by Python's own kind
            complete_enums()
            # in the module in which the library has left the archive for it
            names = vars(sys.modules[_BOOTSTRAP])
            exec(self.compile_anew(self._bootstrap, f"{_BOOTSTRAP}.py", "exec"), names)  # noqa: S102  # PySide6's own
            self._loader = names["bootstrap"]()
        return self._loader

    def _update_mapping(self) -> None:
        """Let the names in which the library looks for a class be those of PySide6's module, as it has them now."""
        assert self._real is not None
        mapping = sys.modules[_MAPPING]
        mapping.update_mapping()
        own = ("__name__", "update_mapping")
        vars(self._mapping).update((name, value) for name, value in vars(mapping).items() if name not in own)
