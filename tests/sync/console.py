"""One agent's console without a window: what they queue, and exchanges made by hand."""

from __future__ import annotations

from typing import Any

from agentconsole.connectors.api import Connector
from agentconsole.domain.commands import AddComment, Command, SetFields
from agentconsole.domain.projection import value_of
from agentconsole.domain.values import OutboxState, TicketId
from agentconsole.store.store import Store
from agentconsole.sync.pull import Puller
from agentconsole.sync.push import Pusher
from tests.support.desk import Desk

PEOPLE = {"ada": "101", "ben": "102", "cleo": "103"}


class Console:
    """Ben's console on *store*; or somebody else's."""

    def __init__(self, desk: Desk, store: Store, kind: str = "agentconsole", who: str = "ben") -> None:
        self.desk = desk
        self.store = store
        self.connect(kind, who)

    def connect(self, kind: str, who: str = "ben", token: str | None = None) -> None:
        """Begin a new session; nothing is sent yet."""
        self.connector: Connector = self.desk.connector(kind, who, token)
        self.puller = Puller(self.store, self.connector, clock=self.desk.time.instant)
        self.pusher = Pusher(self.store, self.connector, me=PEOPLE[who], clock=self.desk.time.instant)

    async def pull(self) -> dict[str, int]:
        """Sign in and pull; what was heard of that is forgotten."""
        await self.connector.identify()
        pulled = await self.puller.pull()
        self.desk.wire.take()
        return pulled

    async def push(self) -> int:
        return await self.pusher.push()

    def id(self, ref: str) -> TicketId:
        found = self.store.tickets.find(ref)
        assert found is not None
        return found

    def queue(self, ref: str, *commands: Command, not_before: int = 0) -> list[str]:
        """Queue *commands* for the ticket *ref*; returns their keys. A second passes."""
        ticket = self.id(ref)
        keys = self.store.outbox.queue(
            [(ticket, command) for command in commands], batch="batch", not_before=not_before
        ).result()
        self.desk.time.pass_(1)
        return keys

    def reply(self, ref: str, body: str, **values: Any) -> AddComment:
        """A public reply to what is in the store now."""
        last = self.store.tickets.last_comment(self.id(ref))
        return AddComment(
            body=body, public=True, last_seen=last.ref if last else None, values=values, base=self.seen(ref, values)
        )

    def setting(self, ref: str, **values: Any) -> SetFields:
        """New values for fields as they are in the store now, unsent changes included."""
        return SetFields(values=values, base=self.seen(ref, values))

    def seen(self, ref: str, names: Any) -> dict[str, Any]:
        record = self.store.tickets.projected(self.id(ref))
        assert record is not None
        return {name: value_of(record, name) for name in names}

    def state(self, key: str) -> OutboxState:
        entry = self.store.outbox.get(key)
        assert entry is not None
        return entry.state

    def reason(self, key: str) -> str:
        entry = self.store.outbox.get(key)
        assert entry is not None
        return entry.reason

    def shown(self, ref: str) -> list[str]:
        """The texts of the conversation as the window shows it."""
        detail = self.store.tickets.detail(self.id(ref))
        assert detail is not None
        return [comment.body for comment in detail.comments]
