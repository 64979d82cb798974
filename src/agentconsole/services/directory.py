"""Support contacts, people and organizations in one search, with who is open now and who handles what.

The packs' contacts and the help desk's are one book. It is read when it is first asked for, not when a profile opens,
and again after either has changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from agentconsole.domain.changes import Change
from agentconsole.domain.directory import DirectoryCard, EscalationPath, Guide, Kind, ReviewState
from agentconsole.domain.instant import DAY, Instant, from_iso
from agentconsole.domain.records import OrganizationRecord
from agentconsole.domain.rows import DirectoryRow, QueueRow, TicketDetail
from agentconsole.domain.values import TicketId
from agentconsole.services.directory_records import DirectoryRecords, reviewed_tag
from agentconsole.store.directory import search_words
from agentconsole.store.keys import folded
from agentconsole.store.store import Store

if TYPE_CHECKING:
    from agentconsole.packs.contact_book import ContactBook, Entry
    from agentconsole.packs.model import Pack
    from agentconsole.packs.standing import Standing
    from agentconsole.services.api import Packs
    from agentconsole.triage.who_handles import Match, Ranking

ALL_KINDS = frozenset(Kind)
GUIDES = "Guides"
_OTHER_REGION = 0.5
_OTHER_PACK = 0.2
_NOT_ALLOWED = 0.6
_BEHIND_STEPS = 0.3


class DirectoryService:
    """See :class:`agentconsole.services.api.Directory`."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], Instant],
        packs: Callable[[], Packs],
        records: DirectoryRecords,
    ) -> None:
        """*packs* gives the profile's; it is not called before somebody searches."""
        self._store = store
        self._now = now
        self._packs = packs
        self._records = records
        self._known: _Known | None = None
        self._changes = 0
        store.subscribe(self._changed)
        self.escalate = records.escalate
        self.record_review = records.record_review
        self.request_privacy = records.request_privacy
        self.suggest_correction = records.suggest_correction

    async def prepare(self) -> None:
        await asyncio.to_thread(self.search, "", limit=1)

    # Finding

    def search(
        self,
        text: str,
        at: Instant | None = None,
        limit: int = 500,
        *,
        ticket: TicketId | None = None,
        kinds: Collection[Kind] = ALL_KINDS,
    ) -> tuple[DirectoryRow, ...]:
        moment = self._now() if at is None else at
        words = search_words(text)
        rows: list[DirectoryRow] = []
        known = self._book()
        if Kind.CONTACT in kinds:
            standings = self._standings(ticket)
            found = [
                contact_row(known.book, entry, moment, standings)
                for entry, said in zip(known.book.entries, known.searched, strict=True)
                if all(word in said for word in words)
            ]
            if standings:
                # who serves the customer at hand comes before who serves others
                found.sort(key=lambda row: row.contact is not None and row.contact.origin.pack not in standings)
            rows += found
        if Kind.GUIDE in kinds:
            rows += [guide_row(guide) for guide, said in known.guides if all(word in said for word in words)]
        if Kind.ORGANIZATION in kinds and len(rows) < limit:
            # people get half of the room: a company must not hide everybody
            share = (limit - len(rows) + 1) // 2 if Kind.PERSON in kinds else limit - len(rows)
            rows += self._store.directory.organizations(text, share)
        if Kind.PERSON in kinds and len(rows) < limit:
            rows += self._store.directory.people(text, limit - len(rows))
        return tuple(rows[:limit])

    def who_handles(
        self, text: str = "", ticket: TicketId | None = None, at: Instant | None = None, limit: int = 12
    ) -> tuple[DirectoryRow, ...]:
        moment = self._now() if at is None else at
        known = self._book()
        standings = self._standings(ticket)
        subject = 0
        detail = self._store.tickets.detail(ticket) if not text.strip() and ticket is not None else None
        if detail is not None:
            text, subject = _words_of(detail), len(detail.subject)
        found = known.ranking.rank(text, limit, _factors(known.book, standings), subject=subject)
        return tuple(_ranked_row(known.book, match, text, moment, standings) for match in found)

    def tickets_of(self, row: DirectoryRow, limit: int = 50) -> tuple[QueueRow, ...]:
        return tuple(self._store.directory.tickets_of(row, limit))

    # All about one

    def about(self, row: DirectoryRow, at: Instant | None = None) -> DirectoryCard:
        company = row.organization
        if row.person is not None and row.person.organization:
            company = self._store.people.organization(row.person.organization)
        if company is None:
            return DirectoryCard()
        from agentconsole.packs.contact_book import link_address
        from agentconsole.triage.entitlements import entitlements

        moment = self._now() if at is None else at
        book = self._book().book
        standings = self._packs().of_organization(company.ref)
        return DirectoryCard(
            company=company.name,
            standings=tuple(
                (
                    standing.pack.pack.title,
                    standing.pack.pack.level,
                    standing.level.title if standing.level else "",
                    standing.region.title if standing.region else "",
                )
                for standing in standings
                if standing.level or standing.region
            ),
            entitlements=tuple(
                each for standing in standings for each in entitlements(standing, moment, book.hours(standing.pack))
            ),
            reviews=self._reviews(company, standings, moment) if row.organization is not None else (),
            privacy=next(
                (
                    entry.contact
                    for standing in standings
                    if standing.pack.privacy
                    and (entry := book.entry(f"{standing.pack.pack.id}/{standing.pack.privacy.contact}"))
                ),
                None,
            ),
            links=tuple(
                (link.title, link_address(standing.pack, link))
                for standing in standings
                for link in standing.pack.links
                if link.kind == "preferences" and link_address(standing.pack, link)
            ),
        )

    def escalation(self, row: DirectoryRow, ticket: TicketId | None = None) -> EscalationPath | None:
        book = self._book().book
        entry = book.entry(row.contact.key) if row.contact else None
        if entry is None:
            return None
        path = book.path(entry, self._standings(ticket).get(entry.contact.origin.pack))
        detail = self._store.tickets.detail(ticket) if path is not None and ticket is not None else None
        if path is None or detail is None:
            return path
        from agentconsole.triage.notes import read_note

        pack, _slash, contact = entry.contact.key.partition("/")
        written = (read_note(each.body) for each in detail.comments if each.by_agent and not each.public)
        notes = [note for note in written if note is not None and note.what in ("steps", "escalation")]
        return path.confirmed_by(
            {step for note in notes if note.pack == pack for step in note.ids},
            asked=any(note.what == "escalation" and (note.pack, note.id) == (pack, contact) for note in notes),
        )

    # The book

    def _book(self) -> _Known:
        packs = self._packs().used()
        known = self._known
        if known is None or known.packs is not packs:
            from agentconsole.packs.contact_book import ContactBook

            changes = self._changes
            known = _Known(packs, ContactBook(packs, self._store.directory.contacts()))
            if self._changes == changes:
                # what changed meanwhile may not be in it
                self._known = known
        return known

    def _changed(self, change: Change) -> None:
        if change.everything or "contacts" in change.topics:
            self._changes += 1
            self._known = None

    def _standings(self, ticket: TicketId | None) -> dict[str, Standing]:
        """How the customer of *ticket* stands under each pack that is for them, by the pack's id."""
        found = () if ticket is None else self._packs().of_ticket(ticket)
        return {standing.pack.pack.id: standing for standing in found}

    def _reviews(
        self, company: OrganizationRecord, standings: Sequence[Standing], moment: Instant
    ) -> tuple[ReviewState, ...]:
        from agentconsole.packs.contact_book import link_address

        found = []
        for standing in standings:
            links = {link.id: link_address(standing.pack, link) for link in standing.pack.links}
            for reminder in standing.pack.reminders:
                beginning = reviewed_tag(reminder.id)
                tag = self._store.directory.last_tag_of(company.ref, beginning)
                last = _dated(tag.removeprefix(beginning)) if tag else None
                due = None if last is None else last + reminder.every_days * DAY
                found.append(
                    ReviewState(
                        reminder.id,
                        reminder.title,
                        reminder.points,
                        reminder.every_days,
                        last,
                        due if due is not None and due > moment else None,
                        links.get(reminder.link, ""),
                    )
                )
        return tuple(found)


