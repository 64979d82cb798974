"""The timed rule that closes what has been solved for some days."""

from __future__ import annotations

import asyncio
import threading
from argparse import ArgumentTypeError
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agentconsole.cli.serve import days
from agentconsole.server.closing import close_due, closing
from agentconsole.server.database import Database
from tests.server.conftest import Clock, client_of

DAY = 86_400
Json = dict[str, Any]


@pytest.fixture
def desk(either: Database) -> TestClient:
    return client_of(either, "ada-token")


def solved_ticket(desk: TestClient) -> int:
    answer = desk.post("/api/v2/tickets.json", json={"ticket": {"comment": {"body": "It burns."}, "status": "solved"}})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["ticket"]["id"])


def ticket(desk: TestClient, number: int) -> Json:
    found: Json = desk.get(f"/api/v2/tickets/{number}").json()["ticket"]
    return found


def test_a_ticket_is_closed_when_it_has_been_solved_long_enough_and_not_before(
    desk: TestClient, either: Database, clock: Clock
) -> None:
    close_due(either, 4 * DAY)
    number = solved_ticket(desk)
    clock.advance(seconds=4 * DAY - 1)
    close_due(either, 4 * DAY)
    assert ticket(desk, number)["status"] == "solved"
    clock.advance(seconds=1)
    before = ticket(desk, number)["updated_at"]
    assert close_due(either, 4 * DAY) == 1
    assert ticket(desk, number)["status"] == "closed"
    assert ticket(desk, number)["updated_at"] > before, "consoles hear of it"
    assert close_due(either, 4 * DAY) == 0


def test_the_ticket_tells_which_rule_closed_it(desk: TestClient, either: Database, clock: Clock) -> None:
    number = solved_ticket(desk)
    clock.advance(days=5)
    close_due(either, 4 * DAY)
    (*_, last) = desk.get(f"/api/v2/tickets/{number}/audits").json()["audits"]
    assert last["author_id"] == -1
    assert last["via"]["channel"] == "rule"
    assert last["via"]["source"]["from"]["title"] == "Close tickets that were solved 4 days ago"
    (event,) = last["events"]
    assert (event["field_name"], event["previous_value"], event["value"]) == ("status", "solved", "closed")


def test_a_ticket_that_was_reopened_begins_its_days_anew(desk: TestClient, either: Database, clock: Clock) -> None:
    number = solved_ticket(desk)
    clock.advance(days=3)
    for status in ("open", "solved"):
        assert desk.put(f"/api/v2/tickets/{number}", json={"ticket": {"status": status}}).status_code == 200
    clock.advance(days=2)
    close_due(either, 4 * DAY)
    assert ticket(desk, number)["status"] == "solved"


def test_a_reply_to_a_ticket_that_the_rule_closed_is_refused_with_the_reason(
    desk: TestClient, either: Database, clock: Clock
) -> None:
    number = solved_ticket(desk)
    clock.advance(days=4)
    close_due(either, 4 * DAY)
    refused = desk.put(f"/api/v2/tickets/{number}", json={"ticket": {"comment": {"body": "Too late"}}})
    assert refused.status_code == 422
    assert refused.json()["details"]["status"][0]["description"] == "Status: closed prevents ticket update"


def test_two_processes_close_each_ticket_once(desk: TestClient, either: Database, clock: Clock) -> None:
    numbers = [solved_ticket(desk) for _ in range(30)]
    clock.advance(days=4)
    other = Database(either.url.render_as_string(hide_password=False), now=clock)
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda each=each: counts.append(close_due(each, 4 * DAY))) for each in (either, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert sum(counts) >= len(numbers)
    for number in numbers:
        audits = desk.get(f"/api/v2/tickets/{number}/audits").json()["audits"]
        assert sum(audit["via"]["channel"] == "rule" for audit in audits) == 1


def test_with_no_days_nothing_is_closed(desk: TestClient, either: Database, clock: Clock) -> None:
    number = solved_ticket(desk)
    clock.advance(days=400)
    assert close_due(either, 0) == 0
    assert ticket(desk, number)["status"] == "solved"


def test_a_serving_process_looks_by_itself_and_stops_when_told(
    desk: TestClient, either: Database, clock: Clock
) -> None:
    number = solved_ticket(desk)
    clock.advance(days=4)

    async def serve() -> None:
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def written() -> None:
            loop.call_soon_threadsafe(done.set)

        either.on_commit(written)
        async with closing(either, 4 * DAY, first_after=0, every=3600):
            await asyncio.wait_for(done.wait(), 20)

    asyncio.run(serve())
    assert ticket(desk, number)["status"] == "closed"


def test_the_command_line_takes_days_and_says_what_it_wants_instead() -> None:
    assert days("0") == 0
    assert days("0.5") == 0.5
    for text in ("-1", "soon", "nan", "1e9"):
        with pytest.raises(ArgumentTypeError, match="a number of days from 0"):
            days(text)
