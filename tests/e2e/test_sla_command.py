"""``agentconsole sla`` against the real server: targets of both kinds, offline, and with changes that are not sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from tests.support.processes import TOKEN, ConsoleCli, DeskProcess


class Copy(NamedTuple):
    """A console that has synced a desk which is gone since, and the numbers of tickets that were opened just before."""

    console: ConsoleCli
    standard: int
    platinum: int
    boutique: int

    def target(self, number: int, *options: str) -> dict[str, Any]:
        """What is told of the first reply of *number*."""
        told = self.console.json("sla", str(number), *options)["targets"]
        (found,) = (one for one in told if one["metric"] == "first_reply")
        assert isinstance(found, dict)
        return found


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    console = ConsoleCli(tmp_path_factory.mktemp("home"))
    with DeskProcess(tmp_path_factory.mktemp("desk"), tickets=300) as desk:
        numbers = [
            opened(desk, "tier", "standard"),
            # the help desk's own policies go by tags
            opened(desk, "tier", "platinum", "tier_platinum"),
            opened(desk, "plan", "boutique"),
        ]
        console.add_profile(desk.url)
        console.json("sync")
    return Copy(console, *numbers)


def opened(desk: DeskProcess, field: str, level: str, *tags: str) -> int:
    """Open a ticket of normal priority for somebody whose organization has that level."""
    with httpx.Client(base_url=f"{desk.url}/api/v2", headers={"Authorization": f"Bearer {TOKEN}"}) as api:
        page: str | None = "/organizations.json?page[size]=100"
        while page:
            answer = api.get(page).raise_for_status().json()
            for organization in answer["organizations"]:
                if organization["organization_fields"].get(field) != level:
                    continue
                users = api.get(f"/organizations/{organization['id']}/users.json").raise_for_status().json()["users"]
                if users:
                    ticket = {
                        "subject": "How do I change my address?",
                        "comment": {"body": "It is wrong on the invoice.", "author_id": users[0]["id"]},
                        "requester_id": users[0]["id"],
                        "organization_id": organization["id"],
                        "priority": "normal",
                        "tags": tags,
                    }
                    made = api.post("/tickets.json", json={"ticket": ticket}).raise_for_status()
                    return int(made.json()["ticket"]["id"])
            page = answer["links"]["next"] if answer.get("meta", {}).get("has_more") else None
    raise AssertionError(f"no organization has the {field} {level}")


def test_a_standard_partners_target_is_counted_here_and_adds_up(copy: Copy) -> None:
    target = copy.target(copy.standard)
    assert (target["source"], target["goal"], target["state"]) == ("store-icu", "next business day", "on track")
    assert target["rule"] == "Standard Partners: Next business day"
    assert target["hours"] == "Mon–Fri 09:00–18:00"
    assert target["due_at"] < target["breach_at"]
    # a time without a zone would be anybody's guess
    assert target["due_at"].endswith("Z")
    assert target["breach_at"].endswith("Z")
    counted = [line["counted_seconds"] for line in target["ledger"] if line["kind"] == "open"]
    # each line is cut to whole seconds
    assert sum(counted) == pytest.approx(target["target_seconds"], abs=len(counted))
    (listed,) = (row for row in copy.console.json("tickets", "tier:standard") if row["id"] == copy.standard)
    assert listed["sla"] == {"metric": "first_reply", "stage": "active", "breach_at": target["breach_at"]}


def test_the_help_desks_own_targets_are_marked_and_beside_them_what_the_pack_promises(copy: Copy) -> None:
    target = copy.target(copy.platinum)
    assert (target["source"], target["source_title"]) == ("server", "The help desk's own target")
    assert (target["goal"], target["elapsed_seconds"]) == (None, None)
    assert (target["instead"]["source"], target["instead"]["goal"]) == ("store-icu", "1 hour")


def test_a_change_of_priority_that_is_not_sent_yet_has_its_target(copy: Copy) -> None:
    assert copy.target(copy.boutique)["state"] == "no explicit target"
    forecast = copy.console.json("sla", str(copy.boutique), "--priority", "high")["forecast"]
    assert [(one["metric"], one["goal"]) for one in forecast] == [("first_reply", "2 weeks")]
    copy.console.json("set", str(copy.boutique), "priority=high")
    after = copy.console.json("sla", str(copy.boutique))
    assert [(one["goal"], one["due_at"]) for one in after["targets"]] == [("2 weeks", forecast[0]["due_at"])]
    assert [(one["kind"], one["goal"]) for one in after["recorded"]] == [("retarget", "2 weeks")]


def test_people_read_the_reckoning_line_by_line(copy: Copy) -> None:
    said = copy.console.run("sla", str(copy.standard)).stdout
    assert "“Standard Partners: Next business day” (Contact Points" in said
    assert "Counted in: Business hours" in said
    assert "Start " in said
    assert "[Due " in said


def test_a_ticket_that_is_not_there_is_said_so(copy: Copy, tmp_path: Path) -> None:
    done = copy.console.run("sla", "999999", "--json", expect=None)
    assert done.returncode != 0
    assert "999999" in done.stderr
