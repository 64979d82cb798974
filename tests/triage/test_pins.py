"""PINs in tickets are found and covered; a check counts for a while, whoever of the desk made it."""

from __future__ import annotations

import pytest

from agentconsole.domain.instant import HOUR, MINUTE
from agentconsole.triage.notes import Note, write_note
from agentconsole.triage.pins import MASK, pin_spans, without_pins
from agentconsole.triage.values import PinState
from tests.triage.making import ME, NOW, guided, hint, replied, said, ticket


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("My Support PIN is 482913.", "482913"),
        ("PIN: 4829", "4829"),
        ("support-pin=48 29 13", "48 29 13"),
        ("Meine PIN ist 482913", "482913"),
        ("Support PIN number: 482-913, thanks", "482-913"),
    ],
)
def test_a_pin_is_found_and_covered(text: str, digits: str) -> None:
    ((start, end),) = pin_spans(text)
    assert text[start:end] == digits
    assert without_pins(text) == text.replace(digits, MASK)


@pytest.mark.parametrize(
    "text", ["Order 482913", "PIN", "Our PIN does not work since 2026", "pinned 482913 items", "PIN: 123456789012"]
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert without_pins(text) == text


def test_a_written_pin_is_proposed_for_a_check_without_its_digits() -> None:
    told = guided(ticket(said("My PIN is 482913")))
    proposal = hint(told, "pin")
    assert proposal is not None
    assert proposal.effect.dialog == "pin"
    assert "482913" not in str(proposal)
    assert told.pin is not None
    assert told.pin.state == "unverified"


def test_a_check_of_a_colleague_counts_until_it_ends() -> None:
    note = Note(what="pin", entry="e", pack="harbour", result="verified", until=NOW + MINUTE)
    checked = ticket(said("My PIN is 482913"), replied(write_note(note, "Verified"), public=False))
    told = guided(checked)
    assert told.pin is not None
    assert (told.pin.state, told.pin.checked_by, told.pin.valid_until) == ("verified", ME.name, NOW + MINUTE)
    assert hint(told, "pin") is None
    later = guided(checked, now=NOW + MINUTE)
    assert later.pin is not None
    assert later.pin.state == "unverified"


def test_the_newest_check_counts() -> None:
    note = Note(what="pin", entry="e", pack="harbour", result="wrong")
    mine = PinState(pack="", pack_title="", state="verified", valid_until=NOW + HOUR, checked_at=NOW - 2 * HOUR)
    told = guided(ticket(said("Hi"), replied(write_note(note, "Wrong"), public=False)), pin=mine)
    assert told.pin is not None
    assert told.pin.state == "wrong"


def test_a_lock_ends() -> None:
    locked = PinState(pack="", pack_title="", state="locked", locked_until=NOW + MINUTE, checked_at=NOW)
    for now, state in ((NOW, "locked"), (NOW + MINUTE, "unverified")):
        told = guided(ticket(said("Hi")), pin=locked, now=now)
        assert told.pin is not None
        assert told.pin.state == state


def test_where_the_help_desk_has_no_pins_the_reason_is_told() -> None:
    told = guided(ticket(said("My PIN is 482913")), no_pin="This help desk keeps no Support PINs.")
    assert told.pin is not None
    assert (told.pin.state, told.pin.reason) == ("unavailable", "This help desk keeps no Support PINs.")
    assert hint(told, "pin") is None
