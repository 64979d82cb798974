"""What is asked of a Freshdesk, and what it answers: one method a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from agentconsole.connectors.api import Forbidden, Missing, Outdated, Refused, Unsupported
from agentconsole.connectors.freshdesk import records, wire
from agentconsole.connectors.freshdesk.multipart import multipart
from agentconsole.connectors.freshdesk.words import Words
from agentconsole.connectors.http import Answer, HttpClient
from agentconsole.connectors.plain_rest.carried import Carried
from agentconsole.connectors.plain_rest.forgiving import read_list, read_object, row_of, rows_of
from agentconsole.domain.instant import SECOND, Instant, to_iso
from agentconsole.domain.records import OrganizationRecord, Page, PersonRecord
from agentconsole.domain.values import Ref

API = "/api/v2"
PAGE_SIZE = 100
CONVERSATIONS_A_PAGE = 30
CONVERSATIONS_ALONG = 10
"""How many conversations come along with a ticket at most, the oldest."""

MOST_PAGES = 50
"""Of small sets (groups, agents, fields)."""

REFUSALS = (Forbidden, Missing, Unsupported, Refused)
"""Answers of a desk that does not show something to this sign-in, or whose plan has no such thing."""

_EMBEDDED = "conversations,requester,stats,company"
_ANY: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


class FreshdeskDesk:
    """One Freshdesk.

    Attributes:
        words: what it calls its statuses.
        agents: who of the people is an agent.
    """

    def __init__(self, http: HttpClient) -> None:
        self.http = http
        self.words = Words()
        self.agents: dict[Ref, PersonRecord] = {}
        self._strangers: dict[Ref, PersonRecord | None] = {}

    async def known_words(self) -> Words:
        """The words, asked for if that was not done yet: a session may send before it has pulled anything."""
        if not self.words.is_known:
            self.words.learn(rows_of(await self.rows_if_any("/ticket_fields") or [], wire.Field, "fields"))
        return self.words

    async def changed_since(self, since: Instant, page: int, kept: str = "") -> list[wire.Ticket]:
        """Tickets that changed at or after *since*, oldest change first; *kept*: of the trash, or of the spam.

        Without a time only those of the last thirty days are listed.
        """
        asked = {
            "updated_since": to_iso(since - since % SECOND),
            "order_by": "updated_at",
            "order_type": "asc",
            "per_page": PAGE_SIZE,
            "page": page,
            "filter": kept or None,
        }
        answer = await self.http.get(f"{API}/tickets", asked, label="tickets-list")
        rows = rows_of(read_list(answer), wire.Ticket, "tickets")
        return [row for row in rows if row.id is not None]

    async def row(self, ref: Ref, include: str | None = None) -> wire.Ticket:
        """A ticket; Missing when it is gone, in the trash, or among the spam."""
        answer = await self.http.get(f"{API}/tickets/{segment(ref)}", {"include": include}, label="tickets-show")
        row = row_of(read_object(answer), wire.Ticket)
        if row is None or row.id is None:
            raise answer.garbled()
        if records.is_gone(row):
            raise Missing
        return row

    async def full(self, ref: Ref) -> Page:
        """One ticket with its conversations and the people in it, in as few requests as there can be."""
        words = await self.known_words()
        row = await self.row(ref, _EMBEDDED)
        conversations = rows_of(row.conversations or [], wire.Conversation, "conversations")
        if row.conversations is None or len(row.conversations) >= CONVERSATIONS_ALONG:
            conversations = await self.conversations(ref)
        comments = records.comments_of(row, conversations)
        people: dict[Ref, PersonRecord] = {}
        if row.requester is not None and row.requester.id is not None:
            people[str(row.requester.id)] = records.contact_record(row.requester)
        for author in {each.author for each in comments if each.author is not None} - people.keys():
            person = self.agents.get(author) or await self._stranger(author)
            if person is not None:
                people[author] = person
        return Page(
            tickets=(records.ticket_record(row, words),),
            comments=comments,
            people=tuple(people.values()),
            whole_comments_of=(str(row.id),),
        )

    async def conversations(self, ref: Ref) -> list[wire.Conversation]:
        """All replies and notes of a ticket, oldest first."""
        rows = await self._pages(f"/tickets/{segment(ref)}/conversations", {}, size=CONVERSATIONS_A_PAGE)
        return rows_of(rows, wire.Conversation, "conversations")

    async def attachment_url(self, ticket: Ref, attachment: Ref) -> str:
        """Where an attachment can be had now; Missing when the ticket has none such."""
        row = await self.row(ticket)
        said = [row.attachments, *(each.attachments for each in await self.conversations(ticket))]
        for each in said:
            for file in rows_of(each or [], wire.Attachment, "attachments"):
                if str(file.id) == attachment and file.attachment_url:
                    return file.attachment_url
        raise Missing

    async def _stranger(self, ref: Ref) -> PersonRecord | None:
        """Somebody who wrote and is neither the requester nor an agent: asked for once."""
        if ref not in self._strangers:
            try:
                answer = await self.http.get(f"{API}/contacts/{segment(ref)}", label="contacts-show")
                row = row_of(read_object(answer), wire.Contact)
            except REFUSALS:
                row = None
            is_known = row is not None and row.id is not None
            self._strangers[ref] = records.contact_record(row) if row is not None and is_known else None
        return self._strangers[ref]

    # people and small sets

    async def contacts(self, since: str | None, page: int) -> tuple[list[PersonRecord], bool]:
        """A page of the people who changed since *since*, and whether there is another one."""
        asked = {"_updated_since": since, "per_page": PAGE_SIZE, "page": page}
        answer = await self.http.get(f"{API}/contacts", asked, label="contacts-list")
        rows = rows_of(read_list(answer), wire.Contact, "contacts")
        return [records.contact_record(row) for row in rows if row.id is not None], has_next(answer)

    async def companies(self, page: int) -> tuple[list[OrganizationRecord], bool]:
        """A page of the companies, and whether there is another one."""
        answer = await self.http.get(f"{API}/companies", {"per_page": PAGE_SIZE, "page": page}, label="companies-list")
        rows = rows_of(read_list(answer), wire.Company, "companies")
        return [records.company_record(row) for row in rows if row.id is not None], has_next(answer)

    async def learn_agents(self) -> list[PersonRecord]:
        """Ask who the agents are; what is known stays where this sign-in may not ask."""
        rows = rows_of(await self.rows_if_any("/agents") or [], wire.Agent, "agents")
        found = [person for row in rows if (person := records.agent_record(row)) is not None]
        self.agents.update({person.ref: person for person in found})
        return found

    async def rows_if_any(self, path: str, params: Mapping[str, Any] | None = None) -> list[Any] | None:
        """All of a small set; None when this sign-in may not see it."""
        try:
            return await self._pages(path, params or {})
        except REFUSALS:
            return None

    async def _pages(self, path: str, params: Mapping[str, Any], size: int = PAGE_SIZE) -> list[Any]:
        found: list[Any] = []
        for page in range(1, MOST_PAGES + 1):
            asked = {**params, "page": page, "per_page": size}
            answer = await self.http.get(API + path, asked)
            found += read_list(answer)
            if not has_next(answer):
                break
        return found

    # writing

    async def write(
        self, method: str, path: str, body: Mapping[str, Any], files: Sequence[Carried] = (), *, label: str = ""
    ) -> dict[str, Any]:
        """Change something, with *files* as a form of many parts; returns what is answered, empty where it is nothing.

        A conflict, which here means that something is there twice or in a state that forbids it, is a refusal.
        """
        try:
            if files:
                content, kind = multipart(body, files)
                answer = await self.http.write(method, API + path, content=content, content_type=kind, label=label)
            else:
                answer = await self.http.write(method, API + path, dict(body), label=label)
        except Outdated as error:
            raise Refused(str(error)) from error
        if answer.status == 204:
            return {}
        said = answer.read(_ANY)
        if not isinstance(said, dict):
            raise answer.garbled()
        return said


def has_next(answer: Answer) -> bool:
    """Say whether a list goes on: its header says so, and nothing else does."""
    return 'rel="next"' in answer.headers.get("link", "")


def segment(ref: Ref) -> str:
    """*ref* as a part of a path."""
    return quote(ref, safe="")
