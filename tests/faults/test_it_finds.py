"""The campaign finds bugs: the console is broken on purpose, in one way after the other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.breaking import BREAKAGES
from tests.faults.campaign import load_summary
from tests.faults.writes import is_watchable

ROOT = Path(__file__).parents[2]
WITHIN = 60
"""Runs in which each has to show."""

FIRST = {"forgets-what-was-under-way": 6, "overwrites-blindly": 4, "sends-what-is-stale": 3, "drops-drafts": 4}
"""Where a bug shows soon, so that this takes seconds; from the first seed on it shows too, a little later."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("breakage", sorted(BREAKAGES))
def test_it_finds(breakage: str, tmp_path: Path) -> None:
    if breakage == "does-not-sync" and not is_watchable():
        pytest.skip("this kernel lets nobody watch writes: the power can't fail here")
    summary = tmp_path / "faults.json"
    command = [sys.executable, "-m", "tests.faults", "--break", breakage, "--first", str(FIRST.get(breakage, 0))]
    command += ["--runs", str(WITHIN), "--stop-after", "1", "--jobs", "1", "--summary", str(summary)]
    if breakage == "does-not-sync":
        command += ["--only", "kill"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = load_summary(summary)
    assert done.returncode == 1, done.stdout[-2000:] + done.stderr[-2000:]
    assert told["failed"]
