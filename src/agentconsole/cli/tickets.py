"""``tickets``, ``show``, ``reply``, ``set``: work on cached tickets; writes go to the outbox, never to the network."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING, Any

from agentconsole.cli.failures import EXIT_USAGE, CommandFailed
from agentconsole.cli.guidance_shapes import guidance_json, guidance_lines
from agentconsole.cli.opening import workspace_of
from agentconsole.cli.printing import print_json, print_table
from agentconsole.cli.shapes import detail, queue_row, ticket_id
from agentconsole.domain.follow_ups import follow_up_of
from agentconsole.domain.instant import to_datetime
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.rows import OutboxRow, TicketDetail
from agentconsole.domain.values import Status, TicketId

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from agentconsole.services.workspace import OpenWorkspace


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's commands."""
    tickets = commands.add_parser("tickets", parents=[common], help="list cached tickets")
    tickets.add_argument("query", nargs="*", metavar="QUERY", help="for example: status:open tier:gold sla<2h refund")
    tickets.add_argument("--limit", type=_positive, metavar="N", help="at most N tickets (for people: 50)")
    tickets.add_argument("--json", action="store_true", help="one JSON array")
    tickets.set_defaults(run=list_tickets)

    show = commands.add_parser("show", parents=[common], help="show one ticket with its conversation")
    show.add_argument("id", metavar="ID")
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=show_ticket)

    reply = commands.add_parser("reply", parents=[common], help="queue a reply or an internal note")
    reply.add_argument("id", metavar="ID")
    reply.add_argument("--text", required=True, metavar="T")
    reply.add_argument("--internal", action="store_true", help="an internal note instead of a public reply")
    reply.add_argument(
        "--follow-up", action="store_true", help="of a closed ticket: open a new one that follows it, with this text"
    )
    reply.add_argument("--status", choices=[str(status) for status in Status if status is not Status.CLOSED])
    reply.add_argument("--json", action="store_true")
    reply.set_defaults(run=reply_to_ticket)

    change = commands.add_parser("set", parents=[common], help="queue changes of fields and tags")
    change.add_argument("id", metavar="ID")
    change.add_argument(
        "changes",
        nargs="+",
        metavar="FIELD=VALUE",
        help="status, priority, type, subject, assignee (name, e-mail, me or none), group, field:ID, "
        "tags=a,b or tags=+a,-b",
    )
    change.add_argument("--json", action="store_true")
    change.set_defaults(run=set_fields)


def list_tickets(options: Namespace) -> int:
    return asyncio.run(_list_tickets(options))


async def _list_tickets(options: Namespace) -> int:
    async with workspace_of(options) as workspace:
        await workspace.sla.catch_up()
        text = " ".join(options.query)
        problem = workspace.queue.check(text)
        if problem is not None:
            raise CommandFailed(
                f"The query can't be read: {problem.message}", f"It stops at: {text[problem.start :]!r}"
            )
        query = QueueQuery(view="everything", text=text)
        if options.json and options.limit is None:
            ids = await workspace.queue.all_ids(query)
        else:
            ids = workspace.queue.first_ids(query, options.limit or 50)
        rows = workspace.queue.rows(ids)
        if options.json:
            print_json([queue_row(row) for row in rows])
            return 0
        if not rows:
            print("No cached ticket matches. `agentconsole sync` fetches what is new.")
            return 0
        print_table(
            ("ID", "STATUS", "PRIORITY", "BREACH (UTC)", "ORGANIZATION", "SUBJECT"),
            (
                (
                    f"#{row.ref}" if row.ref else f"local-{row.id}",
                    row.status,
                    row.priority or "-",
                    f"{to_datetime(row.breach_at):%d %b %H:%M}" if row.breach_at else (row.stage or "-"),
                    row.organization or row.requester,
                    row.subject,
                )
                for row in rows
            ),
        )
        return 0


def show_ticket(options: Namespace) -> int:
    return asyncio.run(_show_ticket(options))


async def _show_ticket(options: Namespace) -> int:
    async with workspace_of(options) as workspace:
        await workspace.sla.catch_up()
        ticket = named_ticket(workspace, options.id)
        said = await workspace.guidance.of(ticket.id)
        if options.json:
            print_json(detail(ticket) | {"guidance": guidance_json(said) if said else None})
        else:
            _print_ticket(ticket)
            for line in guidance_lines(said) if said else ():
                print(f"\n{line}")
        return 0


def reply_to_ticket(options: Namespace) -> int:
    return asyncio.run(_reply(options))


