"""The campaign finds bugs: the console is broken on purpose, in one way after the other.

`make faults` begins with this."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.breaking import BREAKAGES
from tests.faults.campaign import load_summary
from tests.faults.writes import is_watchable

ROOT = Path(__file__).parents[2]
WITHIN = 80
"""Runs in which each has to show."""

WHERE = {
    "does-not-sync": (1, "kill"),
    "drops-drafts": (4, None),
    "forgets-what-was-under-way": (74, "kill"),
    "loses-files": (2, None),
    "mixes-up-the-order": (3, None),
    "overwrites-blindly": (12, None),
    "sends-again-unasked": (20, "wire"),
    "sends-what-is-stale": (7, None),
    "skips-pages": (2, None),
}
"""The first seed and the kind of runs in which a bug shows soon, so that this takes seconds."""


@pytest.mark.campaign
@pytest.mark.timeout(300)
@pytest.mark.parametrize("breakage", sorted(BREAKAGES))
def test_it_finds(breakage: str, tmp_path: Path) -> None:
    if breakage == "does-not-sync" and not is_watchable():
        pytest.skip("this kernel lets nobody watch writes: the power can't fail here")
    summary = tmp_path / "faults.json"
    first, kind = WHERE.get(breakage, (0, None))
    command = [sys.executable, "-m", "tests.faults", "--break", breakage, "--first", str(first)]
    command += ["--runs", str(WITHIN), "--stop-after", "1", "--jobs", "1", "--summary", str(summary)]
    command += ["--only", kind] if kind else []
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = load_summary(summary)
    assert done.returncode == 1, done.stdout[-2000:] + done.stderr[-2000:]
    assert told["failed"]
