"""Who may ask, how often, and what happens when the same thing is asked twice."""

from __future__ import annotations

import base64
import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from agentconsole.server.app import create_app
from agentconsole.server.database import Database
from agentconsole.server.schema import access_tokens, metadata
from agentconsole.server.settings import STRICT, Limit, RateLimits, ServerSettings
from tests.server.conftest import client_of
from tests.support.account import BEN


def basic(login: str, token: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{login}:{token}".encode()).decode()}


def test_a_token_is_good_as_bearer_and_as_basic(loaded: Database) -> None:
    client = client_of(loaded, "ben-token")
    assert client.get("/api/v2/users/me").json()["user"]["id"] == BEN
    as_basic = client.get("/api/v2/users/me.json", headers=basic("Ben@Desk.example/token", "ben-token"))
    assert as_basic.json()["user"]["id"] == BEN


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Digest x"},
        basic("ben@desk.example/token", "wrong"),
        basic("ada@desk.example/token", "ben-token"),
        basic("ben@desk.example", "ben-token"),
    ],
)
def test_wrong_credentials_are_refused_everywhere(ben: TestClient, headers: dict[str, str]) -> None:
    for path in ("/api/v2/users/me", "/api/v2/tickets", "/api/agentconsole/v1/session"):
        answer = ben.get(path, headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"error": "Couldn't authenticate you"})


def test_without_credentials_you_are_nobody_and_see_nothing(loaded: Database) -> None:
    client = TestClient(create_app(loaded, ServerSettings()))
    answer = client.get("/api/v2/users/me")
    assert (answer.status_code, answer.json()["user"]["id"]) == (200, None)
    assert client.get("/api/v2/tickets").status_code == 401


def test_no_token_is_stored_as_it_is(loaded: Database) -> None:
    with loaded.read() as db:
        digests = db.scalars(select(access_tokens.c.digest)).all()
    assert len(digests) == 3
    assert not {"ada-token", "ben-token", "cleo-token"} & set(digests)


WRITES: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/api/v2/tickets", {"ticket": {"comment": {"body": "x"}}}),
    ("PUT", "/api/v2/tickets/1", {"ticket": {"priority": "low"}}),
    ("PUT", "/api/v2/tickets/update_many?ids=1", {"ticket": {"priority": "low"}}),
    ("POST", "/api/v2/tickets/1/tags", {"tags": ["x"]}),
    ("POST", "/api/v2/tickets/1/merge", {"ids": [2]}),
    ("DELETE", "/api/v2/tickets/1", None),
    ("POST", "/api/v2/users", {"user": {"name": "x"}}),
    ("PUT", "/api/agentconsole/v1/contacts", {"contacts": []}),
)


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_reviewer_changes_nothing(cleo: TestClient, method: str, path: str, body: Any) -> None:
    before = cleo.get("/api/agentconsole/v1/export").json()
    answer = cleo.request(method, path, json=body)
    assert answer.status_code == 403
    assert answer.json()["error"]["title"] == "Forbidden"
    assert cleo.get("/api/agentconsole/v1/export").json() == before


def test_a_reviewer_is_an_agent_of_the_light_kind(cleo: TestClient) -> None:
    me = cleo.get("/api/v2/users/me").json()["user"]
    assert (me["role"], me["role_type"]) == ("agent", 1)
    assert cleo.get("/api/agentconsole/v1/session").json()["role"] == "reviewer"


def test_the_exports_of_the_dialect_are_for_admins(ada: TestClient, ben: TestClient) -> None:
    for name in ("tickets/cursor", "users/cursor", "organizations", "ticket_events"):
        path = f"/api/v2/incremental/{name}?start_time=0"
        assert (ada.get(path).status_code, ben.get(path).status_code) == (200, 403)


