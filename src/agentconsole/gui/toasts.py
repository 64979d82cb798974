"""Short notes in the corner: what was done (with undo), what went wrong (with what to do)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPropertyAnimation, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from agentconsole.gui.context import WindowContext
from agentconsole.gui.messages import Message
from agentconsole.gui.tasks import Trouble

_ICONS = {"info": ("info", "muted"), "success": ("circle-check", "link"), "error": ("circle-alert", "danger_ink")}
STAY_MS = 6_000
UNDO_MS = 10_000


class Toast(QFrame):
    """One note.

    Signals:
        finished: It may go.
    """

    finished = Signal()

    def __init__(self, context: WindowContext, message: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self.message = message
        self.setObjectName("toast")
        self.setMaximumWidth(420)
        theme_icon, role = _ICONS.get(message.level, _ICONS["info"])
        icon = QLabel(self)
        icon.setPixmap(context.icons.pixmap(theme_icon, 16, role, self.devicePixelRatioF()))
        icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        title = QLabel(message.title, self)
        title.setObjectName("toastTitle")
        title.setProperty("look", "strong")
        title.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        self._left = message.delay_ms // 1000
        self._goes: QLabel | None = None
        if message.detail or self._left:
            detail = QLabel(message.detail, self)
            detail.setObjectName("toastDetail")
            detail.setProperty("look", "muted")
            detail.setWordWrap(True)
            words.addWidget(detail)
            if self._left:
                self._goes = detail
                self._tell_left()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 6, 10)
        row.setSpacing(8)
        row.addWidget(icon)
        row.addLayout(words, 1)
        if message.batch:
            undo = QPushButton("Undo", self)
            undo.setObjectName("toastUndo")
            undo.setProperty("look", "link")
            undo.setAccessibleName(f"Undo: {message.title}")
            undo.setToolTip("Undo  (Ctrl+Z)")
            undo.clicked.connect(lambda: context.messages.undo_requested.emit(message.batch))
            undo.clicked.connect(self.finished)
            row.addWidget(undo)
        close = QToolButton(self)
        close.setObjectName("toastClose")
        close.setAccessibleName("Dismiss")
        close.setIconSize(QSize(14, 14))
        context.icons.bind(close, "x")
        close.clicked.connect(self.finished)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.finished)
        if message.level != "error":
            self._timer.start(message.delay_ms or (UNDO_MS if message.batch else STAY_MS))
        if self._left:
            seconds = QTimer(self)
            seconds.setInterval(1000)
            seconds.timeout.connect(self._tell_left)
            seconds.start()

    def _tell_left(self) -> None:
        """Say how long there is to undo it."""
        if self._goes is not None:
            self._goes.setText(f"Goes out in {self._left} s" if self._left > 0 else "Going out now")
            self._left -= 1


class Toasts(QObject):
    """Stacks up to two notes at the window's lower right, over the conversation; an error stays until it is dismissed.

    The countdown and the counts are at the left; of the buttons at the right foot the notes stand clear.
    """

    MOST = 2
    MARGIN = 16

    def __init__(self, context: WindowContext, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._shown: list[Toast] = []
        self._watched: set[QWidget] = set()
        context.messages.posted.connect(self.show)
        context.messages.undo_requested.connect(self._forget_batch)
        context.tasks.troubled.connect(self.show_trouble)
        window.installEventFilter(self)

    @property
    def shown(self) -> tuple[Message, ...]:
        """What can be read now, oldest first."""
        return tuple(toast.message for toast in self._shown)

    def show(self, message: Message) -> None:
        """Add *message*; an equal one that is still there is replaced, not doubled."""
        for toast in list(self._shown):
            if toast.message == message:
                self._drop(toast)
        while len(self._shown) >= self.MOST:
            quiet = [toast for toast in self._shown if toast.message.level != "error"]
            self._drop(quiet[0] if quiet else self._shown[0])
        toast = Toast(self._context, message, self._window)
        toast.finished.connect(lambda: self._drop(toast))
        self._shown.append(toast)
        toast.show()
        self._place()
        self._fade_in(toast)
        spoken = ". ".join(part for part in (message.title, message.detail) if part)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(toast, spoken))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the corner when the window is resized, and clear of what grows into it."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self._shown:
            self._place()
        return False

    def show_trouble(self, trouble: Trouble) -> None:
        """Show what went wrong and what to do; it stays until it is dismissed."""
        self.show(Message(trouble.title, trouble.advice, "error"))

    def _forget_batch(self, batch: str) -> None:
        for toast in list(self._shown):
            if toast.message.batch == batch:
                self._drop(toast)

    def _drop(self, toast: Toast) -> None:
        if toast in self._shown:
            self._shown.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        right, bottom = self._window.width() - self.MARGIN, self._window.height() - self.MARGIN - 28
        for name in ("composer", "outboxDetail"):
            foot = self._window.findChild(QWidget, name)
            if foot is None or not foot.isVisible() or foot.window() is not self._window:
                continue
            if foot not in self._watched:
                # a reply that gets longer makes its composer higher
                self._watched.add(foot)
                foot.installEventFilter(self)
                foot.destroyed.connect(lambda _gone=None, foot=foot: self._watched.discard(foot))
            corner = foot.mapTo(self._window, foot.rect().topRight())
            # one that fills its pane leaves no room above it
            if corner.y() > self._window.height() // 3:
                right, bottom = min(right, corner.x() - self.MARGIN), min(bottom, corner.y() - 8)
        for toast in reversed(self._shown):
            width = min(420, right - self.MARGIN)
            toast.setFixedWidth(width)
            toast.adjustSize()
            bottom -= toast.height()
            toast.move(right - width, bottom)
            toast.raise_()
            bottom -= 8

    def _fade_in(self, toast: Toast) -> None:
        length = self._context.theming.fade_ms
        if not length:
            return
        effect = QGraphicsOpacityEffect(toast)
        toast.setGraphicsEffect(effect)
        fade = QPropertyAnimation(effect, b"opacity", toast)
        fade.setDuration(length)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        # an effect that stays makes every later repaint of the toast slower
        fade.finished.connect(lambda: toast.setGraphicsEffect(None))  # type: ignore[arg-type]
        fade.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)
