"""Runs many seeds, tells how it goes, and writes down what came of it."""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time as wall
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from tests.faults.breaking import BREAKAGES
from tests.faults.plan import MIX, kind_of, plan_of
from tests.faults.reference.stage import stage as reference_stage
from tests.faults.room import NoRoom, TinyDisk
from tests.faults.rt.stage import stage as rt_stage
from tests.faults.run import Outcome, Runner
from tests.faults.stage import Setting, Stage
from tests.faults.writes import is_watchable

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"
MEMORY = Path("/dev/shm")
TOLD_EVERY = 5.0
"""Seconds between lines of progress."""
WRITTEN_EVERY = 30.0
"""Seconds between copies of the summary: what was found is not lost with a campaign that ends badly."""
STAGES: dict[str, Setting] = {"reference": reference_stage, "rt": rt_stage}
"""By what ``--connector`` says: the reference server in both its dialects, or Debian's Request Tracker."""

LONGEST_RUN = {"reference": 300.0, "rt": 1_200.0}
"""Seconds after which a run that goes on is a failure: something in it waits for what does not come."""

STOPS_IN = 5
"""A fifth of that the runs under way have once the campaign is stopped."""

LONGEST_END = 60.0
"""Seconds that workers without a run have to end."""


class Summary(msgspec.Struct, kw_only=True):
    """What ``build/faults.json`` says. ``seeds`` are the first and the last; ``changes`` were accepted by a console."""

    seeds: tuple[int, int]
    runs: int = 0
    failed: list[int] = []
    lost: int = 0
    duplicated: int = 0
    corrupt: int = 0
    changes: int = 0
    sent: int = 0
    processes: int = 0
    runs_by_kind: dict[str, int] = {}
    kills: dict[str, int] = {}
    faults: dict[str, int] = {}
    seconds: float = 0.0
    seconds_per_run: float = 0.0
    cpu_seconds_per_run: float = 0.0
    jobs: int = 0
    watched_writes: bool = True
    tiny_disk: bool = True


def main(arguments: Sequence[str]) -> int:
    """Run what *arguments* ask for; returns 0 when all went well, 1 when something was wrong."""
    asked = _parsed(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="agentconsole-faults-", dir=_memory()) as folder,
        STAGES[asked.connector](Path(folder), asked.jobs) as stage,
    ):
        return _Campaign(asked, Path(folder), stage).go()


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="the first seed; to go on with a campaign")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--connector", choices=sorted(STAGES), default="reference", help="the help desk it is about")
    parser.add_argument("--only", choices=sorted(set(MIX)), help="only seeds of this kind")
    parser.add_argument("--replay", type=int, metavar="SEED", help="run one seed and tell all about it")
    parser.add_argument("--break", dest="breakage", choices=sorted(BREAKAGES), help="break the console on purpose")
    parser.add_argument("--summary", type=Path, default=BUILD / "faults.json")
    parser.add_argument("--stop-after", type=int, default=0, metavar="N", help="stop after so many failures")
    asked = parser.parse_args(arguments)
    if asked.replay is not None:
        asked.first, asked.runs, asked.jobs, asked.only = asked.replay, 1, 1, None
    return asked


def _memory() -> Path | None:
    return MEMORY if os.access(MEMORY, os.W_OK) else None


