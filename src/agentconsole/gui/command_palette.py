"""Ctrl+K: every action by a few letters of its name, with its key; and any ticket by its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from agentconsole.gui.actions import Actions
from agentconsole.gui.fonts import text_font
from agentconsole.gui.fuzzy import fit
from agentconsole.gui.overlay import Overlay
from agentconsole.gui.theming import BODY, META, Theming, colour

Index = QModelIndex | QPersistentModelIndex
KEY_ROLE = Qt.ItemDataRole.UserRole + 1
SECTION_ROLE = Qt.ItemDataRole.UserRole + 2
FIRST_SECTIONS = {"Ticket": 3, "Queue": 2, "Go to": 1}
"""What an agent wants most often comes first while nothing is typed."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the palette."""

    title: str
    section: str
    key: str
    start: Callable[[], object]
    enabled: bool = True


class OfferModel(QAbstractListModel):
    """The lines that fit what was typed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._offers: list[Offer] = []

    def show(self, offers: list[Offer]) -> None:
        """Replace all lines."""
        self.beginResetModel()
        self._offers = offers
        self.endResetModel()

    def offer(self, row: int) -> Offer:
        """Return line *row*."""
        return self._offers[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self._offers)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Grey out what can't be done now."""
        usable = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usable if self._offers[index.row()].enabled else Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return title, key, section, or all of them for a screen reader."""
        offer = self._offers[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return offer.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(part for part in (offer.title, offer.section, offer.key) if part)
            case Qt.ItemDataRole.ToolTipRole if not offer.enabled:
                return offer.section
            case _ if role == KEY_ROLE:
                return offer.key
            case _ if role == SECTION_ROLE:
                return offer.section
        return None


class OfferDelegate(QStyledItemDelegate):
    """Paints one line: section, title, key."""

    HEIGHT = 36

    def __init__(self, theming: Theming, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theming = theming

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All lines are equally high."""
        return QSize(0, self.HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint in the theme's colours."""
        theme = self._theming.theme
        area: QRect = option.rect.adjusted(4, 1, -4, -1)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.selection))
            painter.drawRoundedRect(area, 6, 6)
            painter.setBrush(colour(theme.focus))
            painter.drawRoundedRect(QRect(area.left(), area.top() + 8, 3, area.height() - 16), 1, 1)
        enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        inner = area.adjusted(12, 0, -12, 0)
        key = str(index.data(KEY_ROLE) or "")
        painter.setFont(text_font(META))
        right = inner.right()
        for part in reversed(key.split("+") if key not in ("", "+") else [key] if key else []):
            width = painter.fontMetrics().horizontalAdvance(part) + 12
            cap = QRect(right - width, inner.center().y() - 9, width, 19)
            painter.setPen(colour(theme.hairline))
            painter.setBrush(colour(theme.hover))
            painter.drawRoundedRect(cap, 4, 4)
            painter.setPen(colour(theme.muted))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, part)
            right -= width + 4
        painter.setPen(colour(theme.muted))
        # why an action can't be used is a sentence: the tooltip has the rest of a long one
        most = inner.width() * 3 // 5
        said = str(index.data(SECTION_ROLE) or "")
        section = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, most)
        wide = painter.fontMetrics().horizontalAdvance(section)
        centred = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(right - wide - 8, inner.top(), wide, inner.height()), centred, section)
        painter.setFont(text_font(BODY))
        painter.setPen(colour(theme.text if enabled else theme.disabled))
        room = QRect(inner.left(), inner.top(), right - wide - 24 - inner.left(), inner.height())
        title = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, centred, title)
        painter.restore()


