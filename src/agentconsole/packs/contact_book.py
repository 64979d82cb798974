"""The contacts of all packs in force and of the help desk in one book, each shown once, with their hours.

A help desk's contact that a pack has too, by the same address for the same purpose, is left to the pack: it knows more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from agentconsole.domain.directory import (
    HELP_DESK,
    DirectoryContact,
    EscalationPath,
    EscalationStepRow,
    Guide,
    Opening,
    Origin,
    PlaceOpening,
)
from agentconsole.domain.instant import Instant
from agentconsole.domain.records import ContactRecord
from agentconsole.packs.hours import ALWAYS, UNKNOWN, Hours, opening_of
from agentconsole.packs.model import Chapter, Contact, Link, Pack, Region, Words
from agentconsole.packs.standing import Standing
from agentconsole.packs.templates import fill_url
from agentconsole.sla import Schedule

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NO_WORDS = Words()


class Entry(NamedTuple):
    """A contact of the book. ``pack`` and ``source`` are where it stands, None for the help desk's own."""

    contact: DirectoryContact
    pack: Pack | None = None
    source: Contact | None = None
    record: ContactRecord | None = None

    @property
    def words(self) -> Words:
        """The words of a ticket that ask for it."""
        return self.source.words if self.source else _NO_WORDS


class Reach(NamedTuple):
    """When an entry is open: in one place, or, where each region has its own hours, in each of them."""

    opening: Opening
    places: tuple[PlaceOpening, ...] = ()


class ContactBook:
    """The directory's contacts and chapters in the packs' order, the help desk's own at the end."""

    def __init__(self, packs: Sequence[Pack], records: Iterable[ContactRecord]) -> None:
        self.packs = tuple(packs)
        self._hours = {pack.pack.id: Hours(pack) for pack in packs}
        self._regions = {pack.pack.id: {region.id: region for region in pack.regions} for pack in packs}
        entries = [
            Entry(_printed(pack, contact, self._hours[pack.pack.id]), pack, contact)
            for pack in packs
            for contact in pack.contacts
        ]
        self._weeks: dict[str, Schedule] = {}
        # a help desk that knows one address a contact lists who has two of them twice
        known = {name for entry in entries for name in _identities(entry.contact)}
        named = {address: entry for entry in entries for address in _addresses(entry.contact)}
        titles = self._region_titles()
        for record in records:
            contact = _of_help_desk(record, titles)
            mine = _identities(contact)
            if mine & known or any(_says_the_same(contact, named.get(each)) for each in _addresses(contact)):
                continue
            known |= mine
            entries.append(Entry(contact, record=record))
            if record.hours is not None and record.time_zone:
                # what a help desk sends may be anything: hours that can't be read are not told
                with suppress(ValueError):
                    self._weeks[contact.key] = Schedule(record.time_zone, record.hours)
        self.entries = tuple(entries)
        self._by_key = {entry.contact.key: entry for entry in entries}
        self.guides = tuple(
            guide
            for pack in packs
            for guide in (
                *(_guide(pack, chapter) for chapter in pack.handbook if chapter.show == "directory"),
                *_privacy_guide(pack),
            )
        )

    def entry(self, key: str) -> Entry | None:
        """Return the contact *key*."""
        return self._by_key.get(key)

    def hours(self, pack: Pack) -> Hours:
        """Return the clocks of *pack*."""
        return self._hours[pack.pack.id]

    def reach(self, entry: Entry, moment: Instant, standing: Standing | None = None) -> Reach:
        """Return when *entry* is open at *moment*; *standing* gives the region of the customer who needs it."""
        pack, source = entry.pack, entry.source
        if pack is None or source is None:
            return Reach(self._of_help_desk(entry, moment))
        hours = self._hours[pack.pack.id]
        if not source.schedule:
            return Reach(UNKNOWN)
        region: Region | None = self._regions[pack.pack.id].get(source.region)
        if region is None and hours.follows_region(source.schedule):
            if standing is not None and standing.region is not None and standing.pack.pack.id == pack.pack.id:
                region = standing.region
            else:
                return self._everywhere(hours, source.schedule, moment)
        return Reach(hours.at(source.schedule, region, moment))

    def path(self, entry: Entry, standing: Standing | None = None) -> EscalationPath | None:
        """Return the steps that stand before *entry*, None where it may be asked at once.

        With the *standing* of the customer who needs it, the steps are those of their level and region.
        """
        pack = entry.pack
        if not entry.contact.executive:
            return None
        if pack is None or pack.escalation is None:
            return EscalationPath()
        escalation = pack.escalation
        contacts = {contact.id: contact for contact in pack.contacts}
        links = {link.id: link_address(pack, link) for link in pack.links}
        level = standing.level if standing else None
        steps = tuple(
            EscalationStepRow(
                step.id,
                step.title,
                step.text,
                tuple(
                    (found.purpose, _printed_address(found))
                    for each in step.contacts
                    if (found := contacts.get(each)) is not None and not found.executive and _is_for(found, standing)
                ),
            )
            for step in escalation.steps
            if not step.levels or level is None or level.id in step.levels
        )
        return EscalationPath(
            text=escalation.text,
            steps=steps,
            link=links.get(escalation.link, escalation.link),
        )

    def _everywhere(self, hours: Hours, schedule: str, moment: Instant) -> Reach:
        places = []
        for region in hours.regions:
            told = hours.at(schedule, region, moment)
            if told.open_now is not None:
                rule, zone = hours.resolved(schedule, region)
                places.append(PlaceOpening(region.title, zone if rule else "", told))
        states = {place.opening.open_now for place in places}
        return Reach(Opening(states.pop(), None) if len(states) == 1 else UNKNOWN, tuple(places))

    def _of_help_desk(self, entry: Entry, moment: Instant) -> Opening:
        clock = self._weeks.get(entry.contact.key)
        if clock is not None:
            return opening_of(clock, moment)
        record = entry.record
        # a desk that gives no hours says in words that it never closes
        return ALWAYS if record and record.hours is None and record.availability.startswith("24/7") else UNKNOWN

    def _region_titles(self) -> dict[str, str]:
        return {
            name.casefold(): region.title
            for pack in self.packs
            for region in pack.regions
            for name in (region.id, region.title, *region.names)
        }


