"""Who is there for what: the contact directory, and the way up to executives."""

from __future__ import annotations

from typing import Literal

from agentconsole.packs.model.parts import Clock, ContactId, Id, LevelId, LinkOrUrl, Part, RegionId, Tag, Url, Words


class Contact(Part, frozen=True, kw_only=True):
    """One line of the contact directory. ``email``, ``phone``, ``url`` and ``address`` stand exactly as printed.

    ``link`` is what is opened or dialled where the printed text can't be (``tel:`` digits for vanity numbers, the
    full URL); ``option`` is what to press. ``department`` is the sub-heading, ``section`` the heading. ``schedule``
    names its hours (or "region"); ``availability`` is what the document prints. ``emergency`` is the kind of
    emergency. ``executive`` contacts show behind the escalation matrix only. ``words`` find it by the words of a
    ticket. ``group`` is the help desk's group that a ticket goes to with it.
    """

    id: Id
    section: str
    department: str = ""
    purpose: str
    name: str = ""
    method: Literal["email", "phone", "web", "chat", "address", "invitation", "none"]
    email: str = ""
    phone: str = ""
    url: str = ""
    address: str = ""
    details: str = ""
    link: Url = ""
    option: str = ""
    handle: str = ""
    region: RegionId = ""
    availability: str = ""
    schedule: Clock = ""
    levels: tuple[LevelId, ...] = ()
    emergency: str = ""
    executive: bool = False
    when: str = ""
    topics: tuple[str, ...] = ()
    words: Words = Words()
    group: str = ""
    notes: str = ""


class EscalationStep(Part, frozen=True, kw_only=True):
    """A step to be taken before executives are contacted. ``contacts`` are ids of contacts that serve it."""

    id: Id
    title: str
    text: str = ""
    contacts: tuple[ContactId, ...] = ()
    levels: tuple[LevelId, ...] = ()


class Escalation(Part, frozen=True, kw_only=True):
    """The escalation matrix. ``tag`` marks a ticket that was escalated; ``link`` is the whole matrix."""

    text: str = ""
    steps: tuple[EscalationStep, ...] = ()
    tag: Tag = ""
    link: LinkOrUrl = ""
