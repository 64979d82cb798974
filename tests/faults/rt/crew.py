"""Who works and asks for help in the campaign's queue, by RT's own ids."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from tests.support.rt.server import AGENT_PASSWORD, Account, RequestTracker

PROGRAM = Path(__file__).with_name("crew.pl")
_LINE = re.compile(r"(\w+) (\d+)")


class Crew(NamedTuple):
    """``people`` are the ids of the two agents. ``requesters`` are names, which RT takes for people."""

    queue: int
    hidden_queue: int
    people: dict[str, str]
    requesters: tuple[str, str]
    requester: str
    field: int
    tags: int

    @property
    def cleo(self) -> Account:
        """A colleague."""
        return Account("cleo", AGENT_PASSWORD)

    def account(self, who: str) -> Account:
        """What an agent signs in with."""
        return Account(who, AGENT_PASSWORD)


def crew_of(server: RequestTracker) -> Crew:
    """Make the campaign's queue, and its people."""
    said = server.perl(PROGRAM.read_text("utf-8"))
    ids = {found[1]: int(found[2]) for line in said.splitlines() if (found := _LINE.fullmatch(line))}
    return Crew(
        queue=ids["campaign"],
        hidden_queue=ids["hidden"],
        people={who: str(ids[who]) for who in ("ada", "ben")},
        requesters=("dan@customer.example", "eve@customer.example"),
        requester=str(ids["dan"]),
        field=ids["reference"],
        tags=ids["tags"],
    )
