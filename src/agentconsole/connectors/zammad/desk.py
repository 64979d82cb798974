"""What is asked of a Zammad, and what it answers: one method a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from agentconsole.connectors.api import Forbidden, Missing, Refused, Unsupported
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.plain_rest.forgiving import read_list, read_object, row_of, rows_of
from agentconsole.connectors.zammad import records, wire
from agentconsole.connectors.zammad.words import Words
from agentconsole.domain.instant import Instant, to_iso
from agentconsole.domain.records import Page, TicketRecord
from agentconsole.domain.values import Ref

API = "/api/v1"
LIST_SIZE = 100
"""The most that lists give; a search gives up to 200."""

MOST_PAGES = 50
"""Of small sets (groups, agents, macros)."""

REFUSALS = (Forbidden, Missing, Unsupported, Refused)
"""Answers of a desk that does not show something to this sign-in, or has no such thing."""

_ANY: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


class Listed(NamedTuple):
    """A ticket of a list, as it was sent and as it was read."""

    row: wire.Ticket
    raw: dict[str, Any]


class ZammadDesk:
    """One Zammad. Its statuses and priorities are learnt when they are first needed.

    Attributes:
        words: what it calls its statuses and priorities.
        names: what people and groups are called, by ref.
    """

    def __init__(self, http: HttpClient) -> None:
        self.http = http
        self.words = Words()
        self.names: dict[Ref, str] = {}

    async def learn_words(self) -> None:
        """Ask for the statuses and priorities, without which no ticket can be read."""
        states = rows_of(await self._all("/ticket_states"), wire.State, "statuses")
        priorities = rows_of(await self._all("/ticket_priorities"), wire.Priority, "priorities")
        self.words.learn(states, priorities)

    async def known_words(self) -> Words:
        """The words, asked for if that was not done yet."""
        if not self.words.is_known:
            await self.learn_words()
        return self.words

    async def changed_since(self, since: Instant, page: int, size: int) -> list[Listed]:
        """Tickets that changed at or after *since*, oldest change first; asked of the database, not of its index."""
        params = {
            "condition[ticket.updated_at][operator]": "after (absolute)",
            "condition[ticket.updated_at][value]": to_iso(since),
            "sort_by": "updated_at",
            "order_by": "asc",
        }
        return await self.search(params, page, size)

    async def search(self, params: Mapping[str, Any], page: int, size: int) -> list[Listed]:
        """One page of a search for tickets."""
        asked = {**params, "expand": "true", "page": page, "per_page": size, "limit": size}
        return listed(read_list(await self.http.get(f"{API}/tickets/search", asked, label="tickets-search")))

    async def by_id(self, page: int) -> list[Listed]:
        """One page of all tickets, in the order of their ids."""
        asked = {"page": page, "per_page": LIST_SIZE, "expand": "true"}
        return listed(read_list(await self.http.get(f"{API}/tickets", asked, label="tickets-index")))

    async def any_ticket(self) -> dict[str, Any]:
        """A ticket as it is on the wire, for the attributes that tickets have here; empty where there is none."""
        rows = await self.rows_if_any("/tickets", {"per_page": 1})
        return rows[0] if rows and isinstance(rows[0], dict) else {}

    async def full(self, ref: Ref) -> Page:
        """One ticket with its articles, tags, and the people in it, in one request. Missing when it is gone."""
        words = await self.known_words()
        said = read_object(await self.http.get(f"{API}/tickets/{segment(ref)}", {"all": "true"}, label="tickets-show"))
        assets = said.get("assets")
        found = assets if isinstance(assets, dict) else {}
        raw = _own(found.get("Ticket"), said.get("ticket_id", ref))
        row = row_of(raw, wire.Ticket)
        if row is None or row.id is None:
            raise Missing
        tags = [str(each) for each in said.get("tags") or ()]
        articles = rows_of(found.get("TicketArticle") or {}, wire.Article, "articles")
        people = records.people_of(found.get("User"))
        self.names.update({person.ref: person.name for person in people})
        ticket = records.ticket_record(row, raw, words, tags)
        if words.state(row.state_id).type == "removed":
            raise Missing
        # assets hold articles of linked tickets as well
        own = [each for each in articles if each.id is not None and str(each.ticket_id or ticket.ref) == ticket.ref]
        comments = [records.comment_record(each, ticket.ref) for each in own]
        return Page(
            tickets=(ticket,),
            comments=tuple(sorted(comments, key=lambda comment: (comment.created_at, int(comment.ref)))),
            people=people,
            organizations=records.organizations_of(found.get("Organization")),
            whole_comments_of=(ticket.ref,),
        )

    async def articles(self, ticket: Ref) -> list[wire.Article]:
        """The articles of a ticket as they are on the wire, oldest first."""
        answer = await self.http.get(f"{API}/ticket_articles/by_ticket/{segment(ticket)}", label="articles-by-ticket")
        return rows_of(read_list(answer), wire.Article, "articles")

    async def ticket_row(self, ref: Ref) -> dict[str, Any]:
        """A ticket without its articles, as it is on the wire."""
        return read_object(await self.http.get(f"{API}/tickets/{segment(ref)}", {"expand": "true"}))

    def record(self, said: Mapping[str, Any], tags: Sequence[str]) -> TicketRecord | None:
        """The ticket that *said* describes; None when it does not."""
        row = row_of(dict(said), wire.Ticket)
        return None if row is None or row.id is None else records.ticket_record(row, said, self.words, tags)

    async def user(self, ref: Ref) -> wire.User | None:
        """Somebody."""
        return row_of(read_object(await self.http.get(f"{API}/users/{segment(ref)}")), wire.User)

    async def write(self, method: str, path: str, body: Any = None, *, label: str = "") -> dict[str, Any]:
        """Change something; returns the object that is answered, an empty one where it is none."""
        answer = await self.http.write(method, API + path, body, label=label)
        said = answer.read(_ANY)
        return said if isinstance(said, dict) else {}

    async def rows_if_any(self, path: str, params: Mapping[str, Any] | None = None) -> list[Any] | None:
        """All of a small set; None when this sign-in may not see it."""
        try:
            return await self._all(path, params)
        except REFUSALS:
            return None

    async def _all(self, path: str, params: Mapping[str, Any] | None = None) -> list[Any]:
        found: list[Any] = []
        first: Any = None
        for page in range(1, MOST_PAGES + 1):
            asked = {"expand": "true", "per_page": LIST_SIZE, **(params or {}), "page": page}
            rows = read_list(await self.http.get(API + path, asked))
            # some sets come whole, whatever page was asked for
            if page > 1 and rows[:1] == first:
                break
            first = rows[:1]
            found += rows
            if len(rows) != LIST_SIZE:
                break
        return found


def listed(rows: Sequence[Any]) -> list[Listed]:
    """The tickets among *rows*."""
    found = ((row_of(each, wire.Ticket), each) for each in rows)
    return [Listed(row, raw) for row, raw in found if row is not None and row.id is not None]


def segment(ref: Ref) -> str:
    """*ref* as a part of a path."""
    return quote(ref, safe="")


def _own(tickets: Any, ref: Any) -> dict[str, Any]:
    """The ticket itself among those that came along."""
    found = tickets.get(str(ref)) if isinstance(tickets, dict) else None
    return found if isinstance(found, dict) else {}
