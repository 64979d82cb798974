"""The real Request Tracker's world: eight new tickets for each run, and stores that have synced with them.

Each worker has a server of its own, for RT and the consoles go by one clock: it goes by itself, and every run moves it
forward. A clock that leaps between a question about the last minutes and its answer is none that a help desk has. The
tickets of a run before are moved out of sight.
"""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from agentconsole.connectors.api import Connector
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.rt.connector import RequestTrackerConnector
from agentconsole.connectors.rt.signing import PasswordSession
from agentconsole.domain.instant import Instant
from agentconsole.sync.engine import SyncEngine
from tests.faults.desk import DeskProcess
from tests.faults.plan import Plan, Spell, Step
from tests.faults.rt.clock import MovableTime
from tests.faults.rt.crew import Crew, crew_of
from tests.faults.rt.desk import serve
from tests.faults.rt.truth import Tables
from tests.faults.stage import Access, Names, Stage
from tests.faults.truth import Truth
from tests.faults.world import AGENTS, NoTurnNeeded, Time, opened
from tests.support import postgres
from tests.support.rt.server import NotInstalled, RequestTracker, installation

NOWHERE = "http://127.0.0.1:9"
"""Where nobody listens: a computer without a network."""

DIALECT = "rt"
WORKERS = 3
"""Processes of each RT: a console asks for a few things at a time."""

SLOWER = 8
"""How many times as long as with the reference server a console lives before it is killed by the clock."""


@contextmanager
def stage(folder: Path, jobs: int) -> Iterator[Stage]:
    """A server with a clock for each of *jobs*."""
    try:
        with installation() as installed, ExitStack() as servers:
            worlds = []
            for number in range(jobs):
                time = MovableTime(folder / f"clock-{number}")
                server = servers.enter_context(installed.serve(workers=WORKERS, extra=time.environment))
                worlds.append((server, crew_of(server), time))
            yield RtStage(worlds)
    except (NotInstalled, postgres.NotInstalled) as error:
        raise SystemExit(str(error)) from None


class RtStage:
    """The servers, who works there, and their clocks."""

    def __init__(self, worlds: list[tuple[RequestTracker, Crew, MovableTime]]) -> None:
        self._worlds = worlds

    def world(self, number: int, folder: Path) -> RtWorld:
        """One of the servers."""
        return RtWorld(*self._worlds[number], folder)


class RtWorld:
    """The *crew*'s queue of *server*; templates of stores are in *folder*."""

    def __init__(self, server: RequestTracker, crew: Crew, time: Time, folder: Path) -> None:
        self.time = time
        self._server = server
        self._crew = crew
        self._folder = folder
        self.desk = DeskProcess(lambda: serve(server, crew, time), time)
        for who in AGENTS:
            self._sync(who, self._template(who), self._access(()))

    def begin(self, plan: Plan, stores: Mapping[str, Path]) -> tuple[Plan, Access]:
        """Open the run's tickets, and have the stores sync with them."""
        self.desk.begin({}, DIALECT, None)
        access = self._access(tuple(str(ticket) for ticket in self.desk.reset()))
        for who, path in stores.items():
            shutil.copyfile(self._template(who), path)
            self._sync(who, path, access)
        # what is as old as the newest change may be met once more, and is not what a run is to begin with
        self.time.pass_(120)
        return placed(plan, access.names), access

    def truth(self, access: Access) -> Truth:
        """What RT's tables have."""
        return Tables(self._server, self._crew).truth()

    def keep(self, target: Path) -> None:
        """Write down what RT's tables have."""
        tables = Tables(self._server, self._crew)
        rows = {name: [row._asdict() for row in kept] for name, kept in vars(tables).items() if name[0] != "_"}
        data = msgspec.json.encode(rows, enc_hook=str)
        (target / "rt.json").write_bytes(msgspec.json.format(data))

    def close(self) -> None:
        """End the front; the server is the stage's."""
        self.desk.close()

    def _template(self, who: str) -> Path:
        return self._folder / f"{who}.db"

    def _access(self, tickets: tuple[str, ...]) -> RtAccess:
        names = Names(
            people=self._crew.people,
            requester=self._crew.requester,
            field=f"field:{self._crew.field}",
            tickets=tickets,
        )
        return RtAccess(self.desk.url, self._crew, self.time, names)

    def _sync(self, who: str, path: Path, access: RtAccess) -> None:
        async def sleep(seconds: float) -> None:
            self.time.pass_(seconds)

        async def sync() -> None:
            store = opened(path, self.time.instant)
            engine = SyncEngine(
                store,
                lambda: access.connector(who, self.time.instant, sleep),
                self.time.instant,
                lambda _status: None,
                turn=NoTurnNeeded(),
                sleep=sleep,
                jitter=random.Random(0).random,
            )
            report = await engine.once()
            store.close()
            assert "problem" not in report, report

        asyncio.run(sync())


class RtAccess:
    """The way to RT by the front at *url*."""

    patience = 20.0

    def __init__(self, url: str, crew: Crew, time: Time, names: Names) -> None:
        self._url = url
        self._crew = crew
        self.time = time
        self.names = names

    def connector(
        self,
        who: str,
        clock: Callable[[], Instant],
        sleep: Callable[[float], Awaitable[None]],
        *,
        online: bool = True,
    ) -> Connector:
        """The real connector, signed in by password."""
        account = self._crew.account(who)
        http = HttpClient(
            self._url if online else NOWHERE,
            PasswordSession(account.name, account.password),
            clock=clock,
            seconds=self.time.seconds,
            sleep=sleep,
        )
        return RequestTrackerConnector(http, account.name, sleep=sleep, seconds=self.time.seconds, clock=clock)


def placed(plan: Plan, names: Names) -> Plan:
    """*plan* with the tickets and people of *names*, and with what can happen to a request to RT."""
    spells = [_placed_spell(spell, names) for spell in plan.spells]
    return msgspec.structs.replace(plan, dialect=DIALECT, spells=spells)


def _placed_spell(spell: Spell, names: Names) -> Spell:
    faults = {
        # RT keeps no keys, so that nobody could tell a late request from a second one; instead it is still at work
        number: "left" if fault == "late" or (fault == "eat" and number % 4 == 0) else fault
        for number, fault in spell.faults.items()
    }
    kill = spell.kill
    if kill is not None and kill[0] == "wall":
        kill = [kill[0], kill[1] * SLOWER]
    return msgspec.structs.replace(
        spell, steps=[_placed_step(step, names) for step in spell.steps], faults=faults, kill=kill
    )


def _placed_step(step: Step, names: Names) -> Step:
    if step[0] == "bulk":
        name, mark, refs, what = step
        return [name, mark, [names.tickets[int(ref) - 1] for ref in refs], what]
    return [_placed_part(part, names) for part in step]


def _placed_part(part: Any, names: Names) -> Any:
    """A ticket by its ref, and an assignee by theirs."""
    match part:
        case ["ref", ref]:
            return ["ref", names.tickets[int(ref) - 1]]
        case {"assignee": str(assignee), **others}:
            return {**others, "assignee": names.people["ada" if assignee == "101" else "ben"]}
        case _:
            return part
