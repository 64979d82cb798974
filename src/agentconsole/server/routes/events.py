"""Live news: who changed what, and who has which ticket open. Answers never carry content, only ids and versions."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Header, Query, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection, delete, insert, select

from agentconsole.server import errors
from agentconsole.server.access import authenticate
from agentconsole.server.bodies import Body
from agentconsole.server.call import Call, ReadCall, Reply, WriteCall
from agentconsole.server.database import WriteTransaction
from agentconsole.server.feed import Revisions
from agentconsole.server.instants import from_epoch, to_text
from agentconsole.server.params import Id
from agentconsole.server.schema import SYNCED, comments, presence, users
from agentconsole.server.ticket_writing import ticket_row

router = APIRouter(prefix="/api/agentconsole/v1", tags=["live"])

MOST_AT_ONCE = 1_000
"""Changes of one kind in one read; who is further behind gets them in several."""


class PresenceBody(Body):
    """What you do with the ticket."""

    mode: Literal["viewing", "replying"]


@router.put("/presence/{ticket_id:int}", status_code=204)
def enter(call: WriteCall, ticket_id: Id, body: PresenceBody) -> Response:
    """Say that you have the ticket open; say it again within a minute, or it is forgotten."""

    def note(tx: WriteTransaction) -> Reply:
        ticket_row(tx.db, ticket_id)
        kept_for = call.desk.settings.presence_kept_for
        own = (presence.c.ticket_id == ticket_id) & (presence.c.user_id == call.user_id)
        gone = tx.db.execute(delete(presence).where(presence.c.expires_at <= tx.at)).rowcount
        known = tx.db.execute(select(presence.c.mode, presence.c.since).where(own)).one_or_none()
        tx.db.execute(delete(presence).where(own))
        tx.db.execute(
            insert(presence).values(
                ticket_id=ticket_id,
                user_id=call.user_id,
                mode=body.mode,
                since=known.since if known is not None else tx.at,
                expires_at=from_epoch(tx.epoch + kept_for),
            )
        )
        tx.is_presence_changed = gone > 0 or known is None or known.mode != body.mode
        return Reply(204)

    return call.write(note, reviewers_may=True)


@router.delete("/presence/{ticket_id:int}", status_code=204)
def leave(call: WriteCall, ticket_id: Id) -> Response:
    """Say that you have closed the ticket."""

    def forget(tx: WriteTransaction) -> Reply:
        own = (presence.c.ticket_id == ticket_id) & (presence.c.user_id == call.user_id)
        tx.is_presence_changed = tx.db.execute(delete(presence).where(own)).rowcount > 0
        return Reply(204)

    return call.write(forget, reviewers_may=True)


@router.get("/presence")
def list_presence(call: ReadCall) -> Response:
    """Who has which ticket open."""
    with call.read() as db:
        return call.json({"presence": list(_presence(call, db).values())})


def _presence(call: Call, db: Connection) -> dict[int, dict[str, Any]]:
    """Tickets that somebody has open, by id."""
    rows = db.execute(
        select(presence.c.ticket_id, presence.c.user_id, presence.c.mode, presence.c.since, users.c.name)
        .join(users, users.c.id == presence.c.user_id)
        .where(presence.c.expires_at > to_text(call.desk.database.now()))
        .order_by(presence.c.ticket_id, presence.c.since, presence.c.user_id)
    )
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        entry = found.setdefault(row.ticket_id, {"ticket_id": row.ticket_id, "users": []})
        entry["users"].append({"id": row.user_id, "name": row.name, "mode": row.mode, "since": row.since})
    return found


@router.get(
    "/events",
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}, "description": "The stream"}},
    response_class=StreamingResponse,
)
def events(
    call: ReadCall,
    after: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    last_event_id: Annotated[str | None, Header(max_length=20, pattern=r"^[0-9]{1,18}$")] = None,
) -> StreamingResponse:
    """Changes as they are committed (server-sent events), from after *after* or ``Last-Event-ID``, else from now.

    The stream ends when its user or token is no longer let in.
    """
    start = int(last_event_id) if last_event_id else after
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_Stream(call, start).run(), media_type="text/event-stream", headers=headers)


class _Stream:
    """One client's stream."""

    def __init__(self, call: Call, after: int | None) -> None:
        self._call = call
        self._database = call.desk.database
        self._authorization = call.request.headers.get("authorization")
        self._after = after
        self._presence: dict[int, dict[str, Any]] = {}

    async def run(self) -> AsyncIterator[bytes]:
        feed = self._call.desk.feed
        with feed.listening() as waker:
            seq, _ = await run_in_threadpool(self._revisions)
            after = seq if self._after is None else min(self._after, seq)
            yield _event("hello", {"seq": seq})
            while not feed.is_closed:
                waker.clear()
                # Looked at again before anything is told and at each heartbeat; a suspension wakes the stream, too.
                try:
                    after, news = await run_in_threadpool(self._news, after)
                except errors.Problem:
                    return
                if news:
                    yield news
                    continue
                try:
                    await asyncio.wait_for(waker.wait(), self._call.desk.settings.heartbeat_every)
                except TimeoutError:
                    yield b": still here\n\n"

    def _revisions(self) -> Revisions:
        with self._database.read() as db:
            return self._database.revisions(db)

    def _news(self, after: int) -> tuple[int, bytes]:
        """Return (number reached, events) of what is new after number *after*; raises `Problem` to who may not know."""
        with self._database.read() as db:
            if authenticate(db, self._authorization) is None:
                raise errors.unauthenticated()
            newest, _ = self._database.revisions(db)
            reached, changes = _changes(db, after, newest)
            now_present = _presence(self._call, db)
        parts = [_event("change", change, change["seq"]) for change in changes]
        for ticket_id in sorted(self._presence.keys() | now_present.keys()):
            entry = now_present.get(ticket_id, {"ticket_id": ticket_id, "users": []})
            if entry != self._presence.get(ticket_id, {"ticket_id": ticket_id, "users": []}):
                parts.append(_event("presence", entry))
        self._presence = now_present
        return reached, b"".join(parts)


def _changes(db: Connection, after: int, newest: int) -> tuple[int, list[dict[str, Any]]]:
    """What changed in (after, newest], oldest first, and up to where that is complete."""
    if newest <= after:
        return after, []
    found: list[dict[str, Any]] = []
    for kind, table in SYNCED:
        columns = [table.c.seq, table.c.id, table.c.version]
        if table is comments:
            columns.append(table.c.ticket_id)
        rows = db.execute(
            select(*columns).where(table.c.seq > after, table.c.seq <= newest).order_by(table.c.seq).limit(MOST_AT_ONCE)
        ).all()
        if len(rows) == MOST_AT_ONCE:
            newest = min(newest, rows[-1].seq)
        for row in rows:
            change = {"seq": row.seq, "kind": kind, "id": row.id, "version": row.version}
            if table is comments:
                change["ticket_id"] = row.ticket_id
            elif kind == "ticket":
                change["ticket_id"] = row.id
            found.append(change)
    found = [change for change in found if change["seq"] <= newest]
    found.sort(key=lambda change: int(change["seq"]))
    return newest, found


def _event(name: str, data: dict[str, Any], number: int | None = None) -> bytes:
    head = f"event: {name}\n" if number is None else f"event: {name}\nid: {number}\n"
    return head.encode() + b"data: " + msgspec.json.encode(data) + b"\n\n"
