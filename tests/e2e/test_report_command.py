"""``agentconsole report`` against the real server: its keys, its totals, and how it fails."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.processes import ConsoleCli, DeskProcess

KEYS = {
    *("from", "to", "time_zone", "group", "tier", "organization", "made_at", "coverage", "open", "created", "solved"),
    *("days", "by_channel", "first_reply", "resolution", "sla", "satisfaction", "agents"),
}


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> ConsoleCli:
    """A synced console whose desk is gone: a report needs no network."""
    folder: Path = tmp_path_factory.mktemp("report")
    cli = ConsoleCli(folder / "home")
    with DeskProcess(folder) as desk:
        cli.add_profile(desk.url)
        cli.run("sync")
    return cli


def test_the_keys_of_a_report(console: ConsoleCli) -> None:
    report = console.json("report")
    assert report.keys() == KEYS
    assert len(report["days"]) == 30
    assert report["days"][0].keys() == {"day", "created", "solved", "open"}
    assert report["to"] == report["days"][-1]["day"]
    assert report["open"].keys() == {
        *("total", "query", "by_status", "by_priority", "by_tier", "by_channel", "by_group"),
    }
    assert report["first_reply"].keys() == {"n", "median", "p90", "waiting", "unknown", "by_priority"}
    assert report["sla"].keys() == {
        *("n", "met", "breached", "running", "none", "unknown", "rate", "by_metric", "by_tier", "by_priority"),
    }
    assert report["coverage"].keys() == {
        *("begins", "begins_within_range", "tickets", "comments", "without_conversation", "data_as_of"),
        "left_out",
    }
    assert report["satisfaction"].keys() == {"good", "bad", "offered", "rate", "days"}


def test_its_totals_are_those_of_the_tickets(console: ConsoleCli) -> None:
    report = console.json("report", "--from", "2020-01-01")
    everything = console.json("tickets")
    unsolved = console.json("tickets", "is:unsolved")
    assert report["coverage"]["tickets"] == report["created"] == len(everything)
    assert report["open"]["total"] == report["days"][-1]["open"] == len(unsolved) > 0
    assert report["solved"] == len(everything) - len(unsolved)
    for part in ("by_status", "by_priority", "by_tier", "by_channel", "by_group"):
        assert sum(each["count"] for each in report["open"][part]) == len(unsolved), part
    for each in (*report["open"]["by_priority"], *report["open"]["by_tier"][:2], *report["open"]["by_group"][:2]):
        assert len(console.json("tickets", each["query"])) == each["count"], each["query"]
    assert report["sla"]["n"] <= len(everything)
    assert report["agents"][0]["replies"] > 0


def test_a_report_is_narrowed_to_a_tier_a_group_and_an_organization(console: ConsoleCli) -> None:
    gold = console.json("report", "--tier", "Gold")
    assert gold["tier"] == "gold"
    assert gold["open"]["total"] == len(console.json("tickets", "is:unsolved", "tier:gold"))
    name = console.json("tickets", "is:unsolved", "--limit", "1")[0]["organization"]
    assert console.json("report", "--organization", name.upper())["open"]["total"] >= 1
    assert console.json("report", "--group", "none")["group"] == ""
    refused = console.json("report", "--group", "Nobody", expect=1)
    assert "Nobody" in refused["error"]


def test_the_same_figures_as_comma_separated_values(console: ConsoleCli) -> None:
    report = console.json("report")
    text = console.run("report", "--format", "csv").stdout
    assert not text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    value = {(row["figure"], row["by"], row["key"]): row["value"] for row in rows}
    assert value["open", "", "all"] == str(report["open"]["total"])
    assert value["created", "day", report["to"]] == str(report["days"][-1]["created"])
    assert sum(row["figure"] == "open at end of day" for row in rows) == 30
    assert len(value) == len(rows)


def test_what_is_meant_unclearly_is_refused(console: ConsoleCli) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date()
    for arguments in (
        ("--from", "yesterday"),
        ("--from", "2026-02-30"),
        ("--from", str(tomorrow), "--to", "2026-01-01"),
        ("--from", "1900-01-01"),
        ("--format", "xml"),
    ):
        assert console.run("report", *arguments, expect=2).stderr
    assert "2026-11-23" in console.run("report", "--from", "yesterday", expect=2).stderr
    assert console.json("report", "--to", str(tomorrow))["to"] < str(tomorrow)
