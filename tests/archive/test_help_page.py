"""The handbook's page on archives tells every file and every key there is."""

from __future__ import annotations

import re
from pathlib import Path

from agentconsole.archive.format import ATTACHMENT_KEYS, ATTACHMENTS, HISTORY_KEYS, KINDS, LISTED_KEYS, STATUS, Manifest

PAGE = (Path(__file__).parents[2] / "resources" / "help" / "archives.md").read_text()


def row(first: str) -> str:
    """The line of a table that begins with *first*."""
    (found,) = [line for line in PAGE.splitlines() if line.startswith(f"| {first} |")]
    return found


def words(line: str) -> list[str]:
    return re.findall(r"`([^`]+)`", line)


def test_every_file_has_its_keys() -> None:
    for kind in KINDS:
        assert words(row(f"`{kind.file}`").rsplit("|", 2)[1]) == list(kind.keys), kind.file
    assert words(row(f"`{ATTACHMENTS}`").rsplit("|", 2)[1]) == list(LISTED_KEYS)
    assert row(f"`{STATUS}`")
    assert words(row("`history` of a ticket").rsplit("|", 2)[1]) == list(HISTORY_KEYS)
    assert words(row("`attachments` of a comment").rsplit("|", 2)[1]) == list(ATTACHMENT_KEYS)


def test_the_manifest_is_told_whole() -> None:
    table = PAGE[PAGE.index("| `manifest.json` |") :]
    told = {word for line in table.splitlines()[2:] if line.startswith("| ") for word in words(line.split("|")[1])}
    assert told == set(Manifest.__struct_fields__)
