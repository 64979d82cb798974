"""Whatever goes wrong on the way to any help desk is told for what it is, and nothing is lost or done twice."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from agentconsole.connectors.api import (
    ConnectorError,
    NeedsLogin,
    NotAHelpDesk,
    RateLimited,
    ServerFailed,
    Unreachable,
)
from agentconsole.domain.commands import AddComment, ChangeTags, Command, CreateTicket, MergeTickets
from agentconsole.domain.instant import SECOND
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.values import OutboxState
from tests.connectors.contract.console import Console
from tests.connectors.contract.harness import ContractDesk
from tests.connectors.contract.wire import Fault

READING: dict[Fault, type[ConnectorError] | tuple[type[ConnectorError], ...]] = {
    "refused": Unreachable,
    "lost answer": Unreachable,
    "html": NotAHelpDesk,
    "html error": (ServerFailed, NotAHelpDesk),
    "truncated": NotAHelpDesk,
    "busy": RateLimited,
    "broken": ServerFailed,
    "signed out": NeedsLogin,
}
NEVER_ARRIVED: tuple[Fault, ...] = ("refused", "busy", "signed out")
MAY_HAVE_ARRIVED: tuple[Fault, ...] = ("lost answer", "lost request", "html", "html error", "truncated", "broken")


@pytest.mark.parametrize("fault", READING)
async def test_a_fault_while_signing_in_is_told_for_what_it_is(desk: ContractDesk, fault: Fault) -> None:
    connector = desk.connector()
    desk.wire.every("read", fault)
    with pytest.raises(READING[fault]) as caught:
        await connector.identify()
    assert caught.value.title
    assert caught.value.advice
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_after == 9
    await connector.close()


@pytest.mark.parametrize("fault", READING)
async def test_a_pull_that_meets_a_fault_goes_on_afterwards(desk: ContractDesk, console: Console, fault: Fault) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    await desk.customer_writes(ticket, "Hello?")
    desk.wire.every("read", fault)
    with pytest.raises(READING[fault]):
        await console.pull()
    desk.wire.heal()
    assert console.shown(ticket) == [(True, "How?")]
    await desk.pass_time(10)
    if fault == "signed out":
        console.connect()
    await console.pull()
    assert console.shown(ticket) == [(True, "How?"), (True, "Hello?")]


async def test_a_wrong_secret_is_told_and_nothing_is_read(desk: ContractDesk, console: Console) -> None:
    await desk.open_ticket("Question", "How?")
    stranger = desk.connector(secret="not-the-secret-of-anybody")
    with pytest.raises(NeedsLogin) as caught:
        await stranger.identify()
    assert "not-the-secret" not in str(caught.value)
    await stranger.close()


@pytest.mark.parametrize(
    ("public", "fault"),
    [
        *((True, fault) for fault in (*NEVER_ARRIVED, *MAY_HAVE_ARRIVED)),
        *((False, fault) for fault in ("lost answer", "lost request", "truncated")),
    ],
)
async def test_a_comment_is_there_once_whatever_happens_to_it(
    desk: ContractDesk, console: Console, public: bool, fault: Fault
) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    body = "Once is enough.\n\nTwice is too much."
    (key,) = await console.queue(ticket, console.reply(ticket, body, public=public))
    desk.wire.next("write", fault)

    await _until_settled(desk, console, key)

    assert desk.wire.failed == [fault]
    said = [(each.public, each.body.split()) for each in (await desk.standing(ticket)).comments]
    assert said == [(True, ["How?"]), (public, body.split())]
    await console.pull()
    assert [(was, text.split()) for was, text in console.shown(ticket)] == said


@pytest.mark.parametrize(("public", "after"), [(True, 3), (True, 8), (False, 5)])
async def test_a_comment_that_arrives_late_is_there_once(
    desk: ContractDesk, console: Console, public: bool, after: int
) -> None:
    """A proxy gives up while the desk is still at work: what is not there yet may be there in a moment."""
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    (key,) = await console.queue(ticket, console.reply(ticket, "So.", public=public))
    until = desk.now() + after * SECOND
    desk.wire.keep_at_work(lambda: desk.now() >= until)
    await _until_settled(desk, console, key)
    await desk.wire.finish_work()
    assert desk.wire.failed == ["still at work"]
    assert [each.body.strip() for each in (await desk.standing(ticket)).comments] == ["How?", "So."]


async def test_a_ticket_that_is_opened_late_is_opened_once(desk: ContractDesk, console: Console) -> None:
    if not console.connector.capabilities.create:
        assert console.connector.capabilities.lack("create")
        return
    await desk.open_ticket("Before", "Before")
    await console.pull()
    command = CreateTicket(
        subject="Called us", body="Nothing works.", requester=desk.cast.customer, values={"group": desk.cast.group}
    )
    console.store.outbox.create(command, batch="b").result()
    (row,) = console.store.outbox.rows()
    until = desk.now() + 5 * SECOND
    desk.wire.keep_at_work(lambda: desk.now() >= until)
    await _until_settled(desk, console, row.key)
    await desk.wire.finish_work()
    assert desk.wire.failed == ["still at work"]
    await console.pull()
    listed = console.store.queue.rows(console.store.queue.all_ids(QueueQuery(view="all-open")))
    assert [row.subject for row in listed].count("Called us") == 1


@pytest.mark.parametrize("fault", MAY_HAVE_ARRIVED)
async def test_saying_the_same_twice_is_said_twice(desk: ContractDesk, console: Console, fault: Fault) -> None:
    """What was lost must not be taken for the same words that were said before."""
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    (first,) = await console.do(ticket, AddComment(body="Called, no answer.", public=False))
    assert console.state(first) is OutboxState.SENT
    await desk.pass_time(5)
    (second,) = await console.queue(ticket, AddComment(body="Called, no answer.", public=False))
    desk.wire.next("write", fault)
    await _until_settled(desk, console, second)
    said = [each.body.strip() for each in (await desk.standing(ticket)).comments]
    assert said == ["How?", "Called, no answer.", "Called, no answer."]


@pytest.mark.parametrize("fault", [*NEVER_ARRIVED, *MAY_HAVE_ARRIVED])
async def test_a_field_is_set_whatever_happens_to_it(desk: ContractDesk, console: Console, fault: Fault) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    (key,) = await console.queue(ticket, console.setting(ticket, priority="urgent"))
    desk.wire.next("write", fault)
    await _until_settled(desk, console, key)
    assert desk.wire.failed == [fault]
    assert (await desk.standing(ticket)).priority == "urgent"


@pytest.mark.parametrize("fault", ["lost answer", "lost request"])
async def test_a_field_that_a_colleague_changed_after_the_answer_was_lost_stays_theirs(
    desk: ContractDesk, console: Console, fault: Fault
) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    (key,) = await console.queue(ticket, console.setting(ticket, priority="urgent"))
    desk.wire.next("write", fault)
    desk.wire.every("read", "refused")
    await _push(console)
    desk.wire.heal()
    await desk.colleague_sets(ticket, {"priority": "low"})
    await _until_settled(desk, console, key)
    assert (await desk.standing(ticket)).priority == "low"


@pytest.mark.parametrize("fault", [*NEVER_ARRIVED, *MAY_HAVE_ARRIVED])
async def test_a_reply_that_solves_does_both_once(desk: ContractDesk, console: Console, fault: Fault) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    (key,) = await console.queue(ticket, console.reply(ticket, "So.", status="solved"))
    desk.wire.next("write", fault)
    await _until_settled(desk, console, key)
    standing = await desk.standing(ticket)
    assert ([each.body.strip() for each in standing.comments], standing.status) == (["How?", "So."], "solved")


@pytest.mark.parametrize("fault", ["lost answer", "lost request", "broken"])
async def test_what_takes_two_requests_is_finished(desk: ContractDesk, console: Console, fault: Fault) -> None:
    """A reply with tags and a status: where that is several requests, the second may be the one that is lost."""
    ticket = await desk.open_ticket("Question", "How?", tags=("old",) if console.connector.capabilities.tags else ())
    await console.pull()
    reply = console.reply(ticket, "So.", status="solved")
    if console.connector.capabilities.tags:
        reply = AddComment(
            body=reply.body,
            public=True,
            last_seen=reply.last_seen,
            values=reply.values,
            base=reply.base,
            add_tags=("new",),
            remove_tags=("old",),
        )
    (key,) = await console.queue(ticket, reply)
    before = len(desk.wire.writes())
    desk.wire.pass_then_fail("write", 1, fault)
    await _until_settled(desk, console, key)
    standing = await desk.standing(ticket)
    assert [each.body.strip() for each in standing.comments] == ["How?", "So."]
    assert standing.status == "solved"
    assert len(desk.wire.writes()) > before
    if console.connector.capabilities.tags:
        assert standing.tags == {"new"}


@pytest.mark.parametrize("fault", MAY_HAVE_ARRIVED)
async def test_tags_are_changed_whatever_happens(desk: ContractDesk, console: Console, fault: Fault) -> None:
    if not console.connector.capabilities.tags:
        assert console.connector.capabilities.lack("tags")
        return
    ticket = await desk.open_ticket("Question", "How?", tags=("one",))
    await console.pull()
    (key,) = await console.queue(ticket, ChangeTags(add=("two",), remove=("one",)))
    desk.wire.next("write", fault)
    await _until_settled(desk, console, key)
    assert (await desk.standing(ticket)).tags == {"two"}


@pytest.mark.parametrize("fault", [*NEVER_ARRIVED, *MAY_HAVE_ARRIVED])
async def test_a_ticket_is_opened_once_whatever_happens(desk: ContractDesk, console: Console, fault: Fault) -> None:
    if not console.connector.capabilities.create:
        assert console.connector.capabilities.lack("create")
        return
    before = await desk.open_ticket("Before", "Before")
    await console.pull()
    command = CreateTicket(
        subject="Called us",
        body="Nothing works.",
        requester=desk.cast.customer,
        values={"group": desk.cast.group},
    )
    console.store.outbox.create(command, batch="b").result()
    (row,) = console.store.outbox.rows()
    desk.wire.next("write", fault)
    await _until_settled(desk, console, row.key)
    assert desk.wire.failed == [fault]
    created = await desk.newest()
    assert created != before
    assert (await desk.standing(created)).subject == "Called us"
    await console.pull()
    listed = console.store.queue.rows(console.store.queue.all_ids(QueueQuery(view="all-open")))
    assert [row.ref for row in listed if row.subject == "Called us"] == [created]


@pytest.mark.parametrize("fault", [*NEVER_ARRIVED, *MAY_HAVE_ARRIVED])
async def test_a_merge_happens_once_whatever_happens(desk: ContractDesk, console: Console, fault: Fault) -> None:
    source = await desk.open_ticket("Twice", "Once more")
    target = await desk.open_ticket("The one", "First")
    await console.pull()
    command: Command = MergeTickets(into=console.id(target))
    if not console.connector.capabilities.merge:
        assert console.connector.capabilities.lack("merge")
        return
    (key,) = await console.queue(source, command)
    desk.wire.next("write", fault)
    await _until_settled(desk, console, key)
    record = console.store.tickets.confirmed(console.id(source))
    assert record is None or record.merged_into == target


@pytest.mark.parametrize("fault", ["lost answer", "lost request", "truncated", "broken"])
@pytest.mark.parametrize("place", [0, 1], ids=["first request", "second request"])
async def test_files_are_there_once_whatever_happens(
    desk: ContractDesk, console: Console, tmp_path: Path, fault: Fault, place: int
) -> None:
    if not console.connector.capabilities.attachments:
        assert console.connector.capabilities.lack("attachments")
        return
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    file = console.keep_file(tmp_path / "plan.txt", b"the plan")
    (key,) = await console.queue(ticket, console.reply(ticket, "See the plan.", files=(file,)))
    desk.wire.pass_then_fail("write", place, fault)
    await _until_settled(desk, console, key)
    said = (await desk.standing(ticket)).comments
    assert [(each.body.strip(), dict(each.files)) for each in said] == [
        ("How?", {}),
        ("See the plan.", {"plan.txt": b"the plan"}),
    ]


async def test_another_start_of_the_program_settles_what_was_unanswered(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    (key,) = await console.queue(ticket, console.reply(ticket, "So."))
    desk.wire.next("write", "lost answer")
    desk.wire.before_next_write(_cutting(desk))
    await _push(console)
    desk.wire.heal()
    console.connect()
    await _until_settled(desk, console, key)
    assert [each.body.strip() for each in (await desk.standing(ticket)).comments] == ["How?", "So."]


@pytest.mark.parametrize("fault", ["lost answer", "lost request"])
async def test_another_start_hours_later_opens_what_was_unanswered_once(
    desk: ContractDesk, console: Console, fault: Fault
) -> None:
    """Each of two tickets of the same words is there, whether the second one had been opened or not."""
    if not console.connector.capabilities.create:
        assert console.connector.capabilities.lack("create")
        return
    await desk.open_ticket("Before", "Before")
    await console.pull()
    command = CreateTicket(
        subject="Called us", body="Nothing works.", requester=desk.cast.customer, values={"group": desk.cast.group}
    )
    console.store.outbox.create(command, batch="a").result()
    await console.push()
    await desk.pass_time(7_200)
    console.store.outbox.create(command, batch="b").result()
    (key,) = [row.key for row in console.store.outbox.rows() if row.state is OutboxState.QUEUED]
    desk.wire.next("write", fault)
    desk.wire.before_next_write(_cutting(desk))
    await _push(console)
    desk.wire.heal()
    await desk.pass_time(10_800)
    console.connect()
    await _until_settled(desk, console, key)
    await console.pull()
    listed = console.store.queue.rows(console.store.queue.all_ids(QueueQuery(view="all-open")))
    assert [row.subject for row in listed].count("Called us") == 2


def _cutting(desk: ContractDesk) -> Callable[[], Awaitable[None]]:
    async def cut() -> None:
        desk.wire.every("read", "refused")

    return cut


async def _push(console: Console) -> None:
    with contextlib.suppress(ConnectorError):
        await console.push()


async def _until_settled(desk: ContractDesk, console: Console, key: str) -> None:
    """Push as often as the console would, until *key* has been sent."""
    for _ in range(8):
        await _push(console)
        if console.state(key) in (OutboxState.SENT, OutboxState.CONFLICT):
            break
        await desk.pass_time(700)
    state = console.state(key)
    assert state in (OutboxState.SENT, OutboxState.CONFLICT), f"{state}: {console.reason(key)}"
