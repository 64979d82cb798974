"""What a hit of the directory says about itself: open or not, how it is reached, its facts. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agentconsole.domain.directory import DirectoryContact, PlaceOpening
from agentconsole.domain.instant import HOUR, Instant
from agentconsole.domain.rows import DirectoryRow
from agentconsole.gui.link_target import SCHEMES, scheme_of
from agentconsole.gui.reading_direction import isolated
from agentconsole.gui.spoken_time import clock_in, local, span, zone_named

REGIONS = {
    "na": "North America",
    "eu": "Europe",
    "emea": "Europe, Middle East, Africa",
    "mea": "Middle East and Africa",
    "apac": "Asia-Pacific",
    "anz": "Australia and New Zealand",
    "latam": "Latin America",
}
"""What help desks mean by a region's key, where no pack says so."""

ICONS = {
    "email": "mail",
    "phone": "phone",
    "web": "globe",
    "chat": "message-circle",
    "address": "map-pin",
    "invitation": "users",
}
METHODS = {
    "email": "Mail",
    "phone": "Phone",
    "web": "Web",
    "chat": "Chat",
    "address": "Address",
    "invitation": "By invitation",
}
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+\Z")
_WEB = re.compile(r"(?:https?://|www\.)\S+\Z|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?\Z", re.IGNORECASE)
_PHONE = re.compile(r"\+?[0-9(][0-9A-Za-z()./ -]{4,}\Z")
# the letters on a telephone's keys: +1-800-PARTNER is dialled +1-800-7278637
_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


@dataclass(frozen=True, slots=True)
class Act:
    """What can be done with an address: ``words`` for the button, ``address`` to open, ``icon``."""

    words: str
    address: str
    icon: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach somebody: its ``label``, the address exactly as it is printed, what can be done with it."""

    label: str
    printed: str
    act: Act | None = None
    note: str = ""


def icon_of(row: DirectoryRow) -> str:
    """Return the icon that stands for *row*."""
    if row.person is not None:
        return "user"
    if row.organization is not None:
        return "building-2"
    if row.guide is not None:
        return "book-open"
    if row.contact is not None and row.contact.executive:
        return "lock"
    return ICONS.get(row.contact.method if row.contact else "", "contact")


def opening_words(row: DirectoryRow, now: Instant) -> str:
    """Return "Open now · closes in 2 h 10 min", "Opens in 3 h", "Always open", or "" where it can't be told."""
    if row.contact is None or row.open_now is None:
        return _places_words(row.places)
    if row.places:
        return f"{'Open' if row.open_now else 'Closed'} in every region"
    if row.changes_at is None:
        return "Always open" if row.open_now else "Closed"
    left = span(max(row.changes_at - now, 0))
    return f"Open now · closes in {left}" if row.open_now else f"Opens in {left}"


def state_words(row: DirectoryRow, now: Instant) -> str:
    """Return the state in the few words that a line of the list has room for; near its closing time, that.

    Where it can't be told, what the document prints; of an executive, that steps come first.
    """
    contact = row.contact
    if contact is not None and row.open_now is None and not row.places:
        return "Escalation steps first" if contact.executive else contact.availability
    if row.contact is None or row.open_now is None or row.places:
        return opening_words(row, now)
    if row.open_now and row.changes_at is not None:
        left = max(row.changes_at - now, 0)
        return f"Closes in {span(left)}" if left < HOUR else "Open now"
    return opening_words(row, now)


def place_words(place: PlaceOpening, now: Instant) -> str:
    """Return what changes for a region's desk next: "closes in 2 h", "opens in 10 h 5 min"."""
    told = place.opening
    if told.changes_at is None:
        return "always open" if told.open_now else "closed"
    return f"{'closes' if told.open_now else 'opens'} in {span(max(told.changes_at - now, 0))}"


