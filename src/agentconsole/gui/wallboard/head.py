"""The top of the wall: what it shows, how fresh it is, and what time it is."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import SyncStatus
from agentconsole.gui.delegates.cell_canvas import LEFT, RIGHT, Type
from agentconsole.gui.fonts import figure_font, text_font
from agentconsole.gui.icons import tinted
from agentconsole.gui.spoken_time import ago, local
from agentconsole.gui.theming import Theming, colour
from agentconsole.gui.wallboard.measures import Measures


class WallHead(QWidget):
    """Title on the left, the age of the data in the middle, the clock with its zone on the right."""

    def __init__(self, theming: Theming, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("wallHead")
        self._theming = theming
        self._title = self._detail = ""
        self._now: Instant = 0
        self._status = SyncStatus()
        self._clock, self._word, self._meta = Type(figure_font(40)), Type(text_font(28)), Type(text_font(28))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theming.changed.connect(self.update)

    def set_measures(self, measures: Measures) -> None:
        """Take the sizes of *measures*."""
        self._clock = Type(figure_font(measures.clock, QFont.Weight.DemiBold))
        self._word = Type(text_font(measures.word, QFont.Weight.DemiBold))
        self._meta = Type(text_font(measures.meta))
        self.setFixedHeight(self._word.metrics.height() + self._meta.metrics.height() + 8)
        self.update()

    def tell(self, title: str, detail: str, status: SyncStatus, now: Instant) -> None:
        """Show *title* over *detail*, how fresh the data are by *status*, and the time *now*."""
        self._title, self._detail, self._status, self._now = title, detail, status, now
        self.setAccessibleName(f"{title}. {detail}. {self.freshness()[1]}")
        self.update()

    def freshness(self) -> tuple[str, str]:
        """Return an icon's name and words for the age of the data."""
        as_of = self._status.data_as_of
        if self._status.online and as_of is not None:
            return "cloud", f"Data as of {local(as_of):%H:%M:%S}"
        if as_of is not None:
            return "cloud-off", f"Offline · data as of {local(as_of):%H:%M}, {ago(as_of, self._now)}"
        return "cloud-off", "No data yet"

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theming.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = self._word.metrics.height()
        now = local(self._now)
        time, zone = f"{now:%H:%M:%S}", f"{now:%a} {now.day} {now:%b} · {now.tzname()}"
        wide = max(self._clock.width("00:00:00"), self._meta.width(zone)) + 8
        right = QRect(self.width() - wide, 0, wide, self.height())
        clock_height = self._clock.metrics.ascent()
        self._write(painter, QRect(right.x(), 0, wide, clock_height), time, self._clock, theme.text, right=True)
        below = QRect(right.x(), clock_height, wide, self.height() - clock_height)
        self._write(painter, below, zone, self._meta, theme.muted, right=True)

        offline = not self._status.online
        icon, words = self.freshness()
        size = self._meta.font.pixelSize()
        ink = theme.note_ink if offline else theme.muted
        needs = size + 16 + self._meta.width(words) + size
        badge = QRect(right.x() - needs - size, 0, needs, high)
        if offline:
            painter.setPen(colour(theme.note_edge))
            painter.setBrush(colour(theme.note))
            painter.drawRoundedRect(badge, 10, 10)
        painter.drawPixmap(badge.x() + size // 2, (high - size) // 2, tinted(icon, ink, size, self.devicePixelRatioF()))
        place = badge.adjusted(size // 2 + size + 16, 0, 0, 0)
        self._write(painter, place, words, self._meta, ink)

        room = badge.x() - 16
        self._write(painter, QRect(0, 0, room, high), self._title, self._word, theme.text)
        self._write(
            painter, QRect(0, high, right.x() - 16, self._meta.metrics.height()), self._detail, self._meta, theme.muted
        )

    def _write(self, painter: QPainter, room: QRect, text: str, face: Type, ink: str, *, right: bool = False) -> None:
        painter.setFont(face.font)
        painter.setPen(colour(ink))
        painter.drawText(room, int(RIGHT if right else LEFT), face.fit(text, room.width()))
