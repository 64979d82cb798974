"""What must be decided by a person before a change may be sent: pure rules over what the help desk has now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from agentconsole.domain.chains import comparable
from agentconsole.domain.commands import AddComment, ChangeTags, Command, SetFields
from agentconsole.domain.instant import Instant
from agentconsole.domain.merging import FieldConflict, merge
from agentconsole.domain.projection import value_of, with_tags
from agentconsole.domain.records import CommentRecord, TicketRecord
from agentconsole.domain.values import Ref, Status


def written_since(
    comments: Iterable[CommentRecord], last_seen: Ref | None, queued_at: Instant, me: Ref | None
) -> tuple[CommentRecord, ...]:
    """Return what the requester or a colleague has written since *last_seen*, oldest first.

    Where that comment is not known (any more), what was written since *queued_at* counts. What the help desk's own
    rules wrote has no author, and one's own comments are no news.
    """
    ordered = sorted(comments, key=_order)
    place = next((index for index, comment in enumerate(ordered) if comment.ref == last_seen), None)
    known_later = ordered[place + 1 :] if place is not None else ordered
    later = (comment for comment in known_later if place is not None or comment.created_at > queued_at)
    return tuple(comment for comment in later if comment.author is not None and comment.author != me)


def rebased(command: Command, theirs: TicketRecord) -> tuple[Command | None, tuple[FieldConflict, ...]]:
    """Return *command* with only what is left to do on the ticket as it is now, and what is in conflict.

    None: nothing is left, the help desk has it all already.
    """
    match command:
        case SetFields():
            merged = merge(*_sides(command.base, command.values, theirs))
            if merged.conflicts:
                return command, merged.conflicts
            return (msgspec.structs.replace(command, values=merged.values) if merged.values else None), ()
        case AddComment():
            merged = merge(*_sides(command.base, command.values, theirs))
            if merged.conflicts:
                return command, merged.conflicts
            return msgspec.structs.replace(command, values=merged.values), ()
        case ChangeTags():
            return (None if with_tags(theirs, command.add, command.remove) is theirs else command), ()
        case _:
            return command, ()


def _sides(
    base: Mapping[str, Any], mine: Mapping[str, Any], ticket: TicketRecord
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    was = {name: comparable(base.get(name)) for name in mine}
    theirs = {name: comparable(value_of(ticket, name)) for name in mine}
    if was.get("status") == Status.NEW and theirs.get("status") == Status.OPEN:
        # a help desk opens a new ticket by itself once an agent has touched it: nobody decided anything
        was["status"] = theirs["status"]
    return was, {name: comparable(value) for name, value in mine.items()}, theirs


def _order(comment: CommentRecord) -> tuple[Instant, int, str]:
    return comment.created_at, int(comment.ref) if comment.ref.isdigit() else 0, comment.ref
