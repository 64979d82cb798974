"""Conflicts as conversations: what both sides did, what is stored of it, and what a decision sends."""

from __future__ import annotations

import re

import httpx
import msgspec
import pytest

from agentconsole.connectors.api import Send
from agentconsole.domain.commands import AddComment, MergeTickets, SetFields
from agentconsole.domain.unsent import Gone, Side
from agentconsole.domain.values import OutboxState, Status
from tests.support.desk import Desk
from tests.sync.console import Console


async def _ada_sets(desk: Desk, ref: str = "1", **values: object) -> None:
    await desk.as_("ada", "PUT", f"/tickets/{ref}.json", {"ticket": values})


async def test_a_conflict_says_which_field_who_changed_it_and_when(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.setting("1", priority="urgent", status="hold"))
    await _ada_sets(desk, status="pending")
    changed_at = desk.time.instant()

    assert await console.push() == 0

    found = console.store.outbox.looks.conflict(key)
    assert found is not None
    (field,) = found.fields
    assert (field.name, field.base, field.mine, field.theirs) == ("status", "open", "hold", "pending")
    assert field.who == "Ada Admin"
    assert field.at is not None
    assert abs(field.at - changed_at) <= 1_000_000
    assert found.agreed.startswith("priority: ")

    console.store.outbox.acts.decide(key, {"status": Side.THEIRS}).result()
    assert await console.push() == 1
    ticket = await desk.ticket("1")
    assert (ticket["priority"], ticket["status"]) == ("urgent", "pending")


async def test_a_reply_that_solves_waits_for_the_decision_and_is_said_once(
    console: Console, desk: Desk, kind: str
) -> None:
    (key,) = console.queue(
        "1", AddComment(body="Solved it.", public=False, values={"status": "solved"}, base={"status": "open"})
    )
    await _ada_sets(desk, status="hold")

    assert await console.push() == 0
    assert console.state(key) is OutboxState.CONFLICT
    assert "Solved it." not in await desk.comments("1")

    desk.wire.lose_answer("PUT", "/tickets/1")
    console.store.outbox.acts.decide(key, {"status": Side.MINE}).result()
    assert await console.push() == 1
    assert (await desk.comments("1")).count("Solved it.") == 1
    assert (await desk.ticket("1"))["status"] == "solved"


async def test_what_changes_again_after_a_decision_is_asked_again(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.setting("1", status="hold"))
    await _ada_sets(desk, status="pending")
    await console.push()
    await _ada_sets(desk, status="solved")
    console.store.outbox.acts.decide(key, {"status": Side.MINE}).result()

    assert await console.push() == 0
    found = console.store.outbox.looks.conflict(key)
    assert found is not None
    assert (found.fields[0].base, found.fields[0].theirs) == ("pending", "solved")


async def test_a_refused_edit_puts_the_next_one_of_the_field_in_no_conflict(
    console: Console, desk: Desk, kind: str
) -> None:
    first, second, third = (
        console.queue("1", console.setting("1", assignee=value))[0] for value in ("999999", "102", "101")
    )
    assert await console.push() == 2
    assert [console.state(key) for key in (first, second, third)] == ["refused", "sent", "sent"]
    assert (await desk.ticket("1"))["assignee_id"] == 101


async def test_the_decision_for_theirs_ends_the_chain(console: Console, desk: Desk, kind: str) -> None:
    keys = [console.queue("1", console.setting("1", status=value))[0] for value in ("hold", "pending", "solved")]
    await _ada_sets(desk, priority="low")
    await _ada_sets(desk, status="pending")
    assert await console.push() == 0
    found = console.store.outbox.looks.conflict(keys[0])
    assert found is not None
    assert (found.fields[0].mine, found.fields[0].theirs) == ("solved", "pending")
    console.store.outbox.acts.decide(keys[0], {"status": Side.THEIRS}).result()
    assert await console.push() == 0
    assert [console.state(key) for key in keys] == ["withdrawn"] * 3
    assert (await desk.ticket("1"))["status"] == "pending"


async def test_what_the_desk_sets_by_a_rule_is_no_conflict(console: Console, desk: Desk, kind: str) -> None:
    """Assigning a new ticket opens it, whatever the agent queued next."""
    made = await desk.as_("ada", "POST", "/tickets.json", {"ticket": {"subject": "New", "comment": {"body": "b"}}})
    ref = str(made["ticket"]["id"])
    desk.time.pass_(120)
    await console.pull()
    assert console.seen(ref, ["status"]) == {"status": "new"}
    first, second = (
        console.queue(ref, console.setting(ref, **values))[0] for values in ({"assignee": "102"}, {"status": "pending"})
    )
    assert await console.push() == 2
    assert [console.state(key) for key in (first, second)] == ["sent", "sent"]
    assert (await desk.ticket(ref))["status"] == "pending"


