"""What a hit of the directory says about itself: open or not, how it is reached, its facts. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agentconsole.domain.instant import Instant
from agentconsole.domain.records import ContactRecord
from agentconsole.domain.rows import DirectoryRow
from agentconsole.domain.values import Method
from agentconsole.gui.link_target import SCHEMES, scheme_of
from agentconsole.gui.spoken_time import clock_in, span

REGIONS = {
    "na": "North America",
    "eu": "Europe",
    "emea": "Europe, Middle East, Africa",
    "mea": "Middle East and Africa",
    "apac": "Asia-Pacific",
    "anz": "Australia and New Zealand",
    "latam": "Latin America",
}
ICONS: dict[Method | None, str] = {
    Method.EMAIL: "mail",
    Method.PHONE: "phone",
    Method.WEB: "globe",
    Method.CHAT: "message-circle",
    Method.ADDRESS: "map-pin",
}
_METHODS: dict[Method | None, str] = {
    Method.EMAIL: "Mail",
    Method.PHONE: "Phone",
    Method.WEB: "Web",
    Method.CHAT: "Chat",
    Method.ADDRESS: "Address",
}
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+\Z")
_WEB = re.compile(r"(?:https?://|www\.)\S+\Z|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?\Z", re.IGNORECASE)
_PHONE = re.compile(r"\+?[0-9(][0-9A-Za-z()./ -]{4,}\Z")
# the letters on a telephone's keys: +1-800-PARTNER is dialled +1-800-7278637
_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Act:
    """What pressing Enter on a hit does: ``words`` for the button, ``address`` to open, ``icon``."""

    words: str
    address: str
    icon: str


def icon_of(row: DirectoryRow) -> str:
    """Return the icon that stands for *row*."""
    if row.person is not None:
        return "user"
    if row.organization is not None:
        return "building-2"
    if row.contact is not None and row.contact.executive:
        return "lock"
    return ICONS.get(_method(row.contact), "contact")


def opening_words(row: DirectoryRow, now: Instant) -> str:
    """Return "Open now · closes in 2 h 10 min", "Opens in 3 h", "Always open", or "" where it can't be told."""
    if row.contact is None or row.open_now is None:
        return ""
    if row.changes_at is None:
        return "Always open" if row.open_now else "Closed"
    left = span(max(row.changes_at - now, 0))
    return f"Open now · closes in {left}" if row.open_now else f"Opens in {left}"


def subtitle(row: DirectoryRow) -> str:
    """Return the second line of *row* in the list; an executive's address stays out of it."""
    contact = row.contact
    if contact is None:
        return row.subtitle
    if contact.executive:
        return " · ".join(part for part in (contact.department, "take the escalation steps first") if part)
    # under a heading of the same name the department would be said twice
    department = contact.department if contact.department != row.section else ""
    return " · ".join(part for part in (department, contact.details) if part)


def spoken(row: DirectoryRow, now: Instant) -> str:
    """Return all that a list line shows, for a screen reader."""
    contact = row.contact
    emergency = "Emergency contact" if contact is not None and contact.emergency else ""
    method = _METHODS.get(_method(contact), "") if contact is not None else row.section
    parts = (emergency, row.title, method, subtitle(row), opening_words(row, now), region_words(row))
    return ", ".join(part for part in parts if part)


def region_words(row: DirectoryRow) -> str:
    """Return the region in words, "" when none is given."""
    region = row.contact.region if row.contact is not None else ""
    return REGIONS.get(region.lower(), region)


def act_of(row: DirectoryRow) -> Act | None:
    """Return what to do with *row*: write, call or open; None when there is nothing to open."""
    if row.person is not None:
        if row.person.email:
            return Act("Write mail", f"mailto:{row.person.email}", "mail")
        return Act("Call", dial(row.person.phone), "phone") if row.person.phone else None
    if row.contact is None:
        return None
    address = (row.contact.address or row.contact.details).strip()
    if scheme_of(address) in SCHEMES and ":" in address:
        scheme = scheme_of(address)
    elif _MAIL.match(address):
        scheme, address = "mailto", f"mailto:{address}"
    elif _method(row.contact) is Method.PHONE and _PHONE.match(address.partition(" (")[0]):
        scheme, address = "tel", dial(address.partition(" (")[0])
    elif _WEB.match(address):
        scheme = "https"
        address = address if "://" in address else f"https://{address}"
    else:
        return None
    words, icon = {"mailto": ("Write mail", "mail"), "tel": ("Call", "phone")}.get(
        scheme, ("Open page", "external-link")
    )
    return Act(words, address, icon)


def dial(number: str) -> str:
    """Return *number* as a ``tel:`` address; letters become the keys they stand on."""
    return "tel:" + re.sub(r"[^0-9+]", "", number.upper().translate(_KEYPAD))


def copied(row: DirectoryRow) -> str:
    """Return what Copy copies: the address as it is printed."""
    if row.person is not None:
        return row.person.email or row.person.phone or row.person.name
    return row.contact.details or row.contact.address if row.contact is not None else row.title


def facts(row: DirectoryRow, now: Instant) -> list[tuple[str, str]]:
    """Return the card's lines as (name, text), without the empty ones."""
    found: list[tuple[str, str]] = []
    if row.person is not None:
        person = row.person
        found = [
            ("Mail", person.email or ""),
            ("Phone", person.phone or ""),
            ("Local time", _local(person.time_zone, now)),
            ("Language", person.locale or ""),
            ("Tags", ", ".join(person.tags)),
            ("Notes", person.notes or ""),
        ]
    elif row.organization is not None:
        company = row.organization
        named = [(key.replace("_", " ").capitalize(), str(value)) for key, value in company.fields.items() if value]
        found = [*named, ("Domains", ", ".join(company.domains)), ("Tags", ", ".join(company.tags))]
        found.append(("Notes", company.notes or ""))
    elif row.contact is not None:
        contact = row.contact
        found = [
            ("When to use", contact.when),
            (_METHODS.get(_method(contact), "Details"), contact.details),
            ("Department", contact.department),
            ("Hours", contact.availability or hours_words(contact)),
            ("Local time", _local(contact.time_zone, now)),
            ("Region", region_words(row)),
            ("For tiers", ", ".join(tier.capitalize() for tier in contact.tiers)),
            ("Notes", contact.notes),
        ]
    return [(name, text) for name, text in found if text]


def hours_words(contact: ContactRecord) -> str:
    """Return weekly hours in one line: "Mon–Fri 09:00–17:30, Sat 10:00–14:00"."""
    hours = contact.hours or {}
    groups: list[tuple[str, str, str]] = []
    for day in _DAYS:
        text = ", ".join(f"{start}–{end}" for start, end in hours.get(day, ()))
        if not text:
            continue
        name, before = day.capitalize(), _DAYS[_DAYS.index(day) - 1].capitalize()
        if groups and groups[-1][2] == text and groups[-1][1] == before:
            groups[-1] = (groups[-1][0], name, text)
        else:
            groups.append((name, name, text))
    return ", ".join(f"{first}–{last} {text}" if first != last else f"{first} {text}" for first, last, text in groups)


def _local(zone: str | None, now: Instant) -> str:
    clock = clock_in(zone, now)
    return f"{clock} ({(zone or '').replace('_', ' ')})" if clock else ""


def _method(contact: ContactRecord | None) -> Method | None:
    try:
        return Method(contact.method) if contact is not None else None
    except ValueError:
        return None
