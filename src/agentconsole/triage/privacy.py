"""Requests to change or delete contact data."""

from __future__ import annotations

from agentconsole.packs.standing import Standing
from agentconsole.triage.case import Case, Texts, ground_of, quoted
from agentconsole.triage.rulebook import Rulebook
from agentconsole.triage.values import Effect, Proposal

_WEIGHT = 75


def privacy_request(case: Case, standing: Standing, rulebook: Rulebook, texts: Texts) -> Proposal | None:
    """Return the proposal to record a privacy request, when the requester makes one."""
    pack, privacy = standing.pack, standing.pack.privacy
    if privacy is None or case.is_done:
        return None
    evidence = case.heard(rulebook).get(("privacy", ""))
    recorded = any(note.what == "privacy" for _, note in case.records)
    if not evidence or recorded:
        return None
    contact = next((one for one in pack.contacts if one.id == privacy.contact), None)
    to = f" Such requests go to {contact.purpose} ({contact.email or contact.phone})." if contact else ""
    return Proposal(
        key=f"{pack.pack.id}:privacy:request",
        kind="privacy",
        pack=pack.pack.id,
        pack_title=pack.pack.title,
        title="Record a privacy request",
        why=f"The requester wrote {quoted(evidence)}.{to}",
        quote=privacy.text,
        source=privacy.source,
        assumed=privacy.assumed,
        evidence=evidence,
        effect=Effect(dialog="privacy", contact=privacy.contact, draft=texts.template(privacy.template)),
        ground=ground_of(evidence),
        weight=_WEIGHT,
    )
