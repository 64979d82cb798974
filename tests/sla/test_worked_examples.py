"""Each cell of the documents' tables, worked out by hand on a calendar, through the packs as they ship.

The reasoning stands with each case; nothing here was taken from what the program answered.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import pytest

from agentconsole.domain.instant import Instant, from_datetime
from agentconsole.domain.service_levels import Said, history_of
from agentconsole.domain.values import Metric, Priority, Stage, Status
from agentconsole.packs.service_levels import policy_of, subject_of
from agentconsole.packs.standing import Customer, standing
from agentconsole.sla.policy import Policy, Reckoned, Subject
from tests.packs.shipped import shipped
from tests.sla.making import at

YEARS = range(2025, 2028)


class Example(NamedTuple):
    """Times are on the clock of ``zone``; ``late`` is empty where that is the same as ``due``."""

    level: str
    priority: Priority | None
    zone: str
    received: str
    due: str
    late: str
    why: str
    region: str = ""

    def instant(self, text: str) -> Instant | None:
        return from_datetime(at(text, self.zone)) if text else None


def policy(name: str) -> Policy:
    found = policy_of(shipped(name), YEARS)
    assert found is not None
    return found


def subject(name: str, fields: dict[str, str], priority: Priority | None) -> Subject:
    stands = standing(shipped(name), Customer(organization="Bloom", fields=fields))
    assert stands is not None
    return subject_of(stands, priority, "")


def reckon(name: str, fields: dict[str, str], priority: Priority | None, received: Instant) -> Reckoned:
    history = history_of(received, [Said(received, public=True, by_agent=False)], [(received, Status.NEW)])
    (found,) = policy(name).reckon(history, subject(name, fields, priority))
    return found


def shown(example: Example) -> str:
    return f"{example.level}-{example.priority or example.region}-{example.received[:10]}"


# ---------------------------------------------------------------------- the partners' tiers

NEW_YORK, BERLIN, SINGAPORE = "America/New_York", "Europe/Berlin", "Asia/Singapore"
SAO_PAULO, SYDNEY, DUBAI = "America/Sao_Paulo", "Australia/Sydney", "Asia/Dubai"

TIERS = [
    Example(
        "standard", None, BERLIN, "2026-03-04 10:00", "2026-03-05 18:00", "2026-03-06 09:00",
        "Wednesday in the morning; the next business day is Thursday, which ends at six. Late counts from Friday's "
        "opening on, because no time passes in the night.",
        "eu",
    ),
    Example(
        "standard", None, BERLIN, "2026-03-06 23:50", "2026-03-09 18:00", "2026-03-10 09:00",
        "Friday at night still is Friday; the next day with open hours is Monday.",
        "eu",
    ),
    Example(
        "standard", None, BERLIN, "2026-12-24 15:00", "2026-12-28 18:00", "2026-12-29 09:00",
        "Christmas Eve is a Thursday and no holiday; Friday 25 is, Saturday 26 and Sunday are off: Monday 28.",
        "eu",
    ),
    Example(
        "standard", None, SINGAPORE, "2026-11-06 12:00", "2026-11-10 18:00", "2026-11-11 09:00",
        "Diwali falls on Sunday 8 November, so Singapore is off on Monday 9: the next business day is Tuesday.",
        "apac",
    ),
    Example(
        "gold", None, BERLIN, "2026-03-04 10:00", "2026-03-04 14:00", "",
        "Four hours of one open day.",
        "eu",
    ),
    Example(
        "gold", None, BERLIN, "2026-03-27 15:00", "2026-03-30 10:00", "",
        "Three hours on Friday until six, the fourth on Monday from nine to ten. The clocks go forward on the Sunday "
        "between, which is closed.",
        "eu",
    ),
    Example(
        "gold", None, BERLIN, "2026-03-04 14:00", "2026-03-04 18:00", "2026-03-05 09:00",
        "The fourth hour ends exactly at closing time: due at six, late from nine the next day on.",
        "eu",
    ),
    Example(
        "gold", None, NEW_YORK, "2026-11-25 16:00", "2026-11-27 11:00", "",
        "Two hours on Wednesday; Thursday 26 November is Thanksgiving; two hours on Friday from nine on.",
        "na",
    ),
    Example(
        "gold", None, SINGAPORE, "2026-05-29 17:30", "2026-06-02 12:30", "",
        "Half an hour on Friday 29 May. Vesak Day is Sunday 31 May, kept on Monday 1 June. Three and a half hours on "
        "Tuesday from nine on.",
        "apac",
    ),
    Example(
        "gold", None, SAO_PAULO, "2026-10-30 17:00", "2026-11-03 12:00", "",
        "One hour on Friday; Monday 2 November is All Souls' Day; three hours on Tuesday.",
        "latam",
    ),
    Example(
        "gold", None, SYDNEY, "2026-04-02 16:30", "2026-04-07 11:30", "",
        "An hour and a half on Thursday; Good Friday; a weekend in which the clocks go back; Easter Monday; two and a "
        "half hours on Tuesday.",
        "anz",
    ),
    Example(
        "gold", None, DUBAI, "2026-11-20 17:00", "2026-11-23 12:00", "",
        "The hours are those of the partner's own region: one until six on Friday in Dubai, three on Monday.",
        "mea",
    ),
    Example(
        "platinum", None, BERLIN, "2026-03-29 01:30", "2026-03-29 03:30", "",
        "An hour at any time. At two the clocks are put to three, so the wall shows two hours more.",
        "eu",
    ),
    Example(
        "platinum", None, BERLIN, "2026-12-25 23:30", "2026-12-26 00:30", "",
        "24/7/365: Christmas too.",
        "eu",
    ),
]  # fmt: skip


@pytest.mark.parametrize("example", TIERS, ids=shown)
def test_response_times_by_partner_tier(example: Example) -> None:
    received = example.instant(example.received)
    assert received is not None
    found = reckon("store-icu", {"tier": example.level, "region": example.region}, None, received)
    assert found.progress.metric is Metric.FIRST_REPLY
    assert found.deadline.due_at == example.instant(example.due), example.why
    assert found.deadline.breach_at == example.instant(example.late or example.due), example.why


@pytest.mark.parametrize(
    ("tier", "goal"), [("standard", "next business day"), ("gold", "4 business hours"), ("platinum", "1 hour")]
)
@pytest.mark.parametrize("priority", [None, *Priority])
def test_the_tier_alone_decides_whatever_the_priority(tier: str, goal: str, priority: Priority | None) -> None:
    found = policy("store-icu").assigned(subject("store-icu", {"tier": tier}, priority))
    assert found[Metric.FIRST_REPLY].rule.target.in_words() == goal


def test_a_gold_partners_first_reply_that_comes_in_time_and_one_that_does_not() -> None:
    received = from_datetime(at("2026-03-27 15:00", BERLIN))
    made, asked = policy("store-icu"), subject("store-icu", {"tier": "gold", "region": "eu"}, None)
    for answered, is_late in (("2026-03-30 10:00", False), ("2026-03-30 10:01", True)):
        said = [
            Said(received, public=True, by_agent=False),
            Said(from_datetime(at(answered, BERLIN)), public=True, by_agent=True),
        ]
        (found,) = made.reckon(history_of(received, said, [(received, Status.NEW)]), asked)
        assert (found.stage, found.is_late) == (Stage.ACHIEVED, is_late)


# ---------------------------------------------------------------------- the plans, by priority

URGENT, HIGH = Priority.URGENT, Priority.HIGH
UTC = "UTC"

PLANS = [
    Example(
        "flagship", URGENT, UTC, "2026-03-04 10:00", "2026-03-05 17:00", "2026-03-06 09:00",
        "1 business day after Wednesday: Thursday until five.",
    ),
    Example(
        "flagship", URGENT, UTC, "2026-03-06 18:00", "2026-03-09 17:00", "2026-03-10 09:00",
        "Received on Friday after hours, which still is Friday: the next business day is Monday.",
    ),
    Example(
        "emporium", URGENT, UTC, "2026-03-05 10:00", "2026-03-09 17:00", "2026-03-10 09:00",
        "2 business days after Thursday: Friday, Monday.",
    ),
    Example(
        "boutique", URGENT, UTC, "2026-03-05 10:00", "2026-03-10 17:00", "2026-03-11 09:00",
        "3 business days after Thursday: Friday, Monday, Tuesday.",
    ),
    Example(
        "pop_up", URGENT, UTC, "2026-03-07 10:00", "2026-03-11 17:00", "2026-03-12 09:00",
        "3 business days after a Saturday: Monday, Tuesday, Wednesday.",
    ),
    Example(
        "flagship", HIGH, UTC, "2026-03-04 10:15", "2026-03-11 10:15", "",
        "1 week is 168 hours, weekends and nights included.",
    ),
    Example(
        "emporium", HIGH, UTC, "2026-03-07 23:59", "2026-03-14 23:59", "",
        "1 week after a Saturday at night is a Saturday at night: weeks know no closing time.",
    ),
    Example(
        "boutique", HIGH, UTC, "2026-02-20 10:00", "2026-03-06 10:00", "",
        "2 weeks over the end of a February of 28 days.",
    ),
    Example(
        "pop_up", HIGH, UTC, "2026-12-24 10:00", "2027-01-07 10:00", "",
        "2 weeks over Christmas and New Year: no holiday stops them.",
    ),
]  # fmt: skip


@pytest.mark.parametrize("example", PLANS, ids=shown)
def test_response_times_by_plan_and_priority(example: Example) -> None:
    received = example.instant(example.received)
    assert received is not None
    found = reckon("storeconnect", {"plan": example.level}, example.priority, received)
    assert found.deadline.due_at == example.instant(example.due), example.why
    assert found.deadline.breach_at == example.instant(example.late or example.due), example.why


def test_every_cell_of_urgent_and_high_is_worked_out() -> None:
    plans = [level.id for level in shipped("storeconnect").levels]
    assert len(plans) == 4
    assert {(one.level, one.priority) for one in PLANS} == {(plan, each) for plan in plans for each in (URGENT, HIGH)}


@pytest.mark.parametrize("plan", ["flagship", "emporium", "boutique", "pop_up"])
@pytest.mark.parametrize("priority", [Priority.NORMAL, Priority.LOW])
def test_no_explicit_target_for_medium_and_low(plan: str, priority: Priority) -> None:
    found = reckon("storeconnect", {"plan": plan}, priority, from_datetime(at("2026-03-04 10:00")))
    assert found.assigned.rule.target.in_words() == "none"
    assert "No explicit SLA" in found.assigned.rule.text
    assert found.deadline == (None, None)


def test_without_a_priority_no_cell_of_the_table_is_meant() -> None:
    """Nobody has told yet which row it is: that is not the same as “No explicit SLA”."""
    assert policy("storeconnect").assigned(subject("storeconnect", {"plan": "flagship"}, None)) == {}


def test_the_help_desks_spellings_of_a_plan_mean_the_same() -> None:
    for spelling in ("Pop-Up", "pop_up", "POPUP", "Pop Up"):
        assert subject("storeconnect", {"plan": spelling}, URGENT).level == "pop_up"


def test_a_rule_for_a_desk_means_its_groups_everywhere() -> None:
    pack = shipped("store-icu")
    first, *rest = pack.sla.targets
    ours = msgspec.structs.replace(
        pack,
        sla=msgspec.structs.replace(pack.sla, targets=(msgspec.structs.replace(first, groups=("Billing",)), *rest)),
    )
    stands = standing(ours, Customer(organization="Bloom", fields={"tier": "standard"}))
    assert stands is not None
    made = policy_of(ours, YEARS)
    assert made is not None
    assert Metric.FIRST_REPLY in made.assigned(subject_of(stands, None, "Europe · Billing"))
    assert made.assigned(subject_of(stands, None, "Europe · Support")) == {}
