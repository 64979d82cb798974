"""One run: consoles are forked, fail and are killed as planned; then there is peace, and the oracle is asked."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import socket
import time as wall
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from tests.faults import console as console_process
from tests.faults import oracle
from tests.faults.ledger import Entry, Ledger, read
from tests.faults.peace import make_peace
from tests.faults.plan import Plan, Spell, Step
from tests.faults.room import TinyDisk
from tests.faults.stage import Access, Kill, World
from tests.faults.writes import Keeper, Order

HANGS = 60.0
"""Seconds after which a process is said to hang; more where consoles are to be patient with their help desk."""

PATIENT = 12
"""So many times as long as a console waits for an answer a process may take for all of its life."""

WATCHED = ("enospc", "eio", "fsync", "short")


class Outcome(msgspec.Struct, kw_only=True):
    """What came of a run. ``wrong`` is empty when all is as it should be."""

    seed: int
    kind: str
    wrong: list[str] = []
    lost: int = 0
    twice: int = 0
    corrupt: int = 0
    changes: int = 0
    sent: int = 0
    processes: int = 0
    kills: dict[str, int] = {}
    faults: dict[str, int] = {}
    seconds: float = 0.0


class Runner:
    """Runs plans one after the other, in *world*, in *folder* (or on *disk* where the plan says so)."""

    def __init__(
        self,
        world: World,
        folder: Path,
        disk: Path,
        tiny: TinyDisk | None,
        *,
        watchable: bool,
        sabotage: Callable[[], None] | None = None,
    ) -> None:
        self._world = world
        self._folder = folder
        self._disk = disk
        self._tiny = tiny
        self._watchable = watchable
        self._sabotage = sabotage
        self._story: list[dict[str, Any]] = []

    def run(self, plan: Plan) -> Outcome:
        """Run *plan*; what it leaves behind stays until the next run begins."""
        began = wall.monotonic()
        run = _Run(self, plan)
        outcome = run.outcome
        run.go()
        self._story = run.story
        outcome.seconds = wall.monotonic() - began
        return outcome

    def keep(self, plan: Plan, outcome: Outcome, target: Path) -> None:
        """Copy what the last run left to *target*."""
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for place in (self._folder / "run", self._disk / "run", *([self._tiny.folder / "run"] if self._tiny else [])):
            if place.exists():
                shutil.copytree(place, target / place.parent.name, dirs_exist_ok=True)
        self._world.keep(target)
        (target / "plan.json").write_bytes(msgspec.json.format(msgspec.json.encode(plan)))
        (target / "story.json").write_bytes(msgspec.json.format(msgspec.json.encode(self._story)))
        (target / "outcome.json").write_bytes(msgspec.json.format(msgspec.json.encode(outcome)))


class _Run:
    def __init__(self, runner: Runner, plan: Plan) -> None:
        self._runner = runner
        self._plan = plan
        self._dice = random.Random(f"run {plan.seed}")
        self._kills: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self.story: list[dict[str, Any]] = []
        self.access: Access
        self.outcome = Outcome(seed=plan.seed, kind=plan.kind)
        place = runner._disk if plan.on_disk else runner._folder
        needs_tiny = any(spell.disk is not None and spell.disk[0] == "tmpfs" for spell in plan.spells)
        for folder in (runner._folder, runner._disk, *([runner._tiny.folder] if runner._tiny else [])):
            shutil.rmtree(folder / "run", ignore_errors=True)
        self._root = (runner._tiny.folder if runner._tiny and needs_tiny else place) / "run"
        self._sources = runner._folder / "run" / "sources"
        self._sources.mkdir(parents=True)
        self._people = list(dict.fromkeys(spell.who for spell in plan.spells))
        self._paths = {who: self._root / who / "console.db" for who in self._people}
        self._entries: dict[str, list[Entry]] = {who: [] for who in self._people}
        self._made: dict[str, dict[int, int]] = {who: {} for who in self._people}

    def go(self) -> None:
        world, outcome = self._runner._world, self.outcome
        for path in self._paths.values():
            path.parent.mkdir(parents=True, exist_ok=True)
        self._plan, self.access = world.begin(self._plan, self._paths)
        for spell in self._plan.spells:
            self._write_sources(spell)
            self._live(spell)
            world.desk.act(spell.afterwards)
            world.time.pass_(self._dice.choice((1, 20, 600)))
        faults = [entry.error for each in self._entries.values() for entry in each if entry.what == "fault"]
        faults += [str(entry.report) for each in self._entries.values() for entry in each if entry.what == "log"]
        outcome.wrong += [f"the console failed: {fault}" for fault in faults]
        verdict = self._judge()
        if verdict is not None:
            outcome.wrong += verdict.wrong
            outcome.lost, outcome.twice, outcome.corrupt = verdict.lost, verdict.twice, verdict.corrupt
            outcome.changes, outcome.sent = verdict.changes, verdict.sent
        outcome.kills, outcome.faults = dict(self._kills), dict(self._faults)

    def _write_sources(self, spell: Spell) -> None:
        for step in spell.steps:
            if step[0] == "comment" and "file" in step[4]:
                name = f"{spell.who[0]}{step[1]}"
                text = f"((file {name}))".ljust(step[4]["file"], "x")
                (self._sources / f"file-{name}.txt").write_text(text)

    def _live(self, spell: Spell) -> None:
        runner = self._runner
        tiny = None
        match spell.disk:
            case ["tmpfs", free] if runner._tiny is not None:
                tiny = runner._tiny
                tiny.leave(free)
            case ["tmpfs", free]:
                spell = msgspec.structs.replace(spell, disk=["rlimit", 1 + 1_000 * free])
            case [name, *_] if name in WATCHED and not runner._watchable:
                spell = msgspec.structs.replace(spell, disk=["rlimit", 20_000])
        process = _Process(self, spell)
        twin = _Process(self, _twin(spell)) if spell.twin else None
        kill = spell.kill
        request = Kill(process.pid, kill[1], kill[2]) if kill is not None and kill[0] == "request" else None
        runner._world.desk.begin(spell.faults, self._plan.dialect, request)
        entries, died = process.wait(twin)
        self.outcome.processes += 1 + spell.twin
        met, by_request, heard = runner._world.desk.settle()
        self.story.append({"who": spell.who, "notes": entries, "requests": heard})
        self._faults.update(met)
        if tiny is not None:
            tiny.have_room()
        if spell.disk is not None and (process.met or not process.is_watched):
            self._faults[f"disk {spell.disk[0]}"] += 1
        if any(step[0] == "jump" for step in spell.steps):
            self._faults["clock"] += 1
        if died and kill is not None:
            self._kills[kill[0] if len(kill) < 3 or kill[0] != "write" else f"write {kill[2]}"] += 1
        elif died and not by_request:
            self.outcome.wrong.append(f"the process of {spell.who} died by itself")
        self._take(spell.who, entries)

    def _take(self, who: str, entries: list[Entry]) -> None:
        known = self._entries[who]
        steps: dict[int, Step] = {entry.number: entry.step for entry in entries if entry.what == "try"}
        for entry in entries:
            if entry.what == "ok" and steps[entry.number][0] == "create":
                self._made[who][steps[entry.number][1]] = entry.ticket
        known.extend(entries)

    def _judge(self) -> oracle.Verdict | None:
        """Make peace and ask the oracle, in a process of their own."""
        runner, plan = self._runner, self._plan
        runner._world.desk.begin({}, plan.dialect, None)
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            self._be_judge(writing)
        os.close(writing)
        data, hung = _read_all(reading, _longest_life(self.access))
        if hung:
            os.kill(pid, signal.SIGABRT)
        os.waitpid(pid, 0)
        _, _, heard = runner._world.desk.settle()
        self.story.append({"who": "judge", "notes": [], "requests": heard})
        if hung or not data:
            self.outcome.wrong.append("the judge hung" if hung else "the judge died")
            return None
        return msgspec.json.decode(data, type=oracle.Verdict)

    def _be_judge(self, writing: int) -> None:
        runner = self._runner
        verdict = oracle.Verdict()
        try:
            if runner._sabotage is not None:
                runner._sabotage()
            console_process.hurry()
            console_process.skip_reference()
            problems = make_peace(self._paths, self.access, self._dice)
            verdict.wrong += [f"no peace: {problem}" for problem in problems]
            truth = runner._world.truth(self.access)
            verdict = oracle.judge(verdict, self._paths, self._entries, truth, self.access.names)
        except BaseException as error:
            import traceback

            verdict.wrong.append(f"no peace: {type(error).__name__}: {traceback.format_exc()}")
        finally:
            with os.fdopen(writing, "wb") as out:
                out.write(msgspec.json.encode(verdict))
            os._exit(0)


def _twin(spell: Spell) -> Spell:
    return msgspec.structs.replace(spell, steps=[["sync", 2]], kill=None, disk=None, twin=False, engine=False)


class _Process:
    """A forked console process, waiting for the word to begin."""

    def __init__(self, run: _Run, spell: Spell) -> None:
        runner, plan = run._runner, run._plan
        self._spell = spell
        self._hangs = _longest_life(run.access)
        order = _order(spell)
        self.is_watched = order is not None and runner._watchable
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        wait_for, self._go = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reading)
            os.close(self._go)
            ours.close()
            if runner._sabotage is not None:
                runner._sabotage()
            console_process.be(
                spell,
                access=run.access,
                path=run._paths[spell.who],
                sources=run._sources,
                ledger=Ledger(writing, 1_000 * run.outcome.processes),
                made=dict(run._made[spell.who]),
                dice=random.Random(f"{plan.seed} {run.outcome.processes}"),
                keeper=theirs if self.is_watched else None,
                go=wait_for,
            )
        theirs.close()
        os.close(writing)
        os.close(wait_for)
        self._reading = reading
        self._keeper: Keeper | None = None
        if self.is_watched and order is not None:
            _, handles, _, _ = socket.recv_fds(ours, 1, 1)
            self._keeper = Keeper(handles[0], self.pid, run._root / spell.who, order, run._dice)
        ours.close()

    @property
    def met(self) -> int:
        return self._keeper.met if self._keeper is not None else 0

    def wait(self, twin: _Process | None) -> tuple[list[Entry], bool]:
        """Let it live; returns what it noted, and whether it was killed."""
        os.write(self._go, b".")
        if twin is not None:
            os.write(twin._go, b".")
        try:
            data, hung = self._attend()
        except BaseException:
            if twin is not None:
                twin._give_up()
            raise
        if hung:
            os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        os.close(self._reading)
        os.close(self._go)
        if self._keeper is not None:
            self._keeper.close()
        entries = read(data)
        if hung:
            entries.append(Entry(what="fault", error=f"a process of {self._spell.who} hung"))
        if twin is not None:
            more, _ = twin._end()
            entries += [entry for entry in more if entry.what in ("fault", "log")]
        return entries, os.WIFSIGNALED(status)

    def _end(self) -> tuple[list[Entry], bool]:
        data, hung = self._attend()
        if hung:
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._reading)
        os.close(self._go)
        return read(data) + ([Entry(what="fault", error="a twin hung")] if hung else []), hung

    def _give_up(self) -> None:
        """Nobody attends to it any more: it would wait for ever, and whoever waits for its sockets, too."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def _attend(self) -> tuple[bytes, bool]:
        """Read its notes and keep its writes until it has ended; kill it when its time has come."""
        try:
            return self._attended()
        except BaseException:
            self._give_up()
            raise

    def _attended(self) -> tuple[bytes, bool]:
        data = bytearray()
        poll = select.poll()
        poll.register(self._reading, select.POLLIN)
        if self._keeper is not None:
            poll.register(self._keeper.handle, select.POLLIN)
        ends_at = wall.monotonic() + self._hangs
        kill = self._spell.kill
        kill_at = wall.monotonic() + kill[1] / 1000 if kill is not None and kill[0] == "wall" else None
        while (left := ends_at - wall.monotonic()) > 0:
            until = left if kill_at is None else max(0.0, min(left, kill_at - wall.monotonic()))
            for handle, event in poll.poll(until * 1000):
                if self._keeper is not None and handle == self._keeper.handle:
                    if event & select.POLLIN:
                        self._keeper.attend()
                    else:
                        poll.unregister(handle)
                elif chunk := os.read(self._reading, 65536):
                    data += chunk
                else:
                    return bytes(data), False
            if kill_at is not None and wall.monotonic() >= kill_at:
                kill_at = None
                os.kill(self.pid, signal.SIGKILL)
        return bytes(data), True


def _longest_life(access: Access) -> float:
    return max(HANGS, PATIENT * access.patience)


def _order(spell: Spell) -> Order | None:
    match spell.kill, spell.disk:
        case ["write", number, where], _:
            return Order(where, number)
        case _, [name, number, times] if name in WATCHED:
            return Order(name, number, times)
        case _:
            return None


def _read_all(handle: int, within: float) -> tuple[bytes, bool]:
    data = bytearray()
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    ends_at = wall.monotonic() + within
    while (left := ends_at - wall.monotonic()) > 0:
        if poll.poll(left * 1000):
            chunk = os.read(handle, 65536)
            if not chunk:
                os.close(handle)
                return bytes(data), False
            data += chunk
    os.close(handle)
    return bytes(data), True
