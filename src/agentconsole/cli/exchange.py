"""``sync``: the exchange with the help desk. What waits for it is in ``outbox.py``."""

from __future__ import annotations

import asyncio
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from agentconsole.cli.failures import EXIT_ERROR, EXIT_WAITING
from agentconsole.cli.opening import workspace_of
from agentconsole.cli.outbox import add_parser
from agentconsole.cli.printing import print_json
from agentconsole.domain.changes import Change
from agentconsole.domain.rows import SyncStatus

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's commands."""
    sync = commands.add_parser("sync", parents=[common], help="one full exchange: push, then pull")
    sync.add_argument("--watch", action="store_true", help="go on until interrupted")
    sync.add_argument("--json", action="store_true")
    sync.set_defaults(run=run_sync)

    add_parser(commands, common)


LONGEST_WAIT = 120.0
"""Seconds that a help desk may ask to be left alone; for longer, whoever runs the command is told."""

PATIENCE = 3600.0
"""Seconds that are waited altogether: a first copy of a large desk takes as long as its limits allow."""


async def patiently(
    once: Callable[[], Awaitable[dict[str, Any]]],
    tell: Callable[[float], None],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> dict[str, Any]:
    """Exchange, and go on after each pause that the help desk asks for; returns one report of all of it."""
    report = await once()
    pulled, pushed, waited = Counter(report["pulled"]), report["pushed"], 0.0
    while 0 < (seconds := report.pop("retry_after", 0.0)) <= LONGEST_WAIT and waited < PATIENCE:
        tell(seconds)
        await sleep(seconds)
        waited += seconds
        report = await once()
        pulled.update(report["pulled"])
        pushed = max(pushed, report["pushed"])
    return report | {"pulled": dict(pulled), "pushed": pushed}


def _tell_pause(seconds: float) -> None:
    print(f"The help desk asks to wait {seconds:.0f} s; going on then.", file=sys.stderr, flush=True)


def run_sync(options: Namespace) -> int:
    return asyncio.run(_watch(options) if options.watch else _sync_once(options))


async def _sync_once(options: Namespace) -> int:
    async with workspace_of(options) as workspace:
        report = await patiently(workspace.sync.once, _tell_pause)
        if not report.get("problem"):
            await asyncio.to_thread(workspace.sla.count)
    if report.get("problem"):
        print(f"agentconsole: {report['problem']}\n{report.get('advice', '')}".strip(), file=sys.stderr)
    if options.json:
        print_json(report)
    else:
        if report["pulled"] or not report.get("problem"):
            pulled = ", ".join(f"{count} {what}" for what, count in report["pulled"].items() if count) or "nothing new"
            print(f"Pulled {pulled}; pushed {report['pushed']}.")
        print(f"{report['pending']} waiting, {report['conflicts']} in conflict.")
    if report["pending"]:
        return EXIT_WAITING
    return EXIT_ERROR if report.get("problem") or not report["online"] else 0


async def _watch(options: Namespace) -> int:
    """Exchange until SIGINT or SIGTERM, telling every change of the state in a line."""
    async with workspace_of(options) as workspace:
        loop = asyncio.get_running_loop()
        over = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, over.set)
        shown: list[str] = []

        def tell() -> None:
            status = workspace.sync.status()
            line = _line(status)
            if status.wipe_requested:
                # there is nothing left to watch: whoever opened the workspace sees to it
                over.set()
            if not shown or shown[-1] != line:
                shown[:] = [line]
                print(line, flush=True)

        def hear(_change: Change) -> None:
            loop.call_soon_threadsafe(tell)

        stop = workspace.subscribe(hear)
        workspace.sync.start()
        workspace.sla.start()
        await over.wait()
        stop()
        return EXIT_WAITING if workspace.sync.status().waiting else 0


def _line(status: SyncStatus) -> str:
    words = ["online" if status.online else "offline", status.phase]
    if status.total:
        words.append(f"{status.done} of {status.total}")
    if status.waiting:
        words.append(f"{status.waiting} waiting")
    if status.problem:
        words.append(f"{status.problem}: {status.advice}")
    return " · ".join(words)
