"""The line above the list: which view is open, how many tickets it holds, and whether a newer order waits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from agentconsole.domain.rows import ViewItem
from agentconsole.gui.context import WindowContext
from agentconsole.gui.models.views_model import tickets_in_words
from agentconsole.gui.panes.queue.filter_chips import FilterChips


class QueueHeading(QWidget):
    """Title (a menu of views), count, the pill that offers a newer order, quick filters, and the columns' button.

    Signals:
        view_chosen: The key (str) of a view.
        refresh_requested: Show the newer order.
        scope_chosen: Whether a search stays within the view (bool) or looks everywhere.
        columns_requested: Open the menu of columns at this point (global QPoint).
    """

    view_chosen = Signal(str)
    refresh_requested = Signal()
    scope_chosen = Signal(bool)
    columns_requested = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queueHeading")
        self._actions = context.actions
        self._view_title = ""
        self._title = QToolButton(self)
        self._title.setObjectName("queueTitle")
        self._title.setProperty("look", "title")
        self._title.setAccessibleName("Choose a view")
        self._title.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._count = QLabel(self)
        self._count.setObjectName("queueCount")
        self._count.setProperty("look", "muted")
        self._pill = QPushButton(self)
        self._pill.setObjectName("queueRefresh")
        self._pill.setAccessibleName("Show the updated order")
        self._pill.setProperty("look", "pill")
        self._pill.hide()
        self._pill.clicked.connect(self.refresh_requested)
        self._scope = QPushButton(self)
        self._scope.setObjectName("queueScope")
        self._scope.setProperty("look", "chip")
        self._scope.setCheckable(True)
        self._scope.hide()
        self._scope.clicked.connect(self.scope_chosen)
        self.chips = FilterChips(self)
        columns = QToolButton(self)
        columns.setObjectName("queueColumns")
        columns.setAccessibleName("Columns")
        columns.setToolTip("Choose columns")
        context.icons.bind(columns, "columns-3")
        columns.clicked.connect(lambda: self.columns_requested.emit(columns.mapToGlobal(QPoint(0, columns.height()))))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 4)
        layout.setSpacing(8)
        for each in (self._title, self._count, self._scope, self._pill):
            layout.addWidget(each)
        layout.addWidget(self.chips, 1)
        layout.addWidget(columns)

    def show_view(self, views: Sequence[ViewItem], current: str) -> None:
        """Name the view *current* and offer all *views* in the title's menu."""
        self._view_title = next((view.title for view in views if view.key == current), "")
        self._title.setText(self._view_title)
        self._scope.setText(f"Only in {self._view_title}")
        self._scope.setAccessibleName(f"Search only in {self._view_title}")
        menu = QMenu(self._title)
        section = views[0].section if views else ""
        for view in views:
            if view.section != section:
                menu.addSeparator()
                section = view.section
            menu.addAction(view.title, partial(self.view_chosen.emit, view.key))
        before = self._title.menu()
        self._title.setMenu(menu)
        if before is not None:
            before.deleteLater()

    def show_scope(self, *, searching: bool, within: bool) -> None:
        """Say where a search looks, and offer the other choice."""
        self._title.setText("All tickets" if searching and not within else self._view_title)
        self._scope.setVisible(searching)
        self._scope.setChecked(within)

    def show_count(self, tickets: int | None, missing: str = "") -> None:
        """Say how many tickets are listed, None while they are being counted; *missing* says which can't be."""
        here = " on this computer" if missing else ""
        self._count.setText("" if tickets is None else f"{tickets_in_words(tickets)}{here}")
        self._count.setToolTip(missing)
        self._count.setAccessibleDescription(missing)

    def offer_refresh(self, count: int) -> None:
        """Offer a newer order that concerns *count* tickets; 0 takes the offer back."""
        key = next((each.key_text for each in self._actions.entries() if each.id == "queue.refresh"), "")
        self._pill.setText(f"{count:,} updated · refresh ({key})" if key else f"{count:,} updated · refresh")
        self._pill.setVisible(count > 0)
