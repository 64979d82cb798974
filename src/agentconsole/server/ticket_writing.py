"""Creating and changing tickets: the one path by which a ticket ever changes.

Each write ends with the same three steps: the audit that lists what happened, the row with its new number, and the
service levels as they follow from the new history.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, update

from agentconsole.server import errors
from agentconsole.server.audit_trail import Trail, json_text, via_of
from agentconsole.server.commenting import add_comment, author_of
from agentconsole.server.database import WriteTransaction
from agentconsole.server.schema import comments, tickets
from agentconsole.server.sla_rules import Rules, load_rules
from agentconsole.server.sla_state import sla_columns
from agentconsole.server.ticket_input import CommentInput, TicketInput
from agentconsole.server.ticket_values import EMPTY, LISTS, PLAIN, asked_values, current_values

REOPENED_BY_REQUESTER = frozenset({"pending", "hold", "solved"})
SUBJECT_LENGTH = 100


def ticket_row(db: Connection, ticket_id: int, *, deleted: bool = False) -> Row[Any]:
    """The stored ticket; raises `Problem` 404. Soft-deleted ones are found only when *deleted* is true."""
    row = db.execute(select(tickets).where(tickets.c.id == ticket_id)).one_or_none()
    if row is None or (row.deleted_at is not None) != deleted:
        raise errors.not_found()
    return row


class TicketWriter:
    """Writes tickets as one user within one transaction."""

    def __init__(self, tx: WriteTransaction, user_id: int) -> None:
        self._tx = tx
        self._user_id = user_id
        self._loaded: Rules | None = None

    @property
    def _rules(self) -> Rules:
        if self._loaded is None:
            self._loaded = load_rules(self._tx.db)
        return self._loaded

    def create(self, given: TicketInput) -> tuple[int, int]:
        """Create a ticket; returns (ticket id, audit id). Raises `Problem` 422."""
        tx = self._tx
        comment = given.comment or (CommentInput(body=given.description) if given.description else None)
        if comment is None:
            raise errors.record_invalid({"base": "Description: cannot be blank"})
        values: dict[str, Any] = {**EMPTY, **asked_values(tx, given, EMPTY)}
        requester = author_of(tx.db, values["requester_id"] or self._user_id, "requester_id")
        values["requester_id"] = requester.id
        submitter = author_of(tx.db, given.submitter_id or self._user_id, "submitter_id")
        author = author_of(tx.db, comment.author_id) if comment.author_id is not None else submitter
        if "organization_id" not in given.model_fields_set:
            values["organization_id"] = requester.organization_id
        if values["status"] is None:
            values["status"] = "new" if values["assignee_id"] is None else "open"
        if values["problem_id"] is not None and values["type"] is None:
            values["type"] = "incident"
        channel = str(given.via.channel) if given.via is not None and isinstance(given.via.channel, str) else "api"
        ticket_id = tx.new_ticket_id()
        trail = Trail(tx, ticket_id, self._user_id, channel[:32], given.metadata and given.metadata.custom)
        via = self._follow_up(given, ticket_id) or via_of(trail.via["channel"])
        public = True if comment.public is None else comment.public
        row: dict[str, Any] = {
            **_stored(values),
            "subject": values["subject"] or "",
            "description": "",
            "submitter_id": submitter.id,
            "channel": trail.via["channel"],
            "via": json_text(via),
            "is_public": public,
            "comment_count": 1,
            "generated_at": tx.epoch,
            "status_history": json_text([[tx.epoch, values["status"]]]),
            "solved_at": tx.at if values["status"] in {"solved", "closed"} else None,
        }
        tx.add(tickets, id=ticket_id, **row)
        comment_id = add_comment(tx, trail, comment, author, self._user_id, public=public)
        body = self._comment_body(comment_id)
        finished = {"description": body, "subject": row["subject"] or _subject_of(body)}
        for name in (*PLAIN, "tags"):
            value = finished.get(name, values[name])
            if value not in (None, []):
                trail.created(name, value)
        for each in values["custom_fields"]:
            if each["value"] is not None:
                trail.created(str(each["id"]), each["value"])
        self._note_macros(trail, given)
        trail.store()
        tx.db.execute(update(tickets).where(tickets.c.id == ticket_id).values(**finished))
        self._mark_problem(values["problem_id"])
        self.settle(ticket_id)
        return ticket_id, trail.audit_id

    def update(self, ticket_id: int, given: TicketInput, *, channel: str = "api") -> int:
        """Change what *given* names; returns the audit's id.

        Raises `Problem` 404; 409 when a safe update comes too late; 422 for a closed ticket or invalid values.
        """
        tx = self._tx
        row = ticket_row(tx.db, ticket_id)
        _check_stamp(row, given)
        if row.status == "closed":
            raise errors.record_invalid({"status": "Status: closed prevents ticket update"})
        current = current_values(row)
        asked = asked_values(tx, given, current)
        author = author_of(tx.db, (given.comment and given.comment.author_id) or self._user_id)
        _follow_habits(asked, row, given, author)
        trail = Trail(tx, ticket_id, self._user_id, channel, given.metadata and given.metadata.custom)
        changes: dict[str, Any] = {}
        if given.comment is not None:
            public = row.is_public if given.comment.public is None else given.comment.public
            add_comment(tx, trail, given.comment, author, self._user_id, public=public)
            changes["comment_count"] = row.comment_count + 1
        changed = {name: value for name, value in asked.items() if value != current[name]}
        _record(trail, changed, current)
        changes.update(_stored(changed))
        if "status" in changed:
            changes.update(_status_columns(row, changed["status"], tx))
        self._note_macros(trail, given)
        trail.store()
        if trail.events:
            tx.change(tickets, ticket_id, generated_at=tx.epoch, **changes)
            self._mark_problem(changed.get("problem_id"))
            self.settle(ticket_id)
        return trail.audit_id

    def close_as_merged(self, source_id: int, target_id: int, comment: CommentInput) -> None:
        """Close *source_id* for good, with a comment that says where its conversation goes on."""
        tx = self._tx
        row = ticket_row(tx.db, source_id)
        if row.status == "closed":
            raise errors.record_invalid({"status": "Status: closed prevents ticket update"})
        author = author_of(tx.db, self._user_id)
        trail = Trail(tx, source_id, author.id, "web")
        trail.via = {
            "channel": "web",
            "source": {"from": {"ticket_id": source_id}, "to": {"ticket_id": target_id}, "rel": "merge"},
        }
        add_comment(tx, trail, comment, author, self._user_id, public=bool(comment.public))
        trail.changed("status", "closed", row.status)
        trail.store()
        tx.change(
            tickets,
            source_id,
            generated_at=tx.epoch,
            status="closed",
            merged_into_id=target_id,
            comment_count=row.comment_count + 1,
            **_status_columns(row, "closed", tx),
        )
        self.settle(source_id)

    def close_by_rule(self, ticket_id: int, rule: str) -> None:
        """Close a solved ticket for good because the timed *rule* says so."""
        tx = self._tx
        row = ticket_row(tx.db, ticket_id)
        trail = Trail(tx, ticket_id, self._user_id, "rule")
        trail.via = {
            "channel": "rule",
            "source": {"from": {"deleted": False, "title": rule}, "to": {}, "rel": "automation"},
        }
        trail.changed("status", "closed", row.status)
        trail.store()
        tx.change(tickets, ticket_id, generated_at=tx.epoch, status="closed", **_status_columns(row, "closed", tx))
        self.settle(ticket_id)

    def delete(self, ticket_id: int) -> None:
        """Soft delete: the ticket keeps its content and can be restored."""
        row = ticket_row(self._tx.db, ticket_id)
        self._mark_deleted(row, self._tx.at)

    def restore(self, ticket_id: int) -> None:
        """Bring a soft-deleted ticket back as it was."""
        row = ticket_row(self._tx.db, ticket_id, deleted=True)
        self._mark_deleted(row, None)

    def _mark_deleted(self, row: Row[Any], at: str | None) -> None:
        tx = self._tx
        trail = Trail(tx, row.id, self._user_id, "api")
        before, after = (row.status, "deleted") if at is not None else ("deleted", row.status)
        trail.changed("status", after, before)
        trail.store()
        deleted_by_id = self._user_id if at is not None else None
        tx.change(tickets, row.id, deleted_at=at, deleted_by_id=deleted_by_id, generated_at=tx.epoch)
        self.settle(row.id)

    def settle(self, ticket_id: int) -> None:
        """Compute the service levels from what is stored now."""
        db = self._tx.db
        row = db.execute(select(tickets).where(tickets.c.id == ticket_id)).one()
        db.execute(update(tickets).where(tickets.c.id == ticket_id).values(**sla_columns(db, row, self._rules)))

    def _comment_body(self, comment_id: int) -> str:
        return str(self._tx.db.scalar(select(comments.c.body).where(comments.c.id == comment_id)))

    def _note_macros(self, trail: Trail, given: TicketInput) -> None:
        for macro_id in given.macro_ids or ():
            trail.noted("AgentMacroReference", macro_id=str(macro_id))

    def _mark_problem(self, problem_id: int | None) -> None:
        """A problem with a first incident says so from now on."""
        tx = self._tx
        if problem_id is None:
            return
        row = tx.db.execute(select(tickets.c.has_incidents).where(tickets.c.id == problem_id)).one()
        if not row.has_incidents:
            tx.change(tickets, problem_id, has_incidents=True, generated_at=tx.epoch)

    def _follow_up(self, given: TicketInput, ticket_id: int) -> dict[str, Any] | None:
        """Tie a follow-up to the closed ticket it comes from."""
        source_id = given.via_followup_source_id
        if source_id is None:
            return None
        row = ticket_row(self._tx.db, source_id)
        if row.status != "closed":
            raise errors.record_invalid({"base": "Via followup source: must be a closed ticket"})
        known = msgspec.json.decode(row.followup_ids)
        self._tx.change(tickets, source_id, followup_ids=json_text([*known, ticket_id]), generated_at=self._tx.epoch)
        return {
            "channel": "api",
            "source": {"from": {"ticket_id": source_id, "subject": row.subject}, "to": {}, "rel": "follow_up"},
        }


def _check_stamp(row: Row[Any], given: TicketInput) -> None:
    """``safe_update`` of either value asks for the check; the real service treats false as true, too."""
    if "safe_update" not in given.model_fields_set:
        return
    if given.updated_stamp is None:
        raise errors.bad_request("InvalidRequest", "safe_update needs updated_stamp, the ticket's updated_at")
    if given.updated_stamp != row.updated_at:
        raise errors.update_conflict()


def _follow_habits(asked: dict[str, Any], row: Row[Any], given: TicketInput, author: Row[Any]) -> None:
    """What follows by itself: an assigned ticket is no longer new, a requester's comment reopens."""
    if "status" in asked:
        return
    is_heard = given.comment is not None and (author.id == row.requester_id or author.role == "end-user")
    if (is_heard and row.status in REOPENED_BY_REQUESTER) or (
        row.status == "new" and asked.get("assignee_id") is not None
    ):
        asked["status"] = "open"


def _record(trail: Trail, changed: Mapping[str, Any], current: Mapping[str, Any]) -> None:
    for name, value in changed.items():
        if name != "custom_fields":
            trail.changed(name, value, current[name])
            continue
        before = {each["id"]: each["value"] for each in current[name]}
        for each in value:
            if each["value"] != before.get(each["id"]):
                trail.changed(str(each["id"]), each["value"], before.get(each["id"]))


def _status_columns(row: Row[Any], status: str, tx: WriteTransaction) -> dict[str, Any]:
    history = msgspec.json.decode(row.status_history)
    is_done = status in {"solved", "closed"}
    return {
        "status_history": json_text([*history, [tx.epoch, status]]),
        "solved_at": (row.solved_at or tx.at) if is_done else None,
    }


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as columns keep them: lists as JSON text."""
    return {name: json_text(value) if name in LISTS else value for name, value in values.items()}


def _subject_of(body: str) -> str:
    first = next((line.strip() for line in body.splitlines() if line.strip()), "")
    return first[:SUBJECT_LENGTH]
