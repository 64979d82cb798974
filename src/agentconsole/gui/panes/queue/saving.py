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
    from PySide6.QtWidgets import QInputDialog

    dialog = QInputDialog(parent)
    dialog.setObjectName("queueSaveDialog")
    dialog.setWindowTitle("Save as a view")
    dialog.setLabelText(f"Name for “{text}”")
    dialog.setOkButtonText("Save view")
    dialog.setTextValue(text[:_TITLE_AT_MOST])
    dialog.textValueSelected.connect(lambda title: save(title, text))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
