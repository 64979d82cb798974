"""What of a ticket the conduct policy does not tolerate, and what it foresees after the requester's record."""

from __future__ import annotations

from collections.abc import Sequence

from agentconsole.domain.values import PersonRole, Role
from agentconsole.packs.model import Conduct, Infraction, Pack, Sanction
from agentconsole.packs.standing import Standing
from agentconsole.triage.base import Evidence
from agentconsole.triage.case import Case, Texts, ground_of, quoted
from agentconsole.triage.conduct_record import RecordedNote, entries_of, sanctions_of
from agentconsole.triage.record import (
    ConductEntry,
    ConductFinding,
    ConductState,
    NextStep,
    SanctionState,
    standing_infractions,
)
from agentconsole.triage.rulebook import Rulebook
from agentconsole.triage.shouting import shouted
from agentconsole.triage.values import Effect, Proposal, ShoppingAlert

_FOUND_WEIGHT = 95
_STEP_WEIGHT = 88
_CONFIRM_WEIGHT = 100
_LIVE = ("active", "proposed")
_COUNTS_AS = {"minor": 1, "serious": 2}


def judge_conduct(
    case: Case,
    standing: Standing,
    rulebook: Rulebook,
    texts: Texts,
    shopping: ShoppingAlert | None,
    notes: Sequence[RecordedNote],
) -> tuple[ConductState | None, tuple[Proposal, ...]]:
    """Return how the requester behaves and stands under the pack's conduct policy, and what may be recorded.

    *notes* are the records on all tickets of the requester. Only the requester's own words are judged: quotations,
    code and logs are not theirs. Nothing is recorded by itself.
    """
    pack, conduct = standing.pack, standing.pack.conduct
    if conduct is None:
        return None, ()
    record = entries_of(notes, pack)
    counting = standing_infractions(record)
    sanctions = sanctions_of(record, notes, conduct, case.now)
    findings = tuple(_findings(case, pack, conduct, rulebook, shopping, counting))
    step = _next_step(conduct, counting, sanctions, texts)
    state = ConductState(
        pack=pack.pack.id,
        pack_title=pack.pack.title,
        text=conduct.text,
        kinds=tuple((one.id, one.text) for one in conduct.infractions),
        steps=tuple((one.id, one.title) for one in conduct.sanctions),
        findings=findings,
        record=record,
        sanctions=sanctions,
        infractions=len(counting),
        next_step=step,
    )
    if case.is_closed:
        return state, ()
    return state, tuple(_proposals(case, pack, conduct, state))


def _findings(
    case: Case,
    pack: Pack,
    conduct: Conduct,
    rulebook: Rulebook,
    shopping: ShoppingAlert | None,
    counting: Sequence[ConductEntry],
) -> list[ConductFinding]:
    spoken = case.spoken.mentioned(rulebook.misconduct)
    shouts = [found for message in case.reading.spoken if (found := shouted(message)) is not None]
    recorded = {entry.id for entry in counting if entry.ticket == case.ticket.id}
    findings = []
    for infraction in conduct.infractions:
        evidence = spoken.get(infraction.id, ())
        if infraction.shouting:
            evidence = (*evidence, *shouts[:1])
        shops = infraction.shopping and shopping is not None
        if evidence or shops:
            findings.append(_finding(pack, infraction, evidence, is_recorded=infraction.id in recorded))
    return findings


def _finding(
    pack: Pack, infraction: Infraction, evidence: tuple[Evidence, ...], *, is_recorded: bool
) -> ConductFinding:
    return ConductFinding(
        key=f"{pack.pack.id}:conduct:{infraction.id}",
        infraction=infraction.id,
        text=infraction.text,
        severity=infraction.severity,
        evidence=evidence,
        recorded=is_recorded,
    )


