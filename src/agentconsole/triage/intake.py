"""What a request should contain, what of it was given, and the reply that asks for the rest."""

from __future__ import annotations

import msgspec

from agentconsole.domain.values import Status
from agentconsole.packs.matching import Span
from agentconsole.packs.model import IntakeItem
from agentconsole.packs.standing import Standing
from agentconsole.triage.base import Evidence
from agentconsole.triage.case import Case, Texts, ground_of
from agentconsole.triage.pins import without_pins
from agentconsole.triage.rulebook import Rulebook
from agentconsole.triage.values import Effect, IntakeAnswer, IntakeState, Proposal

_WEIGHT = 50


def check_intake(
    case: Case, standing: Standing, rulebook: Rulebook, texts: Texts
) -> tuple[IntakeState | None, Proposal | None]:
    """Return what was given of what the pack's intake asks for, and the proposal to ask for what is missing.

    It is proposed while the ticket is ours to work on and until an agent has asked: a public reply that holds one of
    the missing questions.
    """
    pack = standing.pack
    intake = pack.intake
    if not intake.items:
        return None, None
    told = case.heard(rulebook)
    given = case.given.mentioned(rulebook.given)
    answers = []
    for item in intake.items:
        applies = not (item.only.any or item.only.all) or ("only", item.id) in told
        if applies:
            answers.append(_answer(case, item, given.get(item.id, ()), rulebook))
    items = {item.id: item for item in intake.items}
    missing = [items[one.id] for one in answers if not one.given and not one.optional]
    state = IntakeState(pack=pack.pack.id, pack_title=pack.pack.title, items=tuple(answers))
    if not answers:
        return None, None
    if not missing:
        return state, None
    questions = [texts.filled(item.question or item.text) for item in missing]
    listed = "\n".join(f"- {question}" for question in questions)
    reply = "\n\n".join(
        part
        for part in (
            texts.filled(intake.greeting, intake__missing=listed),
            "" if "{{intake.missing}}" in intake.greeting.replace(" ", "") else listed,
            texts.filled(intake.closing, intake__missing=listed),
        )
        if part.strip()
    )
    state = msgspec.structs.replace(state, reply=reply)
    if case.ticket.status not in (Status.NEW, Status.OPEN) or _asked(case, questions):
        return state, None
    key = f"{pack.pack.id}:intake:missing"
    proposal = Proposal(
        key=key,
        kind="intake",
        pack=pack.pack.id,
        pack_title=pack.pack.title,
        title=f"Ask for {_named(missing)}",
        why=_why(len(missing), len(answers)),
        quote="; ".join(item.text for item in missing),
        source=intake.source or missing[0].source,
        assumed=intake.assumed,
        effect=Effect(draft=reply),
        ground=ground_of(*(item.id for item in missing)),
        weight=_WEIGHT,
    )
    return msgspec.structs.replace(state, proposal=key), proposal


def _answer(case: Case, item: IntakeItem, words: tuple[Evidence, ...], rulebook: Rulebook) -> IntakeAnswer:
    evidence = words
    known = ""
    pattern = rulebook.patterns.get(item.id)
    if not evidence and pattern is not None:
        span = pattern.span(case.given.text.original)
        if span is not None and span[1] > span[0]:
            evidence = (case.given.evidence(Span(*span)),)
    if not evidence and item.attachment:
        files = [file for comment in case.answers for file in comment.attachments]
        known = files[0].file_name if files else ""
    requester, organization = case.ticket.requester, case.ticket.organization
    if item.from_ticket == "organization" and organization is not None:
        known = organization.name
    elif item.from_ticket == "requester_email" and requester is not None:
        known = requester.email or ""
    return IntakeAnswer(
        id=item.id,
        text=item.text,
        section=item.section,
        given=bool(evidence or known),
        optional=item.optional,
        known=known or (without_pins(" ".join(evidence[0].text.split())) if evidence else ""),
        # a PIN is given, and never repeated
        evidence=tuple(msgspec.structs.replace(one, text=without_pins(one.text)) for one in evidence),
    )


def _asked(case: Case, questions: list[str]) -> bool:
    return any(question.strip() in reply.body for reply in case.replies for question in questions)


def _why(missing: int, wanted: int) -> str:
    if wanted == 1:
        return "The one thing that such a request should contain is missing."
    return f"{missing} of {wanted} things that such a request should contain {'is' if missing == 1 else 'are'} missing."


def _named(missing: list[IntakeItem]) -> str:
    """The first few of *missing*, for a title."""
    names = [item.text[:1].lower() + item.text[1:] if item.text[1:2].islower() else item.text for item in missing]
    if len(names) <= 2:
        return " and ".join(names)
    return f"{names[0]}, {names[1]} and {len(names) - 2} more"
