"""Tickets as they are told, story by story, to rows: what a live write would have left, with the history it would have.

Service levels are computed with the same code as on live writes; audits are made from the comments and field changes.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence, Set
from operator import itemgetter
from typing import Any, Final, cast

import msgspec
from sqlalchemy import Connection, Table, select

from agentconsole.server import schema
from agentconsole.server.database import WriteTransaction
from agentconsole.server.instants import epoch, from_epoch
from agentconsole.server.sla_clock import Moment, TicketFacts, compute
from agentconsole.server.sla_rules import Rules

Wire = dict[str, Any]
Story = tuple[Wire, list[Wire], list[Wire]]
"""A ticket, its comments and its field changes, each list in order of time."""

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
_AT_ONCE: Final = 500
"""Ids in one question to the database."""

_METADATA: Final = '{"system":{},"custom":{}}'

_encode: Final = msgspec.json.Encoder().encode


def json_text(value: Any) -> str:
    """Compact JSON, as the tables keep it."""
    return _encode(value).decode()


class StoryRows:
    """Turns stories into rows; remembers who is an agent, what organizations are like and which files are stored.

    *is_news*: consoles that read by the time of the last change are to hear of these tickets now, however old they are.
    """

    def __init__(self, rules: Rules, *, is_news: bool = False) -> None:
        self._rules = rules
        self._is_news = is_news
        self._agents: dict[int, bool] = {}
        self._organizations: dict[int, tuple[Mapping[str, Any], frozenset[str]]] = {}
        self._blobs: set[str] = set()
        self._vias: dict[str, str] = {}

    def insert(self, tx: WriteTransaction, batch: Sequence[Story]) -> None:
        """Write *batch*. The contents of its attachments are written with it, or stored already."""
        rows: dict[str, list[tuple[Any, ...]]] = {
            name: [] for name in ("tickets", "comments", "audits", "blobs", "attachments", "ratings")
        }
        self._learn_agents(tx.db, {comment["author_id"] for _, comments, _ in batch for comment in comments})
        for ticket, comments, events in batch:
            self._add(tx, rows, ticket, comments, events)
        tx.reserve_above(ticket_id=max(int(ticket["id"]) for ticket, _, _ in batch))
        insert_many(tx.db, schema.tickets, _TICKET, rows["tickets"])
        insert_many(tx.db, schema.audits, _AUDIT, rows["audits"])
        insert_many(tx.db, schema.comments, _COMMENT, rows["comments"])
        insert_many(tx.db, schema.blobs, ("digest", "content"), rows["blobs"])
        insert_many(tx.db, schema.attachments, _ATTACHMENT, rows["attachments"])
        insert_many(tx.db, schema.satisfaction_ratings, _RATING, rows["ratings"])

    def _learn_agents(self, db: Connection, people: Set[int]) -> None:
        """Learn who of *people* is an agent."""
        unknown = sorted(people - self._agents.keys())
        self._agents.update(dict.fromkeys(unknown, False))
        for start in range(0, len(unknown), _AT_ONCE):
            part = unknown[start : start + _AT_ONCE]
            agents = select(schema.users.c.id).where(schema.users.c.id.in_(part), schema.users.c.role != "end-user")
            self._agents.update((user_id, True) for user_id in db.scalars(agents))

    def _organization(self, db: Connection, organization_id: int | None) -> tuple[Mapping[str, Any], frozenset[str]]:
        if organization_id is None:
            return {}, frozenset()
        known = self._organizations.get(organization_id)
        if known is None:
            table = schema.organizations.c
            row = db.execute(select(table.organization_fields, table.tags).where(table.id == organization_id)).first()
            known = self._organizations[organization_id] = (
                ({}, frozenset())
                if row is None
                else (msgspec.json.decode(row.organization_fields), frozenset(msgspec.json.decode(row.tags)))
            )
        return known

    def _via(self, via: Mapping[str, Any]) -> str:
        """Most tickets came one of a few ways; encode each once."""
        channel = str(via.get("channel", "web"))
        if len(via) > 1:
            return json_text(via)
        return self._vias.setdefault(
            channel, json_text({"channel": channel, "source": {"from": {}, "to": {}, "rel": None}})
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
        audit_of = self._audits(tx, rows["audits"], ticket, first, comments, events)

        seq = tx.next_seq()
        moments = [Moment(at, "status", value) for at, value in history]
        for comment in comments:
            by_agent = self._agents[comment["author_id"]]
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
                self._attach(tx, rows, comment, attachment)
        # A reply and the status it sets share a second; the reply comes first, as in a live write.
        moments[1:] = sorted(moments[1:], key=lambda moment: (moment.at, moment.kind == "status"))

        organization_id = ticket.get("organization_id")
        fields, organization_tags = self._organization(tx.db, organization_id)
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
                ticket.get("recipient"),
                *(json_text(ticket.get(name) or []) for name in ("collaborator_ids", "follower_ids", "email_cc_ids")),
                json_text(tags),
                *(json_text(ticket.get(name) or []) for name in ("custom_fields", "followup_ids")),
                facts.channel,
                *(self._via(via), ticket.get("due_at")),
                from_epoch(solved_at) if solved_at is not None and status in {"solved", "closed"} else None,
                *(rating.get("score"), rating.get("comment"), rating_id, bool(ticket.get("has_incidents"))),
                *(bool(comments[0]["public"]) if comments else True, len(comments), ticket.get("merged_into_id")),
                *(updated_at if is_deleted else None, ticket["submitter_id"] if is_deleted else None),
                *(tx.epoch if self._is_news else epoch(updated_at), json_text(history), state.policy_id),
                json_text([list(metric) for metric in state.metrics]),
                from_epoch(state.next_breach_at) if state.next_breach_at is not None else None,
                *(created_at, updated_at, seq, 1),
            )
        )

    def _audits(
        self,
        tx: WriteTransaction,
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
                    "id": tx.new_id(),
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
                ids[key] = tx.new_id()
                done[key] = []
            done[key].append(event)
            if event["type"] == "Comment":
                audit_of[event["id"]] = ids[key]
        for place, (key, happened) in enumerate(done.items()):
            if place == 0:
                happened += [
                    {"id": tx.new_id(), "type": "Create", "field_name": name, "value": value}
                    for name, value in (
                        ("subject", ticket["subject"]),
                        ("status", first_status),
                        ("priority", _initial(events, "priority", ticket.get("priority"))),
                        ("requester_id", str(ticket["requester_id"])),
                    )
                ]
            via = self._via(ticket.get("via") or {}) if place == 0 else self._via({"channel": "web"})
            rows.append((ids[key], ticket["id"], key[1], via, _METADATA, json_text(happened), key[0]))
        return audit_of

    def _attach(
        self, tx: WriteTransaction, rows: dict[str, list[tuple[Any, ...]]], comment: Wire, attachment: Wire
    ) -> None:
        """One file: its ``content``, or the ``digest`` and ``size`` of one that is stored."""
        content: bytes | None = attachment.get("content")
        digest = attachment["digest"] if content is None else hashlib.sha256(content).hexdigest()
        if content is not None and digest not in self._blobs:
            self._blobs.add(digest)
            known = select(schema.blobs.c.digest).where(schema.blobs.c.digest == digest)
            if tx.db.execute(known).first() is None:
                rows["blobs"].append((digest, content))
        size = attachment["size"] if content is None else len(content)
        rows["attachments"].append(
            (
                *(attachment["id"], comment["id"], digest, secrets.token_urlsafe(24), attachment["file_name"]),
                *(attachment["content_type"], size, bool(attachment.get("inline")), comment["created_at"]),
            )
        )

    def _rate(
        self, tx: WriteTransaction, rows: dict[str, list[tuple[Any, ...]]], ticket: Wire, rating: Mapping[str, Any]
    ) -> int:
        rating_id = tx.new_id()
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


def insert_many(db: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
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
