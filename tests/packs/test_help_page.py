"""The help page on the format of packs tells of every key there is, and of none that there isn't."""

from __future__ import annotations

import re
from pathlib import Path

from agentconsole.packs.loading import pack_from
from agentconsole.packs.templates import PLACEHOLDERS
from tests.packs.format_words import keys

PAGE = (Path(__file__).parents[2] / "resources/help/policy-packs.md").read_text(encoding="utf-8")


def test_every_key_is_told_with_what_it_takes_and_whether_it_is_needed() -> None:
    expected = [(key.table, key.name, key.kind, key.required) for key in keys()]
    told = []
    table = ""
    for line in PAGE.partition("## All tables and keys")[2].splitlines():
        if line.startswith("### "):
            table = line.removeprefix("### ").strip("`")
        elif row := re.fullmatch(r"\| `(\w+)` \| (.*?) \|(.*)\|", line):
            told.append((table, row[1], row[2], "**needed**" in row[3]))
    assert told == expected


def test_every_placeholder_is_told() -> None:
    told = re.findall(r"^\| `\{\{([\w.]+)\}\}` \|", PAGE, re.MULTILINE)
    assert told == [*PLACEHOLDERS, "link.ID", "contact.ID"]


def test_the_example_is_a_good_pack() -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    pack = pack_from(example[1].encode(), "example.toml")
    assert [target.target for target in pack.sla.targets] == ["30 business minutes", "next business day"]
