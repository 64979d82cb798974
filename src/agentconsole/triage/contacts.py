"""The contacts of a pack that handle what a ticket is about."""

from __future__ import annotations

from functools import cached_property

from agentconsole.packs.contact_book import ContactBook
from agentconsole.packs.matching import Span
from agentconsole.packs.model import Contact, Pack
from agentconsole.packs.standing import Standing
from agentconsole.triage.case import Case
from agentconsole.triage.desks import desk_of
from agentconsole.triage.values import ContactHit
from agentconsole.triage.who_handles import Ranking

_MOST = 4
_RANKED = 12
_WEAKEST = 0.5
"""Of the best one's score: who is told much less than that is told by accident."""


class Desks:
    """A pack's contacts, ready to be ranked again and again."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    @cached_property
    def book(self) -> ContactBook:
        """The pack's contacts with their hours."""
        return ContactBook([self._pack], ())

    @cached_property
    def ranking(self) -> Ranking:
        """The contacts by what they handle."""
        return Ranking(desk_of(entry) for entry in self.book.entries)


def contacts_for(case: Case, standing: Standing, desks: Desks) -> tuple[ContactHit, ...]:
    """Return the contacts that the ticket's words ask for, the best first, as they stand for its customer.

    Executives stand behind the escalation; contacts of other regions and levels are not for this customer.
    """
    if not standing.pack.contacts:
        return ()
    said = case.told
    found = []
    for match in desks.ranking.rank(said.text.original, _RANKED, subject=len(case.ticket.subject)):
        entry = desks.book.entry(match.key)
        if entry is None or entry.source is None or not _serves(entry.source, standing):
            continue
        opening = desks.book.reach(entry, case.now, standing).opening
        found.append(
            ContactHit(
                pack=standing.pack.pack.id,
                contact=entry.source,
                score=round(match.score, 3),
                evidence=tuple(said.evidence(Span(start, end)) for start, end in match.spans[:_MOST]),
                open_now=opening.open_now,
                changes_at=opening.changes_at,
            )
        )
    return tuple(hit for hit in found[:_MOST] if hit.score >= _WEAKEST * found[0].score)


def _serves(contact: Contact, standing: Standing) -> bool:
    if contact.executive:
        return False
    if contact.levels and (standing.level is None or standing.level.id not in contact.levels):
        return False
    return not contact.region or standing.region is None or contact.region == standing.region.id
