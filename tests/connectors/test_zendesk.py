"""Zendesk as it is to an agent, peculiarity by peculiarity."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest

from agentconsole.connectors.api import (
    Forbidden,
    NeedsLogin,
    NotAHelpDesk,
    Outdated,
    RateLimited,
    Refused,
    Send,
    ServerFailed,
)
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import email_token
from agentconsole.connectors.zendesk.connector import LISTS, ZendeskConnector
from agentconsole.connectors.zendesk.listing import read_walk
from agentconsole.connectors.zendesk_dialect.rails_zones import IANA, zone_of
from agentconsole.domain.commands import AddComment, ChangeTags, Command, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.records import Page, TicketRecord
from agentconsole.domain.values import Role, Status
from tests.support.desk import Time
from tests.support.desks.zendesk.account import (
    ADMIN,
    AGENT,
    CUSTOMER,
    IN_REVIEW,
    WAITING_FOR_PARTS,
    Account,
    Refusal,
    Ticket,
)
from tests.support.desks.zendesk.server import BASE, ZendeskServer


class World:
    """One account and an agent's connector to it."""

    def __init__(self, email: str = "ben@desk.example") -> None:
        self.time = Time()
        self.account = Account(self.time.now)
        self.server = ZendeskServer(self.account)
        self.heard: list[httpx.Request] = []
        self.connector = self.connect(email)

    def connect(self, email: str) -> ZendeskConnector:
        inner = httpx.ASGITransport(app=self.server)
        heard = self.heard

        class Wire(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                heard.append(request)
                return await inner.handle_async_request(request)

        http = HttpClient(
            BASE,
            email_token(email, self.server.token),
            transport=Wire(),
            clock=self.time.instant,
            seconds=self.time.seconds,
            sleep=self.time.sleep,
        )
        return ZendeskConnector(http, self.time.sleep, self.time.seconds, self.time.instant)

    def open_ticket(self, subject: str = "S", **more: Any) -> Ticket:
        self.time.pass_(1)
        given = {"subject": subject, "comment": {"body": "B", "public": True}} | more
        return self.account.create(given, CUSTOMER, channel="web")

    def change(self, ticket: Ticket, **given: Any) -> None:
        self.time.pass_(1)
        self.account.change(ticket, given, ADMIN)
        self.time.pass_(1)

    async def all_of(self, stream: str, cursor: str | None = None) -> tuple[list[Page], str | None]:
        """Every page of *stream* from *cursor*, and the cursor after them."""
        pages: list[Page] = []
        while True:
            pages.append(await self.connector.changes(stream, cursor))
            cursor = pages[-1].cursor
            if not pages[-1].more:
                return pages, cursor

    async def send(self, ticket: Ticket, command: Command, current: TicketRecord | None = None) -> Any:
        return await self.connector.send(Send(key="k1", command=command, ticket=str(ticket.id), current=current))


@pytest.fixture
def world() -> World:
    return World()


async def test_an_agent_is_known_with_their_zone(world: World) -> None:
    me = await world.connector.identify()
    assert (me.ref, me.role, me.time_zone) == (str(AGENT), Role.AGENT, "America/Chicago")
    assert world.connector.streams == LISTS


async def test_wrong_credentials_are_no_anonymous_user(world: World) -> None:
    world.server.token = "another"
    with pytest.raises(NeedsLogin):
        await world.connector.identify()


async def test_a_requester_and_a_suspended_agent_are_told_why(world: World) -> None:
    with pytest.raises(Forbidden, match="requester"):
        await world.connect("dan@acme.example").identify()
    with pytest.raises(NeedsLogin):
        await world.connect("sue@desk.example").identify()


async def test_suspended_people_and_zones_of_rails_are_read(world: World) -> None:
    page = await world.connector.reference()
    people = {person.name: person for person in page.people}
    assert people["Sue Gone"].suspended
    assert people["Sue Gone"].time_zone == "Europe/Kyiv"
    assert people["Ada Admin"].time_zone == "Europe/London"


async def test_refused_exports_are_replaced_by_lists(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    world.open_ticket()
    world.connector.streams = ("tickets",)
    page = await world.connector.changes("tickets", None)
    assert (page.tickets, page.more) == ((), False)
    assert tuple(world.connector.streams) == LISTS
    assert "incremental/tickets (Forbidden)" in caplog.text
    pages, _ = await world.all_of("listed_tickets")
    assert [row.ref for page in pages for row in page.tickets] == ["1"]


async def test_a_list_ends_where_it_says_so_and_not_where_its_links_do(world: World) -> None:
    for number in range(60):
        world.open_ticket(f"S{number}")
    pages, _ = await world.all_of("listed_tickets")
    assert sorted(int(row.ref) for page in pages for row in page.tickets) == list(range(1, 61))
    assert world.server.sins == []
    lists = [request for request in world.heard if request.url.path == "/api/v2/tickets.json"]
    assert len(lists) == 3


async def test_only_what_changed_is_fetched_again(world: World) -> None:
    for number in range(5):
        world.open_ticket(f"S{number}")
    world.time.pass_(600)
    _, cursor = await world.all_of("listed_tickets")
    world.change(world.account.tickets[2], priority="high")
    world.heard.clear()
    pages, cursor = await world.all_of("listed_tickets", cursor)
    assert [(row.ref, row.priority) for page in pages for row in page.tickets] == [("2", "high")]
    assert [request.url.path for request in world.heard if "comments" in request.url.path] == [
        "/api/v2/tickets/2/comments.json"
    ]


async def test_a_list_whose_every_cursor_is_refused_ends_the_pull_and_the_next_one_tries_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        world.open_ticket(f"S{number}")
    refused = _refuse_to_go_on(world, monkeypatch, "page[after]")
    with pytest.raises(Refused):
        await world.all_of("listed_tickets")
    assert len(refused) == 2
    first = await world.connector.changes("listed_tickets", None)
    refused.clear()
    anew = await world.connector.changes("listed_tickets", first.cursor)
    assert (anew.more, len(refused)) == (True, 1)
    monkeypatch.undo()
    pages, _ = await world.all_of("listed_tickets", anew.cursor)
    # its end was reached: should a cursor die once more, the walk may begin once more
    assert sum(len(page.tickets) for page in pages) == 30
    _refuse_to_go_on(world, monkeypatch, "page[after]")
    assert (await world.connector.changes("listed_tickets", first.cursor)).more


async def test_a_page_that_is_refused_every_time_ends_the_pull(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(60):
        world.open_ticket(f"S{number}")
    first = await world.connector.changes("listed_tickets", None)
    second = await world.connector.changes("listed_tickets", first.cursor)
    third = read_walk(second.cursor).after
    refused = _refuse_to_go_on(world, monkeypatch, "page[after]", third)
    with pytest.raises(Refused):
        await world.all_of("listed_tickets", second.cursor)
    assert len(refused) == 2


@pytest.mark.expects_log
async def test_an_export_whose_every_cursor_is_refused_ends_the_pull(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported = (200, {"tickets": [], "after_cursor": "dead", "end_of_stream": False})
    monkeypatch.setattr(world.server, "_route", lambda *_asked: exported)
    assert (await world.connector.changes("tickets", None)).cursor == "dead"
    refused = _refuse_to_go_on(world, monkeypatch, "cursor")
    with pytest.raises(Refused):
        await world.all_of("tickets", "dead")
    assert len(refused) == 2
    # another pull, from where it stands
    assert (await world.connector.changes("tickets", "dead")).more


def _refuse_to_go_on(world: World, monkeypatch: pytest.MonkeyPatch, name: str, only: str | None = None) -> list[str]:
    """Let the account refuse every request that says by *name* where to go on (*only*: there); returns the refused."""
    answer = world.server._route
    refused: list[str] = []

    def refusing(method: str, path: str, query: Any, *rest: Any) -> Any:
        if name in query and only in (None, *query[name]):
            refused.append(path)
            raise Refusal(400, {"error": "InvalidPaginationParameter", "description": "The cursor is invalid"})
        return answer(method, path, query, *rest)

    monkeypatch.setattr(world.server, "_route", refusing)
    return refused


async def test_deleted_tickets_are_told_once(world: World) -> None:
    first, second = world.open_ticket(), world.open_ticket()
    pages, cursor = await world.all_of("deleted_tickets")
    assert pages[0].deleted == ()
    world.account.delete(first)
    pages, cursor = await world.all_of("deleted_tickets", cursor)
    assert pages[0].deleted == ("1",)
    world.time.pass_(1)
    world.account.delete(second)
    pages, cursor = await world.all_of("deleted_tickets", cursor)
    assert pages[0].deleted == ("2",)
    pages, _ = await world.all_of("deleted_tickets", cursor)
    assert pages[0].deleted == ()


async def test_a_right_that_is_missing_stops_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Light agents see no deleted tickets; some accounts have no search."""
    caplog.set_level(logging.INFO)
    answer = world.server._route

    def refusing(method: str, path: str, *rest: Any) -> Any:
        if path in ("/deleted_tickets", "/search") or path.endswith("/comments"):
            raise Refusal(403, {"error": {"title": "Forbidden", "message": "You do not have access"}})
        return answer(method, path, *rest)

    monkeypatch.setattr(world.server, "_route", refusing)
    world.open_ticket()
    assert [page async for page in world.connector.urgent()] == []
    pages, _ = await world.all_of("listed_tickets")
    assert [row.ref for page in pages for row in page.tickets] == ["1"]
    assert [page.whole_comments_of for page in pages] == [()]
    assert (await world.connector.changes("deleted_tickets", None)).deleted == ()
    for lack in ("search", "tickets/comments", "deleted_tickets"):
        assert caplog.text.count(f"does not give us {lack} (Forbidden)") == 1
    assert not world.connector.oddities.counts()


async def test_statuses_of_the_accounts_own_are_shown_and_kept(world: World) -> None:
    ticket = world.open_ticket()
    world.change(ticket, custom_status_id=WAITING_FOR_PARTS)
    page = await world.connector.ticket("1")
    (record,) = page.tickets
    assert (record.status, record.native_status) == (Status.PENDING, "Waiting for parts")
    receipt = await world.send(ticket, SetFields(values={"priority": "high"}, base={}), record)
    assert (receipt.after.status, receipt.after.native_status) == (Status.PENDING, "Waiting for parts")
    reply = AddComment(body="B", public=True, values={"status": "pending"}, base={})
    receipt = await world.send(ticket, reply, receipt.after)
    assert ticket.values["custom_status_id"] == WAITING_FOR_PARTS
    receipt = await world.send(ticket, SetFields(values={"status": "open"}, base={}), receipt.after)
    assert (receipt.after.status, receipt.after.native_status) == (Status.OPEN, "")
    world.change(ticket, custom_status_id=IN_REVIEW)
    (record,) = (await world.connector.ticket("1")).tickets
    assert (record.status, record.native_status) == (Status.OPEN, "In review")


async def test_a_change_of_an_older_ticket_is_outdated(world: World) -> None:
    ticket = world.open_ticket()
    (record,) = (await world.connector.ticket("1")).tickets
    world.change(ticket, priority="low")
    with pytest.raises(Outdated, match="outdated ticket data"):
        await world.send(ticket, SetFields(values={"priority": "high"}, base={}), record)


async def test_a_closed_ticket_refuses_and_is_followed_up(world: World) -> None:
    ticket = world.open_ticket("Mail")
    world.account.close(ticket)
    with pytest.raises(Refused, match="closed prevents ticket update"):
        await world.send(ticket, AddComment(body="It is back", public=True))
    new = CreateTicket(subject="Mail", body="It is back", requester=str(CUSTOMER), follows="1")
    receipt = await world.connector.send(Send(key="k2", command=new, ticket=None))
    assert ticket.followups == [int(receipt.ticket)]
    assert world.server.sins == []


async def test_a_reply_says_who_may_read_it_and_carries_its_mark(world: World) -> None:
    ticket = world.open_ticket(comment={"body": "B", "public": False})
    receipt = await world.send(ticket, AddComment(body="For all", public=True))
    assert (ticket.comments[-1]["public"], ticket.audits[-1]["metadata"]["custom"]) == (True, {"agentconsole": "k1"})
    again = await world.connector.settle(
        Send(key="k1", command=AddComment(body="For all", public=True), ticket="1", current=receipt.after)
    )
    assert again is not None
    assert again.comment == str(ticket.comments[-1]["id"])
    assert world.server.sins == []


async def test_tags_are_added_and_removed_and_never_replaced(world: World) -> None:
    ticket = world.open_ticket(tags=["a", "b"])
    await world.send(ticket, ChangeTags(add=("c",), remove=("a",)))
    assert ticket.values["tags"] == ["b", "c"]
    assert world.server.sins == []


async def test_targets_are_optional_and_those_at_hand_are_kept(world: World) -> None:
    ticket = world.open_ticket(priority="high")
    assert (await world.connector.ticket("1")).tickets[0].targets is None
    world.server.has_slas = True
    (record,) = (await world.connector.ticket("1")).tickets
    assert record.targets is not None
    assert len(record.targets) == 1
    receipt = await world.send(ticket, SetFields(values={"type": "question"}, base={}), record)
    assert receipt.after.targets == record.targets


@pytest.mark.expects_log
async def test_what_zendesk_ignored_of_a_request_is_told_once(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = world.open_ticket()
    monkeypatch.setattr("tests.support.desks.zendesk.account.WRITABLE", frozenset(("comment", "metadata")))
    with caplog.at_level(logging.WARNING):
        for text in ("One", "Two"):
            await world.send(ticket, AddComment(body=text, public=True, values={"priority": "high"}))
    assert caplog.text.count("Removed restricted keys") == 1
    (told,) = world.connector.oddities.counts().items()
    assert told == ("x-zendesk-api-warn: Removed restricted keys ['priority'] from parameters", 2)


async def test_the_limit_of_an_endpoint_is_obeyed_and_holds_nothing_else_up(world: World) -> None:
    world.open_ticket()
    world.server.limits["tickets-index"] = 0
    with pytest.raises(RateLimited) as refused:
        await world.connector.changes("listed_tickets", None)
    assert refused.value.retry_after == 43
    heard = len(world.heard)
    with pytest.raises(RateLimited):
        await world.connector.changes("listed_tickets", None)
    assert len(world.heard) == heard, "nothing is sent before the time is over"
    assert (await world.connector.ticket("1")).tickets
    world.time.pass_(44)
    del world.server.limits["tickets-index"]
    assert (await world.connector.changes("listed_tickets", None)).tickets


@pytest.mark.parametrize(("status", "error"), [(200, NotAHelpDesk), (404, NotAHelpDesk), (502, ServerFailed)])
async def test_a_page_for_people_is_no_answer(world: World, status: int, error: type[Exception]) -> None:
    world.server.gone_wild["/tickets"] = status
    with pytest.raises(error):
        await world.connector.changes("listed_tickets", None)


async def test_files_come_from_another_host_without_credentials(world: World) -> None:
    world.account.files["t"] = ("a.txt", "text/plain", b"bytes")
    world.open_ticket(comment={"body": "B", "public": True, "uploads": ["t"]})
    (comment,) = (await world.connector.ticket("1")).comments
    got: list[bytes] = []
    await world.connector.download(comment.attachments[0].url, got.append)
    assert b"".join(got) == b"bytes"
    assert world.server.sins == []


async def test_a_merge_that_a_job_could_not_do_is_refused(world: World) -> None:
    source, into = world.open_ticket(), world.open_ticket()
    world.account.close(source)
    send = Send(key="k", command=MergeTickets(into=2), ticket=str(source.id), into=str(into.id))
    with pytest.raises(Refused, match="it is closed"):
        await world.connector.send(send)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Central Time (US & Canada)", "America/Chicago"),
        ("(GMT-06:00) Central Time (US & Canada)", "America/Chicago"),
        ("Kyev", "Europe/Kyiv"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("Middle Earth", None),
        ("../../etc/passwd", None),
        ("", None),
    ],
)
def test_zones_of_rails_are_known(name: str, zone: str | None) -> None:
    assert zone_of(name) == zone


def test_every_zone_of_rails_is_one_of_iana() -> None:
    assert all(zone_of(zone) == zone for zone in IANA.values())
