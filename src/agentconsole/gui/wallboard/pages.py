"""What stands on the wall at one time: the next breaches as one list, or side by side for each team or tier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agentconsole.domain.countdown import Light
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import TargetRow
from agentconsole.domain.values import Stage
from agentconsole.gui.models.target_model import GroupHeading, Grouping, TargetModel

MOST_PAGES = 5
"""A list that goes on for longer is not watched to its end."""


class Column(NamedTuple):
    """The targets of one group, or without *title* the next of all. ``tally`` counts all of the group."""

    title: str
    tally: dict[Light, int]
    targets: tuple[TargetRow, ...]


Page = tuple[Column, ...]


def pages_of(model: TargetModel, lines: int, columns: int) -> list[Page]:
    """Return the pages that show the running targets of *model* in columns of *lines* each.

    Grouped, each page has up to *columns* groups with their next targets; else each has the next *lines* of all.
    """
    if model.grouping is Grouping.NONE:
        running = in_wall_order(model.targets(), model.now, lines)
        starts = range(0, min(len(running), lines * MOST_PAGES), max(lines, 1))
        return [(Column("", {}, tuple(running[start : start + lines])),) for start in starts]
    found = [
        Column(line.title, model.tally_of(line), tuple(in_wall_order(line.targets, model.now, lines)[:lines]))
        for line in map(model.line_at, range(model.rowCount()))
        if isinstance(line, GroupHeading)
    ]
    # as many on each page: a last page with one column would leave most of the wall empty
    pages = -(-len(found) // max(columns, 1))
    each = -(-len(found) // max(pages, 1))
    return [tuple(found[start : start + each]) for start in range(0, len(found), max(each, 1))]


def in_wall_order(targets: Sequence[TargetRow], now: Instant, lines: int) -> list[TargetRow]:
    """Return the running ones of *targets*: the latest breaches, what comes next, and then the older breaches.

    Of the first *lines* breaches take a third at most: what can still be saved must be in sight.
    """
    running = [each for each in targets if each.stage is Stage.ACTIVE and each.breach_at is not None]
    late = sorted((each for each in running if (each.breach_at or 0) < now), key=lambda each: each.breach_at or 0)
    coming = [each for each in running if (each.breach_at or 0) >= now]
    first = max(lines // 3, lines - len(coming))
    return [*late[-first:], *coming, *reversed(late[:-first])]
