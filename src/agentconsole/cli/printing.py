"""Output for people (aligned text) and for scripts (one JSON document)."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec


def print_json(value: Any) -> None:
    """Print *value* as one line of JSON."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print aligned columns; the last one is cut to the terminal's width, and cells are kept to one line."""
    table = [tuple(head), *(tuple(_one_line(cell) for cell in row) for row in rows)]
    widths = [max(_width(row[column]) for row in table) for column in range(len(head))]
    room = shutil.get_terminal_size((160, 24)).columns if sys.stdout.isatty() else 0
    for row in table:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row[:-1], widths[:-1], strict=True)]
        line = "  ".join([*cells, row[-1]])
        print(_cut(line, room) if room else line)


def _one_line(text: str) -> str:
    """Return *text* without line breaks and control characters, which could move the terminal's cursor."""
    return "".join(char if char.isprintable() else " " for char in text)


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def _cut(text: str, room: int) -> str:
    if _width(text) <= room:
        return text
    kept = text
    while kept and _width(kept) > room - 1:
        kept = kept[:-1]
    return kept + "…"
