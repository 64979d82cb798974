"""What a console told its agent, in the order in which it did.

The console process writes a line before it asks for something, and one after it was told that it is saved. The lines go
through a pipe to the process that forked it: they outlive it, and no full disk holds them up.
"""

from __future__ import annotations

import os
from typing import Any

import msgspec


class Entry(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One line. ``what`` is try, ok, no, made, sync, log, fault or end; ``number`` joins a try with what came of it.

    ``about``: what a try takes back or decides (keys of the outbox),
    ``marks`` the words they can be told by. ``error``: why not, or what went wrong.
    """

    what: str
    number: int = 0
    step: list[Any] = []
    ticket: int = 0
    tickets: list[int] = []
    batch: str = ""
    about: list[str] = []
    marks: list[str] = []
    text: str = ""
    before: str = ""
    error: str = ""
    report: dict[str, Any] = {}


class Ledger:
    """Writes entries to a pipe, each at once."""

    def __init__(self, handle: int, first: int) -> None:
        self._handle = handle
        self._next = first

    def tries(self, step: list[Any], **more: Any) -> int:
        """Note what is about to be asked for; returns its number."""
        self._next += 1
        self.note(Entry(what="try", number=self._next, step=step, **more))
        return self._next

    def note(self, entry: Entry) -> None:
        os.write(self._handle, msgspec.json.encode(entry) + b"\n")


def read(data: bytes) -> list[Entry]:
    """Return the entries of *data*; a line that was cut short by a kill was never written."""
    lines = data.split(b"\n")[:-1]
    return [msgspec.json.decode(line, type=Entry) for line in lines]
