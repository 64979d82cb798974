"""What happens in a run: script, faults and kill points, all from its seed.

A plan is plain data, so that it can be kept beside what it broke. Faults and kills are placed at counted events (the
n-th request, commit, write or line), not at times: a replay meets them at the same place, as far as the processes
themselves do the same. Which thread is first, and the kills that are placed in milliseconds, are not repeatable.
"""

from __future__ import annotations

import random
from typing import Any

import msgspec

from tests.faults.world import AGENTS, KINDS, TAGS, TICKETS

MIX = ("wire", "kill", "two", "wire", "kill", "disk", "mixed", "two", "kill", "clock")
"""The kind of the run with seed n is the n-th of these, over and over: a seed says all about its run."""

Step = list[Any]
"""Name and arguments; what ``acting.py`` does."""

UNHEARD = ("drop", "drop", "html", "500", "502", "503", "429", "stall")
HEARD = ("eat", "eat", "eat", "cut", "half", "long", "short", "html_heard", "500_heard", "502_heard", "slow")
"""What can happen to a request, before and after the help desk has heard it; see ``front.py``."""

STATUSES = ("open", "pending", "hold", "solved")
PRIORITIES = ("low", "normal", "high", "urgent")


class Spell(msgspec.Struct, kw_only=True):
    """The life of one console process, and what others do at the help desk afterwards.

    ``faults`` are by number of request, ``kill`` is where the process ends, ``disk`` what its disk does meanwhile.
    ``engine``: the exchange runs in its own thread meanwhile, as under a window. ``twin``: a second process of the same
    profile exchanges at the same time. ``one_by_one``: no two requests at once. ``stays``: all exchanges are of one
    session. ``reference``: small sets are read, too. ``afterwards`` are steps of a third party.
    """

    who: str
    steps: list[Step]
    online: bool = True
    engine: bool = False
    twin: bool = False
    one_by_one: bool = False
    stays: bool = False
    reference: bool = False
    faults: dict[int, str] = {}
    kill: list[Any] | None = None
    disk: list[Any] | None = None
    afterwards: list[Step] = []


class Plan(msgspec.Struct, kw_only=True):
    """One run. ``on_disk``: the stores are on the real disk, not in memory."""

    seed: int
    kind: str
    dialect: str
    on_disk: bool
    spells: list[Spell]


def kind_of(seed: int) -> str:
    return MIX[seed % len(MIX)]


def plan_of(seed: int) -> Plan:
    """Return the plan of the run *seed*; the same one each time."""
    return _Planner(seed).plan()


