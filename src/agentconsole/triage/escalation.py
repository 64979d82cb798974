"""The way up: the steps before executives are contacted, and which of them are confirmed on the ticket."""

from __future__ import annotations

from agentconsole.domain.instant import Instant
from agentconsole.packs.model import Contact
from agentconsole.packs.standing import Standing
from agentconsole.triage.case import Case, Texts, ground_of, quoted
from agentconsole.triage.rulebook import Rulebook
from agentconsole.triage.values import Effect, EscalationState, EscalationStepState, Proposal

_WEIGHT = 75


def escalation_state(case: Case, standing: Standing, texts: Texts) -> EscalationState | None:
    """Return the steps of the pack's escalation, each with the note that confirms it, and the executives behind them.

    Steps and executives of other levels than the customer's are left out. Any agent may confirm a step.
    """
    pack = standing.pack
    if pack.escalation is None:
        return None
    level = standing.level.id if standing.level else ""
    contacts = {contact.id: contact for contact in pack.contacts}
    confirmed: dict[str, tuple[str, Instant]] = {}
    for comment, note in case.records:
        if note.pack == pack.pack.id and note.what in ("steps", "escalation"):
            for id_ in note.ids:
                confirmed.setdefault(id_, (case.author(comment), comment.created_at))
    steps = []
    for step in pack.escalation.steps:
        if step.levels and level not in step.levels:
            continue
        by = confirmed.get(step.id)
        steps.append(
            EscalationStepState(
                id=step.id,
                title=step.title,
                text=step.text,
                contacts=tuple(contacts[id_] for id_ in step.contacts if id_ in contacts),
                confirmed=by is not None,
                who=by[0] if by else "",
                at=by[1] if by else None,
            )
        )
    link = next((one.url for one in pack.links if one.id == pack.escalation.link), pack.escalation.link)
    return EscalationState(
        pack=pack.pack.id,
        pack_title=pack.pack.title,
        text=pack.escalation.text,
        steps=tuple(steps),
        executives=tuple(contact for contact in pack.contacts if contact.executive and _for(contact, level)),
        link=texts.url(link),
        escalated=any(note.what == "escalation" for _, note in case.records)
        or (bool(pack.escalation.tag) and pack.escalation.tag in case.ticket.tags),
    )


def matrix_first(case: Case, standing: Standing, rulebook: Rulebook, state: EscalationState | None) -> Proposal | None:
    """Return the proposal to take the steps of the matrix where the requester asks for an executive.

    It leads to the executive's card, which lists the steps and asks for each before it shows how to reach them.
    """
    pack = standing.pack
    if state is None or state.escalated or case.is_done or pack.escalation is None:
        return None
    heard = case.heard(rulebook)
    asked = next((each for each in state.executives if ("executive", each.id) in heard), None)
    if asked is None:
        return None
    evidence = heard["executive", asked.id]
    done = sum(step.confirmed for step in state.steps)
    total = len(state.steps)
    steps = f"{done} of {total} steps before executives confirmed on this ticket so far."
    return Proposal(
        key=f"{pack.pack.id}:escalation:matrix",
        kind="escalation",
        pack=pack.pack.id,
        pack_title=pack.pack.title,
        title=f"Escalation matrix first, then {asked.purpose}",
        why=f"The requester wrote {quoted(evidence)}. {steps}",
        quote=pack.escalation.text,
        source=pack.escalation.source,
        assumed=pack.escalation.assumed,
        evidence=evidence,
        effect=Effect(contact=asked.id),
        ground=ground_of(asked.id, evidence),
        weight=_WEIGHT,
    )


def _for(contact: Contact, level: str) -> bool:
    return not contact.levels or level in contact.levels
