"""The command line at a Zammad and at a Freshdesk, as a script would use it; each is a fake served by a process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.desks.serving import served
from tests.support.processes import ConsoleCli


def said_at_zammad(url: str, ticket: str) -> tuple[str, str, list[str], list[str]]:
    """The status, the priority, the tags and the texts of a ticket, as its web pages would show them."""
    with httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": "Token token=ada-token"}) as client:
        row: dict[str, Any] = client.get(f"/tickets/{ticket}", params={"expand": "true"}).json()
        tags = client.get("/tags", params={"object": "Ticket", "o_id": ticket}).json()["tags"]
        articles = client.get(f"/ticket_articles/by_ticket/{ticket}").json()
    return row["state"], row["priority"], tags, [each["body"] for each in articles]


def said_at_freshdesk(url: str, ticket: str) -> tuple[str, str, list[str], list[str]]:
    """The same for Freshdesk."""
    with httpx.Client(base_url=f"{url}/api/v2", auth=("ada-key", "X")) as client:
        row: dict[str, Any] = client.get(f"/tickets/{ticket}").json()
        rows = client.get(f"/tickets/{ticket}/conversations").json()
    texts = [row["description_text"], *(each["body_text"] for each in rows)]
    return str(row["status"]), str(row["priority"]), row["tags"], texts


@pytest.mark.parametrize(
    ("kind", "secret", "said", "solved", "high"),
    [
        ("zammad", "ben-token", said_at_zammad, "closed", "3 high"),
        ("freshdesk", "ben-key", said_at_freshdesk, "4", "3"),
    ],
)
def test_tickets_are_synced_answered_and_solved(
    tmp_path: Path, kind: str, secret: str, said: Any, solved: str, high: str
) -> None:
    console = ConsoleCli(tmp_path / "home")
    with served(kind) as url:
        adding = ("profile", "add", "desk", "--kind", kind, "--url", url, "--token-env", "DESK_TOKEN")
        console.run(*adding, environment={"DESK_TOKEN": secret})
        report = console.json("sync")
        assert (report["online"], report["pulled"]["tickets"]) == (True, 3)
        listed = {row["subject"]: row for row in console.json("tickets", "is:unsolved")}
        assert set(listed) == {"Checkout is down", "Certificate übermorgen abgelaufen", "Wrong price on an invoice"}
        number = str(listed["Checkout is down"]["id"])
        console.run("reply", number, "--text", "We have found the cause. ✓", "--status", "solved")
        console.run("set", number, "priority=high", "tags=+e2e")
        report = console.json("sync")
        assert (report["pushed"], report["pending"], report["conflicts"]) == (3, 0, 0)

        status, priority, tags, texts = said(url, number)
        assert (status, priority, tags) == (solved, high, ["e2e"])
        assert texts == ["Checkout is down. Please help!", "We have found the cause. ✓"]
        assert console.json("sync")["pushed"] == 0
        assert said(url, number)[3] == texts
        shown = console.json("show", number)
        assert (shown["status"], shown["priority"], shown["tags"]) == ("solved", "high", ["e2e"])
        assert [each["body"] for each in shown["comments"]] == texts
    # what was synced stays readable without the help desk
    assert len(console.json("tickets", "--limit", "10")) == 3
