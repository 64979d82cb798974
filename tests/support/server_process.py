"""The ticket server as a process of its own, as an administrator would run it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_RUN = """
import sys
from agentconsole.server.running import run
from agentconsole.server.settings import ServerSettings
sys.exit(run(ServerSettings(database_url=sys.argv[1])))
"""


@contextmanager
def server_process(database_url: str) -> Iterator[str]:
    """Serve a database on a free loopback port; yields the address. Stops it with SIGTERM and expects status 0."""
    process = subprocess.Popen([sys.executable, "-c", _RUN, database_url], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process, process.stdout as lines:
        try:
            said = lines.readline()
            assert said.startswith("serving http://"), f"the server said {said!r}"
            yield said.removeprefix("serving ").strip()
        finally:
            process.terminate()
            status = process.wait(20)
    assert status == 0
