"""What agents put on record from the directory, where every colleague sees it: notes and tags of tickets.

A help desk has no place of its own for reviews, privacy requests and corrections, so each becomes an internal note: on
the ticket at hand, or on a small internal ticket. It waits in the outbox like any change, so it works offline.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from agentconsole.domain.directory import ESCALATED
from agentconsole.domain.instant import Instant, to_datetime
from agentconsole.domain.rows import DirectoryRow, Me
from agentconsole.domain.values import Ref, TicketId
from agentconsole.services.tickets import InvalidChange, TicketService
from agentconsole.store.store import Store

if TYPE_CHECKING:
    from agentconsole.domain.directory import DirectoryContact, EscalationStepRow, ReviewState

PRIVACY_TAG = "privacy_request"
CORRECTION_TAG = "directory_correction"


class DirectoryRecords:
    """Writes notes about contacts, people and organizations."""

    def __init__(
        self, store: Store, tickets: TicketService, me: Callable[[], Me | None], now: Callable[[], Instant]
    ) -> None:
        self._store = store
        self._tickets = tickets
        self._me = me
        self._now = now

    async def escalate(
        self, contact: DirectoryContact, ticket: TicketId, steps: Sequence[EscalationStepRow], words: str, tag: str = ""
    ) -> str:
        """Note on *ticket* that it goes to *contact*, after *steps*; set the group of its desk. Returns the batch key.

        The ticket gets *tag*, or "escalated" where the matrix names none.
        """
        body = escalation_note(contact, steps, words)
        values: dict[str, Any] = {}
        if contact.group:
            from agentconsole.packs.groups import group_for

            groups = {group.title: group.ref for group in self._tickets.groups()}
            detail = self._tickets.detail(ticket)
            found = group_for(contact.group, groups, detail.group if detail else "")
            if found is not None:
                values["group"] = groups[found]
        return await self._tickets.comment(
            ticket, body, public=False, values=values, add_tags=(tag or ESCALATED,), initiator="agent"
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
            tags=("profile_review", reviewed_tag(review.key, day)),
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
        whose = row.person.name if row.person else row.title
        asked = "deletion" if wish == "delete" else "a change"
        body = f"Privacy request: {asked} of the contact data of {whose}."
        body += f"\nGoes to: {contact.name or contact.purpose}, {contact.printed}" if contact else ""
        body += f"\n\n{words}" if words else ""
        tags = (PRIVACY_TAG, f"{PRIVACY_TAG}_{wish}")
        if ticket is not None:
            await self._tickets.comment(ticket, body, public=False, add_tags=tags)
            return ticket
        requester = row.person.ref if row.person else None
        if row.organization is not None:
            requester = self._store.directory.somebody_of(row.organization.ref)
        return await self._tickets.create(
            f"Privacy request: {asked} of contact data, {whose}",
            body,
            requester=requester or self._my_ref(),
            values={},
            tags=tags,
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

    def _done(self) -> dict[str, Any]:
        """The fields of a ticket that only keeps a record: it is nobody's work any more."""
        mine = self._my_ref()
        return {"status": "solved", **({"assignee": mine} if mine else {})}

    def _my_ref(self) -> Ref | None:
        me = self._me()
        return me.ref if me else None


def escalation_note(contact: DirectoryContact, steps: Sequence[EscalationStepRow], words: str) -> str:
    """Return the internal note of an escalation: to whom, how they are reached, what was tried before."""
    lines = [f"Escalated to {contact.purpose}: {contact.printed}"]
    if contact.option:
        lines[0] += f" (option {contact.option})"
    if steps:
        lines += ["", "Steps taken before:", *(f"✓ {step.title}" for step in steps)]
    if words:
        lines += ["", words]
    return "\n".join(lines)


def reviewed_tag(review: str, day: str = "") -> str:
    """Return the tag that says when the *review* was last done; without *day* (ISO), how all of its tags begin."""
    return f"reviewed_{re.sub(r'[^a-z0-9]+', '_', review.lower())}_{day}"
