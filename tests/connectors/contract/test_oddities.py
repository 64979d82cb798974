"""Whatever any help desk sends is shown as well as can be: nothing raises, nothing is dropped without a word."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pytest

from agentconsole.connectors.api import ConnectorError
from agentconsole.connectors.http import HttpClient
from agentconsole.domain.instant import SECOND
from agentconsole.domain.records import Page, Record
from agentconsole.domain.values import Status
from tests.connectors.contract.console import Console
from tests.connectors.contract.harness import ContractDesk

MANY = int(os.environ.get("AGENTCONSOLE_CROWD", "12000"))
"""More tickets than any vendor's search will page through; `make test-crowd` has 100,000, which takes minutes."""

STAMP = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z")


@pytest.mark.expects_log
async def test_a_later_version_of_the_vendor_is_read_as_far_as_it_is_understood(
    desk: ContractDesk, console: Console
) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await desk.colleague_writes(ticket, "So.", public=False)
    desk.wire.rewrite(desk.estrange)

    await console.pull()

    detail = console.detail(ticket)
    assert detail.subject == "Question"
    assert console.shown(ticket) == [(True, "How?"), (False, "So.")]
    # a status that nobody has heard of must not look as if nobody had to do anything about it
    assert detail.status in (Status.NEW, Status.OPEN)
    await console.connector.ticket(ticket)


