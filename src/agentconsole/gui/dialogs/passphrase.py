"""Asks for a passphrase to be set, changed or removed."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from agentconsole.gui.plain_label import plain_label
from agentconsole.gui.secret_field import SecretField
from agentconsole.gui.tasks import Tasks, trouble_of
from agentconsole.services.api.custody import Custody

What = Literal["set", "change", "remove", "first"]
"""What is to happen; "first": the computer offers no keychain, so that there must be one."""

_LEAST = 8
_GOOD = 16

_TITLES: dict[What, str] = {
    "set": "Set a passphrase",
    "change": "Change the passphrase",
    "remove": "Remove the passphrase",
    "first": "Choose a passphrase",
}
_TEXTS: dict[What, str] = {
    "set": "It seals the tokens and the keys of your tickets on this computer. The console asks for it when it starts "
    "and after it was locked.",
    "change": "Nothing is encrypted anew: the new passphrase opens what the old one did.",
    "remove": "Tokens and keys go back to your session's keychain, or to a file that only you can read.",
    "first": "This computer offers no keychain, so your passphrase seals the tokens and the keys of your tickets. "
    "The console asks for it when it starts.",
}
_DONE: dict[What, str] = {
    "set": "Set passphrase",
    "change": "Change passphrase",
    "remove": "Remove passphrase",
    "first": "Set passphrase",
}
_WARNING = (
    "Nobody can bring a forgotten passphrase back. Tickets can be fetched anew; drafts and changes that were not sent "
    "would be lost."
)


class PassphraseDialog(QDialog):
    """One of the four, with what it means.

    Signals:
        finished_well: It is done, "set", "change", "remove" or "first".
    """

    finished_well = Signal(str)
    WIDTH = 460

    def __init__(self, custody: Custody, tasks: Tasks, what: What, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._custody, self._tasks, self._what = custody, tasks, what
        self._is_busy = False
        self.setObjectName("passphraseDialog")
        self.setWindowTitle(_TITLES[what])
        self.setFixedWidth(self.WIDTH)
        self._fields: list[SecretField] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(8)
        column.addWidget(plain_label(self, _TITLES[what], "title"))
        column.addWidget(plain_label(self, _TEXTS[what], "muted"))
        column.addSpacing(4)
        self._old = self._field("oldPassphrase", "&Passphrase", column) if what in ("change", "remove") else None
        self._new = self._field("newPassphrase", "&New passphrase", column) if what != "remove" else None
        self._strength = plain_label(self, "", "meta")
        self._strength.setObjectName("passphraseStrength")
        if self._new is not None:
            column.addWidget(self._strength)
        self._again = self._field("againPassphrase", "&Once more", column) if what != "remove" else None
        self._problem = plain_label(self, "", "error")
        self._problem.setObjectName("passphraseProblem")
        self._problem.hide()
        column.addWidget(self._problem)
        if what in ("set", "first"):
            column.addSpacing(4)
            column.addWidget(plain_label(self, _WARNING, "muted"))
        column.addSpacing(8)
        cancel = QPushButton("Cancel", self)
        cancel.setObjectName("passphraseCancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self._go = QPushButton(_DONE[what], self)
        self._go.setObjectName("passphraseGo")
        self._go.setProperty("look", "primary")
        self._go.setDefault(True)
        self._go.clicked.connect(self.go)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._go)
        column.addLayout(buttons)
        self._show_ready()
        self._fields[0].setFocus()

    def go(self) -> None:
        """Do it, if what is typed fits."""
        if self._is_busy or not self._go.isEnabled():
            return
        if self._new is not None and self._again is not None and self._new.text() != self._again.text():
            self._tell("The two differ. Type the new passphrase once more.")
            self._again.take()
            self._again.setFocus()
            return
        self._is_busy = True
        self._problem.hide()
        self._show_ready()
        self._tasks.run(self._work(), done=lambda _none: self._done(), failed=self._failed)

    def _work(self) -> Coroutine[Any, Any, None]:
        old = self._old.text() if self._old is not None else ""
        new = self._new.text() if self._new is not None else ""
        match self._what:
            case "change":
                return self._custody.change_passphrase(old, new)
            case "remove":
                return self._custody.remove_passphrase(old)
        return self._custody.set_passphrase(new)

    def _done(self) -> None:
        for field in self._fields:
            field.take()
        self.finished_well.emit(self._what)
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self._is_busy = False
        trouble = trouble_of(error)
        self._tell(f"{trouble.title}. {trouble.advice}".strip())
        self._show_ready()
        self._fields[0].setFocus()

    def _tell(self, words: str) -> None:
        self._problem.setText(words)
        self._problem.show()

    def _show_ready(self) -> None:
        typed = all(field.text() for field in self._fields)
        new = self._new.text() if self._new is not None else ""
        if self._new is not None:
            self._strength.setText(strength_words(new))
        is_long = self._new is None or len(new) >= _LEAST
        self._go.setEnabled(typed and is_long and not self._is_busy)
        self._go.setText("Working…" if self._is_busy else _DONE[self._what])

    def _typed(self) -> None:
        self._problem.hide()
        self._show_ready()

    def _field(self, name: str, label: str, column: QVBoxLayout) -> SecretField:
        field = SecretField(name, label.replace("&", ""), self)
        field.changed.connect(self._typed)
        caption = QLabel(label, self)
        caption.setBuddy(field.edit)
        caption.setProperty("look", "section")
        column.addWidget(caption)
        column.addWidget(field)
        self._fields.append(field)
        return field


def strength_words(passphrase: str) -> str:
    """Say in words what *passphrase* is worth: its length is what counts."""
    missing = _LEAST - len(passphrase)
    if not passphrase:
        return f"At least {_LEAST} characters. Four words nobody would guess are easy to keep and hard to find."
    if missing > 0:
        return f"{missing} more {'character' if missing == 1 else 'characters'} at least."
    if len(set(passphrase)) < _LEAST // 2:
        return "Long enough, but nearly all the same: easy to guess."
    if len(passphrase) < _GOOD:
        return "Long enough. A few words more make it strong."
    return "Strong by its length."
