"""Finds the modules of this package where they are, without asking anywhere else first.

Python looks for each module among its own, then in the listing of its folder for each of six endings; and before it
takes the bytecode it asks the disk again for what finding has told. Of a start with a hundred and fifty modules that is
a twentieth. Here one look at the source says that it is there, how old and how large. The bytecode beside it is taken
if it was made of such a source, which is what Python asks of it too. All else is left to Python: what has changed is
compiled, and what is not found here (a packaged program, a module in an archive) is looked for by the others.
"""

from __future__ import annotations

import marshal
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER, SourceFileLoader
from io import FileIO

TYPE_CHECKING = False  # typing is what the program begins by leaving out
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType


def import_quickly(package: str) -> None:
    """From now on find the modules of *package*, which is imported, quickly. Idempotent."""
    is_source = type(sys.modules[package].__loader__) is SourceFileLoader
    if is_source and sys.pycache_prefix is None and not any(isinstance(one, OwnModules) for one in sys.meta_path):
        sys.meta_path.insert(0, OwnModules(package))


class OwnModules:
    """Finds the modules below *package*. Belongs at the front of sys.meta_path."""

    def __init__(self, package: str) -> None:
        self._beginning = f"{package}."
        level = sys.flags.optimize
        self._ending = f".{sys.implementation.cache_tag}{f'.opt-{level}' if level else ''}.pyc"

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where the source of *fullname* is; None for what is not ours, or has no source here."""
        if not path or not fullname.startswith(self._beginning):
            return None
        name = fullname.rpartition(".")[2]
        folder, inside = path[0], f"{path[0]}{os.sep}{name}"
        source, is_package = f"{inside}.py", False
        try:
            seen = os.stat(source)
        except OSError:
            folder, name, source, is_package = inside, "__init__", f"{inside}{os.sep}__init__.py", True
            try:
                seen = os.stat(source)
            except OSError:
                return None
        spec = ModuleSpec(fullname, _OwnLoader(fullname, source, seen), origin=source, is_package=is_package)
        spec.has_location = True
        spec.cached = f"{folder}{os.sep}__pycache__{os.sep}{name}{self._ending}"
        if is_package:
            spec.submodule_search_locations = [inside]
        return spec


class _OwnLoader(SourceFileLoader):
    """Loads a source that was just *seen*."""

    def __init__(self, fullname: str, source: str, seen: os.stat_result) -> None:
        super().__init__(fullname, source)
        self._seen = seen

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module: its bytecode where that is of the source that was seen, else what Python makes of it."""
        assert module.__spec__ is not None
        code = self._ready_code(module.__spec__.cached)
        if code is None:
            super().exec_module(module)
        else:
            exec(code, vars(module))  # noqa: S102  # this is how a module is executed

    def _ready_code(self, cached: str | None) -> CodeType | None:
        age_and_size = b"".join(
            (number & 0xFFFFFFFF).to_bytes(4, "little") for number in (int(self._seen.st_mtime), self._seen.st_size)
        )
        if cached is None:
            return None
        try:
            with FileIO(cached) as file:
                data = file.read()
        except OSError:
            return None
        if data[:16] != MAGIC_NUMBER + bytes(4) + age_and_size:
            return None
        try:
            code: CodeType = marshal.loads(memoryview(data)[16:])  # noqa: S302  # as Python trusts it
        except (EOFError, ValueError, TypeError):
            return None
        # a folder that was moved with its bytecode: Python puts the new place into all of it
        return code if code.co_filename == self.path else None
