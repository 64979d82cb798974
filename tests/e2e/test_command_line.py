"""The command line against the real server, as a script would use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.processes import EMAIL, TOKEN, ConsoleCli, DeskProcess, bodies


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    with DeskProcess(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture
def console(desk: DeskProcess, tmp_path: Path) -> ConsoleCli:
    cli = ConsoleCli(tmp_path / "home")
    cli.add_profile(desk.url)
    return cli


def _server_ticket(desk: DeskProcess, number: int) -> dict[str, object]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    ticket: dict[str, object] = httpx.get(f"{desk.url}/api/v2/tickets/{number}.json", headers=headers).json()["ticket"]
    return ticket


def _server_bodies(desk: DeskProcess, number: int) -> list[str]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = httpx.get(f"{desk.url}/api/v2/tickets/{number}/comments.json", headers=headers).json()
    return [comment["body"] for comment in answer["comments"]]


def _open_ticket(console: ConsoleCli, position: int = 0) -> int:
    number = console.json("tickets", "is:unsolved", "--limit", "10")[position]["id"]
    assert isinstance(number, int)
    return number


@pytest.mark.parametrize("kind", ["agentconsole", "zendesk"])
def test_everything_that_was_synced_can_be_listed_and_read_offline(
    desk: DeskProcess, tmp_path: Path, kind: str
) -> None:
    console = ConsoleCli(tmp_path / "home")
    console.add_profile(desk.url, kind=kind)
    report = console.json("sync")
    assert report["online"] is True
    assert (report["pushed"], report["pending"], report["conflicts"]) == (0, 0, 0)
    assert report["pulled"]["tickets"] >= 38
    listed = console.json("tickets", "--limit", "1000")
    assert len(listed) >= 38
    first = console.json("show", str(listed[0]["id"]))
    assert bodies(first) == _server_bodies(desk, listed[0]["id"])
    assert first["subject"] == _server_ticket(desk, listed[0]["id"])["subject"]
    again = console.json("sync")
    assert again["pulled"]["tickets"] <= 1


def test_a_reply_and_changes_arrive_once_and_never_go_to_the_network_by_themselves(
    desk: DeskProcess, console: ConsoleCli
) -> None:
    console.run("sync")
    number = _open_ticket(console)
    before = _server_bodies(desk, number)
    reply = console.json("reply", str(number), "--text", "We have found the cause. ✓", "--status", "pending")
    change = console.json("set", str(number), "priority=urgent", "tags=+e2e")
    assert reply["state"] == "queued"
    assert len(change["keys"]) == 2
    seen = console.json("show", str(number))
    assert (seen["status"], seen["priority"]) == ("pending", "urgent")
    assert seen["comments"][-1]["state"] == "queued"
    assert {row["key"] for row in console.json("outbox", "list")} == {reply["key"], *change["keys"]}
    assert _server_bodies(desk, number) == before

    report = console.json("sync")
    assert (report["pushed"], report["pending"]) == (3, 0)
    assert _server_bodies(desk, number) == [*before, "We have found the cause. ✓"]
    ticket = _server_ticket(desk, number)
    assert (ticket["status"], ticket["priority"]) == ("pending", "urgent")
    assert "e2e" in ticket["tags"]  # type: ignore[operator]  # a list, says the API
    assert console.json("outbox", "list") == []
    assert console.json("show", str(number))["comments"][-1]["state"] is None
    assert console.json("sync")["pushed"] == 0
    assert _server_bodies(desk, number) == [*before, "We have found the cause. ✓"]


def test_a_discarded_change_is_never_sent(desk: DeskProcess, console: ConsoleCli) -> None:
    console.run("sync")
    number = _open_ticket(console)
    before = _server_bodies(desk, number)
    key = console.json("reply", str(number), "--text", "Oops", "--internal")["key"]
    assert console.json("outbox", "discard", key[:12]) == {"changed": 1}
    assert console.json("sync")["pushed"] == 0
    assert _server_bodies(desk, number) == before


def test_what_is_meant_unclearly_is_refused_and_changes_nothing(console: ConsoleCli) -> None:
    console.run("sync")
    number = str(_open_ticket(console))
    before = console.json("show", number)
    for change in ("tags=+a,b", "tags=+has space", "subject=", "status=closed", "field:1=x", "requester=nobody"):
        assert console.run("set", number, change, expect=None).returncode in (1, 2), change
    assert console.json("show", number) == before
    console.run("reply", number, "--text", "Keep me", "--internal")
    refused = console.json("outbox", "discard", expect=2)
    assert "--all" in refused["advice"]
    assert len(console.json("outbox", "list")) == 1
    assert console.json("outbox", "discard", "--all") == {"changed": 1}


def test_a_query_may_begin_with_a_minus(console: ConsoleCli) -> None:
    console.run("sync")
    without = console.json("tickets", "-status:closed", "-tag:spam", "--limit", "1000")
    assert without
    assert all(row["status"] != "closed" for row in without)
    assert console.run("tickets", "--nonsense", expect=2).stderr.endswith("unrecognized arguments: --nonsense\n")


def test_what_is_kept_is_its_owners_alone(console: ConsoleCli) -> None:
    console.run("sync")
    assert [path for path in console.home.rglob("*") if path.stat().st_mode & 0o077] == []


def test_the_directory_finds_contacts_people_and_organizations(console: ConsoleCli) -> None:
    console.run("sync")
    found = console.json("directory", "urgent@store.icu")
    # the line itself, and the chapter of the handbook that names it
    assert [row["kind"] for row in found] == ["contact", "guide"]
    assert (found[0]["method"], found[0]["emergency"]) == ("email", True)
    everything = console.json("directory", "--limit", "5000")
    assert {row["kind"] for row in everything} == {"contact", "guide", "organization", "person"}
    # who is in a pack and at the help desk is listed once
    reached = [(row["title"], row["details"], row["region"]) for row in everything if row["kind"] == "contact"]
    twice = {each for each in reached if reached.count(each) > 1}
    assert twice == {("Security Incidents", "+1-888-SECURITY", "")}  # the document has it under two headings


def test_a_mistyped_query_says_where(console: ConsoleCli) -> None:
    done = console.run("tickets", "status:asleep", expect=1)
    assert "status" in done.stderr
    done = console.run("tickets", "foo:bar", expect=1)
    assert "There is no field “foo”" in done.stderr
    assert console.run("tickets", "%", expect=1).stdout == ""


def test_the_doctor_is_content(console: ConsoleCli) -> None:
    console.run("sync")
    report = console.json("doctor")
    assert report["healthy"] is True
    # of a named home without a passphrase it says what its key file is worth
    assert {finding["check"] for finding in report["findings"] if finding["level"] != "ok"} == {"keys"}


def test_nothing_outside_the_home_is_touched(desk: DeskProcess, tmp_path: Path) -> None:
    elsewhere = tmp_path / "user"
    elsewhere.mkdir()
    console = ConsoleCli(tmp_path / "home")
    environment = {"HOME": str(elsewhere), "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": "", "XDG_CACHE_HOME": ""}
    console.run(
        *("profile", "add", "desk", "--url", desk.url, "--email", EMAIL, "--token-env", "DESK_TOKEN"),
        environment={"DESK_TOKEN": TOKEN, **environment},
    )
    console.run("sync", environment=environment)
    assert list(elsewhere.rglob("*")) == []
    assert TOKEN.encode() not in b"".join(
        path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()
    )
