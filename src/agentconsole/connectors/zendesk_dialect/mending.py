"""Make something of an answer whose values are of other types than they should be.

Every value is looked at by itself: kept where it fits, put right where what it means is plain (a number written as a
text, tags in one line), and left out where it isn't. Whatever was not taken as it stands is noted.
"""

from __future__ import annotations

import json
import math
from functools import cache
from typing import Any, Final, TypeVar

from msgspec import inspect

from agentconsole.connectors.http.oddities import Oddities
from agentconsole.connectors.zendesk_dialect.wire import Wire

W = TypeVar("W", bound=Wire)

_UNFIT: Final = object()
_TRUTHS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False, "t": True, "f": False}
_NAMES = {
    inspect.StrType: "a text",
    inspect.IntType: "a number",
    inspect.BoolType: "true or false",
    inspect.ListType: "a list",
    inspect.DictType: "an object",
    inspect.StructType: "an object",
    inspect.TupleType: "a list",
    inspect.NoneType: "null",
}
_LONGEST_NUMBER = 4000
"""Digits; Python refuses to turn longer texts into numbers."""


def read_any_json(data: bytes) -> Any:
    """Return what *data* means, though it be no valid JSON: bytes that are no UTF-8, halves of characters, NaN.

    ValueError when nothing can be made of it.
    """
    try:
        said = json.loads(data.decode("utf-8-sig", "replace"), parse_constant=lambda _word: None)
    except RecursionError as error:
        raise ValueError("too deep") from error
    return _cleaned(said)


def mended(value: Any, shape: type[W], where: str, oddities: Oddities) -> W | None:
    """Return *value* as *shape*; None when it can't be one at all."""
    made = _as_struct(value, _struct_type(shape), where, oddities)
    return None if made is _UNFIT else made


@cache
def _struct_type(shape: type[Wire]) -> inspect.StructType:
    told = inspect.type_info(shape)
    assert isinstance(told, inspect.StructType)
    return told


def _as_struct(value: Any, told: inspect.StructType, where: str, oddities: Oddities) -> Any:
    if not isinstance(value, dict):
        return _UNFIT
    values: dict[str, Any] = {}
    for field in told.fields:
        given = value.get(field.encode_name, _UNFIT)
        if given is _UNFIT:
            if field.required:
                oddities.note(f"{where or 'the answer'}: {field.encode_name} is missing")
                return _UNFIT
            continue
        place = f"{where}.{field.encode_name}" if where else field.encode_name
        made = _made(given, field.type, place, oddities)
        if made is _UNFIT:
            expected, got = _called(field.type), _kind(given)
            if expected != got:  # else what it lacks is told
                oddities.note(f"{place}: expected {expected}, got {got}")
            if field.required:
                return _UNFIT
        else:
            values[field.name] = made
    if "id" in value and value["id"] is None and any(field.name == "id" and field.required for field in told.fields):
        return _UNFIT  # whatever it is, nothing could ever refer to it
    return told.cls(**values)


def _made(value: Any, told: inspect.Type, where: str, oddities: Oddities) -> Any:
    match told:
        case inspect.AnyType():
            return value
        case inspect.NoneType():
            return None if value is None else _UNFIT
        case inspect.UnionType(types=types):
            return _one_of(value, types, where, oddities)
        case inspect.StructType():
            return _as_struct(value, told, where, oddities)
        case inspect.ListType(item_type=item_type):
            return _as_list(value, item_type, where, oddities)
        case inspect.DictType(value_type=value_type):
            if not isinstance(value, dict):
                return _UNFIT
            rows = {str(name): _made(each, value_type, f"{where}[]", oddities) for name, each in value.items()}
            return {name: each for name, each in rows.items() if each is not _UNFIT}
        case inspect.TupleType(item_types=item_types):
            if not isinstance(value, list | tuple) or len(value) != len(item_types):
                return _UNFIT
            parts = tuple(_made(each, kind, where, oddities) for each, kind in zip(value, item_types, strict=True))
            return _UNFIT if any(part is _UNFIT for part in parts) else parts
        case _:
            return _as_scalar(value, told, where, oddities)


