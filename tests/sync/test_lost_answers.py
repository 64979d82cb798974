"""Changes whose answer was lost are looked for before anything is sent again."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import Any

import pytest

from agentconsole.connectors.api import Unreachable
from agentconsole.domain.commands import AddComment, CreateTicket
from agentconsole.domain.values import OutboxState
from agentconsole.store.errors import DiskFull
from agentconsole.sync.push import has_work
from tests.support.desk import Desk
from tests.sync.console import Console
from tests.sync.pushing import LOOK, missing, says, settling


async def test_a_reply_whose_answer_was_lost_is_not_posted_twice(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.reply("1", "Once is enough."))
    desk.wire.lose_answer("PUT", "/tickets/1")

    assert await console.push() == 1

    assert desk.wire.take() == [*LOOK[kind], "PUT /tickets/1", *settling(kind, key), *LOOK[kind]]
    assert console.state(key) is OutboxState.SENT
    assert (await desk.comments("1")).count("Once is enough.") == 1


async def test_an_unanswered_reply_stays_unknown_while_nobody_can_say(console: Console, desk: Desk, kind: str) -> None:
    first, second = console.queue("1", console.reply("1", "First"), AddComment(body="Second", public=False))
    desk.wire.lose_answer("PUT", "/tickets/1")
    desk.wire.lose_request("GET", settling(kind, first)[0])

    with pytest.raises(Unreachable):
        await console.push()

    assert desk.wire.take() == [*LOOK[kind], "PUT /tickets/1", *settling(kind, first)]
    assert [console.state(first), console.state(second)] == [OutboxState.UNKNOWN, OutboxState.QUEUED]

    desk.time.pass_(1)
    assert await console.push() == 2
    assert await desk.comments("1") == ["Since nine nobody can pay: error 503.", "First", "Second"]


async def test_a_reply_that_was_lost_on_its_way_is_sent_again(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.reply("1", "Try twice."))
    desk.wire.lose_request("PUT", "/tickets/1")

    assert await console.push() == 1

    expected = [*LOOK[kind], "PUT /tickets/1", *missing(kind, key), *LOOK[kind], "PUT /tickets/1"]
    assert desk.wire.take() == expected
    puts = [request for request in desk.wire.requests if request.method == "PUT"]
    assert {request.headers["idempotency-key"] for request in puts} == {key}
    assert (await desk.comments("1")).count("Try twice.") == 1


async def test_a_reply_that_arrives_late_is_not_posted_twice(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.reply("1", "Slow post"))
    desk.wire.delay_request("PUT", "/tickets/1", *LOOK[kind][0].split())

    assert await console.push() == 1

    assert desk.wire.take() == [*LOOK[kind], "PUT /tickets/1", *missing(kind, key), *LOOK[kind]]
    assert console.state(key) is OutboxState.SENT
    assert (await desk.comments("1")).count("Slow post") == 1


@pytest.mark.parametrize("what", ["note", "creation"])
async def test_a_desk_that_has_forgotten_the_key_is_asked_for_the_change_itself(
    console: Console, desk: Desk, what: str
) -> None:
    await console.pull()
    if what == "note":
        (key,) = console.queue("1", AddComment(body="Last week", public=False))
        desk.wire.lose_answer("PUT", "/tickets/1")
    else:
        console.store.outbox.create(CreateTicket(subject="Last week", body="B"), batch="b").result()
        key = console.store.outbox.rows()[0].key
        desk.wire.lose_answer("POST", "/tickets")
    desk.wire.lose_request("GET", "/extras/idempotency")
    with pytest.raises(Unreachable):
        await console.push()
    desk.time.pass_(8 * 86_400)
    desk.wire.answer("GET", f"/extras/idempotency/{key}", 404, b'{"error":"RecordNotFound"}')
    desk.wire.take()

    assert await console.push() == 1

    assert not [line for line in desk.wire.take() if line.startswith(("PUT", "POST"))]
    assert console.state(key) is OutboxState.SENT
    listed = await desk.as_("ada", "GET", "/tickets.json?page[size]=100")
    assert [row["subject"] for row in listed["tickets"]].count("Last week") == (what == "creation")
    assert (await desk.comments("1")).count("Last week") == (what == "note")


async def test_a_note_that_arrives_after_a_second_attempt_found_no_way_is_not_posted_twice(
    console: Console, desk: Desk, kind: str
) -> None:
    (key,) = console.queue("1", AddComment(body="Very late", public=False))
    stalled = desk.wire.stall_request("PUT", "/tickets/1")
    desk.wire.cut_request("PUT", "/tickets/1")
    with pytest.raises(Unreachable):
        await console.push()
    assert console.state(key) is OutboxState.UNKNOWN
    await stalled()
    desk.time.pass_(100)
    await console.pull()

    assert await console.push() == 1
    assert (await desk.comments("1")).count("Very late") == 1
    assert console.shown("1").count("Very late") == 1


async def test_a_held_reply_that_arrived_after_all_is_not_posted_again_by_a_retry(
    console: Console, desk: Desk, kind: str
) -> None:
    (key,) = console.queue("1", console.reply("1", "Held meanwhile"))
    stalled = desk.wire.stall_request("PUT", "/tickets/1")
    desk.wire.before("GET", settling(kind, key)[0].split()[1], lambda: says(desk, "201", "And another thing"))
    assert await console.push() == 0
    assert console.state(key) is OutboxState.HELD
    await stalled()
    console.store.outbox.retry([key]).result()
    await console.push()
    assert console.state(key) is OutboxState.SENT
    assert (await desk.comments("1")).count("Held meanwhile") == 1


async def test_what_the_disk_could_not_note_is_looked_for(
    console: Console, desk: Desk, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = console.queue(
        "1", AddComment(body="Heard", public=False), AddComment(body="After it", public=False)
    )
    with monkeypatch.context() as patched:
        patched.setattr(console.store.outbox, "accept", _disk_is_full)
        with pytest.raises(DiskFull):
            await console.push()
    assert console.state(first) is OutboxState.UNKNOWN

    assert await console.push() == 2
    assert (await desk.comments("1"))[1:] == ["Heard", "After it"]
    assert console.state(second) is OutboxState.SENT


async def test_what_a_full_disk_left_under_way_is_looked_for_by_the_next_push(
    console: Console, desk: Desk, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (key,) = console.queue("1", AddComment(body="Heard", public=False))
    real = console.store.outbox.mark

    def mark(key: str, state: OutboxState, **values: Any) -> Future[bool]:
        return real(key, state, **values) if state is OutboxState.SENDING else _disk_is_full()

    with monkeypatch.context() as patched:
        patched.setattr(console.store.outbox, "accept", _disk_is_full)
        patched.setattr(console.store.outbox, "mark", mark)
        with pytest.raises(DiskFull):
            await console.push()
    assert console.state(key) is OutboxState.SENDING

    assert has_work(console.store, desk.time.instant())
    assert await console.push() == 1
    assert (await desk.comments("1")).count("Heard") == 1


def _disk_is_full(*_arguments: Any, **_values: Any) -> Future[Any]:
    failed: Future[Any] = Future()
    failed.set_exception(DiskFull())
    return failed


async def test_a_fault_of_our_own_while_sending_blocks_no_ticket(
    console: Console, desk: Desk, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (key,) = console.queue("1", AddComment(body="Odd", public=False))

    async def fail(_send: Any) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(console.connector, "send", fail)
        with pytest.raises(ZeroDivisionError):
            await console.push()
    assert console.state(key) is OutboxState.UNKNOWN
    assert await console.push() == 1


@pytest.mark.parametrize("decision", ["again", "discard"])
async def test_what_may_have_arrived_and_cannot_be_looked_for_is_for_the_agent_to_decide(
    console: Console, desk: Desk, decision: str
) -> None:
    console.connect("zendesk")
    await console.pull()
    first, second = console.queue("1", console.reply("1", "Heard?"), AddComment(body="Behind it", public=False))
    desk.wire.lose_answer("PUT", "/tickets/1")
    for _ in range(3):
        desk.wire.answer("GET", "/tickets/1/audits", 403, b'{"error":"Forbidden"}')
        desk.time.pass_(31)
        assert await console.push() == 0
        desk.wire.take()
        if console.state(first) is OutboxState.UNKNOWN:
            assert await console.push() == 0
            assert desk.wire.take() == []  # it is not asked for at once again

    assert console.state(first) is OutboxState.HELD
    assert console.reason(first) == "It may have arrived. Look at the ticket, then send it again or discard it."
    if decision == "again":
        assert console.store.outbox.retry([first]).result() == 1
    else:
        assert console.store.outbox.withdraw(keys=[first]).result() == 1
    await console.push()
    assert console.state(second) is OutboxState.SENT
    assert (await desk.comments("1"))[1:] == ["Heard?", "Behind it"]


async def test_an_answer_that_cannot_be_read_is_no_failure(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.reply("1", "Garbled"))
    desk.wire.spoil_answer("PUT", "/tickets/1", b"<html>Bad gateway</html>")

    assert await console.push() == 1
    assert console.state(key) is OutboxState.SENT
    assert (await desk.comments("1")).count("Garbled") == 1


async def test_after_a_restart_what_was_being_sent_is_looked_for_first(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.reply("1", "Killed while sending"))
    desk.wire.before("PUT", "/tickets/1", _killed)
    with pytest.raises(asyncio.CancelledError):
        await console.push()
    assert console.state(key) is OutboxState.SENDING

    console.store.outbox.recover().result()
    assert console.state(key) is OutboxState.UNKNOWN
    desk.wire.take()
    assert await console.push() == 1
    assert desk.wire.take() == [*missing(kind, key), *LOOK[kind], "PUT /tickets/1"]
    assert (await desk.comments("1")).count("Killed while sending") == 1


async def _killed() -> None:
    raise asyncio.CancelledError


async def test_a_created_ticket_exists_once_though_its_answer_was_lost(console: Console, desk: Desk, kind: str) -> None:
    ticket = console.store.outbox.create(
        CreateTicket(subject="Phone call", body="They called.", requester="201", values={"priority": "low"}),
        batch="b",
    ).result()
    console.store.outbox.queue([(ticket, AddComment(body="Called back.", public=False))], batch="b").result()
    desk.wire.lose_answer("POST", "/tickets")

    assert await console.push() == 2

    ref = console.store.tickets.ref_of(ticket)
    assert ref == "5"
    assert await desk.comments("5") == ["They called.", "Called back."]
    assert (await desk.ticket("5"))["priority"] == "low"
    desk.time.pass_(60)
    await console.pull()
    assert [row.subject for row in console.store.queue.rows([ticket])] == ["Phone call"]
    assert console.store.tickets.find("5") == ticket
    assert [line for line in desk.wire.heard if not line.startswith("GET")] == []
