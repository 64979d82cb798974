"""The life of one console process: forked from a parent that has everything imported, opened, used, and ended."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
import resource
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

import httpx

from agentconsole.connectors.api import Connector
from agentconsole.connectors.http import client as http_client
from agentconsole.domain.instant import SECOND, Instant
from agentconsole.domain.rows import Me
from agentconsole.platform.locks import FileLock
from agentconsole.services.tickets import TicketService
from agentconsole.services.unsent import OutboxService
from agentconsole.store.errors import StoreError
from agentconsole.store.store import Store
from agentconsole.store.writer import Transaction, Urgency
from agentconsole.sync import push
from agentconsole.sync.engine import SyncEngine
from agentconsole.sync.pull import Puller
from tests.faults import killing, writes
from tests.faults.acting import Agent
from tests.faults.ledger import Entry, Ledger
from tests.faults.plan import Spell
from tests.faults.stage import Access, Names
from tests.faults.world import opened

BETWEEN_SYNCS = 31.0
SETTLES_WITHIN = 0.25
"""Seconds that a running exchange gets to send what waits."""


class Console:
    """A console of *who* on the store at *path*, whose clock may be set wrong; *access* is its way to the help desk."""

    def __init__(self, who: str, access: Access, path: Path, dice: random.Random, *, online: bool = True) -> None:
        self.who = who
        self._access = access
        self._online = online
        self._path = path
        self._time = time = access.time
        self._dice = dice
        self.skew = 0
        self.store: Store = opened(path, self.clock)
        self.engine = SyncEngine(
            self.store,
            self._connect,
            self.clock,
            lambda _status: None,
            turn=FileLock(path.with_name("exchange.lock")),
            sleep=self._sleep,
            jitter=dice.random,
            seconds=time.seconds,
        )
        self._exchange = self.engine._exchange
        self.is_threaded = False

    def clock(self) -> Instant:
        return self._time.instant() + self.skew

    def me(self) -> Me:
        ref = self._access.names.people[self.who]
        return Me(ref=ref, name=self.who, email=f"{self.who}@desk.example", role="agent", profile="desk")

    async def exchange(self) -> dict[str, Any]:
        """Push and pull, in a session that stays, as a window's does."""
        if self._exchange.session is None:
            await self._exchange.begin()
        return await self._exchange.once()

    async def leave(self) -> None:
        await self._exchange.end()

    def _connect(self) -> Connector:
        return self._access.connector(self.who, self.clock, self._sleep, online=self._online)

    async def _sleep(self, seconds: float) -> None:
        """Time passes at once; with an engine in a thread, quickly: its loops must not spin."""
        until = self._time.instant() + int(seconds * SECOND)
        await asyncio.sleep(max(min(seconds / 300, 0.02) if self.is_threaded else 0.0, self._time.least_pause))
        self._time.reach(until)


class Life:
    """What one process does, from opening the store to closing it."""

    def __init__(
        self, spell: Spell, console: Console, names: Names, ledger: Ledger, made: dict[int, int], sources: Path
    ) -> None:
        self._spell = spell
        self._console = console
        self._ledger = ledger
        store, engine = console.store, console.engine if spell.engine else None
        tickets = TicketService(store, engine, console.me, console.clock)
        self._agent = Agent(console.who, names, store, tickets, OutboxService(store, engine), ledger, made, sources)

    async def live(self) -> None:
        console = self._console
        if self._spell.engine:
            console.is_threaded = True
            console.engine.start()
        for step in self._spell.steps:
            match step:
                case ["sync", rounds]:
                    for _ in range(rounds):
                        await self._exchange()
                case ["jump", seconds]:
                    console.skew += seconds * SECOND
                case _:
                    await self._agent.does(step)
        if self._spell.engine:
            await console.engine.stop()
        await console.leave()

    async def _exchange(self) -> None:
        console = self._console
        if self._spell.engine:
            console.engine.nudge()
            for _ in range(10):
                await asyncio.sleep(SETTLES_WITHIN / 10)
                if not console.store.outbox.summary().waiting:
                    return
            return
        report = await (console.exchange() if self._spell.stays else console.engine.once())
        self._ledger.note(Entry(what="sync", report=report))
        console._time.pass_(BETWEEN_SYNCS)


def be(
    spell: Spell,
    *,
    access: Access,
    path: Path,
    sources: Path,
    ledger: Ledger,
    made: dict[int, int],
    dice: random.Random,
    keeper: socket.socket | None,
    go: int,
) -> None:
    """Be the console process of *spell*; never returns. It begins once it reads a byte from *go*."""
    code = 1
    try:
        _prepare(spell, access.patience, ledger, keeper)
        os.read(go, 1)
        _live(spell, access, path, sources, ledger, made, dice)
        ledger.note(Entry(what="end"))
        code = 0
    except StoreError as error:
        ledger.note(Entry(what="end", error=type(error).__name__))
        code = 0
    except BaseException:
        ledger.note(Entry(what="fault", error=traceback.format_exc()))
    finally:
        os._exit(code)


def _prepare(spell: Spell, patience: float, ledger: Ledger, keeper: socket.socket | None) -> None:
    hurry()
    # instead of half a minute: nobody here is far away
    http_client.TIMEOUT = httpx.Timeout(patience, connect=0.25)
    if spell.one_by_one:
        push.SIDE_BY_SIDE = 1
    if not spell.reference:
        skip_reference()
    logging.getLogger().handlers[:] = [_LogToLedger(ledger)]
    if keeper is not None:
        writes.be_watched(keeper)
        keeper.close()
    match spell.kill:
        case ["commit", number, where]:
            killing.die_at_commit(number, where)
        case ["line", number]:
            killing.die_at_line(number)


def _live(
    spell: Spell,
    access: Access,
    path: Path,
    sources: Path,
    ledger: Ledger,
    made: dict[int, int],
    dice: random.Random,
) -> None:
    console = Console(spell.who, access, path, dice, online=spell.online)
    match spell.disk:
        case ["rlimit", most]:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        case ["pages", free]:
            _leave_pages(console.store, free)
    try:
        asyncio.run(Life(spell, console, access.names, ledger, made, sources).live())
    finally:
        console.store.close()


def hurry() -> None:
    """Spare this short-lived process what costs time and changes nothing."""
    gc.disable()
    for name in ("trio", "sniffio"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # looked for on the disk at each connection else


def skip_reference() -> None:
    """Have no pull of this process read the small sets."""
    setattr(Puller, "_pull_reference", _nothing)  # noqa: B010  # a method, of which the type checker would know


async def _nothing(_puller: Puller) -> None:
    """Groups and macros are not what this is about, and would take half of the time."""


def _leave_pages(store: Store, free: int) -> None:
    def work(tx: Transaction) -> None:
        used = tx.db.execute("PRAGMA page_count").fetchone()[0]
        tx.db.execute(f"PRAGMA max_page_count = {used + free}")

    store._writer.submit(Urgency.AGENT, work, "agent").result()


class _LogToLedger(logging.Handler):
    """What the console logs as its own fault is one."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(logging.ERROR)
        self._ledger = ledger

    def emit(self, record: logging.LogRecord) -> None:
        told: dict[str, Any] = {"name": record.name, "message": record.getMessage()}
        if record.exc_info is not None and record.exc_info[1] is not None:
            told["trace"] = "".join(traceback.format_exception(record.exc_info[1]))
        self._ledger.note(Entry(what="log", report=told))
