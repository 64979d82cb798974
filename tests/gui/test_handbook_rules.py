"""What a shipped pack rules is to be read in the handbook: every tier, target, condition, stage, rule and step."""

from __future__ import annotations

import re
from html import unescape

import pytest

from agentconsole.gui.handbook_rules import rule_pages
from agentconsole.packs.model import Header, Pack
from tests.packs.shipped import NAMES, shipped


def read(pack: Pack) -> dict[str, str]:
    """Return the words of each page, by its id."""
    return {
        page.id: re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.html))).strip() for page in rule_pages(pack)
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_is_to_be_read(name: str) -> None:
    pack = shipped(name)
    text = " ".join(read(pack).values())
    conduct = (*pack.conduct.infractions, *pack.conduct.sanctions) if pack.conduct else ()
    said = [
        *(entry.title for entry in pack.entitlements),
        *(cell for entry in pack.entitlements for cell in entry.levels.values()),
        *(rule.target for rule in pack.sla.targets if rule.target != "none"),
        *(condition.text for rule in pack.priorities for condition in rule.conditions),
        *(schedule.title for schedule in pack.schedules),
        *(region.title for region in pack.regions),
        *(demand.text for stage in pack.lifecycle for demand in stage.demands),
        *(item.question for item in pack.intake.items),
        *(part for rule in pack.scope for part in (rule.text, rule.reason) if part),
        *(rule.text for rule in pack.routes),
        *(step.title for step in (pack.escalation.steps if pack.escalation else ())),
        *(getattr(one, "text", "") for one in conduct),
        *(rule.text for rule in pack.follow_ups),
        *(point for one in pack.reminders for point in one.points),
        *(use for use in (pack.privacy.uses if pack.privacy else ())),
        *(part for one in pack.news for part in (one.title, one.about)),
    ]
    assert [one for one in said if re.sub(r"\s+", " ", one) not in text] == []


def test_hours_are_told_by_days_that_are_alike() -> None:
    hours = read(shipped("store-icu"))["rules-hours"]
    assert "America/New_York Mon–Fri 08:00–20:00 US" in hours
    assert "24/7/365 the region’s always" in hours


def test_no_explicit_sla_is_said_in_these_words() -> None:
    assert "No explicit SLA" in read(shipped("storeconnect"))["rules-targets"]


def test_a_pack_without_rules_has_no_page_of_them() -> None:
    assert read(Pack(pack=Header(id="bare", title="Bare", version="1"))) == {}
