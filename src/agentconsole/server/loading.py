"""Bring a whole account into an empty database, fast: reference rows, then tickets as they are told, story by story.

Service levels are computed with the same code as on live writes; audits are made from the comments and field changes,
so that a loaded ticket has the history that it would have had.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, cast

import msgspec
from sqlalchemy import Connection, Table, func, insert, select

from agentconsole.server import schema
from agentconsole.server.database import Database, WriteTransaction
from agentconsole.server.instants import epoch, from_epoch
from agentconsole.server.pins import load_pins
from agentconsole.server.sla_clock import Moment, TicketFacts, compute
from agentconsole.server.sla_rules import Rules, load_rules

Wire = dict[str, Any]
Story = tuple[Wire, list[Wire], list[Wire]]
"""A ticket, its comments and its field changes, each list in order of time."""

OWN_IDS: Final = 900_000_000_000_000
"""Where the ids begin that the loader hands out; what is brought in must stay below."""

_TABLES: Final[Mapping[str, Table]] = {
    name: getattr(schema, name)
    for name in (
        "groups",
        "users",
        "organizations",
        "group_memberships",
        "ticket_fields",
        "macros",
        "views",
        "sla_policies",
        "schedules",
        "holidays",
        "articles",
        "contacts",
        "announcements",
        "status_summary",
    )
}

_TICKET: Final = (
    *("id", "external_id", "subject", "description", "type", "priority", "status", "requester_id", "submitter_id"),
    *("assignee_id", "organization_id", "group_id", "problem_id", "recipient", "collaborator_ids", "follower_ids"),
    *("email_cc_ids", "tags", "custom_fields", "followup_ids", "channel", "via", "due_at", "solved_at"),
    *("satisfaction_score", "satisfaction_comment", "satisfaction_id", "has_incidents", "is_public", "comment_count"),
    *("merged_into_id", "deleted_at", "deleted_by_id", "generated_at", "status_history", "sla_policy_id", "slas"),
    *("sla_next_breach_at", "created_at", "updated_at", "seq", "version"),
)
_COMMENT: Final = (
    *("id", "ticket_id", "audit_id", "author_id", "body", "html_body", "public", "by_agent", "via", "metadata"),
    *("attachment_count", "created_at", "seq", "version"),
)
_AUDIT: Final = ("id", "ticket_id", "author_id", "via", "metadata", "events", "created_at")
_ATTACHMENT: Final = ("id", "comment_id", "digest", "key", "file_name", "content_type", "size", "inline", "created_at")
_RATING: Final = (
    *("id", "ticket_id", "score", "comment", "requester_id", "assignee_id", "group_id"),
    *("created_at", "updated_at", "seq", "version"),
)
_METADATA: Final = '{"system":{},"custom":{}}'

_encode: Final = msgspec.json.Encoder().encode


def _json(value: Any) -> str:
    return _encode(value).decode()


class NotEmpty(ValueError):
    """The database has tickets already: loading would mix two accounts."""


def is_empty(database: Database) -> bool:
    """Whether there is no ticket yet, so that `load` may be called."""
    with database.read() as db:
        return db.execute(select(schema.tickets.c.id).limit(1)).first() is None


def load(
    database: Database,
    reference: Iterable[tuple[str, list[Wire]]],
    stories: Iterable[Sequence[Story]],
    progress: Callable[[int], None] | None = None,
) -> int:
    """Insert everything; returns the number of tickets, which *progress* is also told after each batch.

    Each batch is committed by itself. Raises NotEmpty, and ValueError for a table that is not known.
    """
    if not is_empty(database):
        raise NotEmpty("The database already has tickets")
    with database.write() as tx:
        highest = 0
        for name, rows in reference:
            if name == "support_pins":
                load_pins(tx, ((row["user_id"], row["pin"]) for row in rows))
                continue
            if name not in _TABLES:
                raise ValueError(f"There is no table for {name!r}")
            _insert_reference(tx, _TABLES[name], rows)
            highest = max([highest, *(int(row.get("id") or 0) for row in rows if name != "status_summary")])
        loader = _Stories(load_rules(tx.db), tx.db)
        tx.reserve_above(other_id=max(highest, OWN_IDS))
    loaded = 0
    for batch in stories:
        with database.write() as tx:
            loader.insert(tx, batch)
        loaded += len(batch)
        if progress is not None:
            progress(loaded)
    return loaded


def _insert_reference(tx: WriteTransaction, table: Table, rows: Sequence[Wire]) -> None:
    stored = [_stored(tx, table, row) for row in rows]
    for _, alike in groupby(sorted(stored, key=_columns), key=_columns):
        tx.db.execute(insert(table), list(alike))


def _columns(row: Wire) -> str:
    return ",".join(sorted(row))


def _stored(tx: WriteTransaction, table: Table, wire: Wire) -> Wire:
    """A row in the API's shape as the table keeps it; what the table has no column for is left out."""
    if table is schema.status_summary:
        wire = {"id": 1, "summary": wire.get("summary", wire)}
    row: Wire = {}
    for column in table.columns:
        if column.name not in wire:
            continue
        value = wire[column.name]
        if column.type is schema.JSON_TEXT:
            value = _json(value)
        elif value is None and not column.nullable:
            continue
        row[column.name] = value
    if table is schema.users and row.get("email"):
        row["email"] = row["email"].lower()
    row.setdefault("created_at", tx.at)
    row.setdefault("updated_at", row["created_at"])
    row["seq"], row["version"] = tx.next_seq(), 1
    row.setdefault("id", tx.new_id())
    return row


