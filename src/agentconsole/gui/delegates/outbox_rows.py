"""Paints changes of the outbox: what, where, since when, and what is the matter."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from enum import IntEnum

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from agentconsole.domain.rows import OutboxRow
from agentconsole.domain.values import OutboxState
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.cell_canvas import LEFT, RIGHT, Canvas, Type
from agentconsole.gui.delegates.row_pictures import Cell, RowPictures, Standing
from agentconsole.gui.fonts import text_font
from agentconsole.gui.models.outbox_model import OutboxModel
from agentconsole.gui.models.outbox_words import STATE_ICONS, STATE_WORDS, what, where
from agentconsole.gui.theming import BODY, META, colour

HEIGHT = 56
"""All rows are equally high, in pixels."""

_LOUD = (OutboxState.CONFLICT, OutboxState.REFUSED)
_THEN = "Then: waits for the change above"


class OneColumn(IntEnum):
    """The columns of the outbox."""

    CHANGE = 0


class OutboxRows:
    """Two lines a change. Changes of one ticket hang together by a line: they are sent from the top down.

    Attributes:
        hovered: The row under the mouse, -1 when there is none; the list keeps it.
        focused: The row under the cursor while the list has the keyboard, else -1; the list keeps it.
    """

    def __init__(self, model: OutboxModel, context: WindowContext) -> None:
        self._model = model
        self._context = context
        self._canvas = Canvas(context.theming.theme)
        self._meta, self._words = Type(text_font(META)), Type(text_font(BODY, QFont.Weight.Medium))
        self._pictures = RowPictures()
        self.hovered = -1
        self.focused = -1

    def dress(self) -> None:
        """Paint in the theme's colours from now on."""
        self._canvas = Canvas(self._context.theming.theme)

    def paint_rows(
        self,
        painter: QPainter,
        rows: Iterable[tuple[int, int, bool]],
        cells: Sequence[Cell[OneColumn]],
        size: QSize,
        *,
        most: int,
        is_active: bool,
    ) -> None:
        """Paint *rows*, as a :class:`RowPainter` does."""
        model = self._model
        # not the viewport, but what its only column takes of it
        size = QSize(cells[0].width, size.height()) if cells else size
        self._pictures.take_form(painter, size.width(), size.height(), most, self._canvas)
        for position, y, is_selected in rows:
            standing = Standing(
                is_selected, position == self.hovered, position == self.focused, is_selected and is_active
            )
            row = model.row(position)
            begins, ends = model.begins(position), model.ends(position)
            age = "" if row is None else model.age(row)
            told = None if row is None else (row.state, row.text, row.command, row.ref, row.subject)
            paint = functools.partial(
                self._paint_row, row=row, age=age, begins=begins, ends=ends, size=size, standing=standing
            )
            key = model.id_at(position)
            self._pictures.show(painter, y, key, (standing, told, begins, ends, age), None, paint)

    def _paint_row(
        self,
        painter: QPainter,
        _whole: bool,
        *,
        row: OutboxRow | None,
        age: str,
        begins: bool,
        ends: bool,
        size: QSize,
        standing: Standing,
    ) -> None:
        """Paint *row* below the corner of *painter*."""
        canvas, theme, meta = self._canvas, self._canvas.theme, self._meta
        area = QRect(0, 0, size.width(), size.height())
        painter.fillRect(area, colour(theme.surface))
        if row is None:
            return
        canvas.ground(
            painter,
            area,
            selected=standing.is_selected,
            hovered=standing.is_hovered,
            active=standing.is_active,
            hairline=False,
        )
        if standing.is_current:
            canvas.current_bar(painter, area, active=True)
        painter.setPen(colour(theme.hairline))
        painter.drawLine(0 if ends else 44, area.bottom(), area.right(), area.bottom())
        if not (begins and ends):
            self._paint_chain(painter, area, begins=begins, ends=ends)
        icon, role = STATE_ICONS[row.state]
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(16, 10, self._context.icons.pixmap(icon, 16, role, ratio))
        inner = area.adjusted(44, 8, -16, -8)
        top = QRect(inner.left(), inner.top(), inner.width(), 20)
        under = QRect(inner.left(), inner.top() + 20, inner.width(), 20)
        word = STATE_WORDS[row.state]
        painter.setFont(meta.font)
        painter.setPen(canvas.muted)
        painter.drawText(top, int(RIGHT), age)
        top.setRight(top.right() - meta.width(age) - 12)
        painter.setPen(colour(theme.danger_ink) if row.state in _LOUD else canvas.muted)
        painter.drawText(under, int(RIGHT), word)
        under.setRight(under.right() - meta.width(word) - 12)
        painter.setPen(canvas.muted)
        place = where(row) if begins or row.state is not OutboxState.QUEUED else _THEN
        shortened = Qt.TextElideMode.ElideRight
        painter.drawText(under, int(LEFT), meta.metrics.elidedText(place, shortened, under.width()))
        painter.setFont(self._words.font)
        painter.setPen(canvas.ink)
        painter.drawText(top, int(LEFT), self._words.metrics.elidedText(what(row), shortened, top.width()))

    def _paint_chain(self, painter: QPainter, area: QRect, *, begins: bool, ends: bool) -> None:
        painter.setPen(QPen(colour(self._canvas.theme.field_edge), 1))
        x = 24
        if not begins:
            painter.drawLine(x, 0, x, 6)
        if not ends:
            painter.drawLine(x, 30, x, area.bottom())
