"""The outbox's list: rows of one height that are painted as a whole."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.outbox_rows import HEIGHT, OneColumn, OutboxRows
from agentconsole.gui.delegates.whole_rows_painting import paint_whole_rows
from agentconsole.gui.lit_rows import LitRows
from agentconsole.gui.models.outbox_model import OutboxModel
from agentconsole.gui.theming import colour


class ChangeList(LitRows):
    """Shows an :class:`OutboxModel`.

    It is a table of one column: a list lays out each of ten thousand rows whenever one of them goes.
    """

    def __init__(self, context: WindowContext, model: OutboxModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outboxView")
        self.setAccessibleName("Changes waiting to be sent")
        self._theming = context.theming
        self.lighting = self._rows = OutboxRows(model, context)
        self.setModel(model)
        self.setMouseTracking(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().hide()
        heights = self.verticalHeader()
        heights.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heights.setMinimumSectionSize(HEIGHT)
        heights.setDefaultSectionSize(HEIGHT)
        heights.hide()
        context.theming.changed.connect(self._dress)

    def _dress(self) -> None:
        self._rows.dress()
        self.viewport().update()

    # Qt's events

    def paintEvent(self, event: QPaintEvent) -> None:
        self._rows.focused = self.currentIndex().row() if self.hasFocus() else -1
        paint_whole_rows(self, event.rect(), self._rows, OneColumn, colour(self._theming.theme.surface))
