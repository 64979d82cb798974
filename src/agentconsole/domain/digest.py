"""What happened while the agent was away, in one page instead of a storm of notes. Pure: facts in, groups out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.domain.values import Ref, Status, TicketId

WORTH_TELLING = 15 * MINUTE
"""Who was away for less has seen it all."""


class DigestKind(StrEnum):
    """What happened to a ticket, the most pressing first; each ticket is told once, under the first that fits."""

    BREACHED = "breached"
    ANSWERED = "answered"
    ASSIGNED = "assigned"
    COLLEAGUE = "colleague"
    TAKEN = "taken"
    ENDED = "ended"
    NEW = "new"
    OTHER = "other"


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """When the agent was last up to date, and the unsolved tickets that were theirs then."""

    since: Instant
    mine: Mapping[TicketId, Status]


class ChangedTicket(NamedTuple):
    """A ticket that changed meanwhile, as it stands now. ``gone``: deleted, or merged into another.

    ``by_requester`` and ``by_colleague`` tell whether one of them wrote; ``read`` whether the agent has looked since.
    """

    ticket: TicketId
    status: Status
    assignee: Ref | None
    created_at: Instant
    updated_at: Instant
    gone: bool = False
    by_requester: bool = False
    by_colleague: bool = False
    read: bool = False


class DigestGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Tickets of one kind, the latest change first."""

    kind: DigestKind
    tickets: tuple[TicketId, ...]


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. ``sent`` counts changes of the agent's own that reached the help desk meanwhile."""

    since: Instant
    until: Instant
    groups: tuple[DigestGroup, ...] = ()
    sent: int = 0


def digest_of(
    absence: Absence,
    changed: Sequence[ChangedTicket],
    *,
    me: Ref | None,
    until: Instant,
    breached: Iterable[TicketId] = (),
    own: Iterable[TicketId] = (),
    sent: int = 0,
) -> Digest:
    """Sort what *changed* since *absence* into groups.

    *breached* are tickets whose target was missed meanwhile: told when they are the agent's or nobody's. *own* are
    tickets that the agent changed themselves meanwhile, on another screen or offline: that they hold them now is no
    news to them.
    """
    late, touched = set(breached), set(own)
    found: dict[DigestKind, list[ChangedTicket]] = {kind: [] for kind in DigestKind}
    for each in changed:
        kind = _kind(absence, each, me, late, touched)
        if kind is not None:
            found[kind].append(each)
    groups = tuple(
        DigestGroup(kind=kind, tickets=tuple(each.ticket for each in sorted(rows, key=lambda row: -row.updated_at)))
        for kind, rows in found.items()
        if rows
    )
    return Digest(since=absence.since, until=until, groups=groups, sent=sent)


def _kind(
    absence: Absence, each: ChangedTicket, me: Ref | None, late: set[TicketId], own: set[TicketId]
) -> DigestKind | None:
    was_mine = each.ticket in absence.mine
    is_mine = me is not None and each.assignee == me and not each.gone
    is_over = each.gone or each.status in (Status.SOLVED, Status.CLOSED)
    if each.ticket in late and not is_over and (is_mine or each.assignee is None):
        return DigestKind.BREACHED
    if was_mine and is_over:
        return None if each.ticket in own else DigestKind.ENDED
    if was_mine and not is_mine:
        return None if each.ticket in own else DigestKind.TAKEN
    if is_mine and each.by_requester:
        return DigestKind.ANSWERED
    if is_mine and not was_mine and not is_over and each.ticket not in own:
        return DigestKind.ASSIGNED
    if is_mine and each.by_colleague:
        return DigestKind.COLLEAGUE
    if is_over or each.read or each.ticket in own:
        return None
    if each.assignee is None and each.created_at > absence.since:
        return DigestKind.NEW
    return DigestKind.OTHER
