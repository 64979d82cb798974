"""Replies and changes queued by the command line, ``sync`` killed again and again behind a bad wire: each arrives once.

``python -m tests.e2e.test_killed_at_random --rounds 200`` kills more often.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx
import pytest

from tests.support.bad_relay import BadRelay
from tests.support.processes import TOKEN, ConsoleCli, DeskProcess

KILLS = 8
MOST_TRIES = 4
"""For each process that is to be killed."""
REPLIES = 3
"""To each of three tickets."""


def _asked(url: str, path: str) -> dict[str, object]:
    answer = httpx.get(f"{url}/api/v2/{path}", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)
    answer.raise_for_status()
    found: dict[str, object] = answer.json()
    return found


def _killed_sync(console: ConsoleCli, relay: BadRelay, dice: random.Random) -> bool:
    """Begin a ``sync`` and kill it at a random request, or at a random moment; whether it was still alive then."""
    number, when_heard = dice.randrange(9), dice.random() < 0.6
    process = console.start("sync")

    def at_request(count: int, heard: bool) -> None:
        if count >= number and heard == when_heard:
            process.kill()

    relay.count_from(0)
    if dice.random() < 0.75:
        relay.at_request = at_request
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(30 if relay.at_request is at_request else dice.uniform(0.5, 3.0))
    process.kill()
    relay.at_request = _nothing
    return process.wait(20) == -signal.SIGKILL


def _nothing(_number: int, _heard: bool) -> None:
    """Let a request pass."""


def kill_at_random(folder: Path, kind: str, kills: int, seed: int) -> int:
    """Queue, kill *kills* times, sync until done, compare; returns how many processes died at work."""
    dice = random.Random(f"{kind} {seed}")
    with DeskProcess(folder / "desk", tickets=20) as desk, BadRelay(desk.url, dice) as relay:
        console = ConsoleCli(folder / "home")
        relay.well = True
        console.add_profile(relay.url, kind=kind)
        console.run("sync")
        numbers = [str(row["id"]) for row in console.json("tickets", "is:unsolved", "--limit", "3")]
        said: dict[str, list[str]] = {number: [] for number in numbers}
        for place in range(REPLIES):
            for number in numbers:
                said[number].append(f"Reply {place} to {number}, said once")
                console.run("reply", number, "--text", said[number][-1])
        priority = {number: dice.choice(("low", "urgent")) for number in numbers}
        for number in numbers:
            console.run("set", number, f"priority={priority[number]}")
        relay.well = False
        died = tried = 0
        # on a busy machine one in two is done before its moment comes
        while tried < kills or (died < kills // 2 and tried < MOST_TRIES * kills):
            died += _killed_sync(console, relay, dice)
            tried += 1
        relay.well = True
        for _ in range(20):
            report = console.json("sync", expect=None)
            if report["pending"] == 0 and "problem" not in report:
                break
        assert report["pending"] == 0, report
        for number, expected in said.items():
            comments = _asked(desk.url, f"tickets/{number}/comments.json?page[size]=100")["comments"]
            assert isinstance(comments, list)
            own = [each["body"] for each in comments if each["body"].endswith("said once")]
            assert own == expected
            ticket = _asked(desk.url, f"tickets/{number}.json")["ticket"]
            assert isinstance(ticket, dict)
            assert ticket["priority"] == priority[number]
        assert console.json("doctor")["healthy"] is True
    return died


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["agentconsole", "zendesk"])
def test_killed_at_random_everything_arrives_once_and_in_order(tmp_path: Path, kind: str) -> None:
    assert kill_at_random(tmp_path, kind, KILLS, seed=4) >= KILLS // 2


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.test_killed_at_random", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="how many processes to kill")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    died = 0
    for place, begun in enumerate(range(0, asked.rounds, KILLS)):
        kind = ("agentconsole", "zendesk")[place % 2]
        with tempfile.TemporaryDirectory() as folder:
            died += kill_at_random(Path(folder), kind, min(KILLS, asked.rounds - begun), asked.seed + place)
        print(f"seed {asked.seed + place} ({kind}): all arrived once and in order; {died} killed at work", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
