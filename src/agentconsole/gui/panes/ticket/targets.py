"""The ticket's SLA targets, ticking: shape, words and figures for each."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QHelpEvent, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from agentconsole.domain.countdown import Light, Thresholds, countdown_text, light
from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.domain.records import SlaTarget
from agentconsole.domain.values import Stage
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.sla_light import light_mark
from agentconsole.gui.fonts import figure_font, text_font
from agentconsole.gui.panes.ticket.wording import METRIC_WORDS
from agentconsole.gui.spoken_time import exact, span
from agentconsole.gui.theming import BODY, META, colour


class Targets(QWidget):
    """Lists the help desk's targets of one ticket; listens to the clock only while it is seen."""

    LINE = 28

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ticketTargets")
        self._context = context
        self._targets: tuple[SlaTarget, ...] = ()
        self._listens = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        context.theming.changed.connect(self.update)

    def show_targets(self, targets: tuple[SlaTarget, ...]) -> None:
        """Show *targets*, the next breach first."""
        self._targets = tuple(sorted(targets, key=lambda each: (each.stage is not Stage.ACTIVE, each.breach_at or 0)))
        self.updateGeometry()
        self._listen()
        self._tick(self._context.clock.now())

    def words(self, target: SlaTarget, now: Instant) -> str:
        """Return *target* in one sentence, for screen readers and the tooltip."""
        state = light(target.stage, target.breach_at, now, self._thresholds())
        metric = METRIC_WORDS[target.metric]
        if target.breach_at is None or state in (Light.MET, Light.PAUSED):
            return f"{metric}: {state.value}"
        left = target.breach_at - now
        when = f"breached {span(left)} ago" if left < 0 else f"{state.value}, breaches in {span(left)}"
        return f"{metric}: {when}, {exact(target.breach_at)}"

    def _thresholds(self) -> Thresholds:
        settings, usual = self._context.workspace.settings, Thresholds()
        now, soon = settings.get("sla.due_now_minutes"), settings.get("sla.due_soon_minutes")
        return Thresholds(
            due_now=int(now) * MINUTE if isinstance(now, int | float) else usual.due_now,
            due_soon=int(soon) * MINUTE if isinstance(soon, int | float) else usual.due_soon,
        )

    def _tick(self, now: object) -> None:
        self.update()
        if isinstance(now, int):
            said = "; ".join(self.words(each, now) for each in self._targets) or "No SLA target"
            if said != self.accessibleName():
                self.setAccessibleName(said)

    def _listen(self) -> None:
        wanted = self.isVisible() and any(each.stage is Stage.ACTIVE for each in self._targets)
        if wanted and not self._listens:
            self._context.clock.ticked.connect(self._tick)
        elif self._listens and not wanted:
            self._context.clock.ticked.disconnect(self._tick)
        self._listens = wanted

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._listen()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._listen()

    def sizeHint(self) -> QSize:
        return QSize(120, self.LINE * max(len(self._targets), 1))

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            index = event.pos().y() // self.LINE
            if 0 <= index < len(self._targets):
                words = self.words(self._targets[index], self._context.clock.now())
                QToolTip.showText(event.globalPos(), f"{words}\nTarget from the help desk", self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, now = self._context.theming.theme, self._context.clock.now()
        painter = QPainter(self)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if not self._targets:
            painter.setPen(colour(theme.muted))
            painter.drawText(self.rect(), left, "No SLA target")
        thresholds = self._thresholds()
        for index, target in enumerate(self._targets):
            line = QRect(0, index * self.LINE, self.width(), self.LINE)
            state = light(target.stage, target.breach_at, now, thresholds)
            tone = theme.tone(state)
            painter.drawPixmap(0, line.y() + 7, light_mark(state, tone, 14, self.devicePixelRatioF()))
            painter.setFont(text_font(BODY))
            painter.setPen(colour(theme.text))
            painter.drawText(line.adjusted(22, 0, 0, 0), left, METRIC_WORDS[target.metric])
            counting = target.breach_at is not None and state not in (Light.MET, Light.PAUSED)
            figures = countdown_text(target.breach_at - now) if counting and target.breach_at is not None else ""
            painter.setFont(figure_font(BODY, QFont.Weight.DemiBold))
            painter.setPen(colour(tone.ink))
            painter.drawText(line, right, figures)
            painter.setFont(text_font(META))
            painter.drawText(line.adjusted(0, 0, -64 if figures else 0, 0), right, state.value)
