"""The queue's side bar."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QVBoxLayout, QWidget

from agentconsole.domain.rows import ViewItem
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.view_items import ViewItems
from agentconsole.gui.models.views_model import ViewsModel

_LEAST = 196
"""No narrower than this on its own account, in pixels: a bar that hugs three short words looks lost."""


class ViewBar(QFrame):
    """Lists the views; a click or the cursor opens one.

    Signals:
        chosen: The key (str) of the view to open.
        forget_requested: The key (str) of a saved search to remove.
        width_wanted: The counts need more or less room than before; ask :meth:`wanted_width`.
    """

    chosen = Signal(str)
    forget_requested = Signal(str)
    width_wanted = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queueViewBar")
        self.setProperty("look", "panel")
        self.setMinimumWidth(148)
        self.model = ViewsModel(self)
        self._context = context
        self._moving = False
        self._counting = False
        self._count_again = False
        self.list = QListView(self)
        self.list.setObjectName("queueViews")
        self.list.setAccessibleName("Views")
        self.list.setProperty("look", "side")
        self.list.setModel(self.model)
        self._items = ViewItems(self.model, context.theming, context.icons, self.list)
        self.list.setItemDelegate(self._items)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.selectionModel().currentChanged.connect(self._current_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 8)
        layout.addWidget(self.list)

    def show_views(self, views: tuple[ViewItem, ...], current: str) -> None:
        """List *views* with the one named *current* open."""
        self.model.show_views(views)
        self.show_current(current)

    def show_taken(self, keys: frozenset[str]) -> None:
        """Mark the views named *keys* as taken along."""
        self.model.show_taken(keys)

    def wanted_width(self) -> int:
        """How wide the bar would like to be, in pixels, so that no title is shortened."""
        return max(self._items.widest() + 1, _LEAST)

    def count(self) -> None:
        """Count the tickets of every view, one count at a time: a sync that brings many pages asks for it with each."""
        self._count_again = self._counting
        if not self._counting:
            self._counting = True
            counted = self._context.bridge.frames.spaced(self, self._counted)
            self._context.tasks.run(self._context.workspace.queue.counts(), counted, self._not_counted)

    def _counted(self, counts: dict[str, int]) -> None:
        self._counting = False
        before = self.wanted_width()
        self.model.show_counts(counts)
        if self.wanted_width() != before:
            self.width_wanted.emit()
        if self._count_again:
            self.count()

    def _not_counted(self, _error: BaseException) -> None:
        # the numbers stay as they are; whatever fails here fails the list as well, which says so
        self._counting = False

    def show_current(self, key: str) -> None:
        """Highlight the view named *key* without opening it again."""
        row = self.model.position_of(key)
        self._moving = True
        self.list.setCurrentIndex(self.model.index(row) if row >= 0 else QModelIndex())
        self._moving = False

    def neighbour(self, key: str, steps: int) -> str:
        """The key of the view *steps* below the one named *key*, going round at the ends."""
        keys = [view.key for view in self.model.views()]
        return keys[(keys.index(key) + steps) % len(keys)] if key in keys else (keys or [key])[0]

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        view = self.model.view_at(current.row())
        if view is not None and not self._moving:
            self.chosen.emit(view.key)

    def _menu(self, point: QPoint) -> None:
        view = self.model.view_at(self.list.indexAt(point).row())
        if view is None or view.section != "saved":
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Remove this saved search", lambda: self.forget_requested.emit(view.key))
        menu.popup(self.list.viewport().mapToGlobal(point))
