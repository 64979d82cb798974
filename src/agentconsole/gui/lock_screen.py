"""The locked console: nothing of anybody's tickets is on it, behind it or in its title."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from agentconsole.gui.icons import IconSet
from agentconsole.gui.plain_label import plain_label
from agentconsole.gui.secret_field import SecretField
from agentconsole.gui.tasks import Tasks, trouble_of
from agentconsole.gui.theming import Theming
from agentconsole.services.api.custody import Custody

Why = Literal["start", "locked", "idle"]
"""Why it is shown: the console starts, the agent locked it, or nobody was there."""

_TITLES: dict[Why, str] = {
    "start": "Unlock Agent Console",
    "locked": "Agent Console is locked",
    "idle": "Agent Console is locked",
}
_WIDTH = 440


class LockScreen(QWidget):
    """Takes the passphrase, or where none guards the home, the agent's word that they are back.

    Signals:
        finished: "unlocked" or "quit". Emitted once.
    """

    finished = Signal(str)

    def __init__(
        self,
        theming: Theming,
        icons: IconSet,
        tasks: Tasks,
        custody: Custody,
        *,
        why: Why,
        waiting: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        """*waiting* is how many changes are not at the help desk yet."""
        super().__init__(parent)
        self._icons, self._tasks, self._custody = icons, tasks, custody
        self._is_finished = self._is_busy = False
        self._asks_passphrase = custody.guard == "passphrase"
        self.setObjectName("lockScreen")
        self.setWindowTitle("Agent Console – locked")
        self._icon = QLabel(self)
        title = plain_label(self, _TITLES[why], "display")
        title.setObjectName("lockTitle")
        text = plain_label(self, self._words(why), "muted")
        text.setObjectName("lockText")

        card = QFrame(self)
        card.setProperty("look", "card")
        self._field = SecretField("passphraseField", "Passphrase", card)
        self._field.changed.connect(self._typed)
        caption = QLabel("&Passphrase", card)
        caption.setBuddy(self._field.edit)
        caption.setProperty("look", "section")
        self._problem = plain_label(card, "", "error")
        self._problem.setObjectName("lockProblem")
        self._problem.hide()
        self._unlock = QPushButton("Unlock", card)
        self._unlock.setObjectName("unlockButton")
        self._unlock.setProperty("look", "primary")
        self._unlock.clicked.connect(self.unlock)
        within = QVBoxLayout(card)
        within.setContentsMargins(20, 20, 20, 20)
        within.setSpacing(8)
        for part in (caption, self._field, self._problem, self._unlock):
            within.addWidget(part)
        for part in (caption, self._field):
            part.setVisible(self._asks_passphrase)

        footer = QHBoxLayout()
        self._waiting = plain_label(self, _waiting_words(waiting), "meta")
        self._waiting.setObjectName("lockWaiting")
        leave = QPushButton("Quit", self)
        leave.setObjectName("lockQuit")
        leave.setProperty("look", "quiet")
        leave.clicked.connect(lambda: self._finish("quit"))
        footer.addWidget(self._waiting, 1)
        footer.addWidget(leave)

        column = QVBoxLayout()
        column.setSpacing(8)
        column.addStretch(2)
        for part in (self._icon, title, text):
            column.addWidget(part)
        column.addSpacing(8)
        column.addWidget(card)
        column.addSpacing(4)
        column.addLayout(footer)
        column.addStretch(3)
        middle = QWidget(self)
        middle.setFixedWidth(_WIDTH)
        middle.setLayout(column)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 24)
        whole.addStretch(1)
        whole.addWidget(middle)
        whole.addStretch(1)
        self.resize(860, 560)

        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._show_ready)
        theming.changed.connect(self._dress)
        self._dress()
        self._show_ready()
        (self._field if self._asks_passphrase else self._unlock).setFocus()

    def unlock(self) -> None:
        """Try what is typed; without a passphrase the agent's wish is enough, and the system keychain asks for more."""
        if self._is_busy:
            return
        if not self._asks_passphrase:
            self._finish("unlocked")
            return
        passphrase = self._field.take()
        if not passphrase:
            return
        self._is_busy = True
        self._problem.hide()
        self._show_ready()
        self._tasks.run(
            self._custody.unlock(passphrase), done=lambda _none: self._finish("unlocked"), failed=self._failed
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing it ends the program: what is behind it stays locked."""
        super().closeEvent(event)
        self._finish("quit")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button with the focus, else it unlocks."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            else:
                self.unlock()
        else:
            super().keyPressEvent(event)

    def _words(self, why: Why) -> str:
        begin = "Nobody was here for a while. " if why == "idle" else ""
        match self._custody.guard:
            case "passphrase" if why == "start":
                return "Your tickets are encrypted. The passphrase opens them on this computer."
            case "passphrase":
                return f"{begin}What you were writing is saved; your tickets are closed and encrypted."
            case "system":
                return f"{begin}What you were writing is saved. Your session's keychain opens it again."
        return (
            f"{begin}What you were writing is saved. No passphrase is set, so anybody at this computer can unlock it: "
            "set one in the preferences, under Security."
        )

    def _failed(self, error: BaseException) -> None:
        self._is_busy = False
        trouble = trouble_of(error)
        self._problem.setText(f"{trouble.title}. {trouble.advice}".strip())
        self._problem.show()
        self._show_ready()
        self._field.setFocus()

    def _typed(self) -> None:
        if self._field.text() and not self._custody.wait():
            self._problem.hide()
        self._show_ready()

    def _show_ready(self) -> None:
        wait = math.ceil(self._custody.wait()) if self._asks_passphrase else 0
        if wait:
            self._second.start()
        else:
            self._second.stop()
        words = "Unlocking…" if self._is_busy else f"Try again in {wait} s" if wait else "Unlock"
        self._unlock.setText(words)
        self._unlock.setAccessibleName(words)
        has_text = bool(self._field.text()) or not self._asks_passphrase
        self._unlock.setEnabled(has_text and not wait and not self._is_busy)

    def _finish(self, how: str) -> None:
        if not self._is_finished:
            self._is_finished = self._is_busy = True
            self._second.stop()
            # what is behind it may take a moment to end, and another to open
            self._show_ready()
            self.finished.emit(how)

    def _dress(self) -> None:
        self._icon.setPixmap(self._icons.pixmap("lock", 32, "link", self.devicePixelRatioF()))


def _waiting_words(waiting: int) -> str:
    if not waiting:
        return ""
    return f"{waiting:,} {'change waits' if waiting == 1 else 'changes wait'} and will be sent after unlocking."
