"""The command line takes tickets along, and leaves others at the help desk; killed amid it, it goes on."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.support.processes import ConsoleCli, DeskProcess


@pytest.mark.timeout(400)
def test_what_is_taken_along_is_whole_without_a_server_whatever_else_goes(tmp_path: Path) -> None:
    console = ConsoleCli(tmp_path / "home")
    with DeskProcess(tmp_path / "desk", "--close-after", "0", tickets=200) as desk:
        console.add_profile(desk.url)
        console.run("sync")
        plan = console.json("trip", "plan", "--view", "Recently solved", "--search", "is:solved has:attachment")
        assert plan["tickets"] > 0
        assert plan["missing_files"] > 0
        assert plan["seconds"] is not None

        # killed while it fetches, it goes on where it was
        fetching = console.start("trip", "start", "--search", "is:solved has:attachment", "--view", "Recently solved")
        _wait_for_trip(console)
        fetching.send_signal(signal.SIGKILL)
        fetching.wait(timeout=20)
        done = console.json("trip", "fetch")
        assert done["phase"] == "ready"
        assert done["tickets"] == done["tickets_here"] == plan["tickets"]
        assert done["files"] == done["files_here"]

        before = console.json("cache", "show")
        swept = console.json("cache", "set", "--days", "1", "--most-attachments", "1K")
        assert swept["swept"]["tickets"] > 0
        assert swept["covers"]["left_out"] == swept["swept"]["tickets"]
        assert swept["disk"]["files"] == done["files_here"]
        assert desk.stop() == 0

        taken = console.json("tickets", "is:solved has:attachment", "--limit", "1000")
        assert taken
        assert console.json("trip", "show")["phase"] == "ready"

        desk.start()
        console.run("trip", "end")
        console.run("cache", "set", "--days", "all")
        console.run("sync")
        after = console.json("cache", "show")
        assert after["covers"]["left_out"] == 0
        assert after["covers"]["tickets"] == before["covers"]["tickets"]


def test_a_limit_says_first_what_it_would_remove_and_never_removes_unsent_words(tmp_path: Path) -> None:
    console = ConsoleCli(tmp_path / "home")
    with DeskProcess(tmp_path / "desk", "--close-after", "0", tickets=200) as desk:
        console.add_profile(desk.url)
        console.run("sync")
        assert desk.stop() == 0
        (solved,) = console.json("tickets", "status:solved", "--limit", "1")
        console.run("reply", str(solved["id"]), "--text", "Unsent words.")
        would = console.json("cache", "set", "--days", "1", "--dry-run")
        assert would["go"] > 0
        assert console.json("cache", "show")["covers"]["left_out"] == 0
        swept = console.json("cache", "set", "--days", "1")["swept"]
        assert swept["tickets"] == would["go"]
        shown = console.json("show", str(solved["id"]))
        assert shown["comments"][-1]["body"] == "Unsent words."


def _wait_for_trip(console: ConsoleCli) -> None:
    """Return once the trip has begun, which may be before its first attachment came."""
    until = time.monotonic() + 60
    while console.json("trip", "show", expect=None) is None:
        assert time.monotonic() < until, "the trip did not begin"
