"""Drafts as a list: whose, what kind, the first words, and when."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agentconsole.domain.drafts import DraftItem
from agentconsole.domain.instant import Instant
from agentconsole.gui.context import WindowContext
from agentconsole.gui.fonts import text_font
from agentconsole.gui.spoken_time import ago
from agentconsole.gui.theming import BODY, META, colour

Index = QModelIndex | QPersistentModelIndex
ITEM_ROLE = Qt.ItemDataRole.UserRole + 1

FORM = 0
"""In place of a ticket's id: the unfinished form for a new ticket."""


def whose(item: DraftItem) -> str:
    """Return which ticket a draft is for: "#48213 Refund …"."""
    if item.ticket == FORM:
        return f"New ticket: {item.subject}" if item.subject else "New ticket"
    return f"#{item.ref} {item.subject}" if item.ref else f"New ticket: {item.subject}"


def kind(item: DraftItem) -> str:
    """Return "Reply" or "Note"."""
    return "Reply" if item.public else "Note"


def first_words(item: DraftItem) -> str:
    """Return the beginning of the draft on one line; of one without words, what it holds."""
    line = " ".join(item.body.split())[:200]
    if line:
        return line
    files = len(item.along.files)
    return f"{files} file{'' if files == 1 else 's'}" if files else "Changes without words"


def marks(item: DraftItem) -> str:
    """Return what is to be known besides: "ticket deleted", "merged into #12", "3 versions"."""
    parts = []
    if item.merged_into:
        parts.append(f"merged into #{item.merged_into}")
    elif item.deleted:
        parts.append("ticket deleted")
    if item.along.files and item.body.strip():
        parts.append(f"{len(item.along.files)} file{'' if len(item.along.files) == 1 else 's'}")
    if item.versions:
        parts.append(f"{item.versions} version{'' if item.versions == 1 else 's'}")
    return " · ".join(parts)


def fits(item: DraftItem, text: str) -> bool:
    """Whether every word of *text* is somewhere in the draft or its ticket."""
    inside = f"{whose(item)} {item.body} {' '.join(file.name for file in item.along.files)}".casefold()
    return all(word in inside for word in text.casefold().split())


class DraftModel(QAbstractListModel):
    """Adapts drafts to Qt; they are few."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[DraftItem] = []
        self._now: Instant = 0

    def show(self, items: Sequence[DraftItem], now: Instant) -> bool:
        """Show *items*; returns whether the selection could follow by itself."""
        self._now = now
        if [self._key(item) for item in items] == [self._key(item) for item in self._items]:
            self._items = list(items)
            if items:
                self.dataChanged.emit(self.index(0), self.index(len(items) - 1))
            return True
        self.beginResetModel()
        self._items = list(items)
        self.endResetModel()
        return False

    def _key(self, item: DraftItem) -> tuple[int, bool]:
        return item.ticket, item.public

    def item(self, number: int) -> DraftItem | None:
        """Return item *number*, if there is one."""
        return self._items[number] if 0 <= number < len(self._items) else None

    def number_of(self, ticket: int, public: bool) -> int:
        """Return where the draft is, or -1."""
        return next((n for n, item in enumerate(self._items) if self._key(item) == (ticket, public)), -1)

    def age(self, item: DraftItem) -> str:
        """Return how long ago the draft was saved."""
        return ago(item.saved_at, self._now) if item.saved_at else ""

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the draft in words, in full for a screen reader, or the item itself."""
        item = self._items[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{kind(item)}: {first_words(item)}"
            case Qt.ItemDataRole.AccessibleTextRole:
                parts = (kind(item), whose(item), first_words(item), self.age(item), marks(item))
                return ". ".join(part for part in parts if part)
            case _ if role == ITEM_ROLE:
                return item
        return None


class DraftDelegate(QStyledItemDelegate):
    """Two lines a draft."""

    HEIGHT = 56

    def __init__(self, context: WindowContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All rows are equally high."""
        return QSize(0, self.HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint in the theme's colours."""
        item: DraftItem = index.data(ITEM_ROLE)
        model = index.model()
        theme = self._context.theming.theme
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            active = state & QStyle.StateFlag.State_Active
            painter.fillRect(area, colour(theme.selection if active else theme.selection_idle))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, colour(theme.hover))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), colour(theme.focus))
        painter.setPen(colour(theme.hairline))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        icon, role = ("reply", "link") if item.public else ("sticky-note", "note_ink")
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(area.left() + 14, area.top() + 10, self._context.icons.pixmap(icon, 16, role, ratio))
        inner = area.adjusted(40, 8, -12, -8)
        top = QRect(inner.left(), inner.top(), inner.width(), 20)
        under = QRect(inner.left(), inner.top() + 20, inner.width(), 20)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(text_font(META))
        painter.setPen(colour(theme.muted))
        age = model.age(item) if isinstance(model, DraftModel) else ""
        painter.drawText(top, right, age)
        top.setRight(top.right() - painter.fontMetrics().horizontalAdvance(age) - 12)
        mark = marks(item)
        painter.drawText(under, right, mark)
        under.setRight(under.right() - painter.fontMetrics().horizontalAdvance(mark) - 12)
        metrics = painter.fontMetrics()
        painter.drawText(under, left, metrics.elidedText(whose(item), Qt.TextElideMode.ElideRight, under.width()))
        painter.setFont(text_font(BODY, QFont.Weight.Medium))
        painter.setPen(colour(theme.text))
        words = painter.fontMetrics().elidedText(first_words(item), Qt.TextElideMode.ElideRight, top.width())
        painter.drawText(top, left, words)
        painter.restore()
