"""From bytes to wire shapes, losing as little as possible when a help desk sends something unforeseen."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from agentconsole.connectors.api import NotAHelpDesk
from agentconsole.connectors.http import Answer
from agentconsole.connectors.http.oddities import Oddities
from agentconsole.connectors.zendesk_dialect.mending import mended, read_any_json
from agentconsole.connectors.zendesk_dialect.wire import ROWS, Body, Wire

_BODY = msgspec.json.Decoder(Body)
_ANYTHING = msgspec.json.Decoder(Any)

W = TypeVar("W", bound=Wire)


class OtherShape(NotAHelpDesk):
    """The answer is JSON, and has nothing of what was asked for."""


def read_body(answer: Answer, *expected: str, oddities: Oddities | None = None) -> Body:
    """Decode *answer*, which must have at least one of the keys *expected*.

    One odd value must not cost a page: where the strict shapes do not fit, each value is read by itself, and left out
    only when nothing helps. *oddities* hears of it. A list that is null is an empty one.
    """
    noted = Oddities() if oddities is None else oddities
    try:
        body = _BODY.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        body = read_odd(answer, Body, noted)
    if expected and all(getattr(body, name) is None for name in expected):
        _excuse_nulls(answer, body, expected, noted)
    return body


def read_shape(answer: Answer, shape: type[W], oddities: Oddities) -> W:
    """Decode *answer* as *shape*, odd values put right or left out."""
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return read_odd(answer, shape, oddities)


def read_odd(answer: Answer, shape: type[W], oddities: Oddities) -> W:
    """Decode *answer*, which does not fit *shape*, value by value; the error for a garbled answer if that fails."""
    try:
        said = _ANYTHING.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        try:
            said = read_any_json(answer.body)
        except ValueError as error:
            raise answer.garbled() from error
        oddities.note("an answer was not valid JSON")
    body = mended(said, shape, "", oddities)
    if body is None:
        raise answer.garbled()
    return body


def _excuse_nulls(answer: Answer, body: Body, expected: tuple[str, ...], oddities: Oddities) -> None:
    """Take lists that are null for empty ones; OtherShape for an answer that has none of the *expected* keys."""
    said: Any = None
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said = _ANYTHING.decode(answer.body)
    lists = [name for name in expected if name in ROWS and isinstance(said, dict) and name in said]
    if not lists:
        if answer.is_write or not isinstance(said, dict):
            raise answer.garbled()
        raise OtherShape("The answer can't be read as the help desk's API.")
    for name in lists:
        oddities.note(f"{name}: null in place of a list")
        setattr(body, name, [])
