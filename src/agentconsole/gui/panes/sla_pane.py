"""The countdown: every running target, the next breach first, told by colour, shape and word."""

from __future__ import annotations

import asyncio
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.changes import Change
from agentconsole.domain.countdown import Light
from agentconsole.domain.instant import MINUTE, SECOND, Instant
from agentconsole.domain.rows import TargetRow
from agentconsole.gui.context import WindowContext
from agentconsole.gui.empty_state import Emptiness, EmptyState
from agentconsole.gui.models.target_model import Grouping, TargetModel
from agentconsole.gui.panes.sla.breach_strip import BUCKETS, HOURS, BreachStrip
from agentconsole.gui.panes.sla.state_tile import StateTile
from agentconsole.gui.panes.sla.target_table import TargetTable
from agentconsole.gui.panes.sla.thresholds import thresholds_from
from agentconsole.gui.spoken_time import ago, local
from agentconsole.gui.whole_rows import WholeRows

MOST = 2000
"""How many targets are held: more than anybody scrolls through, few enough to lay out at once."""

FORECAST_MINUTES = (15, 30, 60)

_GATHER_MS = 200
_STATES = (Light.BREACHED, Light.DUE_NOW, Light.DUE_SOON, Light.ON_TRACK, Light.PAUSED)
_GROUPINGS = (
    (Grouping.NONE, "All"),
    (Grouping.TEAM, "Team"),
    (Grouping.AGENT, "Agent"),
    (Grouping.TIER, "Tier"),
)
_LOWEST = 42
_COMPACT_BELOW = 320
_STRIP_ONLY_BELOW = 84
_TILE_GAP, _STRIP_AT_LEAST = 4, 120
_AGAIN_AFTER = 30 * SECOND


