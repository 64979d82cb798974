"""Whose tickets a pack is for, and at which level and region they stand."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from agentconsole.packs.model import Header, Level, Match, Pack, Region
from agentconsole.packs.standing import Customer, standing, standings

LEVELS = (Level(id="standard", title="Standard"), Level(id="gold", title="Gold", names=("Gold Partner", "au-79")))
REGIONS = (
    Region(id="eu", title="Europe", zone="Europe/Berlin"),
    Region(id="na", title="America", zone="America/New_York"),
)


def pack(name: str = "acme", levels: tuple[Level, ...] = LEVELS, **match: Any) -> Pack:
    header = Header(id=name, title=name, version="1")
    return Pack(pack=header, match=Match(**match), levels=levels, regions=REGIONS)


@pytest.mark.parametrize(
    ("match", "customer", "fits"),
    [
        ({"organizations": ("Acme Labs",)}, Customer(organization="acme-labs"), True),
        ({"organizations": ("Acme Labs",)}, Customer(organization="Acme"), False),
        ({"organizations": ("Acme Labs",)}, Customer(), False),
        ({"organization_tags": ("partner",)}, Customer(organization_tags=("x", "partner")), True),
        ({"organization_tags": ("partner",)}, Customer(ticket_tags=("partner",)), False),
        ({"ticket_tags": ("acme",)}, Customer(ticket_tags=("acme",)), True),
        ({"groups": ("Tier 1",)}, Customer(group="tier 1"), True),
        ({"groups": ("Tier 1",)}, Customer(), False),
        ({"field": "program", "values": ("acme",)}, Customer(fields={"program": "acme"}), True),
        ({"field": "program", "values": ("acme",)}, Customer(fields={"program": "other"}), False),
        ({"field": "program", "values": ("acme",)}, Customer(), False),
        ({"organizations": ("A",), "ticket_tags": ("t",)}, Customer(ticket_tags=("t",)), True),
        ({"level_field": "tier"}, Customer(fields={"tier": "gold"}), True),
        ({"level_field": "tier"}, Customer(fields={"tier": "wood"}), False),
        ({"level_field": "tier"}, Customer(), False),
    ],
)
def test_who_it_is_for(match: dict[str, Any], customer: Customer, fits: bool) -> None:
    assert (standing(pack(**match), customer) is not None) is fits


def test_a_pack_without_levels_that_names_nobody_is_for_all() -> None:
    assert standing(pack(levels=()), Customer()) is not None


@pytest.mark.parametrize(
    ("customer", "level"),
    [
        (Customer(fields={"tier": "GOLD_PARTNER"}), "gold"),
        (Customer(fields={"tier": "Au 79"}), "gold"),
        (Customer(organization_tags=("tier_gold",)), "gold"),
        (Customer(ticket_tags=("tier_standard",)), "standard"),
        (Customer(fields={"tier": "wood"}), "standard"),
        (Customer(), "standard"),
    ],
)
def test_the_level_is_what_the_help_desk_says_or_else_the_default(customer: Customer, level: str) -> None:
    one = pack(groups=("Desk",), level_field="tier", level_tag="tier_", default_level="standard")
    found = standing(one, replace(customer, group="Desk"))
    assert found is not None
    assert found.level is not None
    assert found.level.id == level


@pytest.mark.parametrize(
    ("customer", "region"),
    [
        (Customer(fields={"region": "America"}), "na"),
        (Customer(organization_tags=("region_na",)), "na"),
        (Customer(fields={"region": 7}), "eu"),
        (Customer(), "eu"),
    ],
)
def test_the_region_likewise(customer: Customer, region: str) -> None:
    one = pack(groups=("Desk",), region_field="region", region_tag="region_", default_region="eu")
    found = standing(one, replace(customer, group="Desk"))
    assert found is not None
    assert found.region is not None
    assert found.region.id == region


def test_several_packs_keep_their_order() -> None:
    every = [pack("b", levels=()), pack("never", ticket_tags=("x",)), pack("a", levels=())]
    assert [one.pack.pack.id for one in standings(every, Customer())] == ["b", "a"]