class _Campaign:
    def __init__(self, asked: argparse.Namespace, folder: Path, stage: Stage) -> None:
        self._asked = asked
        self._stage = stage
        self._folder = folder
        self._seeds = self._wanted()
        self._began = wall.monotonic()
        self._told = self._written = self._began
        self._next = asked.first
        self._stopping: float | None = None
        self._summary = Summary(seeds=(asked.first, asked.first), jobs=asked.jobs)
        self._by_kind: Counter[str] = Counter()
        self._kills: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()

    def _wanted(self) -> Iterator[int]:
        seeds = (seed for seed in count(self._asked.first) if self._asked.only in (None, kind_of(seed)))
        for _, seed in zip(range(self._asked.runs), seeds, strict=False):
            yield seed

    def go(self) -> int:
        self._summary.watched_writes = is_watchable()
        gc.collect()
        gc.freeze()
        signal.signal(signal.SIGINT, lambda *_: self._stop())
        workers = [_Worker(number, self) for number in range(self._asked.jobs)]
        self._began = wall.monotonic()
        busy = {worker.results: worker for worker in workers if self._hand_out(worker)}
        while busy:
            readable, _, _ = select.select(list(busy), [], [], 1.0)
            for handle in readable:
                worker = busy[handle]
                outcome = worker.outcome()
                if outcome is None:
                    del busy[handle]
                    print(f"a worker ended at seed {worker.seed}", flush=True)
                    self._summary.failed.append(worker.seed)
                    continue
                self._count(outcome)
                if not self._hand_out(worker):
                    del busy[handle]
            self._end_what_hangs(busy.values())
            self._tell()
        for worker in workers:
            worker.dismiss()
        for worker in workers:
            worker.close()
        return self._finish()

    def _stop(self) -> None:
        self._stopping = wall.monotonic()

    def _end_what_hangs(self, workers: Iterable[_Worker]) -> None:
        """Kill workers whose run takes too long: their pipe ends then, which counts as a failure."""
        now = wall.monotonic()
        longest = LONGEST_RUN[self._asked.connector]
        is_stopped_long = self._stopping is not None and now - self._stopping > longest / STOPS_IN
        for worker in workers:
            if is_stopped_long or now - worker.began > longest:
                print(f"seed {worker.seed} does not end", flush=True)
                worker.kill()

    def _hand_out(self, worker: _Worker) -> bool:
        enough = self._asked.stop_after and len(self._summary.failed) >= self._asked.stop_after
        seed = None if self._stopping is not None or enough else next(self._seeds, None)
        if seed is None:
            return False
        self._next = seed + 1
        worker.begin(seed)
        return True

    def _count(self, outcome: Outcome) -> None:
        summary = self._summary
        summary.runs += 1
        summary.seeds = (summary.seeds[0], max(summary.seeds[1], outcome.seed))
        summary.lost += outcome.lost
        summary.duplicated += outcome.twice
        summary.corrupt += outcome.corrupt
        summary.changes += outcome.changes
        summary.sent += outcome.sent
        summary.processes += outcome.processes
        self._by_kind[outcome.kind] += 1
        self._kills.update(outcome.kills)
        self._faults.update(outcome.faults)
        if outcome.wrong:
            summary.failed.append(outcome.seed)
            print(f"\nseed {outcome.seed} ({outcome.kind}), {len(outcome.wrong)} wrong:", flush=True)
            for wrong in outcome.wrong[:6]:
                print(f"  {wrong[-1500:]}", flush=True)
            place = f"kept in {kept(outcome.seed)}; " if self._asked.breakage is None else ""
            print(f"  {place}python -m tests.faults --replay {outcome.seed}", flush=True)

    def _tell(self) -> None:
        now = wall.monotonic()
        if now - self._told < TOLD_EVERY:
            return
        self._told = now
        runs, spent = self._summary.runs, now - self._began
        rate = runs / spent if spent else 0.0
        left = (self._asked.runs - runs) / rate if rate else 0.0
        print(
            f"{runs} of {self._asked.runs} runs, {rate:.1f} a second, {left / 60:.1f} min to go, "
            f"{len(self._summary.failed)} failed",
            flush=True,
        )
        if now - self._written > WRITTEN_EVERY:
            self._written = now
            self._write_summary()

    def _finish(self) -> int:
        text = self._write_summary()
        print(text)
        if self._stopping is not None:
            print(f"stopped; go on with --first {self._next}")
        return 1 if self._summary.failed else 0

    def _write_summary(self) -> str:
        summary = self._summary
        summary.seconds = round(wall.monotonic() - self._began, 1)
        summary.seconds_per_run = round(summary.seconds / max(1, summary.runs), 3)
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        summary.cpu_seconds_per_run = round((spent.ru_utime + spent.ru_stime) / max(1, summary.runs), 3)
        summary.runs_by_kind = dict(sorted(self._by_kind.items()))
        summary.kills = dict(sorted(self._kills.items()))
        summary.faults = dict(sorted(self._faults.items()))
        summary.failed.sort()
        summary.tiny_disk = "disk tmpfs" in self._faults
        text = msgspec.json.format(msgspec.json.encode(summary))
        self._asked.summary.parent.mkdir(parents=True, exist_ok=True)
        self._asked.summary.write_bytes(text + b"\n")
        return text.decode()


