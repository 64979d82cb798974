"""Paints the queue's side bar: icon, title, and the count at the right edge."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agentconsole.gui.delegates.cell_canvas import LEFT, RIGHT, Canvas
from agentconsole.gui.icons import IconSet
from agentconsole.gui.models.views_model import Heading, ViewsModel
from agentconsole.gui.theming import Theming, colour

VIEW_ICONS = {
    "my-open": "inbox",
    "unassigned": "user-x",
    "all-open": "layers",
    "breaching-next": "timer",
    "waiting-on-requester": "hourglass",
    "recently-solved": "circle-check",
    "changed-offline": "cloud-upload",
}
_BEFORE_TITLE, _BEFORE_COUNT, _AFTER_COUNT = 36, 8, 16
"""What a line takes besides its words, in pixels."""

_SECTION_ICONS = {"saved": "bookmark", "server": "server"}


class ViewItems(QStyledItemDelegate):
    """Paints headings and views. ``current`` is the line that is open, ``hovered`` the one under the mouse."""

    def __init__(self, model: ViewsModel, theming: Theming, icons: IconSet, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theming = theming
        self._icons = icons
        self._canvas = Canvas(theming.theme)
        theming.changed.connect(self._dress)

    def _dress(self) -> None:
        self._canvas = Canvas(self._theming.theme)

    def widest(self) -> int:
        """The width, in pixels, of the longest view: its title in bold, its count three figures or more."""
        words = (
            self._canvas.strong.width(view.title)
            + self._canvas.figures.width(f"{max(self._model.count_of(view.key) or 0, 100):,}")
            for view in self._model.views()
        )
        return _BEFORE_TITLE + max(words, default=0) + _BEFORE_COUNT + _AFTER_COUNT

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        if isinstance(self._model.line_at(index.row()), Heading):
            return QSize(120, 36)
        return QSize(120, 30 if self._theming.density == "comfortable" else 26)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line = self._model.line_at(index.row())
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        canvas, theme = self._canvas, self._canvas.theme
        if isinstance(line, Heading):
            canvas.write(painter, rect.adjusted(13, 12, -8, 0), line.title, canvas.meta, canvas.muted)
            return
        selected = bool(state & QStyle.StateFlag.State_Selected)
        box = rect.adjusted(6, 1, -6, -1)
        if selected:
            canvas.pill(painter, box, theme.selection)
            if state & QStyle.StateFlag.State_HasFocus and theme.minimum_contrast > 4.5:
                canvas.pill(painter, box, None, theme.focus)
        elif state & QStyle.StateFlag.State_MouseOver:
            canvas.pill(painter, box, theme.hover if theme.dark else theme.hairline)
        name = line.icon or VIEW_ICONS.get(line.key) or _SECTION_ICONS.get(line.section, "list")
        role = "link" if selected else "muted"
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(box.x() + 7, box.y() + (box.height() - 16) // 2, self._icons.pixmap(name, 16, role, ratio))
        count = self._model.count_of(line.key)
        figures = "" if count is None else f"{count:,}"
        room = canvas.figures.width(figures) + 8
        canvas.write(
            painter, box.adjusted(box.width() - room - 2, 0, -8, 0), figures, canvas.figures, canvas.muted, RIGHT
        )
        if self._model.is_taken(line.key):
            mark = self._icons.pixmap("luggage", 12, role, ratio)
            painter.drawPixmap(box.right() - room - 14, box.y() + (box.height() - 12) // 2, mark)
            room += 18
        ink = colour(theme.link) if selected else canvas.ink
        face = canvas.strong if selected else canvas.body
        canvas.write(painter, box.adjusted(30, 0, -room - 4, 0), line.title, face, ink, LEFT)
