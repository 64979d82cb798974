"""Samples, their figures, and the table."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bench.samples import Sample


@dataclass(frozen=True)
class Row:
    """One line of the result. Times are milliseconds; for another ``unit`` the same names hold that unit.

    ``ratio`` is median by floor, None where there is nothing to compare with. ``aim`` is what the median shall not
    exceed; ``aim_ratio`` the same for the ratio, ``aim_max`` for the longest sample (``max_ms``).
    """

    name: str
    median_ms: float
    p99_ms: float
    max_ms: float
    floor_ms: float | None
    ratio: float | None
    n: int
    unit: str = "ms"
    note: str = ""
    aims: dict[str, float] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The row as it goes to the file; ``within_aim`` only where there is an aim."""
        row: dict[str, Any] = {
            "name": self.name,
            "median_ms": self.median_ms,
            "p99_ms": self.p99_ms,
            "floor_ms": self.floor_ms,
            "ratio": self.ratio,
            "max_ms": self.max_ms,
            "n": self.n,
            "unit": self.unit,
            "note": self.note,
            **self.more,
        }
        if self.aims:
            row["aim"] = self.aims
            row["within_aim"] = self.within_aim
        return row

    @property
    def within_aim(self) -> bool:
        """Whether every figure with an aim is within it."""
        return all((value := getattr(self, name)) is not None and value <= most for name, most in self.aims.items())


def row(
    name: str,
    samples: Sequence[Sample | float],
    floor: Sequence[Sample | float] = (),
    *,
    unit: str = "ms",
    note: str = "",
    aims: dict[str, float] | None = None,
    **more: Any,
) -> Row:
    """Make a row of *samples* beside those of its *floor* (both in *unit*)."""
    if not samples:
        raise ValueError(f"nothing was measured for {name!r}")
    ours, below = _clock(samples), _clock(floor)
    median = statistics.median(ours)
    under = statistics.median(below) if below else None
    for key, taken in (("cpu_ms", _processor(samples)), ("floor_cpu_ms", _processor(floor))):
        if taken:
            more[key] = rounded(statistics.median(taken))
    if len(below) > 1:
        more["floor_p99_ms"] = rounded(quantile(below, 0.99))
    return Row(
        name=name,
        median_ms=rounded(median),
        p99_ms=rounded(quantile(ours, 0.99)),
        max_ms=rounded(max(ours)),
        floor_ms=None if under is None else rounded(under),
        ratio=round(median / under, 2) if under else None,
        n=len(ours),
        unit=unit,
        note=note,
        aims=aims or {},
        more=more,
    )


def _clock(samples: Sequence[Sample | float]) -> list[float]:
    return [each.ms if isinstance(each, Sample) else each for each in samples]


def _processor(samples: Sequence[Sample | float]) -> list[float]:
    return [each.cpu_ms for each in samples if isinstance(each, Sample)]


def quantile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that is not below *share* of them."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def rounded(value: float) -> float:
    """Three figures are all that such a measurement is worth."""
    return float(f"{value:.3g}") if abs(value) < 1000 else float(round(value))


def timed(work: Callable[[], object]) -> Sample:
    """What *work* takes, on this thread."""
    began, used = time.perf_counter(), time.thread_time()
    work()
    return Sample((time.perf_counter() - began) * 1000, (time.thread_time() - used) * 1000)


_HEAD = ("", "median", "p99", "longest", "floor", "ratio", "unit", "cpu", "floor's", "n", "aim")


def table(rows: Sequence[Row]) -> str:
    """The rows as text, aligned, their notes below."""
    lines = [_HEAD, *(_cells(each) for each in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    told = [
        "  ".join(
            cell.ljust(width) if column in (0, 6, 10) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    told.insert(1, "-" * max(map(len, told)))
    notes = [f"{each.name}: {each.note}" for each in rows if each.note]
    return "\n".join([*told, "", *notes])


def _cells(each: Row) -> tuple[str, ...]:
    words = {"median_ms": "", "ratio": "ratio ", "max_ms": "longest ", "p99_ms": "p99 "}
    aims = ", ".join(f"{words[name]}<= {most:g}" for name, most in each.aims.items())
    return (
        each.name,
        f"{each.median_ms:g}",
        f"{each.p99_ms:g}",
        f"{each.max_ms:g}",
        "" if each.floor_ms is None else f"{each.floor_ms:g}",
        "" if each.ratio is None else f"{each.ratio:.2f}",
        each.unit,
        f"{each.more.get('cpu_ms', '')}",
        f"{each.more.get('floor_cpu_ms', '')}",
        str(each.n),
        f"{'ok' if each.within_aim else 'MISSED'} ({aims})" if each.aims else "",
    )
