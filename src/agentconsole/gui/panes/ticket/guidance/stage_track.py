"""The stages of a lifecycle in a line: done, current, to come. Told by shape and word, not by colour alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.fonts import text_font
from agentconsole.gui.theming import META, colour
from agentconsole.triage.values import StageState


class StageTrack(QWidget):
    """Shows where a ticket stands; left and right choose a stage to look at.

    Signals:
        chosen: A stage's id (str).
    """

    chosen = Signal(str)
    HEIGHT = 40

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("stageTrack")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._context = context
        self._stages: tuple[StageState, ...] = ()
        self._looked_at = ""
        context.theming.changed.connect(self.update)

    def show_stages(self, stages: tuple[StageState, ...], looked_at: str) -> None:
        """Show *stages*; the demands of *looked_at* are listed below."""
        self._stages, self._looked_at = stages, looked_at
        self.setVisible(bool(stages))
        at = next((number for number, stage in enumerate(stages, 1) if stage.id == looked_at), 0)
        words = next((_spoken(stage) for stage in stages if stage.id == looked_at), "")
        self.setAccessibleName(f"Stage {at} of {len(stages)}: {words}" if at else "Lifecycle")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.HEIGHT)

    def _place(self, number: int) -> QPointF:
        step = (self.width() - 20) / max(len(self._stages) - 1, 1)
        return QPointF(10 + step * number, 11)

    def _at(self, x: float) -> int:
        distances = [abs(self._place(number).x() - x) for number in range(len(self._stages))]
        return distances.index(min(distances))

    def _look_at(self, number: int) -> None:
        if 0 <= number < len(self._stages):
            self.chosen.emit(self._stages[number].id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        now = next((number for number, stage in enumerate(self._stages) if stage.id == self._looked_at), 0)
        match event.key():
            case Qt.Key.Key_Left:
                self._look_at(now - 1)
            case Qt.Key.Key_Right:
                self._look_at(now + 1)
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._stages:
            self._look_at(self._at(event.position().x()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent) and self._stages:
            stage = self._stages[self._at(event.pos().x())]
            QToolTip.showText(event.globalPos(), _spoken(stage), self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._context.theming.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in range(len(self._stages) - 1):
            passed = self._stages[number].done
            painter.setPen(QPen(colour(theme.accent if passed else theme.field_edge), 2 if passed else 1))
            painter.drawLine(self._place(number), self._place(number + 1))
        for number, stage in enumerate(self._stages):
            self._draw_stage(painter, self._place(number), stage)
        looked_at = next((stage for stage in self._stages if stage.id == self._looked_at), None)
        if looked_at is not None:
            painter.setFont(text_font(META))
            painter.setPen(colour(theme.text))
            words = f"{self._stages.index(looked_at) + 1} of {len(self._stages)} · {looked_at.title}"
            painter.drawText(QRect(0, 22, self.width(), 18), Qt.AlignmentFlag.AlignLeft, words)

    def _draw_stage(self, painter: QPainter, at: QPointF, stage: StageState) -> None:
        theme = self._context.theming.theme
        if stage.id == self._looked_at:
            painter.setPen(QPen(colour(theme.focus if self.hasFocus() else theme.field_edge), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, 9, 9)
        if stage.done:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.accent))
            painter.drawEllipse(at, 6, 6)
            painter.setPen(QPen(colour(theme.on_accent), 1.5))
            painter.drawPolyline([at + QPointF(-2.6, 0.2), at + QPointF(-0.8, 2.2), at + QPointF(2.8, -2)])
        else:
            code, width = (theme.accent, 2.0) if stage.current else (theme.field_edge, 1.5)
            painter.setPen(QPen(colour(code), width))
            painter.setBrush(colour(theme.surface))
            painter.drawEllipse(at, 5.5, 5.5)
            if stage.current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour(theme.accent))
                painter.drawEllipse(at, 2.2, 2.2)


def _spoken(stage: StageState) -> str:
    state = "done" if stage.done else "current" if stage.current else "to come"
    left = sum(1 for demand in stage.demands if not demand.done and not demand.optional)
    return f"{stage.title}, {state}" + (f", {left} open" if left and not stage.done else "")
