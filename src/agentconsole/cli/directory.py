"""``directory``: support contacts, people and organizations in one search, and who handles what."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agentconsole.cli.failures import EXIT_USAGE, CommandFailed
from agentconsole.cli.opening import home_of, workspace_of
from agentconsole.cli.printing import print_json, print_table
from agentconsole.cli.shapes import directory_row, iso
from agentconsole.domain.instant import Instant, from_iso
from agentconsole.domain.rows import DirectoryRow

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from agentconsole.packs.model import Pack


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's command."""
    directory = commands.add_parser("directory", parents=[common], help="find contacts, people and organizations")
    directory.add_argument("query", nargs="*", metavar="QUERY")
    directory.add_argument("--pack", metavar="P", help="only the contacts of this policy pack; needs no profile")
    directory.add_argument("--who", action="store_true", help="who handles it: rank contacts by the words of QUERY")
    directory.add_argument("--ticket", metavar="ID", help="hours, tiers and words as for this ticket")
    directory.add_argument("--at", metavar="ISO", help="who is open at that time, such as 2026-11-23T09:00+01:00")
    directory.add_argument("--limit", type=int, default=500, metavar="N")
    directory.add_argument("--json", action="store_true")
    directory.set_defaults(run=run_directory)


def run_directory(options: Namespace) -> int:
    at = _moment(options.at)
    text = " ".join(options.query)
    if options.who and not text and not options.ticket:
        raise CommandFailed("--who needs words, or a ticket.", "Describe the problem, or give --ticket ID.", EXIT_USAGE)
    if options.pack:
        if options.ticket:
            raise CommandFailed("--pack and --ticket exclude each other.", "A ticket stands under packs.", EXIT_USAGE)
        rows = _of_pack(options, text, at)
    else:
        rows = asyncio.run(_of_profile(options, text, at))
    if options.json:
        print_json([directory_row(row) for row in rows])
    elif not rows:
        print("Nobody found. Fewer words find more; `agentconsole sync` fetches what is new.")
    else:
        print_table(
            ("NAME", "SECTION", "NOW", "FOR", "HOW TO REACH"),
            ((row.title, row.section, _open(row), _levels(row), _reach(row)) for row in rows),
        )
    return 0


async def _of_profile(options: Namespace, text: str, at: Instant | None) -> Sequence[DirectoryRow]:
    async with workspace_of(options) as workspace:
        ticket = None
        if options.ticket:
            ticket = workspace.tickets.find(options.ticket.removeprefix("#"))
            if ticket is None:
                raise CommandFailed(f"There is no ticket {options.ticket} here.", "`agentconsole sync` fetches more.")
        if options.who:
            return workspace.directory.who_handles(text, ticket, at, options.limit)
        return workspace.directory.search(text, at, options.limit, ticket=ticket)


def _of_pack(options: Namespace, text: str, at: Instant | None) -> Sequence[DirectoryRow]:
    """The contacts of one pack, shipped or the user's own, as they stand without any help desk."""
    from agentconsole.packs.contact_book import ContactBook
    from agentconsole.services.directory import contacts_in, ranked_in
    from agentconsole.store.opening import wall_clock

    book = ContactBook((_pack(options),), ())
    moment = wall_clock() if at is None else at
    found = ranked_in(book, text, moment, options.limit) if options.who else contacts_in(book, text, moment)
    return found[: options.limit]


def _pack(options: Namespace) -> Pack:
    from agentconsole.packs.mistakes import suggestion
    from agentconsole.services.pack_folders import SHIPPED_PACKS, PackFolders
    from agentconsole.services.pack_shelf import PackShelf

    shelf = PackShelf(PackFolders(shipped=SHIPPED_PACKS, own=home_of(options).packs, kept=None))
    shelf.refresh()
    packs = {entry.pack.pack.id: entry.pack for entry in shelf.entries()[0]}
    if options.pack not in packs:
        raise CommandFailed(f"There is no pack {options.pack!r}.", suggestion(options.pack, packs, "There are"))
    return packs[options.pack]


def _moment(text: str | None) -> Instant | None:
    if not text:
        return None
    try:
        return from_iso(text)
    except ValueError as error:
        raise CommandFailed(
            f"{text!r} is not a time with an offset.", "Write it like 2026-11-23T09:00+01:00.", EXIT_USAGE
        ) from error


def _open(row: DirectoryRow) -> str:
    if row.places:
        opened = [place.title for place in row.places if place.opening.open_now]
        return f"open in {', '.join(opened)}" if opened else "closed in every region"
    if row.open_now is None:
        return ""
    until = f" until {iso(row.changes_at)}" if row.changes_at is not None else ""
    return f"{'open' if row.open_now else 'closed'}{until}"


def _levels(row: DirectoryRow) -> str:
    return ", ".join(row.contact.levels) if row.contact else row.level


def _reach(row: DirectoryRow) -> str:
    contact = row.contact
    if contact is not None:
        others = (part for part in (contact.phone, contact.url) if part and part not in contact.printed)
        return ", ".join((contact.printed, *others))
    if row.person is not None:
        return ", ".join(part for part in (row.person.email, row.person.phone) if part)
    if row.guide is not None:
        return ", ".join(url for _title, url in row.guide.links)
    return ", ".join(row.organization.domains) if row.organization else ""
