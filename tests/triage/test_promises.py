"""How soon an answer is promised, in the words of the pack's targets."""

from __future__ import annotations

import msgspec

from agentconsole.domain.values import Priority
from agentconsole.packs.model import Level, Sla, TargetRule, Template
from agentconsole.packs.standing import Standing
from agentconsole.triage.case import Case
from agentconsole.triage.promises import promises
from tests.triage.making import ME, NOW, PACK, guided, hint, said, ticket

GOLD = Level(id="gold", title="Gold")
SLOW = msgspec.structs.replace(
    PACK,
    levels=(GOLD,),
    sla=Sla(
        targets=(
            TargetRule(metric="first_reply", target="4 business hours", levels=("gold",)),
            TargetRule(metric="first_reply", target="next business day"),
            TargetRule(metric="resolution", target="none", priorities=("low",)),
            TargetRule(metric="resolution", target="2 weeks"),
        )
    ),
    templates=(
        Template(id="ack", title="Acknowledge", body="You hear from us {{sla.first_reply}}."),
        *PACK.templates[1:],
    ),
)


def test_the_first_target_that_fits_level_and_priority_is_promised() -> None:
    def said_to(priority: Priority, level: Level | None) -> dict[str, str]:
        case = Case(ticket(said("Hello"), priority=priority), ME, NOW, {})
        return promises(case, Standing(pack=SLOW, level=level))

    assert said_to(Priority.HIGH, GOLD) == {
        "sla.first_reply": "within 4 business hours",
        "sla.resolution": "within 2 weeks",
    }
    assert said_to(Priority.LOW, None) == {"sla.first_reply": "by the next business day"}, "none is no promise"


def test_the_acknowledgment_promises_it() -> None:
    proposal = hint(guided(ticket(said("Hello")), pack=SLOW), "lifecycle")
    assert proposal is not None
    assert proposal.effect.draft == "You hear from us by the next business day."
