"""The connector for Freshdesk.

Tickets are listed by the time of their change, oldest first; the list knows neither descriptions nor conversations, so
that each changed ticket costs a request of its own. What was thrown away or called spam is listed apart.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec

from agentconsole.connectors.api import (
    Identity,
    Missing,
    NeedsLogin,
    Nudge,
    PinAnswer,
    Receipt,
    Send,
    Unsupported,
)
from agentconsole.connectors.freshdesk import records, wire
from agentconsole.connectors.freshdesk.desk import API, PAGE_SIZE, REFUSALS, FreshdeskDesk, segment
from agentconsole.connectors.freshdesk.offers import OFFERS
from agentconsole.connectors.freshdesk.sending import Sender
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.plain_rest.carried import CarriedFiles
from agentconsole.connectors.plain_rest.following import (
    AT_ONCE,
    OVERLAP,
    Follower,
    Row,
    read_in_order,
    together,
)
from agentconsole.connectors.plain_rest.forgiving import read_list, read_object, row_of, rows_of
from agentconsole.connectors.plain_rest.patience import Patience
from agentconsole.domain.capabilities import CHOSEN_STATUSES, lack_of
from agentconsole.domain.files import LocalFile, Upload
from agentconsole.domain.instant import DAY, Instant, to_iso
from agentconsole.domain.records import ArticleRecord, MacroRecord, Page
from agentconsole.domain.rows import HistoryRow
from agentconsole.domain.values import Ref, Role, Status

TICKETS, TRASH, SPAM, COMPANIES, CONTACTS = (
    "changed_tickets",
    "deleted_tickets",
    "spam_tickets",
    "companies",
    "contacts",
)
LISTS_OF_GONE = {TRASH: "deleted", SPAM: "spam"}

PEOPLE_REST = 900.0
"""Seconds between looks at companies and contacts: tickets bring along those who ask."""

URGENT_SINCE = 30 * DAY
URGENT_PAGES = 2
DONE = (Status.SOLVED, Status.CLOSED)


class Reading(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a list of people was read: ``page`` is next, of those who changed since ``since``; ``begun`` was when."""

    since: Instant = 0
    begun: Instant = 0
    page: int = 1


