"""Asks under which name a search is kept."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

_TITLE_AT_MOST = 40


def ask_title(parent: QWidget, text: str, save: Callable[[str, str], object]) -> None:
    """Ask for a name of the query *text* and call *save* with both; nothing happens for an empty query."""
    if not text:
        return
    # a dialog's type costs milliseconds to make; the window should not wait for it
    from agentconsole.gui.dialogs.line_question import LineQuestion

    why = f"The search “{text}” gets a place among your views, under this name."
    dialog = LineQuestion("Save as a view", why, "Save view", parent, text[:_TITLE_AT_MOST])
    dialog.setObjectName("queueSaveDialog")
    dialog.answered.connect(lambda title: save(title, text))
    dialog.open()