def _next_step(
    conduct: Conduct, counting: Sequence[ConductEntry], sanctions: Sequence[SanctionState], texts: Texts
) -> NextStep | None:
    """The gravest step that the infractions lead to, unless it stands already or was taken after the last of them.

    A serious infraction counts twice; an extreme one leads to the last step at once.
    """
    severities = {one.id: one.severity for one in conduct.infractions}
    count = sum(_COUNTS_AS.get(severities.get(entry.id, "minor"), 1) for entry in counting)
    steps = sorted(conduct.sanctions, key=lambda one: one.after)
    reached = [step for step in steps if step.after <= count]
    if any(severities.get(entry.id) == "extreme" for entry in counting):
        reached = steps
    if not reached or not counting:
        return None
    step = reached[-1]
    since = max(entry.at for entry in counting)
    if any(one.id == step.id and (one.state in _LIVE or one.since >= since) for one in sanctions):
        return None
    rank = {one.id: number for number, one in enumerate(steps)}
    if any(one.state in _LIVE and rank.get(one.id, -1) > rank[step.id] for one in sanctions):
        return None
    return next_step(step, texts)


def next_step(step: Sanction, texts: Texts) -> NextStep:
    """Return *step* with its ready words to the requester."""
    until = f"{step.days} {'day' if step.days == 1 else 'days'} from now" if step.days else ""
    return NextStep(
        id=step.id,
        title=step.title,
        text=step.text,
        needs_supervisor=step.confirm,
        days=step.days,
        draft=texts.template(step.template, sanction__title=step.title, sanction__until=until),
    )


def _proposals(case: Case, pack: Pack, conduct: Conduct, state: ConductState) -> list[Proposal]:
    found = []
    rules = {one.id: one for one in conduct.infractions}
    for finding in state.findings:
        if finding.recorded:
            continue
        rule = rules[finding.infraction]
        wrote = f"The requester wrote {quoted(finding.evidence)}." if finding.evidence else ""
        found.append(
            Proposal(
                key=finding.key,
                kind="conduct",
                pack=pack.pack.id,
                pack_title=pack.pack.title,
                title=f"Record an infraction: {finding.infraction.replace('_', ' ')}",
                why=wrote or "This problem was taken to several tickets or agents.",
                quote=rule.text,
                source=rule.source or conduct.source,
                assumed=rule.assumed,
                evidence=finding.evidence,
                effect=Effect(dialog="conduct"),
                ground=ground_of(finding.infraction, finding.evidence),
                weight=_FOUND_WEIGHT,
            )
        )
    step = state.next_step
    if step is not None:
        sanction = next(one for one in conduct.sanctions if one.id == step.id)
        told = "1 infraction stands" if state.infractions == 1 else f"{state.infractions} infractions stand"
        found.append(
            Proposal(
                key=f"{pack.pack.id}:conduct:step-{step.id}",
                kind="conduct",
                pack=pack.pack.id,
                pack_title=pack.pack.title,
                title=step.title + (" (a supervisor confirms it)" if step.needs_supervisor else ""),
                why=f"{told} in the requester's record.",
                quote=step.text or conduct.text,
                source=sanction.source or conduct.source,
                assumed=sanction.assumed or conduct.assumed,
                effect=Effect(dialog="conduct"),
                ground=ground_of(step.id, *(entry.entry for entry in state.record if entry.what == "infraction")),
                weight=_STEP_WEIGHT,
            )
        )
    if is_supervisor(case):
        found += [_confirm(pack, conduct, one) for one in state.sanctions if one.state == "proposed"]
    return found


def _confirm(pack: Pack, conduct: Conduct, sanction: SanctionState) -> Proposal:
    return Proposal(
        key=f"{pack.pack.id}:conduct:confirm-{sanction.entry}",
        kind="conduct",
        pack=pack.pack.id,
        pack_title=pack.pack.title,
        title=f"Confirm: {sanction.title}",
        why=f"{sanction.by} proposed it; it counts once a supervisor has confirmed it.",
        quote=sanction.text or conduct.text,
        source=conduct.source,
        effect=Effect(dialog="conduct"),
        ground=ground_of(sanction.entry),
        weight=_CONFIRM_WEIGHT,
    )


def is_supervisor(case: Case) -> bool:
    """Whether the agent who looks may confirm sanctions: administrators of the help desk may."""
    return case.me is not None and case.me.role in (str(Role.ADMIN), str(PersonRole.ADMIN))
