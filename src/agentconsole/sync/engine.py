"""Keep one store and one help desk in agreement, in a thread of its own.

Six loops share one connector:

- *push* sends what waits, as soon as something does;
- *pull* fetches what is new: when the event stream says so, or every ``poll_interval`` where there is no stream;
- *listen* holds the event stream open;
- *presence* tells colleagues what the agent has open;
- *keep* fetches what is to be kept here and makes room, behind everything else;
- *clock* notices that the computer has slept, or that its clock was set, and has the others look at once.

Pull is the one that finds out whether the help desk is there: when it is gone, pull tries again with back-off, and
wakes the others once it is back. HTTP and JSON are handled in this thread alone; pages go to the store's writer.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from agentconsole.connectors.api import (
    Capabilities,
    Connector,
    ConnectorError,
    NeedsLogin,
    Unreachable,
    Unsupported,
)
from agentconsole.domain.changes import Change
from agentconsole.domain.instant import SECOND, Instant
from agentconsole.domain.once import made_once
from agentconsole.domain.records import Presence
from agentconsole.domain.rows import SyncStatus
from agentconsole.domain.values import Ref, TicketId
from agentconsole.store.errors import StoreError
from agentconsole.store.store import Store
from agentconsole.sync.backoff import Backoff
from agentconsole.sync.exchange import Exchange, pause_after
from agentconsole.sync.giving_way import GivingWay
from agentconsole.sync.presence import PresenceBoard
from agentconsole.sync.push import next_due_at
from agentconsole.sync.standing import Standing
from agentconsole.sync.turn import Turn

if TYPE_CHECKING:
    from agentconsole.sync.keeping import Keeper

T = TypeVar("T")
_log = logging.getLogger(__name__)

LIVE_POLL = 60.0
"""Seconds between pulls while the event stream is up: in case it is up but silent."""

LONGEST_STOP = 10.0
"""Seconds that the exchange has to end."""

CALL = "call"
"""What tasks are called that somebody outside of the engine waits for."""

CLOCK_LOOK = 5.0
"""Seconds between looks whether our clock was set, or the computer slept."""

CLOCK_JUMP = 5.0
"""Seconds by which the wall clock may run ahead of, or behind, the time that passed."""

FIRST_KEEPING = 30.0
"""Seconds after which the first look is taken at what is kept here, if no pull has succeeded before."""

BUSY = ("connecting", "initial", "pulling", "pushing")
"""Phases during which nothing is fetched that nobody waits for."""

SHORTEST_WAIT = 0.05
"""Seconds: what is due within less is as good as due, but a loop must not spin."""


class SyncEngine:
    """Exchange between *store* and the help desk that *connect* connects to.

    *clock* is our wall clock. *turn* is had while something is sent: no two processes send from one store at a time.
    *seconds* is a monotonic clock. *status_changed* is called from the engine's thread (or from that of the store's
    writer) and must return at once. *sleep* passes time and *jitter* yields numbers in [0, 1). *shown* are the tickets
    that windows of this process show: they are not removed to make room. *standing* is how things stood before there
    was an engine; it brings its own *status_changed*.
    """

    def __init__(
        self,
        store: Store,
        connect: Callable[[], Connector],
        clock: Callable[[], Instant],
        status_changed: Callable[[SyncStatus], None],
        poll_interval: float = 15.0,
        *,
        turn: Turn,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        seconds: Callable[[], float] = time.monotonic,
        shown: Callable[[], Collection[TicketId]] = tuple,
        standing: Standing | None = None,
        give_way: Callable[[], None] | None = None,
    ) -> None:
        self._store = store
        self._give_way = give_way
        self._shown = shown
        self._poll_interval = poll_interval
        self._sleep = sleep
        self._clock = clock
        self._seconds = seconds
        self._standing = standing or Standing(store, status_changed)
        self._pull_backoff = Backoff(jitter, first=1.0, cap=max(poll_interval, 1.0) * 2)
        self._listen_backoff = Backoff(jitter, first=0.5, cap=30.0)
        self._push_backoff = Backoff(jitter, first=1.0, cap=60.0)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread_loop: asyncio.AbstractEventLoop | None = None
        self._main: asyncio.Task[None] | None = None
        self._gate = threading.Lock()
        self._asked: set[Future[Any]] = set()
        self._exchange = Exchange(store, connect, clock, self._standing, self._came_online, turn)
        self._board = PresenceBoard(lambda: self._exchange.now())
        self._pull_now = asyncio.Event()
        self._push_now = asyncio.Event()
        self._listen_now = asyncio.Event()
        self._keep_now = asyncio.Event()
        self._has_kept = False

    @made_once
    def keeper(self) -> Keeper:
        """What keeps here what is to be kept; imported when it is first wanted, not when the window starts."""
        from agentconsole.sync.fetching import Fetcher
        from agentconsole.sync.keeping import Keeper

        fetcher = Fetcher(self._store, self._is_busy, sleep=self._sleep, seconds=self._seconds)
        return Keeper(self._store, self._exchange.now, fetcher, self._shown, self._seconds)

    # from any thread

    def status(self) -> SyncStatus:
        """How things stand."""
        return self._standing.status()

    def start(self) -> None:
        """Begin to exchange in the background; returns at once."""
        if self._thread is not None:
            return
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="sync", daemon=True)
        self._thread.start()
        ready.wait()

    async def stop(self, within: float = LONGEST_STOP) -> None:
        """End the exchange. What was being sent is settled at the next start.

        Waits at most *within* seconds. What hangs then (a look-up of a name can't be interrupted) is told in the log
        and left to its thread, which ends with the process.
        """
        thread, loop, main = self._thread, self._loop, self._main
        if thread is None:
            return
        if loop is not None and main is not None:
            self._to_loop(main.cancel)
        await asyncio.to_thread(thread.join, within)
        if thread.is_alive():
            _log.warning("the exchange did not end within %.0f s: %s", within, self._left())
            with self._gate:
                self._loop = None
                asked = set(self._asked)
            for each in asked:
                each.cancel()
        self._thread = None

    def _left(self) -> str:
        """Name what the engine's loop still runs; from another thread, so it may be just gone."""
        loop = self._thread_loop
        try:
            tasks = asyncio.all_tasks(loop) if loop is not None else set()
        except RuntimeError:  # the set changed while it was read
            return "its tasks change"
        names = sorted(getattr(task.get_coro(), "__qualname__", "?") for task in tasks)
        return ", ".join(names) or "its threads do not end"

    def nudge(self) -> None:
        """Exchange now rather than at the next interval."""
        self._to_loop(self._wake_all)

    def keep(self) -> None:
        """Look now at what is to be kept here: the choice has changed."""
        self._to_loop(self._keep_now.set)

    def capabilities(self) -> Capabilities | None:
        """What the help desk offers, None before it was first reached."""
        session = self._exchange.session
        return None if session is None else session.connector.capabilities

    def call(self, function: Callable[[Connector], Awaitable[T]]) -> Future[T]:
        """Run *function* with the connector, in the engine's thread.

        The future always resolves: Unreachable when there is no connection, or when the engine stops meanwhile;
        cancelled when *function* hangs even then.
        """

        async def run() -> T:
            task = asyncio.current_task()
            assert task is not None
            task.set_name(CALL)
            try:
                return await function((await self._exchange.signed_in()).connector)
            except asyncio.CancelledError as error:
                raise Unreachable("The exchange with the help desk has ended.") from error

        with self._gate:
            loop = self._loop
            if loop is None or self._thread is None:
                failed: Future[T] = Future()
                failed.set_exception(Unreachable())
                return failed
            asked: Future[T] = asyncio.run_coroutine_threadsafe(run(), loop)
            self._asked.add(asked)
        asked.add_done_callback(self._asked.discard)
        return asked

    def presence(self, ticket: Ref) -> tuple[Presence, ...]:
        """Colleagues who have *ticket* open, and those who had it lately, each with when that was last known."""
        return self._board.of(ticket)

    def announce(self, ticket: Ref | None, mode: str = "viewing") -> None:
        """Tell colleagues what the agent has open; never waits."""
        self._board.want(ticket, mode)
        self._to_loop(self._board.changed.set)

    async def once(self) -> dict[str, Any]:
        """One full exchange, push then pull, in the loop of the caller; for a program without a running engine."""
        if self._thread is not None and self._loop is not None:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._exchange.once(), self._loop))
        try:
            await self._exchange.begin()
            report = await self._exchange.once()
            session = self._exchange.session
            if session is not None and not report.get("problem"):
                await self.keeper.run(session.connector)
                if self.keeper.wants_pull:
                    report["pulled"] = await self._exchange.pull()
                    await self.keeper.run(session.connector)
            return report
        finally:
            await self._exchange.end()

    async def keep_once(self, stopped: Callable[[], bool] = lambda: False) -> None:
        """Fetch what is to be here and make room, in the loop of the caller; for a program without a running engine.

        Raises ConnectorError or StoreError.
        """
        try:
            session = await self._exchange.signed_in()
            self._standing.change(phase="idle")
            await self.keeper.run(session.connector, stopped)
        finally:
            await self._exchange.end()

    async def ask(self, function: Callable[[Connector], Awaitable[T]]) -> T:
        """Run *function* with the connector, in the engine's thread, or, while that does not run, in the caller's loop.

        Raises ConnectorError.
        """
        if self._thread is not None:
            return await asyncio.wrap_future(self.call(function))
        try:
            session = await self._exchange.signed_in()
            return await function(session.connector)
        finally:
            await self._exchange.end()

    # in the engine's loop

    def _new_loop(self) -> asyncio.AbstractEventLoop:
        if self._give_way is None or sys.platform == "win32":  # whose loop has no selector
            return asyncio.new_event_loop()
        return asyncio.SelectorEventLoop(GivingWay(self._give_way))

    def _run(self, ready: threading.Event) -> None:
        try:
            with asyncio.Runner(loop_factory=self._new_loop) as runner:
                runner.run(self._supervise(ready))
        except asyncio.CancelledError:
            pass
        finally:
            self._loop = self._main = None
            ready.set()
            self._standing.change(online=False, live=False, phase="stopped", next_attempt_at=None)

    async def _supervise(self, ready: threading.Event) -> None:
        self._loop = self._thread_loop = asyncio.get_running_loop()
        self._main = asyncio.current_task()
        self._pull_now, self._push_now, self._listen_now = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._board.changed = asyncio.Event()
        unsubscribe = self._store.subscribe(self._store_changed)
        ready.set()
        self._keep_now = asyncio.Event()
        loops = (
            self._pull_loop,
            self._push_loop,
            self._listen_loop,
            self._presence_loop,
            self._clock_loop,
            self._keep_loop,
        )
        tasks: list[asyncio.Task[None]] = []
        try:
            await self._begin()
            tasks = [asyncio.create_task(self._forever(loop)) for loop in loops]
            await asyncio.gather(*tasks)
        finally:
            if self._has_kept:
                self.keeper.stop()  # its thread ends with the batch it is at
            await self._refuse_calls()
            unsubscribe()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._exchange.end()

    async def _refuse_calls(self) -> None:
        """Take no more calls, and end those that run."""
        with self._gate:
            self._loop = None
            asked = set(self._asked)
        ended: set[asyncio.Task[Any]] = set()
        while not all(each.done() for each in asked):
            # what was asked for just now becomes a task only while this waits
            for task in asyncio.all_tasks() - ended:
                if task.get_name() == CALL:
                    ended.add(task)
                    task.cancel()
            await asyncio.sleep(0.01)

    async def _begin(self) -> None:
        try:
            await self._exchange.begin()
        except StoreError as error:
            self._standing.change(problem=str(error), advice=error.advice)

    async def _forever(self, step: Callable[[], Awaitable[None]]) -> None:
        """Repeat *step*. A fault of our own in one loop is told and must not silence the others."""
        while True:
            try:
                await step()
            except Exception as error:
                _log.exception("the exchange met a fault of the console's own")
                self._standing.change(
                    problem=f"The console has a fault of its own ({type(error).__name__}).",
                    advice="Your changes are saved. If it stays, restart the console and report what its log says.",
                )
                await self._sleep(self._poll_interval)

    async def _pull_loop(self) -> None:
        self._pull_now.clear()
        try:
            await self._exchange.pull()
        except (ConnectorError, StoreError) as error:
            delay = await self._exchange.failed(error, self._pull_backoff.failed())
        else:
            self._pull_backoff.succeeded()
            self._keep_now.set()
            delay = LIVE_POLL if self._standing.status().live else self._poll_interval
        await self._wait(self._pull_now, delay)

    async def _push_loop(self) -> None:
        self._push_now.clear()
        delay: float | None
        try:
            if await self._exchange.push():
                self._pull_now.set()
        except (NeedsLogin, Unreachable) as error:
            if self._standing.status().online:
                self._pull_now.set()  # it finds out how things stand, and tells
            delay = pause_after(error, self._push_backoff)
        except (ConnectorError, StoreError) as error:
            delay = pause_after(error, self._push_backoff)
            self._standing.change(problem=str(error), advice=error.advice)
        else:
            self._push_backoff.succeeded()
            due_at = next_due_at(self._store)
            delay = None if due_at is None else max(SHORTEST_WAIT, (due_at - self._exchange.now()) / SECOND)
        # whoever hears of the help desk first wakes this loop
        await self._wait(self._push_now, delay if self._standing.status().online else None)

    async def _listen_loop(self) -> None:
        self._listen_now.clear()
        session = self._exchange.session
        if session is None or not session.connector.capabilities.push:
            await self._wait(self._listen_now, None)
            return
        try:
            async for nudge in session.connector.listen():
                self._listen_backoff.succeeded()
                self._standing.change(live=True)
                if nudge.change:
                    self._pull_now.set()
                if nudge.presence_of is not None and self._board.note(nudge.presence_of, nudge.presence):
                    self._publish_presence([nudge.presence_of])
        except Unsupported:
            await self._wait(self._listen_now, None)
            return
        except ConnectorError as error:
            _log.info("the event stream broke: %s", type(error).__name__)
        finally:
            self._standing.change(live=False)
            self._publish_presence(self._board.forget())
        self._pull_now.set()
        await self._wait(self._listen_now, self._listen_backoff.failed())

    async def _clock_loop(self) -> None:
        """Exchange at once when the computer has slept or its clock was set: what is known may be long out of date."""
        told, passed = self._clock(), self._seconds()
        await self._sleep(CLOCK_LOOK)
        if abs((self._clock() - told) / SECOND - (self._seconds() - passed)) > CLOCK_JUMP:
            self._wake_all()

    async def _keep_loop(self) -> None:
        if not self._has_kept:
            await self._wait(self._keep_now, FIRST_KEEPING)
            self._has_kept = True
        self._keep_now.clear()
        session = self._exchange.session if self._standing.status().online else None
        try:
            delay = await self.keeper.run(None if session is None else session.connector)
        except StoreError as error:
            _log.warning("what is kept here could not be seen to: %s", type(error).__name__)
            delay = self._poll_interval
        if self.keeper.wants_pull:
            self._pull_now.set()
        await self._wait(self._keep_now, delay)

    def _is_busy(self) -> bool:
        """Whether something is under way that somebody waits for."""
        return bool(self._asked) or self._standing.status().phase in BUSY

    async def _presence_loop(self) -> None:
        self._board.changed.clear()
        again: float | None = None
        session = self._exchange.session
        if session is not None and session.connector.capabilities.presence and self._standing.status().online:
            again = await self._board.tell(session.connector)
        await self._wait(self._board.changed, again)

    def _store_changed(self, change: Change) -> None:
        """Called by the store's writer after each commit."""
        if change.everything or "outbox" in change.topics:
            self._standing.outbox_changed()
            # what a push notes of its own work must not wake the next push: that would skip the back-off
            self._to_loop(self._standing.tell if change.initiator == "push" else self._outbox_changed)

    def _outbox_changed(self) -> None:
        self._standing.tell()
        self._push_now.set()

    def _came_online(self) -> None:
        for event in (self._push_now, self._listen_now, self._board.changed):
            event.set()

    def _wake_all(self) -> None:
        self._pull_now.set()
        self._push_now.set()
        self._listen_now.set()

    def _publish_presence(self, tickets: frozenset[Ref] | list[Ref]) -> None:
        ids = frozenset(found for ref in tickets if (found := self._store.tickets.find(ref)) is not None)
        if ids:
            self._store.publish(Change(tickets=ids, topics=frozenset({"presence"}), initiator="sync"))

    def _to_loop(self, function: Callable[[], Any]) -> None:
        loop = self._loop
        if loop is not None:
            try:
                loop.call_soon_threadsafe(function)
            except RuntimeError:  # it has just been closed
                _log.debug("the engine has stopped")

    async def _wait(self, event: asyncio.Event, seconds: float | None) -> None:
        """Wait for *event*, for at most *seconds* when given."""
        waiters: list[asyncio.Future[Any]] = [asyncio.ensure_future(event.wait())]
        if seconds is not None:
            waiters.append(asyncio.ensure_future(self._sleep(seconds)))
        try:
            await asyncio.wait(waiters, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiter in waiters:
                waiter.cancel()
            await asyncio.gather(*waiters, return_exceptions=True)
