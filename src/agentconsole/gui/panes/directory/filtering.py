"""Which hits of the directory the agent wants to see. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from agentconsole.domain.directory import Kind
from agentconsole.domain.rows import DirectoryRow
from agentconsole.gui.panes.directory.contact_words import METHODS, region_words

ALL = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Filters:
    """``who`` is "", "emergency", "people" or "organizations"; ``region`` and ``method`` are "" for any."""

    who: str = ""
    open_now: bool = False
    region: str = ""
    method: str = ""

    @property
    def is_on(self) -> bool:
        """Whether anything is left out."""
        return self != Filters()

    @property
    def kinds(self) -> frozenset[Kind]:
        """What has to be looked for at all."""
        if self.who == "people":
            return frozenset({Kind.PERSON})
        if self.who == "organizations":
            return frozenset({Kind.ORGANIZATION})
        # only contacts have hours, a region and a way to be reached
        return frozenset({Kind.CONTACT}) if self.is_on else ALL


def fitting(rows: Sequence[DirectoryRow], filters: Filters) -> list[DirectoryRow]:
    """Return the *rows* that fit; one that has each region's hours is shown with those of the region asked for."""
    if not filters.is_on or filters.who in ("people", "organizations"):
        return list(rows)
    found = []
    for row in rows:
        contact = row.contact
        if contact is None or (filters.who == "emergency" and not contact.emergency):
            continue
        if filters.method and contact.method != filters.method:
            continue
        shown = _in_region(row, filters.region) if filters.region else row
        if shown is None or (filters.open_now and not _is_open(shown)):
            continue
        found.append(shown)
    return found


def regions_of(rows: Iterable[DirectoryRow]) -> list[str]:
    """Return the regions that *rows* name, in their order."""
    named: dict[str, None] = {}
    for row in rows:
        for place in row.places:
            named.setdefault(place.title)
        region = region_words(row)
        if region:
            named.setdefault(region)
    return list(named)


def methods_of(rows: Iterable[DirectoryRow]) -> list[str]:
    """Return by which methods *rows* are reached, in the order of :data:`METHODS`."""
    used = {row.contact.method for row in rows if row.contact is not None}
    return [method for method in METHODS if method in used]


def _in_region(row: DirectoryRow, region: str) -> DirectoryRow | None:
    for place in row.places:
        if place.title == region:
            opening = place.opening
            return msgspec.structs.replace(row, open_now=opening.open_now, changes_at=opening.changes_at, places=())
    return row if region_words(row) == region else None


def _is_open(row: DirectoryRow) -> bool:
    return bool(row.open_now) or any(place.opening.open_now for place in row.places)
