"""Who a pack speaks for: its organization, whose tickets are its own, and its customers' levels and regions."""

from __future__ import annotations

from typing import Literal

from agentconsole.packs.model.parts import Id, LevelId, Part, RegionId, ScheduleId, Tag, Zone


class Header(Part, frozen=True, kw_only=True):
    """Who the pack speaks for. ``level`` is what its customers' levels are called: "tier" or "plan".

    ``documents`` are the titles of what it was made from. ``case`` is what a ticket is called ("case", "ticket").
    """

    id: Id
    title: str
    version: str
    organization: str = ""
    about: str = ""
    level: Literal["tier", "plan"] = "tier"
    case: str = "ticket"
    documents: tuple[str, ...] = ()


class Match(Part, frozen=True, kw_only=True):
    """Whose tickets the pack is for, and how the customer's level and region are known.

    A ticket fits when any of ``organizations`` (names), ``organization_tags``, ``ticket_tags``, ``groups`` (names) or
    ``field`` = one of ``values`` fits; with none of them given, it fits when its organization has a known level, and
    if the pack has no levels, always. A profile may say otherwise. ``level_field`` and ``region_field`` are keys of
    organization fields; ``level_tag`` and ``region_tag`` are prefixes of tags (``tier_`` reads ``tier_gold``).
    """

    organizations: tuple[str, ...] = ()
    organization_tags: tuple[Tag, ...] = ()
    ticket_tags: tuple[Tag, ...] = ()
    groups: tuple[str, ...] = ()
    field: str = ""
    values: tuple[str, ...] = ()
    level_field: str = ""
    level_tag: Tag = ""
    default_level: LevelId = ""
    region_field: str = ""
    region_tag: Tag = ""
    default_region: RegionId = ""


class Level(Part, frozen=True, kw_only=True):
    """A tier or a plan; the first listed is the lowest. ``names`` are other ways in which a help desk writes it."""

    id: Id
    title: str
    names: tuple[str, ...] = ()
    about: str = ""


class Region(Part, frozen=True, kw_only=True):
    """A part of the world with a clock. ``schedule`` is its support centre's; ``names`` as help desks write it."""

    id: Id
    title: str
    zone: Zone
    schedule: ScheduleId = ""
    names: tuple[str, ...] = ()
