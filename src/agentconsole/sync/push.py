"""Send what waits in the outbox.

Per ticket in the order in which it was queued, tickets side by side. Every command ends an attempt in one of these
ways, and in none of them is it lost or sent twice:

- accepted: its receipt is stored and the command is done;
- never answered: *unknown*, and settled by a look before anything else of that ticket is sent;
- in conflict with what somebody else decided, or stale: *conflict* or *held*, for a person to decide;
- refused: kept, with the help desk's reason;
- not sent, for a reason that passes (no connection, too many requests, no valid sign-in): as before, and the whole
  push stops there. What was never answered stays *unknown* then, for a request that was not there when somebody looked
  may still be on its way.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from agentconsole.connectors.api import (
    Connector,
    ConnectorError,
    Forbidden,
    Missing,
    Outdated,
    RateLimited,
    Receipt,
    Refused,
    Send,
    Unanswered,
    Unsupported,
    UploadLost,
)
from agentconsole.domain.commands import (
    AddComment,
    ChangeTags,
    Command,
    CreateTicket,
    MergeTickets,
    Outgoing,
    SetFields,
)
from agentconsole.domain.instant import SECOND, Instant
from agentconsole.domain.merging import FieldConflict
from agentconsole.domain.records import CommentRecord, Page, TicketRecord
from agentconsole.domain.unsent import UNSURE
from agentconsole.domain.values import OutboxState, Ref, TicketId
from agentconsole.store.errors import StoreError
from agentconsole.store.store import Store
from agentconsole.sync.guards import rebased, written_since
from agentconsole.sync.uploading import Uploading
from agentconsole.sync.wording import decision_asked, who_wrote

AT_ONCE = 200
"""How many commands are looked at in one go."""

SIDE_BY_SIDE = 4
"""Tickets that are pushed at the same time."""

ATTEMPTS = 5
"""How often one command may meet a ticket that has just changed before it waits a while."""

LOST_ANSWERS = 3
"""How often one command is sent anew in one push because its answer was lost and it turned out not to have arrived."""

FORBIDDEN_LOOKS = 3
"""How often a look whether a command arrived may be forbidden before a person has to decide."""

MAY_HAVE_ARRIVED = "It may have arrived. Look at the ticket, then send it again or discard it."

PAUSE = 30 * SECOND

_FOR_PEOPLE = (Refused, Forbidden, Missing, Unsupported)
"""What trying again will not change."""


def has_work(store: Store, now: Instant) -> bool:
    """Say whether anything could be sent or settled at *now* (the help desk's time).

    What is under way counts: it may have been left behind by a process that died.
    """
    return store.outbox.under_way() > 0 or bool(store.outbox.heads(now, 1))


def next_due_at(store: Store) -> Instant | None:
    """When there is next something to send or to settle, None when there will be nothing by itself."""
    return store.outbox.next_due_at()


class Pusher:
    """Pushes from one store to one connector. *me* is the ref of who is signed in; *clock* the help desk's time."""

    def __init__(self, store: Store, connector: Connector, *, me: Ref, clock: Callable[[], Instant]) -> None:
        self._store = store
        self._connector = connector
        self._me = me
        self._clock = clock
        self._uploading = Uploading(store, connector, clock)
        self._gate = asyncio.Semaphore(SIDE_BY_SIDE)
        self._halt: ConnectorError | None = None
        self._trouble: ConnectorError | None = None
        self._paused: set[TicketId] = set()
        self._lost: Counter[str] = Counter()
        self._in_doubt: set[str] = set()
        self._unseen: Counter[str] = Counter()
        self._sent = 0

    async def push(self, sending: Callable[[], None] = lambda: None) -> int:
        """Send all that is due; returns how many commands were accepted.

        The caller sees to it that nobody else sends from this store meanwhile: what still counts as under way was left
        behind by somebody who ended, and is looked for. *sending* is called once there is something. Raises the
        ConnectorError that keeps the rest from being sent, or a StoreError.
        """
        self._halt = self._trouble = None
        self._sent = 0
        self._paused.clear()
        self._lost.clear()
        self._in_doubt.clear()
        await asyncio.wrap_future(self._store.outbox.recover())
        while tickets := self._waiting():
            sending()
            ended = await asyncio.gather(*map(self._push_ticket, tickets), return_exceptions=True)
            for error in (*ended, self._halt):
                if error is not None:
                    raise error
        if self._trouble is not None:
            raise self._trouble
        return self._sent

    @property
    def sent(self) -> int:
        """How many commands the running or last push brought home."""
        return self._sent

    def _waiting(self) -> list[TicketId]:
        """The tickets of which something is unsettled or due, those first that have waited for longest."""
        heads = self._store.outbox.heads(self._clock(), AT_ONCE + len(self._paused))
        return [item.ticket for item in heads if item.ticket not in self._paused]

    async def _push_ticket(self, ticket: TicketId) -> None:
        """Push what waits for one ticket, up to the first command that is not accepted.

        What may go on without that one is decided by the outbox, which is asked again afterwards. Each command is read
        just before it goes: the answer to the one before may have changed what it stands on.
        """
        async with self._gate:
            while self._halt is None and ticket not in self._paused:
                item = self._store.outbox.head_of(ticket, self._clock())
                if item is None or not await self._push_one(item):
                    return

    async def _push_one(self, item: Outgoing) -> bool:
        """Bring one command as far as it goes now; True when the help desk has it."""
        try:
            if item.state is OutboxState.UNKNOWN:
                self._in_doubt.add(item.key)
                if await self._settle(item):
                    return True
                if self._halt is not None or item.ticket in self._paused:
                    return False
            return await self._deliver(item)
        except (Outdated, UploadLost) as error:
            self._paused.add(item.ticket)
            await self._mark(item, self._as_before(item), why=str(error), not_before=self._clock() + PAUSE)
        except Unanswered as error:
            await self._mark(item, OutboxState.UNKNOWN, reason=str(error))
            self._lost[item.key] += 1
            if self._lost[item.key] >= LOST_ANSWERS:
                self._paused.add(item.ticket)
                self._trouble = error
        except RateLimited as error:
            until = self._clock() + int(error.retry_after * SECOND)
            await self._mark(item, self._as_before(item), why=str(error), not_before=until)
            if error.one_ticket:
                self._paused.add(item.ticket)
            else:
                self._halt = error
        except _FOR_PEOPLE as error:
            cause = await self._cause(item, error)
            await self._mark(item, OutboxState.REFUSED, reason=str(error), cause=cause)
        except ConnectorError as error:
            await self._mark(item, self._as_before(item), why=str(error))
            self._halt = error
        except OSError as error:
            reason = f"An attached file can't be read: {error.strerror or error}."
            await self._mark(item, OutboxState.REFUSED, reason=reason, cause="file")
        except Exception:
            # the help desk may have heard it before our own disk, or we ourselves, failed
            await self._doubt(item)
            raise
        return False

    async def _cause(self, item: Outgoing, error: ConnectorError) -> str:
        """Why *item* was refused, in a word for programs; of a ticket that is closed now, the rest is fetched."""
        if isinstance(error, Missing):
            return "missing"
        if isinstance(error, Forbidden):
            return "forbidden"
        if not isinstance(error, Refused) or "closed" not in str(error).lower():
            return ""
        with contextlib.suppress(ConnectorError, StoreError):
            # it may have been merged into another one, which can take the words
            await self._fetch(item)
        return "closed"

    async def _doubt(self, item: Outgoing) -> None:
        """Have *item* looked for, if it is under way. Where that can't be noted, the next push finds it out."""
        with contextlib.suppress(StoreError):
            entry = self._store.outbox.get(item.key)
            if entry is not None and entry.state is OutboxState.SENDING:
                await self._mark(item, OutboxState.UNKNOWN, reason="The console failed while it was sending this.")

    def _as_before(self, item: Outgoing) -> OutboxState:
        """What a command is that was not sent now: one of which an earlier request may yet arrive stays unknown."""
        return OutboxState.UNKNOWN if item.key in self._in_doubt else OutboxState.QUEUED

    async def _settle(self, item: Outgoing) -> bool:
        """Find out what became of a command that was never answered; True when it had arrived.

        While that can't be found out, nothing of its ticket is sent.
        """
        try:
            receipt = await self._connector.settle(self._send_of(item, item.command, self._confirmed(item)))
        except (Missing, Refused):
            raise
        except (Forbidden, Unsupported) as error:
            self._paused.add(item.ticket)
            self._unseen[item.key] += 1
            if self._unseen[item.key] >= FORBIDDEN_LOOKS:
                await self._mark(item, OutboxState.HELD, reason=MAY_HAVE_ARRIVED, cause=UNSURE)
            else:
                reason = f"Nobody can say whether this arrived. {error}"
                await self._mark(item, OutboxState.UNKNOWN, reason=reason, not_before=self._clock() + PAUSE)
            return False
        except ConnectorError as error:
            await self._mark(item, OutboxState.UNKNOWN, reason=str(error))
            self._halt = error
            return False
        if receipt is None:
            return False
        await self._accept(item, receipt)
        return True

    async def _deliver(self, item: Outgoing) -> bool:
        """Send one command, after every look that has to come before; True when the help desk has it."""
        was_tried = item.attempts > 0
        current = self._confirmed(item)
        page: Page | None = None
        for attempt in range(1, ATTEMPTS + 1):
            if page is None and self._must_look(item, current):
                page = await self._fetch(item)
            if page is not None:
                current = page.tickets[0]
                if was_tried and any(comment.key == item.key for comment in page.comments):
                    # an earlier attempt, said not to have arrived, was only late
                    await self._accept(item, Receipt(ticket=current.ref, page=page))
                    return True
                news = self._news(item, page)
                if news:
                    await self._mark(item, OutboxState.HELD, reason=who_wrote(news, page.people))
                    return False
            command, conflicts = (item.command, ()) if current is None else rebased(item.command, current)
            if conflicts:
                conflicts = await self._told_by_whom(item, conflicts)
                reason = decision_asked(conflicts, self._store.people)
                await self._mark(item, OutboxState.CONFLICT, reason=reason, conflicts=conflicts)
                return False
            if command is None and current is not None:
                await self._accept(item, Receipt(ticket=current.ref, page=Page()))
                return True
            assert command is not None
            tokens = await self._uploading.bring(item.key, _files_of(command))
            guard = current if was_tried or _changes_fields(command) or self._is_guarded(item) else None
            if not await self._mark(item, OutboxState.SENDING, attempted=True):
                return False  # withdrawn just now, or taken by another process
            try:
                receipt = await self._connector.send(self._send_of(item, command, guard, tokens))
            except UploadLost:
                await self._mark(item, self._as_before(item))
                await self._uploading.forget(item.key)
                if attempt == ATTEMPTS:
                    raise
            except Outdated:
                # what made the ticket newer may have been our own attempt whose answer was lost
                if was_tried:
                    self._in_doubt.add(item.key)
                await self._mark(item, self._as_before(item))
                if was_tried:
                    if await self._settle(item):
                        return True
                    if self._halt is not None or item.ticket in self._paused:
                        return False
                if attempt == ATTEMPTS:
                    raise
                page = await self._fetch(item)
            else:
                await self._accept(item, receipt)
                return True
        raise AssertionError("the last attempt returns or raises")

    def _must_look(self, item: Outgoing, current: TicketRecord | None) -> bool:
        if isinstance(item.command, CreateTicket):
            return False
        if current is None or self._is_guarded(item):
            return True
        if item.attempts > 0 and isinstance(item.command, AddComment):
            return True
        return not self._connector.capabilities.safe_update and _changes_fields(item.command)

    @staticmethod
    def _is_guarded(item: Outgoing) -> bool:
        """Say whether *item* is a reply that must not go out when the conversation has moved on."""
        command = item.command
        return isinstance(command, AddComment) and command.public and not command.send_anyway

    def _news(self, item: Outgoing, page: Page) -> tuple[CommentRecord, ...]:
        command = item.command
        if not isinstance(command, AddComment) or not self._is_guarded(item):
            return ()
        return written_since(page.comments, command.last_seen, item.queued_at, self._me)

    async def _fetch(self, item: Outgoing) -> Page:
        """Fetch the ticket of *item* as it is now, and keep it."""
        ref = self._store.tickets.ref_of(item.ticket)
        if ref is None:
            raise Refused("The ticket is not at the help desk yet.")
        page = await self._connector.ticket(ref)
        await asyncio.wrap_future(self._store.pages.apply(page))
        return page

    def _confirmed(self, item: Outgoing) -> TicketRecord | None:
        return None if isinstance(item.command, CreateTicket) else self._store.tickets.confirmed(item.ticket)

    def _send_of(
        self, item: Outgoing, command: Command, current: TicketRecord | None, tokens: tuple[str, ...] = ()
    ) -> Send:
        is_creation = isinstance(command, CreateTicket)
        return Send(
            key=item.key,
            command=command,
            ticket=None if is_creation else self._store.tickets.ref_of(item.ticket),
            current=current,
            into=self._store.tickets.ref_of(command.into) if isinstance(command, MergeTickets) else None,
            uploads=tokens,
            claimed=self._store.outbox.claimed(item.ticket, item.key),
            queued_at=item.queued_at,
        )

    async def _told_by_whom(self, item: Outgoing, conflicts: Sequence[FieldConflict]) -> tuple[FieldConflict, ...]:
        """*conflicts* with who changed each field last and when, where the help desk tells."""
        ref = self._store.tickets.ref_of(item.ticket)
        if ref is None or not self._connector.capabilities.history:
            return tuple(conflicts)
        try:
            rows = await self._connector.history(ref)
        except ConnectorError:
            return tuple(conflicts)
        last = {name: row for row in rows for name in row.changed}
        return tuple(
            msgspec.structs.replace(each, who=last[each.name].who, at=last[each.name].at) if each.name in last else each
            for each in conflicts
        )

    async def _accept(self, item: Outgoing, receipt: Receipt) -> None:
        await asyncio.wrap_future(
            self._store.outbox.accept(
                item.key,
                receipt.ticket,
                receipt.page,
                comment=receipt.comment,
                after=receipt.after,
                touched=receipt.touched,
            )
        )
        self._sent += 1

    async def _mark(self, item: Outgoing, state: OutboxState, **values: Any) -> bool:
        return await asyncio.wrap_future(self._store.outbox.mark(item.key, state, **values))


def _files_of(command: Command) -> tuple[str, ...]:
    """The keys of the kept files that go with *command*."""
    return command.attachments if isinstance(command, AddComment | CreateTicket) else ()


def _changes_fields(command: Command) -> bool:
    match command:
        case SetFields() | ChangeTags():
            return True
        case AddComment(values=values, add_tags=added, remove_tags=removed):
            return bool(values or added or removed)
        case _:
            return False
