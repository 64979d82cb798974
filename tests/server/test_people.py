"""Users, organizations, groups and the desk's own pages."""

from __future__ import annotations

from fastapi.testclient import TestClient

from agentconsole.server.access import grant
from agentconsole.server.database import Database
from agentconsole.server.settings import Grant
from tests.server.conftest import client_of
from tests.support.account import ACME, BACK, BEN, CLEO, DAN, EVE, FRONT


def test_users_are_found_by_role_name_address_and_organization(ben: TestClient) -> None:
    def ids(path: str, **params: str) -> set[int]:
        return {row["id"] for row in ben.get(path, params=params).json()["users"]}

    assert ids("/api/v2/users", role="end-user") == {DAN, EVE}
    assert ids("/api/v2/users/search", query="BELL") == {BEN}
    assert ids("/api/v2/users/search", query="eve@bolt") == {EVE}
    assert ids("/api/v2/users/autocomplete", name="cl") == {CLEO}
    assert ids(f"/api/v2/organizations/{ACME}/users") == {DAN}
    assert ids(f"/api/v2/groups/{BACK}/users") == {BEN}
    assert ids("/api/v2/users/show_many.json", ids=f"{DAN},{EVE},999") == {DAN, EVE}


def test_two_users_cannot_share_an_address(ada: TestClient) -> None:
    answer = ada.post("/api/v2/users", json={"user": {"name": "Dan 2", "email": "DAN@acme.example"}})
    assert answer.status_code == 422
    assert "email" in answer.json()["details"]


def test_a_deleted_user_leaves_lists_and_loses_access_but_stays_on_tickets(ada: TestClient, ben: TestClient) -> None:
    assert ada.delete(f"/api/v2/users/{BEN}").json()["user"]["active"] is False
    assert BEN not in {row["id"] for row in ada.get("/api/v2/users").json()["users"]}
    assert ada.get(f"/api/v2/users/{BEN}").json()["user"]["active"] is False
    assert ben.get("/api/v2/tickets").status_code == 401


def test_organizations_are_kept_by_admins_and_annotated_by_agents(ada: TestClient, ben: TestClient) -> None:
    body = {"organization": {"name": "Corner", "domain_names": ["corner.example"], "tags": ["New One"]}}
    assert ben.post("/api/v2/organizations", json=body).status_code == 403
    created = ada.post("/api/v2/organizations", json=body).json()["organization"]
    assert (created["domain_names"], created["tags"]) == (["corner.example"], ["new", "one"])
    assert ada.post("/api/v2/organizations", json=body).status_code == 422
    path = f"/api/v2/organizations/{created['id']}"
    assert ben.put(path, json={"organization": {"notes": "Polite"}}).json()["organization"]["notes"] == "Polite"
    assert ben.put(path, json={"organization": {"name": "Mine"}}).status_code == 403
    assert ada.delete(path).status_code == 204
    assert ada.get(path).status_code == 404


def test_a_deleted_organization_lets_its_people_go(ada: TestClient) -> None:
    ada.delete(f"/api/v2/organizations/{ACME}")
    assert ada.get(f"/api/v2/users/{DAN}").json()["user"]["organization_id"] is None
    exported = ada.get("/api/v2/incremental/organizations", params={"start_time": 0}).json()["organizations"]
    assert {row["id"]: row["deleted_at"] is not None for row in exported}[ACME] is True


def test_groups_and_their_members(ada: TestClient) -> None:
    group_id = ada.post("/api/v2/groups", json={"group": {"name": "Night shift"}}).json()["group"]["id"]
    membership = {"group_membership": {"user_id": BEN, "group_id": group_id, "default": True}}
    created = ada.post("/api/v2/group_memberships", json=membership)
    assert created.status_code == 201
    assert ada.post("/api/v2/group_memberships", json=membership).status_code == 422
    assert ada.get(f"/api/v2/users/{BEN}").json()["user"]["default_group_id"] == group_id
    names = [row["name"] for row in ada.get(f"/api/v2/users/{BEN}/groups").json()["groups"]]
    assert names == ["Front desk", "Back office", "Night shift"]
    body = ada.get(f"/api/v2/groups/{group_id}/memberships", params={"include": "users,groups"}).json()
    assert ([row["id"] for row in body["users"]], [row["id"] for row in body["groups"]]) == ([BEN], [group_id])
    ada.delete(f"/api/v2/group_memberships/{created.json()['group_membership']['id']}")
    assert ada.get(f"/api/v2/groups/{group_id}/users").json()["users"] == []
    assert ada.delete(f"/api/v2/groups/{group_id}").status_code == 204
    assert {row["id"] for row in ada.get("/api/v2/groups").json()["groups"]} == {FRONT, BACK}


