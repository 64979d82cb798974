"""A window process of its own in which an agent types until somebody ends it: the victim of a test, not a test.

``python -m tests.e2e.typing_window HOME FILE``: opens the profile ``desk``, writes a note with a file and a status, and
then types on. Prints "paused" once all that is saved, then each further letter as it is typed.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from agentconsole.app import _with_loop
from agentconsole.domain.query import QueueQuery
from agentconsole.gui.panes.ticket.composer import Composer
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.profiles import Profiles
from agentconsole.session import Session
from tests.support.desktop import control

BEGUN = "The courier says it was left with the neighbour."
STEPS_BACK = 11
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PACE = 0.02
"""Seconds between two letters: somebody who types very fast."""


async def type_on(session: Session, file: Path) -> None:
    """Write, pause until it is saved, and type on for ever."""
    ticket = session.workspace.queue.first_ids(QueueQuery(view="all-open"), 1)[0]
    session.window.open_ticket(ticket)
    session.context.actions.trigger("ticket.note")
    editor, composer = control(session, "replyEditor"), control(session, "composer")
    assert isinstance(editor, QPlainTextEdit)
    assert isinstance(composer, Composer)
    QTest.keyClicks(editor, BEGUN)
    composer.attach([file])
    composer.pending.add({"status": "pending"}, ("courier",), ())
    composer.pending.changed.emit()
    for _ in range(STEPS_BACK):
        QTest.keyClick(editor, Qt.Key.Key_Left)

    def saved() -> bool:
        draft = session.workspace.drafts.draft(ticket, public=False)
        there = draft is not None and (draft.body, draft.cursor) == (BEGUN, len(BEGUN) - STEPS_BACK)
        return there and draft is not None and bool(draft.along.files and draft.along.files[0].key)

    while not saved():  # noqa: ASYNC110  # the caret of a draft is no news to anybody
        await asyncio.sleep(PACE)
    print("paused", flush=True)
    number = 0
    while True:
        letter = LETTERS[number % len(LETTERS)]
        QTest.keyClicks(editor, letter)
        print(letter, flush=True)
        number += 1
        await asyncio.sleep(PACE)


def main(folder: str, file: str) -> None:
    """Open the window on the home *folder*."""
    home = Home(Path(folder), explicit=True)
    profiles = Profiles(home, open_keychain(home))

    async def run(app: QApplication) -> None:
        session = Session(app, home, profiles, profiles.get("desk"), 0.0)
        await session.first_paint()
        await type_on(session, Path(file))

    _with_loop(home, run)


if __name__ == "__main__":
    main(*sys.argv[1:])
