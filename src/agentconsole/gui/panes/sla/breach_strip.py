"""The next eight hours at a glance: how many targets would breach in each quarter of an hour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from agentconsole.domain.countdown import Light, Thresholds
from agentconsole.domain.instant import HOUR, Instant
from agentconsole.gui.delegates.cell_canvas import Type
from agentconsole.gui.fonts import figure_font
from agentconsole.gui.spoken_time import local
from agentconsole.gui.theming import META, Theming, colour

HOURS = 8
BUCKETS = 32
_SPAN = HOURS * HOUR // BUCKETS
_WIDEST = 0.4
"""How wide a bar gets at most, as a share of the strip's own height: broad ones would look like blocks."""


class BreachStrip(QWidget):
    """Bars from now (left) to eight hours ahead (right), each in the colour of its state now.

    The hours' names stand below while there is height for them.
    """

    def __init__(self, theming: Theming, thresholds: Thresholds, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("slaStrip")
        self._theming = theming
        self.thresholds = thresholds
        self._counts: tuple[int, ...] = (0,) * BUCKETS
        self._start: Instant = 0
        self._hovered = -1
        self._high = 56
        self._type = Type(figure_font(META))
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theming.changed.connect(self.update)
        self.show_counts(self._counts, 0)

    def set_type(self, size: int, height: int) -> None:
        """Name the hours in type of *size* below bars that are *height* high with it, in pixels: more on a wall."""
        self._type, self._high = Type(figure_font(size)), height
        self.updateGeometry()
        self.update()

    def show_counts(self, counts: Sequence[int], start: Instant) -> None:
        """Show how many targets breach in each quarter of an hour after *start*."""
        self._counts, self._start = tuple(counts), start
        total = sum(counts)
        words = "1 target breaches" if total == 1 else f"{total:,} targets breach"
        self.setAccessibleName(f"{words} in the next {HOURS} hours")
        self.setAccessibleDescription(
            ", ".join(self.words(n) for n, count in enumerate(counts) if count) if start else ""
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, self._high)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 22)

    def words(self, bucket: int) -> str:
        """Say what the bar of *bucket* stands for: "3 breach from 13:15 to 13:30"."""
        begin = local(self._start + bucket * _SPAN)
        end = local(self._start + (bucket + 1) * _SPAN)
        count = self._counts[bucket]
        breach = f"{count:,} breaches" if count == 1 else f"{count:,} breach" if count else "none breach"
        return f"{breach} from {begin:%H:%M} to {end:%H:%M}"

    def bucket_at(self, x: float) -> int:
        """The bucket below the x coordinate, -1 beside all."""
        bucket = int(x * BUCKETS / max(self.width(), 1))
        return bucket if 0 <= bucket < BUCKETS else -1

    def _state(self, bucket: int) -> Light:
        # the middle decides: a bucket that straddles a threshold belongs where most of it lies
        left = bucket * _SPAN + _SPAN // 2
        if left <= self.thresholds.due_now:
            return Light.DUE_NOW
        return Light.DUE_SOON if left <= self.thresholds.due_soon else Light.ON_TRACK

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theming.theme
        painter = QPainter(self)
        labels = self._type.metrics.height() + 4 if self.height() >= 44 else 0
        base = self.height() - labels - 1
        painter.fillRect(0, base, self.width(), 1, colour(theme.hairline))
        step = self.width() / BUCKETS
        most = max(max(self._counts), 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for bucket, count in enumerate(self._counts):
            left = bucket * step
            if bucket == self._hovered:
                painter.fillRect(QRectF(left, 0, step, base), colour(theme.hover))
            if count:
                height = max(3.0, (base - 2) * count / most)
                painter.setBrush(colour(theme.tone(self._state(bucket)).solid))
                wide = min(max(step - 2, 1.5), _WIDEST * self._high)
                painter.drawRoundedRect(QRectF(left + (step - wide) / 2, base - height, wide, height), 1.5, 1.5)
        if labels and self._start:
            self._name_hours(painter, base, labels)

    def _name_hours(self, painter: QPainter, base: int, labels: int) -> None:
        theme = self._theming.theme
        painter.setFont(self._type.font)
        painter.setPen(colour(theme.muted))
        now = local(self._start)
        to_full_hour = HOUR - (now.minute * 60 + now.second) * 1_000_000
        first = self._type.width("now") + 8
        painter.drawText(QRect(0, base + 2, first, labels), int(Qt.AlignmentFlag.AlignLeft), "now")
        wide = self._type.width("00:00") + 4
        every = 1 if self.width() / HOURS > wide + 8 else 2
        for hour in range(0, HOURS, every):
            ahead = to_full_hour + hour * HOUR
            x = round(ahead * self.width() / (HOURS * HOUR))
            if x < wide // 2 + first or x > self.width() - wide // 2:
                continue
            painter.fillRect(x, base + 1, 1, 3, colour(theme.muted))
            name = f"{local(self._start + ahead):%H:%M}"
            painter.drawText(QRect(x - wide // 2, base + 3, wide, labels), int(Qt.AlignmentFlag.AlignHCenter), name)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        bucket = self.bucket_at(event.position().x())
        if bucket != self._hovered:
            self._hovered = bucket
            self.update()
        if bucket >= 0 and self._start:
            words = self.words(bucket)
            QToolTip.showText(event.globalPosition().toPoint(), words[:1].upper() + words[1:], self)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = -1
        self.update()
