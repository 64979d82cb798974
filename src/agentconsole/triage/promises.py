"""How soon a pack promises an answer, in words that fit a sentence: "within 4 business hours"."""

from __future__ import annotations

from agentconsole.packs.model import TargetRule
from agentconsole.packs.standing import Standing
from agentconsole.triage.case import Case

_METRICS = ("first_reply", "next_reply", "resolution")


def promises(case: Case, standing: Standing) -> dict[str, str]:
    """Return the values of ``sla.first_reply`` and its like; what the pack sets no time for is left out."""
    said: dict[str, str] = {}
    for metric in _METRICS:
        rule = next(
            (one for one in standing.pack.sla.targets if one.metric == metric and _fits(one, case, standing)), None
        )
        if rule is not None and rule.target != "none":
            said[f"sla.{metric}"] = _in_words(rule.target)
    return said


def _fits(rule: TargetRule, case: Case, standing: Standing) -> bool:
    level = standing.level.id if standing.level else ""
    ticket = case.ticket
    return (
        (not rule.levels or level in rule.levels)
        and (not rule.priorities or str(ticket.priority or "") in rule.priorities)
        and (not rule.groups or ticket.group in rule.groups)
    )


def _in_words(target: str) -> str:
    return f"by the {target}" if target.startswith("next ") else f"within {target}"
