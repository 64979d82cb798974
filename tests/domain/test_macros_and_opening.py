"""What a macro would do, and whether a contact is open."""

from __future__ import annotations

import pytest

from agentconsole.domain.instant import from_iso
from agentconsole.domain.macros import effect
from agentconsole.domain.opening import Opening, opening
from agentconsole.domain.records import MacroRecord, PersonRecord
from agentconsole.domain.rows import Me, TicketDetail
from agentconsole.domain.values import Priority, Status

TICKET = TicketDetail(
    id=1,
    ref="1042",
    subject="Refund missing",
    status=Status.OPEN,
    native_status="",
    priority=Priority.NORMAL,
    type=None,
    channel="email",
    created_at=0,
    updated_at=0,
    due_at=None,
    requester=PersonRecord(ref="5", name="Ana María López", email="ana@example.org"),
    organization=None,
    tier="gold",
    plan="",
    assignee_ref=None,
    assignee="",
    group_ref=None,
    group="",
    tags=("old", "kept"),
    fields={},
    targets=(),
    comments=(),
    waiting=(),
)
ME = Me(ref="9", name="Kim Berg", email="kim@example.org", role="agent", profile="work")


def test_a_macro_says_what_it_would_change() -> None:
    macro = MacroRecord(
        ref="3",
        title="Take and ask",
        actions=(
            ("status", "pending"),
            ("assignee_id", "current_user"),
            ("custom_fields_77", "impact_high"),
            ("set_tags", "kept asked"),
            ("comment_value", ["channel:all", "Hello {{ticket.requester.first_name}}, about {{ticket.id}} {{odd}}"]),
            ("comment_mode_is_public", "true"),
            ("unheard_of", 1),
        ),
    )
    found = effect(macro, TICKET, ME)
    assert found.values == {"status": "pending", "assignee": "9", "field:77": "impact_high"}
    assert (found.add_tags, found.remove_tags) == (("asked", "kept"), ("old",))
    assert found.body == "Hello Ana, about 1042 {{odd}}"
    assert found.public is True


def test_a_macros_html_becomes_text() -> None:
    macro = MacroRecord(
        ref="3", title="t", actions=(("comment_value_html", "<p>One &amp; two</p><ul><li>three</li></ul>"),)
    )
    assert effect(macro, TICKET, ME).body == "One & two\n- three"


WEEK = {day: [("09:00", "12:00"), ("13:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T08:30:00Z", Opening(True, from_iso("2026-11-23T11:00:00Z"))),  # a Monday, CET is UTC+1
        ("2026-11-23T11:30:00Z", Opening(False, from_iso("2026-11-23T12:00:00Z"))),
        ("2026-11-22T12:00:00Z", Opening(False, from_iso("2026-11-23T08:00:00Z"))),  # Sunday
        ("2026-07-06T16:00:00Z", Opening(False, from_iso("2026-07-07T07:00:00Z"))),  # summer, UTC+2: just closed
    ],
)
def test_opening_hours_follow_the_zone(at: str, expected: Opening) -> None:
    assert opening(WEEK, "Europe/Berlin", from_iso(at)) == expected


def test_a_night_shift_runs_past_midnight() -> None:
    hours = {"sat": [("22:00", "06:00")], "sun": [("06:00", "24:00")]}
    assert opening(hours, "UTC", from_iso("2026-11-22T01:00:00Z")) == Opening(True, from_iso("2026-11-23T00:00:00Z"))


@pytest.mark.parametrize("zone", [None, "", "Middle/Earth"])
def test_hours_without_a_zone_cannot_be_told(zone: str | None) -> None:
    assert opening(WEEK, zone, 0) == Opening(None, None)


def test_a_contact_without_hours_never_opens() -> None:
    assert opening({}, "UTC", 0) == Opening(False, None)
