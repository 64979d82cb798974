"""The columns of the queue: what each is called, how wide it is and what gives way first when room is short."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from msgspec import Struct


class Column(IntEnum):
    """Logical columns, in the order of a fresh profile."""

    SLA = 0
    PRIORITY = 1
    NUMBER = 2
    SUBJECT = 3
    REQUESTER = 4
    ORGANIZATION = 5
    GROUP = 6
    ASSIGNEE = 7
    STATUS = 8
    CHANNEL = 9
    UPDATED = 10


class ColumnSpec(Struct, frozen=True):
    """``key`` names the column in settings and in ``QueueQuery.sort``. Widths are pixels at 13 px type.

    ``width`` is comfortable, ``least`` is what it can do with. ``rank`` says how long a column holds out: when the
    table is too narrow for all of them, those with the highest rank leave first. Rank 0 never leaves.
    """

    key: str
    title: str
    words: str
    width: int
    least: int
    rank: int


COLUMNS: tuple[ColumnSpec, ...] = (
    ColumnSpec("sla", "Due", "SLA countdown", 112, 106, 0),
    ColumnSpec("priority", "", "Priority", 30, 28, 1),
    ColumnSpec("id", "Number", "Number", 72, 66, 5),
    ColumnSpec("subject", "Subject", "Subject", 360, 250, 0),
    ColumnSpec("requester", "Requester", "Requester", 136, 100, 3),
    ColumnSpec("organization", "Organization", "Organization and tier", 196, 160, 6),
    ColumnSpec("group", "Group", "Group", 124, 92, 9),
    ColumnSpec("assignee", "Assignee", "Assignee", 124, 96, 7),
    ColumnSpec("status", "Status", "Status", 88, 82, 2),
    ColumnSpec("channel", "Channel", "Channel", 86, 70, 10),
    ColumnSpec("updated", "Updated", "Last update", 118, 92, 4),
)

_ESSENTIAL = 3
"""Columns up to this rank may squeeze the others; one more than that comes only when nobody has to give up room."""

_SUBJECT_ENOUGH = 560
_ROOMY = {Column.ORGANIZATION: 110, Column.REQUESTER: 60, Column.ASSIGNEE: 50, Column.GROUP: 60}
"""Pixels that these columns take from a subject that has enough: a longer one only moves its marks away."""


def lay_out(room: int, chosen: Mapping[Column, int], wanted: frozenset[Column]) -> dict[Column, int]:
    """Return the widths, in pixels, of those *wanted* columns that fit into *room*; the rest has to wait for more.

    *chosen* are widths that the agent has set; nothing else shrinks or widens those. The subject takes what is left.
    """
    in_order = sorted(wanted, key=lambda each: COLUMNS[each].rank)
    least = {column: chosen.get(column, COLUMNS[column].least) for column in Column}
    least[Column.SUBJECT] = COLUMNS[Column.SUBJECT].least
    widths: dict[Column, int] = {}
    left = room
    comfortable = 0
    for column in in_order:
        comfortable += chosen.get(column, COLUMNS[column].width)
        squeezes = COLUMNS[column].rank > _ESSENTIAL and comfortable > room
        if squeezes or (COLUMNS[column].rank and least[column] > left):
            break
        widths[column] = least[column]
        left -= least[column]
    if left < 0:
        widths[Column.SUBJECT] = max(widths[Column.SUBJECT] + left, 80)
        return widths

    def widen(column: Column, most: int) -> None:
        nonlocal left
        if column in widths and column not in chosen:
            more = max(min(most - widths[column], left), 0)
            widths[column] += more
            left -= more

    widen(Column.SUBJECT, COLUMNS[Column.SUBJECT].width)
    for column in in_order:
        widen(column, COLUMNS[column].width)
    widen(Column.SUBJECT, _SUBJECT_ENOUGH)
    for column, more in _ROOMY.items():
        widen(column, COLUMNS[column].width + more)
    widths[Column.SUBJECT] += left
    return widths
