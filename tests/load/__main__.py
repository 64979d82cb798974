"""``make load``: SQLite and PostgreSQL, one worker and two; a steady team, then as fast as it goes.

Prints a table for ``packaging/server/README.md``. Everything is on this computer: server, database, and all clients in
one process of their own, which take their share of its cores.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.load.traffic import EMAIL, TOKEN, Heard, listen, write
from tests.support import postgres
from tests.support.processes import free_port

SETTLE = 2.0
"""Seconds for the last news to arrive."""


class Load(NamedTuple):
    """*streams* listen; *writers* write for *seconds*, together *rate* times a second, or as fast as it goes (0)."""

    streams: int
    writers: int
    seconds: float
    rate: float


@contextmanager
def server(url: str, workers: int, home: Path) -> Iterator[tuple[int, int]]:
    """Serve *url* with so many workers; yields the port and the id of the process."""
    port = free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "agentconsole",
            "serve",
            "--home",
            str(home),
            "--port",
            str(port),
            "--workers",
            str(workers),
        ],
        env={**os.environ, "AGENTCONSOLE_SERVE_DB": url, "AGENTCONSOLE_SERVE_TOKENS": f"{EMAIL}={TOKEN}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("serving")
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)


def used(pid: int) -> float:
    """Seconds of processor that *pid* and its children have used: true also while this computer does other things."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(path.parent.name) == pid or int(fields[1]) == pid:
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


async def run(port: int, load: Load) -> Heard:
    """Put *load* on the server at *port*."""
    heard = Heard({}, {}, {})
    connected = 0

    def one_more() -> None:
        nonlocal connected
        connected += 1

    listeners = [asyncio.create_task(listen(port, heard, one_more)) for _ in range(load.streams)]
    while connected < load.streams:
        await asyncio.sleep(0.05)
        for each in listeners:
            if each.done():
                each.result()

    async def pause() -> None:
        if load.rate:
            # people write at any time, not in step
            await asyncio.sleep(random.expovariate(load.rate / load.writers))

    until = time.perf_counter() + load.seconds
    await asyncio.gather(*(write(port, heard, until, pause) for _ in range(load.writers)))
    await asyncio.sleep(SETTLE)
    for each in listeners:
        each.cancel()
    await asyncio.gather(*listeners, return_exceptions=True)
    return heard


def row(name: str, workers: int, load: Load, heard: Heard, cpu: float) -> str:
    """One line of the table; *cpu* are the seconds of processor that the server used."""
    delays, answers = heard.delays(), heard.answers()
    wanted = len(heard.sent) * load.streams
    if not delays:
        return f"| {name} | {workers} | {load.streams} | nothing arrived |"

    def part(values: list[float], share: float) -> str:
        return f"{values[min(len(values) - 1, int(len(values) * share))] * 1000:,.0f} ms"

    return (
        f"| {name} | {workers} | {load.streams} | {'steady' if load.rate else 'full'} "
        f"| {len(answers) / load.seconds:,.0f} | {cpu / max(1, len(answers)) * 1000:,.0f} ms "
        f"| {part(answers, 0.5)} | {part(answers, 0.99)} | {part(delays, 0.5)} | {part(delays, 0.99)} "
        f"| {len(delays) / wanted:.1%} |"
    )


def main() -> None:
    """Measure all and print the table."""
    parser = argparse.ArgumentParser(prog="make load")
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--databases", nargs="+", default=["SQLite", "PostgreSQL"])
    options = parser.parse_args()
    heads = ("database", "workers", "streams", "load", "writes/s", "CPU a write")
    print(f"| {' | '.join(heads)} | answer p50 | p99 | stream p50 | p99 | heard |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    with postgres.cluster(durable=True) as cluster:
        for name in options.databases:
            for workers in options.workers:
                for rate, writers in ((options.rate, 20), (0.0, 8)):
                    load = Load(options.streams, writers, options.seconds, rate)
                    with tempfile.TemporaryDirectory() as folder, cluster.database() as database:
                        url = f"sqlite:///{folder}/desk.db" if name == "SQLite" else cluster.url(database)
                        with server(url, workers, Path(folder)) as (port, pid):
                            before = used(pid)
                            heard = asyncio.run(run(port, load))
                            print(row(name, workers, load, heard, used(pid) - before), flush=True)


if __name__ == "__main__":
    main()