def change_words(row: DirectoryRow, now: Instant) -> str:
    """Return when the state changes, by the contact's clock and by the agent's: "18:00 CET, 12:00 for you"."""
    contact = row.contact
    if contact is None or row.changes_at is None:
        return ""
    mine = local(row.changes_at)
    day = "" if mine.date() == local(now).date() else f"{mine:%a} "
    zone = zone_named(contact.zone)
    theirs = local(row.changes_at, zone) if zone else None
    if theirs is None or theirs.utcoffset() == mine.utcoffset():
        return f"{day}{mine:%H:%M}"
    return f"{theirs:%a %H:%M} {_zone_word(contact.zone)}, {day}{mine:%H:%M} for you"


def meta(row: DirectoryRow) -> str:
    """Return what a line says beside the title: whose desk it is, or which company; no address of an executive."""
    contact = row.contact
    if contact is not None:
        if row.matched:
            return " · ".join(row.matched)
        if contact.executive:
            return contact.when
        if contact.emergency:
            # in an emergency nobody should have to look further for the number
            return contact.printed
        # under a heading of the same name the department would be said twice
        department = contact.department if contact.department != row.section else ""
        parts = (contact.name, department) if contact.name != contact.purpose else (department,)
        return " · ".join(part for part in parts if part)
    if row.person is not None:
        return " · ".join(part for part in (isolated(row.company), row.person.email or row.person.phone) if part)
    if row.organization is not None:
        return ", ".join(row.organization.domains)
    return row.subtitle


def restriction(row: DirectoryRow) -> str:
    """Return who has this contact where not everybody does: "Platinum only", "Gold, Platinum"; level of a customer."""
    if row.contact is None:
        return " · ".join(part[:1].upper() + part[1:] for part in row.level.split(" · ") if part)
    levels = row.contact.levels if row.contact.restricted else ()
    return f"{levels[0]} only" if len(levels) == 1 else ", ".join(levels)


def spoken(row: DirectoryRow, now: Instant) -> str:
    """Return all that a list line shows, for a screen reader."""
    contact = row.contact
    emergency = "Emergency contact" if contact is not None and contact.emergency else ""
    method = METHODS.get(contact.method, "") if contact is not None else row.section
    behind = "behind the escalation steps" if contact is not None and contact.executive else ""
    refused = "not for this customer" if row.allowed is False else ""
    matched = f"matches {', '.join(row.matched)}" if row.matched else ""
    said = matched or meta(row)
    opening = opening_words(row, now) or (contact.availability if contact else "")
    parts = (emergency, row.title, method, said, restriction(row), refused, behind, region_words(row), opening)
    return ", ".join(part for part in parts if part)


def region_words(row: DirectoryRow) -> str:
    """Return the region in words, "" when none is given."""
    region = row.contact.region if row.contact is not None else ""
    return REGIONS.get(region.lower(), region)


def ways(row: DirectoryRow) -> tuple[Way, ...]:
    """Return how *row* is reached, the usual way first."""
    if row.person is not None:
        mail, phone = row.person.email or "", row.person.phone or ""
        found = [Way("Mail", mail, Act("Write mail", f"mailto:{mail}", "mail"))] if mail else []
        return (*found, *([Way("Phone", phone, Act("Call", dial(phone), "phone"))] if phone else []))
    contact = row.contact
    if contact is None:
        return ()
    listed = []
    note = f"then option {contact.option}" if contact.option else ""
    for label, printed in (
        ("Mail", contact.email),
        ("Phone", contact.phone),
        (METHODS["chat"] if contact.method == "chat" else "Web", contact.url),
        ("Address", contact.address),
    ):
        if printed:
            listed.append(Way(label, printed, _act_on(label, printed, contact), note if label == "Phone" else ""))
    first = METHODS.get(contact.method, "")
    listed.sort(key=lambda way: way.label != first)
    told = contact.details and not any(_says(contact.details, way) for way in listed)
    if told or not listed:
        said = contact.details or contact.availability
        listed.append(Way(first or "Details", said, _act_on(first, said, contact) if not listed else None))
    return tuple(way for way in listed if way.printed)


def act_of(row: DirectoryRow) -> Act | None:
    """Return what to do with *row*: write, call or open; None when there is nothing to open."""
    return next((way.act for way in ways(row) if way.act is not None), None)