def _one_of(value: Any, types: tuple[inspect.Type, ...], where: str, oddities: Oddities) -> Any:
    """*value* as the first of *types* that it is, else as the first that it can be made."""
    if value is None and any(isinstance(each, inspect.NoneType) for each in types):
        return None
    for told in types:
        if _is(value, told):
            return _made(value, told, where, oddities)
    if isinstance(value, bool) and any(isinstance(each, inspect.IntType) for each in types):
        return _UNFIT  # no id is ever true or false
    for told in types:
        made = _made(value, told, where, oddities)
        if made is not _UNFIT:
            return made
    return _UNFIT


def _is(value: Any, told: inspect.Type) -> bool:
    match told:
        case inspect.StrType():
            return isinstance(value, str)
        case inspect.IntType(ge=least, le=most):
            if not isinstance(value, int) or isinstance(value, bool):
                return False
            return (least is None or value >= least) and (most is None or value <= most)
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.StructType() | inspect.DictType():
            return isinstance(value, dict)
        case inspect.ListType() | inspect.TupleType():
            return isinstance(value, list)
        case _:
            return False


def _as_list(value: Any, item_type: inspect.Type, where: str, oddities: Oddities) -> Any:
    if isinstance(value, str) and isinstance(item_type, inspect.StrType):
        oddities.note(f"{where}: several words in one text in place of a list")
        return value.split()
    if isinstance(value, dict) and isinstance(item_type, inspect.StructType):
        names = {field.name for field in item_type.fields}
        if names & value.keys():
            oddities.note(f"{where}: one object in place of a list")
            value = [value]
        elif names == {"id", "value"}:
            oddities.note(f"{where}: an object in place of a list")
            value = [{"id": name, "value": each} for name, each in value.items()]
    if not isinstance(value, list):
        return _UNFIT
    kept = []
    for each in value:
        made = _made(each, item_type, f"{where}[]", oddities)
        if made is _UNFIT:
            is_row = isinstance(each, dict) and isinstance(item_type, inspect.StructType)
            what = "a row without a usable id" if is_row else f"{_kind(each)} in place of {_called(item_type)}"
            oddities.note_left_out(f"{where}[]: {what}")
        else:
            kept.append(made)
    return kept


def _as_scalar(value: Any, told: inspect.Type, where: str, oddities: Oddities) -> Any:
    if _is(value, told):
        return value
    made: Any = _UNFIT
    match told:
        case inspect.StrType():
            if isinstance(value, bool):
                made = str(value).lower()
            elif isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
                made = str(int(value)) if value == int(value) else str(value)
        case inspect.IntType():
            if isinstance(value, float) and math.isfinite(value) and value == int(value):
                made = int(value)
            elif isinstance(value, str):
                made = _number(value)
        case inspect.BoolType():
            if isinstance(value, int) and value in (0, 1):
                made = bool(value)
            elif isinstance(value, str):
                made = _TRUTHS.get(value.strip().lower(), _UNFIT)
        case _:
            pass
    if made is not _UNFIT and not _is(made, told):
        return _UNFIT
    if made is not _UNFIT:
        oddities.note(f"{where}: {_kind(value)} in place of {_called(told)}")
    return made


def _number(text: str) -> Any:
    text = text.strip()
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < _LONGEST_NUMBER else _UNFIT


def _called(told: inspect.Type) -> str:
    if isinstance(told, inspect.UnionType):
        names = [_called(each) for each in told.types if not isinstance(each, inspect.NoneType)]
        return " or ".join(dict.fromkeys(names))
    return _NAMES.get(type(told), "something else")


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"


def _cleaned(value: Any) -> Any:
    """*value* without halves of characters, which no database takes, and without numbers that are none."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case float():
            return value if math.isfinite(value) else None
        case list():
            return [_cleaned(each) for each in value]
        case dict():
            return {_cleaned(name): _cleaned(each) for name, each in value.items()}
        case _:
            return value