class FreshdeskConnector:
    """One Freshdesk. *seconds* is a monotonic clock, *clock* the wall clock, *sleep* passes time.

    Attributes:
        capabilities: what it offers; which statuses it has is known once it was asked.
    """

    kind = "freshdesk"
    streams: tuple[str, ...] = (TICKETS, TRASH, SPAM, COMPANIES, CONTACTS)

    def __init__(
        self,
        http: HttpClient,
        seconds: Callable[[], float] = time.monotonic,
        clock: Callable[[], Instant] = lambda: time.time_ns() // 1000,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.capabilities = OFFERS
        self._http = http
        self._desk = FreshdeskDesk(http)
        self._seconds = seconds
        self._clock = clock
        self._me: Ref | None = None
        self._follower = Follower(self._listing(), self._whole, PAGE_SIZE, self._now)
        self._gone_followers = {
            stream: Follower(self._listing(kept), _nothing, PAGE_SIZE, self._now)
            for stream, kept in LISTS_OF_GONE.items()
        }
        self._rested: dict[str, float] = {}
        self._files = CarriedFiles()
        patience = Patience(sleep, seconds)
        self._sender = Sender(self._desk, self._files, patience, self._now, lambda: self._me)

    @property
    def clock_offset(self) -> int:
        """The help desk's clock less ours, microseconds."""
        return self._http.clock_offset

    async def close(self) -> None:
        """Give back connections."""
        await self._http.close()

    # reading

    async def identify(self) -> Identity:
        """Return who is signed in. Freshdesk does not tell who administrates it."""
        agent = row_of(read_object(await self._http.get(f"{API}/agents/me")), wire.Agent)
        person = records.agent_record(agent) if agent is not None else None
        if agent is None or person is None:
            raise NeedsLogin
        self._me = person.ref
        self._desk.agents[person.ref] = person
        return Identity(
            ref=person.ref,
            name=person.name,
            email=person.email or "",
            role=Role.REVIEWER if agent.type == "collaborator" else Role.AGENT,
            time_zone=person.time_zone,
        )

    async def reference(self) -> Page:
        """Return groups, agents, fields and canned responses; what this sign-in may not see is left out."""
        desk = self._desk
        fields = await desk.rows_if_any("/ticket_fields")
        field_rows = rows_of(fields or [], wire.Field, "fields")
        desk.words.learn(field_rows)
        self.capabilities = msgspec.structs.replace(
            OFFERS, statuses=frozenset(CHOSEN_STATUSES) & desk.words.categories()
        )
        groups = await desk.rows_if_any("/groups")
        people = await desk.learn_agents()
        return Page(
            people=tuple(people),
            groups=None
            if groups is None
            else tuple(
                records.group_record(row) for row in rows_of(groups, wire.Group, "groups") if row.id is not None
            ),
            ticket_fields=None if fields is None else records.field_records(field_rows),
            macros=await self._canned(),
        )

    async def _canned(self) -> tuple[MacroRecord, ...] | None:
        """The canned responses of all folders; None where only administrators may read them."""
        folders = await self._desk.rows_if_any("/canned_response_folders")
        if folders is None:
            return None
        found: list[MacroRecord] = []
        for folder in rows_of(folders, wire.Folder, "folders"):
            path = f"/canned_response_folders/{segment(str(folder.id))}/responses"
            rows = await self._desk.rows_if_any(path) or []
            for row in rows_of(rows, wire.CannedResponse, "canned responses"):
                found.append(records.macro_record(row, folder.name or "", len(found)))
        return tuple(found)

    async def urgent(self) -> AsyncIterator[Page]:
        """Yield tickets that are not done with all that was said in them, those changed last first."""
        words = await self._desk.known_words()
        for number in range(1, URGENT_PAGES + 1):
            asked = {
                "updated_since": to_iso((self._now() - URGENT_SINCE) // 1_000_000 * 1_000_000),
                "order_by": "updated_at",
                "order_type": "desc",
                "per_page": PAGE_SIZE,
                "page": number,
            }
            answer = await self._http.get(f"{API}/tickets", asked, label="tickets-list")
            listed = [row for row in rows_of(read_list(answer), wire.Ticket, "tickets") if row.id is not None]
            open_ones = [row for row in listed if words.status(row.status).category not in DONE]
            pages, _ = await read_in_order(_rows(open_ones)[:AT_ONCE], self._whole)
            if pages:
                yield together(pages)
            if len(listed) < PAGE_SIZE:
                return

    async def changes(self, stream: str, cursor: str | None) -> Page:
        """Return the next page of *stream* after *cursor*."""
        if stream == TICKETS:
            return await self._changed(cursor)
        if stream in LISTS_OF_GONE:
            return await self._gone(stream, cursor)
        if stream in (COMPANIES, CONTACTS):
            return await self._people(stream, cursor)
        raise Missing(f"There is no stream {stream}.")

    async def _changed(self, cursor: str | None) -> Page:
        page, rows = await self._follower.page(cursor)
        gone = tuple(row.ref for row in rows if records.is_gone(row.row))
        return msgspec.structs.replace(page, deleted=gone)

    async def _gone(self, stream: str, cursor: str | None) -> Page:
        """Tickets that were thrown away, or called spam, since the last look: a walk of their own list."""
        page, rows = await self._gone_followers[stream].page(cursor)
        return msgspec.structs.replace(page, deleted=tuple(row.ref for row in rows))

    def _listing(self, kept: str = "") -> Callable[[Instant, int], Awaitable[list[Row[wire.Ticket]]]]:
        async def listing(since: Instant, page: int) -> list[Row[wire.Ticket]]:
            return _rows(await self._desk.changed_since(since, page, kept))

        return listing

    async def _people(self, stream: str, cursor: str | None) -> Page:
        reading = _read_reading(cursor)
        rested = self._rested.get(stream)
        if reading.page == 1 and rested is not None and self._seconds() - rested < PEOPLE_REST:
            return Page(cursor=cursor)
        begun = reading.begun if reading.page > 1 else self._now()
        since = to_iso(reading.since // 1_000_000 * 1_000_000) if reading.since else None
        try:
            if stream == COMPANIES:
                companies, more = await self._desk.companies(reading.page)
                page = Page(organizations=tuple(companies))
            else:
                contacts, more = await self._desk.contacts(since, reading.page)
                page = Page(people=tuple(contacts))
        except REFUSALS:
            # not every agent may read them
            self._rested[stream] = self._seconds()
            return Page(cursor=cursor)
        if more:
            after = Reading(since=reading.since, begun=begun, page=reading.page + 1)
        else:
            after = Reading(since=max(0, begun - OVERLAP))
            self._rested[stream] = self._seconds()
        return msgspec.structs.replace(page, cursor=msgspec.json.encode(after).decode(), more=more)

    async def _whole(self, row: Row[wire.Ticket]) -> Page:
        if records.is_gone(row.row):
            raise Missing
        return await self._desk.full(row.ref)

    async def ticket(self, ref: Ref) -> Page:
        """Return one ticket with all that was said in it and the people in it; Missing when it is gone."""
        return await self._desk.full(ref)

    async def articles(self, query: str) -> tuple[ArticleRecord, ...]:
        """Search the knowledge base."""
        rows = await self._desk.rows_if_any("/search/solutions", {"term": query})
        found = rows_of((rows or [])[:10], wire.Article, "articles")
        return tuple(records.article_record(row, self._http.base_url) for row in found if row.id is not None)

    async def download(
        self, url: str, write: Callable[[bytes], object], progress: Callable[[int], None] | None = None
    ) -> None:
        """Hand the bytes of an attachment to *write*. It lies elsewhere: the address is signed, our key stays here."""
        if url.startswith(records.ATTACHMENT):
            ticket, _, attachment = url.removeprefix(records.ATTACHMENT).partition("/")
            url = await self._desk.attachment_url(ticket, attachment)
        await self._http.download(url, write, progress)

    # writing

    async def upload(
        self,
        file: LocalFile,
        key: str,
        upload: Upload,
        progressed: Callable[[Upload], Awaitable[None]],  # noqa: ARG002 - the file goes with its comment
    ) -> Upload:
        """Keep *file* for its comment: here files travel with it."""
        return self._files.take(file, key, upload)

    async def send(self, send: Send) -> Receipt:
        """Carry out one command. Unanswered means that it may have taken effect; UploadLost that it has not."""
        await self._desk.known_words()
        if lack := lack_of(send.command, self.capabilities):
            raise Unsupported(lack)
        return await self._sender.send(send)

    async def settle(self, send: Send) -> Receipt | None:
        """Say whether a command that was never answered took effect: its receipt, or None when it certainly did not."""
        if self._me is None:
            await self.identify()
        return await self._sender.settle(send)

    # not offered

    async def history(self, ticket: Ref) -> tuple[HistoryRow, ...]:  # noqa: ARG002 - the protocol names it
        """Not offered."""
        raise Unsupported(self.capabilities.lack("history"))

    async def listen(self) -> AsyncIterator[Nudge]:
        """Not offered."""
        raise Unsupported(self.capabilities.lack("push"))
        yield Nudge()

    async def announce_presence(self, ticket: Ref, mode: str | None) -> None:  # noqa: ARG002 - the protocol names them
        """Not offered."""
        raise Unsupported(self.capabilities.lack("presence"))

    async def check_pin(self, person: Ref, pin: str) -> PinAnswer:  # noqa: ARG002 - the protocol names them
        """Not offered: Freshdesk keeps no Support PINs."""
        raise Unsupported("Freshdesk keeps no Support PINs, so there is nothing to check one against.")

    def _now(self) -> Instant:
        return self._clock() + self.clock_offset


async def _nothing(row: Row[wire.Ticket]) -> Page:  # noqa: ARG001 - of a ticket that is gone there is nothing to read
    return Page()


def _rows(found: list[wire.Ticket]) -> list[Row[wire.Ticket]]:
    return [Row(str(row.id), records.instant(row.updated_at) or 0, row) for row in found]


def _read_reading(cursor: str | None) -> Reading:
    try:
        return msgspec.json.decode(cursor, type=Reading) if cursor is not None else Reading()
    except msgspec.DecodeError:
        return Reading()
