"""Closing the window never drops words in silence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from agentconsole.gui.tasks import Tasks

SAVING_S = 3.0
"""How long the disk may take over a draft before the agent is asked."""


async def may_leave(tasks: Tasks, holds_unsaved: Callable[[], bool], window: QWidget) -> bool:
    """Wait for what is being saved; when words are left that can't be, ask. Return whether to close."""
    if holds_unsaved():
        await tasks.settled(within=SAVING_S)
    if not holds_unsaved():
        return True
    box = QMessageBox(window)
    box.setObjectName("leavingQuestion")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("Draft not saved")
    box.setText("What you wrote could not be saved.")
    box.setInformativeText(
        "The disk is full or can't be written, so closing now would lose the text. Keep the window open, then free "
        "some space or copy the text to another place. The console saves it as soon as it can."
    )
    stay = box.addButton("Keep open", QMessageBox.ButtonRole.RejectRole)
    leave = box.addButton("Close without saving", QMessageBox.ButtonRole.DestructiveRole)
    stay.setObjectName("stayButton")
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    box.finished.connect(lambda _code: answer.set_result(box.clickedButton() is leave))
    box.open()
    return await answer
