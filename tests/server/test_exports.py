"""The incremental exports and the extras' quick copy: everything comes, once, and later changes after it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from agentconsole.server.database import Database
from tests.server.conftest import client_of
from tests.support.account import DAN, EVE

Json = dict[str, Any]
EXPORT = "/api/agentconsole/v1/export"
KINDS = ("users", "organizations", "groups", "tickets", "comments")


def drain(client: TestClient, cursor: str, limit: int) -> tuple[list[tuple[str, int]], str]:
    """Read the quick copy to its end; returns what came, in order of arrival by page, and the last cursor."""
    found: list[tuple[str, int]] = []
    while True:
        page = client.get(EXPORT, params={"cursor": cursor, "limit": limit}).json()
        came = [(kind, row["id"]) for kind in KINDS for row in page[kind]]
        assert len(came) <= limit
        found += came
        cursor = page["cursor"]
        if page["end_of_stream"]:
            assert page["remaining"] == 0
            return found, cursor
        assert page["remaining"] > 0


@pytest.mark.parametrize("limit", [1, 3, 1_000])
def test_the_copy_brings_everything_once_whatever_the_page_size(either: Database, limit: int) -> None:
    ada = client_of(either, "ada-token")
    found, _ = drain(ada, "", limit)
    assert len(found) == len(set(found))
    assert {row_id for kind, row_id in found if kind == "tickets"} >= {1, 2, 3, 4}
    comments = [row["id"] for n in (1, 2, 3) for row in ada.get(f"/api/v2/tickets/{n}/comments").json()["comments"]]
    assert {("comments", row_id) for row_id in comments} <= set(found)


def test_the_cursor_goes_on_where_the_copy_ended(either: Database) -> None:
    ben = client_of(either, "ben-token")
    _, cursor = drain(ben, "", 1_000)
    assert drain(ben, cursor, 1_000) == ([], cursor)
    answer = ben.put("/api/v2/tickets/1", json={"ticket": {"comment": {"body": "news"}}}).json()
    found, later = drain(ben, cursor, 1_000)
    assert set(found) == {("tickets", 1), ("comments", answer["audit"]["events"][0]["id"])}
    ben.delete("/api/v2/tickets/1")
    page = ben.get(EXPORT, params={"cursor": later}).json()
    assert [(row["id"], row["status"]) for row in page["tickets"]] == [(1, "deleted")]


def test_a_copied_ticket_carries_what_a_cache_needs(ben: TestClient) -> None:
    tickets = {row["id"]: row for row in ben.get(EXPORT).json()["tickets"]}
    shown = ben.get("/api/v2/tickets/1", params={"include": "slas,comment_count"}).json()["ticket"]
    assert {name: tickets[1][name] for name in shown} == shown
    assert (tickets[1]["merged_into_id"], tickets[1]["version"]) == (None, 1)
    assert [status for _, status in tickets[1]["status_history"]][-1] == tickets[1]["status"]
    ben.put("/api/v2/tickets/1", json={"ticket": {"priority": "low"}})
    assert {row["id"]: row["version"] for row in ben.get(EXPORT).json()["tickets"]}[1] == 2


def test_urgent_work_comes_soonest_breach_first_with_all_that_belongs_to_it(either: Database) -> None:
    ben = client_of(either, "ben-token")
    whole = ben.get("/api/agentconsole/v1/urgent").json()
    ids = [row["id"] for row in whole["tickets"]]
    assert ids[0] == 1, "the only one with a running target"
    assert all(row["status"] in {"new", "open", "pending", "hold"} for row in whole["tickets"])
    assert {row["ticket_id"] for row in whole["comments"]} == set(ids)
    people = {row["id"] for row in whole["users"]}
    assert {row["requester_id"] for row in whole["tickets"]} | {row["author_id"] for row in whole["comments"]} <= people
    one_by_one: list[int] = []
    cursor = ""
    while True:
        params = {"limit": 1, "cursor": cursor} if cursor else {"limit": 1}
        page = ben.get("/api/agentconsole/v1/urgent", params=params).json()
        one_by_one += [row["id"] for row in page["tickets"]]
        cursor = page["cursor"]
        if page["end_of_stream"]:
            break
    assert one_by_one == ids


def test_ticket_cursors_see_two_changes_of_one_second(either: Database) -> None:
    ada = client_of(either, "ada-token")
    first = ada.get("/api/v2/incremental/tickets/cursor", params={"start_time": 0}).json()
    assert (first["end_of_stream"], len(first["tickets"])) == (True, 4)
    for ticket_id in (3, 2):
        ada.put(f"/api/v2/tickets/{ticket_id}", json={"ticket": {"tags": ["late"]}})
        page = ada.get("/api/v2/incremental/tickets/cursor", params={"cursor": first["after_cursor"]}).json()
        assert [row["id"] for row in page["tickets"]] == [ticket_id]
        first = page


def test_ticket_cursors_page_through_everything_once(ada: TestClient) -> None:
    found: list[int] = []
    address = "/api/v2/incremental/tickets/cursor.json?start_time=0&per_page=3"
    while address:
        page = ada.get(address).json()
        found += [row["id"] for row in page["tickets"]]
        address = "" if page["end_of_stream"] else page["after_url"]
    assert sorted(found) == [1, 2, 3, 4]


def test_user_cursors_bring_changed_users(ada: TestClient) -> None:
    start = ada.get("/api/v2/incremental/users/cursor", params={"start_time": 0}).json()
    ada.put(f"/api/v2/users/{DAN}", json={"user": {"phone": "+1 555"}})
    page = ada.get("/api/v2/incremental/users/cursor", params={"cursor": start["after_cursor"]}).json()
    assert [(row["id"], row["phone"]) for row in page["users"]] == [(DAN, "+1 555")]


def test_time_exports_bring_whole_seconds_and_what_was_said(ada: TestClient) -> None:
    page = ada.get("/api/v2/incremental/organizations", params={"start_time": 0}).json()
    assert (page["count"], page["end_of_stream"]) == (len(page["organizations"]), True)
    ada.put("/api/v2/tickets/1", json={"ticket": {"comment": {"body": "heard"}, "priority": "low"}})
    params = {"start_time": page["end_time"], "include": "comment_events"}
    events = ada.get("/api/v2/incremental/ticket_events", params=params).json()["ticket_events"]
    children = events[-1]["child_events"]
    assert [each["event_type"] for each in children] == ["Comment", "Change"]
    assert children[0]["body"] == "heard"
    assert children[1]["priority"] == "low"


def test_cursor_pages_follow_each_other_in_both_directions(ben: TestClient) -> None:
    everything = [row["id"] for row in ben.get("/api/v2/tickets", params={"page[size]": 100}).json()["tickets"]]
    pages: list[Json] = []
    address = "/api/v2/tickets.json?page[size]=1&sort=-updated_at"
    while True:
        pages.append(ben.get(address).json())
        if not pages[-1]["meta"]["has_more"]:
            break
        address = pages[-1]["links"]["next"]
    assert sorted(row["id"] for page in pages for row in page["tickets"]) == sorted(everything)
    updated = [row["updated_at"] for page in pages for row in page["tickets"]]
    assert updated == sorted(updated, reverse=True)
    back = ben.get(pages[1]["links"]["prev"]).json()
    assert back["tickets"] == pages[0]["tickets"]


def test_offset_pages_tell_the_count_and_the_neighbours(ben: TestClient) -> None:
    first = ben.get("/api/v2/tickets.json", params={"per_page": 2}).json()
    assert first["previous_page"] is None
    second = ben.get(first["next_page"]).json()
    assert (second["count"], second["next_page"]) == (first["count"], None)
    assert len(first["tickets"]) + len(second["tickets"]) == first["count"]


def test_side_loads_come_once_each(ben: TestClient) -> None:
    params = {"include": "users,groups,organizations,slas,comment_count,nonsense"}
    body = ben.get("/api/v2/tickets", params=params).json()
    people = [row["id"] for row in body["users"]]
    assert len(people) == len(set(people))
    assert {DAN, EVE} & set(people)
    assert all(row["comment_count"] >= 1 and "policy_metrics" in row["slas"] for row in body["tickets"])
