"""The search language: what it finds, and what it says when it can't."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from agentconsole.server.query import Query, SearchError, Term, moments, parse
from tests.support.account import ACME, BEN, DAN, EVE

NOW = datetime(2026, 11, 17, 10, 10, tzinfo=UTC)


def test_a_query_falls_into_terms() -> None:
    query = parse('type:ticket status<solved -tags:spam "could not" foo:bar order_by:priority sort:asc')
    assert query == Query(
        (
            Term("status", "<", "solved"),
            Term("tags", ":", "spam", is_negated=True),
            Term(None, ":", "could not"),
            Term(None, ":", "foo:bar"),
        ),
        "ticket",
        "priority",
        is_ascending=True,
    )


def test_a_quoted_value_keeps_its_spaces() -> None:
    assert parse('group:"L 2"').terms == (Term("group", ":", "L 2"),)


@pytest.mark.parametrize(
    "query",
    ['subject:"open', "status:broken", "priority>urgently", "created>soon", "assignee>me", "order_by:mood", "type:car"],
)
def test_what_makes_no_sense_is_refused(query: str) -> None:
    with pytest.raises(SearchError):
        parse(query)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2026-02-28", "2026-02-28T00:00:00Z", "2026-02-28T23:59:59Z"),
        ("2026-12", "2026-12-01T00:00:00Z", "2026-12-31T23:59:59Z"),
        ("2026-11-17T12:00:00+02:00", "2026-11-17T10:00:00Z", "2026-11-17T10:00:00Z"),
        ("4hours", "2026-11-17T06:10:00Z", "2026-11-17T06:10:00Z"),
        ("1day", "2026-11-16T10:10:00Z", "2026-11-16T10:10:00Z"),
    ],
)
def test_dates(value: str, first: str, last: str) -> None:
    assert moments(value, NOW) == (first, last)


def found(client: TestClient, query: str) -> list[int]:
    answer = client.get("/api/v2/search.json", params={"query": query})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["count"] == len(body["results"])
    assert client.get("/api/v2/search/count", params={"query": query}).json() == {"count": body["count"]}
    return [each["id"] for each in body["results"]]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("type:ticket", [1, 2, 3]),
        ("type:ticket status<solved", [1, 2]),
        ("status:open status:pending", [1, 2]),
        ("status>=solved", [3]),
        ("priority>normal", [1]),
        ("priority<=normal", [2, 3]),
        ("type:incident priority:high", [1]),
        ("assignee:me", [2, 3]),
        ("-assignee:me type:ticket", [1]),
        ("assignee:none", [1]),
        ("assignee:bell", [2, 3]),
        ("requester:dan@acme.example", [1, 3]),
        (f"requester:{EVE}", [2]),
        ('requester:"dan dahl"', [1, 3]),
        ("type:ticket organization:acme", [1, 3]),
        (f"type:ticket organization:{ACME}", [1, 3]),
        ('type:ticket group:"back office"', [3]),
        ("type:ticket tags:vip", [1]),
        ("type:ticket tags:che*", [1]),
        ("type:ticket -tags:vip", [2, 3]),
        ("type:ticket tags:none", [2, 3]),
        ("commenter:ben", [2, 3]),
        ("has_attachment:true", [2]),
        ("satisfaction:good", [3]),
        ("via:mail", [1, 2, 3]),
        ("custom_field_41:dns", [2]),
        ("solved:2026-11-13", [3]),
        ("solved>2026-11-13", []),
        ("type:ticket created>2026-11-12", [1, 2]),
        ("type:ticket created<=2026-11-12", [3]),
        ("type:ticket updated>4hours", [1]),
        ("due_date:none", [1, 2, 3]),
        ("subject:checkout", [1]),
        ("type:ticket 503", [1]),
        ("type:ticket 2", [2]),
        ('type:ticket "refund it"', [3]),
        ("type:ticket ÜBERMORGEN", [2]),
        ("type:ticket 100%", []),
        ("type:ticket 10 %", [3]),
        ("type:user bell", [BEN]),
        ("type:user ünal", [EVE]),
        ("type:user email:dan@acme.example", [DAN]),
        ("type:user role:admin", [101]),
        ("type:organization tier:platinum", [ACME]),
        ("type:organization tags:trial", [22]),
        ("type:group back", [12]),
        ("acme", [ACME, DAN]),
        ("type:ticket order_by:created sort:asc", [3, 2, 1]),
        ("type:ticket order_by:priority sort:desc", [1, 2, 3]),
    ],
)
def test_what_is_found(ben: TestClient, query: str, ids: list[int]) -> None:
    results = found(ben, query)
    assert results == ids if "order_by" in query else sorted(results) == sorted(ids)


def test_deleted_tickets_are_not_found(ada: TestClient) -> None:
    assert found(ada, "type:ticket spam") == []


def test_results_say_what_they_are_and_bring_what_was_asked_for(ben: TestClient) -> None:
    body = ben.get("/api/v2/search", params={"query": "type:ticket 1", "include": "tickets(users,slas)"}).json()
    ticket = next(each for each in body["results"] if each["id"] == 1)
    assert ticket["result_type"] == "ticket"
    assert ticket["slas"]["policy_metrics"][0]["metric"] == "first_reply_time"
    assert DAN in [user["id"] for user in body["users"]]


def test_pages_run_on_from_kind_to_kind(ben: TestClient) -> None:
    together = found(ben, "created>2020")
    one_by_one = [
        ben.get("/api/v2/search", params={"query": "created>2020", "per_page": 1, "page": page}).json()["results"][0][
            "id"
        ]
        for page in range(1, len(together) + 1)
    ]
    assert one_by_one == together


def test_parameters_outrank_the_order_in_the_query(ben: TestClient) -> None:
    body = ben.get(
        "/api/v2/search",
        params={"query": "type:ticket order_by:priority", "sort_by": "created_at", "sort_order": "asc"},
    ).json()
    assert [each["id"] for each in body["results"]] == [3, 2, 1]


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"query": "status:nope"}, 422),
        ({"query": "created>when"}, 422),
        ({"query": "type:ticket", "page": 11, "per_page": 100}, 422),
        ({"query": "type:ticket", "page[size]": 10}, 400),
        ({}, 400),
    ],
)
def test_refusals(ben: TestClient, params: dict[str, str], status: int) -> None:
    answer = ben.get("/api/v2/search", params=params)
    assert answer.status_code == status
    assert "error" in answer.json()


def test_an_export_goes_all_the_way_in_cursor_pages(ben: TestClient) -> None:
    ids: list[int] = []
    params = {"query": "status<=solved", "filter[type]": "ticket", "page[size]": "1"}
    for _ in range(5):
        body = ben.get("/api/v2/search/export", params=params).json()
        ids += [each["id"] for each in body["results"]]
        if not body["meta"]["has_more"]:
            break
        params["page[after]"] = body["meta"]["after_cursor"]
    assert ids == [3, 2, 1]
    assert ben.get("/api/v2/search/export", params={"query": "x"}).status_code == 400