class CommandPalette(Overlay):
    """The palette. *more* adds lines of its own for what was typed (a ticket's number, a view)."""

    ROWS = 10

    def __init__(
        self, window: QWidget, actions: Actions, theming: Theming, more: Callable[[str], list[Offer]] | None = None
    ) -> None:
        super().__init__(window, "commandPalette", 640)
        self._actions = actions
        self._more = more or (lambda _typed: [])
        self._recent: list[str] = []
        self._input = QLineEdit(self.panel)
        self._input.setObjectName("commandPaletteInput")
        self._input.setAccessibleName("Find an action or a ticket")
        self._input.setPlaceholderText("What do you want to do? Or a ticket's number …")
        self._model = OfferModel(self)
        self._list = QListView(self.panel)
        self._list.setObjectName("commandPaletteList")
        self._list.setAccessibleName("Actions")
        self._list.setModel(self._model)
        self._list.setItemDelegate(OfferDelegate(theming, self._list))
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._none = QLabel("No action fits. Try a verb such as “reply”, or a ticket's number.", self.panel)
        self._none.setObjectName("commandPaletteEmpty")
        self._none.setProperty("look", "muted")
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._none.setMinimumHeight(72)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(1, 1, 1, 6)
        column.setSpacing(4)
        column.addWidget(self._input)
        column.addWidget(self._list, 1)
        column.addWidget(self._none)
        self._input.textChanged.connect(self._filter)
        self._list.clicked.connect(lambda index: self._start(index.row()))
        self._input.installEventFilter(self)

    def open(self) -> None:
        """Show every action, the latest used first."""
        super().open()
        self._input.clear()
        self._filter("")
        self._input.setFocus(Qt.FocusReason.PopupFocusReason)

    def height_of_panel(self, available: int) -> int:
        """Ten lines at the most."""
        lines = min(self._model.rowCount(), self.ROWS)
        return min(available, 62 + (lines * OfferDelegate.HEIGHT if lines else 76))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows move the selection while the text keeps the focus."""
        if watched is self._input and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 9, Qt.Key.Key_PageUp: -9}
            control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            letters = {Qt.Key.Key_N: 1, Qt.Key.Key_J: 1, Qt.Key.Key_P: -1, Qt.Key.Key_K: -1} if control else {}
            step = steps.get(Qt.Key(event.key()), letters.get(Qt.Key(event.key()), 0))
            if step:
                self._move(step)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._start(self._list.currentIndex().row())
                return True
            if event.key() == Qt.Key.Key_Tab:
                return True
        return super().eventFilter(watched, event)

    def _filter(self, typed: str) -> None:
        found: list[tuple[int, Offer]] = []
        for entry in self._actions.entries():
            if entry.hidden or entry.id == "window.palette":
                continue
            score = fit(typed, f"{entry.text} {entry.keywords} {entry.section}")
            if score is None:
                continue
            title_only = fit(typed, entry.text)
            score = max(score - 40, title_only) if title_only is not None else score - 40
            if entry.id in self._recent:
                score += 10 + 5 * self._recent.index(entry.id)
            if not typed:
                score += FIRST_SECTIONS.get(entry.section, 0)
            title, section = entry.text.rstrip("…"), entry.refusal or entry.section
            offer = Offer(title, section, entry.key_text, self._starter(entry.id), entry.action.isEnabled())
            found.append((score + (0 if offer.enabled else -500), offer))
        found.sort(key=lambda pair: -pair[0])
        offers, more = [offer for _, offer in found], self._more(typed.strip())
        begun = typed.strip().casefold()
        # what is called as was typed is meant before what only has the word in it
        called = [offer for offer in offers if begun and offer.enabled and offer.title.casefold().startswith(begun)]
        self._model.show(called + more + [offer for offer in offers if offer not in called])
        has_any = self._model.rowCount() > 0
        self._list.setVisible(has_any)
        self._none.setVisible(not has_any)
        self._list.setCurrentIndex(self._model.index(0))
        self.place()

    def _starter(self, id: str) -> Callable[[], object]:  # noqa: A002  an action's id, as actions.py calls it
        def start() -> None:
            self._recent = [*(known for known in self._recent if known != id), id][-8:]
            self._actions.trigger(id)

        return start

    def _move(self, step: int) -> None:
        count = self._model.rowCount()
        if count:
            now = self._list.currentIndex().row()
            row = (now + step) % count if abs(step) == 1 else min(max(now + step, 0), count - 1)
            self._list.setCurrentIndex(self._model.index(row))

    def _start(self, row: int) -> None:
        if not 0 <= row < self._model.rowCount():
            return
        offer = self._model.offer(row)
        if offer.enabled:
            # closed first: the action may need the focus where it was
            self.dismiss()
            offer.start()
