"""Tokens that an administrator takes back open nothing, and say so to whoever still has them."""

from __future__ import annotations

import hashlib

from fastapi.testclient import TestClient

from agentconsole.server.access import grant
from agentconsole.server.database import Database
from tests.server.conftest import GRANTS
from tests.support.account import ADA, BEN, DAN

PATH = "/api/agentconsole/v1/users/{}/revocations"
ME = "/api/v2/tickets"


def test_a_token_that_was_taken_back_says_so_and_opens_nothing(ada: TestClient, ben: TestClient) -> None:
    assert ben.get(ME).status_code == 200
    assert ada.post(PATH.format(BEN), json={}).json() == {"revoked": 1, "wipe": False}
    answer = ben.get(ME)
    assert answer.status_code == 401
    assert answer.json() == {
        "error": "TokenRevoked",
        "description": "An administrator took back this access.",
        "token_digest": hashlib.sha256(b"ben-token").hexdigest(),
        "wipe_requested": False,
    }


def test_a_wipe_is_asked_for_by_the_admin_only_and_not_unsaid_by_a_second_call(
    ada: TestClient, ben: TestClient
) -> None:
    ada.post(PATH.format(BEN), json={"wipe": True})
    assert ben.get(ME).json()["wipe_requested"] is True
    assert ada.post(PATH.format(BEN), json={"wipe": False}).json()["revoked"] == 0
    assert ben.get(ME).json()["wipe_requested"] is True


def test_it_may_be_asked_for_later_too(ada: TestClient, ben: TestClient) -> None:
    ada.post(PATH.format(BEN), json={})
    ada.post(PATH.format(BEN), json={"wipe": True})
    assert ben.get(ME).json()["wipe_requested"] is True


def test_a_wrong_token_is_only_wrong(ada: TestClient, ben: TestClient) -> None:
    ada.post(PATH.format(BEN), json={"wipe": True})
    ben.headers["Authorization"] = "Bearer another-token"
    assert ben.get(ME).json() == {"error": "Couldn't authenticate you"}


def test_only_admins_take_back_and_never_from_themselves_or_a_requester(ada: TestClient, ben: TestClient) -> None:
    assert ben.post(PATH.format(ADA), json={"wipe": True}).status_code == 403
    assert ada.post(PATH.format(ADA), json={}).status_code == 422
    assert ada.post(PATH.format(DAN), json={}).status_code == 404
    assert ada.get(ME).status_code == 200


def test_a_restart_with_the_same_grants_lets_nobody_back_in(loaded: Database, ada: TestClient, ben: TestClient) -> None:
    ada.post(PATH.format(BEN), json={})
    grant(loaded, GRANTS)
    assert ben.get(ME).status_code == 401
