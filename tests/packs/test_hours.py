"""When a contact is open: in its own zone, with holidays, over clock changes; by region where the hours follow it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from agentconsole.domain.directory import Opening
from agentconsole.domain.instant import from_iso
from agentconsole.packs.hours import Hours
from agentconsole.packs.model import Header, Pack, Region, ScheduleRule

OFFICE = {day: [("09:00", "12:00"), ("13:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
BERLIN = Region(id="eu", title="Europe", zone="Europe/Berlin", schedule="centre")
NEW_YORK = Region(id="na", title="North America", zone="America/New_York", schedule="always")


def hours(**rule: Any) -> Hours:
    """The clocks of a pack with one rule "office", one "centre" of Berlin, and one that never closes."""
    return Hours(
        Pack(
            pack=Header(id="p", title="P", version="1"),
            regions=(BERLIN, NEW_YORK),
            schedules=(
                ScheduleRule(id="office", title="Office", **{"weekly": OFFICE, **rule}),
                ScheduleRule(id="centre", title="Centre", zone="Europe/Berlin", weekly=OFFICE),
                ScheduleRule(id="always", title="Always", always=True),
            ),
        )
    )


def told(open_now: bool, changes_at: str) -> Opening:
    return Opening(open_now, from_iso(changes_at))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T08:30:00Z", told(True, "2026-11-23T11:00:00Z")),  # a Monday, CET is UTC+1
        ("2026-11-23T11:00:00Z", told(False, "2026-11-23T12:00:00Z")),  # a closing instant is closed
        ("2026-11-22T12:00:00Z", told(False, "2026-11-23T08:00:00Z")),  # Sunday
        ("2026-07-06T16:00:00Z", told(False, "2026-07-07T07:00:00Z")),  # summer, UTC+2: just closed
        # closed over the night in which the clocks go back: Monday opens at 08:00 UTC, not 07:00
        ("2026-10-23T17:00:00Z", told(False, "2026-10-26T08:00:00Z")),
        # and over the one in which they go forward: Monday opens at 07:00 UTC
        ("2026-03-27T17:30:00Z", told(False, "2026-03-30T07:00:00Z")),
    ],
)
def test_hours_follow_the_zone_and_its_clock_changes(at: str, expected: Opening) -> None:
    assert hours(zone="Europe/Berlin").at("office", None, from_iso(at)) == expected


def test_a_holiday_is_closed_until_the_next_open_day() -> None:
    dutch = hours(zone="Europe/Amsterdam", holidays=("NL",))
    # Friday 25 December 2026 is a holiday; the weekend follows
    assert dutch.at("office", None, from_iso("2026-12-25T10:00:00Z")) == told(False, "2026-12-28T08:00:00Z")
    worked = hours(zone="Europe/Amsterdam", holidays=("NL",), open=("2026-12-25",))
    assert worked.at("office", None, from_iso("2026-12-25T10:00:00Z")) == told(True, "2026-12-25T11:00:00Z")
    own = hours(zone="Europe/Amsterdam", closed=("2026-11-23",))
    assert own.at("office", None, from_iso("2026-11-23T10:00:00Z")) == told(False, "2026-11-24T08:00:00Z")


def test_holidays_of_the_next_year_are_known_in_december() -> None:
    dutch = hours(zone="Europe/Amsterdam", holidays=("NL",))
    # after New Year's Eve comes New Year's Day, a Friday, then the weekend
    assert dutch.at("office", None, from_iso("2026-12-31T17:30:00Z")) == told(False, "2027-01-04T08:00:00Z")


def test_hours_in_the_customers_region_rest_on_its_holidays() -> None:
    # as their targets do: on Christmas Day 2026, a Friday, nobody picks up the phone in Berlin
    regional = Hours(
        Pack(
            pack=Header(id="p", title="P", version="1"),
            regions=(BERLIN, msgspec.structs.replace(BERLIN, id="other", schedule="")),
            schedules=(
                ScheduleRule(id="office", title="Office", weekly=OFFICE),
                ScheduleRule(id="centre", title="C", zone="Europe/Berlin", weekly=OFFICE, holidays=("DE-BE",)),
            ),
        )
    )
    christmas = from_iso("2026-12-25T10:00:00Z")
    assert regional.at("office", regional.regions[0], christmas) == told(False, "2026-12-28T08:00:00Z")
    assert regional.at("office", regional.regions[1], christmas) == told(True, "2026-12-25T11:00:00Z")


def test_a_night_shift_runs_past_midnight() -> None:
    night = hours(zone="UTC", weekly={"sat": [("22:00", "06:00")], "sun": [("06:00", "24:00")]})
    assert night.at("office", None, from_iso("2026-11-22T01:00:00Z")) == told(True, "2026-11-23T00:00:00Z")


def test_hours_without_a_zone_are_those_of_the_region() -> None:
    everywhere, noon = hours(), from_iso("2026-11-23T14:30:00Z")
    assert everywhere.follows_region("office")
    assert everywhere.at("office", BERLIN, noon) == told(True, "2026-11-23T17:00:00Z")
    assert everywhere.at("office", NEW_YORK, noon) == told(True, "2026-11-23T17:00:00Z")  # until their lunch
    assert everywhere.at("office", None, noon) == Opening(None, None)


def test_region_stands_for_the_regions_own_schedule() -> None:
    desk, noon = hours(), from_iso("2026-11-23T14:30:00Z")
    assert desk.follows_region("region")
    assert not desk.follows_region("centre")
    assert desk.at("region", BERLIN, noon) == told(True, "2026-11-23T17:00:00Z")
    assert desk.at("region", NEW_YORK, noon) == Opening(True, None)  # it never closes
    assert desk.at("region", None, noon) == Opening(None, None)


def test_what_is_not_there_is_not_told() -> None:
    assert hours().at("", BERLIN, 0) == Opening(None, None)
    assert hours(zone="UTC", weekly={}).at("office", None, 0) == Opening(False, None)
