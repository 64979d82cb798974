"""The campaign over a real Request Tracker, which keeps no keys: a few runs, and that it finds bugs there, too.

`python -m tests.faults --connector rt` is the whole of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.campaign import load_summary
from tests.support.rt.server import SERVER, NotInstalled

ROOT = Path(__file__).parents[2]
RUNS = 10
WITHIN = 20
"""Runs in which a bug has to show."""

WHERE = {
    "sends-again-unasked": (0, "wire"),
    "never-looks": (0, "wire"),
    "marks-before-it-sends": (0, "wire"),
    "mixes-up-the-order": (3, None),
    "overwrites-blindly": (12, None),
    "loses-files": (2, None),
}
"""The bugs that have to do with the help desk: the first seed and the kind of runs in which each shows soon."""

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.skipif(not SERVER.exists(), reason=str(NotInstalled())),
]


@pytest.mark.timeout(400)
def test_nothing_is_lost_doubled_or_damaged_over_a_request_tracker(tmp_path: Path) -> None:
    summary = tmp_path / "faults.json"
    command = [sys.executable, "-m", "tests.faults", "--connector", "rt", "--runs", str(RUNS)]
    done = subprocess.run([*command, "--summary", str(summary)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    told = load_summary(summary)
    assert (told["runs"], told["lost"], told["duplicated"], told["corrupt"]) == (RUNS, 0, 0, 0)
    assert told["sent"] > RUNS


@pytest.mark.timeout(600)
@pytest.mark.parametrize("breakage", sorted(WHERE))
def test_it_finds_bugs_over_a_request_tracker(breakage: str, tmp_path: Path) -> None:
    summary = tmp_path / "faults.json"
    first, kind = WHERE[breakage]
    command = [sys.executable, "-m", "tests.faults", "--connector", "rt", "--break", breakage, "--first", str(first)]
    command += ["--runs", str(WITHIN), "--stop-after", "1", "--jobs", "1", "--summary", str(summary)]
    command += ["--only", kind] if kind else []
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = load_summary(summary)
    assert done.returncode == 1, done.stdout[-2000:] + done.stderr[-2000:]
    assert told["failed"]
