from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from agentconsole.platform.locks import FileLock

HOLDER = """
import sys
from pathlib import Path
from agentconsole.platform.locks import FileLock
print(FileLock(Path(sys.argv[1])).take(), flush=True)
sys.stdin.read()
"""


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.take()
    assert not first.take()
    assert not second.take()
    first.give_back()
    first.give_back()
    assert second.take()
    second.give_back()


def test_a_process_that_is_killed_gives_its_lock_back(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert not lock.take()
        holder.kill()
    assert lock.take()
    lock.give_back()
