"""A dialog for work that takes a while: what to do, how it gets on, a way to stop it, and what came of it."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from agentconsole.gui.context import WindowContext
from agentconsole.gui.plain_label import plain_label
from agentconsole.gui.tasks import trouble_of


class LongWork(QDialog):
    """Has room for a form; closing it while the work runs stops that. The parts are named after *name*.

    Attributes:
        form: what is asked for before the work begins; its layout is a column.
        is_running: whether the work is under way.
        is_stopped: whether the agent has had enough of it; the work asks for this.
    """

    WIDTH = 520

    def __init__(self, context: WindowContext, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.is_running = self.is_stopped = False
        self.setFixedWidth(self.WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 20, 20, 16)
        self._column.setSpacing(8)
        self.form = QWidget(self)
        self._fields = QVBoxLayout(self.form)
        self._fields.setContentsMargins(0, 0, 0, 0)
        self._fields.setSpacing(8)
        self._bar = QProgressBar(self)
        self._bar.setObjectName(f"{name}Progress")
        self._bar.setTextVisible(False)
        self._said = plain_label(self, "", "")
        self._said.setObjectName(f"{name}Said")
        self._close = QPushButton("Cancel", self)
        self._close.setObjectName(f"{name}Close")
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.reject)
        self._go = QPushButton(self)
        self._go.setObjectName(f"{name}Go")
        self._go.setProperty("look", "primary")
        self._go.setDefault(True)

    def _lay_out(self, title: str, about: str, verb: str, progress: str) -> None:
        """Put everything in its place: *progress* names the bar, *verb* is on the button."""
        self._bar.setAccessibleName(progress)
        self._go.setText(verb)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        buttons.addWidget(self._go)
        column = self._column
        column.addWidget(plain_label(self, title, "title"))
        column.addWidget(plain_label(self, about, "muted"))
        column.addSpacing(4)
        for part in (self.form, self._bar, self._said):
            column.addWidget(part)
        column.addSpacing(8)
        column.addLayout(buttons)
        self._bar.hide()
        self._said.hide()

    def reject(self) -> None:
        """Close; while the work runs, stop it."""
        if self.is_running:
            self.is_stopped = True
            self._close.setEnabled(False)
            self._say("Stopping…", "muted")
            return
        super().reject()

    def _begin(self, words: str) -> None:
        self.is_running, self.is_stopped = True, False
        self.form.setEnabled(False)
        self._go.setEnabled(False)
        self._close.setText("Stop")
        self._bar.setRange(0, 0)
        self._bar.show()
        self._say(words, "muted")

    def _tell(self, done: int, total: int, words: str) -> None:
        if self.is_running and not self.is_stopped:
            self._bar.setRange(0, max(1, total))
            self._bar.setValue(min(done, total))
            self._say(words, "muted")

    def _end(self) -> None:
        self.is_running = False
        self._bar.hide()
        self.form.setEnabled(True)
        self._close.setEnabled(True)
        self._close.setText("Cancel")
        self._fit()

    def _say_trouble(self, error: BaseException) -> None:
        trouble = trouble_of(error)
        said = str(error)
        title = trouble.title if not said or said.startswith(trouble.title) else f"{trouble.title}: {said}"
        self._say(f"{title}. {trouble.advice}".strip(), "error")

    def _say(self, words: str, look: str) -> None:
        if self._said.property("look") != look:
            self._said.setProperty("look", look)
            self._said.style().unpolish(self._said)
            self._said.style().polish(self._said)
        self._said.setText(words)
        self._said.show()
        self._fit()

    def _fit(self) -> None:
        """Be as high as the words need at this width; a label that wraps says so only when it is asked."""
        self._column.activate()
        self.setFixedHeight(self._column.totalHeightForWidth(self.WIDTH))

    def _caption(self, text: str, of: QWidget) -> QLabel:
        caption = QLabel(text, self.form)
        caption.setBuddy(of)
        caption.setProperty("look", "section")
        return caption
