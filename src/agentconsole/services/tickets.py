"""One ticket in full, and everything an agent does to tickets.

A change is committed to the outbox before the call returns, with the values it was made against; whatever needs the
network is asked of the sync engine and fails with a :class:`~agentconsole.connectors.api.ConnectorError`.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from agentconsole.connectors.api import Unreachable
from agentconsole.domain.capabilities import EVERYTHING, Capabilities, lack_of
from agentconsole.domain.commands import (
    SETTABLE,
    AddComment,
    ChangeTags,
    Command,
    CreateTicket,
    MergeTickets,
    SetFields,
)
from agentconsole.domain.instant import SECOND, Instant
from agentconsole.domain.macros import effect
from agentconsole.domain.projection import value_of
from agentconsole.domain.records import (
    ArticleRecord,
    AttachmentRecord,
    FieldRecord,
    Page,
    Presence,
    StatusHistory,
    TicketRecord,
)
from agentconsole.domain.rows import Choice, HistoryRow, MacroEffect, Me, TicketDetail
from agentconsole.domain.values import Priority, Ref, Role, Status, TicketId
from agentconsole.services.attachments import AttachmentService
from agentconsole.store.errors import ArchivedStore
from agentconsole.store.store import Store
from agentconsole.sync.engine import SyncEngine


class NotAllowed(Exception):
    """The signed-in person may read and not write; nothing was queued."""

    title = "You can read, but not change tickets"
    advice = "Your role is read-only. Ask an administrator of the help desk for an agent's seat."


MOST_FILES = 2 * 1024**3
"""Bytes of attachments that are kept here unless the settings (``attachments.most_bytes``) say otherwise."""


class InvalidChange(Exception):
    """A change that no help desk could accept: an unknown field or value. Nothing was queued."""

    title = "This can't be set"
    advice = "Check the field's name and its value."


class TicketClosed(InvalidChange):
    """The help desk takes no change of a closed ticket. Nothing was queued."""

    title = "Closed tickets can't be changed"
    advice = "Open a follow-up ticket: “Follow up” in the window, or `agentconsole reply ID --follow-up --text …`."


class NotOffered(InvalidChange):
    """This kind of help desk has no such thing; the title says what it lacks."""

    advice = "Nothing was changed. Help → What your help desk offers… lists what else it lacks."

    def __init__(self, lack: str) -> None:
        super().__init__(lack)
        self.title = lack


class CantClose(InvalidChange):
    """A ticket can't be closed, or not yet. Nothing was queued."""

    title = "This ticket can't be closed"
    advice = "Solve it first. Where a help desk closes tickets itself, it does so some days after they were solved."


