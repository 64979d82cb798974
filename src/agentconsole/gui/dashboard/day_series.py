"""What a plot over days shows. Apart from the plot, because others need it without the plotting library."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Series(NamedTuple):
    """One line or, with ``columns``, one column a day. ``dashed`` (of a column: hatched) tells two without colour."""

    name: str
    values: tuple[int, ...]
    dashed: bool = False
    columns: bool = False
    filled: bool = False


class DaySeries(NamedTuple):
    """The lines of a plot: ``spoken`` says each day in words, ``queries`` list its tickets ("" for none).

    ``nothing`` is said where all values are 0.
    """

    days: tuple[date, ...]
    series: tuple[Series, ...]
    spoken: tuple[str, ...]
    queries: tuple[str, ...] = ()
    nothing: str = ""
