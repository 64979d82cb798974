"""What the model says of every key, in the words of the help page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import inspect

from agentconsole.packs.model import Pack

KINDS = {
    "id": "id",
    "zone": "time zone",
    "date": "date",
    "calendar": "country",
    "time": "time",
    "day": "day",
    "target": "target",
    "pattern": "pattern",
    "phrase": "phrase",
    "tag": "tag",
    "filled": "text with placeholders",
    "url": "address",
    "link or url": "id of a link, or address",
    "destination": "id of a contact or link, or words",
}


class Key(NamedTuple):
    """A key of the format: the header of its table, its name, its kind in words, and whether it must be there."""

    table: str
    name: str
    kind: str
    required: bool


def keys() -> Iterator[Key]:
    """Yield every key of the format, in the model's order; what each table may have (source, assumed) comes last."""
    yield from _keys(inspect.type_info(Pack), ())


def _keys(table: inspect.Type, path: tuple[str, ...], header: str = "the file") -> Iterator[Key]:
    assert isinstance(table, inspect.StructType)
    below: list[tuple[inspect.Type, tuple[str, ...], str]] = []
    for field in table.fields:
        kind, _extra = _bare(field.type)
        name = ".".join((*path, field.encode_name))
        inner, _ = _bare(kind.item_type) if isinstance(kind, inspect.VarTupleType) else (kind, {})
        if isinstance(inner, inspect.StructType) and inner.cls.__name__ != "Words":
            head = f"[[{name}]]" if isinstance(kind, inspect.VarTupleType) else f"[{name}]"
            below.append((inner, (*path, field.encode_name), head))
        elif field.encode_name not in ("source", "assumed"):
            yield Key(header, field.encode_name, words_of(field.type), field.required)
    for inner, where, head in below:
        yield from _keys(inner, where, head)


def words_of(kind: inspect.Type) -> str:
    """Return what a value of *kind* is, in words."""
    kind, extra = _bare(kind)
    if isinstance(kind, inspect.StructType):
        return "words"
    if isinstance(kind, inspect.VarTupleType):
        return _list_of(words_of(kind.item_type))
    if isinstance(kind, inspect.DictType):
        inner = words_of(kind.value_type)
        return f"table: {words_of(kind.key_type)} = {inner}"
    if isinstance(kind, inspect.ListType):
        return "list of spans"
    if isinstance(kind, inspect.LiteralType):
        return "one of " + ", ".join(f"`{one}`" for one in kind.values if one != "")
    if isinstance(kind, inspect.BoolType):
        return "true or false"
    if isinstance(kind, inspect.IntType):
        return "whole number" + (f" from {kind.ge}" if kind.ge is not None else "")
    if isinstance(kind, inspect.FloatType):
        return "number from 0 to 1"
    if extra.get("kind") == "reference":
        names = [name.removesuffix("s") for name in extra["refers_to"]]
        also = "".join(f", or `{word}`" for word in extra["also"])
        return f"id of a {' or '.join(names)}".replace("lifecycle", "stage") + also
    return KINDS[extra["kind"]] if extra else "text"


def _list_of(one: str) -> str:
    if one.startswith("one of "):
        return f"list from {one.removeprefix('one of ')}"
    if one.startswith("id of a "):
        return f"list of ids of {one.removeprefix('id of a ')}s"
    return f"list of {'countries' if one == 'country' else one + 's'}"


def _bare(kind: inspect.Type) -> tuple[Any, dict[str, Any]]:
    extra: dict[str, Any] = {}
    while isinstance(kind, inspect.Metadata):
        extra = kind.extra or {}
        kind = kind.type
    if isinstance(kind, inspect.UnionType):
        return _bare(next(one for one in kind.types if not isinstance(one, inspect.NoneType)))
    return kind, extra
