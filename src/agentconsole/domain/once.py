"""Parts that are made when they are first asked for, whichever thread asks."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from threading import RLock
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


def late_pattern(text: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """Return what gives the pattern *text*, compiled when it is first asked for: a start looks for few of them."""
    return functools.cache(lambda: re.compile(text, flags))


class made_once(Generic[T]):  # noqa: N801  (it is written like a decorator of the standard library)
    """A property that is made once for each object, and kept in it.

    As ``functools.cached_property`` was until Python 3.11: since then two threads that ask at once may get two.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._name = make.__name__
        self._turn = RLock()
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, made_for: None, owner: type) -> made_once[T]: ...
    @overload
    def __get__(self, made_for: object, owner: type) -> T: ...
    def __get__(self, made_for: object | None, owner: type) -> made_once[T] | T:
        if made_for is None:
            return self
        with self._turn:
            kept = vars(made_for)
            if self._name not in kept:
                kept[self._name] = self._make(made_for)
            found: T = kept[self._name]
            return found
