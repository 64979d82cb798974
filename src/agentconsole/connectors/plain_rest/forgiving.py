"""Rows of JSON as typed values, losing as little as possible where a row is not what it should be."""

from __future__ import annotations

import logging
import re
from typing import Any, TypeVar

import msgspec

from agentconsole.connectors.http import Answer

_log = logging.getLogger(__name__)
_ANYTHING: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
_PLACE = re.compile(r"at `\$([^`]+)`")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")

MOST_ODD_VALUES = 50
"""After so many, a row is not what it should be at all."""

W = TypeVar("W", bound=msgspec.Struct)


def read_list(answer: Answer) -> list[Any]:
    """The list that *answer* is; anything else is no answer of this API."""
    said = answer.read(_ANYTHING)
    if not isinstance(said, list):
        raise answer.garbled()
    return said


def read_object(answer: Answer) -> dict[str, Any]:
    """The object that *answer* is; anything else is no answer of this API."""
    said = answer.read(_ANYTHING)
    if not isinstance(said, dict):
        raise answer.garbled()
    return said


def rows_of(said: Any, shape: type[W], what: str) -> list[W]:
    """*said*, a list of objects or an object of them by id, as *shape*; what can't be read is told once in the log."""
    found = list(said.values()) if isinstance(said, dict) else said if isinstance(said, list) else []
    odd: set[str] = set()
    rows = [_row_of(each, shape, odd) for each in found]
    kept = [row for row in rows if row is not None]
    _tell(what, odd)
    if len(kept) < len(rows):
        _log.warning("%d of %d %s can't be read and were left out", len(rows) - len(kept), len(rows), what)
    return kept


def row_of(said: Any, shape: type[W]) -> W | None:
    """*said* as *shape*, without the values that do not fit it; None when it is no row at all."""
    odd: set[str] = set()
    row = _row_of(said, shape, odd)
    _tell(f"{shape.__name__.lower()}s", odd)
    return row


def _row_of(said: Any, shape: type[W], odd: set[str]) -> W | None:
    """The same; the places of what does not fit are put into *odd*."""
    if not isinstance(said, dict):
        return None
    row, dropped = said, 0
    while dropped < MOST_ODD_VALUES:
        try:
            return msgspec.convert(row, shape, strict=False)
        except msgspec.ValidationError as error:
            if dropped == 0:
                row = msgspec.json.decode(msgspec.json.encode(said))
            if not _drop(row, str(error)):
                return None
            dropped += 1
            odd.add(_where(str(error)))
    return None


def _tell(what: str, odd: set[str]) -> None:
    if odd:
        _log.warning("Values of %s can't be read: %s", what, ", ".join(sorted(odd)))


def _where(complaint: str) -> str:
    """The place that *complaint* names, without the value."""
    place = _PLACE.search(complaint)
    return place[1].lstrip(".") if place is not None else "the row itself"


def _drop(row: dict[str, Any], complaint: str) -> bool:
    """Remove from *row* the value at the place that *complaint* names; False when there is none."""
    place = _PLACE.search(complaint)
    if place is None:
        return False
    steps: list[int | str] = [int(index) if index else name for name, index in _STEP.findall(place[1])]
    if not steps:
        return False
    holder: Any = row
    try:
        for step in steps[:-1]:
            holder = holder[step]
        del holder[steps[-1]]
    except (KeyError, IndexError, TypeError):
        return False
    return True
