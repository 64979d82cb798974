"""What a hit says about itself."""

from __future__ import annotations

from typing import Any

import pytest

from agentconsole.domain.directory import HELP_DESK, DirectoryContact, Opening, PlaceOpening
from agentconsole.domain.instant import HOUR, MINUTE, from_iso
from agentconsole.domain.records import OrganizationRecord, PersonRecord
from agentconsole.domain.rows import DirectoryRow
from agentconsole.gui.panes.directory.contact_words import (
    act_of,
    change_words,
    copied,
    dial,
    meta,
    opening_words,
    restriction,
    state_words,
    ways,
)

NOON = from_iso("2026-11-20T12:00:00Z")


def contact(**values: Any) -> DirectoryRow:
    record = DirectoryContact(**{"key": "c", "origin": HELP_DESK, "section": "Desk", "purpose": "Purpose", **values})
    return DirectoryRow(title=record.purpose, subtitle="", section=record.section, contact=record)


def opened(open_now: bool | None, changes_in: int | None, **more: Any) -> DirectoryRow:
    row = contact(**more)
    at = None if changes_in is None else NOON + changes_in
    return DirectoryRow(
        title=row.title, subtitle="", section="Desk", contact=row.contact, open_now=open_now, changes_at=at
    )


@pytest.mark.parametrize(
    ("row", "address"),
    [
        (contact(method="email", email="a.b@desk.example"), "mailto:a.b@desk.example"),
        (contact(method="phone", phone="+1-800-PARTNER (Option 2)"), "tel:+18007278637"),
        (contact(method="phone", phone="+1-800-PARTNER", link="tel:+18007278637"), "tel:+18007278637"),
        (contact(method="phone", phone="+1 212 555 1234"), "tel:+12125551234"),
        (contact(method="web", url="portal.desk.example/help"), "https://portal.desk.example/help"),
        (
            contact(method="web", url="portal.desk.example", link="https://portal.desk.example"),
            "https://portal.desk.example",
        ),
        (contact(method="chat", details="Available in Partner Portal"), None),
        (contact(method="phone", details="Your specific number in the welcome kit"), None),
        (contact(method="web", url="javascript:alert(1)"), None),
        (contact(method="web", url="desk.example", link="javascript:alert(1)"), "https://desk.example"),
        (contact(method="email", details="See the manager", link="mailto:m@desk.example"), "mailto:m@desk.example"),
        (contact(method="none"), None),
    ],
)
def test_what_enter_does_follows_from_the_address(row: DirectoryRow, address: str | None) -> None:
    act = act_of(row)
    assert (act.address if act else None) == address


def test_every_way_is_listed_as_printed_the_usual_one_first() -> None:
    row = contact(method="phone", email="eu@desk.example", phone="+44-800-DESK", option="2", address="1 Main Street")
    assert [(way.label, way.printed, way.note) for way in ways(row)] == [
        ("Phone", "+44-800-DESK", "then option 2"),
        ("Mail", "eu@desk.example", ""),
        ("Address", "1 Main Street", ""),
    ]
    told = contact(method="email", email="psm@desk.example", details="Listed in the portal")
    assert [way.printed for way in ways(told)] == ["psm@desk.example", "Listed in the portal"]
    printed = contact(method="phone", phone="+1-800-DESK", details="+1-800-DESK (Option 1)")
    assert [way.printed for way in ways(printed)] == ["+1-800-DESK"]


def test_people_and_organizations_have_their_own_default() -> None:
    ana = PersonRecord(ref="p", name="Ana", email="ana@x.example", phone="+1 2")
    tom = PersonRecord(ref="q", name="Tom", phone="+1 555-01")
    company = OrganizationRecord(ref="o", name="Acme")
    person = DirectoryRow(
        title="Ana", subtitle="", section="People", person=ana, company="Acme", level="gold · emporium"
    )
    caller = DirectoryRow(title="Tom", subtitle="", section="People", person=tom)
    firm = DirectoryRow(title="Acme", subtitle="", section="Organizations", organization=company)
    assert [act.address if (act := act_of(row)) else None for row in (person, caller, firm)] == [
        "mailto:ana@x.example",
        "tel:+155501",
        None,
    ]
    assert [copied(row) for row in (person, caller, firm)] == ["ana@x.example", "+1 555-01", "Acme"]
    assert dial("0800-HELP") == "tel:08004357"
    assert (meta(person), restriction(person)) == ("Acme · ana@x.example", "Gold · Emporium")


@pytest.mark.parametrize(
    ("open_now", "changes_in", "words", "short"),
    [
        (True, 2 * HOUR, "Open now · closes in 2 h", "Open now"),
        (True, 40 * MINUTE, "Open now · closes in 40 min", "Closes in 40 min"),
        (False, 10 * HOUR + 5 * MINUTE, "Opens in 10 h 5 min", "Opens in 10 h 5 min"),
        (True, None, "Always open", "Always open"),
        (False, None, "Closed", "Closed"),
        (None, None, "", ""),
    ],
)
def test_opening_in_words(open_now: bool | None, changes_in: int | None, words: str, short: str) -> None:
    row = opened(open_now, changes_in)
    assert (opening_words(row, NOON), state_words(row, NOON)) == (words, short)


def test_the_hours_of_every_region_in_words() -> None:
    def in_places(*states: bool) -> DirectoryRow:
        places = tuple(PlaceOpening(f"R{i}", "UTC", Opening(state, None)) for i, state in enumerate(states))
        return DirectoryRow(title="t", subtitle="", section="s", contact=contact().contact, places=places)

    assert opening_words(in_places(True, False, True), NOON) == "Open in 2 of 3 regions"
    assert opening_words(in_places(False, True), NOON) == "Open in R1"
    assert opening_words(in_places(False, False), NOON) == "Closed in every region"


def test_a_change_is_told_by_both_clocks() -> None:
    row = opened(True, 6 * HOUR, zone="Asia/Singapore")
    assert change_words(row, NOON).startswith("Sat 02:00 Singapore, ")
    assert change_words(row, NOON).endswith(" for you")
    assert change_words(opened(True, None), NOON) == ""


def test_who_it_is_for_shows_only_where_not_everybody_has_it() -> None:
    assert restriction(contact(levels=("Platinum",), restricted=True)) == "Platinum only"
    assert restriction(contact(levels=("Gold", "Platinum"), restricted=True)) == "Gold, Platinum"
    assert restriction(contact(levels=("Standard", "Gold", "Platinum"))) == ""


def test_in_an_emergency_the_number_is_in_the_line() -> None:
    assert meta(contact(emergency="Outage", phone="+1 555 0199", department="Incident desk")) == "+1 555 0199"
    assert meta(contact(department="Incident desk", name="Jo")) == "Jo · Incident desk"
    assert meta(contact(department="Desk")) == ""  # the heading says so already
