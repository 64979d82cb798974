"""Conversations: what is sent, what is answered, and that nothing else was sent."""

from __future__ import annotations

from typing import Any

import pytest

from agentconsole.connectors.api import NeedsLogin, NotAHelpDesk, RateLimited, Unanswered, Unreachable
from agentconsole.domain.commands import AddComment, ChangeTags, MergeTickets, SetFields
from agentconsole.domain.values import OutboxState, Status
from agentconsole.sync.push import next_due_at
from tests.support.desk import Desk
from tests.sync.console import Console
from tests.sync.pushing import LOOK, says


async def test_a_reply_is_sent_after_a_look_and_shown_once(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.reply("1", "We are on it.", status="pending"))
    assert console.shown("1")[-1] == "We are on it."

    assert await console.push() == 1

    assert desk.wire.take() == [*LOOK[kind], "PUT /tickets/1"]
    assert console.state(key) is OutboxState.SENT
    assert (await desk.comments("1"))[1:] == ["We are on it."]
    assert (await desk.ticket("1"))["status"] == "pending"
    await console.pull()
    assert console.shown("1").count("We are on it.") == 1


async def test_commands_of_a_ticket_are_sent_in_order_and_a_refused_one_blocks_no_other(
    console: Console, desk: Desk, kind: str
) -> None:
    note = AddComment(body="Note", public=False)
    impossible = SetFields(values={"assignee": "999"}, base={"assignee": None})
    refused, noted, tagged = console.queue("1", impossible, note, ChangeTags(add=("seen",), remove=("vip",)))
    (other,) = console.queue("2", SetFields(values={"priority": "high"}, base={"priority": "normal"}))

    assert await console.push() == 3

    assert console.state(refused) is OutboxState.REFUSED
    assert "assignee" in console.reason(refused).lower()
    assert [console.state(key) for key in (noted, tagged, other)] == [OutboxState.SENT] * 3
    writes = [request for request in desk.wire.requests if request.method == "PUT"]
    order = [request.headers["idempotency-key"][:32] for request in writes if "/tickets/1" in request.url.path]
    assert list(dict.fromkeys(order)) == [refused, noted, tagged]
    assert set((await desk.ticket("1"))["tags"]) == {"checkout", "seen"}


async def test_too_many_requests_stop_everything_until_the_time_that_was_said(
    console: Console, desk: Desk, kind: str
) -> None:
    (key,) = console.queue("1", AddComment(body="Patience", public=False))
    desk.wire.answer("PUT", "/tickets/1", 429, b'{"error":"TooManyRequests"}', {"Retry-After": "30"})

    with pytest.raises(RateLimited) as limited:
        await console.push()

    assert limited.value.retry_after == 30
    assert desk.wire.take() == ["PUT /tickets/1"]
    assert console.state(key) is OutboxState.QUEUED
    console.queue("2", AddComment(body="Me too", public=False))
    with pytest.raises(RateLimited):
        await console.push()
    assert desk.wire.take() == []

    desk.time.pass_(30)
    assert await console.push() == 2
    looks = [*LOOK[kind], *(line.replace("/tickets/1", "/tickets/2") for line in LOOK[kind])]
    assert sorted(desk.wire.take()) == sorted([*looks, "PUT /tickets/1", "PUT /tickets/2"])


async def test_a_limit_of_one_ticket_pauses_that_ticket_only(console: Console, desk: Desk, kind: str) -> None:
    (hot,) = console.queue("1", AddComment(body="Hot", public=False))
    (cool,) = console.queue("2", AddComment(body="Cool", public=False))
    headers = {
        "Retry-After": "300",
        "zendesk-ratelimit-tickets-update": "total=100; remaining=60; resets=30",
        "zendesk-ratelimit-per-ticket-updates": "total=30; remaining=0; resets=300",
    }
    desk.wire.answer("PUT", "/tickets/1", 429, b'{"error":"TooManyRequests"}', headers)

    assert await console.push() == 1
    assert [console.state(hot), console.state(cool)] == [OutboxState.QUEUED, OutboxState.SENT]
    assert next_due_at(console.store) == desk.time.instant() + 300_000_000
    desk.time.pass_(300)
    assert await console.push() == 1
    assert (await desk.comments("1")).count("Hot") == 1


