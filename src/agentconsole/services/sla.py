"""Service levels: targets counted by the packs, kept up to date in the background, and why each is what it is."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from agentconsole.domain.changes import Change
from agentconsole.domain.instant import Instant
from agentconsole.domain.ledger import Explanation, LedgerLine, LineKind
from agentconsole.domain.rows import TargetRow, TicketTarget
from agentconsole.domain.values import Priority, Stage, TicketId
from agentconsole.store.errors import DiskFull, ReadOnlyDisk, StoreError
from agentconsole.store.store import Store

if TYPE_CHECKING:
    from agentconsole.services.pack_reckoner import PackReckoner
    from agentconsole.services.packs import PackService
    from agentconsole.sla.events import Event
    from agentconsole.store.reckoning import Recorded

log = logging.getLogger(__name__)

_SWEEP_SECONDS = 30.0
"""How often to look for breaches that nothing but time has brought."""


class SlaService:
    """See :class:`agentconsole.services.api.Sla`.

    After :meth:`start` a thread has everything counted that waits for it: when packs were read again, when another
    process changed tickets, when an organization changed its plan. Single tickets are counted with their change.
    """

    def __init__(self, store: Store, packs: Callable[[], PackService], now: Callable[[], Instant]) -> None:
        self._store = store
        self._packs = packs
        self._now = now
        self._making = threading.Lock()
        self._reckoner: PackReckoner | None = None
        self._in_use: PackReckoner | None = None
        self._wake = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None
        self._unsubscribe: Callable[[], None] | None = None

    # ------------------------------------------------------------------ answers

    async def explain(self, ticket: TicketId) -> tuple[Explanation, ...]:
        return await asyncio.to_thread(self._explain, ticket)

    async def forecast(self, ticket: TicketId, priority: Priority | None) -> tuple[TicketTarget, ...]:
        """Return the targets that the packs would promise for *ticket* if it had *priority*."""
        return await asyncio.to_thread(self._forecast, ticket, priority)

    async def recorded(self, ticket: TicketId) -> tuple[Recorded, ...]:
        """Return what was recorded of the targets of *ticket*, oldest first: breaches, and targets it had before."""
        return tuple(await asyncio.to_thread(self._store.reckoning.recorded, ticket))

    async def events(self, ticket: TicketId) -> tuple[Event, ...]:
        """Return what happened to the clocks of *ticket* for which a pack has a rule, oldest first."""
        return await asyncio.to_thread(self._events, ticket)

    def business_left(self, row: TargetRow | TicketTarget, now: Instant) -> int | None:
        if row.due_at is None or not row.schedule or self._reckoner is None:
            return None
        hours = self._reckoner.opening(row)
        if hours is None:
            return None
        return hours.elapsed(now, row.due_at) if now <= row.due_at else -hours.elapsed(row.due_at, now)

    def _explain(self, ticket: TicketId) -> tuple[Explanation, ...]:
        from agentconsole.sla.ledger import explain

        detail, facts = self._store.tickets.detail(ticket), self._store.reckoning.facts(ticket)
        if detail is None or facts is None:
            return ()
        circumstances, history = facts
        now = self._now()
        applied = self.reckoner().applied(circumstances)
        counted: dict[str, Explanation] = {}
        if applied is not None:
            for one in applied.policy.reckon(history, applied.subject):
                counted[one.progress.metric] = explain(one, applied.policy, applied.subject, now)
        theirs = [
            _of_the_help_desk(target, now, counted.pop(target.metric, None))
            for target in detail.targets
            if not target.source
        ]
        return (*theirs, *counted.values())

    def _forecast(self, ticket: TicketId, priority: Priority | None) -> tuple[TicketTarget, ...]:
        from agentconsole.services.pack_reckoner import computed

        facts = self._store.reckoning.facts(ticket)
        if facts is None:
            return ()
        circumstances, history = facts
        applied = self.reckoner().applied(circumstances._replace(priority=priority))
        if applied is None:
            return ()
        found = applied.policy.reckon(history, applied.subject)
        return tuple(TicketTarget(**computed(one, applied.policy)._asdict()) for one in found)

    def _events(self, ticket: TicketId) -> tuple[Event, ...]:
        from agentconsole.sla.events import events_of

        facts = self._store.reckoning.facts(ticket)
        applied = None if facts is None else self.reckoner().applied(facts[0])
        if facts is None or applied is None:
            return ()
        ruled = applied.policy.assigned(applied.subject)
        return tuple(event for event in events_of(facts[1], applied.policy.pausing) if event.metric in ruled)

    # ------------------------------------------------------------------ counting

    def reckoner(self) -> PackReckoner:
        """Return what counts by the packs in use; it is made, which takes a while, whenever these were read again."""
        from agentconsole.services.pack_reckoner import PackReckoner

        packs = self._packs().used()
        with self._making:
            if self._reckoner is None or self._reckoner.packs is not packs:
                self._reckoner = PackReckoner(packs, self._now())
            return self._reckoner

    def count(self) -> None:
        """Have everything counted that waits for it; from now on every change brings its targets along.

        Raises StoreError.
        """
        reckoner = self.reckoner()
        if reckoner is not self._in_use:
            # what was breached under the rules so far is on record before others take their place
            self._store.reckoning.record_breaches().result()
            self._store.reckoning.use(reckoner).result()
            self._in_use = reckoner
        while not self._closing and self._store.reckoning.is_waiting():
            self._store.reckoning.catch_up().result()
        if not self._closing:
            self._store.reckoning.record_breaches().result()

    async def catch_up(self) -> None:
        """Have counted what another process changed, if anything: for a command that shows targets and ends.

        On a disk that can't be written it shows what was counted last.
        """
        if self._store.reckoning.is_waiting():
            with suppress(ReadOnlyDisk, DiskFull):
                await asyncio.to_thread(self.count)

    def start(self) -> None:
        """Begin to count in the background; returns at once."""
        if self._thread is None:
            self._unsubscribe = self._store.subscribe(self._hear)
            self._thread = threading.Thread(target=self._run, name="service levels", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop counting. Idempotent."""
        self._closing = True
        self._wake.set()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _hear(self, change: Change) -> None:
        if change.initiator != "sla" and (change.everything or change.topics & {"packs", "sla"}):
            self._wake.set()

    def _run(self) -> None:
        while not self._closing:
            self._wake.clear()
            try:
                self.count()
            except (StoreError, OSError) as error:
                # a full disk, or a folder that is away: what waits is still noted, and tried again
                log.warning("targets could not be counted: %s", type(error).__name__)
            except Exception:
                # the boundary of the thread: a pack that nobody thought of must not end the counting for good
                log.exception("targets could not be counted")
            self._wake.wait(_SWEEP_SECONDS)


def _of_the_help_desk(target: TicketTarget, now: Instant, instead: Explanation | None) -> Explanation:
    """Return what can be said of a target that the help desk counts: it does not tell how."""
    lines = []
    if target.breach_at is not None:
        lines.append(LedgerLine(LineKind.DUE, target.breach_at, planned=target.breach_at > now))
    if target.stage is not Stage.ACHIEVED:
        lines.append(LedgerLine(LineKind.NOW, now))
    return Explanation(
        metric=target.metric,
        stage=target.stage,
        source="",
        source_title="The help desk's own target",
        due_at=target.breach_at,
        breach_at=target.breach_at,
        lines=tuple(sorted(lines, key=lambda line: line.at)),
        instead=instead,
    )
