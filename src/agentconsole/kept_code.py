"""One file holds the bytecode of all modules that the first frame needs: two hundred look-ups of files become one.

Python keeps bytecode a file each, and looks for each through the folders, asks for the age of its source, reads and
checks it. Here the window writes down, once it stands, what was imported for its first frame; the next start reads that
at one go. A module counts as kept while its source has the same age and size, as Python itself decides it; any other is
imported as ever, and brings the file up to date.
"""

from __future__ import annotations

import marshal
import os
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER, cache_from_source, spec_from_file_location

TYPE_CHECKING = False  # typing is what this reads
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

    Kept = dict[str, tuple[str, int, int, bool, CodeType]]
    """By name: path of the source, its age (nanoseconds) and size, whether it is a package, the code."""


def kept_at() -> str:
    """Return where the bytecode is kept: beside that of this module."""
    return cache_from_source(os.path.join(os.path.dirname(__file__), "first_frame.py"))


def use_kept_code(path: str | None = None) -> None:
    """Import from now on what is kept at *path* (:func:`kept_at`) from there. Idempotent."""
    if not any(isinstance(finder, KeptCode) for finder in sys.meta_path):
        sys.meta_path.insert(0, KeptCode(path or kept_at()))


def keep_code(names: Sequence[str]) -> None:
    """Keep the code of the modules *names*, which the first frame needed. Reads files: not for the main thread.

    Nothing is written when they are what is kept; an installation that belongs to somebody else stays as it is.
    """
    for finder in sys.meta_path:
        if isinstance(finder, KeptCode) and not sys.dont_write_bytecode:
            finder.keep(names)


class KeptCode:
    """Finds modules whose code is kept in the file *path*; belongs at the front of sys.meta_path."""

    def __init__(self, path: str) -> None:
        self._path = path
        # a copy of the installation, another Python or another path mean other modules by the same names
        self._circumstances = [path, sys.version, sys.prefix, sys.base_prefix, *sys.path]
        self._kept: Kept = {}
        try:
            with open(path, "rb") as file:
                data = file.read()
            if data.startswith(MAGIC_NUMBER):
                circumstances, found = marshal.loads(data[len(MAGIC_NUMBER) :])  # noqa: S302  # as Python does beside it
                if circumstances == self._circumstances:
                    self._kept = found
        except (OSError, ValueError, EOFError, TypeError):
            self._kept = {}

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to import *fullname* from what is kept; None when it is not, or its source is another now."""
        found = self._kept.get(fullname)
        if found is None:
            return None
        source, age, size, is_package, code = found
        try:
            now = os.stat(source)
        except OSError:
            now = None
        if now is None or (now.st_mtime_ns, now.st_size) != (age, size):
            del self._kept[fullname]
            return None
        inner = [os.path.dirname(source)] if is_package else None
        return spec_from_file_location(
            fullname, source, loader=_KeptLoader(fullname, source, code), submodule_search_locations=inner
        )

    def keep(self, names: Sequence[str]) -> None:
        """Keep the code of the modules *names* that were executed from their sources."""
        executed = {name: sys.modules.get(name) for name in names if name != "__main__"}
        sources = {
            name: module.__spec__
            for name, module in executed.items()
            # one that waits to be used is of another type
            if type(module) is type(sys) and isinstance(getattr(module.__spec__, "loader", None), SourceFileLoader)
        }
        if sources.keys() == self._kept.keys():
            return
        kept = {}
        for name, spec in sources.items():
            if spec is None or spec.origin is None or not isinstance(spec.loader, SourceFileLoader):
                continue
            try:
                found = os.stat(spec.origin)
                code = spec.loader.get_code(name)
            except (OSError, ImportError, SyntaxError):
                continue
            if code is not None:
                is_package = spec.submodule_search_locations is not None
                kept[name] = (spec.origin, found.st_mtime_ns, found.st_size, is_package, code)
        fresh = f"{self._path}.{os.getpid()}"
        try:
            with open(fresh, "wb") as file:
                file.write(MAGIC_NUMBER + marshal.dumps((self._circumstances, kept)))
            os.replace(fresh, self._path)
        except OSError:
            return
        self._kept = kept


class _KeptLoader(SourceFileLoader):
    """Loads a module from its source, of which the bytecode is there already."""

    def __init__(self, fullname: str, path: str, code: CodeType) -> None:
        super().__init__(fullname, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002  # there is one
        """Return the bytecode."""
        return self._code
