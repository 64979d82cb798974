"""Makes the enums of PySide6 in a fifth of the time that Python takes for them.

PySide6 makes all enums of a Qt class when the class is first touched, which for the first window are two hundred and
fifty with four thousand names, by ``Enum("Name", [("One", 1), ...])``. Python takes each name through steps that only
hand-written classes need: it looks for descriptors, methods and mixed-in types, and sets each attribute one by one with
checks. Here the class is copied from one of the same kind that Python has made, and its members are put into it: until
:func:`complete_enums`, when somebody asks for one of them. Of the four thousand a first window uses two hundred.

What comes out is what Python would have made: ``tests/platform/test_quick_enums.py`` compares all of them. It has done
so with the releases that are named here; any other Python makes its enums itself.
"""

from __future__ import annotations

import enum
import sys
from threading import RLock
from typing import Any

KNOWN = frozenset(((3, 11, 2), (3, 11, 7)))
"""The releases whose enums were compared: Debian 12's, and the one that the tests run with."""

_OF_A_CLASS = frozenset(("__dict__", "__weakref__", "__module__", "__qualname__", "__doc__"))
"""What each class has of its own, or gets from its making."""

_OF_MEMBERS = ("_member_names_", "_member_map_", "_value2member_map_", "_unhashable_values_")
"""What a class has once its members are there; Python itself looks for a member in one of the first three."""

_waiting: dict[Any, list[tuple[str, int]]] = {}
"""Enums without members yet, with the names and numbers for them."""

_may_wait = True
_turn = RLock()


def quicken_enums() -> None:
    """Make enums of names and numbers quickly from now on. Idempotent."""
    slow: Any = vars(enum.EnumType)["_create_"]
    if sys.version_info[:3] not in KNOWN or slow.__module__ != enum.__name__:
        return
    kinds = (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag)
    patterns = {kind: _pattern(kind) for kind in kinds}
    taken = {kind: {name for base in kind.__mro__ for name in vars(base)} for kind in kinds}

    def create(
        cls: Any,
        class_name: str,
        names: Any,
        *,
        module: str | None = None,
        qualname: str | None = None,
        type: Any = None,  # noqa: A002  # as Python calls it
        start: int = 1,
        boundary: Any = None,
    ) -> Any:
        if module is None:
            # whoever calls the kind: Python looks there too
            module = sys._getframe(2).f_globals.get("__name__")
        pattern = patterns.get(cls) if qualname is None and type is None and start == 1 else None
        if pattern is None or not _are_plain(names, taken[cls]):
            return slow(
                cls, class_name, names, module=module, qualname=qualname, type=type, start=start, boundary=boundary
            )
        return _made(cls, class_name, names, {**pattern, "__module__": module}, boundary)

    enum.EnumType._create_ = create  # type: ignore[attr-defined]


def complete_enums() -> None:
    """Give all enums their members, and those to come at once.

    To be called before code runs that is not ours. PySide6 looks for Python's own kind where it is asked for a member
    without the enum's name, and where a signal or a slot is declared with an enum: ours are declared with ``object``.
    """
    global _may_wait
    _may_wait = False
    for made in list(_waiting):
        _complete(made)


def _pattern(kind: Any) -> dict[str, Any]:
    """Return what a class of *kind* has, beside its members."""
    made = kind("Pattern", [("ONE", 1)], module=__name__)
    return {name: value for name, value in vars(made).items() if name not in _OF_A_CLASS.union(_OF_MEMBERS, ("ONE",))}


def _are_plain(names: Any, taken: set[str]) -> bool:
    """Whether *names* is a list of pairs: a name that is not *taken* for something else, and a number."""
    if type(names) is not list:
        return False
    try:
        values = dict(names)
    except (TypeError, ValueError):
        return False
    return (
        len(values) == len(names) > 0
        and set(map(type, values)) == {str}
        and set(map(type, values.values())) == {int}
        and taken.isdisjoint(values)
        and "_" not in {name[:1] for name in values}
    )


class _Waiting(enum.EnumType):
    """The kind of an enum that gets its members when it is first asked for them; then it is of Python's kind."""

    @property
    def _member_map_(cls) -> Any:  # type: ignore[override]  # the class's own takes its place
        return _complete(cls)._member_map_

    @property
    def _member_names_(cls) -> Any:  # type: ignore[override]  # the class's own takes its place
        return _complete(cls)._member_names_

    @property
    def _value2member_map_(cls) -> Any:  # type: ignore[override]  # the class's own takes its place
        return _complete(cls)._value2member_map_


def _made(kind: Any, class_name: str, names: list[tuple[str, int]], body: dict[str, Any], boundary: Any) -> Any:
    """Return the class as Python would make it; its members may come later."""
    if boundary is not None and issubclass(kind, enum.Flag):
        body["_boundary_"] = boundary
    made: Any = type.__new__(_Waiting, class_name, (kind,), body)
    _waiting[made] = names
    return made if _may_wait else _complete(made)


def _complete(made: Any) -> Any:
    """Give *made* its members, if it waits for them; return it."""
    with _turn:
        if made in _waiting:
            _fill(made, _waiting[made])
            del _waiting[made]
    return made


def _fill(made: Any, names: list[tuple[str, int]]) -> None:
    in_order: list[str] = []
    by_name: dict[str, Any] = {}
    by_value: dict[int, Any] = {}
    is_flag = issubclass(made, enum.Flag)
    new, holds_value, put = made._new_member_, made._use_args_, type.__setattr__
    mask = singles = 0
    for name, value in names:
        member = by_value.get(value)
        # of flags, only those of one bit are listed; the others are names for several
        is_listed = not is_flag or (value != 0 and not value & (value - 1))
        if member is None:
            by_value[value] = member = new(made, value) if holds_value else new(made)
            member.__dict__ = {"_value_": value, "_name_": name, "__objclass__": made, "_sort_order_": len(in_order)}
            if is_listed:
                in_order.append(name)
        if is_flag:
            mask |= value
            singles |= value if is_listed else 0
        put(made, name, member)
        by_name[name] = member
    made.__class__ = enum.EnumType
    for attribute, held in zip(_OF_MEMBERS, (in_order, by_name, by_value, []), strict=True):
        put(made, attribute, held)
    if is_flag:
        made._all_bits_ = 2 ** mask.bit_length() - 1
        if "_singles_mask_" in vars(made):
            made._flag_mask_, made._singles_mask_ = mask, singles
        else:  # 3.11.2 does not know flags that are only there joined
            made._flag_mask_ = singles
        values = [by_name[name]._value_ for name in in_order]
        if values != sorted(values):
            made._iter_member_ = made._iter_member_by_def_
