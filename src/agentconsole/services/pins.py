"""Support PINs: asked of the help desk, kept nowhere. What is kept is how a check ended, and until when it counts."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable

from agentconsole.connectors.api import PinAnswer, Unreachable, Unsupported
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import Me, TicketDetail
from agentconsole.services.guidance_records import NotGuided
from agentconsole.services.tickets import TicketService
from agentconsole.store.guidance import PinCheck
from agentconsole.store.store import Store
from agentconsole.sync.engine import SyncEngine
from agentconsole.triage.notes import Note, write_note
from agentconsole.triage.values import PinState, TicketGuidance

_PIN = re.compile(r"\d{4,8}")
_RESULTS = {
    "verified": "The requester was verified by their Support PIN.",
    "wrong": "A Support PIN was checked, and it was wrong.",
    "locked": "A Support PIN was checked too often; it is locked for a while.",
}


class PinDesk:
    """Checks PINs at the help desk, and remembers how each requester's last check ended."""

    def __init__(
        self,
        store: Store,
        engine: SyncEngine | None,
        tickets: TicketService,
        me: Callable[[], Me | None],
        now: Callable[[], Instant],
    ) -> None:
        self._store = store
        self._engine = engine
        self._tickets = tickets
        self._me = me
        self._now = now

    def unavailable(self) -> str:
        """Why PINs can't be checked with this help desk; empty when they can, or when that is not known yet."""
        offered = self._engine.capabilities() if self._engine else None
        return "" if offered is None else offered.lack("pin")

    def last(self, ticket: TicketDetail) -> PinState | None:
        """How the last check of the requester's PIN from here ended, as it stood then."""
        if ticket.requester is None:
            return None
        known = self._store.guidance.pin_check(ticket.requester.ref)
        if known is None:
            return None
        return PinState(
            pack="",
            pack_title="",
            state="verified" if known.result == "verified" else "locked" if known.result == "locked" else "wrong",
            attempts_left=known.attempts_left,
            locked_until=known.locked_until,
            valid_until=known.valid_until,
            checked_at=known.at,
            checked_by=known.by,
        )

    async def check(self, said: TicketGuidance, pin: str) -> None:
        """Have the help desk check *pin*, keep how it ended, and note it on the ticket.

        Raises NotGuided where there is nothing to check, and a ConnectorError (Unreachable when offline).
        """
        digits = re.sub(r"[\s-]", "", pin)
        if said.pin is None:
            raise NotGuided("No policy asks for a PIN here", "The packs in use have no [pin] for this ticket.")
        if said.pin.state == "unavailable":
            raise Unsupported(said.pin.reason)
        if not _PIN.fullmatch(digits):
            raise NotGuided("A Support PIN is four to eight digits", "Ask the requester to read it out again.")
        detail = await asyncio.to_thread(self._tickets.detail, said.ticket)
        requester = detail.requester if detail else None
        if requester is None or not requester.ref:
            raise NotGuided("The help desk does not know this requester", "A PIN belongs to somebody it knows.")
        if self._engine is None:
            raise Unreachable("A Support PIN is checked by the help desk, which can't be reached now.")
        person = requester.ref
        answer = await asyncio.wrap_future(self._engine.call(lambda desk: desk.check_pin(person, digits)))
        await self._keep(said, person, answer)

    async def _keep(self, said: TicketGuidance, person: str, answer: PinAnswer) -> None:
        me = self._me()
        now = self._now()
        locked = answer.locked_until is not None and answer.locked_until > now
        result = "verified" if answer.verified else "locked" if locked else "wrong"
        check = PinCheck(
            result=result,
            at=now,
            by=me.name if me else "",
            attempts_left=answer.attempts_left,
            locked_until=answer.locked_until,
            valid_until=answer.valid_until,
        )
        await asyncio.wrap_future(self._store.guidance.keep_pin_check(person, said.ticket, check))
        until = answer.valid_until if answer.verified else answer.locked_until
        pack = said.pin.pack if said.pin else ""
        note = Note(
            what="pin",
            entry=secrets.token_hex(6),
            pack=pack,
            result=result,
            until=until or 0,
            left=answer.attempts_left,
        )
        await self._tickets.record(said.ticket, [write_note(note, _RESULTS[result])])
