"""The help desk's process: the front, what is behind it, and what a third party does there.

It lives as long as the campaign and is put back to its beginning before each run.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import msgspec

from tests.faults.front import Behind, Front
from tests.faults.stage import Kill
from tests.faults.world import Time


class Served(Behind, Protocol):
    """A help desk behind the front that others use, too."""

    async def reset(self) -> Any:
        """Be as each run finds it; returns what the run has to know, as JSON has it."""
        ...

    async def act(self, step: list[Any]) -> None:
        """Do what a third party does; nothing where the ticket does not allow it any more."""
        ...


class DeskProcess:
    """Its handle, for the process that forked it. *serve* makes the help desk in there."""

    def __init__(self, serve: Callable[[], AbstractAsyncContextManager[Served]], time: Time) -> None:
        ours, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            ours.close()
            code = 1
            try:
                asyncio.run(_serve(serve, time, theirs))
                code = 0
            finally:
                os._exit(code)
        theirs.close()
        self._control = ours.makefile("rwb")
        ours.close()
        self.url = f"http://127.0.0.1:{self._told()}"

    def reset(self) -> Any:
        """Put it back to its beginning; returns what the run has to know."""
        return self._ask("reset")

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


async def _serve(serve: Callable[[], AbstractAsyncContextManager[Served]], time: Time, control: socket.socket) -> None:
    async with serve() as desk:
        front = Front(desk)
        await front.start()
        reader, writer = await asyncio.open_connection(sock=control)

        def tell(what: Any) -> None:
            writer.write(msgspec.json.encode(what) + b"\n")

        tell(front.port)
        while line := await reader.readline():
            match msgspec.json.decode(line):
                case ["reset"]:
                    tell(await desk.reset())
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
                        await desk.act(step)
                    tell(None)
