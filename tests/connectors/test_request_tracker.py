"""What is particular to Request Tracker, against a running one: sessions, clocks, lifecycles, mails, two consoles."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from agentconsole.connectors.api import ConnectorError, NeedsLogin, NotAHelpDesk, Send, Unanswered
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import plain_token
from agentconsole.connectors.rt import asking, records
from agentconsole.connectors.rt.connector import RequestTrackerConnector
from agentconsole.connectors.rt.opening import IDLE
from agentconsole.connectors.rt.signing import PasswordSession
from agentconsole.connectors.rt.statuses import Statuses
from agentconsole.connectors.rt.writing import encoded_name, field_values, message, reasons
from agentconsole.domain.commands import AddComment, ChangeTags, SetFields
from agentconsole.domain.instant import SECOND
from agentconsole.domain.values import OutboxState, Priority, Status
from agentconsole.store.opening import open_store
from agentconsole.store.store import Store
from tests.connectors.contract.console import Console
from tests.connectors.contract.desks.rt import RequestTrackerDesk
from tests.connectors.contract.wire import Fault
from tests.support.keys import KEY
from tests.support.rt.hands import Hands
from tests.support.rt.server import AGENT, COLLEAGUE, RequestTracker


@pytest.fixture
async def desk(request_tracker: RequestTracker) -> AsyncIterator[RequestTrackerDesk]:
    """The running RT, without tickets."""
    async with RequestTrackerDesk(request_tracker) as desk:
        yield desk


@pytest.fixture
def store(tmp_path: Path, desk: RequestTrackerDesk) -> Iterator[Store]:
    store = open_store(tmp_path / "one.db", key=KEY, clock=desk.now)
    yield store
    store.close()


@pytest.fixture
async def console(desk: RequestTrackerDesk, store: Store) -> AsyncIterator[Console]:
    console = Console(desk, store)
    yield console
    await console.connector.close()


async def test_a_second_console_sees_what_the_first_did(
    desk: RequestTrackerDesk, console: Console, tmp_path: Path
) -> None:
    ticket = await desk.open_ticket("Printer", "It burns.")
    await console.pull()
    store = open_store(tmp_path / "two.db", key=KEY, clock=desk.now)
    try:
        colleague = Console(desk, store)
        colleague.connect(_connector(desk, PasswordSession(COLLEAGUE.name, COLLEAGUE.password), COLLEAGUE.name))
        await colleague.pull()
        reply = console.reply(ticket, "Water is on its way.", status="pending")
        (key,) = await console.do(ticket, reply)
        (other,) = await console.do(ticket, console.setting(ticket, assignee=desk.cast.me))
        assert (console.state(key), console.state(other)) == (OutboxState.SENT, OutboxState.SENT)

        await colleague.pull()

        assert colleague.shown(ticket) == [(True, "It burns."), (True, "Water is on its way.")]
        record = colleague.record(ticket)
        assert (record.status, record.native_status) == (Status.PENDING, "stalled")
        assert record.assignee == desk.cast.me
        # and the first one, what the second did
        await colleague.do(ticket, colleague.reply(ticket, "It burns no more.", public=False))
        await console.pull()
        assert console.shown(ticket)[-1] == (False, "It burns no more.")
        await colleague.connector.close()
    finally:
        store.close()


async def test_a_reply_is_mailed_once_and_our_mark_to_nobody(
    desk: RequestTrackerDesk, console: Console, request_tracker: RequestTracker
) -> None:
    ticket = await desk.open_ticket("Printer", "It burns.")
    await console.pull()
    (key,) = await console.queue(ticket, console.reply(ticket, "Only once, please."))
    desk.wire.next("write", "lost answer")
    for _ in range(4):
        try:
            await console.push()
        except Unanswered:
            await desk.pass_time(700)
    assert console.state(key) is OutboxState.SENT
    mails = [mail for mail in request_tracker.mails() if "Only once, please." in mail]
    assert len(mails) == 1
    assert not any(key in mail or records.MARKER in mail.lower() for mail in request_tracker.mails())


@pytest.mark.parametrize("fault", ["refused", "busy"])
async def test_a_reply_whose_status_could_not_be_set_yet_is_not_sent_twice_and_gets_it_later(
    desk: RequestTrackerDesk, console: Console, fault: Fault
) -> None:
    ticket = await desk.open_ticket("Printer", "It burns.")
    await console.pull()
    console.connect(desk.connector(transport=_Forgetful(desk.wire)))
    await console.connector.identify()
    (key,) = await console.queue(ticket, console.reply(ticket, "Water is on its way.", status="pending"))
    desk.wire.pass_then_fail("write", 1, fault)
    with contextlib.suppress(ConnectorError):
        await console.push()
    assert desk.wire.failed == [fault]
    await desk.pass_time(700)
    await console.push()
    standing = await desk.standing(ticket)
    assert [said.body.strip() for said in standing.comments] == ["It burns.", "Water is on its way."]
    assert standing.status is Status.PENDING
    assert console.state(key) is OutboxState.SENT


async def test_a_late_status_is_not_set_over_what_others_have_done_since(
    desk: RequestTrackerDesk, console: Console
) -> None:
    written, solved = await desk.open_ticket("Printer", "It burns."), await desk.open_ticket("Scanner", "It, too.")
    await console.pull()

    async def customer_writes() -> None:
        await desk.customer_writes(written, "It burns no more.")

    async def colleague_solves() -> None:
        await desk.colleague_sets(solved, {"status": "solved"})

    for ticket, happens in ((written, customer_writes), (solved, colleague_solves)):
        console.connect(desk.connector(transport=_Forgetful(desk.wire, happens)))
        await console.connector.identify()
        (key,) = await console.queue(ticket, console.reply(ticket, "Water is on its way.", status="pending"))
        desk.wire.next("write", "lost answer")
        for _ in range(4):
            with contextlib.suppress(Unanswered):
                await console.push()
            await desk.pass_time(700)
        assert console.state(key) is OutboxState.SENT
        await console.connector.close()
    assert (await desk.standing(written)).status is Status.OPEN
    assert (await desk.standing(solved)).status is Status.SOLVED


async def test_a_status_of_the_queues_own_is_kept_by_every_other_change(
    desk: RequestTrackerDesk, console: Console
) -> None:
    ticket = await desk.open_ticket("Printer", "It burns.")
    await _hands(desk).set(ticket, {"Status": "escalated"})
    await console.pull()
    record = console.record(ticket)
    assert (record.status, record.native_status) == (Status.OPEN, "escalated")
    await console.do(ticket, console.setting(ticket, subject="Fire"), console.reply(ticket, "A note", public=False))
    assert (await _row(desk, ticket))["Status"] == "escalated"
    # open it is already: giving it that status asks nothing of RT
    (key,) = await console.do(
        ticket, SetFields(values={"status": "open", "priority": "high"}, base={"status": "new", "priority": "normal"})
    )
    assert (await _row(desk, ticket))["Status"] == "escalated"
    assert console.state(key) is OutboxState.SENT
    await console.do(ticket, console.setting(ticket, status="hold"))
    assert (await _row(desk, ticket))["Status"] == "waiting for vendor"


async def test_what_was_written_for_a_ticket_that_a_colleague_has_merged_waits_for_a_person(
    desk: RequestTrackerDesk, console: Console
) -> None:
    ticket, other = await desk.open_ticket("Twice", "Once more"), await desk.open_ticket("The one", "First")
    await console.pull()
    keys = [
        *await console.queue(ticket, console.setting(ticket, subject="Fire")),
        *await console.queue(other, ChangeTags(add=("kept",))),
    ]
    await _hands(desk).set(ticket, {"MergeInto": int(other)})
    await console.push()
    assert [console.state(key) for key in keys] == [OutboxState.REFUSED, OutboxState.SENT]
    assert console.reason(keys[0]) == f"The ticket is closed: it has been merged into #{other}."
    assert (await _row(desk, other))["Subject"] == "The one"


async def test_a_ticket_that_was_deleted_and_then_merged_is_gone_and_a_merged_one_is_not(
    desk: RequestTrackerDesk, console: Console
) -> None:
    deleted, merged = await desk.open_ticket("Spam", "Buy!"), await desk.open_ticket("Twice", "Once more")
    target = await desk.open_ticket("The one", "First")
    await console.pull()
    hands = _hands(desk)
    for ticket in (deleted, merged):
        await hands.set(ticket, {"Status": "deleted"})
    await hands.set(merged, {"Status": "open"})
    for ticket in (deleted, merged):
        await hands.set(ticket, {"MergeInto": int(target)})
    assert (await _row(desk, deleted))["id"] == int(target)
    page = await console.connector.changes("gone", "1")
    assert page.deleted == (deleted,)


async def test_the_number_of_a_priority_stays_until_it_is_changed(desk: RequestTrackerDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Printer", "It burns.")
    await _hands(desk).set(ticket, {"Priority": "83"})
    await console.pull()
    assert console.record(ticket).priority is Priority.HIGH
    await console.do(ticket, console.setting(ticket, subject="Fire"))
    assert (await _row(desk, ticket))["Priority"] == "83"
    await console.do(ticket, console.setting(ticket, priority="urgent"))
    assert (await _row(desk, ticket))["Priority"] == "100"


async def test_a_session_that_is_over_is_begun_again(desk: RequestTrackerDesk, request_tracker: RequestTracker) -> None:
    signed_in = _Counting(httpx.AsyncHTTPTransport(limits=httpx.Limits(keepalive_expiry=IDLE)))
    session = PasswordSession(AGENT.name, AGENT.password)
    connector = _connector(desk, session, AGENT.name, signed_in)
    await connector.identify()
    await connector.identify()
    assert signed_in.sign_ins == 1
    ticket = await desk.open_ticket("Printer", "It burns.")
    request_tracker.perl("$RT::Handle->dbh->do('DELETE FROM sessions');")
    request_tracker.sessions.clear()
    assert (await connector.ticket(ticket)).tickets[0].ref == ticket
    assert signed_in.sign_ins == 2
    await connector.close()


async def test_a_token_does_as_well(desk: RequestTrackerDesk, request_tracker: RequestTracker) -> None:
    program = (
        "my $user = RT::User->new(RT->SystemUser); $user->Load('agent01'); "
        "my ($ok, $msg, $token) = RT::AuthToken->new(RT->SystemUser)->Create(Owner => $user->id, Description => 'x'); "
        "print $token;"
    )
    token = request_tracker.perl(program).strip().splitlines()[-1]
    await desk.open_ticket("Printer", "It burns.")
    ticket = await desk.newest()
    await desk.customer_writes(ticket, "Look", {"fire.bin": bytes(range(256))})
    connector = _connector(desk, plain_token(token), AGENT.name, by_token=True)
    identity = await connector.identify()
    assert identity.ref == desk.cast.me
    page = await connector.ticket(ticket)
    (file,) = page.comments[-1].attachments
    parts: list[bytes] = []
    await connector.download(file.url, parts.append)
    assert b"".join(parts) == bytes(range(256))
    await connector.close()
    stranger = _connector(desk, plain_token("1-14-00000000000000000000000000000000"), AGENT.name)
    with pytest.raises(NeedsLogin):
        await stranger.identify()
    await stranger.close()


async def test_a_page_that_is_no_request_tracker_is_told_from_a_wrong_password(desk: RequestTrackerDesk) -> None:
    wrong = _connector(desk, PasswordSession(AGENT.name, "wrong"), AGENT.name)
    with pytest.raises(NeedsLogin):
        await wrong.identify()
    await wrong.close()
    page = httpx.MockTransport(lambda _request: httpx.Response(200, html="<html>Welcome</html>"))
    other = _connector(desk, PasswordSession(AGENT.name, AGENT.password), AGENT.name, page)
    with pytest.raises(NotAHelpDesk):
        await other.identify()
    await other.close()


@pytest.mark.parametrize("content", ["abc", "a–c"])
async def test_a_file_that_came_garbled_is_told_so(content: str) -> None:
    wire = httpx.MockTransport(lambda _request: httpx.Response(200, json={"Content": content}))
    http = HttpClient("https://rt.example", plain_token("1-2-3"), transport=wire)
    connector = RequestTrackerConnector(http, AGENT.name, by_token=True)
    with pytest.raises(NotAHelpDesk, match="can't be read"):
        await connector.download("https://rt.example/Ticket/Attachment/7/8/fire.bin", bytearray().extend)
    await connector.close()


async def test_an_agent_in_another_zone_gets_the_same_changes(desk: RequestTrackerDesk) -> None:
    """RT reads a date in the zone of whoever is signed in; ages mean the same to all."""
    ticket = await desk.open_ticket("Printer", "It burns.")
    for seconds in (30, 90, 1200, 4000, 40_000):
        query = f"id = {ticket} AND LastUpdated >= {asking.seconds_ago(seconds)}"
        for who in (AGENT, COLLEAGUE):
            found = await _hands(desk).as_(who, "GET", "/tickets", query=query)
            assert found["total"] == 1, (seconds, who.name)


async def test_what_customers_own_is_told_with_their_organization(desk: RequestTrackerDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Printer", "It burns.")
    await _hands(desk).set(ticket, {"CustomFields": {"Tier": "Enterprise"}})
    await console.pull()
    detail = console.detail(ticket)
    assert detail.organization is not None
    assert (detail.organization.name, detail.tier) == ("Acme Ltd", "Enterprise")
    assert [target.metric for target in detail.targets if not target.source] == ["first_reply"]
    assert console.record(ticket).due_at is not None


async def test_a_ticket_without_a_tier_takes_none_from_its_organization(
    desk: RequestTrackerDesk, console: Console
) -> None:
    known = await desk.open_ticket("Printer", "It burns.")
    await _hands(desk).set(known, {"CustomFields": {"Tier": "Pro"}})
    await console.pull()
    await desk.open_ticket("Scanner", "It burns, too.")
    console.connect()
    await console.pull()
    assert console.detail(known).tier == "Pro"


async def test_two_replies_at_the_same_moment_are_both_there(desk: RequestTrackerDesk) -> None:
    """Nothing guards a reply at RT; that both are kept is what matters."""
    ticket = await desk.open_ticket("Printer", "It burns.")
    one = _connector(desk, PasswordSession(AGENT.name, AGENT.password), AGENT.name)
    two = _connector(desk, PasswordSession(COLLEAGUE.name, COLLEAGUE.password), COLLEAGUE.name)
    await asyncio.gather(one.identify(), two.identify())
    sends = [
        Send(key=f"key{number}", command=AddComment(body=f"Reply {number}", public=True), ticket=ticket)
        for number in range(2)
    ]
    receipts = await asyncio.gather(one.send(sends[0]), two.send(sends[1]))
    said = {comment.key: comment.ref for comment in (await one.ticket(ticket)).comments if comment.key}
    assert said == {send.key: receipt.comment for send, receipt in zip(sends, receipts, strict=True)}
    assert await two.settle(sends[0]) is not None
    await one.close()
    await two.close()


def test_words_of_statuses_find_their_kind() -> None:
    statuses = Statuses()
    assert statuses.unknown(["open", "Waiting for parts", None, ""]) == {"Waiting for parts"}
    statuses.learn("Waiting for parts", inactive=False)
    statuses.learn("won't do", inactive=True)
    assert statuses.category("Waiting for parts") is Status.PENDING
    assert statuses.category("won't do") is Status.SOLVED
    assert statuses.category("Sent to the moon") is Status.OPEN
    assert (statuses.native("open"), statuses.native("stalled")) == ("", "stalled")
    assert statuses.words_for(Status.SOLVED, "resolved", ()) == ()
    assert statuses.words_for(Status.SOLVED, "open", ("rejected", "resolved"))[0] == "resolved"
    assert statuses.words_for(Status.PENDING, "open", ()) == ("Waiting for parts", "stalled", "pending")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "'0 seconds ago'"), (999, "'999 seconds ago'"), (1000, "'17 minutes ago'"), (60_000, "'17 hours ago'")],
)
def test_no_number_of_an_age_has_four_digits(seconds: int, said: str) -> None:
    assert asking.seconds_ago(seconds) == said
    assert all(len(word) <= 3 or not word.isdigit() for word in asking.seconds_ago(seconds * 10_000)[1:-1].split())


def test_what_perl_takes_for_false_is_said_all_the_same() -> None:
    assert message("0", "key", ())["Content"] == "0\n"
    assert message("", "key", ())["Content"] == "\n"
    assert encoded_name("plan.txt") == "plan.txt"
    assert encoded_name("日本.txt").startswith("=?UTF-8?B?")


def test_fields_are_written_as_rt_reads_them() -> None:
    values = {"subject": " a\nb ", "due_at": None, "assignee": None, "requester": "37", "field:2": None, "field:4": "x"}
    assert field_values(values, frozenset(("4",))) == {
        "Subject": "a b",
        "Due": "1970-01-01T00:00:00Z",
        "Owner": "Nobody",
        "Requestor": ["37"],
        "CustomFields": {"2": None, "4": ["x"]},
    }


def test_reasons_lose_their_number() -> None:
    assert reasons(["Ticket 5: That user does not exist", "Invalid value for custom field"]) == (
        "That user does not exist. Invalid value for custom field."
    )


def _connector(
    desk: RequestTrackerDesk,
    sign_in: Any,
    user: str,
    transport: httpx.AsyncBaseTransport | None = None,
    *,
    by_token: bool = False,
) -> RequestTrackerConnector:
    http = HttpClient(desk.url, sign_in, transport=transport, clock=desk.now, sleep=desk.pass_time, idle=IDLE)
    return RequestTrackerConnector(
        http,
        user,
        by_token=by_token,
        sleep=desk.pass_time,
        seconds=lambda: desk.now() / SECOND,
        clock=desk.now,
    )


class _Counting(httpx.AsyncBaseTransport):
    """Counts how often somebody signs in."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.sign_ins = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sign_ins += request.url.path.startswith("/NoAuth/")
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Forgetful(httpx.AsyncBaseTransport):
    """Leaves out the status that goes with a reply, as RT's own rules may undo it; then something *happens*."""

    def __init__(self, inner: httpx.AsyncBaseTransport, happens: Callable[[], Awaitable[None]] | None = None) -> None:
        self._inner = inner
        self._happens = happens

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/correspond"):
            return await self._inner.handle_async_request(request)
        body = json.loads(await request.aread())
        del body["Status"]
        headers = {name: value for name, value in request.headers.items() if name != "content-length"}
        try:
            return await self._inner.handle_async_request(
                httpx.Request(request.method, request.url, headers=headers, json=body)
            )
        finally:
            if self._happens is not None:
                await self._happens()

    async def aclose(self) -> None:
        """What is behind it is closed by the harness."""


def _hands(desk: RequestTrackerDesk) -> Hands:
    return desk.hands


async def _row(desk: RequestTrackerDesk, ticket: str) -> dict[str, Any]:
    row: dict[str, Any] = await _hands(desk).as_(COLLEAGUE, "GET", f"/ticket/{ticket}")
    return row
