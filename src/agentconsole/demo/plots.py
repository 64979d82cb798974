"""The shapes a conversation may take, as strings of steps, and which shape a ticket of a given age has today.

Steps: k acknowledge · q ask · a answer · n internal note · e escalate to the desk concerned · h put on hold ·
g requester asks for news · r resolve · c requester confirms · s thank and solve · x requester reopens · y solve again.
"""

import random
from bisect import bisect
from itertools import accumulate

from agentconsole.demo.timing import DAY, HOUR

_FINISHED = (("r", 13), ("kr", 9), ("kqar", 13), ("nr", 6), ("kqanr", 9), ("kenr", 8), ("krcs", 7), ("kqarcs", 9),
             ("kenhgrcs", 7), ("kqaenr", 7), ("kqgar", 3), ("krxy", 5), ("kqaenhrcs", 4), ("kenrxycs", 2))  # fmt: skip
_FINISHED_PLOTS = tuple(plot for plot, _ in _FINISHED)
_FINISHED_TOTALS = tuple(accumulate(weight for _, weight in _FINISHED))

_STANDING = {
    "new": ("", "", "", "n"),
    "open": ("kqa", "kqa", "kn", "ke", "keng", "kqaen", "kqag", "krxn", "kg"),
    "pending": ("q", "kq", "kqaq", "kqaenr", "kenr", "nq"),
    "hold": ("keh", "kenh", "kqaeh", "kqaenh"),
}
_STATES = ("new", "open", "pending", "hold")

# (age up to which, share still unsolved, share of each state among those)
_AGES = (
    (3 * HOUR, 0.97, (46, 34, 15, 5)),
    (2 * DAY, 0.58, (14, 44, 29, 13)),
    (7 * DAY, 0.30, (3, 34, 42, 21)),
    (30 * DAY, 0.10, (1, 22, 48, 29)),
    (400 * DAY, 0.02, (0, 14, 50, 36)),
)


def finished(rng: random.Random) -> str:
    """Return the shape of a conversation that has come to its end."""
    return _FINISHED_PLOTS[bisect(_FINISHED_TOTALS, rng.random() * _FINISHED_TOTALS[-1])]


def choose(rng: random.Random, age: int, overdue: bool) -> tuple[str, bool]:
    """Return (shape, whether the ticket still stands) for a ticket *age* seconds old.

    *overdue* says that its first reply would be long past: nearly nobody is left without an answer for that long.
    """
    for limit, unsolved, mix in _AGES:
        if age <= limit:
            if rng.random() >= unsolved:
                return finished(rng), False
            state = rng.choices(_STATES, mix)[0]
            if state == "new" and overdue and rng.random() < 0.85:
                state = "open"
            return rng.choice(_STANDING[state]), True
    return finished(rng), False
