"""The real programs as processes: a ticket server, and consoles driven by their command line."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

PROGRAM = tuple(os.environ.get("TESTED_PROGRAM", "").split()) or (sys.executable, "-m", "agentconsole")
"""The console, from its sources; ``make test-package`` has a packaged one tested instead."""
TOKEN = "e2e-admin-token"
EMAIL = "supervisor@desk.example"


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class DeskProcess:
    """``agentconsole serve`` on a port of its own; a context manager. It can be stopped and started again."""

    def __init__(self, folder: Path, *options: str, tickets: int = 40) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [
            *PROGRAM,
            *("serve", "--home", str(folder), "--port", str(self.port)),
            *("--demo", "--tickets", str(tickets), "--seed", "7", "--token", f"{EMAIL}={TOKEN}", *options),
        ]
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and return when it is ready."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        first = self._process.stdout.readline()
        assert first.strip() == f"serving {self.url}", f"the server said {first!r}"
        threading.Thread(target=self._process.stdout.read, daemon=True).start()

    def stop(self) -> int:
        """Stop it by SIGTERM and return its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(timeout=20)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None
        return code

    def __enter__(self) -> DeskProcess:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self.stop()


class ConsoleCli:
    """One console's home, used by its command line."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(
        self, *arguments: str, expect: int | None = 0, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one command; assert its exit code unless *expect* is None."""
        done = subprocess.run(
            [*PROGRAM, *arguments],
            env={**self._environment, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        if expect is not None:
            assert done.returncode == expect, f"{arguments} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start one command and return at once; its output is nobody's business."""
        return subprocess.Popen(
            [*PROGRAM, *arguments], env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, "AGENTCONSOLE_HOME": str(self.home), "QT_QPA_PLATFORM": "offscreen"}

    def json(self, *arguments: str, expect: int | None = 0) -> Any:
        """Run one command with ``--json`` and return what it printed."""
        return json.loads(self.run(*arguments, "--json", expect=expect).stdout)

    def add_profile(self, url: str, *, kind: str = "agentconsole", token: str = TOKEN, email: str = EMAIL) -> None:
        """Add the profile ``desk``."""
        self.run(
            *("profile", "add", "desk", "--kind", kind, "--url", url, "--email", email, "--token-env", "DESK_TOKEN"),
            environment={"DESK_TOKEN": token},
        )


def bodies(ticket: dict[str, Any]) -> Sequence[str]:
    """Return the texts of a ticket's comments, in order."""
    return [comment["body"] for comment in ticket["comments"]]
