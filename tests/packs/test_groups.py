"""A desk's name in a pack finds the help desk's group, also where every place has one of its own."""

from agentconsole.packs.groups import group_for

PLACES = ["Europe · Tier 1", "Europe · Billing", "North America · Tier 1", "North America · Billing"]


def test_a_group_of_that_very_name_comes_first() -> None:
    assert group_for("Billing", [*PLACES, "billing"]) == "billing"


def test_of_several_places_the_ticket_s_own_is_meant() -> None:
    assert group_for("Billing", PLACES, near="North America · Tier 1") == "North America · Billing"
    assert group_for("Billing", PLACES, near="Europe · Tier 1") == "Europe · Billing"


def test_without_a_place_the_first_one_serves() -> None:
    assert group_for("Billing", PLACES) == "Europe · Billing"


def test_a_desk_that_is_not_there_is_none() -> None:
    assert group_for("Legal", PLACES) is None
    assert group_for("", PLACES) is None
