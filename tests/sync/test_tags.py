"""Tags: what an agent adds and removes, and nothing that a colleague did."""

from __future__ import annotations

import pytest

from agentconsole.connectors.api import ServerFailed
from agentconsole.domain.commands import AddComment, ChangeTags
from agentconsole.domain.values import OutboxState
from tests.support.desk import Desk
from tests.sync.console import Console


async def _tag(desk: Desk, *tags: str) -> None:
    await desk.as_("ada", "PUT", "/tickets/1.json", {"ticket": {"tags": list(tags)}})


async def test_a_colleagues_tag_of_the_same_second_stays(console: Console, desk: Desk, kind: str) -> None:
    desk.time.pass_(100)
    await _tag(desk, "one", "old")
    await console.pull()
    await _tag(desk, "one", "old", "two")
    (key,) = console.queue("1", ChangeTags(add=("mine",), remove=("old",)))
    assert await console.push() == 1
    assert console.state(key) is OutboxState.SENT
    assert (await desk.ticket("1"))["tags"] == ["mine", "one", "two"]


async def test_tags_of_a_note_go_first_and_leave_the_others_alone(console: Console, desk: Desk, kind: str) -> None:
    await _tag(desk, "one")
    (key,) = console.queue("1", AddComment(body="Looked at it", public=False, add_tags=("mine",)))
    assert await console.push() == 1
    assert console.state(key) is OutboxState.SENT
    asked = [each for each in desk.wire.take() if each.startswith("PUT")]
    assert (asked[0], asked[-1]) == ("PUT /tickets/1/tags", "PUT /tickets/1")
    assert {"mine", "one"} <= set((await desk.ticket("1"))["tags"])
    assert (await desk.comments("1")).count("Looked at it") == 1


async def test_tags_whose_answer_was_lost_are_looked_for(console: Console, desk: Desk, kind: str) -> None:
    first, second = console.queue("1", ChangeTags(add=("mine",)), ChangeTags(add=("more",)))
    desk.wire.lose_answer("PUT", "/tickets/1/tags")
    assert await console.push() == 2
    assert [console.state(first), console.state(second)] == [OutboxState.SENT, OutboxState.SENT]
    assert {"mine", "more"} <= set((await desk.ticket("1"))["tags"])


async def test_a_note_whose_tags_were_not_answered_is_written_once(console: Console, desk: Desk, kind: str) -> None:
    (key,) = console.queue("1", AddComment(body="Once", public=False, add_tags=("mine",)))
    desk.wire.lose_answer("PUT", "/tickets/1/tags")
    assert await console.push() == 1
    assert console.state(key) is OutboxState.SENT
    assert (await desk.comments("1")).count("Once") == 1
    assert "mine" in (await desk.ticket("1"))["tags"]


async def test_a_sign_in_page_in_place_of_the_answer_takes_no_tag_for_done(
    console: Console, desk: Desk, kind: str
) -> None:
    page = b"<!doctype html><p>Welcome to our network</p>"
    desk.wire.answer("PUT", "/tickets/1/tags", 200, page, {"content-type": "text/html"})
    (key,) = console.queue("1", ChangeTags(add=("mine",)))
    assert await console.push() == 1
    assert console.state(key) is OutboxState.SENT
    assert "mine" in (await desk.ticket("1"))["tags"]


async def test_tags_that_are_there_can_not_be_taken_back_because_the_look_afterwards_failed(
    console: Console, desk: Desk, kind: str
) -> None:
    desk.wire.answer("GET", "/tickets/1", 502, b"<html>")
    desk.wire.answer("GET", "/tickets/1", 502, b"<html>")
    (key,) = console.queue("1", ChangeTags(add=("mine",)))
    with pytest.raises(ServerFailed):
        await console.push()
    assert console.state(key) is OutboxState.UNKNOWN
    assert console.store.outbox.withdraw(keys=[key]).result() == 0
    assert await console.push() == 1
    assert console.state(key) is OutboxState.SENT
