"""The connector for Zammad.

There is no feed of changes: tickets are searched by the time of their change, oldest first, and everything of a changed
one is read in one request. Nothing tells of deleted tickets: all ids are listed a few pages a pull, and what was there
before and is not listed any more is asked for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec

from agentconsole.connectors.api import (
    Forbidden,
    Identity,
    Missing,
    NeedsLogin,
    Nudge,
    PinAnswer,
    Receipt,
    Send,
    Unsupported,
)
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.plain_rest.carried import CarriedFiles
from agentconsole.connectors.plain_rest.following import AT_ONCE, Follower, Row, read_in_order, together
from agentconsole.connectors.plain_rest.forgiving import read_object, row_of, rows_of
from agentconsole.connectors.plain_rest.ids import read_ids, write_ids
from agentconsole.connectors.plain_rest.patience import Patience
from agentconsole.connectors.zammad import records, wire
from agentconsole.connectors.zammad.desk import API, LIST_SIZE, REFUSALS, Listed, ZammadDesk, segment
from agentconsole.connectors.zammad.history import history_rows
from agentconsole.connectors.zammad.macros import macro_records, view_records
from agentconsole.connectors.zammad.offers import OFFERS
from agentconsole.connectors.zammad.sending import Sender
from agentconsole.domain.capabilities import CHOSEN_STATUSES, lack_of
from agentconsole.domain.files import LocalFile, Upload
from agentconsole.domain.instant import Instant
from agentconsole.domain.records import ArticleRecord, Page
from agentconsole.domain.rows import HistoryRow
from agentconsole.domain.values import PersonRole, Ref, Role

TICKETS, GONE = "changed_tickets", "gone_tickets"
SEARCH_SIZE = 200
URGENT_PAGES = 2
LISTED_AT_ONCE = 5
"""Pages of ids a pull lists: five hundred tickets."""

GONE_REST = 300.0
"""Seconds between two pulls that look for deleted tickets."""

ASKED_FOR = 50
"""How many tickets are asked for a pull because they were not listed any more."""


class Sweep(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far the list of all ids was walked. Sets of ids are written as ranges.

    ``known`` were there when last listed or given out, ``seen`` are in the pages of this walk so far, ``doubted`` were
    missing in the walk before.
    """

    known: str = ""
    seen: str = ""
    doubted: str = ""
    page: int = 1