class _Stories:
    """Turns stories into rows; remembers who is an agent, what organizations are like and which files are stored."""

    def __init__(self, rules: Rules, db: Connection) -> None:
        self._rules = rules
        self._agents = frozenset(db.scalars(select(schema.users.c.id).where(schema.users.c.role != "end-user")))
        self._organizations: dict[int, tuple[Mapping[str, Any], frozenset[str]]] = {
            row.id: (msgspec.json.decode(row.organization_fields), frozenset(msgspec.json.decode(row.tags)))
            for row in db.execute(select(schema.organizations))
        }
        self._blobs = set(db.scalars(select(schema.blobs.c.digest)))
        self._vias: dict[str, str] = {}
        self._id = OWN_IDS + 1 + (db.scalar(select(func.count()).select_from(schema.audits)) or 0)

    def insert(self, tx: WriteTransaction, batch: Sequence[Story]) -> None:
        """One batch in one transaction."""
        rows: dict[str, list[tuple[Any, ...]]] = {
            name: [] for name in ("tickets", "comments", "audits", "blobs", "attachments", "ratings")
        }
        for ticket, comments, events in batch:
            self._add(tx, rows, ticket, comments, events)
        tx.reserve_above(ticket_id=max(int(ticket["id"]) for ticket, _, _ in batch), other_id=self._id)
        _insert(tx.db, schema.tickets, _TICKET, rows["tickets"])
        _insert(tx.db, schema.audits, _AUDIT, rows["audits"])
        _insert(tx.db, schema.comments, _COMMENT, rows["comments"])
        _insert(tx.db, schema.blobs, ("digest", "content"), rows["blobs"])
        _insert(tx.db, schema.attachments, _ATTACHMENT, rows["attachments"])
        _insert(tx.db, schema.satisfaction_ratings, _RATING, rows["ratings"])

    def _next_id(self) -> int:
        self._id += 1
        return self._id

    def _via(self, via: Mapping[str, Any]) -> str:
        """Most tickets came one of a few ways; encode each once."""
        channel = str(via.get("channel", "web"))
        if len(via) > 1:
            return _json(via)
        return self._vias.setdefault(
            channel, _json({"channel": channel, "source": {"from": {}, "to": {}, "rel": None}})
        )

    def _add(
        self,
        tx: WriteTransaction,
        rows: dict[str, list[tuple[Any, ...]]],
        ticket: Wire,
        comments: list[Wire],
        events: list[Wire],
    ) -> None:
        ticket_id: int = ticket["id"]
        created_at: str = ticket["created_at"]
        statuses = [event for event in events if event["field_name"] == "status"]
        first = statuses[0]["previous_value"] if statuses else ticket["status"]
        status = statuses[-1]["value"] if statuses else ticket["status"]
        is_deleted = ticket["status"] == "deleted"
        if is_deleted and status == "deleted":
            status = statuses[-1]["previous_value"] if statuses else "open"
        if first in {None, "deleted"}:
            first = "new"
        history: list[tuple[int, str]] = [(epoch(created_at), first)]
        history += [(epoch(event["at"]), event["value"]) for event in statuses if event["value"] != "deleted"]
        audit_of = self._audits(rows["audits"], ticket, first, comments, events)

        seq = tx.next_seq()
        moments = [Moment(at, "status", value) for at, value in history]
        for comment in comments:
            by_agent = comment["author_id"] in self._agents
            if comment["public"]:
                moments.append(Moment(epoch(comment["created_at"]), "agent_reply" if by_agent else "requester_comment"))
            rows["comments"].append(
                (
                    *(comment["id"], ticket_id, audit_of[comment["id"]], comment["author_id"], comment["body"]),
                    *(comment.get("html_body"), comment["public"], by_agent, self._via(comment["via"]), _METADATA),
                    *(len(comment.get("attachments") or ()), comment["created_at"], tx.next_seq(), 1),
                )
            )
            for attachment in comment.get("attachments") or ():
                self._attach(rows, comment, attachment)
        # A reply and the status it sets share a second; the reply comes first, as in a live write.
        moments[1:] = sorted(moments[1:], key=lambda moment: (moment.at, moment.kind == "status"))

        organization_id = ticket.get("organization_id")
        fields, organization_tags = self._organizations.get(organization_id or 0, ({}, frozenset()))
        via = ticket.get("via") or {"channel": "web"}
        tags = ticket.get("tags") or []
        facts = TicketFacts(
            *(history[0][0], "deleted" if is_deleted else status, ticket.get("priority"), ticket.get("type")),
            *(str(via.get("channel", "web")), ticket.get("group_id"), organization_id),
            *(frozenset(tags), fields, organization_tags),
            schedule_id=self._rules.schedule_of(fields),
        )
        state = compute(facts, moments, self._rules.policies, self._rules.clocks)
        rating = ticket.get("satisfaction_rating") or {}
        solved_at = next((at for at, value in reversed(history) if value == "solved"), None)
        rating_id = self._rate(tx, rows, ticket, rating) if rating.get("score") in {"good", "bad"} else None
        updated_at: str = ticket["updated_at"]
        rows["tickets"].append(
            (
                *(ticket_id, ticket.get("external_id"), ticket["subject"], ticket["description"], ticket.get("type")),
                *(ticket.get("priority"), status, ticket["requester_id"], ticket["submitter_id"]),
                *(ticket.get("assignee_id"), organization_id, ticket.get("group_id"), ticket.get("problem_id")),
                *(ticket.get("recipient"), _json(ticket.get("collaborator_ids") or [])),
                *(_json(ticket.get("follower_ids") or []), _json(ticket.get("email_cc_ids") or []), _json(tags)),
                *(_json(ticket.get("custom_fields") or []), _json(ticket.get("followup_ids") or []), facts.channel),
                *(self._via(via), ticket.get("due_at")),
                from_epoch(solved_at) if solved_at is not None and status in {"solved", "closed"} else None,
                *(rating.get("score"), rating.get("comment"), rating_id, bool(ticket.get("has_incidents"))),
                *(bool(comments[0]["public"]) if comments else True, len(comments), ticket.get("merged_into_id")),
                *(updated_at if is_deleted else None, ticket["submitter_id"] if is_deleted else None),
                *(epoch(updated_at), _json(history), state.policy_id),
                _json([list(metric) for metric in state.metrics]),
                from_epoch(state.next_breach_at) if state.next_breach_at is not None else None,
                *(created_at, updated_at, seq, 1),
            )
        )

    def _audits(
        self,
        rows: list[tuple[Any, ...]],
        ticket: Wire,
        first_status: str,
        comments: Sequence[Wire],
        events: Sequence[Wire],
    ) -> dict[int, int]:
        """One audit for what one person did in one second. Returns audit ids by comment id."""
        done: dict[tuple[str, int], list[Wire]] = {}
        audit_of: dict[int, int] = {}
        ids: dict[tuple[str, int], int] = {}
        steps: list[tuple[str, int, Wire]] = [
            (comment["created_at"], comment["author_id"], {"id": comment["id"], "type": "Comment"})
            for comment in comments
        ]
        steps += [
            (
                event["at"],
                event["author_id"],
                {
                    "id": self._next_id(),
                    "type": "Change",
                    "field_name": event["field_name"],
                    "value": event["value"],
                    "previous_value": event["previous_value"],
                },
            )
            for event in events
        ]
        for at, author_id, event in sorted(steps, key=_when):
            key = (at, author_id)
            if key not in ids:
                ids[key] = self._next_id()
                done[key] = []
            done[key].append(event)
            if event["type"] == "Comment":
                audit_of[event["id"]] = ids[key]
        for place, (key, happened) in enumerate(done.items()):
            if place == 0:
                happened += [
                    {"id": self._next_id(), "type": "Create", "field_name": name, "value": value}
                    for name, value in (
                        ("subject", ticket["subject"]),
                        ("status", first_status),
                        ("priority", _initial(events, "priority", ticket.get("priority"))),
                        ("requester_id", str(ticket["requester_id"])),
                    )
                ]
            via = self._via(ticket.get("via") or {}) if place == 0 else self._via({"channel": "web"})
            rows.append((ids[key], ticket["id"], key[1], via, _METADATA, _json(happened), key[0]))
        return audit_of

    def _attach(self, rows: dict[str, list[tuple[Any, ...]]], comment: Wire, attachment: Wire) -> None:
        content: bytes = attachment["content"]
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._blobs:
            self._blobs.add(digest)
            rows["blobs"].append((digest, content))
        rows["attachments"].append(
            (
                *(attachment["id"], comment["id"], digest, secrets.token_urlsafe(24), attachment["file_name"]),
                *(attachment["content_type"], len(content), bool(attachment.get("inline")), comment["created_at"]),
            )
        )

    def _rate(
        self, tx: WriteTransaction, rows: dict[str, list[tuple[Any, ...]]], ticket: Wire, rating: Mapping[str, Any]
    ) -> int:
        rating_id = self._next_id()
        at = ticket["updated_at"]
        rows["ratings"].append(
            (
                *(rating_id, ticket["id"], rating["score"], rating.get("comment"), ticket["requester_id"]),
                *(ticket.get("assignee_id"), ticket.get("group_id"), at, at, tx.next_seq(), 1),
            )
        )
        return rating_id


_when: Final[Callable[[Any], Any]] = itemgetter(0)


def _initial(events: Sequence[Wire], field: str, now: Any) -> Any:
    """What a field was at creation."""
    return next((event["previous_value"] for event in events if event["field_name"] == field), now)


def _insert(db: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Many rows by the quickest way each database has."""
    if not rows:
        return
    quote = db.dialect.identifier_preparer.quote
    into = f"{quote(table.name)} ({', '.join(quote(column) for column in columns)})"
    if db.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        db.exec_driver_sql(f"INSERT INTO {into} VALUES ({places})", list(rows))  # noqa: S608  names are the schema's
        return
    cursor = cast(Any, db.connection.cursor())
    with cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
