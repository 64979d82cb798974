"""The user guide's table of what each help desk offers is what the connectors declare."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from agentconsole.connectors.registry import offers_of
from agentconsole.domain.capabilities import WORDS
from agentconsole.domain.desk_kinds import DESK_KINDS

PAGE = Path(__file__).parents[2] / "resources" / "help" / "connecting.md"


def _rows(title: str) -> list[list[str]]:
    """The cells of the first table below the heading *title*."""
    lines = PAGE.read_text(encoding="utf-8").partition(f"## {title}\n")[2].strip().splitlines()
    table = itertools.takewhile(lambda line: line.startswith("|"), lines[_first_of(lines) :])
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def _first_of(lines: list[str]) -> int:
    return next(place for place, line in enumerate(lines) if line.startswith("|"))


@pytest.mark.parametrize("kind", DESK_KINDS)
def test_the_table_tells_what_is_offered(kind: str) -> None:
    head, _line, *rows = _rows("What each offers")
    place = list(DESK_KINDS).index(kind) + 1
    assert len(head) == len(DESK_KINDS) + 1
    told = {row[0]: row[place] == "yes" for row in rows}
    assert told == {words.title: offers_of(kind).has(name) for name, words in WORDS.items() if words.gain}


def test_every_kind_is_explained() -> None:
    told = {row[1].strip("`") for row in _rows("What each asks for")[2:]}
    assert told == set(DESK_KINDS)
