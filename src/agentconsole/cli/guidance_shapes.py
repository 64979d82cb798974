"""What the packs say about a ticket, as JSON and as lines: the ``guidance`` of ``show``.

The JSON is a contract for scripts, like all of ``shapes``: keys are added, never changed or removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from agentconsole.cli.shapes import iso, ticket_id

if TYPE_CHECKING:
    from agentconsole.triage.base import Evidence
    from agentconsole.triage.record import ConductState
    from agentconsole.triage.values import Checklist, DuplicateHit, PinState, Proposal, TicketGuidance


def guidance_json(said: TicketGuidance) -> dict[str, Any]:
    """Return what was *said*: proposals with the rule and the words they rest on, and each rule's own finding."""
    return {
        "packs": [
            {"id": one.pack, "title": one.title, one.level_word: one.level or None, "region": one.region or None}
            for one in said.packs
        ],
        "proposals": [_proposal(one) for one in said.proposals],
        "dismissed": said.dismissed,
        "lifecycle": [_checklist(one) for one in said.checklists],
        "intake": [
            {
                "pack": state.pack,
                "given": {item.id: item.known for item in state.items if item.given},
                "missing": [item.id for item in state.missing],
                "reply": state.reply,
            }
            for state in said.intake
        ],
        "priority": [
            {"pack": one.pack, "priority": one.id, "title": one.title, "condition": one.condition, "fits": one.fits}
            for one in said.priorities
        ],
        "scope": [
            {
                "pack": one.pack,
                "rule": one.rule,
                "kind": one.kind,
                "text": one.text,
                "destination": one.destination,
                "links": [{"title": title, "url": url} for title, url in one.links],
            }
            for one in said.scope
        ],
        "routes": [
            {"pack": one.pack, "rule": one.rule, "group": one.group, "contact": one.contact, "there": one.there}
            for one in said.routes
        ],
        "contacts": [
            {
                "pack": one.pack,
                "id": one.contact.id,
                "purpose": one.contact.purpose,
                "words": [words.text for words in one.evidence],
                "open_now": one.open_now,
                "changes_at": iso(one.changes_at),
            }
            for one in said.contacts
        ],
        "duplicates": [_duplicate(one) for one in said.duplicates],
        "shopping": said.shopping.text if said.shopping else None,
        "conduct": _conduct(said.conduct) if said.conduct else None,
        "pin": _pin(said.pin) if said.pin else None,
        "entitlements": [
            {
                "pack": one.pack,
                "id": one.id,
                "channel": one.channel,
                "words": one.words,
                "entitled": one.entitled,
                "open_now": one.open_now,
                "changes_at": iso(one.changes_at),
            }
            for one in said.entitlements
        ],
        "escalation": None
        if said.escalation is None
        else {
            "pack": said.escalation.pack,
            "steps": [
                {"id": step.id, "title": step.title, "confirmed": step.confirmed} for step in said.escalation.steps
            ],
            "executives": [contact.id for contact in said.escalation.executives],
            "open": said.escalation.open,
            "escalated": said.escalation.escalated,
        },
    }


def guidance_lines(said: TicketGuidance) -> Iterator[str]:
    """Yield what was *said* for people: the stage, then each proposal with its reason and its rule."""
    for checklist in said.checklists:
        if checklist.current is not None:
            open_ = [demand.text for demand in checklist.current.demands if not demand.done and not demand.optional]
            yield f"stage: {checklist.current.title} ({checklist.pack_title}), open: {'; '.join(open_)}"
    for one in said.proposals:
        quote = f" [{one.pack_title}: {one.quote}]" if one.quote else ""
        yield f"hint: {one.title}. {one.why}{quote}"


def _proposal(one: Proposal) -> dict[str, Any]:
    effect = msgspec.to_builtins(one.effect)
    return {
        "key": one.key,
        "kind": one.kind,
        "title": one.title,
        "why": one.why,
        "quote": one.quote,
        "source": one.source,
        "evidence": [_evidence(words) for words in one.evidence],
        "effect": {
            name: value for name, value in effect.items() if value not in ("", None, [], {}) and _says(name, one)
        },
    }


def _says(name: str, one: Proposal) -> bool:
    return name != "draft_public" or bool(one.effect.draft)


def _evidence(words: Evidence) -> dict[str, Any]:
    return {"comment": words.comment, "start": words.start, "end": words.end, "text": words.text}


def _checklist(one: Checklist) -> dict[str, Any]:
    return {
        "pack": one.pack,
        "stage": one.current.id if one.current else None,
        "stages": [
            {
                "id": stage.id,
                "title": stage.title,
                "done": stage.done,
                "demands": [
                    {
                        "key": demand.key,
                        "text": demand.text,
                        "state": demand.state,
                        "optional": demand.optional,
                        "who": demand.who,
                        "at": iso(demand.at),
                    }
                    for demand in stage.demands
                ],
            }
            for stage in one.stages
        ],
    }


def _duplicate(one: DuplicateHit) -> dict[str, Any]:
    return {
        "id": ticket_id(one.ref, one.ticket),
        "subject": one.subject,
        "status": one.status,
        "likeness": one.likeness,
        "shared": list(one.shared),
        "same_requester": one.same_requester,
        "same_organization": one.same_organization,
    }


def _conduct(state: ConductState) -> dict[str, Any]:
    return {
        "pack": state.pack,
        "findings": [
            {
                "infraction": one.infraction,
                "severity": one.severity,
                "recorded": one.recorded,
                "evidence": [_evidence(words) for words in one.evidence],
            }
            for one in state.findings
        ],
        "infractions": state.infractions,
        "sanctions": [
            {
                "entry": one.entry,
                "id": one.id,
                "title": one.title,
                "state": one.state,
                "since": iso(one.since),
                "until": iso(one.until),
            }
            for one in state.sanctions
        ],
        "next_step": state.next_step.id if state.next_step else None,
    }


def _pin(state: PinState) -> dict[str, Any]:
    return {
        "pack": state.pack,
        "state": state.state,
        "reason": state.reason,
        "valid_until": iso(state.valid_until),
        "locked_until": iso(state.locked_until),
        "checked_at": iso(state.checked_at),
    }
