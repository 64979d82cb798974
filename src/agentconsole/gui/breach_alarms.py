"""Tells the agent outside of the window that a target is close to its breach, or has breached."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, time
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from agentconsole.domain.alarms import FRESH, Alarm, AlarmKind, AlarmLog, QuietHours, next_due
from agentconsole.domain.changes import Change
from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.domain.rows import TargetRow
from agentconsole.gui.context import WindowContext
from agentconsole.gui.models.queue_model import METRIC_WORDS
from agentconsole.gui.panes.sla.thresholds import thresholds_from
from agentconsole.gui.spoken_time import local, span
from agentconsole.services.api import Workspace

WHOSE, QUIET_FROM, QUIET_UNTIL, TOLD = "alarms.whose", "alarms.quiet_from", "alarms.quiet_until", "alarms.told"
CHOICES = ("mine", "all", "off")
MOST_AT_ONCE = 3
"""More notes than this at one time become one that counts them: a storm is not read."""

HELD = 1000
"""So many targets are held at a time."""

_GATHER_MS = 1000


class Desktop(Protocol):
    """Where notes are shown, see :class:`agentconsole.platform.notifications.DesktopNotifications`."""

    def show(
        self, title: str, text: str, *, urgent: bool = False, clicked: Callable[[], object]
    ) -> Coroutine[Any, Any, bool]: ...


class BreachAlarms(QObject):
    """Watches the running targets. A tick costs one comparison; the targets are read on another thread.

    Signals:
        ticket_asked: The agent followed a note to its ticket (int, as object).
        countdown_asked: The agent followed a note about several tickets.
    """

    ticket_asked = Signal(object)
    countdown_asked = Signal()

    def __init__(
        self,
        context: WindowContext,
        desktop: Desktop,
        wall_clock: Callable[[Instant], datetime] = local,
        parent: QObject | None = None,
    ) -> None:
        """*wall_clock* gives the agent's own time at an instant; quiet hours are counted in it."""
        super().__init__(parent)
        self._context, self._desktop, self._wall_clock = context, desktop, wall_clock
        settings = context.workspace.settings
        told = settings.get(TOLD, {})
        self._log = AlarmLog({str(key): int(at) for key, at in told.items()} if isinstance(told, dict) else {})
        self._targets: list[TargetRow] = []
        self._next: Instant | None = None
        self._read_again: Instant | None = None
        self._missed: list[Alarm] = []
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(_GATHER_MS)
        self._gather.timeout.connect(self.reload)
        context.bridge.changed.connect(self._changed)
        context.clock.ticked.connect(self._tick)
        self._gather.start()

    def reload(self) -> None:
        """Read the targets anew."""
        # what is late for long is no news, and there may be more of it than can be held
        since = self._context.clock.now() - FRESH
        self._context.tasks.run(
            asyncio.to_thread(self._context.workspace.countdown.breaching, since, HELD),
            self._take,
            failed=lambda _error: None,
        )

    def _take(self, targets: Sequence[TargetRow]) -> None:
        now = self._context.clock.now()
        self._targets = [target for target in targets if self._concerns(target)]
        last = targets[-1].breach_at if len(targets) >= HELD else None
        # those behind the last one that is held are read before the first of them is due
        ahead = thresholds_from(self._context.workspace.settings).due_now
        self._read_again = None if last is None else max(last - ahead, now + MINUTE)
        self._look(now)

    def _concerns(self, target: TargetRow) -> bool:
        whose = whose_of(self._context.workspace)
        me = self._context.workspace.me()
        mine = not target.assignee or (me is not None and target.assignee == me.name)
        return whose == "all" or (whose == "mine" and mine)

    def _quiet(self, now: Instant) -> bool:
        settings = self._context.workspace.settings
        start, end = _time(settings.get(QUIET_FROM)), _time(settings.get(QUIET_UNTIL))
        if start is None or end is None:
            return False
        return QuietHours(start, end).holds(self._wall_clock(now).time())

    def _tick(self, now: Instant) -> None:
        if self._missed and not self._quiet(now):
            self._tell_missed()
        if self._next is not None and now >= self._next:
            self._look(now)
        if self._read_again is not None and now >= self._read_again:
            self._read_again = None
            self.reload()

    def _look(self, now: Instant) -> None:
        ahead = thresholds_from(self._context.workspace.settings).due_now
        due = self._log.due(self._targets, now, ahead)
        self._next = next_due(self._targets, now, ahead)
        if not due:
            return
        self._log.note(due, now)
        self._context.workspace.settings.set(TOLD, self._log.told)
        if self._quiet(now):
            self._missed += due
        else:
            self._tell(due, now)

    def _tell(self, due: list[Alarm], now: Instant) -> None:
        if len(due) > MOST_AT_ONCE:
            self._show(summary_words(due), "", due, self.countdown_asked.emit)
            return
        for alarm in due:
            title, text = alarm_words(alarm, now)
            self._show(title, text, [alarm], partial(self.ticket_asked.emit, alarm.ticket))

    def _tell_missed(self) -> None:
        missed, self._missed = self._missed, []
        self._show(f"While it was quiet: {summary_words(missed)}", "", missed, self.countdown_asked.emit)

    def _show(self, title: str, text: str, alarms: Sequence[Alarm], clicked: Callable[[], object]) -> None:
        urgent = any(alarm.kind is AlarmKind.BREACH for alarm in alarms)

        def done(taken: bool) -> None:
            if not taken:
                self._context.messages.tell(title, text)

        self._context.tasks.run(
            self._desktop.show(title, text, urgent=urgent, clicked=clicked),
            done=done,
            failed=lambda _error: done(False),
        )

    def _changed(self, change: Change) -> None:
        concerns = change.everything or change.tickets or change.topics & {"tickets", "sla", "settings", "packs"}
        if concerns and not self._gather.isActive():
            self._gather.start()


def whose_of(workspace: Workspace) -> str:
    """Return whose targets are notified about: what the agent chose, else all for a supervisor, else their own."""
    chosen = workspace.settings.get(WHOSE)
    if chosen in CHOICES:
        return str(chosen)
    me = workspace.me()
    return "all" if me is not None and me.role == "admin" else "mine"


def alarm_words(alarm: Alarm, now: Instant) -> tuple[str, str]:
    """Return title and text of the note about *alarm*."""
    name = f"#{alarm.ref}" if alarm.ref else "New ticket"
    metric = METRIC_WORDS[alarm.metric.value]
    where = f" · {alarm.organization}" if alarm.organization else ""
    if alarm.kind is AlarmKind.BREACH:
        return f"{name}: {metric} breached", f"{alarm.subject}{where}"
    left = span(alarm.breach_at - now)
    return f"{name}: {metric} in {left}", f"{alarm.subject}{where} · breaches at {local(alarm.breach_at):%H:%M}"


def summary_words(alarms: Sequence[Alarm]) -> str:
    """Return how many targets breached and how many are close, in one line."""
    late = sum(alarm.kind is AlarmKind.BREACH for alarm in alarms)
    near = len(alarms) - late
    parts = []
    if late:
        parts.append(f"{late} {'target' if late == 1 else 'targets'} breached")
    if near:
        parts.append(f"{near} {'is' if near == 1 else 'are'} due now")
    return ", ".join(parts)


def _time(value: object) -> time | None:
    """Return the time of day that a setting names, None for what is none."""
    try:
        return time.fromisoformat(value) if isinstance(value, str) and value else None
    except ValueError:
        return None
