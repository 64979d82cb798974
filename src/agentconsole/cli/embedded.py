"""The reference server as a process of its own beside the console, gone with it."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path
from types import TracebackType

from agentconsole.cli.failures import CommandFailed
from agentconsole.cli.serve import TOKENS_VARIABLE
from agentconsole.platform.program import own_command

_READY = "serving "


class ServerProcess:
    """Starts ``agentconsole serve --demo`` on a free loopback port; a context manager that stops it.

    Attributes:
        url: where it listens, once entered.
        pid: its process then.
    """

    def __init__(self, folder: Path, *, tickets: int, seed: int, grants: list[str]) -> None:
        self._command = [
            *own_command(),
            *("serve", "--home", str(folder), "--port", "0"),
            *("--demo", "--tickets", str(tickets), "--seed", str(seed)),
        ]
        self._environment = {**os.environ, TOKENS_VARIABLE: "\n".join(grants)}
        self._process: subprocess.Popen[str] | None = None
        self._listener: threading.Thread | None = None
        self.url = ""
        self.pid = 0

    def __enter__(self) -> ServerProcess:
        self._process = subprocess.Popen(
            self._command, env=self._environment, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        self.pid = self._process.pid
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(_READY):
                self.url = line.removeprefix(_READY).strip()
                # nobody reads what it prints from now on, and a full pipe would stop it
                self._listener = threading.Thread(target=self._process.stdout.read, daemon=True)
                self._listener.start()
                return self
        code = self._process.wait()
        raise CommandFailed(f"The embedded server did not start (exit {code}).", "Its own message is above.")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._listener is not None:
            # it ends with what it listens to
            self._listener.join()
        assert process.stdout is not None
        process.stdout.close()
