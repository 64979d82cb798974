"""Our own bugs: what happened is kept in a file that a person can send, without anybody's data in it."""

from __future__ import annotations

import logging
import platform
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from agentconsole import __version__
from agentconsole.platform.files import write_atomically

log = logging.getLogger(__name__)

_KEPT = 20


class CrashReports:
    """Writes a report for every error that nobody caught, and goes on.

    A report has versions, the kind of the error and the lines of code it came through: no values and no message of the
    error, because either may hold a ticket's text.
    """

    def __init__(self, folder: Path, tell: Callable[[Path], None] | None = None) -> None:
        self._folder = folder
        self._tell = tell

    def install(self) -> None:
        """Report what nobody catches, from now on."""
        sys.excepthook = self.report

    def report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Write one report and show the error on standard error too, for whoever started the program there."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        traceback.print_exception(kind, error, trace)
        path = self._folder / f"crash-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}.txt"
        try:
            write_atomically(path, self._text(kind, trace).encode())
            for old in sorted(self._folder.glob("crash-*.txt"))[:-_KEPT]:
                old.unlink(missing_ok=True)
        except OSError as failed:
            log.warning("the crash report could not be written: %s", failed.strerror)
            return
        if self._tell is not None:
            self._tell(path)

    def _text(self, kind: type[BaseException], trace: TracebackType | None) -> str:
        about = f"agentconsole {__version__}, Python {platform.python_version()}, {platform.platform()}"
        return "\n".join((about, *_lines(kind, trace))) + "\n"


class DiscreetFormatter(logging.Formatter):
    """Writes of an error what it is and where it was, like a crash report: its message may hold somebody's words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return *record* as a line; what another handler has made of its error is not taken over."""
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatException(  # noqa: N802  # the library's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return the error of *ei* and those that led to it."""
        lines: list[str] = []
        error, seen = ei[1], set[int]()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            lines += _lines(type(error), error.__traceback__)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


def _lines(kind: type[BaseException], trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [
        f"{kind.__module__}.{kind.__qualname__}",
        *(f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}: {frame.line}" for frame in frames),
    ]