def kept(seed: int) -> Path:
    """Where what a failed run left behind is."""
    return BUILD / "faults" / str(seed)


class _Worker:
    """A process that runs one seed after the other, with a help desk of its own."""

    def __init__(self, number: int, campaign: _Campaign) -> None:
        asked_read, self._asked = os.pipe()
        self.results, results_write = os.pipe()
        self.seed = -1
        self.began = wall.monotonic()
        self._pid = os.fork()
        if self._pid == 0:
            code = 1
            try:
                # a group of its own: Ctrl+C is for the campaign, not for the consoles in the middle of a run
                os.setpgid(0, 0)
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                os.close(self._asked)
                os.close(self.results)
                _work(number, campaign._asked, campaign._folder, campaign._stage, asked_read, results_write)
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        os.close(asked_read)
        os.close(results_write)
        self._reader = os.fdopen(self.results, "rb")

    def begin(self, seed: int) -> None:
        self.seed = seed
        self.began = wall.monotonic()
        os.write(self._asked, f"{seed}\n".encode())

    def outcome(self) -> Outcome | None:
        """What came of the seed; None when the process is gone."""
        line = self._reader.readline()
        return msgspec.json.decode(line, type=Outcome) if line else None

    def dismiss(self) -> None:
        """Tell it that there is nothing more; all of them, for each holds what those before it listen to."""
        os.close(self._asked)

    def kill(self) -> None:
        """End it and the processes of its run."""
        with suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)

    def close(self) -> None:
        """Wait until it has ended; one that does not is killed."""
        until = wall.monotonic() + LONGEST_END
        while os.waitpid(self._pid, os.WNOHANG) == (0, 0):
            if wall.monotonic() > until:
                print(f"a worker does not end after seed {self.seed}", flush=True)
                self.kill()
                os.waitpid(self._pid, 0)
                break
            wall.sleep(0.02)
        self._reader.close()


def _work(number: int, asked: argparse.Namespace, folder: Path, stage: Stage, seeds: int, results: int) -> None:
    place, disk = folder / str(number), BUILD / "faults" / f"disk-{os.getpid()}"
    for each in (place, disk):
        each.mkdir(parents=True)
    try:
        tiny = TinyDisk(folder / "tiny" / str(number))
    except NoRoom:
        tiny = None
    world = stage.world(number, place)
    breakage = BREAKAGES[asked.breakage] if asked.breakage else None
    runner = Runner(world, place, disk, tiny, watchable=is_watchable(), sabotage=breakage)
    try:
        with os.fdopen(seeds) as lines:
            for line in lines:
                plan = plan_of(int(line))
                outcome = runner.run(plan)
                if outcome.wrong and breakage is None:
                    runner.keep(plan, outcome, kept(plan.seed))
                os.write(results, msgspec.json.encode(outcome) + b"\n")
    finally:
        world.close()
        shutil.rmtree(disk)


def load_summary(path: Path) -> dict[str, Any]:
    """Read what a campaign wrote."""
    found: dict[str, Any] = json.loads(path.read_text())
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
