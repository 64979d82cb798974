"""What the policy packs say about a ticket, brought to window and scripts, and what an agent does about it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from agentconsole.domain.changes import Change
from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.domain.rows import Me
from agentconsole.domain.values import TicketId
from agentconsole.packs.model import Pack
from agentconsole.packs.standing import Standing
from agentconsole.services.guidance_records import CONDUCT_TAG, ConductRecords, NotGuided, TicketRecords
from agentconsole.services.pins import PinDesk
from agentconsole.services.tickets import TicketService
from agentconsole.store.store import Store
from agentconsole.triage.case import Case
from agentconsole.triage.conduct_record import RecordedNote
from agentconsole.triage.duplicates import COMPARED
from agentconsole.triage.guide import Book, Known, guide
from agentconsole.triage.lifecycle import Tick, open_demands
from agentconsole.triage.notes import read_note
from agentconsole.triage.values import Applied, Effect, PinState, TicketGuidance, Warned

if TYPE_CHECKING:
    from agentconsole.services.packs import PackService

__all__ = ["GuidanceService", "NotGuided"]

_FRESH = MINUTE
"""Opening hours and days of waiting move on by themselves: what was said longer ago is asked anew."""

_REMEMBERED = 64
_TOPICS = frozenset({"packs", "reference", "people"})


class GuidanceService:
    """See :class:`agentconsole.services.api.Guidance`. Nothing of it runs on the loop that paints."""

    def __init__(
        self,
        store: Store,
        tickets: TicketService,
        packs: Callable[[], PackService],
        pins: PinDesk,
        me: Callable[[], Me | None],
        now: Callable[[], Instant],
    ) -> None:
        self._store = store
        self._tickets = tickets
        self._packs = packs
        self._pins = pins
        self._me = me
        self._now = now
        self._books: dict[str, Book] = {}
        self._said: dict[TicketId, tuple[TicketGuidance, tuple[Pack, ...]]] = {}
        self._changes = 0
        self._lock = threading.Lock()
        self._conduct = ConductRecords(tickets, me)
        self._records = TicketRecords(tickets)
        self._unsubscribe = store.subscribe(self._heard)

    # reads

    def prepare(self) -> None:
        """Make the words of all packs in use ready to be found."""
        with suppress(OSError):  # whoever watches the packs tells of a folder that can't be read
            for pack in self._packs().used():
                book = self._book(pack)
                book.rules.prepare()
                _ = book.desks.ranking

    def known(self, ticket: TicketId) -> TicketGuidance | None:
        with self._lock:
            said, packs = self._said.get(ticket, (None, ()))
        if said is None or packs is not self._packs().used() or self._now() - said.at > _FRESH:
            return None
        return said

    async def of(self, ticket: TicketId) -> TicketGuidance | None:
        return await asyncio.to_thread(self._of, ticket)

    async def open_demands(self, ticket: TicketId, status: str) -> tuple[Warned, ...]:
        said = await self.of(ticket)
        if said is None:
            return ()
        return tuple(warned for checklist in said.checklists for warned in open_demands(checklist, status))

    def close(self) -> None:
        """Hear of no more changes."""
        self._unsubscribe()

    # proposals

    async def apply(self, ticket: TicketId, key: str) -> Applied:
        proposal = (await self._asked(ticket)).proposal(key)
        if proposal is None:
            raise NotGuided("This proposal is not there any more", "The ticket has changed. Look at what is said now.")
        effect = proposal.effect
        batch = ""
        if effect.note:
            batch = await self._tickets.record(ticket, [effect.note], values=effect.values, add_tags=effect.add_tags)
        elif effect.values or effect.add_tags or effect.remove_tags:
            batch = await self._tickets.set_and_tag(ticket, effect.values, effect.add_tags, effect.remove_tags)
        return _applied(effect, proposal.pack, batch)

    async def dismiss(self, ticket: TicketId, key: str) -> None:
        proposal = (await self._asked(ticket)).proposal(key)
        if proposal is None:
            return
        me = self._me()
        await asyncio.wrap_future(
            self._store.guidance.dismiss(ticket, key, proposal.ground, me.ref if me else "", self._now())
        )

    async def restore(self, ticket: TicketId) -> int:
        return await asyncio.wrap_future(self._store.guidance.restore(ticket))

    async def tick(self, ticket: TicketId, demand: str, *, done: bool = True) -> str:
        said = await self._asked(ticket)
        found = next(
            (
                state
                for checklist in said.checklists
                for stage in checklist.stages
                for state in stage.demands
                if state.key == demand
            ),
            None,
        )
        if found is None:
            raise NotGuided(
                "There is no such demand", "The policy packs may have changed. Look at the checklist again."
            )
        if found.state == "met":
            raise NotGuided("This is met already", "The ticket itself shows it, so there is nothing to tick.")
        if done:
            me = self._me()
            await asyncio.wrap_future(self._store.guidance.tick(ticket, demand, me.name if me else "", self._now()))
            return await self._tickets.set_and_tag(ticket, {}, add=(found.tag,))
        return await self._tickets.set_and_tag(ticket, {}, remove=(found.tag,))

    # records

    async def record_infractions(self, ticket: TicketId, infractions: Sequence[str], words: str) -> str:
        return await self._conduct.record_infractions(await self._asked(ticket), infractions, words)

    async def withdraw_infraction(self, ticket: TicketId, entry: str, words: str) -> str:
        return await self._conduct.withdraw_infraction(await self._asked(ticket), entry, words)

    async def sanction(self, ticket: TicketId, sanction: str, words: str) -> str:
        said = await self._asked(ticket)
        return await self._conduct.sanction(said, self._policy(said), sanction, words)

    async def confirm_sanction(self, ticket: TicketId, entry: str, words: str) -> str:
        return await self._conduct.confirm(await self._asked(ticket), entry, words)

    async def lift_sanction(self, ticket: TicketId, entry: str, words: str) -> str:
        said = await self._asked(ticket)
        return await self._conduct.lift(said, self._policy(said), entry, words)

    async def check_pin(self, ticket: TicketId, pin: str) -> PinState:
        await self._pins.check(await self._asked(ticket), pin)
        state = (await self._asked(ticket)).pin
        if state is None:
            raise NotGuided("No policy asks for a PIN here", "The packs in use have no [pin] for this ticket.")
        return state

    async def confirm_steps(self, ticket: TicketId, steps: Sequence[str], words: str) -> str:
        return await self._records.confirm_steps(await self._asked(ticket), steps, words)

    async def escalate(
        self, ticket: TicketId, contact: str, confirmed_steps: Sequence[str], words: str, *, pack: str = ""
    ) -> str:
        said = await self._asked(ticket)
        packs = {used.pack.id: used for used in self._packs().used()}
        here = [packs[standing.pack] for standing in said.packs if standing.pack in packs]
        return await self._records.escalate(said, here, contact, confirmed_steps, words, pack=pack)

    async def record_privacy_request(self, ticket: TicketId, wish: str, words: str) -> str:
        return await self._records.privacy_request(await self._asked(ticket), wish, words)

    async def record_profile_change(self, ticket: TicketId, changes: dict[str, str], words: str) -> str:
        return await self._records.profile_change(await self._asked(ticket), changes, words)

    # what is read, in a thread of its own

    async def _asked(self, ticket: TicketId) -> TicketGuidance:
        said = await self.of(ticket)
        if said is None:
            raise NotGuided("The ticket is gone", "It was deleted at the help desk.")
        return said

    def _policy(self, said: TicketGuidance) -> Pack:
        """The pack whose conduct policy holds for what was *said*."""
        wanted = said.conduct.pack if said.conduct else ""
        found = next((pack for pack in self._packs().used() if pack.pack.id == wanted), None)
        if found is None:
            raise NotGuided("No conduct policy speaks for this ticket", "The packs in use have no [conduct] for it.")
        return found

    def _of(self, ticket: TicketId) -> TicketGuidance | None:
        known = self.known(ticket)
        if known is not None:
            return known
        with self._lock:
            changes = self._changes
        packs = self._packs()
        used = packs.used()
        detail = self._store.tickets.detail(ticket)
        if detail is None:
            return None
        groups = {group.title: group.ref for group in self._tickets.groups()}
        case = Case(detail, self._me(), self._now(), groups)
        standings = packs.of_ticket(ticket)
        said = guide(
            case, [(standing, self._book(standing.pack)) for standing in standings], self._known(case, standings)
        )
        with self._lock:
            # what changed meanwhile may not be in it
            if self._changes == changes:
                while len(self._said) >= _REMEMBERED:
                    self._said.pop(next(iter(self._said)))
                self._said[ticket] = said, used
        return said

    def _book(self, pack: Pack) -> Book:
        book = self._books.get(pack.pack.id)
        if book is None or book.pack is not pack:
            book = self._books[pack.pack.id] = Book(pack)
        return book

    def _known(self, case: Case, standings: Sequence[Standing]) -> Known:
        if not standings:
            return Known()
        reads, ticket = self._store.guidance, case.ticket
        days = max(standing.pack.duplicates.days for standing in standings)
        return Known(
            neighbours=reads.neighbours(ticket, days, COMPARED),
            notes=self._notes(case),
            ticks={demand: Tick(*tick) for demand, tick in reads.ticks(ticket.id).items()},
            dismissed=reads.dismissed(ticket.id),
            pin=self._pins.last(ticket),
            no_pin=self._pins.unavailable(),
        )

    def _notes(self, case: Case) -> list[RecordedNote]:
        """The records on all tickets of the requester, those that wait in the outbox among them."""
        requester, me = case.ticket.requester, case.me
        if requester is None or not requester.ref:
            return []
        found = []
        for ticket in self._store.guidance.tagged_of(requester.ref, CONDUCT_TAG):
            detail = case.ticket if ticket == case.ticket.id else self._store.tickets.detail(ticket)
            if detail is None:
                continue
            written = [
                (comment, note)
                for comment in detail.comments
                if not comment.public and comment.by_agent and (note := read_note(comment.body)) is not None
            ]
            supervisors = self._store.guidance.administrators([comment for comment, _ in written])
            for comment, note in written:
                mine = comment.key is not None
                found.append(
                    RecordedNote(
                        ticket=detail.id,
                        ticket_ref=detail.ref,
                        comment=comment,
                        note=note,
                        by=case.author(comment),
                        by_supervisor=bool(me and me.role == "admin") if mine else comment.author_ref in supervisors,
                    )
                )
        return found

    def _heard(self, change: Change) -> None:
        """Forget what may be said differently now; on the writer's thread."""
        if change.everything or change.topics & _TOPICS or change.tickets:
            with self._lock:
                self._changes += 1
                # a ticket's guidance tells of its neighbours, too: any of them may be what has changed
                self._said.clear()


def _applied(effect: Effect, pack: str, batch: str) -> Applied:
    return Applied(
        batch=batch,
        pack=pack,
        draft=effect.draft,
        draft_public=effect.draft_public,
        link=effect.link,
        contact=effect.contact,
        merge_into=effect.merge_into,
        dialog=effect.dialog,
    )
