"""Has the libraries of Qt loaded on another core while Python imports what the window is made of.

A sixth of a start is the system's loader bringing nine libraries into memory and putting addresses in order. Python
imports nothing meanwhile, because the import of a compiled module holds the interpreter. A thread that asks the loader
itself does not hold it; when the modules are imported, their libraries are there. What can't be loaded so (another
system, a packaged program with its libraries elsewhere) is loaded by its import as ever. The same thread has the
system's fonts listed, for which Qt would stop in the middle of building the window.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

_LIBRARIES = (
    "Qt/lib/libQt6Core.so.6",
    "QtCore.abi3.so",
    "Qt/lib/libQt6Gui.so.6",
    "QtGui.abi3.so",
    "Qt/lib/libQt6Widgets.so.6",
    "QtWidgets.abi3.so",
)
"""Below the folder of PySide6; one after the other, so that others get at the loader in between."""

_BEFORE = ("fcntl", "array", "unicodedata", "_ctypes", "_heapq", "_queue", "_hashlib", "_blake2", "sqlcipher3")
"""Compiled modules that are needed before Qt: their import would wait for the loader, and hold the interpreter."""

_FONTS = "libfontconfig.so.1"
"""Qt asks it for the system's fonts when the first words are measured; then it reads a hundred files."""

_LAZILY = 1
"""As Python loads modules: names of functions are looked up when they are first called."""


def load_ahead() -> None:
    """Begin to load; returns once all else that needs the loader is there."""
    if sys.platform != "linux":
        return
    found = find_spec("PySide6")
    if found is None or not found.submodule_search_locations:
        return
    for name in _BEFORE:
        with suppress(ImportError):
            import_module(name)
    Thread(target=_load, args=(Path(found.submodule_search_locations[0]),), name="loader", daemon=True).start()


def _load(folder: Path) -> None:
    # ctypes itself makes two dozen types for which this thread would keep the other waiting
    import _ctypes

    class Call(_ctypes.CFuncPtr):
        """A function of C; the interpreter is free while it runs."""

        _flags_ = _ctypes.FUNCFLAG_CDECL

    load = Call(_ctypes.dlsym(_ctypes.dlopen(None, 0), "dlopen"))  # type: ignore[arg-type]  # None is this program
    for library in _LIBRARIES:
        load(bytes(folder / library), _LAZILY)
    with suppress(OSError):  # a system without it, or with another one
        # Qt calls the same: it finds it done, or both list them and one list is kept
        Call(_ctypes.dlsym(_ctypes.dlopen(_FONTS, _LAZILY), "FcInit"))()
