"""Where a ticket stands under the packs: which of them speak for it, at which level, in which region."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from agentconsole.packs.model import Level, Pack, Region


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a ticket's customer. ``fields`` are the organization's, by the help desk's own keys."""

    organization: str = ""
    organization_tags: tuple[str, ...] = ()
    fields: dict[str, Any] = {}
    ticket_tags: tuple[str, ...] = ()
    group: str = ""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A pack that speaks for a ticket; level and region are None where the help desk doesn't say."""

    pack: Pack
    level: Level | None = None
    region: Region | None = None


def standing(pack: Pack, customer: Customer) -> Standing | None:
    """Return how *customer* stands under *pack*, None when the pack is not for them (``[match]`` says for whom)."""
    match = pack.match
    level = _level(pack, customer)
    chosen = (
        bool(customer.organization)
        and folded_name(customer.organization) in {folded_name(name) for name in match.organizations},
        bool(set(match.organization_tags) & set(customer.organization_tags)),
        bool(set(match.ticket_tags) & set(customer.ticket_tags)),
        bool(customer.group) and folded_name(customer.group) in {folded_name(name) for name in match.groups},
        bool(match.field) and str(customer.fields.get(match.field, "")) in match.values,
    )
    selects = any(
        (match.organizations, match.organization_tags, match.ticket_tags, match.groups, match.field and match.values)
    )
    if selects and not any(chosen):
        return None
    if not selects and pack.levels and level is None:
        return None
    if level is None and match.default_level:
        level = next((one for one in pack.levels if one.id == match.default_level), None)
    return Standing(pack=pack, level=level, region=_region(pack, customer))


def standings(packs: Iterable[Pack], customer: Customer) -> tuple[Standing, ...]:
    """Return how *customer* stands under each of *packs* that is for them, in the order of *packs*."""
    return tuple(found for pack in packs if (found := standing(pack, customer)) is not None)


def _level(pack: Pack, customer: Customer) -> Level | None:
    said = _said(customer, pack.match.level_field, pack.match.level_tag)
    return next((level for level in pack.levels if said & _names(level)), None)


def _region(pack: Pack, customer: Customer) -> Region | None:
    said = _said(customer, pack.match.region_field, pack.match.region_tag)
    found = next((region for region in pack.regions if said & _names(region)), None)
    if found is None and pack.match.default_region:
        found = next((region for region in pack.regions if region.id == pack.match.default_region), None)
    return found


def _said(customer: Customer, field: str, prefix: str) -> set[str]:
    """What the help desk says of the customer, by a field of the organization or a tag's prefix."""
    said = set()
    if field and customer.fields.get(field):
        said.add(folded_name(str(customer.fields[field])))
    if prefix:
        for tag in (*customer.organization_tags, *customer.ticket_tags):
            if tag.startswith(prefix):
                said.add(folded_name(tag.removeprefix(prefix)))
    return said


def _names(entry: Level | Region) -> set[str]:
    return {folded_name(name) for name in (entry.id, entry.title, *entry.names)}


def folded_name(text: str) -> str:
    """Return a name as it is compared with others: without case, and with blanks for hyphens and underscores."""
    return text.casefold().replace("_", " ").replace("-", " ").strip()
