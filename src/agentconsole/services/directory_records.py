"""What agents put on record from the directory, where every colleague sees it: notes and tags of tickets.

A help desk has no place of its own for reviews, privacy requests and corrections, so each becomes an internal note: on
the ticket at hand, or on a small internal ticket. It waits in the outbox like any change, so it works offline. What is
about a ticket that a pack speaks for is recorded as all guidance is.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from agentconsole.domain.instant import Instant, to_datetime
from agentconsole.domain.rows import DirectoryRow, Me
from agentconsole.domain.values import Ref, TicketId
from agentconsole.services.tickets import InvalidChange, TicketService
from agentconsole.store.store import Store

if TYPE_CHECKING:
    from agentconsole.domain.directory import DirectoryContact, EscalationStepRow, ReviewState
    from agentconsole.services.api import Guidance

CORRECTION_TAG = "directory_correction"
REVIEW_TAG = "profile_review"


class DirectoryRecords:
    """Writes notes about contacts, people and organizations."""

    def __init__(
        self,
        store: Store,
        tickets: TicketService,
        guidance: Callable[[], Guidance],
        me: Callable[[], Me | None],
        now: Callable[[], Instant],
    ) -> None:
        """*guidance* gives the profile's; it is not called before something is recorded."""
        self._store = store
        self._tickets = tickets
        self._guidance = guidance
        self._me = me
        self._now = now

    async def escalate(
        self, contact: DirectoryContact, ticket: TicketId, steps: Sequence[EscalationStepRow], words: str
    ) -> str:
        """Note on *ticket* that it goes to *contact*, after *steps*; tag it and set the group of the contact's desk.

        Returns the batch key.
        """
        guidance = self._guidance()
        said = await guidance.of(ticket)
        pack, _slash, name = contact.key.partition("/")
        if said is not None and any(standing.pack == pack for standing in said.packs):
            return await guidance.escalate(ticket, name, [step.id for step in steps], words, pack=pack)
        # a contact of the help desk, or of a pack that does not speak for this customer
        from agentconsole.services.guidance_records import ESCALATED_TAG
        from agentconsole.triage.notes import Note, write_note

        note = Note(what="escalation", entry=_entry(), pack=pack, id=name, ids=tuple(step.id for step in steps))
        body = write_note(note, escalation_sentence(contact, steps), words)
        return await self._tickets.record(
            ticket, [body], values=self._group(contact, ticket), add_tags=(ESCALATED_TAG,)
        )

    async def record_review(
        self, row: DirectoryRow, review: ReviewState, points: Sequence[str], words: str
    ) -> TicketId:
        """Record that the profile of *row*'s organization was reviewed today: *points* were looked at."""
        company = row.organization
        if company is None:
            raise InvalidChange("Only an organization has a profile to review.")
        day = to_datetime(self._now()).astimezone().date().isoformat()
        lines = [f"{review.title}: {company.name}, {day}", ""]
        lines += [f"{'✓' if point in points else '–'} {point}" for point in review.points]
        lines += ["", words] if words else []
        return await self._tickets.create(
            f"{review.title}: {company.name}",
            "\n".join(lines).strip(),
            requester=self._store.directory.somebody_of(company.ref) or self._my_ref(),
            values=self._done(),
            tags=(REVIEW_TAG, reviewed_tag(review.key, day)),
            public=False,
        )

    async def request_privacy(
        self,
        row: DirectoryRow,
        wish: Literal["delete", "change"],
        words: str,
        contact: DirectoryContact | None,
        ticket: TicketId | None = None,
    ) -> TicketId:
        """Record that somebody wants their contact data deleted or changed, and to whom that goes.

        On *ticket*, or on a new internal ticket of theirs.
        """
        from agentconsole.services.guidance_records import PRIVACY_TAG
        from agentconsole.triage.notes import Note, write_note

        goes_to = f"It goes to {contact.name or contact.purpose}, {contact.printed}." if contact else ""
        told = "\n\n".join(part for part in (goes_to, words) if part)
        if ticket is not None:
            await self._guidance().record_privacy_request(ticket, wish, told)
            return ticket
        asked = "deleted" if wish == "delete" else "changed"
        requester = row.person.ref if row.person else None
        if row.organization is not None:
            requester = self._store.directory.somebody_of(row.organization.ref)
        sentence = f"Privacy request: {row.title} wants their contact data {asked}."
        return await self._tickets.create(
            f"Privacy request: contact data of {row.title} to be {asked}",
            write_note(Note(what="privacy", entry=_entry(), id=wish), sentence, told),
            requester=requester or self._my_ref(),
            values={},
            tags=(PRIVACY_TAG, f"{PRIVACY_TAG}_{wish}"),
            public=False,
        )

    async def suggest_correction(self, row: DirectoryRow, words: str) -> TicketId:
        """Open an internal ticket that says what of *row* is wrong in the directory."""
        contact = row.contact
        shown = [row.title, *((contact.section, contact.department, contact.printed) if contact else ())]
        origin = f"\nFrom: {contact.origin.title}" if contact else ""
        return await self._tickets.create(
            f"Directory: a correction for {row.title}",
            f"Shown now: {' · '.join(part for part in shown if part)}{origin}\n\n{words}",
            requester=self._my_ref(),
            values={},
            tags=(CORRECTION_TAG,),
            public=False,
        )

    def _group(self, contact: DirectoryContact, ticket: TicketId) -> dict[str, Any]:
        from agentconsole.packs.groups import group_for

        groups = {group.title: group.ref for group in self._tickets.groups()}
        detail = self._tickets.detail(ticket)
        found = group_for(contact.group, groups, detail.group if detail else "")
        return {} if found is None else {"group": groups[found]}

    def _done(self) -> dict[str, Any]:
        """The fields of a ticket that only keeps a record: it is nobody's work any more."""
        mine = self._my_ref()
        return {"status": "solved", **({"assignee": mine} if mine else {})}

    def _my_ref(self) -> Ref | None:
        me = self._me()
        return me.ref if me else None


def escalation_sentence(contact: DirectoryContact, steps: Sequence[EscalationStepRow]) -> str:
    """Return what the note of an escalation says: to whom, how they are reached, what was done before."""
    told = f"Escalated to {contact.purpose}, {contact.printed}"
    if steps:
        told += "\n\nSteps taken before:\n" + "\n".join(f"✓ {step.title}" for step in steps)
    return told


def reviewed_tag(review: str, day: str = "") -> str:
    """Return the tag that says when the *review* was last done; without *day* (ISO), how all of its tags begin."""
    return f"reviewed_{re.sub(r'[^a-z0-9]+', '_', review.lower())}_{day}"


def _entry() -> str:
    """A name for an entry, never given twice."""
    return secrets.token_hex(6)
