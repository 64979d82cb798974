"""A share of the campaign in every test run; ``make faults`` is the whole of it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.campaign import load_summary
from tests.faults.plan import MIX, kind_of, plan_of

ROOT = Path(__file__).parents[2]
RUNS = 200


@pytest.mark.timeout(400)
def test_nothing_is_lost_doubled_or_damaged(tmp_path: Path) -> None:
    summary = tmp_path / "faults.json"
    command = [sys.executable, "-m", "tests.faults", "--runs", str(RUNS), "--summary", str(summary)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    told = load_summary(summary)
    assert (told["runs"], told["lost"], told["duplicated"], told["corrupt"]) == (RUNS, 0, 0, 0)
    # it has met what it is about
    assert told["changes"] > 5 * RUNS
    assert set(told["runs_by_kind"]) == set(MIX)
    assert {"request", "commit", "line"} <= set(told["kills"])
    assert {"drop", "eat", "cut", "half", "html", "429", "clock"} <= set(told["faults"])


@pytest.mark.campaign
@pytest.mark.timeout(120)
def test_a_stopped_campaign_tells_what_it_found_and_where_to_go_on(tmp_path: Path) -> None:
    summary = tmp_path / "faults.json"
    command = [sys.executable, "-m", "tests.faults", "--runs", "10000", "--summary", str(summary)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as campaign:
        assert campaign.stdout is not None
        assert " of 10000 runs" in campaign.stdout.readline()
        campaign.send_signal(signal.SIGINT)
        said = campaign.stdout.read()
    assert campaign.returncode == 0, said
    told = load_summary(summary)
    assert 0 < told["runs"] < 10_000
    assert f"go on with --first {told['seeds'][1] + 1}" in said


def test_a_seed_is_one_plan() -> None:
    for seed in range(60):
        assert plan_of(seed) == plan_of(seed)
        assert plan_of(seed).kind == kind_of(seed)
    assert plan_of(1) != plan_of(11)
