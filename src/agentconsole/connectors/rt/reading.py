"""Read lists of RT whole, and what belongs to tickets in as few requests as RT allows.

Rows that the agent may not see are taken out after a page was cut, so that a page that is short need not be the last
one, and nobody says how many there are. Such a list is read until a page has brought nothing; until two have, where a
short one was followed by another. Where all rows are known to be visible it ends with the first that is not full.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from agentconsole.connectors.http import Answer, HttpClient
from agentconsole.connectors.plain_rest.forgiving import row_of, rows_of
from agentconsole.connectors.rt import asking, records, wire
from agentconsole.connectors.rt.signing import API
from agentconsole.domain.records import CommentRecord
from agentconsole.domain.values import Ref

R = TypeVar("R", bound=msgspec.Struct)

TICKETS_AT_ONCE = 100
"""Tickets whose transactions are asked for in one request; their ids stand in its address."""

TRANSACTIONS_AT_ONCE = 100
SIDE_BY_SIDE = 2
"""Requests at the same time: each holds one of the few workers of an RT, which other people need too."""


class _Listed(msgspec.Struct):
    items: list[Any]
    total: Any = None


_LISTED = msgspec.json.Decoder(_Listed)
_OBJECT: msgspec.json.Decoder[dict[str, Any]] = msgspec.json.Decoder(dict[str, Any])


class Rows(NamedTuple):
    """A page of a list: its rows, how many RT counts in all (None: it does not say)."""

    rows: list[Any]
    total: int | None


class Said(NamedTuple):
    """What was said in some tickets: comments and changes of status by the id of the ticket that each happened to."""

    comments: dict[Ref, list[CommentRecord]]
    happened: dict[Ref, list[wire.Transaction]]


class Reading:
    """Reads from one RT over *http*."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self._gate = asyncio.Semaphore(SIDE_BY_SIDE)

    async def object(self, path: str, shape: type[R]) -> tuple[R, Answer]:
        """One resource, and the answer it came with."""
        async with self._gate:
            answer = await self._http.get(f"{API}{path}")
        found = row_of(answer.read(_OBJECT), shape)
        if found is None:
            raise answer.garbled()
        return found, answer

    async def page(self, path: str, params: Mapping[str, Any], number: int = 1) -> Rows:
        """One page of a list, as it came."""
        asked = {"per_page": asking.PAGE, "page": number, "orderby": "id", **params}
        async with self._gate:
            answer = await self._http.get(f"{API}{path}", asked)
        said = answer.read(_LISTED)
        return Rows(said.items, said.total if isinstance(said.total, int) else None)

    def read(self, page: Rows, shape: type[R]) -> list[R]:
        """The rows of *page* as *shape*."""
        return rows_of(page.rows, shape, shape.__name__.lower())

    async def rows(self, path: str, params: Mapping[str, Any], shape: type[R]) -> list[R]:
        """The rows of one page of a list."""
        return rows_of((await self.page(path, params)).rows, shape, path.rpartition("/")[2])

    async def pages(self, path: str, params: Mapping[str, Any], shape: type[R]) -> AsyncIterator[list[R]]:
        """All pages of a list of which rows may be missing."""
        number, seen, patience = 1, 0, 1
        was_short = False
        before: list[Any] = []
        while patience:
            page = await self.page(path, params, number)
            if page.rows and page.rows == before:
                return  # whoever answers knows no pages
            before = page.rows
            yield rows_of(page.rows, shape, path.rpartition("/")[2])
            seen += len(page.rows)
            if page.total is not None and seen >= page.total:
                return
            if not page.rows:
                patience -= 1
            elif was_short:
                patience = 2
            was_short = 0 < len(page.rows) < asking.PAGE
            number += 1

    async def whole(self, path: str, query: str, fields: Mapping[str, str], shape: type[R]) -> list[R]:
        """A list of which every row is visible: a page that is not full is its last."""
        rows: list[R] = []
        number = 1
        while True:
            page = await self.page(path, {"query": query, **fields}, number)
            rows += rows_of(page.rows, shape, path.rpartition("/")[2])
            if len(page.rows) < asking.PAGE:
                return rows
            number += 1

    async def transactions(
        self, tickets: Sequence[int], types: Sequence[str] | None = asking.CONVERSED
    ) -> list[wire.Transaction]:
        """What happened to *tickets*, oldest first."""
        found: list[wire.Transaction] = []
        for some in _chunks(tickets, TICKETS_AT_ONCE):
            params = {"query": asking.transactions_of(some, types), **asking.TRANSACTION_FIELDS}
            async for rows in self.pages("/transactions", params, wire.Transaction):
                found += rows
        return found

    async def said(self, tickets: Sequence[int], site: str, owners: Mapping[Ref, Ref]) -> Said:
        """The conversations and statuses of *tickets*.

        *owners* say which ticket a conversation is shown in, where that is not the ticket that it happened to: one
        that was merged. *site* is the address of RT's web pages.
        """
        happened = await self.transactions(tickets)
        spoken = [each for each in happened if each.Type != "Status"]
        texts, files = await self.parts([records.number(each.id) for each in spoken])
        comments: dict[Ref, list[CommentRecord]] = {}
        for each in spoken:
            own = records.ref(each.ObjectId)
            ticket = owners.get(own, own)
            said = records.ref(each.id)
            comment = records.comment_record(each, ticket, texts.get(said, ()), files.get(said, ()), site)
            comments.setdefault(ticket, []).append(comment)
        by_ticket: dict[Ref, list[wire.Transaction]] = {}
        for each in happened:
            by_ticket.setdefault(records.ref(each.ObjectId), []).append(each)
        return Said(comments, by_ticket)

    async def parts(
        self, transactions: Sequence[int]
    ) -> tuple[dict[Ref, list[wire.Attachment]], dict[Ref, list[wire.Attachment]]]:
        """The texts and the files of *transactions*. Files are told of only: a list would bring them whole."""
        texts: dict[Ref, list[wire.Attachment]] = {}
        files: dict[Ref, list[wire.Attachment]] = {}
        for some in _chunks(transactions, TRANSACTIONS_AT_ONCE):
            written, text_files, other_files = await asyncio.gather(
                self.whole("/attachments", asking.texts_of(some), asking.TEXT_FIELDS, wire.Attachment),
                self.whole("/attachments", asking.text_files_of(some), asking.FILE_FIELDS, wire.Attachment),
                self.whole("/attachments", asking.other_files_of(some), asking.FILE_FIELDS, wire.Attachment),
            )
            _sort_in(texts, written)
            _sort_in(files, sorted((*text_files, *other_files), key=lambda part: records.number(part.id)))
        return texts, files


def _sort_in(into: dict[Ref, list[wire.Attachment]], parts: Iterable[wire.Attachment]) -> None:
    for part in parts:
        into.setdefault(records.ref(part.TransactionId), []).append(part)


def _chunks(values: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    return (values[start : start + size] for start in range(0, len(values), size))
