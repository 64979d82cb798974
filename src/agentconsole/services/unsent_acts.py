"""One unsent change at a time: looked at closely, decided, edited, sent elsewhere, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

import msgspec

from agentconsole.domain.chains import settings_of
from agentconsole.domain.commands import Command, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.projection import value_of
from agentconsole.domain.unsent import Conflict, Decision, HeldReply, Instead, Reopened, Rescue, Standing
from agentconsole.domain.values import OutboxState, Ref, TicketId
from agentconsole.services.tickets import InvalidChange, checked_value
from agentconsole.store.outbox_acts import Undecided
from agentconsole.store.store import Store


class _Identity(msgspec.Struct):
    ref: Ref


class UnsentActs:
    """See :class:`agentconsole.services.api.Outbox`. *nudge* is called when there is something to send again."""

    def __init__(self, store: Store, nudge: Callable[[], None]) -> None:
        self._store = store
        self._nudge = nudge

    def standing(self, key: str) -> Standing | None:
        return self._store.outbox.looks.standing(key)

    def conflict(self, key: str) -> Conflict | None:
        return self._store.outbox.looks.conflict(key)

    def held(self, key: str) -> HeldReply | None:
        known = self._store.facts.get("identity")
        me = msgspec.json.decode(known, type=_Identity).ref if known is not None else None
        return self._store.outbox.looks.held(key, me)

    def rescue(self, key: str) -> Rescue | None:
        return self._store.outbox.looks.rescue(key)

    async def retry(self, keys: Sequence[str]) -> int:
        count = await asyncio.wrap_future(self._store.outbox.retry(keys))
        self._nudge()
        return count

    async def discard(self, keys: Sequence[str]) -> int:
        return await asyncio.wrap_future(self._store.outbox.withdraw(keys=keys))

    async def put_back(self, keys: Sequence[str]) -> int:
        count = await asyncio.wrap_future(self._store.outbox.acts.put_back(keys))
        self._nudge()
        return count

    async def decide(self, key: str, decisions: Mapping[str, Decision]) -> OutboxState | None:
        checked = {
            name: Instead(checked_value(name, choice.value)) if isinstance(choice, Instead) else choice
            for name, choice in decisions.items()
        }
        try:
            state = await asyncio.wrap_future(self._store.outbox.acts.decide(key, checked))
        except Undecided as error:
            raise InvalidChange(f"Decide about {error} too: the change is sent as a whole.") from error
        self._nudge()
        return state

    async def amend(self, key: str, command: Command) -> bool:
        entry = self._store.outbox.get(key)
        if entry is None:
            return False
        checked = await asyncio.to_thread(self._checked, entry.ticket, command)
        amended = await asyncio.wrap_future(self._store.outbox.acts.amend(key, checked))
        self._nudge()
        return amended

    async def reopen(self, key: str) -> Reopened | None:
        return await asyncio.wrap_future(self._store.outbox.acts.reopen(key))

    async def readdress(self, key: str, into: TicketId) -> str | None:
        new = await asyncio.wrap_future(self._store.outbox.acts.readdress(key, into))
        self._nudge()
        return new

    async def create_instead(self, key: str) -> TicketId | None:
        ticket = await asyncio.wrap_future(self._store.outbox.acts.create_instead(key))
        self._nudge()
        return ticket

    def _checked(self, ticket: TicketId, command: Command) -> Command:
        """Return *command* with values as their fields carry them, made against what the agent sees; InvalidChange."""
        if isinstance(command, MergeTickets) and command.into == ticket:
            raise InvalidChange("A ticket can't be merged into itself.")
        if isinstance(command, CreateTicket):
            if not command.subject.strip():
                raise InvalidChange("A ticket needs a subject.")
            values = {name: checked_value(name, value) for name, value in command.values.items()}
            return msgspec.structs.replace(command, values=values)
        asked = settings_of(command)
        if isinstance(command, SetFields) and not asked:
            raise InvalidChange("Nothing is left of the change. Discard it instead.")
        if not asked:
            return command
        seen = self._store.tickets.projected(ticket)
        return msgspec.structs.replace(
            command,
            values={name: checked_value(name, value) for name, value in asked.items()},
            base={name: value_of(seen, name) for name in asked} if seen is not None else {},
        )
