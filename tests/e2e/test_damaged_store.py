"""The database is destroyed with work in it: the doctor saves the work, and the help desk gets each reply once."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.support.processes import TOKEN, ConsoleCli, DeskProcess

HEADERS = {"Authorization": f"Bearer {TOKEN}"}


def _said(desk: DeskProcess, number: str) -> list[str]:
    answer = httpx.get(f"{desk.url}/api/v2/tickets/{number}/comments", headers=HEADERS)
    return [comment["body"] for comment in answer.json()["comments"]]


@pytest.mark.parametrize("kind", ["agentconsole", "zendesk"])
def test_work_in_a_destroyed_database_arrives_once(tmp_path: Path, kind: str) -> None:
    console = ConsoleCli(tmp_path / "home")
    with DeskProcess(tmp_path / "desk", tickets=60) as desk:
        console.add_profile(desk.url, kind=kind)
        console.run("sync")
        number, other = (str(row["id"]) for row in console.json("tickets", "is:unsolved", "--limit", "2"))
        console.run("reply", number, "--text", "Sent before the disk failed.")
        (database,) = (tmp_path / "home").rglob("console.db")
        journal = database.with_name("console.unsent")
        stale = journal.read_bytes()
        console.run("sync")
        assert "Sent before the disk failed." in _said(desk, number)
        # the worst of disks: the database is gone, and the second copy is one of before the reply was sent
        console.run("reply", other, "--text", "Still waiting when the disk failed.", "--internal")
        waiting = journal.read_bytes()[len(stale) :]
        for companion in ("-wal", "-shm"):
            database.with_name(database.name + companion).unlink(missing_ok=True)
        database.write_bytes(bytes(database.stat().st_size))
        journal.write_bytes(stale + waiting[waiting.rindex(b"\xa7unsent") :])

        assert "damaged" in console.run("tickets", expect=1).stderr
        found = console.json("doctor", "--set-aside", expect=None)["findings"]
        (saved,) = [each["message"] for each in found if "are saved" in each["message"]]
        assert "2 changes and 0 drafts" in saved
        assert {row["state"] for row in console.json("outbox", "list")} == {"unknown"}
        assert console.json("sync")["pending"] == 0
        assert _said(desk, number).count("Sent before the disk failed.") == 1
        assert _said(desk, other).count("Still waiting when the disk failed.") == 1
        assert console.json("outbox", "list") == []
        report = console.json("doctor")
        assert report["healthy"] is True
        (copy,) = [each for each in report["findings"] if each["check"] == "desk: second copy"]
        assert copy["level"] == "ok"
