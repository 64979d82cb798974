"""A process of ours that crashes leaves no copy of its memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

_CODE = """
import ctypes, resource
from agentconsole.platform.memory import keep_out_of_core_dumps
keep_out_of_core_dumps(has_window={window})
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),
      int(open("/proc/self/coredump_filter").read(), 16))
"""


@pytest.mark.parametrize(("window", "dumpable"), [(False, 0), (True, 1)])
def test_no_core_dump_has_anything_of_us(window: bool, dumpable: int) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _CODE.format(window=window)], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == f"(0, 0) {dumpable} 0"


def test_every_command_begins_with_it() -> None:
    code = (
        "import resource, sys\n"
        "from agentconsole.cli.main import run\n"
        "try: run(['--version'])\n"
        "except SystemExit: pass\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "(0, 0)"
