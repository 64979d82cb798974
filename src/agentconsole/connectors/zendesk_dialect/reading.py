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
_PLACE = re.compile(r"\$\.(\w+)")

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
    rest = dict(row)
    for _ in range(len(row) + 1):
        try:
            return msgspec.convert(rest, shape)
        except msgspec.ValidationError as error:
            place = _PLACE.search(str(error))
            if place is None or rest.pop(place[1], None) is None:
                return None
    return None
