"""The trace from the documents to the packs is whole: no empty cell, no dead key, nothing of a pack left out."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from tests.packs.shipped import FOLDER, NAMES, at, identified

SOURCES = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
_HEADING = re.compile(r"^## .* → `(?P<pack>[a-z-]+)`$")
_ADDED = "## What the packs add"


class Line(NamedTuple):
    """A row of the trace: what the document says, the keys of *pack*, and where the console shows it."""

    pack: str
    said: str
    keys: tuple[str, ...]
    shown: str


def lines() -> list[Line]:
    rows: list[Line] = []
    pack = ""
    for text in SOURCES.splitlines():
        heading = _HEADING.match(text)
        if heading:
            pack = heading["pack"]
        elif text == _ADDED:
            pack = "added"
        elif text.startswith("| ") and not text.startswith(("| in the document", "| serves")):
            said, keys, shown = (cell.strip() for cell in re.split(r"(?<!\\)\|", text.strip("|")))
            of = pack if pack != "added" else re.match(r"`([a-z-]+)`: ", said)[1]  # type: ignore[index]  # every such row begins so
            rows.append(Line(of, said, tuple(re.findall(r"`([^`]+)`", keys)), shown))
    return rows


def test_every_row_says_what_where_and_shown() -> None:
    for line in lines():
        assert line.said, line
        assert line.keys, line
        assert line.shown, line


def test_every_key_is_there() -> None:
    missing = []
    for line in lines():
        for key in line.keys:
            try:
                at(line.pack, key)
            except LookupError as error:
                missing.append(str(error))
    assert missing == []


def test_every_document_has_its_rows() -> None:
    counted = {name: sum(line.pack == name for line in lines()) for name in NAMES}
    assert counted["store-icu"] > 500
    assert counted["storeconnect"] >= 39
    assert counted["support-desk"] >= 90
    assert counted["americommerce"] >= 44


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_pack_is_left_out(name: str) -> None:
    keys = {key for line in lines() if line.pack == name for key in line.keys}
    unnamed = [
        path
        for path in identified(name)
        if not any(key == path or key.startswith((f"{path}.", f"{path}[")) for key in keys)
    ]
    assert unnamed == []
