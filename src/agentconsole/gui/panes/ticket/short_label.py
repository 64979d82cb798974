"""A label that gives way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from agentconsole.gui.reading_direction import isolated


class ShortLabel(QLabel):
    """A label that shortens its text with an ellipsis instead of pushing its neighbours."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def tell(self, text: str) -> None:
        """Show *text*, all of it in the tooltip when it does not fit."""
        self._whole = " ".join(text.split())
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        short = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 20))
        shown = isolated(short, self._whole)
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._whole if short != self._whole else "")
