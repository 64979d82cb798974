"""A Support PIN is checked by the help desk that keeps it; elsewhere the reason is told."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from agentconsole.connectors.api import (
    Forbidden,
    Missing,
    PinAnswer,
    RateLimited,
    Unanswered,
    Unreachable,
    Unsupported,
)
from agentconsole.domain.instant import from_iso
from agentconsole.server.database import Database
from tests.support.account import BEN, DAN
from tests.support.desk import Desk, Time, new_account

PINS = f"/users/{DAN}/pin"


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    time = Time()
    new_account(tmp_path / "server.db")
    desk = Desk(Database(f"sqlite:///{tmp_path / 'server.db'}", now=time.now), time)
    async with httpx.AsyncClient(transport=desk.wire, base_url="http://desk.test") as ada:
        auth = ("ada@desk.example/token", "ada-token")
        await ada.put(f"/api/agentconsole/v1{PINS}", json={"pin": "482913"}, auth=auth)
    desk.wire.take()
    return desk


async def test_a_right_pin_and_a_wrong_one(desk: Desk) -> None:
    connector = desk.connector()
    assert connector.capabilities.pin
    assert await connector.check_pin(str(DAN), "482913") == PinAnswer(
        verified=True, attempts_left=5, valid_until=from_iso("2026-11-17T11:10:00Z")
    )
    assert await connector.check_pin(str(DAN), "000000") == PinAnswer(verified=False, attempts_left=4)
    for _ in range(4):
        last = await connector.check_pin(str(DAN), "000000")
    assert last == PinAnswer(verified=False, locked_until=from_iso("2026-11-17T10:25:00Z"))


async def test_the_pin_travels_in_the_body_only_and_is_asked_once(desk: Desk) -> None:
    await desk.connector().check_pin(str(DAN), "482913")
    (request,) = desk.wire.requests[-1:]
    assert "482913" not in str(request.url)
    assert "482913" not in str(request.headers)
    assert "idempotency-key" not in request.headers
    assert len(desk.wire.take()) == 1


async def test_who_may_not_is_told(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        await desk.connector(who="cleo").check_pin(str(DAN), "482913")
    with pytest.raises(Missing):
        await desk.connector().check_pin(str(BEN), "482913")


async def test_failures_are_those_of_every_other_request(desk: Desk) -> None:
    desk.wire.cut_request("POST", "pin_checks")
    with pytest.raises(Unreachable):
        await desk.connector().check_pin(str(DAN), "482913")
    desk.wire.answer("POST", "pin_checks", 429, b"{}", {"Retry-After": "9"})
    with pytest.raises(RateLimited):
        await desk.connector().check_pin(str(DAN), "482913")
    desk.wire.spoil_answer("POST", "pin_checks", b"<html>Sign in</html>")
    with pytest.raises(Unanswered):
        await desk.connector().check_pin(str(DAN), "482913")
    desk.wire.answer("POST", "pin_checks", 200, b"{}")
    with pytest.raises(Unanswered):
        await desk.connector().check_pin(str(DAN), "482913")


async def test_zendesk_keeps_none(desk: Desk) -> None:
    connector = desk.connector("zendesk")
    assert not connector.capabilities.pin
    with pytest.raises(Unsupported, match="keeps no Support PINs"):
        await connector.check_pin(str(DAN), "482913")
    assert desk.wire.take() == []
