"""A panel over the window that takes the keyboard and gives it back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget


class Overlay(QWidget):
    """Dims the window and centres one panel near its top; Escape, or a click beside it, closes.

    Signals:
        closed: It is gone and the focus is back where it was.
    """

    closed = Signal()

    def __init__(self, window: QWidget, name: str, width: int) -> None:
        super().__init__(window)
        self._window = window
        self._width = width
        self._before: QWidget | None = None
        self.panel = QFrame(self)
        self.panel.setObjectName(name)
        self.setObjectName(f"{name}Backdrop")
        self.hide()
        window.installEventFilter(self)

    def open(self) -> None:
        """Show the panel; subclasses then focus their first control."""
        self._before = QApplication.focusWidget()
        self.place()
        self.show()
        self.raise_()

    def dismiss(self) -> None:
        """Close and give the focus back."""
        if self.isHidden():
            return
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None
        self.closed.emit()

    def height_of_panel(self, available: int) -> int:
        """Return the panel's height; *available* is what the window has left."""
        return min(available, self.panel.sizeHint().height())

    def place(self) -> None:
        """Fit into the window."""
        self.setGeometry(self._window.rect())
        width = min(self._width, self.width() - 32)
        top = max(24, self.height() // 8)
        self.panel.setGeometry((self.width() - width) // 2, top, width, self.height_of_panel(self.height() - top - 24))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            # whatever the panel does not use must not reach the panes behind it
            event.accept()

    def event(self, event: QEvent) -> bool:
        """Keep the window's single-letter keys quiet while the panel is open."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the panel closes."""
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim what is behind."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 90))
        painter.end()
