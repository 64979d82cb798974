"""``agentconsole outbox`` without a window: look at what waits, edit it, take it back and put it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import ConsoleCli, DeskProcess


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    with DeskProcess(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture
def console(desk: DeskProcess, tmp_path: Path) -> ConsoleCli:
    cli = ConsoleCli(tmp_path / "home")
    cli.add_profile(desk.url)
    return cli


def test_what_waits_is_shown_edited_and_put_back_by_the_command_line(console: ConsoleCli) -> None:
    console.run("sync")
    number = str(console.json("tickets", "is:unsolved", "--limit", "1")[0]["id"])
    key = console.json("reply", number, "--text", "Tpyo", "--internal", "--status", "pending")["key"]
    first = console.json("outbox", "show", key[:10])
    assert (first["text"], first["state"], first["ready"], first["conflicts"]) == ("Tpyo", "queued", True, None)
    assert first["can"] == ["edit", "discard"]

    assert console.json("outbox", "edit", key, "status=hold", "--text", "Typo") == {"key": key, "state": "queued"}
    assert console.json("show", number)["status"] == "hold"
    assert console.json("outbox", "show", key)["text"] == "Typo"
    assert console.json("outbox", "edit", key, "--into", number, expect=2)["error"].startswith(
        "This change has no into"
    )

    assert console.json("outbox", "discard", key) == {"changed": 1}
    assert console.json("outbox", "list") == []
    assert console.json("outbox", "put-back", key) == {"changed": 1}
    events = [event["what"] for event in console.json("outbox", "show", key)["events"]]
    assert events == ["edited", "withdrawn", "put back"]
    assert console.json("outbox", "decide", key, "--mine", expect=1)["error"] == "This change is not in conflict."

    assert console.json("sync")["pushed"] == 1
    shown = console.json("show", number)
    assert (shown["status"], shown["comments"][-1]["body"]) == ("hold", "Typo")
