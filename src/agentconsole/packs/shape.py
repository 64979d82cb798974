"""Does a file have the shape of a pack? Walks what TOML gave along the types of ``model`` and finds every fault.

msgspec would stop at the first; whoever writes a pack wants to know of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from msgspec import inspect

from agentconsole.packs.mistakes import Fault, KeyPath, listed, shown, suggestion
from agentconsole.packs.model import Pack

TextCheck = Callable[[dict[str, Any], KeyPath, str], Iterator[Fault]]
"""Checks a text of some kind: takes what ``model`` says of the kind, where the text stands, and the text."""

_ROOT = inspect.type_info(Pack)


def faults_of(data: dict[str, Any], check: TextCheck) -> Iterator[Fault]:
    """Yield what is wrong with *data*: keys, types, ranges, and what *check* finds in texts of a kind."""
    return _Walk(check).any(_ROOT, data, ())


class _Walk:
    def __init__(self, check: TextCheck) -> None:
        self._check = check

    def any(self, kind: inspect.Type, value: Any, path: KeyPath) -> Iterator[Fault]:
        """Yield the faults of *value*, which should be of *kind*."""
        extra: dict[str, Any] = {}
        while isinstance(kind, inspect.Metadata):
            extra = kind.extra or {}
            kind = kind.type
        if isinstance(kind, inspect.UnionType):
            # TOML knows no null: whatever is there is of the other type
            kind = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
        if isinstance(kind, inspect.StructType):
            yield from self._table(kind, value, path)
        elif isinstance(kind, inspect.VarTupleType | inspect.ListType):
            if not isinstance(value, list):
                yield _wrong(path, "a list", value, _list_remedy(kind.item_type, path, value))
                return
            for index, item in enumerate(value):
                yield from self.any(kind.item_type, item, (*path, index))
        elif isinstance(kind, inspect.TupleType):
            yield from self._span(kind.item_types, value, path)
        elif isinstance(kind, inspect.DictType):
            yield from self._dict(kind, value, path)
        else:
            yield from self._plain(kind, extra, value, path)

    def _table(self, kind: inspect.StructType, value: Any, path: KeyPath) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield _wrong(path, "a table", value, f"Write {header(path)} and its keys below, or {{ key = … }}.")
            return
        fields = {field.encode_name: field for field in kind.fields}
        for key in value:
            if key not in fields:
                remedy = suggestion(key, fields, f"{header(path)} takes")
                yield Fault((*path, key), f"there is no key {shown(key)} in {header(path)}", remedy, at_key=True)
        for name, field in fields.items():
            if name in value:
                yield from self.any(field.type, value[name], (*path, name))
            elif field.required:
                yield Fault(
                    path, f'"{name}" is missing in {header(path)}', f"Add {example(name, field.type)}", at_key=True
                )

    def _span(self, kinds: Sequence[inspect.Type], value: Any, path: KeyPath) -> Iterator[Fault]:
        if not isinstance(value, list) or len(value) != len(kinds):
            yield _wrong(path, "a span of hours", value, 'A day is a list of spans: [["09:00", "12:30"], …].')
            return
        for index, (kind, item) in enumerate(zip(kinds, value, strict=True)):
            yield from self.any(kind, item, (*path, index))

    def _dict(self, kind: inspect.DictType, value: Any, path: KeyPath) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield _wrong(path, "a table", value, f"Write {header(path)} and its keys below, or {{ key = … }}.")
            return
        for key, item in value.items():
            for fault in self.any(kind.key_type, key, (*path, key)):
                yield fault._replace(at_key=True)
            yield from self.any(kind.value_type, item, (*path, key))

    def _plain(self, kind: inspect.Type, extra: dict[str, Any], value: Any, path: KeyPath) -> Iterator[Fault]:
        if isinstance(kind, inspect.LiteralType):
            known = [str(one) for one in kind.values if one != ""]
            if not isinstance(value, str):
                yield _wrong(path, "a text", value, f"Allowed: {listed(known)}.")
            elif value not in kind.values:
                yield Fault(
                    path, f"{shown(value)} is not allowed for {_name(path)}", suggestion(value, known, "Allowed:")
                )
        elif isinstance(kind, inspect.BoolType):
            if not isinstance(value, bool):
                yield _wrong(path, "true or false", value, "Write true or false, without quotes.")
        elif isinstance(kind, inspect.IntType | inspect.FloatType):
            yield from _number(kind, value, path)
        elif not isinstance(value, str):
            yield _wrong(path, "a text", value, _text_remedy(value))
        elif extra and (value or _must_say(extra)):
            yield from self._check(extra, path, value)


def _must_say(extra: dict[str, Any]) -> bool:
    return extra.get("kind") in ("id", "phrase", "time", "day", "date", "calendar", "target")


def _number(kind: inspect.IntType | inspect.FloatType, value: Any, path: KeyPath) -> Iterator[Fault]:
    is_whole = isinstance(kind, inspect.IntType)
    wanted = "a whole number" if is_whole else "a number"
    limits = [
        text for text, bound in ((f"at least {kind.ge}", kind.ge), (f"at most {kind.le}", kind.le)) if bound is not None
    ]
    remedy = f"Write {wanted}{', ' + ' and '.join(limits) if limits else ''}, without quotes."
    if isinstance(value, bool) or not isinstance(value, int if is_whole else int | float):
        yield _wrong(path, wanted, value, remedy)
    elif not (kind.ge is None or value >= kind.ge) or not (kind.le is None or value <= kind.le):
        yield Fault(path, f"{value} is out of range for {_name(path)}", remedy)
    elif is_whole and abs(value) > 1_000_000:
        yield Fault(path, f"{_name(path)} is too large", "Write a number below a million.")


def _wrong(path: KeyPath, wanted: str, value: Any, remedy: str) -> Fault:
    return Fault(path, f"{_name(path)} must be {wanted}, not {_what(value)}", remedy)


def _what(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {shown(value)}"
    if isinstance(value, datetime | date | time):
        return f"the date or time {value.isoformat()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return "a list" if isinstance(value, list) else "a table"


def _text_remedy(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return f'Put it in quotes: "{str(value).lower()}".'
    if isinstance(value, datetime | date | time):
        return f'Put it in quotes: "{value.isoformat()}".'
    return "Write one text in quotes." if isinstance(value, list) else "Write a text in quotes."


def _list_remedy(item: inspect.Type, path: KeyPath, value: Any) -> str:
    while isinstance(item, inspect.Metadata):
        item = item.type
    if isinstance(item, inspect.StructType):
        return f"Begin every one with [{header(path)}], in double brackets."
    if isinstance(item, inspect.TupleType):
        return 'A day is a list of spans: [["09:00", "18:00"]].'
    return f"Put it in brackets: [{shown(value)}]." if isinstance(value, str) else 'Write it like ["one", "two"].'


def header(path: KeyPath) -> str:
    """Return the header under which *path* is written: ``[[contacts]]``, ``[sla]``, or "the file"."""
    words = [str(step) for step in path if isinstance(step, str)]
    if not words:
        return "the file"
    name = ".".join(words)
    return f"[[{name}]]" if path and isinstance(path[-1], int) else f"[{name}]"


def _name(path: KeyPath) -> str:
    words = [str(step) for step in path if isinstance(step, str)]
    return f'"{words[-1]}"' if words else "the file"


def example(name: str, kind: inspect.Type) -> str:
    """Return a line that gives *name* a value of its *kind*, as a sentence's end."""
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    if isinstance(kind, inspect.LiteralType):
        return f"{name} = one of {listed(str(one) for one in kind.values if one != '')}."
    if isinstance(kind, inspect.StructType):
        return f"a table [{name}] with {listed(field.name for field in kind.fields if field.required)}."
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        return f"{name} = 1, or whatever number is right."
    return f'{name} = "…".'