class _Known:
    """One reading of the book, with what is searched and ranked in it."""

    def __init__(self, packs: Sequence[Pack], book: ContactBook) -> None:
        self.packs = packs
        self.book = book
        self.searched = tuple(searched(entry) for entry in book.entries)
        self.guides = tuple((guide, _searched_guide(guide)) for guide in book.guides)
        self._ranking: Ranking | None = None

    @property
    def ranking(self) -> Ranking:
        """The book's desks, ready to be ranked."""
        if self._ranking is None:
            self._ranking = _ranking(self.book)
        return self._ranking


def contact_row(
    book: ContactBook, entry: Entry, moment: Instant, standings: dict[str, Standing], matched: tuple[str, ...] = ()
) -> DirectoryRow:
    contact = entry.contact
    standing = standings.get(contact.origin.pack)
    reach = book.reach(entry, moment, standing)
    allowed = None
    if entry.source is not None and entry.source.levels and standing is not None and standing.level is not None:
        allowed = standing.level.id in entry.source.levels
    return DirectoryRow(
        title=contact.purpose,
        subtitle=" · ".join(part for part in (contact.printed, contact.availability) if part),
        section=contact.section,
        contact=contact,
        open_now=reach.opening.open_now,
        changes_at=reach.opening.changes_at,
        places=reach.places,
        allowed=allowed,
        matched=matched,
    )


