"""Views: which tickets they hold, in what order, and how many."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from agentconsole.server.database import Database
from agentconsole.server.schema import tickets
from agentconsole.server.search_sql import Asker
from agentconsole.server.view_conditions import view_order, view_where
from tests.server.conftest import NOW
from tests.support.account import ACME, BACK, BEN, DAN


def held(
    database: Database, *all_of: dict[str, Any], any_of: Iterable[dict[str, Any]] = (), user: int = BEN
) -> list[int]:
    where = view_where({"all": list(all_of), "any": list(any_of)}, Asker(user, NOW))
    with database.read() as db:
        return list(db.scalars(select(tickets.c.id).where(where).order_by(tickets.c.id)))


def line(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        (line("status", "less_than", "solved"), [1, 2]),
        (line("status", "is_not", "solved"), [1, 2]),
        (line("status", "includes", ["open", "solved"]), [1, 3]),
        (line("priority", "greater_than", "normal"), [1]),
        (line("type", "is", "incident"), [1, 2, 3]),
        (line("assignee_id", "is", "current_user"), [2, 3]),
        (line("assignee_id", "is_not", "current_user"), [1]),
        (line("assignee_id", "is", ""), [1]),
        (line("group_id", "is", "current_groups"), [1, 2, 3]),
        (line("group_id", "is", str(BACK)), [3]),
        (line("organization_id", "is", ACME), [1, 3]),
        (line("requester_id", "is", DAN), [1, 3]),
        (line("current_tags", "includes", "vip other"), [1]),
        (line("current_tags", "not_includes", "vip"), [2, 3]),
        (line("via_id", "is", "email"), [1, 2, 3]),
        (line("satisfaction_score", "is", "good"), [3]),
        (line("custom_fields_41", "is", "dns"), [2]),
        (line("subject_includes_word", "includes", "invoice checkout"), [1, 3]),
        (line("comment_includes_word", "includes", "refund"), [3]),
        (line("updated_at", "less_than", "24"), [1]),
        (line("updated_at", "greater_than", "24"), [2, 3]),
        (line("until_sla_next_breach_at", "less_than", 1), [1]),
        (line("sla_next_breach_at", "less_than", 1), []),
        (line("phase_of_the_moon", "is", "full"), []),
        (line("updated_at", "less_than", "a while"), []),
    ],
    ids=lambda value: value["field"] + " " + value["operator"] if isinstance(value, dict) else "",
)
def test_conditions(loaded: Database, condition: dict[str, Any], ids: list[int]) -> None:
    assert held(loaded, condition) == ids


def test_all_and_any_work_together(loaded: Database) -> None:
    unsolved = line("status", "less_than", "solved")
    assert held(loaded, unsolved, any_of=[line("priority", "is", "high"), line("priority", "is", "low")]) == [1]


@pytest.mark.parametrize(
    ("execution", "ids"),
    [
        ({"sort_by": "priority", "sort_order": "desc"}, [1, 2, 3]),
        ({"sort": {"id": "created", "order": "asc"}}, [3, 2, 1]),
        ({"sort_by": "sla_next_breach_at", "sort_order": "asc"}, [1, 3, 2]),
        ({"group_by": "status", "group_order": "desc", "sort_by": "id"}, [3, 2, 1]),
        ({"sort_by": "the weather"}, [1, 2, 3]),
    ],
)
def test_order(loaded: Database, execution: dict[str, Any], ids: list[int]) -> None:
    where = view_where({}, Asker(BEN, NOW))
    with loaded.read() as db:
        assert list(db.scalars(select(tickets.c.id).where(where).order_by(*view_order(execution)))) == ids


def test_the_list_shows_what_a_side_bar_needs(ben: TestClient) -> None:
    views = ben.get("/api/v2/views.json").json()["views"]
    assert [(view["id"], view["title"], view["active"]) for view in views] == [
        (61, "All unsolved", True),
        (62, "Mine", True),
    ]
    assert views[0]["execution"]["sort"] == {"id": "id", "title": "Id", "order": "asc"}


def test_tickets_of_a_view_come_in_pages_of_both_kinds(ben: TestClient) -> None:
    first = ben.get("/api/v2/views/61/tickets", params={"page[size]": 1, "include": "users"}).json()
    assert [each["id"] for each in first["tickets"]] == [1]
    assert first["meta"]["has_more"] is True
    assert [user["id"] for user in first["users"]] == [DAN]
    rest = ben.get(first["links"]["next"]).json()
    assert ([each["id"] for each in rest["tickets"]], rest["meta"]["has_more"]) == ([2], False)
    back = ben.get(rest["links"]["prev"]).json()
    assert [each["id"] for each in back["tickets"]] == [1]
    offset = ben.get("/api/v2/views/61/tickets", params={"per_page": 1, "page": 2}).json()
    assert ([each["id"] for each in offset["tickets"]], offset["count"], offset["next_page"]) == ([2], 2, None)


def test_views_mean_who_asks(ada: TestClient, ben: TestClient) -> None:
    mine = "/api/v2/views/62/count"
    assert ada.get(mine).json()["view_count"]["value"] == 0
    assert ben.get(mine).json()["view_count"]["value"] == 2


def test_many_counts_at_once(ben: TestClient) -> None:
    counts = ben.get("/api/v2/views/count_many", params={"ids": "61,62,999"}).json()["view_counts"]
    assert [(count["view_id"], count["value"], count["pretty"]) for count in counts] == [(61, 2, "2"), (62, 2, "2")]
    too_many = ",".join(str(number) for number in range(1, 22))
    assert ben.get("/api/v2/views/count_many", params={"ids": too_many}).json()["error"] == "TooManyValues"


def test_an_executed_view_has_a_row_a_ticket(ben: TestClient) -> None:
    body = ben.get("/api/v2/views/61/execute").json()
    assert body["columns"] == [{"id": "subject", "title": "Subject"}]
    assert [(row["ticket"]["id"], row["subject"]) for row in body["rows"]] == [
        (1, "Checkout is down"),
        (2, "Certificate übermorgen abgelaufen"),
    ]
    assert {user["id"] for user in body["users"]} >= {DAN, BEN}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v2/views/999", 404),
        ("/api/v2/views/999/tickets", 404),
        ("/api/v2/views/61/tickets?page[after]=nonsense", 400),
        ("/api/v2/views/61/tickets?page[size]=5&sort=mood", 400),
        ("/api/v2/views/61/tickets?page=101&per_page=100", 400),
    ],
)
def test_refusals(ben: TestClient, path: str, status: int) -> None:
    assert ben.get(path).status_code == status
