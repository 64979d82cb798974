"""The contact directory as it is shown: contacts of packs and of the help desk in one form, and when they are open.

``email``, ``phone``, ``url``, ``address`` and ``availability`` stand exactly as the document prints them. Whether
something is open is for who knows schedules; here are only the values.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from agentconsole.domain.instant import Instant


class Opening(Struct, frozen=True):
    """``open_now`` is None where it can't be told; ``changes_at`` is when it flips next, None if it never does."""

    open_now: bool | None = None
    changes_at: Instant | None = None


class PlaceOpening(Struct, frozen=True):
    """One region of a contact that has the hours of each: its title, IANA zone, and whether it is open there."""

    title: str
    zone: str
    opening: Opening


class Origin(Struct, frozen=True):
    """Where a contact is known from: a pack's id and title, or "" and the help desk."""

    pack: str
    title: str


HELP_DESK = Origin("", "Help desk")


class DirectoryContact(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the directory.

    ``key`` is stable: "pack/contact"; of the help desk "/ref". ``link`` is what is opened, written to or dialled;
    ``option`` is what to press then. ``region`` is in words. ``zone`` is the IANA zone of ``hours``, both "" where
    there is no one answer. ``levels`` are titles of the tiers or plans that it is named for, ``restricted`` says that
    others don't have it. ``emergency`` is the kind of emergency. ``group`` names the help desk's group that takes a
    ticket with it.
    """

    key: str
    origin: Origin
    section: str
    purpose: str
    department: str = ""
    name: str = ""
    method: str = ""
    email: str = ""
    phone: str = ""
    url: str = ""
    address: str = ""
    details: str = ""
    link: str = ""
    option: str = ""
    handle: str = ""
    region: str = ""
    zone: str = ""
    availability: str = ""
    hours: str = ""
    levels: tuple[str, ...] = ()
    restricted: bool = False
    emergency: str = ""
    executive: bool = False
    when: str = ""
    topics: tuple[str, ...] = ()
    group: str = ""
    notes: str = ""

    @property
    def printed(self) -> str:
        """How it is reached, as printed: the address, number, page or place, else what the document says of it."""
        first = self.email or self.phone or self.url or self.address
        # the whole printed cell says which option to press
        return self.details if not first or first in self.details else first


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of the handbook that belongs to the directory. ``links`` are (title, address)."""

    key: str
    origin: Origin
    title: str
    text: str = ""
    points: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


class Entitled(Protocol):
    """A channel or service, what a customer's level gets of it, and whether that is open at this minute."""

    @property
    def title(self) -> str: ...

    @property
    def channel(self) -> str: ...

    @property
    def words(self) -> str: ...

    @property
    def entitled(self) -> bool: ...

    @property
    def open_now(self) -> bool | None: ...

    @property
    def changes_at(self) -> Instant | None: ...


class Kind(StrEnum):
    """What a hit of the directory is."""

    CONTACT = "contact"
    ORGANIZATION = "organization"
    PERSON = "person"
    GUIDE = "guide"


class ReviewState(Struct, frozen=True):
    """A recurring review of an organization's profile: what to look at, when it was last done and is due.

    ``last`` is None when no review is on record; ``due`` is an instant, None when it is due already.
    """

    key: str
    title: str
    points: tuple[str, ...]
    every_days: int
    last: Instant | None
    due: Instant | None
    link: str


class EscalationStepRow(Struct, frozen=True):
    """A step to be taken before an executive is asked; ``contacts`` serve it, as (purpose, printed address).

    ``confirmed`` when a note of the ticket at hand says that it was taken.
    """

    id: str
    title: str
    text: str
    contacts: tuple[tuple[str, str], ...]
    confirmed: bool = False


class EscalationPath(msgspec.Struct, frozen=True, kw_only=True):
    """What stands before a contact. ``taken`` says that the ticket at hand carries the record of all of it."""

    text: str = ""
    steps: tuple[EscalationStepRow, ...] = ()
    link: str = ""
    taken: bool = False

    def confirmed_by(self, steps: Collection[str], *, asked: bool) -> EscalationPath:
        """Return the path of a ticket that confirms *steps* (ids) and, if *asked*, was escalated to the contact."""
        told = tuple(replace(step, confirmed=step.id in steps) for step in self.steps)
        taken = all(step.confirmed for step in told) if told else asked
        return msgspec.structs.replace(self, steps=told, taken=taken)


class DirectoryCard(msgspec.Struct, frozen=True, kw_only=True):
    """What the packs and the records say of a person or an organization, as of one moment.

    ``standings`` are (pack, "tier" or "plan", level, region) in words. ``privacy`` is who takes requests to change or
    delete their data. ``links`` are (title, address) of where they choose what is written to them.
    """

    company: str = ""
    standings: tuple[tuple[str, str, str, str], ...] = ()
    entitlements: tuple[Entitled, ...] = ()
    reviews: tuple[ReviewState, ...] = ()
    privacy: DirectoryContact | None = None
    links: tuple[tuple[str, str], ...] = ()

    @property
    def review_due(self) -> ReviewState | None:
        """The first review that is due."""
        return next((review for review in self.reviews if review.due is None), None)
