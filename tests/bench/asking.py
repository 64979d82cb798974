"""Programs that are asked for samples: one line of JSON in, one line out."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, TextIO

Answer = Callable[..., Any]


class ProbeFailed(RuntimeError):
    """A probe ended, or said that it could not do what it was asked."""


class Probe:
    """A program of this package (*module* with *arguments*) as a process; a context manager that ends it.

    Attributes:
        ready_ms: from the start of the process to its first frame.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        self._command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
        self._process: subprocess.Popen[str] | None = None
        self.ready_ms = 0.0

    def __enter__(self) -> Probe:
        began = time.monotonic()
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        # the system's monotonic clock is the same in all processes
        self.ready_ms = (float(self._read()) - began) * 1000
        return self

    def ask(self, name: str, **arguments: Any) -> Any:
        """What the probe answers to *name*; ProbeFailed when it can't."""
        self.send(name, **arguments)
        return self._read()

    def send(self, name: str, **arguments: Any) -> None:
        """Ask, and fetch the answer by :meth:`answer` later."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"name": name, **arguments}) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """The answer to what was sent."""
        return self._read()

    def _read(self) -> Any:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ProbeFailed(f"{self._command[2]} ended with {self._process.wait()}")
        said = json.loads(line)
        if isinstance(said, dict) and "failed" in said:
            raise ProbeFailed(f"{self._command[2]}: {said['failed']}")
        return said

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._process
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def tell(value: Any, to: TextIO | None = None) -> None:
    """Say *value* to whoever asked."""
    print(json.dumps(value), file=to or sys.stdout, flush=True)


def tell_painted() -> None:
    """The first thing that a probe says: when its first frame was on the screen."""
    tell(time.monotonic())


def serve(answers: Mapping[str, Answer]) -> None:
    """Answer what comes over standard input, until it ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        name = asked.pop("name")
        try:
            answer = answers[name](**asked)
        except Exception as error:  # the boundary between programs: the one who asked decides
            tell({"failed": f"{name}: {type(error).__name__}: {error}"})
        else:
            tell(answer)


def resident_mb() -> float:
    """The memory of this process that is in RAM, in MB (10^6 bytes)."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
    raise ProbeFailed("this system does not tell the resident memory")
