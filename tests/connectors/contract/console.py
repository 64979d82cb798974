"""An agent's console without a window at a help desk under test: the real store, pull and push."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agentconsole.connectors.api import Connector
from agentconsole.domain.commands import AddComment, Command, SetFields
from agentconsole.domain.projection import value_of
from agentconsole.domain.records import TicketRecord
from agentconsole.domain.rows import TicketDetail
from agentconsole.domain.values import OutboxState, Ref, TicketId
from agentconsole.store.store import Store
from agentconsole.sync.pull import Puller
from agentconsole.sync.push import Pusher
from tests.connectors.contract.harness import ContractDesk


class Console:
    """The agent's console at *desk* with what it keeps in *store*."""

    def __init__(self, desk: ContractDesk, store: Store) -> None:
        self.desk = desk
        self.store = store
        self.connect()

    def connect(self, connector: Connector | None = None) -> None:
        """Begin a new session, as after a start of the program; nothing is sent yet."""
        self.connector = connector or self.desk.connector()
        self.puller = Puller(self.store, self.connector, clock=self.desk.now)
        self.pusher = Pusher(self.store, self.connector, me=self.desk.cast.me, clock=self.desk.now)

    async def pull(self) -> dict[str, int]:
        """Sign in and pull. Enough time passes before that nothing is too new to be told."""
        await self.desk.pass_time(120)
        await self.connector.identify()
        return await self.puller.pull()

    async def push(self) -> int:
        """Send what is due."""
        return await self.pusher.push()

    def id(self, ref: Ref) -> TicketId:
        found = self.store.tickets.find(ref)
        assert found is not None, f"ticket {ref} never arrived"
        return found

    def record(self, ref: Ref) -> TicketRecord:
        """The ticket as the help desk last described it."""
        found = self.store.tickets.confirmed(self.id(ref))
        assert found is not None
        return found

    def detail(self, ref: Ref) -> TicketDetail:
        """The ticket as the window shows it."""
        found = self.store.tickets.detail(self.id(ref))
        assert found is not None
        return found

    def shown(self, ref: Ref) -> list[tuple[bool, str]]:
        """The conversation as the window shows it: public, text."""
        return [(comment.public, comment.body.strip()) for comment in self.detail(ref).comments]

    async def queue(self, ref: Ref, *commands: Command) -> list[str]:
        """Queue *commands* for the ticket *ref*; returns their keys. A second passes."""
        ticket = self.id(ref)
        keys = self.store.outbox.queue([(ticket, each) for each in commands], batch="batch").result()
        await self.desk.pass_time(1)
        return keys

    async def do(self, ref: Ref, *commands: Command) -> list[str]:
        """Queue *commands* and send them; returns their keys."""
        keys = await self.queue(ref, *commands)
        await self.push()
        return keys

    def reply(
        self, ref: Ref, body: str, *, public: bool = True, files: tuple[str, ...] = (), **values: Any
    ) -> AddComment:
        """A comment on what is in the store now."""
        last = self.store.tickets.last_comment(self.id(ref))
        return AddComment(
            body=body,
            public=public,
            last_seen=last.ref if last else None,
            attachments=files,
            values=values,
            base=self.seen(ref, values),
        )

    def setting(self, ref: Ref, **values: Any) -> SetFields:
        """New values for fields as they are in the store now, unsent changes included."""
        return SetFields(values=values, base=self.seen(ref, values))

    def seen(self, ref: Ref, names: Any) -> dict[str, Any]:
        record = self.store.tickets.projected(self.id(ref))
        assert record is not None
        return {name: value_of(record, name) for name in names}

    def keep_file(self, path: Path, content: bytes) -> str:
        """Copy a file that is to go with a comment; returns its key."""
        path.write_bytes(content)
        return self.store.files.keep(path)

    def state(self, key: str) -> OutboxState:
        entry = self.store.outbox.get(key)
        assert entry is not None
        return entry.state

    def reason(self, key: str) -> str:
        entry = self.store.outbox.get(key)
        assert entry is not None
        return entry.reason
