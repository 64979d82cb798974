"""One ticket in full."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple

import msgspec

from agentconsole.domain.commands import AddComment, CreateTicket, decode_command
from agentconsole.domain.instant import Instant
from agentconsole.domain.records import AttachmentRecord, OrganizationRecord, PersonRecord, TicketRecord
from agentconsole.domain.rows import CommentRow, TicketDetail, TicketTarget, WaitingChange
from agentconsole.domain.values import OutboxState, Ref, TicketId
from agentconsole.store import driver
from agentconsole.store.conversing import AS_SAID, AS_SAID_BACKWARDS, decode_files, span
from agentconsole.store.projecting import WAITING_SQL, decode_record, projected_record, projected_records
from agentconsole.store.reading import Readers
from agentconsole.store.standing import standing_for
from agentconsole.store.target_rows import computed_targets
from agentconsole.store.telling import Teller
from agentconsole.store.writer import Transaction, Urgency, Writer

decode_person = msgspec.json.Decoder(PersonRecord).decode
decode_organization = msgspec.json.Decoder(OrganizationRecord).decode


class LastComment(NamedTuple):
    """The newest confirmed comment of a ticket."""

    ref: Ref
    public: bool
    author: Ref | None
    created_at: Instant


class TicketReads:
    """Reads single tickets by their local id, also by one that turned out to be another's."""

    def __init__(self, readers: Readers, writer: Writer) -> None:
        self._readers = readers
        self._writer = writer

    def detail(self, ticket: TicketId) -> TicketDetail | None:
        """Everything the ticket pane shows, as of one moment; None for a ticket that is not there (any more)."""
        with self._readers.snapshot() as db:
            return _detail(db, standing_for(db, ticket))

    def find(self, ref: str) -> TicketId | None:
        """The local id of the help desk's number *ref*."""
        with self._readers.read() as db:
            row = db.execute("SELECT id FROM ticket WHERE ref = ?", (ref,)).fetchone()
        return None if row is None else int(row[0])

    def ref_of(self, ticket: TicketId) -> Ref | None:
        """The help desk's number of *ticket*, None while it has none."""
        with self._readers.read() as db:
            row = db.execute("SELECT ref FROM ticket WHERE id = ?", (standing_for(db, ticket),)).fetchone()
        return None if row is None else row[0]

    def confirmed(self, ticket: TicketId) -> TicketRecord | None:
        """*ticket* as the help desk last described it; None for one that was made here and not sent yet."""
        with self._readers.read() as db:
            row = db.execute(
                "SELECT r.record FROM ticket_record r JOIN ticket t ON t.id = r.ticket "
                "WHERE r.ticket = ? AND t.ref IS NOT NULL",
                (standing_for(db, ticket),),
            ).fetchone()
        return None if row is None else decode_record(row[0])

    def projected(self, ticket: TicketId) -> TicketRecord | None:
        """*ticket* as it will be once what is on its way is accepted."""
        with self._readers.snapshot() as db:
            return projected_record(db, standing_for(db, ticket))

    def projected_all(self, tickets: Sequence[TicketId]) -> dict[TicketId, TicketRecord]:
        """Like :meth:`projected`, of many at one moment; those that are not there are left out."""
        with self._readers.snapshot() as db:
            return projected_records(db, tickets)

    def last_comment(self, ticket: TicketId) -> LastComment | None:
        """The newest confirmed comment of *ticket*."""
        with self._readers.read() as db:
            row = db.execute(
                "SELECT c.ref, c.public, c.author, c.created_at FROM comment c WHERE c.id BETWEEN ? AND ? "
                f"ORDER BY {AS_SAID_BACKWARDS} LIMIT 1",
                span(standing_for(db, ticket)),
            ).fetchone()
        return None if row is None else LastComment(row[0], bool(row[1]), row[2], row[3])

    def mark_seen(self, ticket: TicketId, at: Instant, *, initiator: str = "agent") -> Future[None]:
        """The agent has seen *ticket* as it was at *at*; writes only when it was unread."""

        def work(tx: Transaction) -> None:
            changed = tx.db.execute(
                "UPDATE ticket SET seen_at = ?1 WHERE id = ?2 AND seen_at < ?1 AND seen_at < updated_at RETURNING id",
                (at, standing_for(tx.db, ticket)),
            ).fetchall()
            tx.touch(tickets=(row[0] for row in changed))

        return self._writer.submit(Urgency.SYNC, work, initiator)


