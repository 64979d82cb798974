"""One exchange with the help desk: sign in, push, pull, and say how that went. In whatever loop it is called."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import msgspec

from agentconsole.connectors.api import (
    AccessRevoked,
    Connector,
    ConnectorError,
    NeedsLogin,
    Observant,
    RateLimited,
    ServerFailed,
    Unreachable,
)
from agentconsole.domain.instant import SECOND, Instant
from agentconsole.store.errors import StoreError
from agentconsole.store.store import Store
from agentconsole.sync.backoff import Backoff
from agentconsole.sync.pull import Progress, Puller
from agentconsole.sync.push import Pusher, has_work
from agentconsole.sync.standing import UNREAD, Standing
from agentconsole.sync.turn import NoTurn, Turn, having

SIGN_IN_POLL = 300.0
"""Seconds between attempts with credentials that were refused: somebody may have renewed them at the help desk."""

OFFSET_WORTH_KEEPING = SECOND

PATIENCE = 5.0
"""Seconds that a push waits for another process that is pushing from the same store."""

PATIENCE_OF_ONE = 30.0
"""The same for a program that exchanges once and ends."""


class Session:
    """A connector that has signed in, and the verbs that use it."""

    def __init__(self, connector: Connector, puller: Puller, pusher: Pusher) -> None:
        self.connector = connector
        self.puller = puller
        self.pusher = pusher
        self.told: dict[str, int] = {}


class Exchange:
    """Push and pull between *store* and the help desk that *connect* connects to.

    *clock* is our wall clock; *came_online* is called with each new session, and whenever the help desk is heard after
    it was not. *turn* is had while something is sent, and by nobody else meanwhile.
    """

    def __init__(
        self,
        store: Store,
        connect: Callable[[], Connector],
        clock: Callable[[], Instant],
        standing: Standing,
        came_online: Callable[[], None],
        turn: Turn,
    ) -> None:
        self._store = store
        self._connect = connect
        self._clock = clock
        self._standing = standing
        self._came_online = came_online
        self._turn = turn
        self._signing_in = asyncio.Lock()
        self.session: Session | None = None

    def now(self) -> Instant:
        """The help desk's time."""
        session = self.session
        return self._clock() + (self._standing.clock_offset if session is None else session.connector.clock_offset)

    async def begin(self) -> None:
        """After a start: whatever was being sent when the program ended may have arrived.

        Unless another process is sending just now: then that is what is being sent, and the first push looks again.
        """
        self._signing_in = asyncio.Lock()
        with contextlib.suppress(NoTurn):
            async with having(self._turn, 0.0):
                await asyncio.wrap_future(self._store.outbox.recover())

    async def end(self) -> None:
        """Give back the connection."""
        session, self.session = self.session, None
        self._standing.change(online=False)
        if session is not None:
            await session.connector.close()

    async def pull(self) -> dict[str, int]:
        """Fetch everything that is new; returns how many rows of each kind came."""
        session = await self.signed_in()
        began_at = self.now()
        try:
            pulled = await session.puller.pull()
        finally:
            with contextlib.suppress(StoreError):  # whatever else went wrong is what counts
                await self._note_unread(session)
        await self._agreed(session, began_at)
        return pulled

    async def push(self, patience: float = PATIENCE) -> int:
        """Send everything that is due; returns how many commands were accepted.

        NoTurn when another process is still sending after *patience* seconds.
        """
        if not has_work(self._store, self.now()):
            return 0
        session = await self.signed_in()
        async with having(self._turn, patience):
            try:
                return await session.pusher.push(lambda: self._standing.change(phase="pushing"))
            finally:
                if self._standing.status().phase == "pushing":
                    self._standing.change(phase="idle")

    async def once(self, patience: float = PATIENCE_OF_ONE) -> dict[str, Any]:
        """Push, then pull; returns the report that ``agentconsole sync --json`` prints.

        What is wrong is in its ``problem`` and ``advice``, not raised; ``retry_after`` are the seconds for which the
        help desk wants to be left alone.
        """
        report: dict[str, Any] = {"pulled": {}, "pushed": 0}
        problem: ConnectorError | StoreError | None = None
        try:
            try:
                await self.push(patience)
            except (ConnectorError, StoreError) as error:
                problem = error
                if isinstance(error, Unreachable | NeedsLogin):
                    raise
            report["pulled"] = await self.pull()
        except (ConnectorError, StoreError) as error:
            problem = problem or error
            await self.failed(error, 0.0)
        if self.session is not None:
            report["pushed"] = self.session.pusher.sent
        self._standing.outbox_changed()
        status = self._standing.status()
        report |= {"pending": status.waiting, "conflicts": status.conflicts, "online": status.online}
        if problem is not None:
            report |= {"problem": str(problem), "advice": problem.advice}
        if isinstance(problem, RateLimited) and not problem.one_ticket:
            report["retry_after"] = problem.retry_after
        return report

    async def signed_in(self) -> Session:
        """The session with the help desk, begun when there is none."""
        async with self._signing_in:
            if self.session is not None:
                return self.session
            if not self._standing.status().problem:  # a known problem is told until it is solved
                self._standing.change(phase="connecting")
            connector = self._connect()
            try:
                identity = await connector.identify()
                await asyncio.wrap_future(self._store.facts.put("identity", msgspec.json.encode(identity).decode()))
            except BaseException:
                await connector.close()
                raise
            self.session = Session(
                connector,
                Puller(self._store, connector, clock=self._clock, progressed=self._progressed),
                Pusher(self._store, connector, me=identity.ref, clock=self.now),
            )
            self._standing.change(
                online=True, clock_offset=connector.clock_offset, needs_login=False, wipe_requested=False
            )
            self._came_online()
            return self.session

    async def failed(self, error: ConnectorError | StoreError, delay: float) -> float:
        """Tell what is wrong; returns in how many seconds to try again, if not in *delay*."""
        needs_login = isinstance(error, NeedsLogin)
        if isinstance(error, RateLimited):
            delay = error.retry_after
        elif isinstance(error, ServerFailed) and error.retry_after is not None:
            delay = max(delay, error.retry_after)
        elif needs_login:
            delay = max(delay, SIGN_IN_POLL)
            await self.end()  # the next session reads the credentials anew
        is_online = self.session is not None and not isinstance(error, Unreachable)
        self._standing.change(
            online=is_online,
            phase="idle" if is_online else "offline",
            done=0,
            total=None,
            problem=str(error),
            advice=error.advice,
            needs_login=needs_login,
            wipe_requested=isinstance(error, AccessRevoked) and error.wipe,
            next_attempt_at=self._clock() + int(delay * SECOND),
        )
        return delay

    async def _agreed(self, session: Session, at: Instant) -> None:
        """The store holds what the help desk had at *at*: all is well."""
        facts = self._store.facts
        now, offset = self.now(), session.connector.clock_offset
        await asyncio.wrap_future(facts.put("data_as_of", str(at)))
        await asyncio.wrap_future(facts.put("last_sync_at", str(now)))
        if abs(offset - int(facts.get("clock_offset") or 0)) >= OFFSET_WORTH_KEEPING:
            await asyncio.wrap_future(facts.put("clock_offset", str(offset)))
        self._heard()
        self._standing.change(
            phase="idle",
            done=0,
            total=None,
            data_as_of=at,
            last_sync_at=now,
            next_attempt_at=None,
            clock_offset=offset,
            problem="",
            advice="",
            needs_login=False,
        )

    async def _note_unread(self, session: Session) -> None:
        """Remember what of the help desk's answers could not be read: whoever looks for a cause finds it told."""
        connector = session.connector
        found = connector.oddities.counts() if isinstance(connector, Observant) else {}
        fresh = {what: times - session.told.get(what, 0) for what, times in found.items()}
        if not any(fresh.values()):
            return
        session.told = dict(found)
        known = self._standing.status().unread
        unread = known | {what: known.get(what, 0) + times for what, times in fresh.items()}
        self._standing.change(unread=unread)
        await asyncio.wrap_future(self._store.facts.put(UNREAD, msgspec.json.encode(unread).decode()))

    def _progressed(self, progress: Progress) -> None:
        self._heard()
        phase = "initial" if progress.is_initial else "pulling"
        self._standing.change(phase=phase, done=progress.done, total=progress.total)

    def _heard(self) -> None:
        if not self._standing.status().online:
            self._standing.change(online=True)
            self._came_online()


def pause_after(error: ConnectorError | StoreError, backoff: Backoff) -> float:
    """Seconds to wait after *error*: as long as the help desk asks for, else as *backoff* has it."""
    waited = backoff.failed()
    return error.retry_after if isinstance(error, RateLimited) else waited
