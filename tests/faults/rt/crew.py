"""Who works and asks for help in the queue of one worker of the campaign, by RT's own ids."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from tests.support.rt.server import AGENT_PASSWORD, Account, RequestTracker

PROGRAM = Path(__file__).with_name("crew.pl")
_LINE = re.compile(r"(\w+) (\d+)")


class Crew(NamedTuple):
    """``people`` are the ids of the two agents. ``requesters`` are names, which RT takes for people."""

    number: int
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
        return Account(f"cleo{self.number}", AGENT_PASSWORD)

    def account(self, who: str) -> Account:
        """What an agent signs in with."""
        return Account(f"{who}{self.number}", AGENT_PASSWORD)


def crews(server: RequestTracker, count: int) -> list[Crew]:
    """Make a queue, which nobody else sees, and its people *count* times."""
    said = server.perl(PROGRAM.read_text("utf-8"), *(str(number) for number in range(count)))
    ids = {found[1]: int(found[2]) for line in said.splitlines() if (found := _LINE.fullmatch(line))}
    return [
        Crew(
            number=number,
            queue=ids[f"queue{number}"],
            hidden_queue=ids["queueHidden"],
            people={who: str(ids[f"{who}{number}"]) for who in ("ada", "ben")},
            requesters=("dan@customer.example", "eve@customer.example"),
            requester=str(ids["dan"]),
            field=ids["reference"],
            tags=ids["tags"],
        )
        for number in range(count)
    ]
