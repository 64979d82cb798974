"""The first text of a new pack: the worked example of the help page, under a name of one's own."""

from __future__ import annotations

import re
from importlib.resources import files

_EXAMPLE = re.compile(r"```toml\n(.*?)```", re.DOTALL)


def first_text(name: str) -> str:
    """Return the text of a small, good pack with the id *name*, for whoever writes one to begin with."""
    page = (files("agentconsole._gen") / "help/policy-packs.md").read_text(encoding="utf-8")
    found = _EXAMPLE.search(page)
    assert found is not None, "the help page has an example; a test reads it"
    example = found[1].replace('id = "acme"', f'id = "{name}"', 1)
    return (
        "# A policy pack. The handbook (F1) tells how it is written; `agentconsole pack check` finds every mistake.\n"
        f"\n{example}"
    )
