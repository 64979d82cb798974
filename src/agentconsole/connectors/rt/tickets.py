"""Tickets with everything that belongs to them, as pages of records."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from agentconsole.connectors.api import Missing
from agentconsole.connectors.rt import asking, records, wire
from agentconsole.connectors.rt.people import People
from agentconsole.connectors.rt.reading import Reading
from agentconsole.connectors.rt.statuses import DELETED, Statuses
from agentconsole.domain.records import Page, TicketRecord
from agentconsole.domain.values import Ref

MOST_WORDS = 50
"""Statuses that RT is asked about in a session; who has more of them sees the others as open."""


class Looked(NamedTuple):
    """A ticket as RT has it just now.

    ``ref`` is the one that was asked for. ``merged_into`` is where it has gone, None if it has not. ``stamp`` is what a
    guarded change must present. ``offered`` are the statuses that RT proposes next, ``may`` what else one may do.
    """

    ref: Ref
    merged_into: Ref | None
    stamp: str
    offered: tuple[str, ...]
    may: frozenset[str]


class Tickets:
    """Reads tickets by *reading*, tells people by *people*. *site* is the address of RT's web pages."""

    def __init__(self, reading: Reading, people: People, site: str) -> None:
        self._reading = reading
        self._people = people
        self._site = site
        self.statuses = Statuses()
        self.multiple: frozenset[Ref] = frozenset()
        self._asked_words: set[str] = set()

    async def look(self, ref: Ref) -> Looked:
        """Look at the ticket *ref*; Missing when it is deleted."""
        found, answer = await self._reading.object(f"/ticket/{segment(ref)}", wire.Ticket)
        if (found.Status or "").lower() == DELETED:
            raise Missing
        own = records.ref(found.id)
        links = found.hyperlinks or ()
        offered = tuple(link.to for link in links if link.ref == "lifecycle" and link.to and link.to != DELETED)
        await self.know_words((found.Status, *offered))
        return Looked(
            ref=ref,
            merged_into=own if own != ref else None,
            stamp=answer.headers.get("etag", "").strip('"'),
            offered=offered,
            may=frozenset(link.ref for link in links if link.ref in ("correspond", "comment")),
        )

    async def is_found(self, ref: Ref) -> bool:
        """Say whether a search finds the ticket *ref* itself, merged or not: it finds none that is deleted."""
        query = f"id = {segment(ref)} AND EffectiveId > 0"
        return bool(await self._reading.whole("/tickets", query, {"fields": "id"}, wire.Ticket))

    async def whole(self, looked: Looked, *, conversed: bool = True) -> Page:
        """The ticket that was *looked* at, with all its comments and the people in it; one merged, with its target.

        Without its comments if not *conversed*.
        """
        target = looked.merged_into or looked.ref
        ids = (records.number(looked.ref), records.number(target))
        query = f"({asking.any_of('id', ids)} OR EffectiveId = {ids[1]}) AND EffectiveId > 0"
        rows = await self._reading.whole("/tickets", query, asking.TICKET_FIELDS, wire.Ticket)
        if not any(records.ref(row.id) == target for row in rows):
            raise Missing
        page = await self.page_of(rows, stamps={target: looked.stamp}, conversed=conversed)
        # whoever asked for a ticket is given it first
        first = sorted(page.tickets, key=lambda ticket: ticket.ref != looked.ref)
        return Page(
            people=page.people,
            organizations=page.organizations,
            tickets=tuple(first),
            comments=page.comments,
            histories=page.histories,
            whole_comments_of=page.whole_comments_of,
        )

    async def with_sources(self, rows: Sequence[wire.Ticket]) -> list[wire.Ticket]:
        """*rows* and the tickets that were merged into them, which searches leave out unless asked for by that."""
        targets = [records.number(row.id) for row in rows if records.ref(row.EffectiveId) in ("", records.ref(row.id))]
        if not targets:
            return list(rows)
        query = f"{asking.any_of('EffectiveId', targets)} AND id != EffectiveId"
        sources = await self._reading.whole("/tickets", query, asking.TICKET_FIELDS, wire.Ticket)
        known = {records.ref(row.id) for row in rows}
        return [*rows, *(row for row in sources if records.ref(row.id) not in known)]

    async def page_of(
        self,
        rows: Sequence[wire.Ticket],
        *,
        conversed: bool,
        is_first: bool = False,
        stamps: dict[Ref, str] | None = None,
        **more: Any,
    ) -> Page:
        """A page of *rows*; *conversed*: with the conversations of those that were not merged into others.

        *is_first*: it belongs to a first copy of everything.
        """
        stamps = stamps or {}
        await self.know_words(row.Status for row in rows)
        self._people.are_staff(row.Owner for row in rows)
        organizations = await self._people.organizations(rows, is_first=is_first)
        tickets = [
            records.ticket_record(row, self.statuses, self.multiple, stamp=stamps.get(records.ref(row.id), ""))
            for row in rows
        ]
        asked = [user for row in rows for user in row.Requestor or ()]
        owners = [row.Owner for row in rows]
        if not conversed:
            people = self._people.met((*asked, *owners))
            return Page(people=people, organizations=organizations, tickets=tuple(tickets), **more)
        alive = [ticket for ticket in tickets if ticket.merged_into is None]
        # what happened to a ticket before it was merged is told with the one that it was merged into
        into = {ticket.ref: ticket.merged_into for ticket in tickets if ticket.merged_into is not None}
        said = await self._reading.said([records.number(ticket.ref) for ticket in tickets], self._site, into)
        wrote = [each.Creator for happened in said.happened.values() for each in happened]
        self._people.are_staff(
            each.Creator for happened in said.happened.values() for each in happened if each.Type == "Comment"
        )
        askers = {records.ref(user.id) for user in asked}
        await self._people.know(
            user
            for user in wrote
            if user is not None and records.ref(user.id) not in askers and not self._people.is_known(user)
        )
        await self.know_words(
            word for happened in said.happened.values() for each in happened for word in _status_words(each)
        )
        by_ref = {records.ref(row.id): row for row in rows}
        return Page(
            people=self._people.met((*asked, *owners, *wrote)),
            organizations=organizations,
            tickets=tuple(tickets),
            comments=tuple(comment for ticket in alive for comment in said.comments.get(ticket.ref, ())),
            histories=tuple(
                records.status_history(by_ref[ticket.ref], said.happened.get(ticket.ref, ()), self.statuses)
                for ticket in alive
            ),
            whole_comments_of=tuple(ticket.ref for ticket in alive),
            **more,
        )

    async def know_statuses(self) -> None:
        """Find the statuses that are in use here, one after the other: RT has no list of them."""
        known = list(self.statuses.words())
        for _ in range(MOST_WORDS - len(self._asked_words)):
            query = " AND ".join(f"Status != {asking.quoted(word)}" for word in known)
            rows = await self._reading.rows(
                "/tickets", {"query": query, "orderby": "id", "per_page": 1, "fields": "Status"}, wire.Ticket
            )
            found = [row.Status for row in rows if row.Status and row.Status not in known]
            if not found:
                return
            known += found
            await self.know_words(found)

    async def know_words(self, words: Iterable[str | None]) -> None:
        """Find out which of *words*, statuses of this RT's own, are active."""
        unknown = self.statuses.unknown(words) - self._asked_words
        asked = sorted(unknown)[: max(0, MOST_WORDS - len(self._asked_words))]
        if not asked:
            return
        self._asked_words.update(asked)
        query = "Status = {} AND Status = '__Inactive__'"
        pages = await asyncio.gather(
            *(
                self._reading.page(
                    "/tickets", {"query": query.format(asking.quoted(word)), "orderby": "id", "per_page": 1}
                )
                for word in asked
            )
        )
        for word, page in zip(asked, pages, strict=True):
            self.statuses.learn(word, inactive=bool(page.total if page.total is not None else page.rows))


def _status_words(happened: wire.Transaction) -> tuple[str | None, ...]:
    return (happened.OldValue, happened.NewValue) if happened.Type == "Status" else ()


def segment(ref: Ref) -> str:
    """*ref* as a part of an address. Missing for what is no number: RT would take it for the name of something."""
    if not (ref.isascii() and ref.isdigit()):
        raise Missing
    return ref


def the_ticket(page: Page, ref: Ref) -> TicketRecord:
    """The ticket *ref* of *page*; Missing when it is not in it."""
    found = next((ticket for ticket in page.tickets if ticket.ref == ref), None)
    if found is None:
        raise Missing
    return found
