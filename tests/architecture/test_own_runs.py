"""A run of these tests: none of it goes missing without a word."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import CUT_SHORT

ROOT = Path(__file__).resolve().parents[2]

_LEAVES = """
import time
from agentconsole.platform.leaving import leave_within

def test_leaves():
    leave_within(0.1, 0)
    time.sleep(60)
"""


def _run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the tests in *folder* as those of this project are run."""
    own = ("-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider")
    command = [sys.executable, "-m", "pytest", "-q", *own, *options, str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)


def test_a_test_that_ends_the_process_does_not_end_the_run_as_if_all_had_passed(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text(_LEAVES)
    done = _run(tmp_path)
    assert done.returncode == CUT_SHORT, done.stdout
    assert "what comes after it did not run" in done.stdout