def dial(number: str) -> str:
    """Return *number* as a ``tel:`` address; letters become the keys they stand on."""
    return "tel:" + re.sub(r"[^0-9+]", "", number.upper().translate(_KEYPAD))


def copied(row: DirectoryRow) -> str:
    """Return what Copy copies: the address as it is printed."""
    listed = ways(row)
    return listed[0].printed if listed else row.title


def facts(row: DirectoryRow, now: Instant) -> list[tuple[str, str]]:
    """Return the card's lines as (name, text), without the empty ones."""
    found: list[tuple[str, str]] = []
    if row.person is not None:
        person = row.person
        found = [
            ("Organization", row.company),
            ("Local time", _local(person.time_zone, now)),
            ("Language", person.locale or ""),
            ("Tags", ", ".join(person.tags)),
            ("Notes", person.notes or ""),
        ]
    elif row.organization is not None:
        company = row.organization
        named = [(key.replace("_", " ").capitalize(), _value(value)) for key, value in company.fields.items() if value]
        found = [*named, ("Domains", ", ".join(company.domains)), ("Tags", ", ".join(company.tags))]
        found.append(("Notes", company.notes or ""))
    elif row.contact is not None:
        contact = row.contact
        hours = contact.hours if contact.hours and contact.hours not in contact.availability else ""
        found = [
            ("When to use", contact.when),
            ("Topics", " · ".join(contact.topics)),
            ("Contact", contact.name if contact.name != contact.purpose else ""),
            ("Handle", contact.handle),
            ("Availability", contact.availability),
            ("Hours", f"{hours} ({_zone_word(contact.zone)})" if hours and contact.zone else hours),
            ("Local time", _local(contact.zone, now)),
            ("Region", region_words(row)),
            ("For", ", ".join(contact.levels)),
            ("Group that takes its tickets", contact.group),
            ("Notes", contact.notes),
        ]
    return [(name, text) for name, text in found if text]


def _act_on(label: str, printed: str, contact: DirectoryContact) -> Act | None:
    address, link = printed.strip(), contact.link
    if label == "Phone":
        number = link if link.startswith("tel:") else ""
        plain = address.partition(" (")[0]
        return Act("Call", number or dial(plain), "phone") if number or _PHONE.match(plain) else None
    if link and not link.startswith("tel:") and scheme_of(link) in SCHEMES and _belongs(link, address):
        if link.startswith("mailto:"):
            return Act("Write mail", link, "mail")
        return Act("Open page", link, "external-link")
    if _MAIL.match(address):
        return Act("Write mail", f"mailto:{address}", "mail")
    if _WEB.match(address):
        return Act("Open page", address if "://" in address else f"https://{address}", "external-link")
    return None


def _belongs(link: str, printed: str) -> bool:
    """Return whether *link* is the address behind *printed*, not that of another line of the same contact."""
    if _MAIL.match(printed):
        return link.startswith("mailto:")
    return not link.startswith("mailto:") or "@" not in printed


def _says(details: str, way: Way) -> bool:
    return way.printed in details and len(details) <= len(way.printed) + 16


def _places_words(places: tuple[PlaceOpening, ...]) -> str:
    opened = [place.title for place in places if place.opening.open_now]
    if not places:
        return ""
    if not opened:
        return "Closed in every region"
    return f"Open in {opened[0]}" if len(opened) == 1 else f"Open in {len(opened)} of {len(places)} regions"


def _value(value: object) -> str:
    text = str(value)
    return REGIONS.get(text.lower(), text[:1].upper() + text[1:])


def _local(zone: str | None, now: Instant) -> str:
    clock = clock_in(zone, now)
    return f"{clock} ({_zone_word(zone)})" if clock else ""


def _zone_word(zone: str | None) -> str:
    """Return the city that a zone is named after: "America/Sao_Paulo" → "Sao Paulo"."""
    return (zone or "").rpartition("/")[2].replace("_", " ")