async def test_words_for_a_ticket_that_was_merged_away_go_to_its_new_place(
    console: Console, desk: Desk, kind: str
) -> None:
    (key,) = console.queue("2", AddComment(body="Where it goes on", public=False))
    await desk.as_("ada", "POST", "/tickets/1/merge.json", {"ids": [2]})

    assert await console.push() == 0
    assert console.state(key) is OutboxState.REFUSED
    assert console.store.outbox.get(key).cause == "closed"  # type: ignore[union-attr]
    found = console.store.outbox.looks.rescue(key)
    assert found is not None
    assert (found.gone, found.into_ref) == (Gone.MERGED, "1")
    assert found.into is not None
    console.store.outbox.acts.readdress(key, found.into).result()
    assert await console.push() == 1
    assert (await desk.comments("1")).count("Where it goes on") == 1


async def test_words_for_a_deleted_ticket_open_a_new_one(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.reply("1", "Still here?"))
    await desk.as_("ada", "DELETE", "/tickets/1.json")
    assert await console.push() == 0
    assert (console.state(key), console.store.outbox.get(key).cause) == ("refused", "missing")  # type: ignore[union-attr]
    found = console.store.outbox.looks.rescue(key)
    assert found is not None
    assert (found.gone, found.can_create) == (Gone.DELETED, True)
    made = console.store.outbox.acts.create_instead(key).result()
    assert made is not None
    assert await console.push() == 1
    ref = console.store.tickets.ref_of(made)
    assert ref is not None
    assert await desk.comments(ref) == ["Still here?"]


async def test_an_unanswered_change_of_a_ticket_that_was_closed_since_is_found(
    console: Console, desk: Desk, kind: str
) -> None:
    (key,) = console.queue("2", AddComment(body="Before the end", public=False))
    desk.wire.lose_answer("PUT", "/tickets/2")
    desk.wire.is_cut = False

    async def merged() -> None:
        await desk.as_("ada", "POST", "/tickets/1/merge.json", {"ids": [2]})

    settle = f"/extras/idempotency/{key}" if kind == "agentconsole" else "/tickets/2/audits"
    desk.wire.before("GET", settle, merged)
    assert await console.push() == 1
    assert console.state(key) is OutboxState.SENT
    assert (await desk.comments("2")).count("Before the end") == 1


async def test_an_unanswered_merge_that_a_pull_has_brought_is_not_refused(
    console: Console, desk: Desk, kind: str
) -> None:
    (key,) = console.queue("2", MergeTickets(into=console.id("1")))
    desk.wire.lose_answer("POST", "/tickets/1/merge")
    desk.wire.lose_request("GET", f"/extras/idempotency/{key}" if kind == "agentconsole" else "/tickets/2")
    with pytest.raises(Exception, match="reached"):
        await console.push()
    desk.time.pass_(120)
    await console.pull()
    await console.push()
    assert console.state(key) is OutboxState.SENT


async def test_a_merge_is_settled_although_the_ticket_it_went_into_was_deleted_since(
    console: Console, desk: Desk, kind: str
) -> None:
    (key,) = console.queue("2", MergeTickets(into=console.id("1")))
    desk.wire.lose_answer("POST", "/tickets/1/merge")
    desk.wire.lose_request("GET", f"/extras/idempotency/{key}" if kind == "agentconsole" else "/tickets/2")
    with pytest.raises(Exception, match="reached"):
        await console.push()
    await desk.as_("ada", "DELETE", "/tickets/1.json")
    desk.time.pass_(120)
    await console.push()
    assert console.state(key) is OutboxState.SENT
    merged = console.store.tickets.confirmed(console.id("2"))
    assert merged is not None
    assert merged.status is Status.CLOSED


async def test_the_same_words_twice_are_two_comments_even_where_our_mark_is_dropped(
    console: Console, desk: Desk
) -> None:
    """A help desk that keeps no metadata: what arrived is told by its words, but each comment counts for one change."""
    console.connect("zendesk")
    await console.pull()
    ticket = console.id("1")
    before = console.store.tickets.confirmed(ticket)
    (first,) = console.queue("1", AddComment(body="Ping", public=False))
    assert await console.push() == 1
    desk.wire._inner = Unmarked(desk.wire._inner)
    (second,) = console.queue("1", AddComment(body="Ping", public=False))
    send = Send(key=second, command=AddComment(body="Ping", public=False), ticket="1", current=before)

    assert await console.connector.settle(send) is not None  # for all that this help desk tells
    claimed = console.store.outbox.claimed(ticket, second)
    assert len(claimed) == 1
    assert await console.connector.settle(msgspec.structs.replace(send, claimed=claimed)) is None
    assert console.store.outbox.claimed(ticket, first) == frozenset()


class Unmarked(httpx.AsyncBaseTransport):
    """A help desk that drops what a change says about itself."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        content = re.sub(rb'"custom":\s*\{[^}]*\}', b'"custom":{}', await answer.aread())
        return httpx.Response(answer.status_code, content=content, headers={"Content-Type": "application/json"})


async def test_a_time_that_a_wrong_clock_told_does_not_keep_a_change_for_years(console: Console, desk: Desk) -> None:
    await console.pull()
    (key,) = console.queue("1", SetFields(values={"priority": "low"}, base={"priority": None}))
    years = 4 * 365 * 86_400 * 1_000_000
    console.store.outbox.mark(key, OutboxState.QUEUED, not_before=desk.time.instant() + years).result()
    assert [item.key for item in console.store.outbox.heads(desk.time.instant(), 5)] == [key]
