"""The small world of a run: one help desk with eight tickets, two agents, and their stores as of the last good sync.

Both are made once and copied for each run. Time stands still unless somebody moves it, for every process alike.
"""

from __future__ import annotations

import asyncio
import mmap
import random
import shutil
import struct
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx

from agentconsole.connectors.agentconsole.connector import AgentConsoleConnector
from agentconsole.connectors.api import Connector
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import email_token
from agentconsole.connectors.zendesk.connector import ZendeskConnector
from agentconsole.domain.instant import SECOND, Instant
from agentconsole.server.access import grant
from agentconsole.server.app import Application, create_app
from agentconsole.server.database import Database
from agentconsole.server.loading import load
from agentconsole.server.settings import Grant, ServerSettings
from agentconsole.store.opening import open_store
from agentconsole.store.store import Store
from agentconsole.sync.engine import SyncEngine
from tests.support import account

KINDS = ("agentconsole", "zendesk")
AGENTS = ("ben", "ada")
"""Ben is an agent, Ada an administrator: in the plain dialect they read by different routes."""

KEY = bytes(range(32))
SETTINGS = ServerSettings(
    grants=(
        Grant("ada@desk.example", "ada-token", "admin"),
        Grant("ben@desk.example", "ben-token", "agent"),
    )
)
TICKETS = 8
TAGS = ("keep1", "keep2", "keep3", "keep4")
"""What every ticket is tagged with; each is taken off by one change at most."""

REFERENCE_FIELD = 42
"""A custom field of free text."""

BEGINNING = int(datetime(2026, 11, 17, 10, 10, tzinfo=UTC).timestamp()) * SECOND


class Time:
    """One clock for all processes that were forked since it was made; it moves only when told to."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 8)
        self.set(BEGINNING)

    def instant(self) -> Instant:
        return int(struct.unpack("<q", self._shared[:8])[0])

    def set(self, at: Instant) -> None:
        self._shared[:8] = struct.pack("<q", at)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.instant() / SECOND, UTC)

    def seconds(self) -> float:
        return self.instant() / SECOND

    def pass_(self, seconds: float) -> None:
        self.set(self.instant() + int(seconds * SECOND))

    def reach(self, at: Instant) -> None:
        """Several may wait for the same moment at once."""
        self.set(max(self.instant(), at))


class NoTurnNeeded:
    """What a store that nobody else has open needs."""

    def take(self) -> bool:
        return True

    def give_back(self) -> None:
        return


def connector(
    kind: str,
    who: str,
    url: str,
    time: Time,
    clock: Callable[[], Instant],
    sleep: Callable[[float], Awaitable[None]],
    transport: httpx.AsyncBaseTransport | None = None,
) -> Connector:
    """The real connector of *kind* as *who*. *clock* is the console's own, which may be wrong."""
    http = HttpClient(
        url,
        email_token(f"{who}@desk.example", f"{who}-token"),
        transport=transport,
        clock=clock,
        seconds=time.seconds,
        sleep=sleep,
    )
    if kind == "zendesk":
        return ZendeskConnector(http, sleep, time.seconds, clock)
    return AgentConsoleConnector(http, sleep)


def opened(path: Path, clock: Callable[[], Instant]) -> Store:
    return open_store(path, key=KEY, clock=clock, poll_interval=30.0)


class Templates:
    """What each run begins with, in *folder*: ``desk.db`` and ``KIND-WHO.db``."""

    def __init__(self, folder: Path, time: Time) -> None:
        self._folder = folder
        self.desk = folder / "desk.db"
        database = Database(f"sqlite:///{self.desk}", now=time.now)
        database.upgrade()
        load(database, _reference(), _stories())
        grant(database, SETTINGS.grants)
        app = create_app(database, SETTINGS, time.seconds)
        for kind in KINDS:
            for who in AGENTS:
                asyncio.run(self._synced(app, kind, who, time))
        database.close()
        self.until = time.instant()

    def store(self, kind: str, who: str) -> Path:
        return self._folder / f"{kind}-{who}.db"

    def copy(self, kind: str, who: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.store(kind, who), target)

    async def _synced(self, app: Application, kind: str, who: str, time: Time) -> None:
        transport = httpx.ASGITransport(app=app)

        async def sleep(seconds: float) -> None:
            time.pass_(seconds)

        store = opened(self.store(kind, who), time.instant)
        engine = SyncEngine(
            store,
            lambda: connector(kind, who, "http://desk.test", time, time.instant, sleep, transport),
            time.instant,
            lambda _status: None,
            turn=NoTurnNeeded(),
            sleep=sleep,
            jitter=random.Random(0).random,
        )
        for _ in range(2):
            report = await engine.once()
            assert "problem" not in report, report
            time.pass_(120)
        store.close()


def _reference() -> Iterator[tuple[str, list[account.Wire]]]:
    for name, rows in account.reference():
        extra = {"id": REFERENCE_FIELD, "type": "text", "title": "Reference"}
        yield name, [*rows, extra] if name == "ticket_fields" else rows


def _stories() -> Iterator[list[tuple[account.Wire, list[account.Wire], list[account.Wire]]]]:
    people = (account.DAN, account.EVE)
    yield [
        (
            account.ticket(
                number,
                people[number % 2],
                f"2026-11-17T0{number}:00:00Z",
                f"Trouble {number}",
                tags=list(TAGS),
                status="open",
                priority="normal",
                custom_fields=[{"id": REFERENCE_FIELD, "value": "none yet"}],
            ),
            [
                account.comment(
                    1_000 + number, people[number % 2], f"2026-11-17T0{number}:00:00Z", f"It hurts {number}."
                )
            ],
            [],
        )
        for number in range(1, TICKETS + 1)
    ]
