"""The connector for the plain dialect.

An administrator's sign-in reads the incremental exports, which tell of everything, deletions included. Other agents
are not allowed to: for them the list of tickets is walked from its newest change down, and each changed ticket's
comments are fetched with it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple

import msgspec

from agentconsole.connectors.api import (
    Forbidden,
    Identity,
    Missing,
    Nudge,
    PinAnswer,
    Receipt,
    Refused,
    Send,
    Unanswered,
    Unsupported,
)
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.plain_rest.patience import Patience
from agentconsole.connectors.zendesk.listing import OVERLAP, Walk, read_walk, write_walk
from agentconsole.connectors.zendesk.offers import OFFERS
from agentconsole.connectors.zendesk_dialect import records, wire
from agentconsole.connectors.zendesk_dialect.desk import DialectDesk
from agentconsole.connectors.zendesk_dialect.merging import API
from agentconsole.connectors.zendesk_dialect.rails_zones import zone_of
from agentconsole.connectors.zendesk_dialect.reading import OtherShape
from agentconsole.connectors.zendesk_dialect.times import instant
from agentconsole.domain.commands import AddComment
from agentconsole.domain.instant import SECOND, Instant
from agentconsole.domain.records import Page
from agentconsole.domain.values import Ref, Role

EXPORTS = ("users", "organizations", "tickets", "ticket_events")
LISTS = ("listed_tickets", "deleted_tickets")

EXPORT_SIZE = 1000
LIST_SIZE = 25
"""Tickets a page of the walk: each costs another request for its comments, and a page is lost when it is cut off."""

SIDE_BY_SIDE = 4
URGENT_PAGES = 3
URGENT_WITH_COMMENTS = 50
LIGHT_AGENT = 1
"""A role type that may read and not reply."""

WITHHELD = 61
"""Seconds of the newest past that time exports refuse to be asked about."""

PEOPLE_REST = 300.0
"""Seconds between looks at people and organizations: tickets bring along those they mention."""

NOTHING_DELETED = "-"
"""Cursor of a look at deleted tickets that found none."""

UNDER_WAY = 5 * SECOND
"""How long a second is not trusted to be over: clocks differ, and answers are under way."""

EXPORTS_LABEL = "incremental-exports"
_WITH = "users,organizations,slas,comment_count"
_NOT_TO_BE_HAD = (Forbidden, Missing, Unsupported, Refused, OtherShape)
"""What one sign-in, plan or ticket does not give; the rest can be had all the same."""


class _Page(NamedTuple):
    """A page of the walk that may not have been stored yet: its cursor, and the rows that were read whole with it."""

    cursor: str
    more: bool
    whole: dict[Ref, tuple[str, Instant]]
    walk: Walk


class ZendeskConnector(DialectDesk):
    """One Zendesk account. *seconds* is a monotonic clock, *clock* the wall clock, *sleep* passes time."""

    kind = "zendesk"
    capabilities = OFFERS

    def __init__(
        self,
        http: HttpClient,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        seconds: Callable[[], float] = time.monotonic,
        clock: Callable[[], Instant] = lambda: time.time_ns() // 1000,
    ) -> None:
        super().__init__(http, sleep)
        self.streams: tuple[str, ...] = LISTS
        self._seconds = seconds
        self._clock = clock
        self._rested: dict[str, float] = {}
        self._fetched: dict[Ref, tuple[str, Instant]] = {}
        self._unproven: list[_Page] = []
        self._begun_anew: set[str] = set()
        self._patience = Patience(sleep, seconds)

    async def send(self, send: Send) -> Receipt:
        """Carry out one command. Unanswered means that it may have taken effect."""
        try:
            return await super().send(send)
        except Unanswered:
            self._patience.unanswered(send.key)
            raise

    async def settle(self, send: Send) -> Receipt | None:
        """Look whether *send* took effect; for words that nothing guards, until they can't be under way any more."""
        match send.command:
            case AddComment(public=False) | AddComment(send_anyway=True):
                # only a change made against a known state of the ticket is turned down when it comes late
                return await self._patience.until_found(send.key, partial(super().settle, send))
        return await super().settle(send)

    async def identify(self) -> Identity:
        """Return who is signed in, and learn what they may read."""
        user = await self.signed_in()
        is_admin = user.role == "admin"
        self.streams = EXPORTS if is_admin else LISTS
        role = Role.ADMIN if is_admin else Role.REVIEWER if user.role_type == LIGHT_AGENT else Role.AGENT
        return Identity(
            ref=str(user.id),
            name=user.name or "",
            email=user.email or "",
            role=role,
            time_zone=user.iana_time_zone or (zone_of(user.time_zone) if user.time_zone else None),
        )

    async def urgent(self) -> AsyncIterator[Page]:
        """Yield unsolved tickets, the newest first; the first ones with their comments."""
        with_comments = 0
        for number in range(1, URGENT_PAGES + 1):
            query = {
                "query": "type:ticket status<solved",
                "sort_by": "created_at",
                "sort_order": "desc",
                "include": "tickets(users,organizations,slas)",
                "per_page": 100,
                "page": number,
            }
            try:
                body = self._read(await self._http.get(f"{API}/search.json", query, label="search"), "results")
            except _NOT_TO_BE_HAD as error:
                self.oddities.lack("search", error)
                return
            body.tickets = [row for row in body.results or () if row.result_type in (None, "ticket")]
            page = self._page(body)
            yield page
            commented = [row.ref for row in page.tickets[: URGENT_WITH_COMMENTS - with_comments]]
            if commented:
                with_comments += len(commented)
                yield await self._with_comments(Page(), commented)
            if not body.next_page:
                return

    async def changes(self, stream: str, cursor: str | None) -> Page:
        """Return the next page of *stream* after *cursor*.

        When exports turn out to be forbidden or missing, ``streams`` changes to the lists, and the page is empty.
        """
        match stream:
            case "listed_tickets":
                return await self._listed(cursor)
            case "deleted_tickets":
                return await self._deleted(cursor)
            case "users" | "organizations" if self._is_resting(stream, cursor):
                return Page(cursor=cursor)
            case "tickets" | "users" | "organizations" | "ticket_events":
                pass
            case _:
                raise Missing(f"There is no stream {stream}.")
        try:
            page = await (
                self._exported(stream, cursor) if stream in ("tickets", "users") else self._timed(stream, cursor)
            )
        except Refused:
            if cursor is None or not self._may_begin_anew(stream):
                raise
            # the export's cursor has died: from the beginning, which brings nothing twice
            self.oddities.note(f"incremental/{stream}: the cursor was refused; read anew")
            return Page(cursor=None, more=True)
        except (Forbidden, Missing, Unsupported, OtherShape) as error:
            self.oddities.lack(f"incremental/{stream}", error)
            if isinstance(error, Forbidden) or stream in ("tickets", "ticket_events"):
                self.streams = LISTS
            return Page(cursor=cursor)
        if not page.more:
            self._begun_anew.discard(stream)
            self._rested[stream] = self._seconds()
        return page

    async def listen(self) -> AsyncIterator[Nudge]:
        """Not offered."""
        raise Unsupported
        yield Nudge()

    async def announce_presence(self, ticket: Ref, mode: str | None) -> None:  # noqa: ARG002 - the protocol names them
        """Not offered."""
        raise Unsupported

    async def check_pin(self, person: Ref, pin: str) -> PinAnswer:  # noqa: ARG002 - the protocol names them
        """Not offered: Zendesk keeps no Support PINs."""
        raise Unsupported("Zendesk keeps no Support PINs, so there is nothing to check one against.")

    async def _exported(self, stream: str, cursor: str | None) -> Page:
        """One page of an export by cursor. The cursor stays good after the end of the stream."""
        params: dict[str, Any] = {"cursor": cursor} if cursor else {"start_time": 0}
        params["per_page"] = EXPORT_SIZE
        if stream == "tickets":
            params["include"] = _WITH
        answer = await self._http.get(f"{API}/incremental/{stream}/cursor.json", params, label=EXPORTS_LABEL)
        body = self._read(answer, stream)
        more = body.end_of_stream is False and body.after_cursor not in (None, cursor)
        return self._page(body, cursor=body.after_cursor or cursor, more=more)

    async def _timed(self, stream: str, cursor: str | None) -> Page:
        """One page of an export by time. Rows of the last second come again, which does no harm."""
        newest = (self._clock() + self.clock_offset) // SECOND - WITHHELD
        start = min(int(cursor), newest) if cursor and cursor.isdigit() else 0
        params: dict[str, Any] = {"start_time": start, "per_page": EXPORT_SIZE}
        if stream == "ticket_events":
            params["include"] = "comment_events"
        answer = await self._http.get(f"{API}/incremental/{stream}.json", params, label=EXPORTS_LABEL)
        body = self._read(answer, stream)
        rows = body.ticket_events if stream == "ticket_events" else body.organizations
        end = body.end_time or start
        # an account that can't say where its stream ends says so by a page that is not full
        ended = len(rows or ()) < EXPORT_SIZE if body.end_of_stream is None else body.end_of_stream
        more = not ended and end > start
        page = self._page(body, cursor=str(max(end, start)), more=more)
        if stream != "ticket_events":
            return page
        comments = {
            comment.ref: comment
            for event in body.ticket_events or ()
            if event.ticket_id is not None
            for comment in records.event_comments(
                event.child_events or (),
                str(event.ticket_id),
                author=records.ref(event.updater_id),
                at=event.created_at,
                metadata=event.metadata,
            )
        }
        return msgspec.structs.replace(page, comments=tuple(comments.values()))

    async def _listed(self, cursor: str | None) -> Page:
        self._prove(cursor)
        walk = read_walk(cursor)
        params = {"sort": "-updated_at", "page[size]": LIST_SIZE, "page[after]": walk.after, "include": _WITH}
        try:
            answer = await self._http.get(f"{API}/tickets.json", params, label="tickets-index")
        except (Missing, Unsupported) as error:
            # whoever is signed in is known here, so that this is a help desk: of fewer parts than we know
            self.oddities.lack("tickets", error)
            return Page(cursor=cursor)
        except Refused:
            if walk.after is None or not self._may_begin_anew("listed_tickets"):
                raise
            # the list's own cursor has died meanwhile: walk again from the top
            return Page(cursor=write_walk(Walk(known_to=walk.known_to, pages=walk.pages)), more=True)
        body = self._read(answer, "tickets")
        meta = body.meta or wire.Meta()
        # a list that goes on where it was has come to its end
        after = meta.after_cursor if meta.has_more and meta.after_cursor != walk.after else None
        fresh, walk, more = walk.step(body.tickets or [], after)
        if not more:
            self._begun_anew.discard("listed_tickets")
        body.tickets = [row for row in fresh if self._fetched.get(str(row.id), ("",))[0] != (row.updated_at or None)]
        if body.tickets:
            walk = msgspec.structs.replace(walk, pages=walk.pages + 1)
        page = self._page(body, cursor=write_walk(walk), more=more)
        whole = self._whole(fresh)
        page = await self._with_comments(page, [row.ref for row in page.tickets])
        self._unproven.append(_Page(write_walk(walk), more, whole, walk))
        return page

    async def _deleted(self, cursor: str | None) -> Page:
        """Tickets deleted since the last look: newest first, until a known one.

        The first look needs no more than a place to stop at later: what was deleted before is not here.
        """
        params: dict[str, Any] = {"sort": "-deleted_at", "page[size]": 100}
        known = set(cursor.split(",")) if cursor else set()
        gone: dict[str, Ref] = {}
        while True:
            try:
                answer = await self._http.get(f"{API}/deleted_tickets.json", params, label="deleted-tickets")
                body = self._read(answer, "deleted_tickets")
            except _NOT_TO_BE_HAD as error:
                self.oddities.lack("deleted_tickets", error)
                return Page(deleted=tuple(gone.values()), cursor=cursor)
            # a ticket may be deleted, restored, and deleted again
            found = {f"{row.id}@{row.deleted_at or ''}": str(row.id) for row in body.deleted_tickets or () if row.id}
            gone |= {told: ref for told, ref in found.items() if told not in known}
            meta = body.meta or wire.Meta()
            if not known or known.intersection(found) or not meta.has_more or not meta.after_cursor:
                break
            if meta.after_cursor == params.get("page[after]"):
                self.oddities.note("deleted_tickets: the list goes on where it was")
                break
            params["page[after]"] = meta.after_cursor
        newest = [*gone, *(told for told in (cursor or "").split(",") if told)][:100]
        return Page(deleted=tuple(gone.values()), cursor=",".join(newest) or NOTHING_DELETED)

    async def _with_comments(self, page: Page, tickets: list[Ref]) -> Page:
        """*page* with all comments of *tickets*. One that is gone by now has none."""
        gate = asyncio.Semaphore(SIDE_BY_SIDE)

        async def fetch(ref: Ref) -> Page:
            async with gate:
                left_out = self.oddities.left_out
                try:
                    comments, users = await self._comments(ref)
                except _NOT_TO_BE_HAD as error:
                    if not isinstance(error, Missing):
                        self.oddities.lack("tickets/comments", error)
                    return Page()
                page = self._page(wire.Body(comments=comments, users=users), ticket=ref)
                # what could not be read is still there, and nothing to remove here
                is_whole = self.oddities.left_out == left_out
                return msgspec.structs.replace(page, whole_comments_of=(ref,)) if is_whole else page

        found = await asyncio.gather(*(fetch(ref) for ref in tickets))
        people = {row.ref: row for part in (*found, page) for row in part.people}
        return msgspec.structs.replace(
            page,
            people=tuple(people.values()),
            comments=tuple(comment for part in found for comment in part.comments),
            whole_comments_of=tuple(ref for part in found for ref in part.whole_comments_of),
        )

    def _whole(self, rows: list[wire.Ticket]) -> dict[Ref, tuple[str, Instant]]:
        """What of *rows* the next walk, which comes by again because of its overlap, need not fetch again.

        But a second that is not over yet may still bring another change under the same time.
        """
        over = self._clock() + self.clock_offset - UNDER_WAY
        times = ((str(row.id), row.updated_at, instant(row.updated_at) or 0) for row in rows)
        return {ref: (said, at) for ref, said, at in times if said and at < over}

    def _prove(self, cursor: str | None) -> None:
        """Remember what has been stored, which *cursor* tells; what has not is fetched again.

        Whoever pulls may ask for the page after one that is still being written, never for the one after that. And
        the cursor of a walk's last page comes back from where it was stored.
        """
        place = next((place for place, page in enumerate(self._unproven) if page.cursor == cursor), None)
        if place is None:
            self._unproven.clear()
            return
        stored = place if self._unproven[place].more else place + 1
        for page in self._unproven[:stored]:
            self._fetched |= page.whole
            if page.walk.after is None:
                floor = page.walk.known_to - OVERLAP
                self._fetched = {ref: seen for ref, seen in self._fetched.items() if seen[1] >= floor}
        self._unproven = self._unproven[stored : place + 1]

    def _may_begin_anew(self, stream: str) -> bool:
        """Say whether *stream*, which does not go on, may be read from its beginning within this pull.

        Once, until its end has been reached: where the same page is refused every time, a pull would never end. With
        the second time it is over, and the next pull may try again.
        """
        if stream in self._begun_anew:
            self._begun_anew.discard(stream)
            return False
        self._begun_anew.add(stream)
        return True

    def _is_resting(self, stream: str, cursor: str | None) -> bool:
        rested_at = self._rested.get(stream)
        return cursor is not None and rested_at is not None and self._seconds() - rested_at < PEOPLE_REST
