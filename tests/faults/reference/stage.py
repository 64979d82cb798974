"""The reference server's world: eight tickets, two agents, and their stores as of the last good sync.

Both are made once and copied for each run. Time stands still unless somebody moves it, for every process alike.
"""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from agentconsole.connectors.agentconsole.connector import AgentConsoleConnector
from agentconsole.connectors.api import Connector
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import email_token
from agentconsole.connectors.zendesk.connector import ZendeskConnector
from agentconsole.domain.instant import Instant
from agentconsole.server.access import grant
from agentconsole.server.app import Application, create_app
from agentconsole.server.database import Database
from agentconsole.server.loading import load
from agentconsole.sync.engine import SyncEngine
from tests.faults.desk import DeskProcess
from tests.faults.plan import Plan
from tests.faults.reference.desk import REFERENCE_FIELD, SETTINGS, serve
from tests.faults.reference.truth import read_truth
from tests.faults.stage import Access, Names, Stage
from tests.faults.truth import Truth
from tests.faults.world import AGENTS, KINDS, TAGS, TICKETS, NoTurnNeeded, Time, opened
from tests.support import account

NAMES = Names(
    people={"ada": "101", "ben": "102"},
    requester="201",
    field=f"field:{REFERENCE_FIELD}",
    tickets=tuple(str(number) for number in range(1, TICKETS + 1)),
)
NOWHERE = "http://127.0.0.1:9"
"""Where nobody listens: a computer without a network."""


@contextmanager
def stage(folder: Path, jobs: int) -> Iterator[Stage]:
    """Templates in *folder*; each worker has a server of its own."""
    yield ReferenceStage(folder)


class ReferenceStage:
    """The templates, and the clock by which they were made."""

    def __init__(self, folder: Path) -> None:
        self.templates = Templates(folder, Time())

    def world(self, number: int, folder: Path) -> ReferenceWorld:
        """A server and a clock of its own."""
        return ReferenceWorld(self.templates, folder / "desk.db", Time())


class ReferenceWorld:
    """A server on the database *live*, put back to *templates* before each run."""

    def __init__(self, templates: Templates, live: Path, time: Time) -> None:
        self.time = time
        self._templates = templates
        self._live = live
        self.desk = DeskProcess(lambda: serve(templates.desk, live, time), time)

    def begin(self, plan: Plan, stores: Mapping[str, Path]) -> tuple[Plan, Access]:
        """Set the clock, the database and the stores to the beginning."""
        self.time.set(self._templates.until)
        self.desk.reset()
        for who, path in stores.items():
            self._templates.copy(plan.dialect, who, path)
        return plan, ReferenceAccess(plan.dialect, self.desk.url, self.time)

    def truth(self, access: Access) -> Truth:
        """What the database has."""
        return read_truth(self._live)

    def keep(self, target: Path) -> None:
        """Copy the database."""
        for path in self._live.parent.glob(f"{self._live.name}*"):
            shutil.copy(path, target / path.name)

    def close(self) -> None:
        """End the server."""
        self.desk.close()


class ReferenceAccess:
    """The way to the server at *url*, in the dialect *kind*."""

    names = NAMES
    patience = 0.25

    def __init__(self, kind: str, url: str, time: Time) -> None:
        self._kind = kind
        self._url = url
        self.time = time

    def connector(
        self,
        who: str,
        clock: Callable[[], Instant],
        sleep: Callable[[float], Awaitable[None]],
        *,
        online: bool = True,
    ) -> Connector:
        """The real connector of the dialect."""
        return _connector(self._kind, who, self._url if online else NOWHERE, self.time, clock, sleep)


def _connector(
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
            lambda: _connector(kind, who, "http://desk.test", time, time.instant, sleep, transport),
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
