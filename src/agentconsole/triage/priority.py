"""Which priority the policy's conditions qualify a ticket for."""

from __future__ import annotations

import msgspec

from agentconsole.domain.values import Priority
from agentconsole.packs.model import Condition, PriorityRule
from agentconsole.packs.standing import Standing
from agentconsole.triage.base import Evidence
from agentconsole.triage.case import Case, ground_of, quoted
from agentconsole.triage.rulebook import Rulebook
from agentconsole.triage.speech import is_over
from agentconsole.triage.values import Effect, PriorityVerdict, Proposal

_ORDER = tuple(str(priority) for priority in Priority)
_RAISES = 80
_LOWERS = 40


def judge_priority(
    case: Case, standing: Standing, rulebook: Rulebook
) -> tuple[PriorityVerdict | None, Proposal | None]:
    """Return the highest priority of which a condition is told, and the proposal to set it where it isn't set.

    Nothing is proposed for a ticket that is done, or once the requester has written that the problem is gone; a lower
    one is proposed until somebody has answered.
    """
    pack = standing.pack
    told = case.heard(rulebook)
    best: tuple[PriorityRule, Condition, tuple[Evidence, ...]] | None = None
    for rule in sorted(pack.priorities, key=lambda one: _ORDER.index(one.id)):
        for number, condition in enumerate(rule.conditions):
            evidence = told.get(("priority", f"{rule.id}/{number}"))
            if evidence:
                best = rule, condition, evidence
                break
        if best:
            break
    if best is None:
        return None, None
    rule, condition, evidence = best
    now = str(case.ticket.priority) if case.ticket.priority else None
    key = f"{pack.pack.id}:priority:{rule.id}"
    verdict = PriorityVerdict(
        pack=pack.pack.id,
        pack_title=pack.pack.title,
        id=rule.id,
        title=rule.title,
        condition=condition.text,
        fits=now == rule.id,
        evidence=evidence,
    )
    latest = case.reading.latest
    if verdict.fits or case.is_done or (latest is not None and is_over(latest)):
        return verdict, None
    raises = now is None or _ORDER.index(rule.id) < _ORDER.index(now)
    if not raises and case.replies:
        return verdict, None  # who answered has seen it, and may know more than the words tell
    proposal = Proposal(
        key=key,
        kind="priority",
        pack=pack.pack.id,
        pack_title=pack.pack.title,
        title=f"Set the priority to {rule.title}",
        why=f"The requester wrote {quoted(evidence)}.",
        quote=condition.text,
        source=condition.source or rule.source,
        assumed=condition.assumed or rule.assumed,
        evidence=evidence,
        effect=Effect(values={"priority": rule.id}),
        ground=ground_of(condition.text, evidence),
        weight=_RAISES if raises else _LOWERS,
    )
    return msgspec.structs.replace(verdict, proposal=proposal.key), proposal
