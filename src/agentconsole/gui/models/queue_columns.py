"""The columns of the queue: what each is called, how wide it is and what gives way first when room is short."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


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


class ColumnSpec(NamedTuple):
    """``key`` names the column in settings and in ``QueueQuery.sort``. Widths are pixels at 13 px type.

    ``rank`` says how long a column holds out: when the table is too narrow for all of them, those with the highest
    rank leave first. Rank 0 never leaves.
    """

    key: str
    title: str
    words: str
    width: int
    rank: int


COLUMNS: tuple[ColumnSpec, ...] = (
    ColumnSpec("sla", "Due", "SLA countdown", 110, 0),
    ColumnSpec("priority", "", "Priority", 30, 1),
    ColumnSpec("id", "Number", "Number", 72, 5),
    ColumnSpec("subject", "Subject", "Subject", 320, 0),
    ColumnSpec("requester", "Requester", "Requester", 136, 3),
    ColumnSpec("organization", "Organization", "Organization and tier", 184, 6),
    ColumnSpec("group", "Group", "Group", 116, 9),
    ColumnSpec("assignee", "Assignee", "Assignee", 124, 7),
    ColumnSpec("status", "Status", "Status", 88, 2),
    ColumnSpec("channel", "Channel", "Channel", 78, 10),
    ColumnSpec("updated", "Updated", "Last update", 118, 4),
)

SUBJECT_AT_LEAST = 260
"""Pixels that the subject keeps before another column leaves."""


def columns_that_fit(width: int, widths: dict[Column, int], wanted: frozenset[Column]) -> frozenset[Column]:
    """Return which of the *wanted* columns to show in *width* pixels, least important ones left out.

    *widths* are the present widths; the subject counts with :data:`SUBJECT_AT_LEAST`, because it takes what is left.
    """
    taken = 0
    fitting: set[Column] = set()
    for column in sorted(wanted, key=lambda each: COLUMNS[each].rank):
        needs = SUBJECT_AT_LEAST if column is Column.SUBJECT else widths[column]
        if COLUMNS[column].rank and taken + needs > width:
            break
        taken += needs
        fitting.add(column)
    return frozenset(fitting)
