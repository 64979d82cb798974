"""The extras' quick copy of everything: what a console wants for its first sync and each later one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, Row, Table, func, literal, select, tuple_

from agentconsole.server import errors, sideloads, wire
from agentconsole.server.call import Call, ReadCall
from agentconsole.server.commenting import shaped
from agentconsole.server.params import Id
from agentconsole.server.schema import comments, groups, organizations, tickets, users

router = APIRouter(prefix="/api/agentconsole/v1", tags=["extras"])

UNSOLVED = ("new", "open", "pending", "hold")
NEVER = "9999-12-31T23:59:59Z"
EXPORTED: tuple[tuple[str, Table], ...] = (
    ("groups", groups),
    ("organizations", organizations),
    ("users", users),
    ("tickets", tickets),
    ("comments", comments),
)

ExportLimit = Annotated[int, Query(ge=1, le=1_000)]


@dataclass(slots=True)
class Batch:
    """Rows of each kind that go out together."""

    users: list[Row[Any]] = field(default_factory=list)
    organizations: list[Row[Any]] = field(default_factory=list)
    groups: list[Row[Any]] = field(default_factory=list)
    tickets: list[Row[Any]] = field(default_factory=list)
    comments: list[Row[Any]] = field(default_factory=list)

    def body(self, call: Call, db: Connection) -> dict[str, Any]:
        """The five lists in the shapes that go out."""
        now = int(call.desk.database.now().timestamp())
        api = call.api
        return {
            "users": [{**wire.user(row, api), "version": row.version} for row in self.users],
            "organizations": [
                {**wire.organization(row, api), "deleted": row.deleted, "version": row.version}
                for row in self.organizations
            ],
            "groups": [{**wire.group(row, api), "version": row.version} for row in self.groups],
            "tickets": [wire.full_ticket(row, api, now) for row in self.tickets],
            "comments": shaped(db, self.comments, call, wire.full_comment),
        }


@router.get("/export")
def export(
    call: ReadCall,
    cursor: Annotated[str | None, Query(max_length=20, pattern=r"^[0-9]{0,18}$")] = None,
    limit: ExportLimit = 500,
) -> Response:
    """Everything in the order of its last change, from after *cursor*. Keep the cursor: it never ends."""
    after = int(cursor or 0)
    with call.read() as db:
        # Read first: what is numbered up to here is committed, so nothing below it can turn up later.
        newest, _ = call.desk.database.revisions(db)
        reached = _reach(db, after, newest, limit)
        batch = Batch(**{kind: _changed(db, table, after, reached) for kind, table in EXPORTED})
        body = batch.body(call, db)
    return call.json(
        {
            **body,
            "cursor": str(max(reached, after)),
            "end_of_stream": reached >= newest,
            "remaining": max(0, newest - reached),
        }
    )


def _reach(db: Connection, after: int, newest: int, limit: int) -> int:
    """The number up to which *limit* rows of all kinds together go. Only the indexes of the numbers are read."""
    numbers: list[int] = []
    for _, table in EXPORTED:
        within = select(table.c.seq).where(table.c.seq > after, table.c.seq <= newest)
        numbers.extend(db.scalars(within.order_by(table.c.seq).limit(limit + 1)))
    numbers.sort()
    return newest if len(numbers) <= limit else numbers[limit - 1]


def _changed(db: Connection, table: Table, after: int, reached: int) -> list[Row[Any]]:
    within = select(table).where(table.c.seq > after, table.c.seq <= reached)
    return list(db.execute(within.order_by(table.c.seq)))


@router.get("/urgent")
def urgent(
    call: ReadCall,
    cursor: Annotated[str | None, Query(max_length=64, pattern=r"^[0-9TZ:-]{20}[.][0-9]{1,18}$")] = None,
    limit: ExportLimit = 200,
) -> Response:
    """Unsolved tickets with all that is said in them: what breaches next first, then the newest."""
    breach = func.coalesce(tickets.c.sla_next_breach_at, NEVER)
    newest_first = -tickets.c.id
    # Ids first, from the index alone: sorting thousands of whole tickets to send a few costs more than all the rest.
    found = select(tickets.c.id, breach.label("breach")).where(
        tickets.c.status.in_(UNSOLVED), tickets.c.deleted_at.is_(None)
    )
    if cursor:
        at, _, ticket_id = cursor.partition(".")
        edge = tuple_(literal(at, tickets.c.sla_next_breach_at.type), literal(-int(ticket_id), tickets.c.id.type))
        found = found.where(tuple_(breach, newest_first) > edge)
    with call.read() as db:
        total = int(db.scalar(select(func.count()).select_from(found.subquery())) or 0)
        page = db.execute(found.order_by(breach, newest_first).limit(limit)).all()
        place = {row.id: number for number, row in enumerate(page)}
        rows = sorted(sideloads.fetch(db, tickets, place), key=lambda row: place[row.id])
        body = _with_context(db, rows).body(call, db)
    reached = f"{page[-1].breach}.{page[-1].id}" if page else cursor
    remaining = total - len(page)
    return call.json({**body, "cursor": reached or "", "end_of_stream": remaining <= 0, "remaining": max(0, remaining)})


@router.get("/tickets/{ticket_id:int}/full")
def full_ticket(call: ReadCall, ticket_id: Id) -> Response:
    """One ticket, also when it was deleted, with all that is said in it and everybody it mentions."""
    with call.read() as db:
        rows = db.execute(select(tickets).where(tickets.c.id == ticket_id)).all()
        if not rows:
            raise errors.not_found()
        newest, _ = call.desk.database.revisions(db)
        body = _with_context(db, rows).body(call, db)
    return call.json({**body, "cursor": str(newest), "end_of_stream": True, "remaining": 0})


def _with_context(db: Connection, rows: Sequence[Row[Any]]) -> Batch:
    """*rows* of tickets with their comments and the people, organizations and groups named in either."""
    said: list[Row[Any]] = []
    ids = [row.id for row in rows]
    for start in range(0, len(ids), sideloads.AT_ONCE):
        part = ids[start : start + sideloads.AT_ONCE]
        said.extend(
            db.execute(
                select(comments)
                .where(comments.c.ticket_id.in_(part))
                .order_by(comments.c.ticket_id, comments.c.created_at, comments.c.id)
            )
        )
    people = [each for row in rows for each in (row.requester_id, row.submitter_id, row.assignee_id)]
    people += [row.author_id for row in said]
    user_rows = sideloads.fetch(db, users, people)
    firms = [row.organization_id for row in rows] + [row.organization_id for row in user_rows]
    return Batch(
        users=user_rows,
        organizations=sideloads.fetch(db, organizations, firms),
        groups=sideloads.fetch(db, groups, [row.group_id for row in rows]),
        tickets=list(rows),
        comments=said,
    )
