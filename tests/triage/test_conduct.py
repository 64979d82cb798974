"""Conduct: findings in the requester's own words, the record read back from notes, what holds and what follows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.instant import DAY, Instant
from agentconsole.domain.rows import Me
from agentconsole.triage.conduct_record import RecordedNote
from agentconsole.triage.notes import Note, read_note, write_note
from agentconsole.triage.record import ConductState
from tests.triage.making import ME, NOW, SUPERVISOR, guided, replied, said, ticket


def noted(what: Any, entry: str, *, at: Instant = NOW - DAY, by: Me = ME, on: int = 2, **more: Any) -> RecordedNote:
    """A note on another ticket of the requester."""
    note = Note(what=what, entry=entry, pack="harbour", **more)
    comment = replied(write_note(note, "Noted"), entry, public=False, at=at, by=by)
    return RecordedNote(on, str(on), comment, note, by.name, by is SUPERVISOR)


def infraction(entry: str, id_: str = "cursing", **more: Any) -> RecordedNote:
    return noted("infraction", entry, id=id_, title=id_, **more)


def ban(entry: str = "b", **more: Any) -> RecordedNote:
    return noted("sanction", entry, id="ban", title="Temporary ban", days=7, confirm=True, **more)


def state(*notes: RecordedNote, body: str = "Hello", me: Me = ME, now: Instant = NOW) -> ConductState:
    found = guided(ticket(said(body)), notes=notes, me=me, now=now).conduct
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("This damn shop is slow", ["cursing"]),
        ("Where is my order, I HAVE ASKED YOU FOR THREE WHOLE DAYS NOW", ["shouting"]),
        ("Thank you, dear support", []),
        ("> damn shop\nMy colleague was rude, sorry", []),
        ("```\ndamn.exe failed\n```", []),
        ("The Damnation store opens today", []),
    ],
)
def test_only_what_the_requester_says_themselves_is_found(body: str, found: list[str]) -> None:
    assert [one.infraction for one in state(body=body).findings] == found


def test_an_agents_words_are_nobodys_infraction() -> None:
    told = guided(ticket(said("Hi"), replied("That damn cache again")))
    assert told.conduct is not None
    assert told.conduct.findings == ()


def test_a_finding_is_proposed_until_it_is_recorded_on_this_ticket() -> None:
    body = "This damn shop"
    told = guided(ticket(said(body)))
    assert [(one.kind, one.effect.dialog) for one in told.proposals if one.kind == "conduct"] == [
        ("conduct", "conduct")
    ]
    recorded = guided(ticket(said(body)), notes=[infraction("i", on=1)])
    assert recorded.conduct is not None
    assert recorded.conduct.findings[0].recorded
    assert "harbour:conduct:cursing" not in {one.key for one in recorded.proposals}


def test_the_steps_follow_the_record() -> None:
    def following(*notes: RecordedNote) -> str | None:
        step = state(*notes).next_step
        return step.id if step else None

    assert following() is None
    assert following(infraction("1")) == "warning"
    assert following(infraction("1"), infraction("2")) == "ban"
    assert following(infraction("1", "threat")) == "loss"
    warned = noted("sanction", "w", id="warning", title="Warning", at=NOW)
    assert following(infraction("1"), warned) is None
    assert following(infraction("1"), warned, infraction("2", at=NOW)) == "ban"


def test_what_was_withdrawn_does_not_count_and_only_some_may_withdraw() -> None:
    other = Me(ref="9", name="Cy", email="cy@desk.example", role="agent", profile="desk")
    assert state(infraction("1"), noted("withdrawn", "x", about="1", by=other)).infractions == 1
    assert state(infraction("1"), noted("withdrawn", "x", about="1")).infractions == 0
    assert state(infraction("1"), noted("withdrawn", "x", about="1", by=SUPERVISOR)).infractions == 0


def test_a_ban_counts_once_a_supervisor_has_confirmed_it_and_ends_by_days() -> None:
    proposed = state(infraction("1"), ban())
    assert proposed.sanctions[0].state == "proposed"
    assert proposed.current is proposed.sanctions[0]
    by_an_agent = state(infraction("1"), ban(), noted("confirmed", "c", about="b"))
    assert by_an_agent.sanctions[0].state == "proposed"
    confirmed = (infraction("1"), ban(), noted("confirmed", "c", about="b", by=SUPERVISOR, at=NOW - 2 * DAY))
    (active,) = state(*confirmed).sanctions
    assert (active.state, active.until, active.confirmed_by) == ("active", NOW + 5 * DAY, SUPERVISOR.name)
    assert state(*confirmed, now=NOW + 5 * DAY).sanctions[0].state == "expired"


def test_a_supervisors_own_ban_counts_at_once() -> None:
    (active,) = state(infraction("1"), ban(by=SUPERVISOR)).sanctions
    assert (active.state, active.until) == ("active", NOW + 6 * DAY)


def test_only_a_supervisor_lifts_what_a_supervisor_confirmed() -> None:
    standing = (infraction("1"), ban(by=SUPERVISOR))
    assert state(*standing, noted("lifted", "l", about="b")).sanctions[0].state == "active"
    lifted = state(*standing, noted("lifted", "l", about="b", by=SUPERVISOR)).sanctions[0]
    assert (lifted.state, lifted.lifted_by) == ("lifted", SUPERVISOR.name)
    warned = noted("sanction", "w", id="warning", title="Warning")
    assert state(infraction("1"), warned, noted("lifted", "l", about="w")).sanctions[0].state == "lifted"


def test_a_note_that_claims_to_need_nobody_is_not_believed() -> None:
    forged = noted("sanction", "b", id="ban", title="Temporary ban", days=7, confirm=False)
    assert state(infraction("1"), forged).sanctions[0].state == "proposed"


def test_the_supervisor_is_asked_to_confirm() -> None:
    notes = [infraction("1"), infraction("2"), ban()]
    keys = {one.key for one in guided(ticket(said("Hi")), notes=notes, me=SUPERVISOR).proposals}
    assert "harbour:conduct:confirm-b" in keys
    assert "harbour:conduct:confirm-b" not in {one.key for one in guided(ticket(said("Hi")), notes=notes).proposals}


def test_records_of_another_pack_are_another_record() -> None:
    note = Note(what="infraction", entry="1", pack="elsewhere", id="cursing")
    there = RecordedNote(2, "2", replied(write_note(note, "x"), public=False), note, ME.name, False)
    assert state(there).infractions == 0


def test_an_entry_that_came_twice_counts_once() -> None:
    assert state(infraction("1"), infraction("1")).infractions == 1


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_note_is_read_as_it_was_written(sentence: str, words: str) -> None:
    note = Note(what="sanction", entry="e", pack="p", id="ban", title="Ban “x”\n2", days=3, confirm=True)
    assert read_note(write_note(note, sentence, words)) == note


@pytest.mark.parametrize(
    "body", ["", "Hello", "[agentconsole] ", "[agentconsole] {}", '[agentconsole] {"what":"king","entry":"e"}']
)
def test_what_is_no_record_is_none(body: str) -> None:
    assert read_note(body) is None
