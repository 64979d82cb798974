"""One unsent change in full: what it waits for, what it disagrees about, and where its words can go instead."""

from __future__ import annotations

from agentconsole.domain.commands import AddComment, Command, MergeTickets, Outgoing, SetFields
from agentconsole.domain.records import TicketRecord
from agentconsole.domain.rows import Choice
from agentconsole.domain.unsent import (
    UNSURE,
    Conflict,
    ConflictField,
    Gone,
    HeldReply,
    Rescue,
    Standing,
)
from agentconsole.domain.values import OutboxState, Ref, Status, TicketId
from agentconsole.store import driver
from agentconsole.store.chaining import last_word
from agentconsole.store.dueness import head
from agentconsole.store.entries import entries_of
from agentconsole.store.outbox_events import events_of
from agentconsole.store.projecting import decode_record
from agentconsole.store.queueing import hopeless
from agentconsole.store.reading import Readers
from agentconsole.store.telling import Teller, tags_text
from agentconsole.store.tickets import conversation, waiting_files
from agentconsole.store.withdrawing import WITHDRAWABLE, along_of

_MERGES_FOLLOWED = 10


class OutboxLooks:
    """Reads single changes of the table ``outbox`` with all that an agent needs to decide about them."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def standing(self, key: str) -> Standing | None:
        """Where the change *key* stands; None when it is not remembered."""
        with self._readers.snapshot() as db:
            entry = _entry(db, key)
            return None if entry is None else _standing(db, entry)

    def conflict(self, key: str) -> Conflict | None:
        """What the change *key* disagrees about; None when it is not in conflict."""
        with self._readers.snapshot() as db:
            entry = _entry(db, key)
            if entry is None or entry.state is not OutboxState.CONFLICT or not entry.conflicts:
                return None
            return _conflict(db, entry)

    def held(self, key: str, me: Ref | None) -> HeldReply | None:
        """The held reply *key* beside what others than *me* wrote since; None when it is not held."""
        with self._readers.snapshot() as db:
            entry = _entry(db, key)
            if entry is None or entry.state is not OutboxState.HELD or not isinstance(entry.command, AddComment):
                return None
            return _held(db, entry, entry.command, me)

    def rescue(self, key: str) -> Rescue | None:
        """Where the words of *key* can go; None when its ticket is not gone, or it has no words."""
        with self._readers.snapshot() as db:
            entry = _entry(db, key)
            if entry is None or entry.state not in WITHDRAWABLE or not isinstance(entry.command, AddComment):
                return None
            return _rescue(db, entry, entry.command)


def _standing(db: driver.Connection, entry: Outgoing) -> Standing:
    next_at = None
    waits_for = waits_for_key = ""
    if entry.state is OutboxState.UNKNOWN:
        next_at = entry.not_before
    elif entry.state is OutboxState.QUEUED:
        ahead = head(db, entry.ticket, entry)
        waits_for, waits_for_key = ahead.why, ahead.blocker
        if ahead.item is not None and ahead.item.key != entry.key:
            waits_for_key = ahead.item.key
            waits_for = f"an earlier change of this ticket: {Teller(db).text(ahead.item.command)}"
        elif not waits_for:
            next_at = entry.not_before
    stopped = entry.state in (OutboxState.HELD, OutboxState.CONFLICT, OutboxState.REFUSED)
    gone = _gone(db, entry)
    return Standing(
        key=entry.key,
        state=entry.state,
        reason=entry.reason,
        next_at=next_at,
        waits_for=waits_for,
        waits_for_key=waits_for_key,
        gone=gone,
        events=events_of(db, entry.key),
        can_retry=stopped and not hopeless(db, entry.command),
        can_edit=entry.state in WITHDRAWABLE,
        can_discard=entry.state in WITHDRAWABLE,
        can_decide=entry.state is OutboxState.CONFLICT and bool(entry.conflicts),
        can_rescue=gone is not None and entry.state in WITHDRAWABLE and isinstance(entry.command, AddComment),
    )


def _conflict(db: driver.Connection, entry: Outgoing) -> Conflict:
    ref, subject = _named(db, entry.ticket)
    teller = Teller(db)
    final = last_word(db, entry)
    fields = tuple(
        ConflictField(
            name=each.name,
            label=teller.label(each.name),
            base=each.base,
            mine=final.get(each.name, each.mine),
            theirs=each.theirs,
            base_text=teller.value(each.name, each.base),
            mine_text=teller.value(each.name, final.get(each.name, each.mine)),
            theirs_text=teller.value(each.name, each.theirs),
            who=each.who,
            at=each.at,
        )
        for each in entry.conflicts
    )
    command = entry.command
    contested = {each.name for each in fields}
    return Conflict(
        key=entry.key,
        ticket=entry.ticket,
        ref=ref,
        subject=subject,
        fields=fields,
        body=command.body if isinstance(command, AddComment) else "",
        public=command.public if isinstance(command, AddComment) else None,
        agreed=_beside(teller, command, contested),
    )


def _held(db: driver.Connection, entry: Outgoing, command: AddComment, me: Ref | None) -> HeldReply:
    ref, subject = _named(db, entry.ticket)
    record = _record(db, entry.ticket)
    said = conversation(db, entry.ticket, record.requester if record is not None else None)
    place = next((index for index, comment in enumerate(said) if comment.ref == command.last_seen), None)
    later = said[place + 1 :] if place is not None else [each for each in said if each.created_at > entry.queued_at]
    return HeldReply(
        key=entry.key,
        ticket=entry.ticket,
        ref=ref,
        subject=subject,
        body=command.body,
        public=command.public,
        queued_at=entry.queued_at,
        reason=entry.reason,
        files=waiting_files(db, command.attachments),
        seen=said[place] if place is not None else None,
        since=tuple(each for each in later if each.author_ref is not None and each.author_ref != me),
        certain=entry.cause != UNSURE,
    )


def _rescue(db: driver.Connection, entry: Outgoing, command: AddComment) -> Rescue | None:
    gone = _gone(db, entry)
    if gone is None:
        return None
    ref, subject = _named(db, entry.ticket)
    record = _record(db, entry.ticket)
    into = _merged_into(db, record) if gone is Gone.MERGED else None
    into_ref, into_subject = _named(db, into) if into is not None else ("", "")
    if into is None and record is not None and record.merged_into is not None:
        into_ref = record.merged_into
    requester = None
    if record is not None and record.requester is not None:
        row = db.execute("SELECT name, email FROM person WHERE ref = ?", (record.requester,)).fetchone()
        requester = Choice(
            ref=record.requester, title=row[0] if row else f"#{record.requester}", detail=(row[1] or "") if row else ""
        )
    in_doubt = entry.attempts > 0 and any(each.what == OutboxState.UNKNOWN for each in events_of(db, entry.key))
    return Rescue(
        key=entry.key,
        ticket=entry.ticket,
        ref=ref,
        subject=subject,
        gone=gone,
        body=command.body,
        public=command.public,
        along=along_of(db, command),
        into=into,
        into_ref=into_ref,
        into_subject=into_subject,
        requester=requester,
        can_readdress=into is not None,
        can_create=requester is not None,
        lost=Teller(db).changes(command.values, command.base),
        certain=entry.cause != UNSURE and not (gone is Gone.DELETED and in_doubt),
    )


def _beside(teller: Teller, command: Command, names: set[str]) -> str:
    """Say what *command* does to the ticket besides the fields *names* and its comment."""
    if not isinstance(command, SetFields | AddComment):
        return ""
    values = {name: value for name, value in command.values.items() if name not in names}
    parts = [teller.changes(values, command.base)] if values else []
    if isinstance(command, AddComment) and (command.add_tags or command.remove_tags):
        parts.append(tags_text(command.add_tags, command.remove_tags))
    return ", ".join(parts)


def _gone(db: driver.Connection, entry: Outgoing) -> Gone | None:
    """Say why *entry* can't reach its ticket any more, None when it can."""
    if isinstance(entry.command, MergeTickets) or entry.state in (OutboxState.SENT, OutboxState.WITHDRAWN):
        return None
    row = db.execute("SELECT ref, deleted FROM ticket WHERE id = ?", (entry.ticket,)).fetchone()
    if row is None or row[0] is None:
        return None
    record = _record(db, entry.ticket)
    if record is not None and record.merged_into is not None:
        return Gone.MERGED
    if row[1] or entry.cause == "missing":
        return Gone.DELETED
    return Gone.CLOSED if record is not None and record.status is Status.CLOSED else None


def _merged_into(db: driver.Connection, record: TicketRecord | None) -> TicketId | None:
    """Return the ticket that *record* has been merged into, and that one in turn; None when it is not known here."""
    for _ in range(_MERGES_FOLLOWED):
        if record is None or record.merged_into is None:
            return None
        row = db.execute("SELECT id, deleted FROM ticket WHERE ref = ?", (record.merged_into,)).fetchone()
        if row is None or row[1]:
            return None
        ticket = int(row[0])
        record = _record(db, ticket)
        if record is None or record.merged_into is None:
            return ticket if record is not None and record.status is not Status.CLOSED else None
    return None


def _record(db: driver.Connection, ticket: TicketId) -> TicketRecord | None:
    row = db.execute("SELECT record FROM ticket_record WHERE ticket = ?", (ticket,)).fetchone()
    return None if row is None else decode_record(row[0])


def _named(db: driver.Connection, ticket: TicketId) -> tuple[Ref, str]:
    row = db.execute("SELECT coalesce(ref, ''), subject FROM ticket WHERE id = ?", (ticket,)).fetchone()
    return ("", "") if row is None else (row[0], row[1])


def _entry(db: driver.Connection, key: str) -> Outgoing | None:
    return next(iter(entries_of(db, [key])), None)