class ZammadConnector:
    """One Zammad. *seconds* is a monotonic clock, *clock* the wall clock, *sleep* passes time.

    Attributes:
        capabilities: what it offers; which statuses it has is known once it was asked.
    """

    kind = "zammad"
    streams: tuple[str, ...] = (TICKETS, GONE)

    def __init__(
        self,
        http: HttpClient,
        seconds: Callable[[], float] = time.monotonic,
        clock: Callable[[], Instant] = lambda: time.time_ns() // 1000,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.capabilities = OFFERS
        self._http = http
        self._desk = ZammadDesk(http)
        self._seconds = seconds
        self._clock = clock
        self._me: Ref | None = None
        self._groups: tuple[Ref, ...] = ()
        self._follower = Follower(self._listed, self._whole, SEARCH_SIZE, self._now)
        self._given: set[int] = set()
        self._swept_at: float | None = None
        self._files = CarriedFiles()
        patience = Patience(sleep, seconds)
        self._sender = Sender(
            self._desk, self._files, patience, self._now, lambda: self._me, lambda: next(iter(self._groups), None)
        )

    @property
    def clock_offset(self) -> int:
        """The help desk's clock less ours, microseconds."""
        return self._http.clock_offset

    async def close(self) -> None:
        """Give back connections."""
        await self._http.close()

    # reading

    async def identify(self) -> Identity:
        """Return who is signed in; Forbidden for a customer, who is no agent."""
        said = read_object(await self._http.get(f"{API}/users/me", {"expand": "true"}))
        user = row_of(said, wire.User)
        if user is None or user.id is None:
            raise NeedsLogin
        role = records.role_of(user)
        if role is PersonRole.END_USER:
            raise Forbidden("This sign-in belongs to a customer. The console is for agents.")
        rights = user.group_ids if isinstance(user.group_ids, dict) else {}
        self._me = str(user.id)
        self._groups = tuple(group for group, may in rights.items() if set(may or ()) & {"full", "create"})
        may_write = not rights or any(set(may or ()) - {"read", "overview"} for may in rights.values())
        person = records.person_record(user)
        return Identity(
            ref=self._me,
            name=person.name,
            email=person.email or "",
            role=Role.ADMIN if role is PersonRole.ADMIN else Role.AGENT if may_write else Role.REVIEWER,
            time_zone=person.time_zone,
        )

    async def reference(self) -> Page:
        """Return groups, agents, attributes, macros, text modules and overviews; what may not be seen is left out."""
        desk = self._desk
        await desk.learn_words()
        statuses = frozenset(CHOSEN_STATUSES) & desk.words.categories()
        self.capabilities = msgspec.structs.replace(OFFERS, statuses=statuses)
        groups = await desk.rows_if_any("/groups")
        agents = await desk.rows_if_any("/users/search", {"query": "*", "permissions[]": "ticket.agent"})
        attributes = await desk.rows_if_any("/object_manager_attributes")
        macros = await desk.rows_if_any("/macros")
        texts = await desk.rows_if_any("/text_modules")
        views = await desk.rows_if_any("/overviews")
        if views is None:
            views = await desk.rows_if_any("/ticket_overviews")
        fields = (
            records.seen_fields(await desk.any_ticket())
            if attributes is None
            else records.field_records(rows_of(attributes, wire.Attribute, "attributes"))
        )
        group_rows = rows_of(groups or [], wire.Group, "groups")
        people = records.people_of(agents)
        desk.names.update({row.ref: row.name for row in people})
        group_names = {str(row.id): row.name or "" for row in group_rows}
        return Page(
            people=people,
            groups=None if groups is None else tuple(records.group_record(row) for row in group_rows),
            ticket_fields=fields,
            macros=None
            if macros is None and texts is None
            else macro_records(
                rows_of(macros or [], wire.Macro, "macros"),
                rows_of(texts or [], wire.TextModule, "text modules"),
                desk.words,
            ),
            views=None
            if views is None
            else view_records(rows_of(views, wire.Overview, "overviews"), desk.words, group_names),
        )

    async def urgent(self) -> AsyncIterator[Page]:
        """Yield tickets that are not done with their articles, those changed last first."""
        words = await self._desk.known_words()
        params = {
            "condition[ticket.state_id][operator]": "is",
            "condition[ticket.state_id][value][]": words.open_states(),
            "sort_by": "updated_at",
            "order_by": "desc",
        }
        for number in range(1, URGENT_PAGES + 1):
            found = await self._desk.search(params, number, AT_ONCE)
            pages, _ = await read_in_order(_rows(found), self._whole)
            if pages:
                yield together(pages)
            if len(found) < AT_ONCE:
                return

    async def changes(self, stream: str, cursor: str | None) -> Page:
        """Return the next page of *stream* after *cursor*."""
        if stream == TICKETS:
            return await self._changed(cursor)
        if stream == GONE:
            return await self._gone(cursor)
        raise Missing(f"There is no stream {stream}.")

    async def _changed(self, cursor: str | None) -> Page:
        page, _ = await self._follower.page(cursor)
        self._given.update(int(row.ref) for row in page.tickets if row.ref.isdigit())
        return page

    async def _listed(self, since: Instant, page: int) -> list[Row[Listed]]:
        return _rows(await self._desk.changed_since(since, page, SEARCH_SIZE))

    async def _gone(self, cursor: str | None) -> Page:
        """Tickets that are not there any more, found by listing all ids, some pages at a time.

        A list that gets shorter while it is walked skips rows: what was not listed twice is asked for, before anybody
        is told that it is gone.
        """
        is_begun = cursor is not None and self._swept_at is not None
        if is_begun and self._swept_at is not None and self._seconds() - self._swept_at < GONE_REST:
            return Page(cursor=cursor)
        self._swept_at = self._seconds()
        sweep = _read_sweep(cursor)
        known, seen = read_ids(sweep.known) | self._given, read_ids(sweep.seen)
        number, is_end = sweep.page, False
        for _ in range(LISTED_AT_ONCE):
            found = await self._desk.by_id(number)
            seen.update(int(row.id) for row, _ in found if row.id is not None and str(row.id).isdigit())
            number += 1
            is_end = len(found) < LIST_SIZE
            if is_end:
                break
        gone: list[Ref] = []
        doubted = read_ids(sweep.doubted) - seen
        if is_end:
            doubted |= known - seen
            known, seen, number = seen | doubted, set(), 1
        for each in sorted(doubted)[:ASKED_FOR]:
            doubted.discard(each)
            if not await self._is_there(str(each)):
                known.discard(each)
                gone.append(str(each))
        self._given.clear()
        after = Sweep(known=write_ids(known), seen=write_ids(seen), doubted=write_ids(doubted), page=number)
        return Page(deleted=tuple(gone), cursor=msgspec.json.encode(after).decode())

    async def _is_there(self, ref: Ref) -> bool:
        """Whether *ref* can still be seen. One that moved to where this agent may not look is gone for them as well."""
        try:
            await self._desk.ticket_row(ref)
        except (Missing, Forbidden):
            return False
        return True

    async def _whole(self, row: Row[Listed]) -> Page:
        return await self._desk.full(row.ref)

    async def ticket(self, ref: Ref) -> Page:
        """Return one ticket with all its articles and the people in it; Missing when it is gone."""
        return await self._desk.full(ref)

    async def history(self, ticket: Ref) -> tuple[HistoryRow, ...]:
        """Return the events of *ticket*, oldest first."""
        words = await self._desk.known_words()
        said = read_object(await self._http.get(f"{API}/ticket_history/{segment(ticket)}"))
        assets = said.get("assets")
        people = records.people_of(assets.get("User") if isinstance(assets, dict) else None)
        self._desk.names.update({person.ref: person.name for person in people})
        items = rows_of(said.get("history") or [], wire.HistoryItem, "events")
        return history_rows(items, self._desk.names, words)

    async def articles(self, query: str) -> tuple[ArticleRecord, ...]:
        """Search the knowledge base; nothing is found where a desk has none."""
        asked = {"query": query, "flavor": "agent", "index": "KnowledgeBase::Answer::Translation", "limit": 10}
        try:
            answer = await self._http.write("POST", f"{API}/knowledge_bases/search", asked)
        except REFUSALS:
            return ()
        found = rows_of(read_object(answer).get("details") or [], wire.Answered, "answers")
        return tuple(records.article_record(row, self._http.base_url) for row in found if row.id is not None)

    async def download(
        self, url: str, write: Callable[[bytes], object], progress: Callable[[int], None] | None = None
    ) -> None:
        """Hand the bytes of an attachment to *write*; credentials never go to a foreign host."""
        await self._http.download(url, write, progress)

    # writing

    async def upload(
        self,
        file: LocalFile,
        key: str,
        upload: Upload,
        progressed: Callable[[Upload], Awaitable[None]],  # noqa: ARG002 - the file goes with its comment
    ) -> Upload:
        """Keep *file* for its comment: here files travel inside of them."""
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

    async def listen(self) -> AsyncIterator[Nudge]:
        """Not offered."""
        raise Unsupported(self.capabilities.lack("push"))
        yield Nudge()

    async def announce_presence(self, ticket: Ref, mode: str | None) -> None:  # noqa: ARG002 - the protocol names them
        """Not offered."""
        raise Unsupported(self.capabilities.lack("presence"))

    async def check_pin(self, person: Ref, pin: str) -> PinAnswer:  # noqa: ARG002 - the protocol names them
        """Not offered: Zammad keeps no Support PINs."""
        raise Unsupported("Zammad keeps no Support PINs, so there is nothing to check one against.")

    def _now(self) -> Instant:
        return self._clock() + self.clock_offset


def _rows(found: list[Listed]) -> list[Row[Listed]]:
    return [Row(str(each.row.id), records.instant(each.row.updated_at) or 0, each) for each in found]


def _read_sweep(cursor: str | None) -> Sweep:
    try:
        return msgspec.json.decode(cursor, type=Sweep) if cursor is not None else Sweep()
    except msgspec.DecodeError:
        return Sweep()
