"""The ticket's SLA targets, ticking: state, countdown, goal and whose each is; one key tells why."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QFont, QHelpEvent, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from agentconsole.domain.countdown import Light
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import TicketTarget
from agentconsole.domain.service_levels import NO_GOAL
from agentconsole.domain.values import Stage
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.cell_canvas import LEFT, RIGHT, Type
from agentconsole.gui.delegates.sla_light import light_mark
from agentconsole.gui.fonts import figure_font, text_font
from agentconsole.gui.icons import tinted
from agentconsole.gui.models.target_words import (
    HELP_DESK,
    SOURCE_ICONS,
    counts_to,
    figures_of,
    in_full,
    open_span,
    source_words,
    spoken,
    state_of,
    state_words,
)
from agentconsole.gui.panes.sla.thresholds import thresholds_from
from agentconsole.gui.panes.ticket.wording import METRIC_WORDS
from agentconsole.gui.theming import BODY, META, colour

if TYPE_CHECKING:
    from agentconsole.packs.model import Pack

_MARK, _ICON, _INDENT, _GAP = 14, 12, 22, 8
_ONE_LINE, _TWO_LINES = 28, 42


class Targets(QWidget):
    """Lists the targets of one ticket; listens to the clock only while it is seen.

    Signals:
        titled: What the section is called: it says whose targets these are (str).
        why_asked: The agent wants to know how a target came about: its metric (as object), None for any.
    """

    titled = Signal(str)
    why_asked = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ticketTargets")
        self._context = context
        self._targets: tuple[TicketTarget, ...] = ()
        self._titles: Mapping[str, str] = {}
        self._listens = False
        self._strong, self._figures = Type(text_font(BODY, QFont.Weight.Medium)), Type(figure_font(BODY))
        self._body, self._meta = Type(text_font(BODY)), Type(text_font(META))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(_INDENT - 4, 0, 0, 0)
        column.addStretch(1)
        self._why = QPushButton("Why this time?", self)
        self._why.setObjectName("ticketTargetsWhy")
        self._why.setProperty("look", "link")
        self._why.setToolTip("Show the rule, the hours and everything that counted  (Shift+W)")
        self._why.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._why.clicked.connect(lambda: self.why_asked.emit(None))
        column.addWidget(self._why)
        context.theming.changed.connect(self.update)

    def show_targets(self, targets: tuple[TicketTarget, ...]) -> None:
        """Show *targets*: what runs by when it is due, then what is paused or met, last what has no explicit goal."""
        self._targets = tuple(sorted(targets, key=_order))
        if any(each.source not in self._titles for each in targets if each.source):
            # the first answer may have to read the packs
            packs = asyncio.to_thread(self._context.workspace.packs.used)
            self._context.tasks.run(packs, self._show_titles)
        self._why.setVisible(bool(targets))
        self.titled.emit(self._title())
        if self.height() != self.sizeHint().height():
            self.updateGeometry()
        self._listen()
        self._tick(self._context.clock.now())

    def _show_titles(self, packs: Sequence[Pack]) -> None:
        self._titles = {each.pack.id: each.pack.title for each in packs}
        self.titled.emit(self._title())
        self._tick(self._context.clock.now())

    def _title(self) -> str:
        whose = {source_words(each, self._titles) for each in self._targets}
        if not self._targets:
            return "SLA targets"
        if whose == {HELP_DESK}:
            return "SLA targets from the help desk"
        return f"SLA targets · {whose.pop()}" if len(whose) == 1 else "SLA targets, also by a policy pack"

    def words(self, target: TicketTarget, now: Instant) -> str:
        """Return *target* in one sentence, for screen readers."""
        told = spoken(target, now, thresholds_from(self._context.workspace.settings))
        return f"{told[:1].upper()}{told[1:]}, {source_words(target, self._titles)}"

    def second_line(self, target: TicketTarget, now: Instant) -> str:
        """Return what stands below the name of *target*: why it is paused, or what was promised and is left of it."""
        state = state_of(target, now, thresholds_from(self._context.workspace.settings))
        if state is Light.PAUSED or target.goal == NO_GOAL:
            words = state_words(target, state, now)
            return f"{words[:1].upper()}{words[1:]}"
        if not target.source:
            # the heading says so where all are the help desk's
            return source_words(target, self._titles) if any(each.source for each in self._targets) else ""
        left = self._open_left(target, state, now)
        if left is None:
            return target.goal
        return f"{target.goal} · {open_span(left)} {'over' if left < 0 else 'of open time left'}"

    def _open_left(self, target: TicketTarget, state: Light, now: Instant) -> int | None:
        runs = target.stage is Stage.ACTIVE and counts_to(target, now) is not None and state is not Light.MET
        return self._context.workspace.sla.business_left(target, now) if runs and target.schedule else None

    def _tick(self, now: object) -> None:
        self.update()
        if isinstance(now, int):
            said = "; ".join(self.words(each, now) for each in self._targets) or "No SLA target"
            if said != self.accessibleName():
                self.setAccessibleName(said)

    def _listen(self) -> None:
        wanted = self.isVisible() and any(each.stage is not Stage.ACHIEVED for each in self._targets)
        if wanted and not self._listens:
            self._context.clock.ticked.connect(self._tick)
        elif self._listens and not wanted:
            self._context.clock.ticked.disconnect(self._tick)
        self._listens = wanted

    @property
    def _line(self) -> int:
        """The height of each target: of two lines where any of them has something to say in the second."""
        now = self._context.clock.now()
        return _TWO_LINES if any(self.second_line(each, now) for each in self._targets) else _ONE_LINE

    def _line_at(self, y: float) -> TicketTarget | None:
        index = int(y) // self._line
        return self._targets[index] if 0 <= index < len(self._targets) else None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._listen()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._listen()

    def sizeHint(self) -> QSize:
        why = self._why.sizeHint().height() + 2 if self._targets else 0
        return QSize(120, self._line * len(self._targets) + why if self._targets else _ONE_LINE)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Tell why the target under the mouse is due when it is."""
        target = self._line_at(event.position().y())
        if target is not None:
            self.why_asked.emit(target.metric)

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            target, now = self._line_at(event.pos().y()), self._context.clock.now()
            if target is not None:
                thresholds = thresholds_from(self._context.workspace.settings)
                left = self._open_left(target, state_of(target, now, thresholds), now)
                QToolTip.showText(event.globalPos(), in_full(target, now, thresholds, self._titles, left), self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, now = self._context.theming.theme, self._context.clock.now()
        painter = QPainter(self)
        if not self._targets:
            painter.setFont(self._body.font)
            painter.setPen(colour(theme.muted))
            painter.drawText(self.rect(), int(LEFT), "No SLA target")
        high = self._line
        for index, target in enumerate(self._targets):
            self._paint_target(painter, QRect(0, index * high, self.width(), high - 4), target, now)

    def _paint_target(self, painter: QPainter, room: QRect, target: TicketTarget, now: Instant) -> None:
        theme, ratio = self._context.theming.theme, self.devicePixelRatioF()
        state = state_of(target, now, thresholds_from(self._context.workspace.settings))
        tone = theme.tone(state)
        second_line = self.second_line(target, now)
        half = room.height() if room.height() < _ONE_LINE else room.height() // 2
        first = QRect(_INDENT, room.y(), room.width() - _INDENT, half)
        second = QRect(_INDENT, room.y() + half, room.width() - _INDENT, half)
        painter.drawPixmap(0, room.y() + (half - _MARK) // 2, light_mark(state, tone, _MARK, ratio))
        metric = METRIC_WORDS[target.metric]
        self._write(painter, first, metric, self._strong, theme.text)
        figures = figures_of(target, state, now)
        self._write(painter, first, figures, self._figures, tone.ink, right=True)
        # a pause and a missing goal are told in full below
        word = "" if target.goal == NO_GOAL or state is Light.PAUSED else state.value
        used = self._figures.width(figures) + _GAP if figures else 0
        room_left = first.width() - used - self._strong.width(metric) - _GAP
        if self._meta.width(word) <= room_left:
            self._write(painter, first.adjusted(0, 0, -used, 0), word, self._meta, tone.ink, right=True)
        if not second_line:
            return
        icon = tinted(SOURCE_ICONS[bool(target.source)], theme.muted, _ICON, ratio)
        painter.drawPixmap(second.x(), second.y() + (half - _ICON) // 2, icon)
        self._write(painter, second.adjusted(_ICON + 6, 0, 0, 0), second_line, self._meta, theme.muted)

    @staticmethod
    def _write(painter: QPainter, room: QRect, text: str, face: Type, ink: str, *, right: bool = False) -> None:
        painter.setFont(face.font)
        painter.setPen(colour(ink))
        painter.drawText(room, int(RIGHT if right else LEFT), face.fit(text, room.width()))


def _order(target: TicketTarget) -> tuple[int, Instant]:
    if target.goal == NO_GOAL:
        return 2, 0
    due = target.due_at or target.breach_at
    return (0, due) if target.stage is Stage.ACTIVE and due is not None else (1, 0)