def contacts_in(book: ContactBook, text: str, moment: Instant) -> list[DirectoryRow]:
    """Return the contacts of *book* that hold every word of *text*, as they stand at *moment* without a help desk."""
    words = search_words(text)
    fitting = (entry for entry in book.entries if all(word in searched(entry) for word in words))
    return [contact_row(book, entry, moment, {}) for entry in fitting]


def ranked_in(book: ContactBook, text: str, moment: Instant, limit: int) -> list[DirectoryRow]:
    """Return the contacts of *book* that *text* asks for, the best first, as they stand without a help desk."""
    return [
        _ranked_row(book, match, text, moment, {}) for match in _ranking(book).rank(text, limit, _factors(book, {}))
    ]


def _ranking(book: ContactBook) -> Ranking:
    from agentconsole.triage.desks import desk_of
    from agentconsole.triage.who_handles import Ranking

    return Ranking(desk_of(entry) for entry in book.entries)


def _ranked_row(
    book: ContactBook, match: Match, text: str, moment: Instant, standings: dict[str, Standing]
) -> DirectoryRow:
    entry = book.entry(match.key)
    if entry is None:
        raise KeyError(match.key)
    return contact_row(book, entry, moment, standings, match.words(text))


def guide_row(guide: Guide) -> DirectoryRow:
    return DirectoryRow(title=guide.title, subtitle=guide.text, section=GUIDES, guide=guide)


def _factors(book: ContactBook, standings: dict[str, Standing]) -> dict[str, float]:
    """What the customer's region and level make of each desk's score; executives are never a first address."""
    found: dict[str, float] = {}
    for entry in book.entries:
        factor = _BEHIND_STEPS if entry.contact.executive else 1.0
        standing = standings.get(entry.contact.origin.pack)
        source = entry.source
        if standings and source is not None and standing is None:
            factor *= _OTHER_PACK
        if standing is not None and source is not None:
            region, level = standing.region, standing.level
            if source.region and region is not None and source.region != region.id:
                factor *= _OTHER_REGION
            if source.levels and level is not None and level.id not in source.levels:
                factor *= _NOT_ALLOWED
        if factor != 1.0:
            found[entry.contact.key] = factor
    return found


def searched(entry: Entry) -> str:
    contact = entry.contact
    parts = (
        *(contact.purpose, contact.department, contact.section, contact.name, contact.region, contact.method),
        *(contact.email, contact.phone, contact.url, contact.address, contact.details, contact.handle, contact.link),
        *(contact.availability, contact.when, contact.notes, contact.emergency),
        *(*contact.levels, *contact.topics, *_region_names(entry)),
        "emergency" if contact.emergency else "",
        "executive" if contact.executive else "",
    )
    return folded(" ".join(part for part in parts if part))


def _region_names(entry: Entry) -> tuple[str, ...]:
    """The other names by which people look for the entry's region: "EMEA", "UK"."""
    regions = entry.pack.regions if entry.pack is not None and entry.source is not None else ()
    return next((region.names for region in regions if entry.source and region.id == entry.source.region), ())


def _searched_guide(guide: Guide) -> str:
    return folded(" ".join((guide.title, guide.text, *guide.points, *guide.steps)))


def _words_of(detail: TicketDetail) -> str:
    """What a ticket is about in its requester's words: the subject, and what they wrote first and last."""
    theirs = [comment.body for comment in detail.comments if comment.by_requester]
    return "\n".join((detail.subject, *theirs[:1], *theirs[1:][-1:]))


def _dated(day: str) -> Instant | None:
    try:
        return from_iso(f"{day}T00:00:00Z")
    except ValueError:
        return None
