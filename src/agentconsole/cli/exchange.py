"""``sync`` and ``outbox``: the exchange with the help desk, and what waits for it."""

from __future__ import annotations

import asyncio
import signal
import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from agentconsole.cli.failures import EXIT_ERROR, EXIT_USAGE, EXIT_WAITING, CommandFailed
from agentconsole.cli.opening import workspace_of
from agentconsole.cli.printing import print_json, print_table
from agentconsole.cli.shapes import outbox_row
from agentconsole.domain.changes import Change
from agentconsole.domain.instant import to_datetime
from agentconsole.domain.rows import SyncStatus

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from agentconsole.services.workspace import OpenWorkspace


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's commands."""
    sync = commands.add_parser("sync", parents=[common], help="one full exchange: push, then pull")
    sync.add_argument("--watch", action="store_true", help="go on until interrupted")
    sync.add_argument("--json", action="store_true")
    sync.set_defaults(run=run_sync)

    outbox = commands.add_parser("outbox", parents=[common], help="changes that wait to be sent")
    outbox.add_argument("verb", choices=("list", "retry", "discard"))
    outbox.add_argument("keys", nargs="*", metavar="KEY")
    outbox.add_argument("--all", action="store_true", help="list: sent ones too; retry, discard: all that wait")
    outbox.add_argument("--json", action="store_true")
    outbox.set_defaults(run=run_outbox)


def run_sync(options: Namespace) -> int:
    return asyncio.run(_watch(options) if options.watch else _sync_once(options))


async def _sync_once(options: Namespace) -> int:
    async with workspace_of(options) as workspace:
        report: dict[str, Any] = await workspace.sync.once()
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
            line = _line(workspace.sync.status())
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


def run_outbox(options: Namespace) -> int:
    return asyncio.run(_outbox(options))


async def _outbox(options: Namespace) -> int:
    async with workspace_of(options) as workspace:
        if options.verb == "list":
            _list_outbox(workspace, options)
            return 0
        keys = _keys(workspace, options.keys, every=options.all)
        count = await (workspace.outbox.retry(keys) if options.verb == "retry" else workspace.outbox.discard(keys))
        if options.json:
            print_json({"changed": count})
        else:
            print(f"{count} {'queued again' if options.verb == 'retry' else 'discarded'}.")
        return 0


def _list_outbox(workspace: OpenWorkspace, options: Namespace) -> None:
    rows = [
        row
        for row in workspace.outbox.rows(waiting_only=not options.all, limit=100_000)
        if not options.keys or row.key in options.keys
    ]
    if options.json:
        print_json([outbox_row(row) for row in rows])
    elif not rows:
        print("Nothing waits: everything you changed is at the help desk.")
    else:
        print_table(
            ("KEY", "STATE", "TICKET", "QUEUED (UTC)", "CHANGE", "REASON"),
            (
                (
                    row.key,
                    row.state,
                    f"#{row.ref}" if row.ref else f"local-{row.ticket}",
                    f"{to_datetime(row.queued_at):%d %b %H:%M}",
                    row.text,
                    row.reason,
                )
                for row in rows
            ),
        )


def _keys(workspace: OpenWorkspace, wanted: list[str], *, every: bool) -> list[str]:
    """Return the full keys that *wanted* names by a unique beginning; *every*: all that wait."""
    waiting = [row.key for row in workspace.outbox.rows(limit=100_000)]
    if every:
        return waiting
    if not wanted:
        raise CommandFailed("Which changes?", "Name their keys (`agentconsole outbox list`), or say --all.", EXIT_USAGE)
    found = []
    for text in wanted:
        fitting = [key for key in waiting if key.startswith(text)]
        if len(fitting) != 1:
            problem = "Several waiting changes begin" if fitting else "No waiting change begins"
            raise CommandFailed(f"{problem} with {text!r}.", "`agentconsole outbox list` shows their keys.")
        found.append(fitting[0])
    return found