def link_address(pack: Pack, link: Link) -> str:
    """Return where *link* leads when no ticket fills its placeholders: what they would have told is left out."""
    url = urlsplit(fill_url(link.url, pack, {}))
    query = "&".join(part for part in url.query.split("&") if not part.endswith("="))
    return urlunsplit(url._replace(query=query)) or link.printed


def hours_words(weekly: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """Return weekly hours in one line: "Mon–Fri 09:00–17:30, Sat 10:00–14:00"."""
    groups: list[tuple[str, str, str]] = []
    for place, day in enumerate(DAYS):
        text = ", ".join(f"{start}–{end}" for start, end in weekly.get(day, ()))
        if not text:
            continue
        name, before = day.capitalize(), DAYS[place - 1].capitalize()
        if groups and groups[-1][2] == text and groups[-1][1] == before:
            groups[-1] = (groups[-1][0], name, text)
        else:
            groups.append((name, name, text))
    return ", ".join(f"{first}–{last} {text}" if first != last else f"{first} {text}" for first, last, text in groups)


def _printed(pack: Pack, contact: Contact, hours: Hours) -> DirectoryContact:
    regions = {region.id: region for region in pack.regions}
    levels = {level.id: level.title for level in pack.levels}
    region = regions.get(contact.region)
    rule, zone = hours.resolved(contact.schedule, region)
    return DirectoryContact(
        key=f"{pack.pack.id}/{contact.id}",
        origin=Origin(pack.pack.id, pack.pack.title),
        section=contact.section,
        purpose=contact.purpose,
        department=contact.department,
        name=contact.name,
        method=contact.method,
        email=contact.email,
        phone=contact.phone,
        url=contact.url,
        address=contact.address,
        details=contact.details,
        link=contact.link,
        option=contact.option,
        handle=contact.handle,
        region=region.title if region else contact.region,
        zone=zone or (region.zone if region else ""),
        availability=contact.availability,
        hours=hours_words(rule.weekly) if rule and not rule.always else "",
        levels=tuple(levels.get(level, level) for level in contact.levels),
        restricted=bool(contact.levels) and not levels.keys() <= set(contact.levels),
        emergency=contact.emergency,
        executive=contact.executive,
        when=contact.when,
        topics=contact.topics,
        group=contact.group,
        notes=contact.notes,
    )


def _of_help_desk(record: ContactRecord, regions: Mapping[str, str]) -> DirectoryContact:
    printed = record.details.partition(" (")[0].strip()
    email = record.details if "@" in record.details and " " not in record.details else ""
    web = record.method == "web" and not email
    phone = record.details if record.method == "phone" else ""
    place = record.details if record.method == "address" else ""
    return DirectoryContact(
        key=f"/{record.ref}",
        origin=HELP_DESK,
        section=record.section,
        purpose=record.purpose,
        department=record.department,
        method=record.method,
        email=email,
        phone=phone,
        url=record.details if web and "." in printed else "",
        address=place,
        details="" if email or phone or place else record.details,
        link=record.address,
        region=regions.get(record.region.casefold(), record.region),
        zone=record.time_zone or "",
        availability=record.availability,
        hours=hours_words(record.hours) if record.hours else "",
        levels=tuple(tier.capitalize() for tier in record.tiers),
        restricted=bool(record.tiers),
        emergency=record.purpose if record.emergency else "",
        executive=record.executive,
        when=record.when,
        notes=record.notes,
    )


def _guide(pack: Pack, chapter: Chapter) -> Guide:
    links = {link.id: (link.title, link_address(pack, link)) for link in pack.links}
    return Guide(
        key=f"{pack.pack.id}/{chapter.id}",
        origin=Origin(pack.pack.id, pack.pack.title),
        title=chapter.title,
        text=chapter.text,
        points=chapter.points,
        steps=chapter.steps,
        links=tuple(links[each] for each in dict.fromkeys(chapter.links) if each in links and links[each][1]),
    )


def _is_for(contact: Contact, standing: Standing | None) -> bool:
    """Return whether a customer of this *standing* is served by *contact*, as far as is known."""
    if standing is None:
        return True
    other_region = contact.region and standing.region is not None and contact.region != standing.region.id
    other_level = contact.levels and standing.level is not None and standing.level.id not in contact.levels
    return not other_region and not other_level


def _privacy_guide(pack: Pack) -> tuple[Guide, ...]:
    """What contact data is used for, by which policy, and who changes or deletes it on request."""
    privacy = pack.privacy
    if privacy is None or not (privacy.text or privacy.uses):
        return ()
    named = {link.id: link_address(pack, link) for link in pack.links}
    policy = named.get(privacy.policy, privacy.policy)
    contact = next((each for each in pack.contacts if each.id == privacy.contact), None)
    links = [("Privacy policy", policy)] if policy else []
    if contact is not None and contact.email:
        links.append((f"Write to {contact.email}", f"mailto:{contact.email}"))
    asks = f"Requests to change or delete it: {contact.purpose}, {_printed_address(contact)}." if contact else ""
    return (
        Guide(
            key=f"{pack.pack.id}/privacy",
            origin=Origin(pack.pack.id, pack.pack.title),
            title="Contact data privacy",
            text=privacy.text,
            points=(*privacy.uses, *((asks,) if asks else ())),
            links=tuple(links),
        ),
    )


def _printed_address(contact: Contact) -> str:
    return contact.email or contact.phone or contact.url or contact.details or contact.address


def _identities(contact: DirectoryContact) -> set[tuple[str, str]]:
    """Return who it is, once for each address: what for, and where; by the purpose alone where there is none."""
    return {(_folded(contact.purpose), address) for address in _addresses(contact) or {""}}


def _addresses(contact: DirectoryContact) -> set[str]:
    """Return its addresses without what is only a way of writing: scheme, "www.", what to press, blanks."""
    written = (contact.email, contact.phone, contact.url, contact.address, contact.details, contact.link)
    return {_plain(text) for text in written if text}


def _plain(address: str) -> str:
    plain = address.casefold().partition(" (")[0]
    return re.sub(r"\s+", "", re.sub(r"^(https?://|mailto:|tel:)?(www\.)?", "", plain)).rstrip("/")


def _says_the_same(contact: DirectoryContact, entry: Entry | None) -> bool:
    """Return whether *entry*, which has the same address, is the same desk under a longer or shorter name."""
    if entry is None:
        return False
    mine, theirs = _words(contact), _words(entry.contact)
    return mine <= theirs or theirs <= mine


def _words(contact: DirectoryContact) -> set[str]:
    said = f"{contact.purpose} {contact.department} {contact.section} {contact.name} {contact.region}"
    return set(re.findall(r"\w+", said.casefold()))


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
