"""The wallboard's window: it reads the running targets, follows the clock, and turns its pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QScreen, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from agentconsole.domain.changes import Change
from agentconsole.domain.countdown import Light
from agentconsole.domain.instant import MINUTE, SECOND, Instant
from agentconsole.domain.rows import TargetRow
from agentconsole.gui.context import WindowContext
from agentconsole.gui.models.target_model import Grouping, TargetModel
from agentconsole.gui.panes.sla.breach_strip import BUCKETS, HOURS, BreachStrip
from agentconsole.gui.panes.sla.thresholds import thresholds_from
from agentconsole.gui.panes.sla_pane import MOST, holds_all
from agentconsole.gui.theming import THEMES, Theming, colour
from agentconsole.gui.wallboard.breach_lines import BreachLines
from agentconsole.gui.wallboard.forecast import WallForecast
from agentconsole.gui.wallboard.head import WallHead
from agentconsole.gui.wallboard.measures import measures_for
from agentconsole.gui.wallboard.pages import pages_of
from agentconsole.gui.wallboard.wall_tile import WallTile

SUBJECTS, GROUPING, DARK = "wallboard.subjects", "wallboard.grouping", "wallboard.dark"
"""Settings: whether subjects are shown; what stands side by side; whether it is dark whatever the window is."""

PAGE_SECONDS = 15
HINT_SECONDS = 10
FORECAST_MINUTES = (15, 30, 60)

_NAME = "wallboard"
_GATHER_MS = 500
_STATES = (Light.BREACHED, Light.DUE_NOW, Light.DUE_SOON, Light.ON_TRACK, Light.PAUSED, Light.NO_TARGET)
_GROUPINGS = (Grouping.NONE, Grouping.TEAM, Grouping.TIER)
_TITLES = {
    Grouping.NONE: "SLA countdown",
    Grouping.TEAM: "SLA countdown by team",
    Grouping.TIER: "SLA countdown by tier",
}
_HINT = "Esc leaves  ·  G groups  ·  S subjects  ·  ← → pages  ·  Space holds"


def open_wallboard(context: WindowContext, window: QWidget) -> Wallboard:
    """Show the wallboard of *window* on another screen, if there is one; or bring it to the front when it is open."""
    shown = window.findChild(Wallboard, _NAME)
    if shown is None:
        shown = Wallboard(context, window)
        screen = other_screen(window.screen(), QGuiApplication.screens())
        shown.setScreen(screen)
        shown.setGeometry(screen.geometry())
        shown.showFullScreen()
    shown.activateWindow()
    return shown


def other_screen(present: QScreen, screens: list[QScreen]) -> QScreen:
    """Return the largest of *screens* that is not *present*; that one when it is alone."""
    others = [screen for screen in screens if screen is not present]
    return max(others, key=lambda screen: screen.size().width() * screen.size().height(), default=present)


class Wallboard(QWidget):
    """Tiles for the states, the next breaches, the strip of the next hours, clock and age of the data.

    It names customers and teams only. Pages turn by themselves unless one is held or nothing may move.
    """

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName(_NAME)
        self.setWindowTitle("SLA countdown")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        settings = context.workspace.settings
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        # the wall has a look of its own; it is never applied to the application
        self.theming = Theming(app, choice="dark", parent=self)
        thresholds = thresholds_from(settings)
        self.model = TargetModel(context.clock.now(), thresholds, self)
        chosen = str(settings.get(GROUPING, Grouping.NONE.value))
        self.model.group_by(next((each for each in _GROUPINGS if each.value == chosen), Grouping.NONE))
        self.head = WallHead(self.theming, self)
        self.tiles = {light: WallTile(light, self.theming, self) for light in _STATES}
        self.lines = BreachLines(self.model, self.theming, self)
        self.lines.subjects = bool(settings.get(SUBJECTS, True))
        self.forecast = WallForecast(self.theming, FORECAST_MINUTES, self)
        self.strip = BreachStrip(self.theming, thresholds, parent=self)
        self._page = self._pages = 0
        self._held, self._has_all = False, True
        self._turned_at = self._opened_at = context.clock.now()
        self._whole: dict[Light, int] = {}
        self._arrange()
        self._dress()
        self._bind_keys()
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(_GATHER_MS)
        self._gather.timeout.connect(self.reload)
        context.theming.changed.connect(self._dress)
        context.bridge.changed.connect(self._changed)
        context.clock.ticked.connect(self._tick)
        self.reload()

    def _arrange(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.head)
        self._tile_row = QHBoxLayout()
        for tile in self.tiles.values():
            self._tile_row.addWidget(tile)
        self._column.addLayout(self._tile_row)
        self._column.addWidget(self.lines, 1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.forecast, 0, Qt.AlignmentFlag.AlignBottom)
        self._foot.addWidget(self.strip, 1)
        self._column.addLayout(self._foot)

    def _bind_keys(self) -> None:
        keys: tuple[tuple[str, Callable[[], object]], ...] = (
            ("Escape", self.close),
            ("F11", self.close),
            ("G", self.change_grouping),
            ("S", self.toggle_subjects),
            ("D", self.toggle_dark),
            ("Space", self.hold),
            ("Right", lambda: self.turn(1)),
            ("Left", lambda: self.turn(-1)),
        )
        for key, callback in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(callback)

    # What is shown

    def reload(self) -> None:
        """Read the targets anew, without waiting for them here."""
        countdown, now = self._context.workspace.countdown, self._context.clock.now()
        tasks = self._context.tasks
        tasks.run(asyncio.to_thread(countdown.watched, now, MOST), self._show)
        tasks.run(countdown.tally(now, self.model.thresholds), self._tallied)
        tasks.run(countdown.strip(now, HOURS, BUCKETS), lambda counts: self._stripped(counts, now))

    def _show(self, targets: list[TargetRow]) -> None:
        if shiboken6.isValid(self):
            self.model.now = self._context.clock.now()
            self.model.show_targets(targets)
            self._has_all = holds_all(targets, self.model.now)
            self._tell()

    def _tallied(self, tally: dict[Light, int]) -> None:
        if shiboken6.isValid(self):
            self._whole = tally
            self._tell()

    def _stripped(self, counts: list[int], now: Instant) -> None:
        if shiboken6.isValid(self):
            self.strip.show_counts(counts, now)

    def _tell(self) -> None:
        """Bring everything in line with the model at its present instant."""
        held = self.model.tally()
        tally = held if self._has_all else self._whole
        for light, tile in self.tiles.items():
            tile.show_count((held if light is Light.NO_TARGET else tally).get(light, 0))
        self.tiles[Light.NO_TARGET].setVisible(bool(self.tiles[Light.NO_TARGET].count))
        shown = [tile for tile in self.tiles.values() if not tile.isHidden()]
        figure = min(tile.fitting_figure() for tile in shown)
        for tile in shown:
            tile.show_figure_at(figure)
        self.forecast.show_counts(self.model.forecast([minutes * MINUTE for minutes in FORECAST_MINUTES]))
        grouped = self.model.grouping is not Grouping.NONE
        lines = self.lines.lines_that_fit(headed=grouped)
        pages = pages_of(self.model, lines, self.lines.columns_that_fit())
        self._pages = len(pages)
        self._page = self._page % max(self._pages, 1)
        self.lines.show_page(pages[self._page] if pages else ())
        self.head.tell(
            _TITLES[self.model.grouping], self._detail(), self._context.workspace.sync.status(), self.model.now
        )

    def _detail(self) -> str:
        if self.model.now - self._opened_at < HINT_SECONDS * SECOND:
            return _HINT
        if self._pages > 1:
            held = " · held" if self._held or self._context.theming.reduced_motion else ""
            return f"Page {self._page + 1} of {self._pages}{held}"
        return "The latest breaches, and what breaches next"

    @property
    def page(self) -> tuple[int, int]:
        """Which page is shown, counted from 0, and how many there are."""
        return self._page, self._pages

    # What whoever stands before it can do

    def change_grouping(self) -> None:
        """Show all in one list, or side by side by team, or by tier; remembered."""
        here = _GROUPINGS.index(self.model.grouping)
        grouping = _GROUPINGS[(here + 1) % len(_GROUPINGS)]
        self.model.group_by(grouping)
        self._context.workspace.settings.set(GROUPING, grouping.value)
        self._page = 0
        self._tell()

    def toggle_subjects(self) -> None:
        """Show subjects, or leave them out where visitors can read the wall; remembered."""
        self.lines.subjects = not self.lines.subjects
        self._context.workspace.settings.set(SUBJECTS, self.lines.subjects)
        self._tell()

    def toggle_dark(self) -> None:
        """Be dark whatever the window is, or follow it; remembered."""
        settings = self._context.workspace.settings
        settings.set(DARK, not settings.get(DARK, True))
        self._dress()

    def hold(self) -> None:
        """Keep this page, or go on turning."""
        self._held = not self._held
        self._turned_at = self.model.now
        self._tell()

    def turn(self, step: int) -> None:
        """Go *step* pages on."""
        self._page = (self._page + step) % max(self._pages, 1)
        self._turned_at = self.model.now
        self._tell()

    # Time, changes, looks and room

    def _tick(self, now: Instant) -> None:
        self.model.tick(now, -1, -1)
        still = self._held or self._context.theming.reduced_motion
        if not still and now - self._turned_at >= PAGE_SECONDS * SECOND:
            self.turn(1)
        else:
            self._tell()

    def _changed(self, change: Change) -> None:
        if "settings" in change.topics or change.everything:
            self.model.thresholds = self.strip.thresholds = thresholds_from(self._context.workspace.settings)
            self.lines.subjects = bool(self._context.workspace.settings.get(SUBJECTS, True))
            self._dress()
        if not self._gather.isActive():
            self._gather.start()

    def _dress(self) -> None:
        """Be dark on the wall unless the agent wants it as the window is; high contrast is always followed."""
        window = self._context.theming.theme
        dark = self._context.workspace.settings.get(DARK, True)
        self.theming.theme = THEMES["dark"] if dark and window.minimum_contrast < 7 else window
        self.theming.changed.emit()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(1920, 1080)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        measures = measures_for(self.size())
        self.head.set_measures(measures)
        self.lines.set_measures(measures)
        self.forecast.set_measures(measures)
        for tile in self.tiles.values():
            tile.set_measures(measures)
        self.strip.set_type(measures.meta, measures.line_height * 2)
        gap = measures.gap
        self._column.setContentsMargins(gap * 2, gap, gap * 2, gap)
        self._column.setSpacing(gap)
        self._tile_row.setSpacing(gap)
        self._foot.setSpacing(gap * 2)
        self._column.activate()
        self._tell()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self.theming.theme.ground))
