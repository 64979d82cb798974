"""What each role reaches, asked of every route there is; and what guessing tokens comes to."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from agentconsole.server.app import create_app
from agentconsole.server.database import Database
from agentconsole.server.routes import ROUTERS
from agentconsole.server.settings import Limit, ServerSettings

ROUTES = sorted(
    (method, re.sub(r"\{[^}]*\}", "1", route.path))
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in route.methods or ()
)
PUBLIC = {
    ("GET", "/api/v2/users/me"),  # says that one is nobody
    ("GET", "/attachments/token/1"),  # the key in the address is the secret, as in the dialect
    ("GET", "/healthz"),  # whether it works, and no more, for whoever watches over it
    ("GET", "/readyz"),
}
OF_REVIEWERS = {
    ("PUT", "/api/agentconsole/v1/presence/1"),
    ("DELETE", "/api/agentconsole/v1/presence/1"),
}
"""Writes that tell who reads what; they change no ticket."""

OF_ADMINS = {
    *(("POST", f"/api/v2/{what}") for what in ("organizations", "groups", "group_memberships")),
    *(("DELETE", f"/api/v2/{what}/1") for what in ("users", "organizations", "groups", "group_memberships")),
    *(("DELETE", f"/api/v2/deleted_tickets/{which}") for which in ("1", "destroy_many")),
    ("PUT", "/api/v2/groups/1"),
    *(("GET", f"/api/v2/incremental/{what}") for what in ("tickets", "users", "organizations", "ticket_events")),
    *(("GET", f"/api/v2/incremental/{what}/cursor") for what in ("tickets", "users")),
    *(("GET", f"/api/v2/slas/policies{which}") for which in ("", "/1")),
    *(("GET", f"/api/v2/satisfaction_ratings{which}") for which in ("", "/1")),
    *((method, "/api/agentconsole/v1/users/1/pin") for method in ("PUT", "DELETE")),
    *((method, f"/api/agentconsole/v1/{what}") for method, what in (("PUT", "contacts"), ("POST", "announcements"))),
    ("PUT", "/api/agentconsole/v1/status/summary"),
    ("POST", "/api/agentconsole/v1/users/1/revocations"),
}
BODIES: dict[str, Any] = {
    "/api/v2/organizations": {"organization": {"name": "x"}},
    "/api/v2/groups": {"group": {"name": "x"}},
    "/api/v2/groups/1": {"group": {"name": "x"}},
    "/api/v2/group_memberships": {"group_membership": {"user_id": 101, "group_id": 11}},
    "/api/agentconsole/v1/users/1/pin": {"pin": "482913"},
    "/api/agentconsole/v1/users/1/revocations": {"wipe": False},
    "/api/agentconsole/v1/contacts": {"contacts": []},
    "/api/agentconsole/v1/announcements": {"announcement": {"title": "x", "body": "x"}},
    "/api/agentconsole/v1/status/summary": {"status": {"indicator": "none", "description": "x"}},
}


def answered(client: TestClient, method: str, path: str, **more: Any) -> int:
    query = "?ids=1&start_time=0&query=x" if method in ("GET", "DELETE") else "?ids=1"
    if path.endswith("/events"):
        # who may hear the stream would hear it for ever; without a cursor that is a number nobody does
        query = "?after=none"
    answer: httpx.Response = client.request(method, path + query, json=more.pop("body", None), **more)
    return answer.status_code


@pytest.fixture
def anyone(loaded: Database) -> TestClient:
    """Without credentials; the brake on wrong ones is far away."""
    return TestClient(create_app(loaded, ServerSettings(wrong_sign_ins=Limit(100_000))))


def test_nobody_reaches_nothing(anyone: TestClient) -> None:
    reached = {route for route in ROUTES if answered(anyone, *route) != 401}
    assert reached == PUBLIC


def test_a_wrong_token_reaches_nothing_either(anyone: TestClient) -> None:
    wrong = {"Authorization": "Bearer not-a-token"}
    reached = {route for route in ROUTES if answered(anyone, *route, headers=wrong) != 401}
    assert reached <= PUBLIC - {("GET", "/api/v2/users/me")}


def everything(ada: TestClient) -> list[Any]:
    places = ("agentconsole/v1/export", "v2/users", "v2/organizations", "v2/groups", "v2/group_memberships")
    more = ("agentconsole/v1/contacts", "agentconsole/v1/announcements", "agentconsole/v1/status/summary")
    return [ada.get(f"/api/{place}").json() for place in (*places, *more)]


def test_a_reviewer_changes_nothing_by_any_route(cleo: TestClient, ada: TestClient) -> None:
    before = everything(ada)
    writes = [route for route in ROUTES if route[0] != "GET" and route not in OF_REVIEWERS]
    taken = {route for route in writes if answered(cleo, *route, body=BODIES.get(route[1])) < 400}
    assert taken == set()
    assert everything(ada) == before


@pytest.mark.parametrize(("method", "path"), sorted(OF_ADMINS))
def test_what_is_for_admins_is_refused_to_agents(ben: TestClient, ada: TestClient, method: str, path: str) -> None:
    before = everything(ada)
    assert answered(ben, method, path, body=BODIES.get(path)) == 403
    assert everything(ada) == before


def test_the_list_of_what_is_for_admins_names_real_routes() -> None:
    assert set(ROUTES) >= OF_ADMINS | PUBLIC | OF_REVIEWERS


class Seconds:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_who_keeps_guessing_is_not_listened_to_for_a_while(loaded: Database) -> None:
    seconds = Seconds()
    client = TestClient(create_app(loaded, ServerSettings(wrong_sign_ins=Limit(3, 60)), seconds))

    def ask(token: str) -> int:
        answer: httpx.Response = client.get("/api/v2/tickets/1", headers={"Authorization": f"Bearer {token}"})
        return answer.status_code

    assert ask("ada-token") == 200
    assert [ask(f"guess-{number}") for number in range(5)] == [401, 401, 401, 429, 429]
    assert ask("ben-token") == 429, "a right guess is not told from a wrong one"
    assert ask("ada-token") == 200, "who was known before goes on"
    seconds.now += 61
    assert [ask("ben-token"), ask("guess-9")] == [200, 401]


def test_the_refusal_says_when_to_come_back(loaded: Database) -> None:
    client = TestClient(create_app(loaded, ServerSettings(wrong_sign_ins=Limit(1, 60)), Seconds()))
    wrong = {"Authorization": "Bearer wrong"}
    client.get("/api/v2/tickets/1", headers=wrong)
    answer = client.get("/api/v2/tickets/1", headers=wrong)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
