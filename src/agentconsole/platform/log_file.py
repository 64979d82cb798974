"""The log of the window: a few files of limited size, without anybody's words in it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from agentconsole.platform.crash import DiscreetFormatter

_LOG_BYTES = 1024 * 1024


class _LogFile(RotatingFileHandler):
    """A log file that a full disk can't turn into complaints on the terminal: what it can't keep is not kept."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the library's name
        """Let the record go."""


@contextmanager
def logging_to(folder: Path, early: Iterable[logging.LogRecord] = ()) -> Iterator[None]:
    """Keep the log in files of a limited size; it holds no text of tickets and no secrets.

    *early* is what was logged before. Where nothing can be written there is no log: that must not be why the agent
    can't see what is wrong.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = _LogFile(folder / "agentconsole.log", maxBytes=_LOG_BYTES, backupCount=3, encoding="utf-8")
    except OSError:
        yield
        return
    file.setFormatter(DiscreetFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    ours = logging.getLogger("agentconsole")
    ours.addHandler(file)
    ours.setLevel(logging.INFO)
    for record in early:
        file.handle(record)
    try:
        yield
    finally:
        ours.removeHandler(file)
        with suppress(OSError):
            file.close()
