"""From bytes to wire shapes, losing as little as possible when a help desk sends something unforeseen."""

from __future__ import annotations

import logging
import re
from typing import Any, TypeVar

import msgspec

from agentconsole.connectors.http import Answer
from agentconsole.connectors.zendesk_dialect.wire import ROWS, Body, Wire

_log = logging.getLogger(__name__)
_BODY = msgspec.json.Decoder(Body)
_ANYTHING = msgspec.json.Decoder(dict[str, Any])
_PLACE = re.compile(r"at `\$([^`]+)`")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")

MOST_ODD_VALUES = 50
"""After so many, a row is not what it should be at all."""

W = TypeVar("W", bound=Wire)


def read_body(answer: Answer, *expected: str) -> Body:
    """Decode *answer*, which must have at least one of the keys *expected* (all may be null elsewhere).

    One odd value must not cost a page: where the strict shapes do not fit, each row is read by itself, first without
    the values that do not fit, and left out only when nothing helps.
    """
    try:
        body = _BODY.decode(answer.body)
    except msgspec.ValidationError:
        body = _read_row_by_row(answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise answer.garbled() from error
    if expected and all(getattr(body, name) is None for name in expected):
        raise answer.garbled()
    return body


def _read_row_by_row(answer: Answer) -> Body:
    said = answer.read(_ANYTHING)
    lists = {name: said.pop(name) for name in ROWS if isinstance(said.get(name), list)}
    body = _forgiving(said, Body)
    if body is None:
        raise answer.garbled()
    for name, rows in lists.items():
        read = [_forgiving(row, ROWS[name]) for row in rows]
        kept = [row for row in read if row is not None]
        if len(kept) < len(rows):
            _log.warning("%d of %d %s can't be read and were left out", len(rows) - len(kept), len(rows), name)
        setattr(body, name, kept)
    return body


def _forgiving(row: Any, shape: type[W]) -> W | None:
    """Convert *row*, dropping one by one the values that *shape* does not allow; None when that does not help."""
    if not isinstance(row, dict):
        return None
    for _ in range(MOST_ODD_VALUES):
        try:
            return msgspec.convert(row, shape)
        except msgspec.ValidationError as error:
            if not _dropped(row, str(error)):
                return None
    return None


def _dropped(row: dict[str, Any], complaint: str) -> bool:
    """Remove from *row* the value at the place that *complaint* names; False when there is none."""
    place = _PLACE.search(complaint)
    if place is None:
        return False
    *way, last = [int(index) if index else name for name, index in _STEP.findall(place[1])]
    holder: Any = row
    try:
        for step in way:
            holder = holder[step]
        del holder[last]
    except (KeyError, IndexError, TypeError):
        return False
    return True
