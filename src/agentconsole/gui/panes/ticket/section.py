"""A part of the side panel that folds away, and remembers that it did."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from agentconsole.gui.context import WindowContext

_BESIDE = 22
"""Pixels of the heading that the arrow and the paddings take."""


class Section(QWidget):
    """A heading over content. Whether it is open is remembered under its name.

    Signals:
        opened: It is open now (also told once by :meth:`restore` when it was left open).
    """

    opened = Signal()

    def __init__(
        self, name: str, title: str, content: QWidget, context: WindowContext, parent: QWidget, *, is_open: bool = True
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"section_{name}")
        self._setting = f"ticket.section.{name}"
        self._context = context
        self.content = content
        self._head = QToolButton(self)
        self._head.setObjectName(f"sectionHead_{name}")
        self._head.setProperty("look", "section")
        self._head.setCheckable(True)
        self._title = title
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setIconSize(QSize(12, 12))
        self._head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        content.setParent(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._head)
        layout.addWidget(content)
        is_open = bool(context.workspace.settings.get(self._setting, is_open))
        self._head.setChecked(is_open)
        content.setVisible(is_open)
        self._show()
        self._head.toggled.connect(self._toggled)

    @property
    def is_open(self) -> bool:
        """Whether the content shows."""
        return self._head.isChecked()

    def set_title(self, title: str) -> None:
        """Put another heading on."""
        if title != self._title:
            self._title = title
            self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def set_open(self, is_open: bool) -> None:
        """Fold the content away, or out."""
        self._head.setChecked(is_open)

    def _toggled(self, is_open: bool) -> None:
        self._context.workspace.settings.set(self._setting, is_open)
        self.content.setVisible(is_open)
        self._show()
        if is_open:
            self.opened.emit()

    def _show(self) -> None:
        self._context.icons.bind(self._head, "chevron-down" if self.is_open else "chevron-right")
        self._head.setAccessibleName(f"{self._title}, {'open' if self.is_open else 'folded'}")
        self._fit()

    def _fit(self) -> None:
        """Shorten a long heading: it must not push the panel's content out of sight."""
        self._head.ensurePolished()
        room = max(self.width() - _BESIDE, 40)
        text = self._head.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        self._head.setText(text)
        self._head.setToolTip(self._title if text != self._title else "")
