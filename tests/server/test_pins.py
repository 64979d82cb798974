"""Support PINs: checked for agents, stored as slow hashes only, locked after a few wrong attempts."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from agentconsole.server.access import grant
from agentconsole.server.app import create_app
from agentconsole.server.database import Database
from agentconsole.server.pins import COST, check_pin
from agentconsole.server.schema import idempotency, pin_checks
from agentconsole.server.settings import STRICT, PinRules, ServerSettings
from tests.server.conftest import GRANTS, Clock, client_of
from tests.support.account import BEN, DAN, EVE

RIGHT, WRONG = "482913", "111111"
ROOT = "/api/agentconsole/v1"


def checked(client: TestClient, pin: str, user: int = DAN) -> dict[str, Any]:
    answer = client.post(f"{ROOT}/users/{user}/pin_checks", json={"pin": pin})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert set(body) == {"verified", "attempts_left", "locked_until", "valid_until"}
    return dict(body)


@pytest.fixture(autouse=True)
def pin_of_dan(ada: TestClient) -> None:
    assert ada.put(f"{ROOT}/users/{DAN}/pin", json={"pin": RIGHT}).status_code == 204


def test_a_right_pin_verifies_for_an_hour(ben: TestClient) -> None:
    assert checked(ben, RIGHT) == {
        "verified": True,
        "attempts_left": 5,
        "locked_until": None,
        "valid_until": "2026-11-17T11:10:00Z",
    }


def test_wrong_pins_count_down_then_lock_even_the_right_one(ben: TestClient, clock: Clock) -> None:
    assert [checked(ben, WRONG)["attempts_left"] for _ in range(4)] == [4, 3, 2, 1]
    locked = checked(ben, WRONG)
    assert locked == {
        "verified": False,
        "attempts_left": 0,
        "locked_until": "2026-11-17T10:25:00Z",
        "valid_until": None,
    }
    assert checked(ben, RIGHT) == locked
    clock.advance(minutes=15)
    assert checked(ben, RIGHT)["verified"] is True


def test_a_right_pin_forgives_and_each_further_lock_lasts_longer(ben: TestClient, clock: Clock) -> None:
    for _ in range(4):
        checked(ben, WRONG)
    assert checked(ben, RIGHT)["verified"] is True
    assert [checked(ben, WRONG)["locked_until"] for _ in range(5)][-1] == "2026-11-17T10:25:00Z"
    clock.advance(minutes=15)
    assert [checked(ben, WRONG)["locked_until"] for _ in range(5)][-1] == "2026-11-17T10:55:00Z"


def test_the_lock_is_seen_by_other_processes(ben: TestClient, loaded: Database, clock: Clock) -> None:
    for _ in range(5):
        checked(ben, WRONG)
    other = Database(str(loaded.url), now=clock)
    try:
        assert checked(client_of(other, "ada-token"), RIGHT)["verified"] is False
    finally:
        other.close()


def test_attempts_at_once_are_all_counted(either: Database) -> None:
    assert client_of(either, "ada-token").put(f"{ROOT}/users/{DAN}/pin", json={"pin": RIGHT}).status_code == 204
    rules, begin = PinRules(attempts=5), threading.Barrier(12)

    def attempt(number: int) -> Any:
        begin.wait()
        return check_pin(either, rules, DAN, f"{number:06}", BEN)

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(attempt, range(12)))
    assert not any(outcome.verified for outcome in outcomes)
    assert sorted(outcome.attempts_left for outcome in outcomes if outcome.locked_until is None) == [1, 2, 3, 4]
    with either.read() as db:
        kept = Counter(db.scalars(select(pin_checks.c.result).where(pin_checks.c.result != "set")))
    assert kept == {"wrong": 5, "locked": 7}


def test_who_has_no_pin_is_answered_alike(ben: TestClient) -> None:
    assert [checked(ben, WRONG, EVE)["attempts_left"] for _ in range(5)] == [4, 3, 2, 1, 0]
    assert checked(ben, RIGHT, EVE)["locked_until"] == "2026-11-17T10:25:00Z"


def test_the_work_is_the_same_with_and_without_a_pin(ben: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    costs: list[int] = []
    scrypt = hashlib.scrypt

    def counted(*arguments: Any, n: int, **named: Any) -> bytes:
        costs.append(n)
        return scrypt(*arguments, n=n, **named)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    for user, pin in ((DAN, RIGHT), (DAN, WRONG), (EVE, WRONG)):
        checked(ben, pin, user)
    assert costs == [1 << COST] * 3


def test_readers_and_strangers_check_nothing(ada: TestClient, ben: TestClient, cleo: TestClient) -> None:
    body = {"pin": RIGHT}
    assert cleo.post(f"{ROOT}/users/{DAN}/pin_checks", json=body).status_code == 403
    assert ada.post(f"{ROOT}/users/{DAN}/pin_checks", json=body, headers={"Authorization": ""}).status_code == 401
    assert ada.post(f"{ROOT}/users/{BEN}/pin_checks", json=body).status_code == 404
    assert ada.post(f"{ROOT}/users/999999/pin_checks", json=body).status_code == 404
    assert ben.put(f"{ROOT}/users/{DAN}/pin", json=body).status_code == 403
    assert ben.delete(f"{ROOT}/users/{DAN}/pin").status_code == 403
    assert ben.get(f"{ROOT}/users/{DAN}/pin_checks").status_code == 403


def test_every_check_is_written_down_without_the_digits(ada: TestClient, ben: TestClient) -> None:
    checked(ben, WRONG)
    checked(ben, RIGHT)
    trail = ada.get(f"{ROOT}/users/{DAN}/pin_checks").json()["pin_checks"]
    assert [(entry["checked_by"], entry["result"]) for entry in trail] == [
        (BEN, "verified"),
        (BEN, "wrong"),
        (101, "set"),
    ]
    assert RIGHT not in str(trail)


def test_a_pin_that_was_taken_away_verifies_nobody(ada: TestClient) -> None:
    assert ada.delete(f"{ROOT}/users/{DAN}/pin").status_code == 204
    assert checked(ada, RIGHT)["verified"] is False


def test_the_pin_is_nowhere(
    ada: TestClient, ben: TestClient, loaded: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        sent = {"Idempotency-Key": "once"}
        ben.post(f"{ROOT}/users/{DAN}/pin_checks", json={"pin": RIGHT}, headers=sent)
        refused = ben.post(f"{ROOT}/users/{DAN}/pin_checks", json={"pin": "48291x"})
    assert refused.status_code == 422
    assert "48291" not in refused.text
    assert ben.get(f"/api/v2/users/{DAN}").json()["user"].keys().isdisjoint({"pin", "support_pin"})
    with loaded.read() as db:
        assert db.execute(select(idempotency)).all() == []
    loaded.close()
    for path in Path(str(loaded.url.database)).parent.iterdir():
        assert RIGHT.encode() not in path.read_bytes()
    assert RIGHT not in caplog.text


def test_checks_are_braked(loaded: Database) -> None:
    client = TestClient(
        create_app(loaded, ServerSettings(rate_limits=STRICT)), headers={"Authorization": "Bearer ben-token"}
    )
    grant(loaded, GRANTS)
    answers = [client.post(f"{ROOT}/users/{EVE}/pin_checks", json={"pin": WRONG}).status_code for _ in range(22)]
    assert answers.count(429) == 2
