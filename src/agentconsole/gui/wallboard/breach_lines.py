"""The list on the wall: one line a target, or columns of lines, one a group."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from agentconsole.domain.countdown import Light
from agentconsole.domain.rows import TargetRow
from agentconsole.domain.service_levels import NO_GOAL
from agentconsole.domain.values import Metric
from agentconsole.gui.delegates.cell_canvas import LEFT, RIGHT, Type
from agentconsole.gui.delegates.sla_light import light_mark
from agentconsole.gui.fonts import figure_font, text_font
from agentconsole.gui.models.queue_model import METRIC_WORDS
from agentconsole.gui.models.target_model import TargetModel
from agentconsole.gui.theming import Theming, colour
from agentconsole.gui.wallboard.measures import Measures
from agentconsole.gui.wallboard.pages import Column, Page

_LOUD = (Light.BREACHED, Light.DUE_NOW)
_TOLD = (Light.BREACHED, Light.DUE_NOW, Light.DUE_SOON, Light.ON_TRACK, Light.PAUSED)
_A_NAME = "Integrations"
_SLACK = 6
"""Pixels that shaping and rounding may cost."""

_USUAL = (Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.RESOLUTION)


class Cell(NamedTuple):
    """Words of a line, at least *least* pixels wide; of what is left it takes its *share*.

    The cell that *gives_way* the most is left out first where there is no room, one of 0 never.
    """

    text: str
    ink: str
    least: int
    share: int = 0
    gives_way: int = 0
    strong: bool = False


class BreachLines(QWidget):
    """Paints one :data:`Page`. No requester and no agent is named; subjects can be left out, too.

    Attributes:
        subjects: Whether tickets' subjects are shown.
    """

    def __init__(self, model: TargetModel, theming: Theming, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("wallLines")
        self.subjects = True
        self._model = model
        self._theming = theming
        self._page: Page = ()
        self._measures: Measures | None = None
        self._countdown_width = self._number_width = self._group_width = 0
        self._figures, self._text, self._strong = (Type(figure_font(28)), Type(text_font(28)), Type(text_font(28)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(1)
        theming.changed.connect(self.update)

    def set_measures(self, measures: Measures) -> None:
        """Take the sizes of *measures*."""
        self._measures = measures
        self._figures = Type(figure_font(measures.line, QFont.Weight.DemiBold))
        self._text = Type(text_font(measures.line))
        self._strong = Type(text_font(measures.line, QFont.Weight.DemiBold))
        self.update()

    def lines_that_fit(self, *, headed: bool) -> int:
        """How many targets fit below each other, *headed* by their group's name or not."""
        if self._measures is None:
            return 0
        return max(1, self.height() // self._measures.line_height - bool(headed))

    def columns_that_fit(self) -> int:
        """How many groups fit side by side so that a line has room for a customer's name."""
        gap = self._measures.gap if self._measures is not None else 0
        size = self._text.font.pixelSize()
        each = self._figures.width("-00:00") + self._text.width(f"#000000{_A_NAME}") + 4 * size
        return max(1, (self.width() + gap) // (each + gap))

    def show_page(self, page: Page) -> None:
        """Show *page*; its countdowns are read from the model at every paint."""
        self._page = page
        shown = [target for column in page for target in column.targets]
        widths = [self._figures.width(self._model.countdown_of(target)[1]) for target in shown]
        # a tick must not move what stands beside the figures
        self._countdown_width = max(*widths, self._figures.width("-00:00")) if shown else 0
        self._number_width = max((self._text.width(_number(target)) for target in shown), default=0) + _SLACK
        self.setAccessibleName("; ".join(map(self._spoken, shown)) or "No target is running")
        self.update()

    def type_size(self) -> int:
        """The size of the lines' type, in pixels."""
        return self._text.font.pixelSize()

    def _spoken(self, target: TargetRow) -> str:
        light, figures = self._model.countdown_of(target)
        return f"{_number(target)} {METRIC_WORDS[target.metric.value]} {light.value} {figures}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._measures is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, measures = self._theming.theme, self._measures
        if not any(column.targets for column in self._page):
            painter.setFont(self._text.font)
            painter.setPen(colour(theme.muted))
            painter.drawText(self.rect(), int(LEFT), "No target is running.")
            return
        gap = measures.gap
        wide = (self.width() - gap * (len(self._page) - 1)) // len(self._page)
        for number, column in enumerate(self._page):
            room = QRect(number * (wide + gap), 0, wide, self.height())
            self._column(painter, room, column)

    def _column(self, painter: QPainter, room: QRect, column: Column) -> None:
        high = 0 if self._measures is None else self._measures.line_height
        top = room.y()
        if column.title:
            self._heading(painter, QRect(room.x(), top, room.width(), high), column)
            top += high
        for target in column.targets:
            line = QRect(room.x(), top, room.width(), high)
            painter.fillRect(line.x(), line.bottom(), line.width(), 1, colour(self._theming.theme.hairline))
            self._line(painter, line, target, whole=not column.title)
            top += high

    def _heading(self, painter: QPainter, line: QRect, column: Column) -> None:
        theme = self._theming.theme
        right = line.right()
        mark = round(self._text.font.pixelSize() * 0.7)
        for light in reversed(_TOLD):
            count = column.tally.get(light, 0)
            if not count:
                continue
            figures = f"{count:,}"
            tone = theme.tone(light)
            right -= self._figures.width(figures)
            self._write(painter, QRect(right, line.y(), 400, line.height()), figures, self._figures, tone.ink)
            right -= mark + 8
            shape = light_mark(light, tone, mark, self.devicePixelRatioF())
            painter.drawPixmap(right, line.y() + (line.height() - mark) // 2, shape)
            right -= mark // 2
            if light not in _LOUD and right - line.x() < self._strong.width(column.title):
                break
        place = QRect(line.x(), line.y(), right - line.x() - 8, line.height())
        self._write(painter, place, column.title, self._strong, theme.text)
        painter.fillRect(line.x(), line.bottom() - 1, line.width(), 2, colour(theme.field_edge))

    def _line(self, painter: QPainter, line: QRect, target: TargetRow, *, whole: bool) -> None:
        """Paint *target*: shape, countdown, number; *whole* also state, target, subject, organization and team."""
        theme = self._theming.theme
        light, figures = self._model.countdown_of(target)
        tone = theme.tone(light)
        size = self._text.font.pixelSize()
        gap = round(size * 0.6)
        mark = round(size * 0.8)
        wide = self._countdown_width + mark + gap
        if light in _LOUD:
            pill = QRect(line.x(), line.y() + 4, wide + gap, line.height() - 9)
            painter.setPen(colour(tone.solid))
            painter.setBrush(colour(tone.wash))
            painter.drawRoundedRect(pill, 8, 8)
        left = line.x() + gap // 2
        shape = light_mark(light, tone, mark, self.devicePixelRatioF())
        painter.drawPixmap(left, line.y() + (line.height() - mark) // 2, shape)
        place = QRect(left, line.y(), wide, line.height())
        self._write(painter, place, figures, self._figures, tone.ink, right=True)
        left += wide + gap
        cells = self._cells(target, light, tone.ink) if whole else self._few_cells(target)
        for cell, room in self._laid_out(cells, line.right() - left, gap):
            face = self._strong if cell.strong else self._text
            self._write(painter, QRect(left, line.y(), room, line.height()), cell.text, face, cell.ink)
            left += room + gap

    def _cells(self, target: TargetRow, light: Light, state_ink: str) -> tuple[Cell, ...]:
        """Return what a line of the whole width says."""
        theme = self._theming.theme
        states = max(self._strong.width(_titled(each.value)) for each in _TOLD) + _SLACK
        metrics = max(self._text.width(_titled(METRIC_WORDS[each.value])) for each in _USUAL) + _SLACK
        known = [
            Cell(_titled(light.value), state_ink, least=states, strong=light in _LOUD),
            Cell(_number(target), theme.muted, least=self._number_width),
            Cell(_titled(METRIC_WORDS[target.metric.value]), theme.text, least=metrics, gives_way=1),
        ]
        least = self._text.width(_A_NAME)
        if self.subjects:
            known.append(Cell(target.subject, theme.text, least=least * 2, share=3))
        elif any(each.goal for column in self._page for each in column.targets):
            goal = "" if target.goal == NO_GOAL else target.goal
            known.append(Cell(goal, theme.muted, least=least * 2, share=2, gives_way=3))
        customer = " · ".join(part for part in (target.organization, _titled(target.tier)) if part)
        known.append(Cell(customer, theme.muted, least=least, share=2, gives_way=2))
        group = min(self._group_width, self.width() // 6)
        known.append(Cell(target.group, theme.text, least=group, gives_way=4))
        return tuple(known)

    def _few_cells(self, target: TargetRow) -> tuple[Cell, ...]:
        """Return what a line says that stands beside others."""
        theme = self._theming.theme
        least = self._text.width(_A_NAME)
        number = Cell(_number(target), theme.muted, least=self._number_width)
        words = target.subject if self.subjects else target.organization
        return number, Cell(words, theme.text, least=least, share=1, gives_way=1)

    @staticmethod
    def _laid_out(cells: tuple[Cell, ...], room: int, gap: int) -> list[tuple[Cell, int]]:
        """Return *cells* with their widths; where all can't be had, those that give way first are left out."""
        shown = list(cells)
        while sum(each.least + gap for each in shown) - gap > room and any(each.gives_way for each in shown):
            shown.remove(max(shown, key=lambda each: each.gives_way))
        spare = max(0, room - sum(each.least + gap for each in shown) + gap)
        shares = sum(each.share for each in shown) or 1
        return [(each, each.least + spare * each.share // shares) for each in shown]

    def _write(self, painter: QPainter, room: QRect, text: str, face: Type, ink: str, *, right: bool = False) -> None:
        painter.setFont(face.font)
        painter.setPen(colour(ink))
        painter.drawText(room, int(RIGHT if right else LEFT), face.fit(text, room.width()))


def _titled(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _number(target: TargetRow) -> str:
    return f"#{target.ref}" if target.ref else "new"
