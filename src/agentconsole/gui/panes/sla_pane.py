"""The countdown: every running target, the next breach first, told by colour, shape and word."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.changes import Change
from agentconsole.domain.countdown import Light
from agentconsole.domain.instant import HOUR, MINUTE, SECOND, Instant
from agentconsole.domain.rows import TargetRow
from agentconsole.domain.values import Stage
from agentconsole.gui.context import WindowContext
from agentconsole.gui.empty_state import Emptiness, EmptyState
from agentconsole.gui.models.target_model import Grouping, TargetModel
from agentconsole.gui.panes.sla.bar import GROUPINGS, SlaBar
from agentconsole.gui.panes.sla.breach_strip import BUCKETS, HOURS, BreachStrip
from agentconsole.gui.panes.sla.state_tile import StateTile
from agentconsole.gui.panes.sla.target_table import TargetTable
from agentconsole.gui.panes.sla.thresholds import thresholds_from
from agentconsole.gui.spoken_time import ago, local
from agentconsole.gui.whole_rows import WholeRows

MOST = 1000
"""How many targets of each kind are held: more than anybody scrolls through, few enough to lay out at once."""

FORECAST_MINUTES = (15, 30, 60)

_GATHER_MS = 200
_STATES = (Light.BREACHED, Light.DUE_NOW, Light.DUE_SOON, Light.ON_TRACK, Light.PAUSED, Light.NO_TARGET)
_CONCERNING = {"tickets", "outbox", "people", "settings", "sla", "packs"}
_LOWEST = 42
_COMPACT_BELOW = 320
_STRIP_ONLY_BELOW = 84
_TILE_GAP, _STRIP_AT_LEAST = 4, 120
_AGAIN_AFTER = 30 * SECOND


def holds_all(targets: Sequence[TargetRow], now: Instant) -> bool:
    """Return whether *targets* are all there are, as far as their number tells: none of their kinds is cut off."""
    late = sum(each.stage is Stage.ACTIVE and each.breach_at is not None and each.breach_at < now for each in targets)
    coming = sum(each.stage is Stage.ACTIVE and each.breach_at is not None for each in targets) - late
    return max(late, coming, sum(each.stage is Stage.PAUSED for each in targets)) < MOST


class SlaPane(QWidget):
    """Tiles with counts, the strip of the next hours, and the running targets.

    Low down (docked under the queue) tiles and strip share one line.

    Signals:
        ticket_opened: The agent opens the ticket of a target (``object``: its id).
        why_asked: The agent wants to know how a target came about: ticket (int, as object) and metric.
    """

    ticket_opened = Signal(object)
    why_asked = Signal(object, object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("slaPane")
        self.setAccessibleName("SLA countdown")
        self._context = context
        self._countdown = context.workspace.countdown
        self._stale = self._has_all = True
        self._whole_tally: dict[Light, int] = {}
        self._counted_at: Instant = 0
        self._compact: bool | None = None
        thresholds = thresholds_from(context.workspace.settings)
        self.model = TargetModel(
            context.clock.now(),
            thresholds,
            self,
            business_left=lambda target, now: context.workspace.sla.business_left(target, now),
        )
        self.table = TargetTable(context, self.model, parent=self)
        self.strip = BreachStrip(context.theming, thresholds, parent=self)
        self.tiles = {light: StateTile(light, context.theming, self) for light in _STATES}
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(_GATHER_MS)
        self._gather.timeout.connect(self.reload)
        self._build()
        self.table.opened.connect(self.ticket_opened)
        context.bridge.turn(self).changed.connect(self._changed)
        context.clock.ticked.connect(self._tick)
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
            tile.clicked.connect(partial(self.toggle_state, light))
        self._top.addLayout(tiles)
        self._top.addWidget(self.strip, 1)
        self._bar = SlaBar(self)
        self._bar.grouping_chosen.connect(self.group_by)
        self._bar.mine_chosen.connect(self.show_mine)
        self._bar.all_asked.connect(self.show_all)

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
        add = partial(actions.register, section="SLA countdown")
        add("sla.why", "Why this time?", "Shift+W", self.ask_why, table, keywords="ledger explain due breach rule")
        add("sla.all", "Show all targets", "Escape", self.show_all, self, keywords="clear filter")
        add("sla.mine", "Show only my targets, or everybody's", "Shift+M", self.toggle_mine, table, keywords="filter")
        for number, (light, tile) in enumerate(self.tiles.items(), 1):
            words = f"Show only targets that are {light.value}" if light is not Light.NO_TARGET else ""
            words = words or "Show only targets with no explicit SLA"
            add(f"sla.state.{light.name.lower()}", words, str(number), tile.click, table, keywords="filter")
        add("sla.wallboard", "Show the wallboard", "F11", self.show_wallboard, keywords="full screen")
        for grouping, title in GROUPINGS:
            words = "Don't group targets" if grouping is Grouping.NONE else f"Group targets by {title.lower()}"
            add(f"sla.group.{grouping.value}", words, callback=partial(self.group_by, grouping))

    # What is shown

    def reload(self) -> None:
        """Read the targets anew, without waiting for them here."""
        self._stale = False
        self._gather.stop()
        self._context.tasks.run(asyncio.to_thread(self._read), self._context.bridge.frames.spaced(self, self._show))
        self._count_again()

    def _read(self) -> tuple[list[TargetRow], dict[str, str]]:
        """Return the running targets, and the titles of the packs that some of them come from."""
        targets = self._countdown.watched(self._context.clock.now(), MOST)
        packs = self._context.workspace.packs.used() if any(each.source for each in targets) else ()
        # opening hours are laid out once, at the first question: not while a frame waits
        for target in {(each.source, each.schedule, each.zone): each for each in targets if each.schedule}.values():
            self._context.workspace.sla.business_left(target, self.model.now)
        return targets, {each.pack.id: each.pack.title for each in packs}

    def _show(self, read: tuple[list[TargetRow], dict[str, str]]) -> None:
        targets, self.model.titles = read
        self._has_all = holds_all(targets, self._context.clock.now())
        place = self.table.place()
        self.model.show_targets(targets)
        self.table.return_to(place)
        self.table.fit_columns()
        self._show_list()
        self._show_tally()

    def _show_list(self) -> None:
        """Show the rows, or what to do when there are none."""
        if self.model.rowCount():
            self._stack.setCurrentWidget(self._rows)
            return
        if self.leaves_out:
            words = Emptiness("list-filter", "Nothing of this kind now", "Press Escape to show all targets again.")
        else:
            words = Emptiness(
                "timer", "No target is running", "Countdowns appear with the next ticket that has an SLA."
            )
        self._empty.tell(words)
        self._stack.setCurrentWidget(self._empty)

    def _count_again(self) -> None:
        now = self._context.clock.now()
        self._counted_at = now
        tasks = self._context.tasks
        if self.model.assignee:
            self.strip.show_counts(self.model.breaches_in(HOURS * HOUR, BUCKETS), now)
        else:
            tasks.run(self._countdown.strip(now, HOURS, BUCKETS), lambda counts: self.strip.show_counts(counts, now))
        tasks.run(self._countdown.tally(now, self.model.thresholds), self._tallied)

    def _tallied(self, tally: dict[Light, int]) -> None:
        self._whole_tally = tally
        self._show_tally()

    def _show_tally(self) -> None:
        # while every target is at hand they are counted here, to the second; else the store's count is shown
        held = self.model.tally()
        tally = held if self._has_all or self.model.assignee else self._whole_tally
        for light, tile in self.tiles.items():
            # the store's count of those without a target includes tickets that no policy knows
            tile.show_count((held if light is Light.NO_TARGET else tally).get(light, 0))
        self.tiles[Light.NO_TARGET].setVisible(bool(self.tiles[Light.NO_TARGET].count))
        self._form_tiles()
        shown = self.model.targets()
        lengths = [minutes * MINUTE for minutes in FORECAST_MINUTES]
        self._bar.show_forecast(FORECAST_MINUTES, self.model.forecast(lengths) if shown else ())
        self._tell_age()

    def _form_tiles(self) -> None:
        """Name the states in words where all of the names fit beside the strip; half a word says nothing."""
        words = sum(tile.in_words() + _TILE_GAP for tile in self.tiles.values())
        compact = bool(self._compact)
        for tile in self.tiles.values():
            tile.set_form(compact=compact, wordless=compact and words + _STRIP_AT_LEAST > self.width())

    def _tell_age(self) -> None:
        status = self._context.workspace.sync.status()
        if not status.online and status.data_as_of is not None:
            self._bar.show_age(
                f"Offline · data as of {local(status.data_as_of):%H:%M}",
                f"Last agreed with the help desk {ago(status.data_as_of, self.model.now)}",
            )
            return
        more = sum(self._whole_tally.get(light, 0) for light in _STATES[:-1]) - len(self.model.targets())
        self._bar.show_age(f"{more:,} more" if more > 0 and not self._has_all and not self.model.assignee else "")

    # What the agent chooses

    @property
    def leaves_out(self) -> bool:
        """Whether some targets are left out by what the agent chose."""
        return bool(self.model.lights or self.model.assignee)

    def group_by(self, grouping: Grouping) -> None:
        """Put the targets under headings, or under none."""
        target = self.table.current_target()
        self.model.group_by(grouping)
        self.table.verticalScrollBar().setValue(0)
        if target is not None:
            self.table.go_to_target(target)
        self._context.workspace.settings.set("sla.grouping", grouping.value)
        self._bar.show_grouping(grouping)

    def toggle_state(self, light: Light) -> None:
        """Show targets in state *light* only, beside other states that were chosen; choosing it again ends that."""
        self._leave_out(self.model.lights ^ {light}, self.model.assignee)
        if self.model.lights:
            self.table.go_to(0)

    def show_mine(self, mine: bool) -> None:
        """Show only targets of the agent's own tickets, or everybody's."""
        me = self._context.workspace.me()
        self._leave_out(self.model.lights, me.name if mine and me is not None else "")

    def toggle_mine(self) -> None:
        """Change between the agent's own targets and everybody's."""
        self.show_mine(not self.model.assignee)

    def show_all(self) -> None:
        """Leave nothing out any more."""
        self._leave_out(frozenset(), "")

    def _leave_out(self, lights: frozenset[Light], assignee: str) -> None:
        whose_changes = assignee != self.model.assignee
        place = self.table.place()
        self.model.show_only(lights, assignee)
        self.table.return_to(place)
        for light, tile in self.tiles.items():
            tile.setChecked(light in lights)
        self._bar.show_filter(mine=bool(assignee), left_out=self.leaves_out)
        self._show_list()
        self._show_tally()
        if whose_changes:
            self._count_again()

    def ask_why(self) -> None:
        """Ask how the target under the cursor came about."""
        target = self.table.current_target()
        if target is not None:
            self.why_asked.emit(*target)

    def show_wallboard(self) -> None:
        """Show the countdown on a whole screen, for reading from afar; Escape closes it."""
        from agentconsole.gui.wallboard.board import open_wallboard

        open_wallboard(self._context, self.window())

    # Changes, time and room

    def _changed(self, change: Change) -> None:
        if "settings" in change.topics or change.everything:
            self.model.thresholds = self.strip.thresholds = thresholds_from(self._context.workspace.settings)
        concerns = change.everything or change.tickets or change.topics & _CONCERNING
        if concerns and not self.isVisible():
            self._stale = True
        elif concerns and not self._gather.isActive():
            self._gather.start()
        if "sync" in change.topics and self.isVisible():
            self._tell_age()

    def _tick(self, now: Instant) -> None:
        if not self.isVisible():
            return
        place = self.table.place() if self.model.lights else None
        self.model.tick(now, *self.table.visible_rows())
        if place is not None:
            # targets come into the chosen states and leave them
            self.table.return_to(place)
            self._show_list()
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
        compact = self.height() < _COMPACT_BELOW
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
