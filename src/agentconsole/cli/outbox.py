"""``outbox``: what waits to be sent, why, and everything that can be done about it."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

import msgspec

from agentconsole.cli.failures import EXIT_USAGE, CommandFailed
from agentconsole.cli.opening import workspace_of
from agentconsole.cli.printing import print_json, print_table
from agentconsole.cli.shapes import iso, outbox_row, ticket_id
from agentconsole.domain.commands import AddComment, ChangeTags, Command, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.instant import Instant, to_datetime
from agentconsole.domain.rows import OutboxRow
from agentconsole.domain.unsent import Conflict, Decision, HeldReply, Instead, Rescue, Side, Standing

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from agentconsole.services.workspace import OpenWorkspace

VERBS = ("list", "show", "retry", "discard", "put-back", "decide", "edit", "rescue")

_HELP = """\
list [KEY …]               what waits, or what the keys name; --all: sent and withdrawn changes too
show KEY                   one change: what it waits for, what it disagrees about, what was tried
retry KEY … | --all        queue again what was refused, is held or in conflict (a held reply is sent anyway)
discard KEY … | --all      take changes back; words become drafts
put-back KEY …             undo that
decide KEY field=mine|theirs|value:X …   or --mine, --theirs for all fields in conflict
edit KEY field=value …     new values; --text for a reply, note or new ticket, --subject, --into for a merge
rescue KEY --into ID|--new words for a ticket that is gone go to another ticket, or open a new one

