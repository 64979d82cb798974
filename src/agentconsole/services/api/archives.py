"""Exports of a profile, and archives that are opened here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec


class ExportProgress(msgspec.Struct, frozen=True):
    """How far an export is: ``doing`` is what is written now, ``done`` of ``total`` of them."""

    doing: str
    done: int
    total: int


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What an export has written: ``counts`` are the manifest's.

    ``unsent`` changes are not in it. ``why_missing`` is the reason of the first file that could not be had.
    """

    path: Path
    desk: str
    counts: dict[str, int]
    sealed: bool
    unsent: int = 0
    fetched: int = 0
    why_missing: str = ""


class ExportChoice(msgspec.Struct, frozen=True, kw_only=True):
    """What to write where: a folder, or one file when ``path`` ends in .zip or there is a passphrase.

    ``files``: with attachments; ``fetch``: also those that are not on this computer yet.
    """

    path: Path
    passphrase: str | None = None
    overwrite: bool = False
    files: bool = True
    fetch: bool = True

    @property
    def is_one_file(self) -> bool:
        return self.passphrase is not None or self.path.suffix.casefold() == ".zip"


class ExportStopped(Exception):
    """Somebody stopped the export."""

    title = "The export was stopped"

    def __init__(self, *, goes_on: bool) -> None:
        super().__init__()
        self.goes_on = goes_on

    @property
    def advice(self) -> str:
        if self.goes_on:
            return "What was written stays; export to the same folder again to go on."
        return "Nothing was left behind."


class ArchiveOpened(msgspec.Struct, frozen=True, kw_only=True):
    """An archive that is a profile now. ``counts`` are of its tickets, comments and attachments that are here.

    ``problems`` say what of it could not be read.
    """

    profile: str
    desk: str
    counts: dict[str, int]
    problems: tuple[str, ...] = ()


class ArchiveStopped(Exception):
    """Somebody stopped bringing an archive in."""

    title = "The archive was not opened"
    advice = "Open it again to go on."


class Archives(Protocol):
    """Archives that are opened on this computer, each in a profile of its own."""

    async def open(
        self, path: Path, passphrase: str, tell: Callable[[ExportProgress], object], stopped: Callable[[], bool]
    ) -> ArchiveOpened:
        """Bring the archive at *path* in; *passphrase* counts for a sealed one. *tell* is called in the caller's loop.

        Raises ArchiveStopped, or an error with ``title`` and ``advice``.
        """
        ...

    def show(self, profile: str) -> None:
        """Open a window on *profile*, beside this one."""
        ...


class Exports(Protocol):
    """Exports of the open profile."""

    async def export(
        self, choice: ExportChoice, tell: Callable[[ExportProgress], object], stopped: Callable[[], bool]
    ) -> Exported:
        """Write everything that is kept here; *tell* is called in the caller's loop, *stopped* is asked all the time.

        Raises ExportStopped, or an error with ``title`` and ``advice`` when it can't be written.
        """
        ...
