"""The help desk's process: the real ticket server behind the front, and what a third party does there.

It lives as long as the campaign and is put back to its beginning before each run.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio.to_thread
import msgspec

from agentconsole.server.app import create_app
from agentconsole.server.database import Database
from agentconsole.server.errors import Problem
from agentconsole.server.ticket_input import CommentInput, CustomFieldInput, TicketInput
from agentconsole.server.ticket_writing import TicketWriter
from tests.faults.front import Front, Kill
from tests.faults.world import REFERENCE_FIELD, SETTINGS, Time
from tests.support import account

REQUESTERS = (account.DAN, account.EVE)
COLLEAGUE = account.CLEO


class DeskProcess:
    """Its handle, for the process that forked it. *template* is the database that each run begins with."""

    def __init__(self, template: Path, live: Path, time: Time) -> None:
        self.database = live
        ours, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            ours.close()
            code = 1
            try:
                asyncio.run(_serve(template, live, time, theirs))
                code = 0
            finally:
                os._exit(code)
        theirs.close()
        self._control = ours.makefile("rwb")
        ours.close()
        self.url = f"http://127.0.0.1:{self._told()}"

    def reset(self) -> None:
        self._ask("reset")

    def begin(self, faults: dict[int, str], dialect: str, kill: Kill | None) -> None:
        """A console process begins: count its requests, spoil them, and kill it where *kill* says."""
        self._ask("begin", faults, dialect, kill)

    def settle(self) -> tuple[dict[str, int], bool, list[str]]:
        """Wait until nothing is on its way; returns which faults were met, whether the kill was, and all requests."""
        met, killed, heard = self._ask("settle")
        return met, killed, heard

    def act(self, steps: list[list[Any]]) -> None:
        """Have a third party do *steps*."""
        self._ask("act", steps)

    def close(self) -> None:
        self._control.close()
        os.waitpid(self._pid, 0)

    def _ask(self, *words: Any) -> Any:
        self._control.write(msgspec.json.encode(words) + b"\n")
        self._control.flush()
        return self._told()

    def _told(self) -> Any:
        line = self._control.readline()
        if not line:
            raise RuntimeError("the help desk's process has ended")
        return msgspec.json.decode(line)


async def _at_once(function: Callable[..., Any], *arguments: Any, **_options: Any) -> Any:
    """In place of a thread for each step of each request: one request at a time is enough, and three times as fast."""
    return function(*arguments)


async def _serve(template: Path, live: Path, time: Time, control: socket.socket) -> None:
    anyio.to_thread.run_sync = _at_once  # type: ignore[assignment]
    _restore(template, live)
    database = Database(f"sqlite:///{live}", now=time.now)
    app = create_app(database, SETTINGS, time.seconds)
    routes = app.router.routes
    routes[:] = [*routes[-4:], *routes[:-4]]  # what consoles ask for most is looked for first
    app.prepare()
    front = Front(app, time)
    await front.start()
    reader, writer = await asyncio.open_connection(sock=control)

    def tell(what: Any) -> None:
        writer.write(msgspec.json.encode(what) + b"\n")

    tell(front.port)
    while line := await reader.readline():
        match msgspec.json.decode(line):
            case ["reset"]:
                _restore(template, live)
                tell(None)
            case ["begin", faults, dialect, kill]:
                at = msgspec.convert(kill, Kill | None)
                front.begin({int(number): fault for number, fault in faults.items()}, dialect, at)
                tell(None)
            case ["settle"]:
                await front.settle()
                tell((front.met, front.killed, front.heard))
            case ["act", steps]:
                for step in steps:
                    time.pass_(2)
                    _act(database, step)
                tell(None)


def _restore(template: Path, live: Path) -> None:
    source, target = sqlite3.connect(template), sqlite3.connect(live)
    source.backup(target)
    source.close()
    target.close()


def _act(database: Database, step: list[Any]) -> None:
    """What a requester or a colleague does; nothing where the ticket does not allow it any more."""
    name, ticket, *more = step
    try:
        with database.write() as tx:
            colleague = TicketWriter(tx, COLLEAGUE)
            match name:
                case "writes":
                    words = CommentInput(body=f"From the requester, {more[0]}.", public=True)
                    TicketWriter(tx, REQUESTERS[ticket % 2]).update(ticket, TicketInput(comment=words))
                case "notes":
                    words = CommentInput(body=f"From a colleague, {more[0]}.", public=False)
                    colleague.update(ticket, TicketInput(comment=words))
                case "sets" if more[0] == "field":
                    field = CustomFieldInput(id=REFERENCE_FIELD, value=more[1])
                    colleague.update(ticket, TicketInput(custom_fields=[field]))
                case "sets":
                    colleague.update(ticket, TicketInput(**{more[0]: more[1]}))
                case "tags":
                    colleague.update(ticket, TicketInput(additional_tags=[f"other{more[0]}"]))
                case "deletes":
                    colleague.delete(ticket)
                case "restores":
                    colleague.restore(ticket)
                case "closes":
                    colleague.update(ticket, TicketInput(status="solved"))
                    colleague.update(ticket, TicketInput(status="closed"))
                case "merges":
                    words = CommentInput(body="Merged by a colleague.", public=False)
                    colleague.close_as_merged(ticket, more[0], words)
                case _:
                    raise ValueError(name)
    except Problem:
        return