def test_an_agent_does_not_make_agents(ben: TestClient, ada: TestClient) -> None:
    body = {"user": {"name": "Gil", "email": "gil@desk.example", "role": "agent"}}
    assert ben.post("/api/v2/users", json=body).status_code == 403
    assert ben.put(f"/api/v2/users/{BEN}", json={"user": {"role": "admin"}}).status_code == 403
    assert ada.post("/api/v2/users", json=body).json()["user"]["role"] == "agent"


@pytest.mark.parametrize(("method", "path", "body"), WRITES[:5])
def test_the_same_key_takes_effect_once(ada: TestClient, method: str, path: str, body: Any) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = ada.request(method, path, json=body, headers=key)
    after_first = ada.get("/api/agentconsole/v1/export").json()
    second = ada.request(method, path, json=body, headers=key)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert first.headers["x-idempotency-lookup"] == "miss"
    assert second.headers["x-idempotency-lookup"] == "hit"
    assert ada.get("/api/agentconsole/v1/export").json() == after_first
    stored = ada.get("/api/agentconsole/v1/idempotency/k-1").json()
    assert (stored["method"], stored["path"], stored["status"]) == (method, path, first.status_code)
    assert stored["body"] == first.json()


def test_a_key_belongs_to_one_request_and_one_user(ada: TestClient, ben: TestClient) -> None:
    key = {"Idempotency-Key": "k-2"}
    body = {"ticket": {"comment": {"body": "once"}}}
    assert ada.post("/api/v2/tickets", json=body, headers=key).status_code == 201
    other = ada.post("/api/v2/tickets", json={"ticket": {"comment": {"body": "twice"}}}, headers=key)
    assert (other.status_code, other.json()["error"]) == (400, "IdempotentRequestError")
    assert ben.get("/api/agentconsole/v1/idempotency/k-2").status_code == 404
    assert ben.post("/api/v2/tickets", json=body, headers=key).headers["x-idempotency-lookup"] == "miss"


def test_a_refused_write_may_be_tried_again_with_its_key(ada: TestClient) -> None:
    key = {"Idempotency-Key": "k-3"}
    body = {"ticket": {"comment": {"body": "x"}, "group_id": 1_234}}
    assert ada.post("/api/v2/tickets", json=body, headers=key).status_code == 422
    assert ada.get("/api/agentconsole/v1/idempotency/k-3").status_code == 404


def test_limits_are_told_and_kept(loaded: Database) -> None:
    now = [100.0]
    limits = RateLimits(account=Limit(3), endpoints={"tickets-index": Limit(1)})
    app = create_app(loaded, ServerSettings(rate_limits=limits), seconds=lambda: now[0])
    client = TestClient(app, headers={"Authorization": "Bearer ben-token"})
    first = client.get("/api/v2/tickets")
    assert first.headers["x-rate-limit"] == "3"
    assert first.headers["x-rate-limit-remaining"] == "2"
    assert first.headers["zendesk-ratelimit-tickets-index"] == "total=1; remaining=0; resets=60"
    now[0] += 20
    second = client.get("/api/v2/tickets")
    assert (second.status_code, second.headers["retry-after"]) == (429, "40")
    assert client.get("/api/v2/users").status_code == 200
    assert client.get("/api/v2/users").status_code == 429
    assert client.get("/api/v2/users", headers={"Authorization": "Bearer ada-token"}).status_code == 200
    now[0] += 41
    assert client.get("/api/v2/tickets").status_code == 200


def test_thirty_updates_of_one_ticket_in_ten_minutes(loaded: Database) -> None:
    client = TestClient(
        create_app(loaded, ServerSettings(rate_limits=STRICT), seconds=lambda: 0.0),
        headers={"Authorization": "Bearer ben-token"},
    )
    statuses = [client.put("/api/v2/tickets/1", json={"ticket": {"tags": [f"t{n}"]}}).status_code for n in range(31)]
    assert statuses == [200] * 30 + [429]


