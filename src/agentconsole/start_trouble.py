"""When the console can't start: glue between what failed and the window that says what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from agentconsole.one_window import AlreadyOpen
from agentconsole.platform.home import Home
from agentconsole.services.profiles import DamagedProfiles, Profiles
from agentconsole.store.errors import (
    CorruptDatabase,
    DatabaseBusy,
    DiskFull,
    KeyMissing,
    NewerSchema,
    ReadOnlyDisk,
    StoreError,
    WrongKey,
)

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from agentconsole.gui.start_trouble import StartTrouble

Cause = StoreError | DamagedProfiles | OSError | AlreadyOpen
"""What the window can explain; everything else is a bug of ours."""

_KEPT = "Tickets, drafts and changes that were not sent yet are where they were."
_CANT_KEEP = (
    "Every reply and draft is kept on this computer before it is sent. The console does not start where it could not "
    f"keep them. {_KEPT}"
)
_LOCKED = (
    "What is kept on this computer is encrypted, and this is not the key to it. The tickets are safe at the help desk. "
    "Drafts and changes that were not sent yet can be read again with the right key only; nothing is deleted."
)
_MEANINGS: dict[type[Exception], str] = {
    NewerSchema: f"{_KEPT} This version does not know how to read them, so it has not touched them.",
    ReadOnlyDisk: _CANT_KEEP,
    DiskFull: _CANT_KEEP,
    CorruptDatabase: (
        "The tickets are safe at the help desk and can be fetched anew. Drafts and changes that were not sent yet are "
        "saved first, from this file and from the second copy beside it. The damaged file is kept under another name."
    ),
    KeyMissing: _LOCKED,
    WrongKey: _LOCKED,
    DatabaseBusy: f"{_KEPT} They can be opened as soon as the other program lets go of the file.",
}
_ADVICE: dict[type[Exception], str] = {
    CorruptDatabase: (
        "Repair it: the console saves what was not sent, starts with a new file and fetches the tickets. It tells you "
        "what was saved."
    ),
}
_ASIDE: dict[type[Exception], str] = {
    CorruptDatabase: "Save what was not sent, and fetch anew",
    KeyMissing: "Set the locked file aside, and fetch anew",
    WrongKey: "Set the locked file aside, and fetch anew",
}
"""What the agent may have done about it."""


async def solve(
    app: QApplication,
    error: Cause,
    home: Home,
    profiles: Profiles,
    database: Path,
    rebuild: Callable[[], object] | None = None,
) -> bool:
    """Show what *error* means and what can be done about it; return whether to try again.

    What the agent lets be set aside has been renamed by then. *database* is the store that was to be opened, *rebuild*
    what sets it aside and saves what was not sent.
    """
    shown = error
    while (choice := await _ask(app, explained(shown, home, database))) == "aside":
        try:
            if isinstance(error, DamagedProfiles):
                profiles.set_aside()
            elif rebuild is not None:
                await asyncio.to_thread(rebuild)
        except (OSError, StoreError) as failed:
            shown = failed
        else:
            return True
    return choice == "again"


def explained(error: Cause, home: Home, database: Path) -> StartTrouble:
    """Return *error* in words for the agent."""
    from agentconsole.gui.start_trouble import StartTrouble

    if isinstance(error, OSError):
        return StartTrouble(
            title="The console can't use its folder",
            meaning=f"The system says: {error.strerror or type(error).__name__}. {_CANT_KEEP}",
            advice="Check that the folder belongs to you and that its disk is there and has room, then try again.",
            place=Path(str(error.filename)) if error.filename else home.root,
        )
    if isinstance(error, DamagedProfiles):
        return StartTrouble(
            title=error.title,
            meaning=f"{_KEPT} But the console can't tell any more which help desks they belong to.",
            advice="Set the file aside and connect your help desk again; under its old name everything is found again.",
            place=home.profiles_file,
            aside="Set the file aside and connect again",
        )
    kind = type(error)
    return StartTrouble(
        title=kind.title,
        meaning=_MEANINGS.get(kind, _KEPT),
        advice=_ADVICE.get(kind, kind.advice),
        place=database,
        aside=_ASIDE.get(kind, ""),
    )


async def _ask(app: QApplication, trouble: StartTrouble) -> str:
    from agentconsole.gui.icons import IconSet
    from agentconsole.gui.start_trouble import StartTroubleWindow
    from agentconsole.gui.theming import Theming

    theming = Theming(app)
    theming.apply()
    window = StartTroubleWindow(theming, IconSet(theming), trouble)
    chosen: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    window.finished.connect(chosen.set_result)
    window.show()
    try:
        return await chosen
    finally:
        window.hide()
        window.deleteLater()