async def _reply(options: Namespace) -> int:
    if not options.text.strip():
        raise CommandFailed("The reply is empty.", "Give the text with --text.", EXIT_USAGE)
    async with workspace_of(options) as workspace:
        ticket = _local_id(workspace, options.id)
        values = {"status": options.status} if options.status else {}
        known = workspace.tickets.detail(ticket)
        if options.follow_up and known is not None and known.status is Status.CLOSED:
            return await _follow_up(workspace, known, options)
        batch = await workspace.tickets.comment(ticket, options.text, public=not options.internal, values=values)
        _print_keys(workspace, batch, as_json=options.json)
        return 0


async def _follow_up(workspace: OpenWorkspace, closed: TicketDetail, options: Namespace) -> int:
    """Open a ticket that follows *closed*."""
    new = follow_up_of(closed, options.text, public=not options.internal)
    if new.requester is None:
        raise CommandFailed("Nobody knows who asked in this ticket, so that nobody could follow it up.", "", EXIT_USAGE)
    values = dict(new.values) | ({"status": options.status} if options.status else {})
    created = await workspace.tickets.create(
        new.subject, new.body, requester=new.requester, values=values, public=new.public, follows=new.follows
    )
    rows = [row for row in workspace.outbox.rows(limit=100_000) if row.ticket == created]
    _print_keys(workspace, *(row.batch for row in rows), as_json=options.json)
    return 0


def set_fields(options: Namespace) -> int:
    return asyncio.run(_set(options))


async def _set(options: Namespace) -> int:
    async with workspace_of(options) as workspace:
        ticket = _local_id(workspace, options.id)
        values, add, remove = read_changes(workspace, options.changes, named_ticket(workspace, options.id))
        batches = []
        if values:
            batches.append(await workspace.tickets.set_fields([ticket], values))
        if add or remove:
            batches.append(await workspace.tickets.change_tags([ticket], add, remove))
        _print_keys(workspace, *batches, as_json=options.json)
        return 0


def _print_keys(workspace: OpenWorkspace, *batches: str, as_json: bool) -> None:
    """Print the outbox keys of *batches*; the first one alone is what most scripts want."""
    rows: list[OutboxRow] = [row for row in workspace.outbox.rows(limit=100_000) if row.batch in batches]
    if as_json:
        first = rows[0] if rows else None
        print_json(
            {
                "key": first.key if first else None,
                "keys": [row.key for row in rows],
                "ticket": ticket_id(first.ref, first.ticket) if first else None,
                "state": first.state if first else None,
            }
        )
    elif rows:
        print("\n".join(row.key for row in rows))
    else:
        print("Nothing to change: the ticket already is so.")


def _local_id(workspace: OpenWorkspace, text: str) -> TicketId:
    """Return the local id for the number *text* (12, #12, or local-3) of a ticket that is not deleted."""
    local = _any_local_id(workspace, text)
    if workspace.tickets.detail(local) is None:
        raise CommandFailed(f"Ticket {text} is gone.", "It was deleted at the help desk.")
    return local


def _any_local_id(workspace: OpenWorkspace, text: str) -> TicketId:
    wanted = text.removeprefix("#")
    if wanted.startswith("local-") and wanted.removeprefix("local-").isdecimal():
        local = int(wanted.removeprefix("local-"))
        if workspace.queue.rows([local]):
            return local
    found = workspace.tickets.find(wanted)
    if found is None:
        raise CommandFailed(f"Ticket {text} is not in the cache.", "Run `agentconsole sync` and try again.")
    return found


def named_ticket(workspace: OpenWorkspace, text: str) -> TicketDetail:
    """Return the ticket that *text* names, the help desk's number or ``local-N``; CommandFailed when it isn't there."""
    found = workspace.tickets.detail(_local_id(workspace, text))
    assert found is not None, "a local id was given for it"
    return found


def read_changes(
    workspace: OpenWorkspace, changes: list[str], ticket: TicketDetail
) -> tuple[dict[str, Any], list[str], list[str]]:
    """Read ``field=value`` words into values, tags to add and tags to remove."""
    values: dict[str, Any] = {}
    add: list[str] = []
    remove: list[str] = []
    for change in changes:
        name, sign, text = change.partition("=")
        if not sign or not name:
            raise CommandFailed(f"{change!r} is not of the form field=value.", code=EXIT_USAGE)
        if name == "tags":
            _read_tags(text, ticket, add, remove)
        elif name == "assignee":
            values[name] = _choose(text, workspace.tickets.agents(), "agent", _my_ref(workspace))
        elif name == "group":
            values[name] = _choose(text, workspace.tickets.groups(), "group", None)
        elif name in ("requester", "organization"):
            values[name] = _found(workspace, name, text)
        else:
            values[name] = None if text in ("", "none") else text
    known = {f"field:{field.ref}" for field in workspace.tickets.fields()}
    unknown = [name for name in values if name.startswith("field:") and name not in known]
    if unknown:
        raise CommandFailed(f"There is no {unknown[0]}.", "Known: " + ", ".join(sorted(known)), EXIT_USAGE)
    return values, add, remove


