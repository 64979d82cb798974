"""What the extras of the reference server send, and what it means."""

from __future__ import annotations

from typing import Any

from agentconsole.connectors.api import PinAnswer
from agentconsole.connectors.zendesk_dialect.records import ref
from agentconsole.connectors.zendesk_dialect.times import instant
from agentconsole.connectors.zendesk_dialect.wire import Id, User, Wire
from agentconsole.domain.records import AnnouncementRecord, ContactRecord, Presence


class Session(Wire):
    """Who is signed in."""

    user: User
    role: str = "agent"
    server: str = ""


class Contact(Wire):
    """A support contact."""

    id: Id
    section: str | None = None
    purpose: str | None = None
    department: str | None = None
    method: str | None = None
    details: str | None = None
    address: str | None = None
    availability: str | None = None
    region: str | None = None
    time_zone: str | None = None
    hours: dict[str, list[tuple[str, str]]] | None = None
    tiers: list[str] | None = None
    emergency: bool | None = None
    executive: bool | None = None
    when: str | None = None
    notes: str | None = None
    position: int | None = None


class Contacts(Wire):
    """All support contacts."""

    contacts: list[Contact]


class Announcement(Wire):
    """News for agents."""

    id: Id
    title: str | None = None
    body: str | None = None
    kind: str | None = None
    starts_at: str | None = None
    ends_at: str | None = None
    url: str | None = None


class Announcements(Wire):
    """All news that is current or to come."""

    announcements: list[Announcement]


class Viewer(Wire):
    """A person who has a ticket open."""

    id: Id = None
    name: str | None = None
    mode: str | None = None
    since: str | None = None


class PresenceOf(Wire):
    """All who have one ticket open; the data of a presence event."""

    ticket_id: Id
    users: list[Viewer] | None = None


class FirstAnswer(Wire):
    """What the server answered when it first saw a key."""

    status: int
    body: Any = None


class PartOfFile(Wire):
    """How much of a file that comes in parts is there; ``token`` names it once it is whole."""

    id: str
    received: int | None = None
    token: str | None = None
    expires_at: str | None = None


class BegunFile(Wire):
    """The envelope of that."""

    upload: PartOfFile


class PinCheck(Wire):
    """Whether a Support PIN is its requester's."""

    verified: bool
    attempts_left: int = 0
    locked_until: str | None = None
    valid_until: str | None = None


def pin_answer(row: PinCheck) -> PinAnswer:
    """How a check of a Support PIN ended."""
    return PinAnswer(
        verified=row.verified,
        attempts_left=row.attempts_left,
        locked_until=instant(row.locked_until),
        valid_until=instant(row.valid_until),
    )


def contact_record(row: Contact) -> ContactRecord:
    """A support contact."""
    return ContactRecord(
        ref=str(row.id),
        section=row.section or "",
        purpose=row.purpose or "",
        department=row.department or "",
        method=row.method or "",
        details=row.details or "",
        address=row.address or "",
        availability=row.availability or "",
        region=row.region or "",
        time_zone=row.time_zone,
        hours=row.hours,
        tiers=tuple(row.tiers or ()),
        emergency=bool(row.emergency),
        executive=bool(row.executive),
        when=row.when or "",
        notes=row.notes or "",
        position=row.position or 0,
    )


def announcement_record(row: Announcement) -> AnnouncementRecord:
    """News for agents."""
    return AnnouncementRecord(
        ref=str(row.id),
        title=row.title or "",
        body=row.body or "",
        kind=row.kind or "announcement",
        starts_at=instant(row.starts_at),
        ends_at=instant(row.ends_at),
        url=row.url or "",
    )


def presence_records(row: PresenceOf, me: str | None) -> tuple[Presence, ...]:
    """Colleagues who have the ticket open; oneself is none."""
    return tuple(
        Presence(
            ticket=str(row.ticket_id),
            person=str(user.id),
            name=user.name or "",
            mode=user.mode or "viewing",
            since=instant(user.since) or 0,
        )
        for user in row.users or ()
        if user.id is not None and ref(user.id) != me
    )