def _detail(db: driver.Connection, ticket: TicketId) -> TicketDetail | None:
    row = db.execute(
        "SELECT ref, requester_name, tier, plan, group_name, assignee_name, comments, whole, deleted, "
        "draft FROM ticket WHERE id = ?",
        (ticket,),
    ).fetchone()
    record = projected_record(db, ticket)
    if row is None or record is None:
        return None
    ref, requester_name, tier, plan, group, assignee, stored, whole, deleted, draft = row
    requester = _person(db, record.requester)
    if requester is None and requester_name:
        requester = PersonRecord(ref=record.requester or "", name=requester_name)
    pending = db.execute(
        f"SELECT key, command, state, reason, queued_at FROM outbox "
        f"WHERE ticket = ? AND state IN ({WAITING_SQL}) ORDER BY seq",
        (ticket,),
    ).fetchall()
    # of a deleted ticket only those who still have work on it read what was said
    confirmed = [] if deleted and not pending and not draft else conversation(db, ticket, record.requester)
    arrived = {comment.key for comment in confirmed if comment.key is not None}
    # a comment that a pull has brought already is shown as what it is, not a second time as waiting
    confirmed = [msgspec.structs.replace(comment, key=None) if comment.key else comment for comment in confirmed]
    teller = Teller(db)
    return TicketDetail(
        id=ticket,
        ref=ref or "",
        subject=record.subject,
        status=record.status,
        native_status=record.native_status,
        priority=record.priority,
        type=record.type,
        channel=record.channel,
        created_at=record.created_at,
        updated_at=record.updated_at,
        due_at=record.due_at,
        requester=requester,
        organization=_organization(db, record.organization),
        tier=tier,
        plan=plan,
        assignee_ref=record.assignee,
        assignee=assignee,
        group_ref=record.group,
        group=group,
        tags=record.tags,
        fields=record.fields,
        targets=_targets(db, ticket, record),
        comments=(*confirmed, *_pending_comments(db, pending, arrived)),
        waiting=tuple(
            WaitingChange(key=key, text=teller.text(decode_command(data)), state=OutboxState(state), reason=reason)
            for key, data, state, reason, _ in pending
        ),
        satisfaction=record.satisfaction,
        merged_into=record.merged_into,
        comments_complete=bool(whole) if record.comment_count is None else stored >= record.comment_count,
        deleted=bool(deleted),
    )


def _targets(db: driver.Connection, ticket: TicketId, record: TicketRecord) -> tuple[TicketTarget, ...]:
    """Return the help desk's own targets, and for other metrics what the console counts."""
    asked = {target.metric for target in record.targets or ()}
    theirs = (
        TicketTarget(metric=target.metric, stage=target.stage, breach_at=target.breach_at)
        for target in record.targets or ()
    )
    return (*theirs, *(target for target in computed_targets(db, ticket) if target.metric not in asked))


def conversation(db: driver.Connection, ticket: TicketId, requester: Ref | None) -> list[CommentRow]:
    """Return the confirmed comments of *ticket*, oldest first."""
    rows = db.execute(
        "SELECT c.ref, c.author, c.created_at, c.public, c.channel, c.key, c.files, c.body, c.html, "
        "coalesce(p.name, ''), coalesce(p.staff, 0) FROM comment c LEFT JOIN person p ON p.ref = c.author "
        f"WHERE c.id BETWEEN ? AND ? ORDER BY {AS_SAID}",
        span(ticket),
    )
    return [
        CommentRow(
            ref=ref,
            author=name,
            author_ref=author,
            by_agent=bool(staff),
            by_requester=author is not None and author == requester,
            created_at=created_at,
            public=bool(public),
            body=body,
            html=html,
            channel=channel,
            attachments=decode_files(files) if files else (),
            key=key,
        )
        for ref, author, created_at, public, channel, key, files, body, html, name, staff in rows
    ]


def _pending_comments(db: driver.Connection, pending: list[tuple[Any, ...]], arrived: set[str]) -> list[CommentRow]:
    """Return the comments of *pending* that no confirmed comment stands for."""
    comments = []
    for key, data, state, reason, queued_at in pending:
        command = decode_command(data)
        if not isinstance(command, AddComment | CreateTicket) or key in arrived:
            continue
        if not command.body and not command.attachments:
            continue
        comments.append(
            CommentRow(
                ref="",
                author="",
                author_ref=None,
                by_agent=True,
                by_requester=False,
                created_at=queued_at,
                public=command.public,
                body=command.body,
                html=None,
                channel="",
                attachments=waiting_files(db, command.attachments),
                key=key,
                state=OutboxState(state),
                reason=reason,
            )
        )
    return comments


def waiting_files(db: driver.Connection, keys: tuple[str, ...]) -> tuple[AttachmentRecord, ...]:
    """Return the kept files *keys*, as attachments that have no address yet."""
    files = []
    for key in keys:
        row = db.execute("SELECT file_name, content_type, size FROM kept_file WHERE key = ?", (key,)).fetchone()
        if row is not None:
            files.append(AttachmentRecord(ref="", file_name=row[0], content_type=row[1], size=row[2], url=""))
    return tuple(files)


def _person(db: driver.Connection, ref: Ref | None) -> PersonRecord | None:
    row = db.execute("SELECT record FROM person WHERE ref = ?", (ref,)).fetchone()
    return None if row is None else decode_person(row[0])


def _organization(db: driver.Connection, ref: Ref | None) -> OrganizationRecord | None:
    row = db.execute("SELECT record FROM organization WHERE ref = ?", (ref,)).fetchone()
    return None if row is None else decode_organization(row[0])
