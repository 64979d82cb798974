"""Asks before a profile is wiped: what goes, what is kept, and its name as a sign that it is meant."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.plain_label import plain_label


class WipeQuestion(QDialog):
    """The last step before nothing can be read any more.

    Signals:
        confirmed: The agent typed the profile's name and means it.
    """

    confirmed = Signal()
    WIDTH = 480

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wipeQuestion")
        self.setWindowTitle("Wipe this profile")
        self.setFixedWidth(self.WIDTH)
        self._name = context.workspace.profile.name
        waiting = context.workspace.sync.status().waiting
        drafts = len(context.workspace.drafts.all_drafts())
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(8)
        column.addWidget(plain_label(self, f"Wipe {self._name} from this computer", "title"))
        column.addWidget(
            plain_label(
                self,
                "Its tickets, attachments, drafts, token and keys are removed, the key first, so that nothing can be "
                "read again. Nothing at the help desk changes.",
                "muted",
            )
        )
        kept = plain_label(self, _kept_words(waiting, drafts), "")
        kept.setObjectName("wipeKept")
        column.addWidget(kept)
        column.addSpacing(4)
        self._typed = QLineEdit(self)
        self._typed.setObjectName("wipeName")
        self._typed.setAccessibleName(f"Type {self._name} to confirm")
        self._typed.textChanged.connect(self._show_ready)
        caption = QLabel(f"&Type {self._name} to confirm", self)
        caption.setBuddy(self._typed)
        caption.setProperty("look", "section")
        column.addWidget(caption)
        column.addWidget(self._typed)
        column.addSpacing(8)
        cancel = QPushButton("Keep it", self)
        cancel.setObjectName("wipeCancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self._go = QPushButton("Wipe profile", self)
        self._go.setObjectName("wipeGo")
        self._go.setProperty("look", "danger")
        self._go.setDefault(True)
        self._go.clicked.connect(self._confirm)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._go)
        column.addLayout(buttons)
        self._show_ready()
        self._typed.setFocus()

    def _confirm(self) -> None:
        if self._go.isEnabled():
            self.confirmed.emit()
            self.accept()

    def _show_ready(self) -> None:
        self._go.setEnabled(self._typed.text().strip() == self._name)


def _kept_words(waiting: int, drafts: int) -> str:
    """Say what becomes of unsent work."""
    if not waiting and not drafts:
        return "Everything you wrote is at the help desk: there is nothing unsent to keep."
    parts = [
        f"{count:,} {one if count == 1 else many}"
        for count, one, many in ((waiting, "unsent change", "unsent changes"), (drafts, "draft", "drafts"))
        if count
    ]
    return f"{' and '.join(parts)} will be saved first, in an encrypted file that you can open later."
