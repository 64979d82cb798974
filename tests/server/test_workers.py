"""Several processes behind one address: all serve, what one writes the others' streams tell, and all end together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support import postgres
from tests.support.processes import free_port

EMAIL, TOKEN = "ada@desk.example", "a-token"


class Server:
    """``serve`` with workers and metrics, as a process."""

    def __init__(self, url: str, home: Path, *options: str) -> None:
        self.port, self.metrics_port = free_port(), free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        environment = {**os.environ, "AGENTCONSOLE_SERVE_TOKENS": f"{EMAIL}={TOKEN}", "AGENTCONSOLE_SERVE_DB": url}
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "agentconsole", "serve", "--home", str(home), "--port", str(self.port)),
                *("--metrics-port", str(self.metrics_port), *options),
            ],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        assert first.strip() == f"serving {self.address}", first

    def ask(self, path: str, body: Any = None, port: int | None = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port or self.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", "Connection": "close"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            data = answer.read()
        return data.decode() if port else json.loads(data)

    def figure(self, name: str) -> float:
        told = self.ask("/metrics", port=self.metrics_port).splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in told if line.startswith((f"{name} ", f"{name}{{")))

    def children(self) -> list[int]:
        """The processes that it started and that serve."""
        listed = subprocess.run(
            ["ps", "-ww", "--ppid", str(self.process.pid), "-o", "pid=", "-o", "args="],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        return [int(line.split()[0]) for line in listed.splitlines() if "spawn_main" in line]


@contextmanager
def serving(url: str, home: Path, *options: str) -> Iterator[Server]:
    server = Server(url, home, *options)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=30) == 0
        assert server.process.stdout is not None
        server.process.stdout.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'desk.db'}"
        return
    running: postgres.Cluster = request.getfixturevalue("cluster")
    with running.database() as name:
        yield running.url(name)


def until(happens: Any, seconds: float = 20.0) -> Any:
    """Ask again and again until there is an answer; other processes have no clock that a test could turn."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = happens()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def test_two_workers_serve_one_desk(url: str, tmp_path: Path) -> None:
    with serving(url, tmp_path, "--workers", "2") as server:
        assert server.ask("/healthz")["status"] == "ok"
        assert until(lambda: server.figure("agentconsole_workers") == 2)
        streams = [
            urllib.request.urlopen(
                urllib.request.Request(
                    f"{server.address}/api/agentconsole/v1/events", headers={"Authorization": f"Bearer {TOKEN}"}
                ),
                timeout=20,
            )
            for _ in range(4)
        ]
        assert all(b"hello" in stream.readline() for stream in streams)
        assert until(lambda: server.figure("agentconsole_streams") == 4)
        made = server.ask("/api/v2/tickets", {"ticket": {"subject": "New", "comment": {"body": "x"}}})["ticket"]
        for stream in streams:
            line = b""
            while b'"kind":"ticket"' not in line:
                line = stream.readline()
            assert f'"id":{made["id"]}'.encode() in line
            stream.close()
        assert until(lambda: server.figure("agentconsole_streams") == 0)
        assert server.figure("agentconsole_requests_total") >= 6

        before = server.children()
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        after = until(lambda: len(found := server.children()) == 2 and found != before and found)
        assert before[1] in after
        assert server.ask("/readyz")["status"] == "ok"
    assert server.children() == []
    with pytest.raises(urllib.error.URLError):
        server.ask("/healthz")


def test_one_process_tells_the_same_figures(tmp_path: Path) -> None:
    with serving(f"sqlite:///{tmp_path / 'desk.db'}", tmp_path) as server:
        server.ask("/api/v2/tickets")
        assert server.figure("agentconsole_workers") == 1
        assert server.figure("agentconsole_requests_total") >= 1
        assert server.figure("agentconsole_database_up") == 1
        assert 'route="/api/v2/tickets"' in server.ask("/metrics", port=server.metrics_port)


def test_a_port_that_is_taken_is_told_before_any_worker_begins(tmp_path: Path) -> None:
    with serving(f"sqlite:///{tmp_path / 'desk.db'}", tmp_path) as server:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "agentconsole", "serve", "--home", str(tmp_path), "--port", str(server.port)),
                *("--workers", "2"),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "cannot listen there" in done.stderr
