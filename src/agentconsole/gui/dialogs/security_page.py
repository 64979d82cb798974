"""The preferences' page about passphrase, lock and wipe."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.passphrase import PassphraseDialog, What
from agentconsole.gui.dialogs.wipe_question import WipeQuestion
from agentconsole.gui.idle import LOCK_AFTER, lock_minutes
from agentconsole.gui.plain_label import plain_label
from agentconsole.services.api.custody import Custody, Guard

CHOICES = (0, 1, 2, 5, 10, 15, 30, 60)

_WORDS: dict[Guard, str] = {
    "system": "Tickets, drafts and attachments on this computer are encrypted. Keys and tokens are in your session's "
    "keychain: a stolen disk can't be read.",
    "passphrase": "Tickets, drafts and attachments on this computer are encrypted. Your passphrase seals their keys "
    "and the tokens: whoever gets the files has to guess it.",
    "key file": "Tickets, drafts and attachments on this computer are encrypted, but their key lies in the same "
    "folder, readable for you only. Whoever gets hold of the whole folder can read it: set a passphrase.",
    "none": "Nothing guards the keys yet: set a passphrase.",
}


class SecurityPage(QWidget):
    """Says what guards the tickets, and lets that be changed.

    Signals:
        lock_asked: Lock now.
        wipe_asked: The agent wants everything of this profile removed, and has confirmed it.
    """

    lock_asked = Signal()
    wipe_asked = Signal()

    def __init__(self, context: WindowContext, custody: Custody, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._custody = context, custody
        self.setObjectName("securityPage")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(4)
        column.addWidget(plain_label(self, "Security", "heading"))
        self._guard = plain_label(self, "", "muted")
        self._guard.setObjectName("securityGuard")
        column.addWidget(self._guard)
        column.addSpacing(8)
        passphrase = QHBoxLayout()
        passphrase.setSpacing(8)
        self._set = self._button("Set a passphrase…", "passphraseSet", "set")
        self._change = self._button("Change the passphrase…", "passphraseChange", "change")
        self._remove = self._button("Remove it…", "passphraseRemove", "remove")
        for button in (self._set, self._change, self._remove):
            passphrase.addWidget(button)
        passphrase.addStretch(1)
        column.addLayout(passphrase)
        column.addSpacing(16)
        column.addWidget(plain_label(self, "Lock", "section"))
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        self._after = QComboBox(self)
        self._after.setObjectName("lockAfter")
        self._after.setAccessibleName("Lock after")
        for minutes in CHOICES:
            self._after.addItem(_minutes(minutes), minutes)
        self._after.activated.connect(self._chosen)
        caption = QLabel("Lock &after", self)
        caption.setBuddy(self._after)
        form.addRow(caption, self._after)
        column.addLayout(form)
        hint = plain_label(
            self,
            "Locking saves what you are writing, closes tickets and connection, and forgets the key. Minutes count "
            "while nobody uses the console; the wallboard stays.",
            "muted",
        )
        column.addWidget(hint)
        column.addSpacing(4)
        now = QPushButton("Lock now", self)
        now.setObjectName("lockNow")
        now.setAutoDefault(False)
        now.clicked.connect(self.lock_asked)
        row = QHBoxLayout()
        row.addWidget(now)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        line = QFrame(self)
        line.setProperty("look", "line")
        column.addWidget(line)
        column.addSpacing(8)
        wipe = QPushButton(f"Wipe {context.workspace.profile.name} from this computer…", self)
        wipe.setObjectName("wipeButton")
        wipe.setProperty("look", "danger")
        wipe.setAutoDefault(False)
        wipe.clicked.connect(self._ask_wipe)
        last = QHBoxLayout()
        last.addWidget(wipe)
        last.addStretch(1)
        column.addWidget(plain_label(self, "What was not sent is saved first, encrypted.", "muted"))
        column.addLayout(last)
        self._read()

    def _read(self) -> None:
        guard = self._custody.guard
        self._guard.setText(_WORDS[guard])
        has_passphrase = guard == "passphrase"
        self._set.setVisible(not has_passphrase)
        self._change.setVisible(has_passphrase)
        self._remove.setVisible(has_passphrase)
        minutes = lock_minutes(self._context.workspace.settings.get(LOCK_AFTER), guard)
        if self._after.findData(minutes) < 0:
            self._after.addItem(_minutes(minutes), minutes)
        self._after.setCurrentIndex(self._after.findData(minutes))

    def _chosen(self, index: int) -> None:
        self._context.workspace.settings.set(LOCK_AFTER, self._after.itemData(index))

    def _ask_passphrase(self, what: What) -> None:
        dialog = PassphraseDialog(self._custody, self._context.tasks, what, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished_well.connect(lambda _what: self._read())
        dialog.open()

    def _ask_wipe(self) -> None:
        question = WipeQuestion(self._context, self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.confirmed.connect(self.wipe_asked)
        question.open()

    def _button(self, text: str, name: str, what: What) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text.rstrip("…"))
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._ask_passphrase(what))
        return button


def _minutes(minutes: int) -> str:
    return f"{minutes} {'minute' if minutes == 1 else 'minutes'}" if minutes else "Never"
