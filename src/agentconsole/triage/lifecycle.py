"""The stages of a case, what each demands, and how much of it is done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import CommentRow
from agentconsole.domain.values import Status
from agentconsole.packs.model import Demand, Pack
from agentconsole.packs.standing import Standing
from agentconsole.triage.case import Case, Texts, ground_of
from agentconsole.triage.reading import message_of
from agentconsole.triage.speech import confirms
from agentconsole.triage.values import Checklist, DemandState, Effect, Proposal, StageState, Warned

_WEIGHT = 30
_RATED = ("good", "bad", "offered_good", "offered_bad")
_AFTER: dict[str, tuple[str, ...]] = {
    "pending": ("pending",),
    "hold": ("hold",),
    "solved": ("solved",),
    "closed": ("solved", "closed"),
}
"""Which demands a status waits for: closing waits for what solving waits for, too."""


class Tick(NamedTuple):
    """An agent said here that a demand is met."""

    who: str
    at: Instant


class _Seen(NamedTuple):
    who: str
    at: Instant | None


def check_lifecycle(
    case: Case, standing: Standing, texts: Texts, ticks: Mapping[str, Tick]
) -> tuple[Checklist | None, Proposal | None]:
    """Return the ticket's checklist under a pack, and the ready reply that the current stage wants next.

    A demand is met when the ticket shows it by itself, or when its tag is on the ticket; *ticks* (by key) tell who said
    so on this machine.
    """
    pack = standing.pack
    if not pack.lifecycle:
        return None, None
    stages: list[StageState] = []
    proposal: Proposal | None = None
    found_current = False
    for stage in pack.lifecycle:
        states = [_state(case, pack, demand, ticks) for demand in stage.demands]
        done = all(state.done or state.optional for state in states)
        current = not done and not found_current
        if current:
            found_current = True
            if not case.is_closed:
                proposal = _next(case, pack, stage.demands, states, texts)
            if proposal is not None:
                served = proposal.key.rpartition(":")[2]
                states = [
                    msgspec.structs.replace(state, proposal=proposal.key) if demand.id == served else state
                    for demand, state in zip(stage.demands, states, strict=True)
                ]
        stages.append(
            StageState(
                id=stage.id, title=stage.title, about=stage.about, demands=tuple(states), done=done, current=current
            )
        )
    return Checklist(pack=pack.pack.id, pack_title=pack.pack.title, stages=tuple(stages)), proposal


def open_demands(checklist: Checklist, status: str) -> tuple[Warned, ...]:
    """Return the demands of *checklist* that *status* should wait for and that are still open."""
    waits = _AFTER.get(status, ())
    return tuple(
        Warned(pack_title=checklist.pack_title, demand=demand)
        for stage in checklist.stages
        for demand in stage.demands
        if not demand.done and not demand.optional and demand.required_before in waits
    )


def demand_key(pack: Pack, demand: Demand) -> str:
    """Return what names a demand for good."""
    return f"{pack.pack.id}:{demand.id}"


def tag_of(pack: Pack, demand: Demand) -> str:
    """Return the tag that carries a tick of *demand* on the ticket."""
    return demand.tag or re.sub(r"\W+", "_", f"{pack.pack.id}_{demand.id}").lower()


def _state(case: Case, pack: Pack, demand: Demand, ticks: Mapping[str, Tick]) -> DemandState:
    key = demand_key(pack, demand)
    seen = _seen(case, demand)
    ticked = tag_of(pack, demand) in case.ticket.tags
    tick = ticks.get(key)
    who, at = "", None
    if seen is not None:
        who, at = seen
    elif ticked and tick is not None:
        who, at = tick
    return DemandState(
        key=key,
        text=demand.text,
        state="met" if seen is not None else "ticked" if ticked else "open",
        automatic=bool(demand.fulfilled_by),
        optional=demand.optional,
        who=who,
        at=at,
        required_before=demand.required_before,
        source=demand.source,
        tag=tag_of(pack, demand),
    )


def _next(
    case: Case, pack: Pack, demands: tuple[Demand, ...], states: list[DemandState], texts: Texts
) -> Proposal | None:
    """Return the ready reply of the first demand that is open.

    Demands follow one another: nobody is asked to verify a solution before there is one. What only closing waits for
    is not asked before the ticket is solved, and what solving waited for not after it.
    """
    for demand, state in zip(demands, states, strict=True):
        if state.done or state.optional:
            continue
        template = next((one for one in pack.templates if one.id == demand.template), None)
        in_time = demand.required_before != ("solved" if case.is_done else "closed")
        if template is None or not in_time:
            return None
        return Proposal(
            key=f"{pack.pack.id}:lifecycle:{demand.id}",
            kind="lifecycle",
            pack=pack.pack.id,
            pack_title=pack.pack.title,
            title=template.title,
            why=f"Still to do: {demand.text}",
            quote=demand.text,
            source=demand.source,
            assumed=demand.assumed,
            effect=Effect(draft=texts.template(template.id), draft_public=template.public, add_tags=template.tags),
            ground=ground_of(demand.id),
            weight=_WEIGHT,
        )
    return None


def _seen(case: Case, demand: Demand) -> _Seen | None:
    """Who met *demand* and when, as far as the ticket itself shows; None where it doesn't."""
    ticket = case.ticket
    match demand.fulfilled_by:
        case "case_number_sent":
            # a reply that doesn't name the number itself is sent under it: help desks put it into the mail's subject
            named = next((one for one in case.replies if _names(one.body, ticket.ref)), None)
            return _by(case, named or next(iter(case.replies), None))
        case "triaged":
            return _Seen("", None) if ticket.priority is not None and ticket.group_ref is not None else None
        case "public_reply":
            return _by(case, next(iter(case.replies), None))
        case "internal_note":
            return _by(case, next(iter(case.notes), None))
        case "requester_replied":
            return _by(case, _first_answer(case, case.replies[:1]))
        case "verified":
            # what an agent writes afterwards, their thanks or the closing words, takes no confirmation back
            last = case.answers[-1] if _first_answer(case, case.replies[:1]) else None
            return _by(case, last) if last is not None and confirms(message_of(last)) else None
        case "rated":
            return _Seen("", None) if ticket.satisfaction in _RATED else None
        case "solved":
            return _Seen("", None) if ticket.status in (Status.SOLVED, Status.CLOSED) else None
        case "closed":
            return _Seen("", None) if ticket.status is Status.CLOSED else None
        case _:
            return None


def _first_answer(case: Case, after: tuple[CommentRow, ...]) -> CommentRow | None:
    """The requester's first words since the one reply of *after*."""
    if not after:
        return None
    return next((answer for answer in case.answers if answer.created_at > after[0].created_at), None)


def _by(case: Case, comment: CommentRow | None) -> _Seen | None:
    return None if comment is None else _Seen(case.author(comment), comment.created_at)


def _names(body: str, ref: str) -> bool:
    return bool(ref) and re.search(rf"(?<![\w.-]){re.escape(ref)}(?![\w-])", body) is not None
