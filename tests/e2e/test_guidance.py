"""Conduct and PINs through the real server: recorded offline, confirmed by a supervisor, read by everybody."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from agentconsole.domain.query import QueueQuery
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.guidance_records import NotGuided
from agentconsole.services.opening import open_workspace
from agentconsole.services.profiles import Profiles
from agentconsole.services.workspace import OpenWorkspace
from agentconsole.triage.record import ConductState
from tests.support.processes import TOKEN, ConsoleCli, DeskProcess

PACK = """
[pack]
id = "house"
title = "House rules"
version = "1"

[pin]
text = "Verify by PIN"

[conduct]
text = "Be kind."

[[conduct.infractions]]
id = "cursing"
text = "Cursing"
words = { any = ["damn"] }

[[conduct.sanctions]]
id = "ban"
title = "Temporary ban"
days = 7
confirm = true
"""
AGENT, AGENT_TOKEN = "nils@support.example", "e2e-agent-token"


def workspace(desk: DeskProcess, folder: Path, **who: str) -> OpenWorkspace:
    """A console of its own at *folder*, with the pack."""
    cli = ConsoleCli(folder)
    cli.add_profile(desk.url, **who)
    (folder / "packs").mkdir()
    (folder / "packs" / "house.toml").write_text(PACK, encoding="utf-8")
    home = Home.locate(str(folder))
    profiles = Profiles(home, open_keychain(home))
    return open_workspace(home, profiles.get("desk"), profiles)


async def conduct(console: OpenWorkspace, ref: str) -> ConductState:
    number = console.tickets.find(ref)
    assert number is not None
    told = await console.guidance.of(number)
    assert told is not None
    assert told.conduct is not None
    return told.conduct


def test_a_ban_is_proposed_offline_and_counts_once_a_supervisor_confirmed_it(tmp_path: Path) -> None:
    with DeskProcess(tmp_path / "desk", "--token", f"{AGENT}={AGENT_TOKEN}:agent") as desk:
        asyncio.run(_ban(desk, tmp_path))


async def _ban(desk: DeskProcess, tmp_path: Path) -> None:
    agent = workspace(desk, tmp_path / "agent", email=AGENT, token=AGENT_TOKEN)
    supervisor = workspace(desk, tmp_path / "supervisor")
    try:
        await agent.sync.once()
        (row, *_rest) = agent.queue.rows(list(agent.queue.first_ids(QueueQuery(view="all-open"), 5)))
        desk.stop()

        await agent.guidance.record_infractions(row.id, ["cursing"], "on the phone")
        await agent.guidance.sanction(row.id, "ban", "third time")
        assert (await conduct(agent, row.ref)).sanctions[0].state == "proposed"

        desk.start()
        assert (await agent.sync.once())["pending"] == 0
        await supervisor.sync.once()
        there = await conduct(supervisor, row.ref)
        assert (there.infractions, there.sanctions[0].state, there.record[0].waiting) == (1, "proposed", False)
        with pytest.raises(NotGuided, match="supervisor"):
            await agent.guidance.confirm_sanction(row.id, there.sanctions[0].entry, "")
        number = supervisor.tickets.find(row.ref)
        assert number is not None
        await supervisor.guidance.confirm_sanction(number, there.sanctions[0].entry, "agreed")
        assert (await supervisor.sync.once())["pending"] == 0

        await agent.sync.once()
        (ban,) = (await conduct(agent, row.ref)).sanctions
        me = supervisor.me()
        assert me is not None
        assert (ban.state, ban.confirmed_by) == ("active", me.name)
        assert ban.until is not None
        assert ban.until - ban.since == 7 * 86_400_000_000
    finally:
        await agent.close()
        await supervisor.close()


def test_a_pin_is_checked_by_the_server_and_a_colleague_sees_the_result(tmp_path: Path) -> None:
    with DeskProcess(tmp_path / "desk") as desk:
        asyncio.run(_pin(desk, tmp_path))
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and b"904417" in path.read_bytes()]
    assert kept == []


async def _pin(desk: DeskProcess, tmp_path: Path) -> None:
    mine, theirs = workspace(desk, tmp_path / "mine"), workspace(desk, tmp_path / "theirs")
    try:
        await mine.sync.once()
        (row, *_rest) = mine.queue.rows(list(mine.queue.first_ids(QueueQuery(view="all-open"), 5)))
        detail = mine.tickets.detail(row.id)
        assert detail is not None
        assert detail.requester is not None
        async with httpx.AsyncClient(base_url=desk.url, headers={"Authorization": f"Bearer {TOKEN}"}) as admin:
            place = f"/api/agentconsole/v1/users/{detail.requester.ref}/pin"
            assert (await admin.put(place, json={"pin": "904417"})).status_code == 204
        mine.sync.start()
        wrong = await mine.guidance.check_pin(row.id, "111111")
        assert (wrong.state, wrong.attempts_left) == ("wrong", 4)
        assert (await mine.guidance.check_pin(row.id, "904417")).state == "verified"
        await mine.sync.stop()
        assert (await mine.sync.once())["pending"] == 0

        await theirs.sync.once()
        number = theirs.tickets.find(row.ref)
        assert number is not None
        told = await theirs.guidance.of(number)
        assert told is not None
        assert told.pin is not None
        assert told.pin.state == "verified"
    finally:
        await mine.close()
        await theirs.close()