def _read_tags(text: str, ticket: TicketDetail, add: list[str], remove: list[str]) -> None:
    words = [word.strip() for word in text.split(",") if word.strip()]
    signed = [word for word in words if word[0] in "+-"]
    if any(len(word.split()) > 1 or not word.strip("+-") for word in words):
        raise CommandFailed("A tag has no spaces.", "Write tags=a,b or tags=+a,-b.", EXIT_USAGE)
    if signed and len(signed) != len(words):
        raise CommandFailed(
            "tags= takes either the whole list (a,b) or changes (+a,-b), not a mixture.",
            "Nothing was changed.",
            EXIT_USAGE,
        )
    if signed:
        add += [word[1:] for word in words if word[0] == "+"]
        remove += [word[1:] for word in words if word[0] == "-"]
    else:
        add += [word for word in words if word not in ticket.tags]
        remove += [tag for tag in ticket.tags if tag not in words]


def _choose(text: str, choices: Any, what: str, me: str | None) -> str | None:
    """Return the ref of the agent or group that *text* names by ref, name or e-mail."""
    if text in ("", "none"):
        return None
    if text == "me" and me is not None:
        return me
    wanted = text.casefold()
    found = [
        choice
        for choice in choices
        if wanted in (choice.ref.casefold(), choice.title.casefold(), choice.detail.casefold())
    ]
    if len(found) != 1:
        known = ", ".join(choice.title for choice in choices[:12])
        raise CommandFailed(f"There is {'more than one' if found else 'no'} {what} called {text!r}.", f"Known: {known}")
    return str(found[0].ref)


def _found(workspace: OpenWorkspace, what: str, text: str) -> str:
    """Return the ref of the requester or organization that *text* names by ref, name, e-mail or domain."""
    wanted = text.casefold()
    found = set()
    for row in workspace.directory.search(text, limit=5000):
        if what == "requester" and row.person is not None:
            person = row.person
            if wanted in (person.ref.casefold(), person.name.casefold(), (person.email or "").casefold()):
                found.add(person.ref)
        elif what == "organization" and row.organization is not None:
            organization = row.organization
            if wanted in (organization.ref.casefold(), organization.name.casefold(), *organization.domains):
                found.add(organization.ref)
    if len(found) != 1:
        raise CommandFailed(
            f"There is {'more than one' if found else 'no'} {what} called {text!r}.",
            "`agentconsole directory` finds people and organizations.",
            EXIT_USAGE,
        )
    return str(found.pop())


def _my_ref(workspace: OpenWorkspace) -> str | None:
    me = workspace.me()
    return me.ref if me else None


def _print_ticket(ticket: TicketDetail) -> None:
    number = f"#{ticket.ref}" if ticket.ref else f"local-{ticket.id}"
    print(f"{number}  {ticket.subject}")
    print(
        "  ".join(
            part
            for part in (
                str(ticket.status),
                str(ticket.priority or "no priority"),
                ticket.requester.name if ticket.requester else "",
                ticket.organization.name if ticket.organization else "",
                ticket.tier,
                f"assigned to {ticket.assignee}" if ticket.assignee else "unassigned",
            )
            if part
        )
    )
    if ticket.tags:
        print("tags: " + " ".join(ticket.tags))
    for target in ticket.targets:
        when = f", breach {to_datetime(target.breach_at):%Y-%m-%d %H:%M} UTC" if target.breach_at else ""
        print(f"SLA {str(target.metric).replace('_', ' ')}: {target.stage}{when}")
    for comment in ticket.comments:
        kind = "" if comment.public else "  [internal note]"
        state = f"  [{comment.state}{': ' + comment.reason if comment.reason else ''}]" if comment.state else ""
        print(f"\n--- {comment.author}, {to_datetime(comment.created_at):%Y-%m-%d %H:%M} UTC{kind}{state}")
        print(comment.body.strip())
    if not ticket.comments_complete:
        print("\n(not all comments are cached yet)")
    for item in ticket.waiting:
        print(f"\nwaiting: {item.text} [{item.state}{': ' + item.reason if item.reason else ''}]")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("must be a whole number from 1")
    return int(text)
