"""Sets of ids in a few letters: "1-5000,5003"."""

from __future__ import annotations

from collections.abc import Iterable


def write_ids(ids: Iterable[int]) -> str:
    """*ids* as ranges, ascending."""
    ranges: list[list[int]] = []
    for each in sorted(set(ids)):
        if ranges and each == ranges[-1][1] + 1:
            ranges[-1][1] = each
        else:
            ranges.append([each, each])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in ranges)


def read_ids(text: str) -> set[int]:
    """The ids that :func:`write_ids` wrote; what is none is left out."""
    ids: set[int] = set()
    for part in text.split(","):
        low, _, high = part.partition("-")
        if low.isdigit():
            ids.update(range(int(low), int(high if high.isdigit() else low) + 1))
    return ids