A KEY may be shortened as long as it is the only one that begins so.
"""


def add_parser(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add the command."""
    from argparse import RawDescriptionHelpFormatter

    outbox = commands.add_parser(
        "outbox",
        parents=[common],
        help="changes that wait to be sent",
        description=_HELP,
        formatter_class=RawDescriptionHelpFormatter,
    )
    outbox.add_argument("verb", choices=VERBS)
    outbox.add_argument("keys", nargs="*", metavar="KEY")
    outbox.add_argument("--all", action="store_true", help="list: sent ones too; retry, discard: all that wait")
    outbox.add_argument("--mine", action="store_true", help="decide: my value for every field")
    outbox.add_argument("--theirs", action="store_true", help="decide: the help desk's value for every field")
    outbox.add_argument("--text", metavar="TEXT", help="edit: the new words")
    outbox.add_argument("--subject", metavar="TEXT", help="edit: the new subject of a ticket that waits to be created")
    outbox.add_argument("--into", metavar="ID", help="edit: the ticket to merge into; rescue: where the words go")
    outbox.add_argument("--new", action="store_true", help="rescue: open a new ticket for the requester")
    outbox.add_argument("--json", action="store_true")
    outbox.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Carry out ``outbox VERB``."""
    return asyncio.run(_run(options))


async def _run(options: Namespace) -> int:
    async with workspace_of(options) as workspace:
        match options.verb:
            case "list":
                _list(workspace, options)
            case "show":
                _show(workspace, _one(workspace, options.keys, "show"), as_json=options.json)
            case "retry":
                keys = _keys(workspace, options.keys, every=options.all)
                _changed(await workspace.outbox.retry(keys), "queued again", options)
            case "discard":
                keys = _keys(workspace, options.keys, every=options.all)
                _changed(await workspace.outbox.discard(keys), "discarded", options)
            case "put-back":
                withdrawn = [row.key for row in workspace.outbox.rows(waiting_only=False, limit=100_000)]
                _changed(
                    await workspace.outbox.put_back(_named(options.keys, withdrawn, "remembered")), "put back", options
                )
            case "decide":
                await _decide(workspace, options)
            case "edit":
                await _edit(workspace, options)
            case _:
                await _rescue(workspace, options)
        return 0


def _list(workspace: OpenWorkspace, options: Namespace) -> None:
    rows = [
        row
        for row in workspace.outbox.rows(waiting_only=not options.all, limit=100_000)
        if not options.keys or any(row.key.startswith(key) for key in options.keys)
    ]
    if options.json:
        print_json([outbox_row(row) for row in rows])
    elif not rows:
        print("Nothing waits: everything you changed is at the help desk.")
    else:
        print_table(
            ("KEY", "STATE", "TICKET", "QUEUED (UTC)", "CHANGE", "REASON"),
            ((row.key, row.state, _where(row), _time(row.queued_at), row.text, row.reason) for row in rows),
        )


def _show(workspace: OpenWorkspace, row: OutboxRow, *, as_json: bool) -> None:
    standing = workspace.outbox.standing(row.key)
    if standing is None:
        raise CommandFailed("This change is not remembered any more.")
    conflict, held, rescue = (
        workspace.outbox.conflict(row.key),
        workspace.outbox.held(row.key),
        workspace.outbox.rescue(row.key),
    )
    if as_json:
        print_json(outbox_row(row) | _details(row, standing, conflict, held, rescue))
        return
    print(f"{row.text}\n{_where(row)} {row.subject}\nqueued {_time(row.queued_at)} UTC, {row.state}")
    body = getattr(row.command, "body", "")
    if body:
        print(f"\n{body}\n")
    if row.reason:
        print(row.reason)
    if standing.waits_for:
        print(f"Waits for {standing.waits_for}.")
    elif standing.next_at is not None:
        print(f"Next attempt: {_time(standing.next_at) + ' UTC' if standing.next_at else 'as soon as possible'}.")
    if conflict is not None:
        print_table(
            ("FIELD", "WAS", "MINE", "THEIRS", "BY"),
            (
                (
                    each.label,
                    each.base_text,
                    each.mine_text,
                    each.theirs_text,
                    f"{each.who} {_time(each.at)}" if each.at is not None else each.who,
                )
                for each in conflict.fields
            ),
        )
        print(f"Decide: agentconsole outbox decide {row.key[:8]} {conflict.fields[0].name}=mine (or theirs)")
    for comment in held.since if held is not None else ():
        print(f"\n{comment.author}, {_time(comment.created_at)} UTC:\n{comment.body}")
    if rescue is not None:
        place = f"--into {rescue.into_ref}" if rescue.can_readdress else "--new" if rescue.can_create else ""
        print(f"Its ticket is {rescue.gone}." + (f" agentconsole outbox rescue {row.key[:8]} {place}" if place else ""))
    for event in standing.events:
        print(f"{_time(event.at)}  {event.what}{': ' + event.reason if event.reason else ''}")


def _details(
    row: OutboxRow, standing: Standing, conflict: Conflict | None, held: HeldReply | None, rescue: Rescue | None
) -> dict[str, Any]:
    """What ``show --json`` says beyond ``list --json``; ``null`` is what does not apply."""
    next_at = standing.next_at
    return {
        "text": getattr(row.command, "body", None),
        "waits_for": standing.waits_for or None,
        "waits_for_key": standing.waits_for_key or None,
        "next_attempt_at": iso(next_at) if next_at else None,
        "ready": next_at == 0,
        "gone": standing.gone,
        "can": [verb for verb in ("retry", "edit", "discard", "decide", "rescue") if getattr(standing, f"can_{verb}")],
        "events": [{"at": iso(each.at), "what": each.what, "reason": each.reason} for each in standing.events],
        "conflicts": None
        if conflict is None
        else [
            {
                "field": each.name,
                "base": each.base,
                "mine": each.mine,
                "theirs": each.theirs,
                "who": each.who or None,
                "at": iso(each.at) if each.at is not None else None,
            }
            for each in conflict.fields
        ],
        "written_since": None
        if held is None
        else [{"author": each.author, "at": iso(each.created_at), "text": each.body} for each in held.since],
        "rescue": None
        if rescue is None
        else {
            "gone": rescue.gone,
            "into": rescue.into_ref or None,
            "can_readdress": rescue.can_readdress,
            "can_create": rescue.can_create,
            "lost": rescue.lost or None,
        },
    }


async def _decide(workspace: OpenWorkspace, options: Namespace) -> None:
    row = _one(workspace, options.keys[:1], "decide")
    conflict = workspace.outbox.conflict(row.key)
    if conflict is None:
        raise CommandFailed("This change is not in conflict.", "`agentconsole outbox show KEY` says how it stands.")
    decisions: dict[str, Decision] = {}
    if options.mine or options.theirs:
        decisions = dict.fromkeys((each.name for each in conflict.fields), Side.MINE if options.mine else Side.THEIRS)
    names = [each.name for each in conflict.fields]
    for word in options.keys[1:]:
        name, sign, said = word.partition("=")
        if not sign or name not in names:
            raise CommandFailed(f"{word!r} decides nothing.", f"In conflict: {', '.join(names)}.", EXIT_USAGE)
        if said in tuple(Side):
            decisions[name] = Side(said)
        elif said.startswith("value:"):
            decisions[name] = Instead(_values(workspace, row, [f"{name}={said.removeprefix('value:')}"])[name])
        else:
            raise CommandFailed(f"{said!r} is no decision.", "Say mine, theirs or value:X.", EXIT_USAGE)
    state = await workspace.outbox.decide(row.key, decisions)
    _told(options, {"key": row.key, "state": state}, f"{state or 'It was settled meanwhile'}.")


async def _edit(workspace: OpenWorkspace, options: Namespace) -> None:
    row = _one(workspace, options.keys[:1], "edit")
    command = _edited(workspace, row, options)
    if command == row.command:
        raise CommandFailed("Nothing would change.", "Give field=value, --text, --subject or --into.", EXIT_USAGE)
    if not await workspace.outbox.amend(row.key, command):
        raise CommandFailed("It is too late: the change was sent, or may have been.")
    _told(options, {"key": row.key, "state": "queued"}, "Queued again.")


def _edited(workspace: OpenWorkspace, row: OutboxRow, options: Namespace) -> Command:
    """Return the command of *row* with what *options* ask for."""
    command = row.command
    values = _values(workspace, row, options.keys[1:])
    wanted: dict[str, Any] = {}
    match command:
        case SetFields():
            allowed = {"values"}
        case AddComment():
            allowed = {"values", "text"}
        case CreateTicket():
            allowed = {"values", "text", "subject"}
        case MergeTickets():
            allowed = {"into"}
        case ChangeTags():
            raise CommandFailed("Tags are not edited.", "Discard the change and set the tags again.", EXIT_USAGE)
    asked = {"values": values or None, "text": options.text, "subject": options.subject, "into": options.into}
    wrong = [name for name, value in asked.items() if value is not None and name not in allowed]
    if wrong:
        raise CommandFailed(f"This change has no {wrong[0]} to edit: {row.text}.", code=EXIT_USAGE)
    if values:
        wanted["values"] = {**getattr(command, "values", {}), **values}
    if options.text is not None:
        wanted["body"] = options.text
    if options.subject is not None:
        wanted["subject"] = options.subject
    if options.into is not None:
        wanted["into"] = _ticket(workspace, options.into)
    return msgspec.structs.replace(command, **wanted)


async def _rescue(workspace: OpenWorkspace, options: Namespace) -> None:
    row = _one(workspace, options.keys, "rescue")
    if bool(options.into) == options.new:
        raise CommandFailed("Where to?", "Say --into ID, or --new.", EXIT_USAGE)
    if options.into:
        key = await workspace.outbox.readdress(row.key, _ticket(workspace, options.into))
        if key is not None:
            _told(options, {"key": key}, key)
            return
    else:
        ticket = await workspace.outbox.create_instead(row.key)
        if ticket is not None:
            _told(options, {"ticket": ticket_id("", ticket)}, str(ticket_id("", ticket)))
            return
    raise CommandFailed("It is too late, or there are no words to save.", "`agentconsole outbox show KEY` says more.")


def _values(workspace: OpenWorkspace, row: OutboxRow, words: list[str]) -> dict[str, Any]:
    """Read ``field=value`` words as ``agentconsole set`` does."""
    from agentconsole.cli.tickets import named_ticket, read_changes

    if not words:
        return {}
    ticket = named_ticket(workspace, str(ticket_id(row.ref, row.ticket)))
    values, add, remove = read_changes(workspace, words, ticket)
    if add or remove:
        raise CommandFailed("Tags are not edited.", "Use `agentconsole set ID tags=…`.", EXIT_USAGE)
    return values


def _ticket(workspace: OpenWorkspace, text: str) -> int:
    from agentconsole.cli.tickets import named_ticket

    return named_ticket(workspace, text).id


def _changed(count: int, what: str, options: Namespace) -> None:
    _told(options, {"changed": count}, f"{count} {what}.")


def _told(options: Namespace, as_json: dict[str, Any], as_text: str) -> None:
    if options.json:
        print_json(as_json)
    else:
        print(as_text)


def _one(workspace: OpenWorkspace, wanted: list[str], verb: str) -> OutboxRow:
    """Return the one change that *wanted* names by a unique beginning, waiting or not."""
    if len(wanted) != 1:
        raise CommandFailed("Which change?", f"`agentconsole outbox {verb}` takes the key of one. {_ASK}", EXIT_USAGE)
    rows = workspace.outbox.rows(waiting_only=False, limit=100_000)
    (key,) = _named(wanted, [row.key for row in rows], "remembered")
    return next(row for row in rows if row.key == key)


def _keys(workspace: OpenWorkspace, wanted: list[str], *, every: bool) -> list[str]:
    """Return the full keys that *wanted* names by a unique beginning; *every*: all that wait."""
    waiting = [row.key for row in workspace.outbox.rows(limit=100_000)]
    return waiting if every else _named(wanted, waiting, "waiting")


def _named(wanted: list[str], keys: list[str], kind: str) -> list[str]:
    if not wanted:
        raise CommandFailed("Which changes?", "Name their keys (`agentconsole outbox list`), or say --all.", EXIT_USAGE)
    found = []
    for text in wanted:
        fitting = [key for key in keys if key.startswith(text)]
        if len(fitting) != 1:
            problem = f"Several {kind} changes begin" if fitting else f"No {kind} change begins"
            raise CommandFailed(f"{problem} with {text!r}.", _ASK)
        found.append(fitting[0])
    return found


_ASK = "`agentconsole outbox list` shows their keys."


def _where(row: OutboxRow) -> str:
    return f"#{row.ref}" if row.ref else f"local-{row.ticket}"


def _time(at: Instant) -> str:
    return f"{to_datetime(at):%d %b %H:%M}"
