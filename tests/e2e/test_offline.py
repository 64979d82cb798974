"""The server goes away and comes back; nobody's work is lost, doubled or out of order."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.support.processes import TOKEN, ConsoleCli, DeskProcess


def test_work_done_while_the_server_is_down_arrives_once_and_in_order(tmp_path: Path) -> None:
    console = ConsoleCli(tmp_path / "home")
    with DeskProcess(tmp_path / "desk", tickets=60) as desk:
        console.add_profile(desk.url)
        console.run("sync")
        numbers = [row["id"] for row in console.json("tickets", "is:unsolved", "--limit", "2")]
        assert desk.stop() == 0

        words = ["First", "Second", "Third"]
        for number in numbers:
            for word in words:
                console.run("reply", str(number), "--text", f"{word} for {number}")
        console.run("set", str(numbers[0]), "status=hold")
        offline = console.json("sync", expect=3)
        assert (offline["online"], offline["pushed"], offline["pending"]) == (False, 0, 7)
        assert console.json("tickets", f"First for {numbers[0]}") is not None
        assert len(console.json("show", str(numbers[0]))["comments"]) >= 3

        desk.start()
        assert console.json("sync")["pending"] == 0
        for number in numbers:
            answer = httpx.get(
                f"{desk.url}/api/v2/tickets/{number}/comments", headers={"Authorization": f"Bearer {TOKEN}"}
            )
            own = [
                comment["body"] for comment in answer.json()["comments"] if comment["body"].endswith(f" for {number}")
            ]
            assert own == [f"{word} for {number}" for word in words]


def test_a_ticket_is_solved_and_closed_while_the_server_is_down_and_takes_no_more_words(tmp_path: Path) -> None:
    console = ConsoleCli(tmp_path / "home")
    with DeskProcess(tmp_path / "desk", tickets=60) as desk:
        console.add_profile(desk.url)
        console.run("sync")
        number, other = (str(row["id"]) for row in console.json("tickets", "is:unsolved", "--limit", "2"))
        assert desk.stop() == 0

        assert "Only a solved ticket can be closed" in console.run("set", number, "status=closed", expect=1).stderr
        console.run("reply", number, "--text", "It is done.", "--status", "solved")
        console.run("set", number, "status=closed")
        assert console.json("show", number)["status"] == "closed"
        assert "follow-up ticket" in console.run("reply", number, "--text", "One more thing.", expect=1).stderr

        desk.start()
        assert console.json("sync")["pending"] == 0
        answer = httpx.get(f"{desk.url}/api/v2/tickets/{number}", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.json()["ticket"]["status"] == "closed"
        assert console.json("show", number)["status"] == "closed"
        assert console.json("show", other)["status"] != "closed"
