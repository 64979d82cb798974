"""``directory``: support contacts, people and organizations in one search."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from agentconsole.cli.failures import EXIT_USAGE, CommandFailed
from agentconsole.cli.opening import workspace_of
from agentconsole.cli.printing import print_json, print_table
from agentconsole.cli.shapes import directory_row
from agentconsole.domain.instant import from_iso
from agentconsole.domain.rows import DirectoryRow

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's command."""
    directory = commands.add_parser("directory", parents=[common], help="find contacts, people and organizations")
    directory.add_argument("query", nargs="*", metavar="QUERY")
    directory.add_argument("--at", metavar="ISO", help="who is open at that time, such as 2026-11-23T09:00+01:00")
    directory.add_argument("--limit", type=int, default=500, metavar="N")
    directory.add_argument("--json", action="store_true")
    directory.set_defaults(run=run_directory)


def run_directory(options: Namespace) -> int:
    return asyncio.run(_directory(options))


async def _directory(options: Namespace) -> int:
    at = None
    if options.at:
        try:
            at = from_iso(options.at)
        except ValueError as error:
            raise CommandFailed(
                f"{options.at!r} is not a time with an offset.", "Write it like 2026-11-23T09:00+01:00.", EXIT_USAGE
            ) from error
    async with workspace_of(options) as workspace:
        rows = workspace.directory.search(" ".join(options.query), at, options.limit)
        if options.json:
            print_json([directory_row(row) for row in rows])
        elif not rows:
            print("Nobody found. Fewer words find more; `agentconsole sync` fetches what is new.")
        else:
            print_table(
                ("NAME", "SECTION", "NOW", "HOW TO REACH"),
                ((row.title, row.section, _open(row), _reach(row)) for row in rows),
            )
        return 0


def _open(row: DirectoryRow) -> str:
    return "" if row.open_now is None else "open" if row.open_now else "closed"


def _reach(row: DirectoryRow) -> str:
    if row.contact is not None:
        return row.contact.printed
    if row.person is not None:
        return ", ".join(part for part in (row.person.email, row.person.phone) if part)
    return ", ".join(row.organization.domains) if row.organization else ""
