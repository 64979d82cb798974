"""The connector for Request Tracker 5."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple
from urllib.parse import quote, urlsplit

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
    Unsupported,
)
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.plain_rest.carried import CarriedFiles
from agentconsole.connectors.rt import asking, records, wire
from agentconsole.connectors.rt.history import history_rows
from agentconsole.connectors.rt.offers import OFFERS
from agentconsole.connectors.rt.people import LEVELS, People
from agentconsole.connectors.rt.reading import Reading
from agentconsole.connectors.rt.sending import Sending
from agentconsole.connectors.rt.signing import API
from agentconsole.connectors.rt.statuses import DELETED
from agentconsole.connectors.rt.tickets import Tickets, segment
from agentconsole.connectors.rt.walking import UNDER_WAY, read_walk, write_walk
from agentconsole.domain.files import LocalFile, Upload
from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.domain.records import ArticleRecord, FieldRecord, GroupRecord, Page
from agentconsole.domain.rows import HistoryRow
from agentconsole.domain.values import Ref, Role

PAGE_SIZE = 50
"""Tickets a page of the walk: their conversations come with them, and a page is lost when it is cut off."""

URGENT_PAGES = 4
URGENT_FIRST = 25
"""Tickets whose conversations an agent gets before anything else."""

IDS_OVERLAP = 500
"""Transactions that are looked at again: their ids are given out before they can be seen, in another order."""

UNMOVED = MINUTE
"""A walk that found nothing leaves its cursor alone for so long: there is nothing to write down."""


class _Page(NamedTuple):
    """A page of the walk that may not have been stored yet: its cursor, and what need not be read again with it."""

    cursor: str
    more: bool
    whole: dict[Ref, str]


class _File(msgspec.Struct):
    Content: str = ""


_FILE = msgspec.json.Decoder(_File)


class RequestTrackerConnector:
    """One Request Tracker, as *user* sees it. *seconds* is a monotonic clock, *clock* the wall clock."""

    kind = "rt"
    streams: tuple[str, ...] = ("gone", "tickets")
    capabilities = OFFERS

    def __init__(
        self,
        http: HttpClient,
        user: str,
        *,
        by_token: bool = False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        seconds: Callable[[], float] = time.monotonic,
        clock: Callable[[], Instant] = lambda: time.time_ns() // 1000,
    ) -> None:
        self._http = http
        self._user = user
        self._by_token = by_token
        self._clock = clock
        self._reading = Reading(http)
        self._people = People(self._reading)
        self._tickets = Tickets(self._reading, self._people, http.base_url)
        self._files = CarriedFiles()
        self._sending = Sending(http, self._reading, self._tickets, self._files, sleep, seconds)
        self._names: dict[str, str] = {}
        self._fetched: dict[Ref, str] = {}
        self._unproven: list[_Page] = []
        self._gone: set[Ref] = set()
        self._learning = asyncio.Lock()
        self._is_ready = False

    @property
    def clock_offset(self) -> int:
        """RT's clock less ours, microseconds."""
        return self._http.clock_offset

    async def close(self) -> None:
        """Give back connections."""
        await self._http.close()

    # reading

    async def identify(self) -> Identity:
        """Return who is signed in: RT has no page for that, but shows one's own account by its name."""
        user, _ = await self._reading.object(f"/user/{quote(self._user, safe='')}", wire.Named)
        own = records.ref(user.id)
        if not own:
            # only of oneself is everything told; others have no id there
            raise Refused(f"This sign-in is not that of the user {self._user}.")
        if not records.number(user.Privileged):
            raise Forbidden("This sign-in belongs to a requestor. The console is for agents.")
        self._people.are_staff([user])
        self._people.met([user])
        self._sending.me = own
        return Identity(
            ref=own,
            name=user.RealName or user.Name or self._user,
            email=user.EmailAddress or "",
            role=Role.AGENT,
            time_zone=user.Timezone or None,
        )

    async def reference(self) -> Page:
        """Return queues as groups, staff, and custom fields."""
        queues, fields = await self._queues_and_fields()
        people = await self._people.staff()
        await self._tickets.know_statuses()
        return Page(people=people, groups=queues, ticket_fields=fields, macros=(), views=())

    async def _ready(self) -> None:
        """Know queues and custom fields before a ticket is read or written: a session may begin with that."""
        async with self._learning:
            if not self._is_ready:
                await self._queues_and_fields()

    async def _queues_and_fields(self) -> tuple[tuple[GroupRecord, ...], tuple[FieldRecord, ...]]:
        params = {"fields": "id,Name,Lifecycle,Disabled"}
        found = [queue async for rows in self._reading.pages("/queues/all", params, wire.Queue) for queue in rows]
        groups = tuple(records.group_record(queue) for queue in found)
        self._sending.queues = tuple(group.ref for group in groups if group.active)
        self._names |= {f"group:{group.ref}": group.name for group in groups}
        shown = await asyncio.gather(
            *(self._reading.object(f"/queue/{segment(group.ref)}", wire.Queue) for group in groups)
        )
        ids = {records.ref(link.id): link.name or "" for queue, _ in shown for link in queue.TicketCustomFields or ()}
        definitions = await asyncio.gather(*(self._definition(ref, name) for ref, name in ids.items()))
        fields: list[FieldRecord] = []
        multiple: set[Ref] = set()
        tags: Ref | None = None
        for position, ((ref, name), definition) in enumerate(zip(ids.items(), definitions, strict=True)):
            self._names[f"field:{ref}"] = definition.Name or name
            if records.is_tags(definition.Name):
                tags = ref
                continue
            if records.is_multiple(definition):
                multiple.add(ref)
            fields.append(records.field_record(definition, position))
        self._tickets.multiple = frozenset(multiple)
        self._people.have_levels = any(name.strip().lower() in LEVELS for name in ids.values())
        self._sending.tags = tags
        self._is_ready = True
        self.capabilities = OFFERS if tags is not None else msgspec.structs.replace(OFFERS, tags=False)
        return groups, tuple(fields)

    async def _definition(self, ref: Ref, name: str) -> wire.CustomField:
        """A custom field as its page tells; of one whose page is not for us, what the queue told."""
        try:
            definition, _ = await self._reading.object(f"/customfield/{segment(ref)}", wire.CustomField)
        except (Forbidden, Missing):
            return wire.CustomField(id=ref, Name=name)
        return definition

    async def urgent(self) -> AsyncIterator[Page]:
        """Yield tickets that are not resolved, the soonest due first; the first ones with their conversations."""
        asked = {"orderby": ["Due", "id"], "order": ["ASC", "DESC"], "per_page": URGENT_FIRST}
        dated = "Status = '__Active__' AND Due > '1970-01-02'"
        first = await self._reading.page("/tickets", {"query": dated, **asked, **asking.TICKET_FIELDS})
        rows = self._reading.read(first, wire.Ticket)
        yield await self._tickets.page_of(rows, conversed=False, is_first=True)
        if rows:
            yield await self._tickets.page_of(await self._tickets.with_sources(rows), conversed=True, is_first=True)
        for query, order in ((dated, ["ASC", "DESC"]), ("Status = '__Active__'", ["DESC", "DESC"])):
            if query is dated and len(rows) < URGENT_FIRST:
                continue
            params = {
                **asked,
                "query": query,
                "per_page": asking.PAGE,
                "orderby": ["Due" if query is dated else "LastUpdated", "id"],
                "order": order,
                **asking.TICKET_FIELDS,
            }
            for number in range(1, URGENT_PAGES // 2 + 1):
                page = await self._reading.page("/tickets", params, number)
                if page.rows:
                    found = self._reading.read(page, wire.Ticket)
                    yield await self._tickets.page_of(found, conversed=False, is_first=True)
                if len(page.rows) < asking.PAGE:
                    break

    async def changes(self, stream: str, cursor: str | None) -> Page:
        """Return the next page of *stream* after *cursor*."""
        match stream:
            case "gone":
                return await self._deleted(cursor)
            case "tickets":
                return await self._updated(cursor)
            case _:
                raise Missing(f"There is no stream {stream}.")

    async def _updated(self, cursor: str | None) -> Page:
        """The next tickets that were updated since the last walk began, with their conversations."""
        await self._ready()
        self._prove(cursor)
        now = self._clock() + self.clock_offset
        resting = read_walk(cursor)
        walk = resting.begun(now)  # the clock was compared just now, by the other stream
        query = f"id > {walk.after} AND EffectiveId > 0"
        if walk.known_to:
            query += f" AND LastUpdated >= {asking.seconds_ago(walk.seconds_back(now))}"
        page = await self._reading.page("/tickets", {"query": query, "per_page": PAGE_SIZE, **asking.TICKET_FIELDS})
        rows = self._reading.read(page, wire.Ticket)
        more = len(page.rows) == PAGE_SIZE
        fresh = [row for row in rows if self._fetched.get(records.ref(row.id)) != (row.LastUpdated or "")]
        if not fresh and not more and cursor is not None and not resting.began and now - walk.known_to < UNMOVED:
            return Page(cursor=cursor)
        last = max((records.number(row.id) for row in rows), default=walk.after) if more else None
        walk = walk.step(last, 1)
        remaining = max(0, page.total - len(page.rows)) if page.total is not None else None
        found = await self._tickets.page_of(
            await self._tickets.with_sources(fresh),
            conversed=True,
            is_first=not resting.known_to,
            more=more,
            remaining=remaining,
        )
        over = now - UNDER_WAY
        whole = {
            records.ref(row.id): row.LastUpdated for row in rows if row.LastUpdated and _at(row.LastUpdated) < over
        }
        told = write_walk(walk)
        self._unproven.append(_Page(told, more, whole))
        if not more:
            floor = walk.known_to - 2 * MINUTE
            self._fetched = {ref: at for ref, at in self._fetched.items() if _at(at) >= floor}
        return msgspec.structs.replace(found, cursor=told)

    def _prove(self, cursor: str | None) -> None:
        """Remember what has been stored, which *cursor* tells; what has not is read again.

        Whoever pulls may ask for the page after one that is still being written, never for the one after that. The
        cursor of a walk's last page comes back from where it was stored.
        """
        place = next((place for place, page in enumerate(self._unproven) if page.cursor == cursor), None)
        if place is None:
            self._unproven.clear()
            return
        stored = place if self._unproven[place].more else place + 1
        for page in self._unproven[:stored]:
            self._fetched |= page.whole
        self._unproven = self._unproven[stored : place + 1]

    async def _deleted(self, cursor: str | None) -> Page:
        """Tickets that were deleted since the last look: no search finds them, the transactions tell."""
        newest = records.number(cursor) if cursor else await self._newest_transaction()
        since = max(0, newest - IDS_OVERLAP)
        query = f"id > {since} AND ObjectType = 'RT::Ticket' AND Type = 'Status' AND NewValue = '{DELETED}'"
        params = {"query": query, "fields": "ObjectId"}
        gone: list[Ref] = []
        async for rows in self._reading.pages("/transactions", params, wire.Transaction):
            for row in rows:
                told, ref = records.ref(row.id), records.ref(row.ObjectId)
                newest = max(newest, records.number(told))
                if cursor is not None and told not in self._gone and await self._is_gone(ref):
                    gone.append(ref)
                self._gone.add(told)
        self._gone = {told for told in self._gone if records.number(told) > newest - IDS_OVERLAP}
        return Page(deleted=tuple(dict.fromkeys(gone)), cursor=str(newest))

    async def _newest_transaction(self) -> int:
        """The newest transaction that we may see; what was deleted before the first walk is not met by it."""
        params = {
            "query": "id > 0 AND ObjectType = 'RT::Ticket'",
            "order": "DESC",
            "per_page": 20,
            "fields": "ObjectId",
        }
        rows = await self._reading.rows("/transactions", params, wire.Transaction)
        return max((records.number(row.id) for row in rows), default=0)

    async def _is_gone(self, ref: Ref) -> bool:
        """Say whether a ticket that was deleted still is."""
        try:
            looked = await self._tickets.look(ref)
        except Missing:
            return True
        except Forbidden:
            return True
        # one that was merged after it had been deleted shows its target, and is found by no search
        return looked.merged_into is not None and not await self._tickets.is_found(ref)

    async def ticket(self, ref: Ref) -> Page:
        """Return one ticket with all its comments and the people in it; of one merged, its target's as well."""
        await self._ready()
        return await self._tickets.whole(await self._tickets.look(ref))

    async def history(self, ticket: Ref) -> tuple[HistoryRow, ...]:
        """Return the events of *ticket*, oldest first."""
        await self._ready()
        params = {**asking.TRANSACTION_FIELDS, "fields": f"{asking.TRANSACTION_FIELDS['fields']},Data"}
        happened: list[wire.Transaction] = []
        async for rows in self._reading.pages(f"/ticket/{segment(ticket)}/history", params, wire.Transaction):
            happened += rows
        self._people.met(each.Creator for each in happened)
        await self._tickets.know_words(
            word for each in happened if each.Type == "Status" for word in (each.OldValue, each.NewValue)
        )
        return history_rows(happened, self._people.names, self._names, self._tickets.statuses)

    # writing

    async def upload(
        self,
        file: LocalFile,
        key: str,
        upload: Upload,
        progressed: Callable[[Upload], Awaitable[None]],  # noqa: ARG002 - the protocol names it
    ) -> Upload:
        """Keep *file* for its comment, which takes it along. RT takes no empty files."""
        if file.size == 0:
            raise Refused(f"Request Tracker takes no empty files: {file.file_name} has nothing in it.")
        return self._files.take(file, key, upload)

    async def send(self, send: Send) -> Receipt:
        """Carry out one command. Unanswered means that it may have taken effect."""
        await self._ready()
        return await self._sending.send(send, self.capabilities)

    async def settle(self, send: Send) -> Receipt | None:
        """Look whether *send* took effect."""
        await self._ready()
        return await self._sending.settle(send)

    async def download(
        self, url: str, write: Callable[[bytes], object], progress: Callable[[int], None] | None = None
    ) -> None:
        """Hand the bytes of an attachment to *write*: from RT's web pages by a session, else from its API, in one."""
        is_own = url.startswith(f"{self._http.base_url}/Ticket/Attachment/")
        if not (self._by_token and is_own):
            await self._http.download(url, write, progress)
            return
        # the web pages know no tokens
        ref = urlsplit(url).path.rstrip("/").split("/")[-2]
        answer = await self._http.get(f"{API}/attachment/{segment(ref)}")
        try:
            data = base64.b64decode(answer.read(_FILE).Content)
        except ValueError as error:
            raise answer.garbled() from error
        await asyncio.to_thread(write, data)
        if progress is not None:
            progress(len(data))

    # what RT has not

    async def listen(self) -> AsyncIterator[Nudge]:
        """Not offered."""
        raise Unsupported(self.capabilities.lack("push"))
        yield Nudge()

    async def announce_presence(self, ticket: Ref, mode: str | None) -> None:  # noqa: ARG002 - the protocol names them
        """Not offered."""
        raise Unsupported(self.capabilities.lack("presence"))

    async def articles(self, query: str) -> tuple[ArticleRecord, ...]:  # noqa: ARG002 - the protocol names it
        """Not offered."""
        raise Unsupported(self.capabilities.lack("articles"))

    async def check_pin(self, person: Ref, pin: str) -> PinAnswer:  # noqa: ARG002 - the protocol names them
        """Not offered."""
        raise Unsupported(self.capabilities.lack("pin"))


def _at(text: str) -> Instant:
    return records.instant(text) or 0
