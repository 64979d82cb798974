"""The Support PINs of the demo world are on its server, and its tickets are about them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from agentconsole.demo.ticket_row import FIELDS
from agentconsole.demo.world import World
from agentconsole.server.database import Database
from agentconsole.server.loading import load
from agentconsole.server.pins import check_pin
from agentconsole.server.settings import PinRules

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)


def test_the_server_knows_a_member_by_the_pin_and_nobody_by_another(tmp_path: Path) -> None:
    world = World(60, 5, NOW)
    pins = dict(world.reference())["support_pins"]
    database = Database(f"sqlite:///{tmp_path / 'server.db'}", now=lambda: NOW)
    database.upgrade()
    try:
        load(database, world.reference(), world.stories())
        first = pins[0]
        agent = dict(world.reference())["users"][0]["id"]
        assert check_pin(database, PinRules(), first["user_id"], first["pin"], agent).verified
        assert not check_pin(database, PinRules(), first["user_id"], "0000", agent).verified
    finally:
        database.close()


def test_some_requesters_write_their_pin_and_it_is_theirs() -> None:
    world = World(4000, 7, NOW)
    pins = {row["user_id"]: row["pin"] for row in dict(world.reference())["support_pins"]}
    asking = [
        story
        for batch in world.stories()
        for story in batch
        if any(
            field == {"id": FIELDS["topic"], "value": "topic_account_change"} for field in story.ticket["custom_fields"]
        )
    ]
    assert asking
    assert {story.ticket["requester_id"] for story in asking} <= set(pins)
    assert any(pins[story.ticket["requester_id"]] in story.comments[0]["body"] for story in asking)
