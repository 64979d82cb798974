"""A run of these tests: none of it goes missing without a word, and what costs much is not made by every worker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import CUT_SHORT
from tests.support.workers import REQUEST_TRACKER, company_of, turn_of

ROOT = Path(__file__).resolve().parents[2]

_LEAVES = """
import time
from agentconsole.platform.leaving import leave_within

def test_leaves():
    leave_within(0.1, 0)
    time.sleep(60)
"""

_NOTES_ITS_WORKER = """
import os, pathlib, pytest

@pytest.mark.parametrize("number", range(6))
def test_notes(number):
    with pathlib.Path(__file__).with_suffix(".workers").open("a") as notes:
        notes.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
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


def test_the_tests_of_a_file_go_to_one_worker(tmp_path: Path) -> None:
    files = [tmp_path / f"test_{name}.py" for name in ("a", "b", "c", "d")]
    for file in files:
        file.write_text(_NOTES_ITS_WORKER)
    done = _run(tmp_path, "-n", "2")
    assert done.returncode == 0, done.stdout
    workers = [file.with_suffix(".workers").read_text().split() for file in files]
    assert [len(each) for each in workers] == [6] * 4
    assert [len(set(each)) for each in workers] == [1] * 4
    assert len({each[0] for each in workers}) == 2


def test_a_worker_that_dies_takes_one_test_with_it(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text(
        "import os, pathlib\n\n"
        "def test_before(): pass\n\n"
        "def test_deadly(): os._exit(3)\n\n"
        "def test_after(): pathlib.Path(__file__).with_name('ran').touch()\n"
    )
    done = _run(tmp_path, "-n", "2")
    assert done.returncode == 1, done.stdout
    assert "1 failed, 2 passed" in done.stdout
    assert (tmp_path / "ran").exists()


def test_there_is_one_request_tracker_for_all_and_it_is_started_first() -> None:
    contract, file = "tests/connectors/contract/test_faults.py", "tests/connectors/test_request_tracker.py"
    needing = (f"{contract}::test_it[request tracker-busy]", f"{file}::test_it")
    assert {company_of(each) for each in needing} == {REQUEST_TRACKER}
    assert company_of(f"{contract}::test_it[zammad-busy]") == contract
    assert (
        turn_of(needing[0]) < turn_of("tests/e2e/test_lock.py::test_it") < turn_of("tests/sync/test_push.py::test_it")
    )