class SlaPane(QWidget):
    """Tiles with counts, the strip of the next hours, and the running targets.

    Low down (docked under the queue) tiles and strip share one line; *large* is the wallboard's type.

    Signals:
        ticket_opened: The agent opens the ticket of a target (``object``: its id).
    """

    ticket_opened = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None, *, large: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("slaPane")
        self.setAccessibleName("SLA countdown")
        self._context = context
        self._countdown = context.workspace.countdown
        self._large = large
        self._stale = True
        self._whole_tally: dict[Light, int] = {}
        self._counted_at: Instant = 0
        self._compact: bool | None = None
        thresholds = thresholds_from(context.workspace.settings)
        self.model = TargetModel(context.clock.now(), thresholds, self)
        self.table = TargetTable(context, self.model, large=large, parent=self)
        self.strip = BreachStrip(context.theming, thresholds, large=large, parent=self)
        self.tiles = {light: StateTile(light, context.theming, large=large, parent=self) for light in _STATES}
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(_GATHER_MS)
        self._gather.timeout.connect(self.reload)
        self._build()
        self.table.opened.connect(self.ticket_opened)
        context.bridge.changed.connect(self._changed)
        context.clock.ticked.connect(self._tick)
        if not large:
            self._register_actions()
        chosen = str(context.workspace.settings.get("sla.grouping", Grouping.NONE.value))
        self.group_by(next((each for each in Grouping if each.value == chosen), Grouping.NONE))

    def _build(self) -> None:
        self._top = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._top.setContentsMargins(8, 8, 8, 4)
        self._top.setSpacing(8)
        tiles = QHBoxLayout()
        tiles.setSpacing(_TILE_GAP)
        for light, tile in self.tiles.items():
            tiles.addWidget(tile)
            tile.clicked.connect(partial(self.show_state, light))
        self._top.addLayout(tiles)
        self._top.addWidget(self.strip, 1)

        self._bar = QWidget(self)
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(8, 0, 8, 4)
        bar.setSpacing(4)
        self._groups = QButtonGroup(self)
        self._groups.setExclusive(True)
        for grouping, title in _GROUPINGS:
            chip = QPushButton(title, self._bar)
            chip.setObjectName(f"slaGroup_{grouping.value}")
            chip.setAccessibleName("Not grouped" if grouping is Grouping.NONE else f"Group by {title.lower()}")
            chip.setProperty("look", "chip")
            chip.setCheckable(True)
            chip.clicked.connect(lambda _on, grouping=grouping: self.group_by(grouping))
            self._groups.addButton(chip)
            bar.addWidget(chip)
        bar.addStretch(1)
        self._forecast = QLabel(self._bar)
        self._forecast.setObjectName("slaForecast")
        self._forecast.setTextFormat(Qt.TextFormat.PlainText)
        bar.addWidget(self._forecast)
        bar.addSpacing(12)
        self._age = QLabel(self._bar)
        self._age.setObjectName("slaAge")
        self._age.setProperty("look", "muted")
        bar.addWidget(self._age)

        self._empty = EmptyState(self._context.theming, self._context.icons, "slaEmpty", self)
        self._stack = QStackedWidget(self)
        self._rows = WholeRows(self.table, self._context.theming, self._stack)
        self._stack.addWidget(self._rows)
        self._stack.addWidget(self._empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        # the form follows the height; a layout's own minimum would keep the pane from ever getting low
        whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        whole.addLayout(self._top)
        whole.addWidget(self._bar)
        whole.addWidget(self._stack, 1)
        self.setProperty("look", "content")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusProxy(self.table)

    def sizeHint(self) -> QSize:
        return QSize(720, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, _LOWEST)

    def _register_actions(self) -> None:
        actions, table = self._context.actions, self.table
        for name, text, keys, callback in (
            ("next", "Go to the next target", ("J", "Down"), lambda: table.go_by(1)),
            ("previous", "Go to the previous target", ("K", "Up"), lambda: table.go_by(-1)),
            ("first", "Go to the first target", ("Home",), lambda: table.go_to(0)),
            ("last", "Go to the last target", ("End",), lambda: table.go_to(self.model.rowCount() - 1, -1)),
        ):
            actions.register(f"sla.{name}", text, keys, callback, table, section="SLA countdown", hidden=True)
        actions.register(
            "sla.open", "Open the ticket", ("Return", "Enter"), table.open_current, table, section="SLA countdown"
        )
        actions.register(
            "sla.wallboard",
            "Show the wallboard",
            "F11",
            self.show_wallboard,
            section="SLA countdown",
            keywords="full screen",
        )
        for grouping, title in _GROUPINGS:
            words = "Don't group targets" if grouping is Grouping.NONE else f"Group targets by {title.lower()}"
            callback = partial(self.group_by, grouping)
            actions.register(f"sla.group.{grouping.value}", words, callback=callback, section="SLA countdown")

    # What is shown

    def reload(self) -> None:
        """Read the targets anew, without waiting for them here."""
        self._stale = False
        self._gather.stop()
        self._context.tasks.run(asyncio.to_thread(self._countdown.running, MOST), self._show)
        self._count_again()

    def _show(self, targets: list[TargetRow]) -> None:
        place = self.table.place()
        self.model.show_targets(targets)
        self.table.return_to(place)
        if targets:
            self._stack.setCurrentWidget(self._rows)
        else:
            self._empty.tell(
                Emptiness("timer", "No target is running", "Countdowns appear with the next ticket that has an SLA.")
            )
            self._stack.setCurrentWidget(self._empty)
        self._show_tally()

    def _count_again(self) -> None:
        now = self._context.clock.now()
        self._counted_at = now
        tasks = self._context.tasks
        tasks.run(self._countdown.strip(now, HOURS, BUCKETS), lambda counts: self.strip.show_counts(counts, now))
        tasks.run(self._countdown.tally(now, self.model.thresholds), self._tallied)

    def _tallied(self, tally: dict[Light, int]) -> None:
        self._whole_tally = tally
        self._show_tally()

    def _show_tally(self) -> None:
        # while every target is at hand they are counted here, to the second; else the store's count is shown
        held = self.model.targets()
        tally = self.model.tally() if len(held) < MOST else self._whole_tally
        for light, tile in self.tiles.items():
            tile.show_count(tally.get(light, 0))
        self._form_tiles()
        self._tell_forecast()
        self._tell_age()

    def _tell_forecast(self) -> None:
        counts = self.model.forecast([minutes * MINUTE for minutes in FORECAST_MINUTES])
        parts = [f"{minutes} min {count:,}" for minutes, count in zip(FORECAST_MINUTES, counts, strict=True)]
        words = f"Breach in {' · '.join(parts)}" if self.model.targets() else ""
        if words != self._forecast.text():
            self._forecast.setText(words)
            self._forecast.setToolTip("How many targets breach within that time if nobody answers")
            self._forecast.setAccessibleName(
                ", ".join(
                    f"{count} breach within {minutes} minutes"
                    for minutes, count in zip(FORECAST_MINUTES, counts, strict=True)
                )
            )

    def _form_tiles(self) -> None:
        """Name the states in words where all of the names fit beside the strip; half a word says nothing."""
        words = sum(tile.in_words() + _TILE_GAP for tile in self.tiles.values())
        compact = bool(self._compact)
        for tile in self.tiles.values():
            tile.set_form(compact=compact, wordless=compact and words + _STRIP_AT_LEAST > self.width())

    def _tell_age(self) -> None:
        status = self._context.workspace.sync.status()
        if status.online or status.data_as_of is None:
            more = sum(self._whole_tally.get(light, 0) for light in _STATES) - len(self.model.targets())
            words = f"{more:,} more later" if more > 0 and len(self.model.targets()) >= MOST else ""
        else:
            words = f"Offline · data as of {local(status.data_as_of):%H:%M}"
            self._age.setToolTip(f"Last agreed with the help desk {ago(status.data_as_of, self.model.now)}")
        if words != self._age.text():
            self._age.setText(words)

    def group_by(self, grouping: Grouping) -> None:
        """Put the targets under headings, or under none."""
        target = self.table.current_target()
        self.model.group_by(grouping)
        self.table.verticalScrollBar().setValue(0)
        if target is not None:
            self.table.go_to_target(target)
        self._context.workspace.settings.set("sla.grouping", grouping.value)
        for button, (each, _title) in zip(self._groups.buttons(), _GROUPINGS, strict=True):
            button.setChecked(each is grouping)

    def show_wallboard(self) -> None:
        """Open the countdown in large type on the whole screen; Escape closes it."""
        shown = self.window().findChild(QWidget, "wallboard")
        if isinstance(shown, QWidget):
            shown.activateWindow()
            return
        board = QWidget(self.window(), Qt.WindowType.Window)
        board.setObjectName("wallboard")
        board.setWindowTitle("SLA countdown")
        board.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pane = SlaPane(self._context, board, large=True)
        pane.ticket_opened.connect(self.ticket_opened)
        layout = QVBoxLayout(board)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(pane)
        leave = QAction("Close the wallboard", board)
        leave.setShortcuts([QKeySequence("Esc"), QKeySequence("F11")])
        leave.triggered.connect(board.close)
        board.addAction(leave)
        board.showFullScreen()

    def show_state(self, light: Light) -> None:
        """Put the cursor on the first target in state *light*."""
        for row in range(self.model.rowCount()):
            target = self.model.target_at(row)
            if target is not None and self.model.countdown_of(target)[0] is light:
                self.table.go_to(row)
                self.table.setFocus()
                return

    # Changes, time and room

    def _changed(self, change: Change) -> None:
        if "settings" in change.topics or change.everything:
            self.model.thresholds = self.strip.thresholds = thresholds_from(self._context.workspace.settings)
        concerns = change.everything or change.tickets or change.topics & {"tickets", "outbox", "people", "settings"}
        if concerns and not self.isVisible():
            self._stale = True
        elif concerns and not self._gather.isActive():
            self._gather.start()
        if "sync" in change.topics and self.isVisible():
            self._tell_age()

    def _tick(self, now: Instant) -> None:
        if not self.isVisible():
            return
        self.model.tick(now, *self.table.visible_rows())
        self._show_tally()
        if now - self._counted_at >= _AGAIN_AFTER:
            self._count_again()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.now = self._context.clock.now()
        if self._stale:
            self.reload()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        compact = self.height() < _COMPACT_BELOW and not self._large
        if compact != self._compact:
            self._compact = compact
            sideways, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
            self._top.setDirection(sideways if compact else down)
            self._bar.setVisible(not compact)
            self.table.horizontalHeader().setVisible(not compact)
            self._rows.fit()
            self.strip.setFixedHeight(26 if compact else self.strip.sizeHint().height())
        self._form_tiles()
        self._stack.setVisible(self.height() >= _STRIP_ONLY_BELOW)
