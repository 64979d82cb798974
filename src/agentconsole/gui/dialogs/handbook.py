"""The handbook: what the profile's packs want people to read, and how the console works, in one search."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.changes import Change
from agentconsole.gui.context import WindowContext
from agentconsole.gui.handbook_pages import Page, all_pages, searchable
from agentconsole.gui.link_opener import LinkOpener
from agentconsole.gui.page_view import PageView

LAST_PAGE = "handbook_page"
"""The setting that remembers which page was read last."""

_KEY = Qt.ItemDataRole.UserRole
_SIDE_WIDTH = 304
_UPWARDS = (
    QAbstractItemView.CursorAction.MoveUp,
    QAbstractItemView.CursorAction.MovePrevious,
    QAbstractItemView.CursorAction.MovePageUp,
    QAbstractItemView.CursorAction.MoveEnd,
)
_TO_THE_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class Handbook(QDialog):
    """A list of pages with a search over it, and the page beside it."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None, *, page: str = "") -> None:
        super().__init__(parent)
        self._context = context
        self._pages: dict[str, Page] = {}
        self._current = ""
        self.setObjectName("handbook")
        self.setWindowTitle("Handbook")
        self.resize(1040, 720)
        self._links = LinkOpener(context, self)
        self._search = QLineEdit(self)
        self._search.setObjectName("handbookSearch")
        self._search.setAccessibleName("Search the handbook")
        self._search.setPlaceholderText("Search the handbook")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._sought)
        self._search.installEventFilter(self)
        self._tree = _Outline(self)
        self._tree.setObjectName("handbookPages")
        self._tree.setAccessibleName("Pages")
        self._tree.setHeaderHidden(True)
        self._tree.setIndentation(16)
        # an outline to read, not a tree to open: everything is in sight and the search is at hand
        self._tree.setRootIsDecorated(False)
        self._tree.setItemsExpandable(False)
        self._tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._tree.setProperty("look", "side")
        self._tree.currentItemChanged.connect(self._chosen)
        self._nothing = QLabel(self)
        self._nothing.setObjectName("handbookNothing")
        self._nothing.setProperty("look", "muted")
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._nothing.hide()
        self._text = PageView(context.theming, self)
        self._text.page_asked.connect(self.open_page)
        self._text.link_asked.connect(lambda address: self._links.ask(address, ""))
        self._text.pack_switched.connect(self._switch)
        self._arrange()
        QShortcut(QKeySequence.StandardKey.Find, self, self._search.setFocus)
        context.bridge.changed.connect(self._changed)
        self._fill()
        self.open_page(page or context.workspace.settings.get(LAST_PAGE, ""))
        self._search.setFocus()

    def open_page(self, key: str) -> None:
        """Show the page *key*; the first one where there is none of that key."""
        if key not in self._pages and self._pages:
            key = next(iter(self._pages))
        if self._search.text() and self._item(key) is None:
            self._search.clear()
        item = self._item(key)
        if item is not None:
            self._tree.setCurrentItem(item)
            above = item.parent()
            if above is not None:
                # with the heading above it, where there is room for both
                self._tree.scrollToItem(above)
            self._tree.scrollToItem(item)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys walk through the list while the search has the keyboard; Return goes on to the page."""
        if watched is self._search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _TO_THE_LIST:
                self._tree.event(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        side = QWidget(self)
        side.setProperty("look", "panel")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 12, 8, 8)
        column.setSpacing(8)
        column.addWidget(self._search)
        column.addWidget(self._nothing, 1)
        column.addWidget(self._tree, 1)
        page = QWidget(self)
        page.setProperty("look", "content")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        beside = QHBoxLayout(page)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self._text)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setObjectName("handbookSplit")
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(side)
        split.addWidget(page)
        split.setStretchFactor(1, 1)
        split.setSizes([_SIDE_WIDTH, self.width() - _SIDE_WIDTH])
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)

    def _fill(self) -> None:
        workspace = self._context.workspace
        pages = all_pages(workspace.packs, [group.title for group in workspace.tickets.groups()])
        self._pages = {page.key: page for page in pages}
        self._list()

    def _list(self) -> None:
        """List the pages that hold all that is sought, under the headings they belong to."""
        sought = searchable(self._search.text()).split()
        fitting = [page for page in self._pages.values() if all(f" {word}" in page.words for word in sought)]
        self._tree.blockSignals(True)
        self._tree.clear()
        parts: dict[str, QTreeWidgetItem] = {}
        leaves: dict[tuple[str, str], QTreeWidgetItem] = {}
        for page in fitting:
            part = parts.get(page.part)
            if part is None:
                part = parts[page.part] = _heading(page.part)
                self._tree.addTopLevelItem(part)
            above = part
            if page.under and page.under != page.title:
                # a chapter of that title is the heading itself; where the search left it out, a bare heading is
                above = leaves.get((page.part, page.under)) or _heading(page.under, bold=False)
                if above.treeWidget() is None:
                    leaves[page.part, page.under] = above
                    part.addChild(above)
            leaf = leaves[page.part, page.title] = QTreeWidgetItem([page.title])
            leaf.setData(0, _KEY, page.key)
            leaf.setToolTip(0, page.title)
            above.addChild(leaf)
        self._tree.expandAll()
        self._tree.blockSignals(False)
        self._tree.setVisible(bool(fitting))
        self._nothing.setVisible(not fitting)
        self._nothing.setText(f"No page holds “{self._search.text().strip()}”. Fewer or shorter words find more.")

    def _sought(self) -> None:
        self._list()
        item = self._item(self._current) or self._first()
        if item is not None:
            self._tree.setCurrentItem(item)
            self._chosen(item)

    def _chosen(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None = None) -> None:
        page = self._pages.get(item.data(0, _KEY) or "") if item is not None else None
        if page is None:
            return
        self._current = page.key
        self._context.workspace.settings.set(LAST_PAGE, page.key)
        self._text.show_page(page, [word for word in self._search.text().split() if len(word) > 1])
        self.setWindowTitle(f"{page.title} – Handbook")

    def _switch(self, name: str, used: bool) -> None:
        """Use the pack *name* from now on, after the others, or no longer."""
        packs = self._context.workspace.packs
        names = [pack.pack.id for pack in packs.used() if pack.pack.id != name]
        self._context.tasks.run(packs.choose([*names, name] if used else names, packs.choice().match))

    def _item(self, key: str) -> QTreeWidgetItem | None:
        return next((item for item in _below(self._tree.invisibleRootItem()) if item.data(0, _KEY) == key), None)

    def _first(self) -> QTreeWidgetItem | None:
        return next((item for item in _below(self._tree.invisibleRootItem()) if item.data(0, _KEY)), None)

    def _changed(self, change: Change) -> None:
        if change.everything or "packs" in change.topics:
            self._fill()
            self._sought()


class _Outline(QTreeWidget):
    """A tree whose cursor passes over what is no page."""

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Go to the next page in the direction of *action*; stay where there is none."""
        index = super().moveCursor(action, modifiers)
        onwards = self.indexAbove if action in _UPWARDS else self.indexBelow
        while index.isValid() and not index.data(_KEY):
            index = onwards(index)
        return index if index.isValid() else self.currentIndex()


def _heading(text: str, *, bold: bool = True) -> QTreeWidgetItem:
    item = QTreeWidgetItem([text])
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    font = item.font(0)
    font.setBold(bold)
    item.setFont(0, font)
    return item


def _below(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    children = [child for number in range(item.childCount()) if (child := item.child(number)) is not None]
    return [one for child in children for one in (child, *_below(child))]
