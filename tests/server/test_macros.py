"""What applying a macro says it would do."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.support.account import BEN


def test_a_macro_lists_its_actions(ben: TestClient) -> None:
    macros = ben.get("/api/v2/macros/active.json").json()["macros"]
    assert [macro["title"] for macro in macros] == ["Ask for logs", "Take it"]
    assert macros[1]["actions"][0] == {"field": "assignee_id", "value": "current_user"}


def test_applied_to_no_ticket_it_gives_the_changes_alone(ben: TestClient) -> None:
    ticket = ben.get("/api/v2/macros/52/apply").json()["result"]["ticket"]
    assert ticket == {"assignee_id": BEN, "status": "open"}
    asked = ben.get("/api/v2/macros/51/apply").json()["result"]["ticket"]
    assert asked["comment"]["body"] == "Hello {{ticket.requester.name}}, please send the log."


def test_applied_to_a_ticket_it_gives_the_whole_ticket_with_placeholders_filled(ben: TestClient) -> None:
    ticket = ben.get("/api/v2/tickets/1/macros/51/apply.json").json()["result"]["ticket"]
    assert (ticket["id"], ticket["status"], ticket["subject"]) == (1, "pending", "Checkout is down")
    assert ticket["tags"] == ["asked", "checkout", "logs", "vip"]
    assert ticket["comment"]["body"] == "Hello Dan Dahl, please send the log."
    assert ticket["comment"]["public"] is True


def test_applying_changes_nothing(ben: TestClient) -> None:
    ben.get("/api/v2/tickets/1/macros/51/apply")
    found = ben.get("/api/v2/search", params={"query": "type:ticket status:pending"}).json()["results"]
    assert [ticket["id"] for ticket in found] == [2]


def test_unknown_macros_and_deleted_tickets_are_not_found(ben: TestClient) -> None:
    for path in ("macros/999", "macros/999/apply", "tickets/1/macros/999/apply", "tickets/4/macros/51/apply"):
        assert ben.get(f"/api/v2/{path}").status_code == 404