class TicketService:
    """See :class:`agentconsole.services.api.Tickets`."""

    def __init__(
        self,
        store: Store,
        engine: SyncEngine | None,
        me: Callable[[], Me | None],
        now: Callable[[], Instant],
        most_files: Callable[[], int] = lambda: MOST_FILES,
        opened: Callable[[TicketId], None] = lambda _ticket: None,
        offers: Callable[[], Capabilities] | None = None,
    ) -> None:
        """*most_files* is how many bytes of attachments are kept here; *opened* hears which ticket is on a screen.

        *offers* is what the help desk offers; without it, what *engine* knows once it was reached.
        """
        self._offers = offers or (lambda: (engine.capabilities() if engine else None) or EVERYTHING)
        self._opened = opened
        self._store = store
        self._engine = engine
        self.attachments = AttachmentService(store, self._online, most_files)
        self._me = me
        self._now = now

    def detail(self, ticket: TicketId) -> TicketDetail | None:
        return self._store.tickets.detail(ticket)

    def find(self, ref: str) -> TicketId | None:
        return self._store.tickets.find(ref)

    async def mark_seen(self, ticket: TicketId) -> None:
        await asyncio.wrap_future(self._store.tickets.mark_seen(ticket, self._now()))

    async def set_fields(
        self, tickets: Sequence[TicketId], values: dict[str, Any], initiator: str = "agent", *, delay: int = 0
    ) -> str:
        self._may_write()
        checked = self._with_closing(values)
        # a bulk edit reads thousands of tickets: not on the loop that paints
        items = await asyncio.to_thread(self._settings, tickets, checked)
        return await self._queue(items, initiator=initiator, not_before=self._after(delay))

    def no_closing(self) -> str:
        return self.lack("closing")

    def lack(self, name: str) -> str:
        return self._offers().lack(name)

    async def change_tags(
        self,
        tickets: Sequence[TicketId],
        add: Sequence[str],
        remove: Sequence[str],
        initiator: str = "agent",
        *,
        delay: int = 0,
    ) -> str:
        self._may_write()
        await asyncio.to_thread(self._refuse_closed, tickets)
        command = ChangeTags(add=tuple(add), remove=tuple(remove))
        items = [(ticket, command) for ticket in tickets]
        return await self._queue(items, initiator=initiator, not_before=self._after(delay))

    async def set_and_tag(
        self, ticket: TicketId, values: dict[str, Any], add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> str:
        """Queue new field values and tags of one ticket as one batch; returns its key."""
        self._may_write()
        checked = {name: checked_value(name, value) for name, value in values.items()}
        items = await asyncio.to_thread(self._settings, [ticket], checked)
        if add or remove:
            items.append((ticket, ChangeTags(add=tuple(add), remove=tuple(remove))))
        return await self._queue(items, initiator="agent")

    async def record(
        self,
        ticket: TicketId,
        notes: Sequence[str],
        *,
        values: dict[str, Any] | None = None,
        add_tags: Sequence[str] = (),
    ) -> str:
        """Queue internal *notes* that the console composed, as one batch; undone, they become no draft.

        The first of them sets *values* and adds *add_tags*. Returns the batch key.
        """
        self._may_write()
        checked = {name: checked_value(name, value) for name, value in (values or {}).items()}
        await asyncio.to_thread(self._refuse_closed, [ticket])
        base = await asyncio.to_thread(self._base, ticket, checked)
        commands = [
            AddComment(
                body=body,
                public=False,
                values={} if number else checked,
                base={} if number else base,
                add_tags=() if number else tuple(add_tags),
                record=True,
            )
            for number, body in enumerate(notes)
        ]
        return await self._queue([(ticket, command) for command in commands], initiator="agent")

    async def comment(
        self,
        ticket: TicketId,
        body: str,
        *,
        public: bool,
        values: dict[str, Any] | None = None,
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
        files: Sequence[Path] = (),
        kept: Sequence[str] = (),
        macro: Ref | None = None,
        last_seen: Ref = "",
        delay: int = 0,
        drop_draft: bool = False,
        initiator: str = "agent",
    ) -> str:
        self._may_write()
        checked = {name: checked_value(name, value) for name, value in (values or {}).items()}
        self._refuse_closed([ticket])
        last = None if last_seen else self._store.tickets.last_comment(ticket)
        copied = [await asyncio.to_thread(self._store.files.keep, path) for path in files]
        command = AddComment(
            body=body,
            public=public,
            last_seen=last_seen or (last.ref if last else None),
            attachments=(*kept, *copied),
            values=checked,
            base=self._base(ticket, checked),
            add_tags=tuple(add_tags),
            remove_tags=tuple(remove_tags),
            macro=macro,
        )
        not_before = self._after(delay)
        return await self._queue(
            [(ticket, command)],
            initiator=initiator,
            not_before=not_before,
            drop_draft_of=ticket if drop_draft else None,
        )

    async def create(
        self,
        subject: str,
        body: str,
        *,
        requester: Ref | None,
        values: dict[str, Any],
        tags: Sequence[str] = (),
        public: bool = True,
        requester_name: str = "",
        requester_email: str = "",
        follows: Ref | None = None,
        delay: int = 0,
    ) -> TicketId:
        self._may_write()
        checked = {name: checked_value(name, value) for name, value in values.items()}
        command = CreateTicket(
            subject=subject,
            body=body,
            public=public,
            requester=requester,
            requester_name="" if requester else requester_name,
            requester_email="" if requester else requester_email,
            values=checked,
            tags=tuple(tags),
            follows=follows,
        )
        self._refuse_lacking([command])
        not_before = self._after(delay)
        created = await asyncio.wrap_future(
            self._store.outbox.create(command, batch=_new_batch(), not_before=not_before)
        )
        self._nudge()
        return created

    async def merge(self, source: TicketId, into: TicketId, *, delay: int = 0) -> str:
        self._may_write()
        if source == into:
            raise InvalidChange("A ticket can't be merged into itself.")
        self._refuse_closed([source, into])
        not_before = self._after(delay)
        return await self._queue([(source, MergeTickets(into=into))], initiator="agent", not_before=not_before)

    async def undo(self, batch: str) -> int:
        return await asyncio.wrap_future(self._store.outbox.withdraw(batch=batch))

    def agents(self) -> tuple[Choice, ...]:
        return self._store.people.agents()

    def groups(self) -> tuple[Choice, ...]:
        return self._store.people.groups()

    def fields(self) -> tuple[FieldRecord, ...]:
        return self._store.people.fields()

    def macros(self) -> tuple[Choice, ...]:
        return self._store.people.macros()

    def macro_effect(self, ticket: TicketId, macro: Ref) -> MacroEffect | None:
        found, detail = self._store.people.macro(macro), self._store.tickets.detail(ticket)
        if found is None or detail is None:
            return None
        return effect(found, detail, self._me())

    async def refresh(self, ticket: TicketId) -> None:
        ref = self._store.tickets.ref_of(ticket)
        if ref is None:
            return
        page = await asyncio.wrap_future(self._online().call(lambda desk: desk.ticket(ref)))
        await asyncio.wrap_future(self._store.pages.apply(page))

    async def history(self, ticket: TicketId) -> tuple[HistoryRow, ...]:
        ref = self._store.tickets.ref_of(ticket)
        if ref is None:
            return ()
        rows = await asyncio.wrap_future(self._online().call(lambda desk: desk.history(ref)))
        known = self._store.tickets.confirmed(ticket)
        told = tuple((row.at, row.status) for row in rows if row.status is not None)
        if known is not None and told and told[-1][1] is known.status:
            # the clocks of its targets stood still in some of them
            begins = () if told[0][0] <= known.created_at + SECOND else ((known.created_at, Status.NEW),)
            history = StatusHistory(ticket=ref, changes=(*begins, *told))
            await asyncio.wrap_future(self._store.pages.apply(Page(histories=(history,))))
        return rows

    async def articles(self, ticket: TicketId) -> tuple[ArticleRecord, ...]:
        detail = self._store.tickets.detail(ticket)
        if detail is None:
            return ()
        return await asyncio.wrap_future(self._online().call(lambda desk: desk.articles(detail.subject)))

    async def open_attachment(
        self, attachment: AttachmentRecord, progress: Callable[[int], None] | None = None
    ) -> Path:
        return await self.attachments.open(attachment, progress)

    async def save_attachment(
        self, attachment: AttachmentRecord, target: Path, progress: Callable[[int], None] | None = None
    ) -> Path:
        return await self.attachments.save(attachment, target, progress)

    def presence(self, ticket: TicketId) -> tuple[Presence, ...]:
        ref = self._store.tickets.ref_of(ticket)
        return self._engine.presence(ref) if self._engine and ref else ()

    def announce(self, ticket: TicketId | None, mode: str = "viewing") -> None:
        if ticket is not None:
            self._opened(ticket)
        if self._engine:
            self._engine.announce(self._store.tickets.ref_of(ticket) if ticket is not None else None, mode)

    def _may_write(self) -> None:
        me = self._me()
        if me and me.archive:
            raise ArchivedStore
        if me and me.role == Role.REVIEWER:
            raise NotAllowed(NotAllowed.title)

    def _with_closing(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return *values* as commands carry them; unlike anywhere else the status may be "closed"."""
        if values.get("status") != Status.CLOSED:
            return {name: checked_value(name, value) for name, value in values.items()}
        if refusal := self.no_closing():
            raise CantClose(refusal)
        if len(values) > 1:
            raise InvalidChange("Closing a ticket is a change of its own: set the other fields before.")
        return {"status": str(Status.CLOSED)}

    def _online(self) -> SyncEngine:
        if self._engine is None:
            raise Unreachable
        return self._engine

    def _base(self, ticket: TicketId, values: dict[str, Any]) -> dict[str, Any]:
        """Return what the agent sees now in the fields that *values* names."""
        seen = self._store.tickets.projected(ticket)
        return {name: value_of(seen, name) for name in values} if seen else {}

    def _refuse_closed(self, tickets: Sequence[TicketId]) -> None:
        _refuse_closed(self._store.tickets.projected_all(tickets).values())

    def _settings(self, tickets: Sequence[TicketId], values: dict[str, Any]) -> list[tuple[TicketId, Command]]:
        """Return what is left to set on each of *tickets*, against what the agent sees now."""
        seen = self._store.tickets.projected_all(tickets)
        _refuse_closed(seen.values())
        if values.get("status") == Status.CLOSED and any(each.status is not Status.SOLVED for each in seen.values()):
            raise CantClose("Only a solved ticket can be closed.")
        items: list[tuple[TicketId, Command]] = []
        for ticket in tickets:
            record = seen.get(ticket)
            base = {name: value_of(record, name) for name in values} if record else {}
            fresh = {name: value for name, value in values.items() if base.get(name) != value}
            if fresh:
                items.append((ticket, SetFields(values=fresh, base={name: base.get(name) for name in fresh})))
        return items

    def _refuse_lacking(self, commands: Sequence[Command]) -> None:
        """Raise NotOffered for what this help desk can't carry out: it would only come back refused."""
        offers = self._offers()
        for command in commands:
            if lack := lack_of(command, offers):
                raise NotOffered(lack)

    async def _queue(
        self,
        items: Sequence[tuple[TicketId, Command]],
        *,
        initiator: str,
        not_before: Instant = 0,
        drop_draft_of: TicketId | None = None,
    ) -> str:
        self._refuse_lacking([command for _, command in items])
        batch = _new_batch()
        if items:
            await asyncio.wrap_future(
                self._store.outbox.queue(
                    items,
                    batch=batch,
                    not_before=not_before,
                    initiator=initiator,
                    drop_draft_of=drop_draft_of,
                )
            )
            self._nudge()
        return batch

    def _after(self, delay: int) -> Instant:
        """When *delay* microseconds have passed, by the help desk's clock; 0 for at once."""
        return self._now() + delay if delay else 0

    def _nudge(self) -> None:
        if self._engine:
            self._engine.nudge()


def _refuse_closed(seen: Iterable[TicketRecord]) -> None:
    if any(record.status is Status.CLOSED for record in seen):
        raise TicketClosed(f"{TicketClosed.title}; a new reply needs a follow-up ticket.")


def _new_batch() -> str:
    return secrets.token_hex(8)


def checked_value(name: str, value: Any) -> Any:
    """Return *value* as the field *name* carries it; InvalidChange where no help desk could accept it."""
    if name.startswith("field:"):
        return value
    if name not in SETTABLE:
        raise InvalidChange(f"{name!r} is not a field. Fields are: {', '.join(SETTABLE)}, and field:ID for your own.")
    if name == "subject" and not str(value or "").strip():
        raise InvalidChange("A ticket needs a subject.")
    if name == "status" and value == Status.CLOSED:
        raise InvalidChange("Closed is final and follows solved, in a step of its own; solve the ticket first.")
    if name == "status" and value not in tuple(Status):
        raise InvalidChange(f"{value!r} is not a status. Statuses are: {', '.join(Status)}.")
    if name == "priority" and value is not None and value not in tuple(Priority):
        raise InvalidChange(f"{value!r} is not a priority. Priorities are: {', '.join(Priority)}, or none.")
    return str(value) if isinstance(value, Status | Priority) else value