async def test_a_revoked_token_keeps_everything_for_later(console: Console, desk: Desk, kind: str) -> None:
    keys = console.queue("1", AddComment(body="One", public=False), AddComment(body="Two", public=False))
    console.connect(kind, token="revoked")

    with pytest.raises(NeedsLogin):
        await console.push()

    assert desk.wire.take() == ["PUT /tickets/1"]
    assert {console.state(key) for key in keys} == {OutboxState.QUEUED}
    console.connect(kind)
    assert await console.push() == 2
    assert (await desk.comments("1"))[1:] == ["One", "Two"]


async def test_a_web_page_in_the_place_of_the_desk_changes_nothing(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.reply("1", "Captive"))
    page = b"<!DOCTYPE html><html>Welcome to the hotel</html>"
    desk.wire.answer("GET", LOOK[kind][0], 200, page, {"Content-Type": "text/html"})

    with pytest.raises(NotAHelpDesk):
        await console.push()

    assert desk.wire.take() == LOOK[kind][:1]
    assert console.state(key) is OutboxState.QUEUED


async def test_no_connection_leaves_everything_as_it_was(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", AddComment(body="Offline", public=False))
    desk.wire.is_cut = True
    with pytest.raises(Unreachable):
        await console.push()
    assert console.state(key) is OutboxState.QUEUED
    desk.wire.is_cut = False
    assert await console.push() == 1
    assert desk.wire.take() == [*LOOK[kind], "PUT /tickets/1"]


async def test_a_reply_is_held_when_the_requester_has_written_since(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.reply("1", "Is it still down?"))
    await says(desk, "201", "It works again, thank you.")

    assert await console.push() == 0

    assert desk.wire.take() == LOOK[kind]
    assert console.state(key) is OutboxState.HELD
    assert console.reason(key) == "Dan Dahl wrote after you had read the conversation."
    assert console.shown("1")[1] == "It works again, thank you."  # both texts can be seen

    console.store.outbox.retry([key]).result()
    assert await console.push() == 1
    assert desk.wire.take() == ["PUT /tickets/1"]
    assert (await desk.comments("1"))[-1] == "Is it still down?"


async def test_a_reply_is_held_when_somebody_writes_between_the_look_and_the_sending(
    console: Console, desk: Desk, kind: str
) -> None:
    (key,) = console.queue("1", console.reply("1", "Is it still down?"))
    desk.wire.before("PUT", "/tickets/1", lambda: says(desk, "201", "Never mind."))

    assert await console.push() == 0

    assert desk.wire.take() == [*LOOK[kind], "PUT /tickets/1", *LOOK[kind]]
    assert console.state(key) is OutboxState.HELD
    assert (await desk.comments("1"))[-1] == "Never mind."


async def test_ones_own_words_and_internal_notes_need_no_second_look(console: Console, desk: Desk, kind: str) -> None:
    console.queue("1", console.reply("1", "First"), console.reply("1", "Second"), AddComment(body="N", public=False))
    assert await console.push() == 3
    assert desk.wire.take() == [*LOOK[kind], "PUT /tickets/1", *LOOK[kind], "PUT /tickets/1", "PUT /tickets/1"]
    assert (await desk.comments("1"))[1:] == ["First", "Second", "N"]


async def test_changes_of_different_fields_are_merged(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.setting("1", priority="urgent"))
    await desk.as_("ada", "PUT", "/tickets/1.json", {"ticket": {"status": "hold"}})

    assert await console.push() == 1

    # the safe update is refused, the ticket fetched, and the same intent sent against what it is now
    assert desk.wire.take() == ["PUT /tickets/1", *LOOK[kind], "PUT /tickets/1"]
    assert console.state(key) is OutboxState.SENT
    ticket = await desk.ticket("1")
    assert (ticket["priority"], ticket["status"]) == ("urgent", "hold")


async def test_different_changes_of_one_field_are_a_conflict(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.setting("1", assignee="102"))
    (other,) = console.queue("1", AddComment(body="Not held up", public=False))
    await desk.as_("ada", "PUT", "/tickets/1.json", {"ticket": {"assignee_id": 101}})

    assert await console.push() == 1

    assert [console.state(key), console.state(other)] == [OutboxState.CONFLICT, OutboxState.SENT]
    assert console.reason(key) == "Assignee is now Ada Admin; you changed it from empty to Ben Bell."
    assert (await desk.ticket("1"))["assignee_id"] == 101

    console.store.outbox.retry([key]).result()
    assert await console.push() == 1
    assert (await desk.ticket("1"))["assignee_id"] == 102


async def test_what_somebody_else_has_done_already_is_not_sent(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.setting("1", status="hold"))
    await desk.as_("ada", "PUT", "/tickets/1.json", {"ticket": {"status": "hold"}})
    await console.pull()

    assert await console.push() == 1
    assert desk.wire.take() == []
    assert console.state(key) is OutboxState.SENT


async def test_tags_that_others_set_are_kept(console: Console, desk: Desk, kind: str) -> None:
    console.queue("1", ChangeTags(add=("mine",), remove=("vip",)))
    await desk.as_("ada", "PUT", "/tickets/1/tags.json", {"tags": ["theirs"]})
    assert await console.push() == 1
    assert set((await desk.ticket("1"))["tags"]) == {"checkout", "mine", "theirs"}


async def test_a_ticket_is_merged_and_its_lost_answer_found(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("2", MergeTickets(into=console.id("1"), target_comment="Same cause"))
    desk.wire.lose_answer("POST", "/tickets/1/merge")

    assert await console.push() == 1

    assert console.state(key) is OutboxState.SENT
    assert [line for line in desk.wire.take() if line.startswith("POST")] == ["POST /tickets/1/merge"]
    merged = console.store.tickets.confirmed(console.id("2"))
    assert merged is not None
    assert (merged.status, merged.merged_into) == (Status.CLOSED, "1")
    assert (await desk.comments("1")).count("Same cause") == 1


async def test_files_go_before_the_comment_that_carries_them(
    console: Console, desk: Desk, kind: str, tmp_path: Any
) -> None:
    path = tmp_path / "täst.txt"
    path.write_text("content")
    file = console.store.files.keep(path)
    (key,) = console.queue("1", AddComment(body="See file", public=False, attachments=(file,)))

    assert await console.push() == 1

    assert desk.wire.take() == ["POST /uploads", "PUT /tickets/1"]
    said = await desk.as_("ada", "GET", "/tickets/1/comments.json")
    (attachment,) = said["comments"][-1]["attachments"]
    assert (attachment["file_name"], attachment["size"]) == ("täst.txt", 7)
    back = bytearray()
    await console.connector.download(attachment["content_url"], back.extend)
    assert back == b"content"
    assert console.state(key) is OutboxState.SENT


async def test_a_reply_withdrawn_in_time_is_never_sent(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", console.reply("1", "Too hasty"))

    async def undo() -> None:
        console.store.outbox.withdraw(keys=[key]).result()

    desk.wire.before("GET", LOOK[kind][0], undo)
    assert await console.push() == 0
    assert desk.wire.take() == LOOK[kind]
    assert console.state(key) is OutboxState.WITHDRAWN


async def test_a_delayed_reply_waits_for_its_time(console: Console, desk: Desk, kind: str) -> None:
    console.queue("1", AddComment(body="Later", public=False), not_before=desk.time.instant() + 10_000_000)
    assert await console.push() == 0
    assert desk.wire.take() == []
    desk.time.pass_(10)
    assert await console.push() == 1


async def test_a_new_ticket_that_the_desk_opened_by_itself_is_no_conflict(
    console: Console, desk: Desk, kind: str
) -> None:
    made = await desk.as_("ada", "POST", "/tickets.json", {"ticket": {"subject": "New", "comment": {"body": "b"}}})
    ref = str(made["ticket"]["id"])
    desk.time.pass_(60)
    await console.pull()
    base = console.seen(ref, ["status"])
    assert base == {"status": "new"}
    await desk.as_("ada", "PUT", f"/tickets/{ref}.json", {"ticket": {"status": "open"}})
    (key,) = console.queue(ref, SetFields(values={"status": "solved"}, base=base))
    await console.push()
    assert console.state(key) in (OutboxState.SENT, OutboxState.REFUSED)
    assert console.state(key) is not OutboxState.CONFLICT


async def test_answers_that_keep_getting_lost_are_given_up_for_a_while(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", AddComment(body="Stubborn", public=False))
    for _ in range(3):
        desk.wire.lose_request("PUT", "/tickets/1")
    with pytest.raises(Unanswered):
        await console.push()
    assert console.state(key) is OutboxState.UNKNOWN
    assert desk.wire.take().count("PUT /tickets/1") == 3
    assert await console.push() == 1
    assert (await desk.comments("1")).count("Stubborn") == 1
