"""Whether support does what is asked for, and where it belongs otherwise."""

from __future__ import annotations

import msgspec

from agentconsole.packs.model import Pack, ScopeRule
from agentconsole.packs.standing import Standing
from agentconsole.triage.base import Evidence
from agentconsole.triage.case import Case, Texts, ground_of, quoted
from agentconsole.triage.rulebook import Rulebook
from agentconsole.triage.values import Effect, Proposal, ScopeVerdict

_WEIGHT = 70
_MOST = 4
_GRAVITY = ("excluded", "billable", "partner", "platform", "included")
_TITLES = {
    "excluded": "Explain that support does not do this",
    "billable": "Offer this as a paid service",
    "partner": "Explain that this is the partner's part",
    "platform": "Answer that support takes this on",
}


def judge_scope(
    case: Case, standing: Standing, rulebook: Rulebook, texts: Texts
) -> tuple[tuple[ScopeVerdict, ...], Proposal | None]:
    """Return what the scope says about what is asked for, the best told first, and what to do about it.

    Where most words tell that something is included, nothing is proposed: the work is the answer.
    """
    pack = standing.pack
    told = case.heard(rulebook)
    found = [(rule, told[("scope", rule.id)]) for rule in pack.scope if ("scope", rule.id) in told]
    found.sort(key=lambda one: (-len({piece.text.casefold() for piece in one[1]}), _GRAVITY.index(one[0].kind)))
    verdicts = [_verdict(pack, rule, evidence, texts) for rule, evidence in found[:_MOST]]
    if not found or case.is_done or found[0][0].kind == "included":
        return tuple(verdicts), None
    proposal = _proposal(case, standing, *found[0], verdicts[0], texts)
    if proposal is not None:
        verdicts[0] = msgspec.structs.replace(verdicts[0], proposal=proposal.key)
    return tuple(verdicts), proposal


def _verdict(pack: Pack, rule: ScopeRule, evidence: tuple[Evidence, ...], texts: Texts) -> ScopeVerdict:
    contact = next((one for one in pack.contacts if one.id == rule.destination), None)
    links = {link.id: link for link in pack.links}
    to = links.get(rule.destination)
    destination = (contact.purpose if contact else "") or (to.title if to else "")
    shown = [links[id_] for id_ in dict.fromkeys((*((to.id,) if to else ()), *rule.links)) if id_ in links]
    return ScopeVerdict(
        pack=pack.pack.id,
        pack_title=pack.pack.title,
        rule=rule.id,
        kind=rule.kind,
        text=rule.text,
        reason=rule.reason,
        destination=destination or texts.filled(rule.destination),
        contact=contact.id if contact else "",
        links=tuple((link.title, texts.url(link.url)) for link in shown),
        evidence=evidence,
        source=rule.source,
    )


def _proposal(
    case: Case, standing: Standing, rule: ScopeRule, evidence: tuple[Evidence, ...], verdict: ScopeVerdict, texts: Texts
) -> Proposal | None:
    pack = standing.pack
    draft = texts.template(rule.template, scope__text=rule.text, scope__reason=rule.reason)
    group = case.group_named(rule.group, standing.region.title if standing.region else "")
    moves = group is not None and group[1] != case.ticket.group_ref
    if group is not None and not moves:
        group = None
    if not (draft or group or (rule.kind != "platform" and (verdict.contact or verdict.links))):
        return None  # what support takes on itself is no news once the right desk has it
    if draft and _sent(case, draft):
        return None
    title = _TITLES[rule.kind] if draft or not group else f"Hand over to {group[0]}"
    if draft and group:
        title += f" and hand over to {group[0]}"
    return Proposal(
        key=f"{pack.pack.id}:scope:{rule.id}",
        kind="scope",
        pack=pack.pack.id,
        pack_title=pack.pack.title,
        title=title,
        why=f"The requester wrote {quoted(evidence)}."
        + (f" It belongs to: {verdict.destination}." if verdict.destination else ""),
        quote=rule.text,
        source=rule.source,
        assumed=rule.assumed,
        evidence=evidence,
        effect=Effect(
            draft=draft,
            values={"group": group[1]} if group else {},
            contact=verdict.contact,
            link="" if draft or group or not verdict.links else verdict.links[0][1],
        ),
        ground=ground_of(rule.text, evidence),
        weight=_WEIGHT,
    )


def _sent(case: Case, draft: str) -> bool:
    """Whether an agent has answered with these words already."""
    return any(draft.strip() in reply.body for reply in case.replies)
