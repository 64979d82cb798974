"""The packaged console: how large it is, and how long it takes to its first painted queue."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from agentconsole.platform.home import Home
from tests.bench.measuring import Row, row

_PAINTED = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) \w+ \S+: first paint after")
_PATIENCE_S = 60
_MEGABYTE = 1_000_000


class NotPainted(Exception):
    """The console ended, or took too long, before it told of its first paint."""


def package_rows(packages: Path, home: Path, often: int) -> Iterator[Row]:
    """Rows of the package in the folder *packages*, started on *home*; none when nothing was packaged yet."""
    program = packages / "agentconsole" / "agentconsole"
    if not program.exists():
        return
    from_sources = [sys.executable, "-m", "agentconsole"]
    ours, sources = [], []
    for turn in range(often + 1):
        packaged, plain = _first_paint_ms([str(program)], home), _first_paint_ms(from_sources, home)
        if turn:  # the first start reads the programs from the disk
            ours.append(packaged)
            sources.append(plain)
    yield row(
        "package: start to first painted queue",
        ours,
        sources,
        aims={"ratio": 1.5},
        note="launch of the packaged program until its log tells of the first paint, exchange following; floor: the "
        "same from the sources",
    )
    folder = sum(path.stat().st_size for path in program.parent.rglob("*") if path.is_file() and not path.is_symlink())
    packed = [path.stat().st_size for path in packages.glob("*.deb")]
    yield row(
        "package: size installed",
        [folder / _MEGABYTE],
        [max(packed) / _MEGABYTE] if packed else [],
        unit="MB",
        aims={"median_ms": 250.0},
        note="the folder with Python, Qt and everything else; floor: the Debian package that is downloaded",
    )


def _first_paint_ms(command: Sequence[str], home: Path) -> float:
    """Start the console on *home* and return after how many milliseconds it told of its first paint; then end it."""
    log = Home(home, explicit=True).logs / "agentconsole.log"
    shutil.rmtree(log.parent, ignore_errors=True)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    began = time.time()
    with subprocess.Popen(
        [*command, "--home", str(home)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as console:
        try:
            while time.time() - began < _PATIENCE_S and console.poll() is None:
                if (painted := _painted_at(log)) is not None:
                    return (painted - began) * 1000
                time.sleep(0.05)
        finally:
            console.send_signal(signal.SIGTERM)
    raise NotPainted(f"{command[0]} ended with {console.returncode}")


def _painted_at(log: Path) -> float | None:
    if not log.exists():
        return None
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if found := _PAINTED.match(line):
            return datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S,%f").astimezone().timestamp()
    return None
