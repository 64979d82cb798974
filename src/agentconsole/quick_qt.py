"""Imports PySide6 without two things that it does at every start and that nothing here needs.

It carries thirteen modules of its own as source in an archive and compiles them anew each time: twenty milliseconds, a
sixth of what an empty window takes. Python keeps the bytecode of all else that it imports; this keeps theirs, in the
same place and under the same conditions. And it puts an import of its own in the place of Python's, for its switches
"snake_case" and "true_property": of every module that is imported afterwards it reads the source, to see whether it
concerns PySide6 at all.
"""

from __future__ import annotations

import builtins
import marshal
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from types import CodeType
from typing import Any

from agentconsole import _gen

_THEIRS = "shibokensupport/"
"""How the names of the modules in the archive begin."""


def kept_at() -> Path:
    """Return where the bytecode is kept: beside that of our own generated modules."""
    return Path(cache_from_source(str(Path(_gen.__path__[0]) / "shibokensupport.py")))


def import_qt(kept: Path | None = None) -> None:
    """Import PySide6.QtCore, so that its other modules come without a delay; *kept* instead of :func:`kept_at`."""
    plain_import = builtins.__import__
    try:
        with _bytecode(kept or kept_at()):
            import PySide6.QtCore  # noqa: F401  # to have it imported is what is wanted
    finally:
        builtins.__import__ = plain_import


@contextmanager
def _bytecode(kept: Path) -> Iterator[None]:
    """Answer ``compile`` for PySide6's own modules from the file *kept*; what was missing there is added."""
    known = _read(kept)
    before = len(known)
    compile_anew = builtins.compile

    def compile_once(source: Any, filename: Any, mode: str, *rest: Any, **more: Any) -> Any:
        if not (isinstance(source, bytes) and isinstance(filename, str) and filename.startswith(_THEIRS)):
            return compile_anew(source, filename, mode, *rest, **more)
        # by what it says, not by the version: an upgrade of PySide6 changes some of them
        name = f"{filename} {len(source)} {zlib.crc32(source)}"
        if name not in known:
            known[name] = compile_anew(source, filename, mode, *rest, **more)
        return known[name]

    builtins.compile = compile_once
    try:
        yield
    finally:
        builtins.compile = compile_anew
    if len(known) > before and not sys.dont_write_bytecode:
        _write(kept, known)


def _read(kept: Path) -> dict[str, CodeType]:
    """Return what is kept by another start of this Python, nothing where that can't be read."""
    with suppress(OSError, ValueError, EOFError, TypeError):
        data = kept.read_bytes()
        if data.startswith(MAGIC_NUMBER):
            known = marshal.loads(data[len(MAGIC_NUMBER) :])  # noqa: S302  # as Python itself does beside it
            if isinstance(known, dict):
                return known
    return {}


def _write(kept: Path, known: dict[str, CodeType]) -> None:
    # an installation that belongs to somebody else can't be written: it compiles each time, as without us
    with suppress(OSError):
        kept.parent.mkdir(exist_ok=True)
        fresh = kept.with_name(f"{kept.name}.{os.getpid()}")
        fresh.write_bytes(MAGIC_NUMBER + marshal.dumps(known))
        fresh.replace(kept)
