"""Live news: who changed what, and who has which ticket open. Answers never carry content, only ids and versions."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy import delete, insert, select

from agentconsole.server import errors
from agentconsole.server.access import authenticate
from agentconsole.server.bodies import Body
from agentconsole.server.call import Call, ReadCall, Reply, WriteCall
from agentconsole.server.database import WriteTransaction
from agentconsole.server.instants import from_epoch
from agentconsole.server.news import Access, Presence, changes_after, event, presence_now
from agentconsole.server.params import Id
from agentconsole.server.schema import presence
from agentconsole.server.ticket_writing import ticket_row

router = APIRouter(prefix="/api/agentconsole/v1", tags=["live"])


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
        return call.json({"presence": list(presence_now(db, call.desk.database).values())})


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
        self._presence: Presence = {}
        self._access: Access | None = None

    async def run(self) -> AsyncIterator[bytes]:
        """Yield events until the server ends, or its client may not know any more."""
        news = self._call.desk.news
        async with news.followed() as (reader, follower):
            after = reader.newest if self._after is None else min(self._after, reader.newest)
            yield event("hello", {"seq": reader.newest})
            while not news.is_closed:
                follower.clear()
                if self._access != reader.access:
                    self._access = reader.access
                    if not await run_in_threadpool(self._may_know):
                        return
                if after < reader.floor:
                    after, told = await run_in_threadpool(self._catch_up, after)
                    if told:
                        yield told
                    continue
                told, after = reader.since(after), max(after, reader.newest)
                told += self._who_is_where(reader.presence)
                if told:
                    yield told
                    continue
                try:
                    await asyncio.wait_for(follower.wait(), self._call.desk.settings.heartbeat_every)
                except TimeoutError:
                    yield b": still here\n\n"

    def _may_know(self) -> bool:
        with self._database.read() as db:
            try:
                return authenticate(db, self._authorization) is not None
            except errors.Problem:
                return False

    def _catch_up(self, after: int) -> tuple[int, bytes]:
        """Return (number reached, events) of what is new after number *after*, from the tables."""
        with self._database.read() as db:
            newest, _ = self._database.revisions(db)
            reached, changes = changes_after(db, after, newest)
        return reached, b"".join(event("change", change, change["seq"]) for change in changes)

    def _who_is_where(self, now_present: Presence) -> bytes:
        """Return events for the tickets that others have come to or left."""
        if now_present is self._presence:
            return b""
        parts = []
        for ticket_id in sorted(self._presence.keys() | now_present.keys()):
            entry = now_present.get(ticket_id, {"ticket_id": ticket_id, "users": []})
            if entry != self._presence.get(ticket_id, {"ticket_id": ticket_id, "users": []}):
                parts.append(event("presence", entry))
        self._presence = now_present
        return b"".join(parts)