def test_an_unchanged_answer_is_not_sent_again(ben: TestClient) -> None:
    first = ben.get("/api/v2/tickets/1")
    again = ben.get("/api/v2/tickets/1", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    ben.put("/api/v2/tickets/1", json={"ticket": {"priority": "low"}})
    assert ben.get("/api/v2/tickets/1", headers={"If-None-Match": first.headers["etag"]}).status_code == 200


def test_addresses_work_with_and_without_json(ben: TestClient) -> None:
    for path in ("/api/v2/tickets/1", "/api/v2/users/show_many", "/api/agentconsole/v1/status/summary"):
        params = {"ids": "101"}
        assert ben.get(path, params=params).json() == ben.get(f"{path}.json", params=params).json()


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("GET", "/api/v2/nothing", None, 404),
        ("GET", "/api/v2/tickets/abc", None, 404),
        ("GET", "/api/v2/tickets/99999999999999999999", None, 400),
        ("GET", "/api/v2/tickets?page[size]=0", None, 400),
        ("GET", "/api/v2/tickets?page[size]=2&page[after]=garbage", None, 400),
        ("GET", "/api/v2/tickets?page[size]=2&sort=subject", None, 400),
        ("GET", "/api/v2/tickets?page=102&per_page=100", None, 400),
        ("GET", "/api/v2/tickets/show_many?ids=1,x", None, 400),
        ("POST", "/api/v2/tickets", b"{", 400),
        ("POST", "/api/v2/tickets", b"[]", 422),
        ("POST", "/api/v2/tickets", b'{"ticket": 5}', 422),
        ("PATCH", "/api/v2/tickets/1", b"{}", 405),
        ("POST", "/api/v2/tickets", b'{"ticket": {"comment": {"body": "\\u0000a\\ud83d\\ude00"}}}', 201),
        ("POST", "/api/v2/tickets", b'{"ticket": {"comment": {"body": "\\ud800"}}}', 422),
    ],
)
def test_nonsense_is_answered_in_the_dialect(
    ben: TestClient, method: str, path: str, content: bytes | None, status: int
) -> None:
    answer = ben.request(method, path, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert status < 400 or "error" in answer.json()


def test_a_body_that_is_too_large_is_refused(loaded: Database) -> None:
    app = create_app(loaded, ServerSettings(upload_limit=1_000))
    client = TestClient(app, headers={"Authorization": "Bearer ben-token"})
    upload = "/api/v2/uploads?filename=a.bin"
    assert client.post(upload, content=b"x" * 1_000).status_code == 201
    assert client.post(upload, content=b"x" * 1_001).status_code == 413
    assert client.post(upload, content=iter([b"x" * 600, b"x" * 600])).status_code == 413


def test_writers_at_once_lose_nothing(either: Database) -> None:
    clients = [client_of(either, token) for token in ("ada-token", "ben-token")]
    for client in clients:
        client.get("/openapi.json")  # builds the routes: what is tested is the server, not two of them starting at once
    failures: list[str] = []

    def write(client: TestClient, name: str) -> None:
        for number in range(10):
            ticket = {"additional_tags": [f"{name}{number}"], "comment": {"body": f"{name} {number}"}}
            answer = client.put("/api/v2/tickets/1", json={"ticket": ticket})
            if answer.status_code != 200:
                failures.append(answer.text)

    threads = [threading.Thread(target=write, args=(client, name)) for client, name in zip(clients, "ab", strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    wanted = {f"{name}{number}" for name in "ab" for number in range(10)}
    assert wanted <= set(clients[0].get("/api/v2/tickets/1").json()["ticket"]["tags"])
    bodies = [each["body"] for each in clients[0].get("/api/v2/tickets/1/comments").json()["comments"]]
    assert {f"{name} {number}" for name in "ab" for number in range(10)} <= set(bodies)
    with either.read() as db:
        for table in metadata.sorted_tables:
            if "seq" in table.c and table.name != "clock":
                numbers = db.scalars(select(table.c.seq)).all()
                assert len(numbers) == len(set(numbers))