@pytest.mark.expects_log
async def test_what_is_odd_is_counted_not_raised(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    desk.wire.rewrite(desk.estrange)
    await desk.customer_writes(ticket, "Hello?")
    await console.pull()
    assert console.shown(ticket)[-1] == (True, "Hello?")
    desk.wire.heal()
    await desk.customer_writes(ticket, "Still there?")
    await console.pull()
    assert console.shown(ticket)[-1] == (True, "Still there?")
    assert console.detail(ticket).status in (Status.NEW, Status.OPEN)


async def test_a_status_of_the_teams_own_is_kept_by_every_other_change(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    before = console.record(ticket)
    await console.do(ticket, console.setting(ticket, priority="high"))
    await console.do(ticket, console.reply(ticket, "Soon."))
    await console.pull()
    after = console.record(ticket)
    if after.status is before.status:
        assert after.native_status == before.native_status


@pytest.mark.parametrize("hours", [5.5, -8, 0])
async def test_times_mean_the_same_in_whatever_zone_they_are_written(
    desk: ContractDesk, console: Console, hours: float
) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.connector.identify()
    before = await console.connector.ticket(ticket)
    zone = timezone(timedelta(hours=hours))

    def elsewhere(found: re.Match[str]) -> str:
        at = datetime.fromisoformat(found[0].replace("Z", "+00:00")).astimezone(zone)
        return at.isoformat(timespec="auto")

    desk.wire.rewrite(lambda body: _texts(body, lambda text: STAMP.sub(elsewhere, text)))
    after = await console.connector.ticket(ticket)
    (was,), (is_now,) = before.tickets, after.tickets
    assert (is_now.created_at, is_now.updated_at) == (was.created_at, was.updated_at)
    assert [row.created_at for row in after.comments] == [row.created_at for row in before.comments]
    assert abs(was.created_at - desk.now()) < 24 * 3600 * SECOND


async def test_instants_are_of_utc_wherever_the_agent_is(desk: ContractDesk, console: Console) -> None:
    began = desk.now()
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    record = console.record(ticket)
    # a second is the resolution of most, and their clocks are others
    assert began - 5 * SECOND <= record.created_at <= desk.now() + 5 * SECOND
    assert record.created_at <= record.updated_at
    identity = await console.connector.identify()
    assert identity.time_zone is None or ZoneInfo(identity.time_zone).key


async def test_every_id_is_a_text(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await desk.customer_writes(ticket, "See", {"a.txt": b"a"})
    await console.connector.identify()
    pages = [await console.connector.reference(), await console.connector.ticket(ticket)]
    pages += [await console.connector.changes(stream, None) for stream in console.connector.streams]
    for page in pages:
        for record, name, value in _refs(page):
            assert isinstance(value, str), f"{type(record).__name__}.{name} is {value!r}"
            assert value, f"{type(record).__name__}.{name} is empty"


async def test_ids_that_are_written_as_texts_are_the_same_ids(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.connector.identify()
    await console.connector.reference()
    before = await console.connector.ticket(ticket)

    def as_text(body: Any) -> Any:
        if isinstance(body, list):
            return [as_text(each) for each in body]
        if isinstance(body, dict):
            return {
                key: str(value)
                if (key == "id" or key.endswith("_id")) and isinstance(value, int) and not isinstance(value, bool)
                else as_text(value)
                for key, value in body.items()
            }
        return body

    desk.wire.rewrite(as_text)
    after = await console.connector.ticket(ticket)
    assert [row.ref for row in after.tickets] == [row.ref for row in before.tickets]
    assert [(row.ref, row.author) for row in after.comments] == [(row.ref, row.author) for row in before.comments]
    assert after.tickets[0].requester == before.tickets[0].requester


async def test_more_tickets_than_anybody_pages_through_are_all_seen(
    desk: ContractDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HttpClient, "_answer", _at_once)
    connector = desk.connector(transport=desk.crowd(MANY))
    await connector.identify()
    seen: set[str] = set()
    largest = 0
    pulled: set[str] = set()
    while stream := next((name for name in connector.streams if name not in pulled), None):
        pulled.add(stream)
        cursor: str | None = None
        for _ in range(MANY):
            page = await connector.changes(stream, cursor)
            largest = max(largest, len(page.tickets))
            seen.update(row.ref for row in page.tickets)
            assert page.more is False or page.cursor != cursor, "it turns in a circle"
            cursor = page.cursor
            if not page.more:
                break
    assert len(seen) == MANY
    # a page is one transaction of the store and one wait of the window
    assert largest <= 1000
    await connector.close()


@pytest.mark.expects_log
@pytest.mark.parametrize("body", [b"[]", b"{}", b"null", b'"x"', b"0", b"", b"{", b"\xff\xfe", b"[[[[[[[["])
async def test_whatever_stands_in_the_place_of_an_answer_is_told_not_raised(desk: ContractDesk, body: bytes) -> None:
    """An answer of any shape is a help desk's answer, or an error in the words of one: never one of ours."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body, headers={"Content-Type": "application/json"}, request=request)

    connector = desk.connector(transport=httpx.MockTransport(answer))
    with pytest.raises(ConnectorError):
        await connector.identify()
    with pytest.raises(ConnectorError):
        await connector.ticket("1")
    with contextlib.suppress(ConnectorError):
        # one small set that can't be read does not keep the others from coming
        await connector.reference()
    await connector.close()


async def _at_once(
    self: HttpClient, method: str, url: str, params: Any, content: Any, headers: Any, **_more: Any
) -> tuple[httpx.Response, bytes]:
    """An exchange without the client library's share, which would be nine tenths of what this takes."""
    assert self._transport is not None
    request = httpx.Request(method, url, params=params, content=content, headers=headers)
    response = await self._transport.handle_async_request(request)
    return response, response.content


def _texts(body: Any, change: Callable[[str], str]) -> Any:
    if isinstance(body, str):
        return change(body)
    if isinstance(body, list):
        return [_texts(each, change) for each in body]
    if isinstance(body, dict):
        return {key: _texts(value, change) for key, value in body.items()}
    return body


REFS = ("ref", "ticket", "author", "requester", "assignee", "group", "organization", "problem", "merged_into")


def _refs(page: Page) -> Iterator[tuple[Record, str, Any]]:
    for name in page.__struct_fields__:
        rows = getattr(page, name)
        for row in rows if isinstance(rows, tuple) else ():
            if isinstance(row, msgspec.Struct):
                for each in (*REFS, "members"):
                    value = getattr(row, each, None)
                    if isinstance(value, tuple):
                        yield from ((row, each, one) for one in value)  # type: ignore[misc]
                    elif value is not None:
                        yield row, each, value  # type: ignore[misc]