def test_requesters_do_not_join_groups(ada: TestClient) -> None:
    body = {"group_membership": {"user_id": DAN, "group_id": FRONT}}
    assert ada.post("/api/v2/group_memberships", json=body).status_code == 422


def test_the_directory_is_replaced_as_a_whole_and_keeps_known_ids(ada: TestClient, ben: TestClient) -> None:
    contacts = "/api/agentconsole/v1/contacts"
    line = {"section": "Support", "purpose": "Outage", "method": "phone", "details": "+1 555 0100", "emergency": True}
    hours = {"mon": [["09:00", "18:00"]]}
    first = ada.put(contacts, json={"contacts": [line, {**line, "purpose": "DNS", "hours": hours}]}).json()["contacts"]
    assert [(each["purpose"], each["position"], each["hours"]) for each in first] == [
        ("Outage", 0, None),
        ("DNS", 1, hours),
    ]
    second = ada.put(contacts, json={"contacts": [{**line, "id": first[1]["id"], "tiers": ["gold"]}]})
    assert [(each["id"], each["tiers"]) for each in second.json()["contacts"]] == [(first[1]["id"], ["gold"])]
    assert ben.get(contacts).json() == second.json()
    assert ben.put(contacts, json={"contacts": []}).status_code == 403


def test_announcements_and_status(ada: TestClient, ben: TestClient) -> None:
    said = {"announcement": {"title": "Window", "kind": "maintenance", "starts_at": "2026-11-20T08:00:00+01:00"}}
    assert ada.post("/api/agentconsole/v1/announcements", json=said).status_code == 201
    first = ben.get("/api/agentconsole/v1/announcements").json()["announcements"][0]
    assert (first["title"], first["starts_at"]) == ("Window", "2026-11-20T07:00:00Z")
    status = {"status": {"indicator": "minor", "description": "Slow checkout"}}
    assert ada.put("/api/agentconsole/v1/status/summary.json", json=status).status_code == 200
    summary = ben.get("/api/agentconsole/v1/status/summary.json").json()
    assert summary["status"] == status["status"]
    assert summary.keys() >= {"page", "components", "incidents", "scheduled_maintenances"}


def test_a_token_opens_no_more_than_its_user_may_do_now(ada: TestClient, ben: TestClient, cleo: TestClient) -> None:
    def role_of(client: TestClient) -> str:
        return str(client.get("/api/agentconsole/v1/session").json()["role"])

    change = {"ticket": {"priority": "low"}}
    assert ada.put(f"/api/v2/users/{BEN}", json={"user": {"role": "end-user"}}).status_code == 200
    assert ben.put("/api/v2/tickets/1", json=change).status_code == 401
    assert ben.get("/api/agentconsole/v1/export").status_code == 401
    assert ada.put(f"/api/v2/users/{BEN}", json={"user": {"role": "admin"}}).status_code == 200
    assert role_of(ben) == "agent", "the token was given for less"
    assert ada.put(f"/api/v2/users/{CLEO}", json={"user": {"role": "admin"}}).status_code == 200
    assert role_of(cleo) == "reviewer"
    assert ada.put(f"/api/v2/users/{CLEO}", json={"user": {"suspended": True}}).status_code == 200
    assert cleo.get("/api/v2/tickets/1").status_code == 401


def test_an_admin_who_was_demoted_rises_neither_by_the_token_nor_by_a_restart(
    loaded: Database, ada: TestClient
) -> None:
    boss = Grant("boss@desk.example", "boss-token", "admin")
    grant(loaded, (boss,))
    client = client_of(loaded, "boss-token")
    boss_id = client.get("/api/v2/users/me").json()["user"]["id"]
    assert client.get("/api/v2/incremental/tickets", params={"start_time": 0}).status_code == 200
    ada.put(f"/api/v2/users/{boss_id}", json={"user": {"role": "agent"}})
    grant(loaded, (boss,))
    assert client.get("/api/v2/incremental/tickets", params={"start_time": 0}).status_code == 403
    assert client.get("/api/v2/users/me").json()["user"]["role"] == "agent"
