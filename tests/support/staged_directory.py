"""The directory on the stage: a small policy pack, a help desk's own contact, people and organizations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from agentconsole.domain.directory import (
    DirectoryCard,
    DirectoryContact,
    EscalationPath,
    EscalationStepRow,
    Kind,
    ReviewState,
)
from agentconsole.domain.instant import DAY, Instant
from agentconsole.domain.records import ContactRecord, OrganizationRecord, PersonRecord
from agentconsole.domain.rows import DirectoryRow, QueueRow
from agentconsole.domain.values import TicketId
from agentconsole.packs.contact_book import ContactBook
from agentconsole.packs.loading import read_pack
from agentconsole.packs.standing import Customer, Standing, standings
from agentconsole.services import api
from agentconsole.services.directory import contact_row, guide_row, searched
from agentconsole.triage.desks import desk_of
from agentconsole.triage.entitlements import entitlements
from agentconsole.triage.who_handles import Ranking
from tests.support.staged_rows import ORGANIZATIONS, PEOPLE

if TYPE_CHECKING:
    from tests.support.stage import StagedWorkspace

STAGED_PACK = Path(__file__).with_name("staged_pack.toml")
OWN = ContactRecord(
    ref="1", section="Facilities", purpose="Badges and doors", method="phone", details="+1 555 0177", notes="Ask for Jo"
)


class StagedDirectory(api.Directory):
    """Contacts, people and organizations of the stage. ``escalations`` and ``notes`` are what was put on record."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        self.escalations: list[tuple[str, TicketId, list[str], str]] = []
        self.notes: list[tuple[Any, ...]] = []
        self.taken: set[TicketId] = set()
        self.reviewed: Instant | None = stage.now() - 120 * DAY
        self.show_packs(STAGED_PACK)
        self.rows = [
            DirectoryRow(
                title=name,
                subtitle=tier,
                section="Organizations",
                organization=OrganizationRecord(
                    ref=f"o{i}",
                    name=name,
                    fields={"tier": tier, "region": "eu"},
                    domains=(f"{name.split()[0].lower()}.example",),
                ),
                level=tier,
            )
            for i, (name, tier) in enumerate(ORGANIZATIONS)
        ]
        self.rows += [
            DirectoryRow(
                title=name,
                subtitle=f"{email} · {ORGANIZATIONS[company][0]}",
                section="People",
                person=PersonRecord(ref=f"p{i}", name=name, email=email, organization=f"o{company}"),
                company=ORGANIZATIONS[company][0],
                level=ORGANIZATIONS[company][1],
            )
            for i, (name, email, company) in enumerate(PEOPLE)
        ]

    def show_packs(self, *files: Path) -> None:
        """Use the packs of *files* from now on."""
        self.packs = tuple(read_pack(file) for file in files)
        self.book = ContactBook(self.packs, [OWN])
        self._ranking = Ranking(desk_of(entry) for entry in self.book.entries)

    async def prepare(self) -> None:
        """There is nothing to read."""

    def search(
        self,
        text: str,
        at: Instant | None = None,
        limit: int = 500,
        *,
        ticket: TicketId | None = None,
        kinds: Collection[Kind] = frozenset(Kind),
    ) -> tuple[DirectoryRow, ...]:
        words = text.casefold().split()
        found: list[DirectoryRow] = []
        under = {standing.pack.pack.id: standing for standing in self._standings(ticket)}
        if Kind.CONTACT in kinds:
            moment = self._stage.now() if at is None else at
            fitting = (each for each in self.book.entries if all(word in searched(each) for word in words))
            found += [contact_row(self.book, entry, moment, under) for entry in fitting]
        if Kind.GUIDE in kinds:
            found += [guide_row(guide) for guide in self.book.guides if all(w in guide.title.casefold() for w in words)]
        wanted = {"Organizations": Kind.ORGANIZATION, "People": Kind.PERSON}
        found += [
            row
            for row in self.rows
            if wanted[row.section] in kinds and all(w in f"{row.title} {row.subtitle}".casefold() for w in words)
        ]
        return tuple(found[:limit])

    def who_handles(
        self, text: str = "", ticket: TicketId | None = None, at: Instant | None = None, limit: int = 12
    ) -> tuple[DirectoryRow, ...]:
        if not text and ticket is not None:
            text = self._stage.rows[ticket].subject
        rows = []
        for match in self._ranking.rank(text, limit):
            entry = self.book.entry(match.key)
            assert entry is not None
            rows.append(contact_row(self.book, entry, self._stage.now(), {}, match.words(text)))
        return tuple(rows)

    def about(self, row: DirectoryRow, at: Instant | None = None) -> DirectoryCard:
        now = self._stage.now()
        found = standings(self.packs, Customer(organization=row.title, fields={"tier": row.level, "region": "eu"}))
        due = None if self.reviewed is None or self.reviewed + 91 * DAY <= now else self.reviewed + 91 * DAY
        review = ReviewState(
            "profile", "Review the profile", ("Addresses", "Phone numbers"), 91, self.reviewed, due, ""
        )
        return DirectoryCard(
            company=row.company or row.title,
            standings=tuple(
                (
                    one.pack.pack.title,
                    one.pack.pack.level,
                    one.level.title if one.level else "",
                    one.region.title if one.region else "",
                )
                for one in found
            ),
            entitlements=tuple(each for one in found for each in entitlements(one, now, self.book.hours(one.pack))),
            reviews=(review,) if row.organization is not None else (),
            privacy=next((e.contact for e in self.book.entries if "privacy" in e.contact.purpose.lower()), None),
        )

    def escalation(self, row: DirectoryRow, ticket: TicketId | None = None) -> EscalationPath | None:
        entry = self.book.entry(row.contact.key) if row.contact else None
        path = self.book.path(entry) if entry else None
        return msgspec.structs.replace(path, taken=ticket in self.taken) if path else None

    def tickets_of(self, row: DirectoryRow, limit: int = 50) -> tuple[QueueRow, ...]:
        rows = self._stage.rows.values()
        return tuple(each for each in rows if row.title in (each.requester, each.organization))[:limit]

    async def escalate(
        self, contact: DirectoryContact, ticket: TicketId, steps: Sequence[EscalationStepRow], words: str
    ) -> str:
        self.escalations.append((contact.key, ticket, [step.id for step in steps], words))
        if contact.executive:
            self.taken.add(ticket)
        return "batch"

    async def record_review(
        self, row: DirectoryRow, review: ReviewState, points: Sequence[str], words: str
    ) -> TicketId:
        self.notes.append(("review", row.title, tuple(points), words))
        self.reviewed = self._stage.now()
        return 1

    async def request_privacy(
        self,
        row: DirectoryRow,
        wish: Literal["delete", "change"],
        words: str,
        contact: DirectoryContact | None,
        ticket: TicketId | None = None,
    ) -> TicketId:
        self.notes.append(("privacy", row.title, wish, words, contact.key if contact else "", ticket))
        return 1

    async def suggest_correction(self, row: DirectoryRow, words: str) -> TicketId:
        self.notes.append(("correction", row.title, words))
        return 1

    def _standings(self, ticket: TicketId | None) -> tuple[Standing, ...]:
        if ticket is None:
            return ()
        row = self._stage.rows[ticket]
        return standings(self.packs, Customer(organization=row.organization, fields={"tier": row.tier, "region": "eu"}))
