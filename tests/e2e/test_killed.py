"""The console is killed in the middle of an exchange; the next one finds everything, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.processes import TOKEN, ConsoleCli, DeskProcess
from tests.support.relay import Relay


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    with DeskProcess(tmp_path_factory.mktemp("desk"), tickets=20) as running:
        yield running


def _kill_while_it_waits(console: ConsoleCli, relay: Relay) -> None:
    process = console.start("sync")
    try:
        assert relay.held.wait(30)
    finally:
        process.kill()
        process.wait(10)


@pytest.mark.parametrize("kind", ["agentconsole", "zendesk"])
def test_killed_while_a_reply_was_on_its_way_it_arrives_once(desk: DeskProcess, tmp_path: Path, kind: str) -> None:
    console = ConsoleCli(tmp_path / "home")
    words = f"Killed on the way, {kind}."
    with Relay(desk.url, lambda method, _path: method in ("PUT", "POST")) as relay:
        console.add_profile(relay.url, kind=kind)
        console.run("sync")
        number = console.json("tickets", "is:unsolved", "--limit", "1")[0]["id"]
        console.run("reply", str(number), "--text", words)
        _kill_while_it_waits(console, relay)

        assert [row["state"] for row in console.json("outbox", "list")] != []
        assert console.json("doctor")["healthy"] is True
        assert console.json("sync")["pending"] == 0
    answer = httpx.get(f"{desk.url}/api/v2/tickets/{number}/comments", headers={"Authorization": f"Bearer {TOKEN}"})
    assert [comment["body"] for comment in answer.json()["comments"]].count(words) == 1


def test_killed_during_the_first_sync_the_next_one_goes_on(desk: DeskProcess, tmp_path: Path) -> None:
    console = ConsoleCli(tmp_path / "home")
    with Relay(desk.url, lambda _method, path: "/incremental/" in path) as relay:
        console.add_profile(relay.url, kind="zendesk")
        _kill_while_it_waits(console, relay)
        assert console.json("doctor")["healthy"] is True
        console.run("sync")
        headers = {"Authorization": f"Bearer {TOKEN}"}
        count = httpx.get(f"{desk.url}/api/v2/tickets/count", headers=headers).json()["count"]["value"]
        assert len(console.json("tickets", "--limit", "1000")) == count