class _Planner:
    def __init__(self, seed: int) -> None:
        self._dice = random.Random(f"agentconsole faults {seed}")
        self._seed = seed
        self._kind = kind_of(seed)
        self._marks = dict.fromkeys(AGENTS, 0)
        self._others = 0
        self._made: dict[str, list[int]] = {who: [] for who in AGENTS}
        self._untouched = [(ticket, tag) for ticket in range(1, TICKETS + 1) for tag in TAGS]
        self._dice.shuffle(self._untouched)
        self._few = self._dice.sample(range(1, TICKETS + 1), 3)

    def plan(self) -> Plan:
        dice = self._dice
        both = self._kind == "two" or (self._kind == "mixed" and dice.random() < 0.6)
        people = list(AGENTS) if both else [dice.choice(AGENTS)]
        dialect = KINDS[dice.random() < 0.35]
        spells = []
        for number in range(dice.choice((2, 3, 3)) if both else dice.choice((1, 1, 2, 2))):
            who = people[number % len(people)] if dice.random() < 0.8 else dice.choice(people)
            spells.append(self._spell(who, dialect))
        if self._kind in ("kill", "mixed") and all(spell.kill is None for spell in spells):
            dice.choice(spells).kill = self._kill()
        for spell in spells:
            if spell.kill is not None and spell.kill[0] == "write":
                spell.disk = None  # one keeper of writes a process
            if spell.kill is not None and spell.kill[-1] == "power":
                spell.twin = False  # the power fails for all, and only one's writes can be taken back
        return Plan(
            seed=self._seed,
            kind=self._kind,
            dialect=dialect,
            on_disk=self._seed % 16 == 5,
            spells=spells,
        )

    def _spell(self, who: str, dialect: str) -> Spell:
        dice, kind = self._dice, self._kind
        online = dice.random() < (0.6 if kind == "two" else 0.85)
        spell = Spell(who=who, online=online, steps=self._steps(who))
        if kind in ("wire", "mixed") or dice.random() < 0.35:
            spell.faults = self._faults(dialect)
        if kind in ("kill", "mixed") and dice.random() < 0.7:
            spell.kill = self._kill()
        if kind == "disk" or (kind == "mixed" and dice.random() < 0.25):
            spell.disk = self._disk()
            if spell.kill is not None and spell.kill[0] == "write":
                spell.kill = None  # one keeper of writes a process
        if kind in ("wire", "kill", "mixed"):
            spell.engine = online and dice.random() < 0.06
            spell.twin = online and not spell.engine and dice.random() < 0.06
        spell.one_by_one = dice.random() < 0.5
        spell.stays = dice.random() < 0.75
        spell.reference = dice.random() < 0.08
        for _ in range(dice.choice((0, 0, 1, 1, 2)) + (kind == "two")):
            spell.afterwards.append(self._third_party())
        return spell

    # what the agent does

    def _steps(self, who: str) -> list[Step]:
        dice = self._dice
        steps: list[Step] = []
        for _ in range(dice.randint(2, 4)):
            steps += [self._step(who) for _ in range(dice.randint(1, 3))]
            if self._kind in ("clock", "mixed") and dice.random() < 0.5:
                size = dice.choice((60, 3_600, 86_400, 40 * 86_400, 400 * 86_400, 2_000 * 86_400))
                steps.append(["jump", dice.choice((-1, 1)) * dice.randint(size // 4, size)])
            if dice.random() < 0.6:
                steps.append(["sync", dice.choice((1, 1, 1, 1, 2))])
        return steps

    def _step(self, who: str) -> Step:
        name = self._dice.choices(
            ("reply", "note", "set", "tag", "create", "merge", "bulk", "undo", "decide", "draft", "seen"),
            (22, 12, 18, 8, 6, 2, 5, 5, 8, 9, 2),
        )[0]
        step: Step = getattr(self, f"_{name}")(who)
        return step

    def _mark(self, who: str) -> int:
        self._marks[who] += 1
        return self._marks[who]

    def _ticket(self, who: str) -> list[Any]:
        """A ticket of the help desk by its number, or one that *who* made, by its mark."""
        made = self._made[who]
        if made and self._dice.random() < 0.2:
            return ["made", self._dice.choice(made)]
        # mostly the same few, so that changes meet
        pool = self._few if self._dice.random() < 0.75 else range(1, TICKETS + 1)
        return ["ref", str(self._dice.choice(pool))]

    def _reply(self, who: str, *, public: bool = True) -> Step:
        dice = self._dice
        more: dict[str, Any] = {}
        if dice.random() < 0.15:
            more["field"] = True
        if dice.random() < 0.15:
            more["status"] = dice.choice(STATUSES)
        if dice.random() < 0.12:
            more["tag"] = True
        if dice.random() < 0.12:
            more["file"] = dice.choice((10, 5_000, 40_000))
        if dice.random() < 0.12:
            more["delay"] = dice.choice((5, 40))
        if dice.random() < 0.25:
            more["drop_draft"] = True
        return ["comment", self._mark(who), self._ticket(who), public, more]

    def _note(self, who: str) -> Step:
        return self._reply(who, public=False)

    def _set(self, who: str) -> Step:
        dice = self._dice
        fields: dict[str, Any] = {}
        for name, likely, values in (
            ("subject", 0.4, None),
            ("field", 0.5, None),
            ("status", 0.3, STATUSES),
            ("priority", 0.3, PRIORITIES),
            ("assignee", 0.15, ("101", "102", None)),
        ):
            if dice.random() < likely:
                fields[name] = True if values is None else dice.choice(values)
        return ["set", self._mark(who), self._ticket(who), fields or {"field": True}]

    def _tag(self, who: str) -> Step:
        ticket, off = self._ticket(who), None
        if ticket[0] == "ref":
            off = next((each for each in self._untouched if str(each[0]) == ticket[1]), None)
            if off is not None and self._dice.random() < 0.5:
                self._untouched.remove(off)
            else:
                off = None
        return ["tags", self._mark(who), ticket, off[1] if off else None]

    def _create(self, who: str) -> Step:
        mark = self._mark(who)
        self._made[who].append(mark)
        return ["create", mark, {"known": self._dice.random() < 0.6, "public": self._dice.random() < 0.8}]

    def _merge(self, who: str) -> Step:
        return ["merge", self._mark(who), self._ticket(who), self._ticket(who), self._dice.choice((0, 0, 40))]

    def _bulk(self, who: str) -> Step:
        refs = [str(each) for each in self._dice.sample(range(1, TICKETS + 1), 3)]
        return ["bulk", self._mark(who), refs, self._dice.choice(("field", "tag"))]

    def _undo(self, who: str) -> Step:
        return ["undo", self._dice.randrange(1_000), self._dice.random() < 0.5]

    def _decide(self, who: str) -> Step:
        return ["decide", self._dice.randrange(1_000), self._dice.choice(("mine", "mine", "theirs", "each"))]

    def _draft(self, who: str) -> Step:
        return ["draft", self._mark(who), self._ticket(who), self._dice.random() < 0.7, self._dice.random() < 0.5]

    def _seen(self, who: str) -> Step:
        return ["seen", self._ticket(who)]

    # what others do

    def _third_party(self) -> Step:
        dice = self._dice
        self._others += 1
        ticket = dice.choice(self._few) if dice.random() < 0.8 else dice.randint(1, TICKETS)
        name = dice.choices(
            ("writes", "notes", "sets", "tags", "deletes", "restores", "closes", "merges"), (30, 8, 25, 8, 5, 2, 4, 3)
        )[0]
        match name:
            case "sets":
                what = dice.choice(("status", "priority", "field", "subject"))
                value = {"status": STATUSES, "priority": PRIORITIES}.get(what)
                return ["sets", ticket, what, dice.choice(value) if value else f"Theirs {self._others}"]
            case "merges":
                return ["merges", ticket, dice.choice([each for each in range(1, TICKETS + 1) if each != ticket])]
            case _:
                return [name, ticket, self._others]

    # what goes wrong

    def _faults(self, dialect: str) -> dict[int, str]:
        dice = self._dice
        share = dice.choice((0.06, 0.15, 0.3))
        faults: dict[int, str] = {}
        for number in range(80):
            if dice.random() < share:
                fault = dice.choice(UNHEARD if dice.random() < 0.4 else HEARD)
                if fault == "stall" and dice.random() < 0.7:
                    fault = "drop"
                if dialect == "agentconsole" and dice.random() < 0.05:
                    fault = "late"  # where no keys are kept nobody can tell a late request from a second one
                if dice.random() < 0.04:
                    fault = f"dark {dice.randint(2, 12)}"
                faults[number] = fault
        return faults

    def _kill(self) -> list[Any]:
        dice = self._dice
        kind = dice.choices(("request", "commit", "write", "line", "wall"), (30, 25, 25, 12, 8))[0]
        match kind:
            case "request":
                return [kind, _spread(dice, 40), dice.choice(("unheard", "heard", "heard", "mid"))]
            case "commit":
                return [kind, _spread(dice, 60), dice.choice(("before", "after"))]
            case "write":
                return [kind, _spread(dice, 300), dice.choice(("before", "after", "torn", "power", "power"))]
            case "line":
                return [kind, _spread(dice, 20_000)]
            case _:
                return [kind, dice.randint(1, 150)]

    def _disk(self) -> list[Any]:
        dice = self._dice
        kind = dice.choices(("enospc", "eio", "fsync", "short", "tmpfs", "rlimit", "pages"), (4, 3, 3, 2, 4, 2, 2))[0]
        match kind:
            case "tmpfs":
                return [kind, dice.choice((0, 4, 16, 40, 80))]  # KiB that are free
            case "rlimit":
                return [kind, dice.choice((1, 2_000, 20_000, 60_000))]  # bytes that a file may grow to
            case "pages":
                return [kind, dice.choice((0, 1, 3))]  # pages that are free
            case _:
                return [kind, _spread(dice, 200), dice.choice((1, 1, 3, 20, 1_000))]  # from which write on, how many


def _spread(dice: random.Random, most: int) -> int:
    """A number from 1 to *most*, small ones as likely as large ones."""
    return max(1, int(most ** dice.random()))
