"""Support PINs that people write into tickets: found, and never repeated."""

from __future__ import annotations

import re

from msgspec.structs import replace

from agentconsole.domain.instant import Instant
from agentconsole.packs.standing import Standing
from agentconsole.triage.base import Evidence
from agentconsole.triage.case import Case, ground_of, quoted
from agentconsole.triage.rulebook import Rulebook
from agentconsole.triage.values import Effect, PinState, Proposal

MASK = "••••••"
_WEIGHT = 65
_PIN = re.compile(
    r"\b(?:support[ -]?)?pin(?:[ -]?(?:code|number|no\.?|nummer))?\b"
    r"(?:\s{0,3}(?:is|ist|est|es|was|:|=|#|-|–|→)){0,3}\s{0,3}(?P<pin>\d(?:[ -]?\d){3,7})(?![\d-])",
    re.IGNORECASE,
)


def pin_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return where *text* holds a PIN, as offsets of its digits: four to eight after the word PIN."""
    return tuple(match.span("pin") for match in _PIN.finditer(text))


def without_pins(text: str) -> str:
    """Return *text* with the digits of PINs covered."""
    for start, end in reversed(pin_spans(text)):
        text = text[:start] + MASK + text[end:]
    return text


def pin_state(
    case: Case, standing: Standing, rulebook: Rulebook, last: PinState | None, unavailable: str
) -> tuple[PinState | None, Proposal | None]:
    """Return how the requester's verification stands, and the proposal to check the PIN.

    It is proposed where they wrote one, and where they ask for what only the account's owner may have: then the agent
    has it read out.

    *last* is what is remembered of the last check here; a colleague's counts by their note. *unavailable* says why the
    help desk can't check PINs, empty when it can.
    """
    pin, pack = standing.pack.pin, standing.pack
    if pin is None:
        return None, None
    told = PinState(pack=pack.pack.id, pack_title=pack.pack.title, state="unverified", text=pin.text, where=pin.where)
    newest = _newest(told, case, last)
    state = _at(newest, case.now) if newest is not None else told
    if unavailable:
        return replace(told, state="unavailable", reason=unavailable), None
    if state.state == "verified" or case.is_done:
        return state, None
    written = [
        Evidence(comment=message.ref, start=start, end=end, text=MASK)
        for message in case.reading.spoken
        for start, end in pin_spans(message.own)
    ]
    asked = case.heard(rulebook).get(("pin", ""), ())
    if not written and not asked:
        return state, None
    evidence = tuple(written[-1:]) or asked
    proposal = Proposal(
        key=f"{pack.pack.id}:pin:check",
        kind="pin",
        pack=pack.pack.id,
        pack_title=pack.pack.title,
        title="Check the Support PIN",
        why="The requester wrote a PIN, and nobody has checked it."
        if written
        else f"The requester wrote {quoted(asked)}, and nobody has verified whose account it is.",
        quote=pin.text,
        source=pin.source,
        assumed=pin.assumed,
        evidence=evidence,
        effect=Effect(dialog="pin"),
        ground=ground_of(evidence, str(state.state)),
        weight=_WEIGHT,
    )
    return state, proposal


def _newest(told: PinState, case: Case, last: PinState | None) -> PinState | None:
    """The newest check: *last*, or a note of this ticket."""
    newest = (
        None
        if last is None
        else replace(last, pack=told.pack, pack_title=told.pack_title, text=told.text, where=told.where)
    )
    for comment, note in case.records:
        if note.what != "pin" or (newest is not None and (newest.checked_at or 0) > comment.created_at):
            continue  # help desks tell whole seconds: of two notes of one second the later one counts
        verified = note.result == "verified"
        newest = replace(
            told,
            state="verified" if verified else "locked" if note.result == "locked" else "wrong",
            attempts_left=note.left if note.left >= 0 else None,
            valid_until=note.until if verified else None,
            locked_until=note.until if note.result == "locked" else None,
            checked_at=comment.created_at,
            checked_by=case.author(comment),
        )
    return newest


def _at(state: PinState, now: Instant) -> PinState:
    """*state* as it counts at *now*: a success and a lock end by themselves."""
    if state.state == "verified" and (state.valid_until is None or state.valid_until <= now):
        return replace(state, state="unverified")
    if state.state == "locked" and (state.locked_until is None or state.locked_until <= now):
        return replace(state, state="unverified", attempts_left=None)
    return state
