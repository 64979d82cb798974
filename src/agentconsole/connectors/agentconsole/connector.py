"""The connector for the reference server.

Writes speak the dialect. Reading goes through the extras: one export in the order of changes, tickets that need action
first, whole tickets in one answer, and a stream that says at once when something has changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from agentconsole.connectors.agentconsole import extras
from agentconsole.connectors.agentconsole.offers import OFFERS
from agentconsole.connectors.api import (
    Forbidden,
    Identity,
    Missing,
    Nudge,
    PinAnswer,
    Receipt,
    Refused,
    Send,
    UploadLost,
)
from agentconsole.connectors.zendesk_dialect import wire
from agentconsole.connectors.zendesk_dialect.desk import DialectDesk
from agentconsole.connectors.zendesk_dialect.times import instant
from agentconsole.domain.commands import MergeTickets
from agentconsole.domain.files import LocalFile, Upload
from agentconsole.domain.records import Page
from agentconsole.domain.values import Ref, Role

EXTRAS = "/api/agentconsole/v1"
EVERYTHING = "everything"
PAGE_SIZE = 500
"""Rows: decoding more in one go would hold up the window's own thread for longer than a frame may take."""

URGENT_PAGE_SIZE = 200
URGENT_PAGES = 10
"""More than anybody reads before the whole copy is there."""

PART = 4 * 1024 * 1024
"""Bytes of a file that go in one request, and are lost when its connection breaks."""

T = TypeVar("T")


class AgentConsoleConnector(DialectDesk):
    """One reference server."""

    kind = "agentconsole"
    capabilities = OFFERS
    streams: tuple[str, ...] = (EVERYTHING,)

    async def identify(self) -> Identity:
        """Return who is signed in; NeedsLogin when nobody is."""
        session = await self._extra("/session", extras.Session)
        user = session.user
        if session.role not in tuple(Role):
            raise Forbidden("This sign-in belongs to a requester. The console is for agents.")
        self._me = str(user.id)
        return Identity(
            ref=self._me,
            name=user.name or "",
            email=user.email or "",
            role=Role(session.role),
            time_zone=user.iana_time_zone,
        )

    async def reference(self) -> Page:
        """Return the small whole sets, support contacts, announcements and the status of the systems among them."""
        page = await super().reference()
        contacts = await self._extra("/contacts", extras.Contacts)
        announcements = await self._extra("/announcements", extras.Announcements)
        try:
            status = await self._extra("/status/summary.json", dict[str, Any])
        except Missing:
            status = None
        return msgspec.structs.replace(
            page,
            contacts=tuple(extras.contact_record(row) for row in contacts.contacts),
            announcements=tuple(extras.announcement_record(row) for row in announcements.announcements),
            status_summary=status,
        )

    async def urgent(self) -> AsyncIterator[Page]:
        """Yield unsolved tickets with their comments, the soonest breach first; their cursors mean nothing."""
        cursor: str | None = None
        for _ in range(URGENT_PAGES):
            page = await self._rows("/urgent", {"cursor": cursor, "limit": URGENT_PAGE_SIZE})
            yield page
            if not page.more:
                return
            cursor = page.cursor

    async def changes(self, stream: str, cursor: str | None) -> Page:
        """Return the next page of everything that changed after *cursor*, in the order of the changes."""
        if stream != EVERYTHING:
            raise Missing(f"There is no stream {stream}.")
        page = await self._rows("/export", {"cursor": cursor, "limit": PAGE_SIZE})
        return page if page.cursor else msgspec.structs.replace(page, cursor=cursor)

    async def ticket(self, ref: Ref) -> Page:
        """Return one ticket with all its comments and the people in it; Missing when it is gone."""
        page = await self._rows(f"/tickets/{quote(ref, safe='')}/full", {}, whole_comments_of=(ref,))
        if not page.tickets:
            raise Missing
        self._learn_names(page.people)
        return msgspec.structs.replace(page, more=False, cursor=None)

    async def settle(self, send: Send) -> Receipt | None:
        """Look whether *send* took effect: the server keeps its first answer to every key.

        It forgets them after some days, so a key that it does not know says nothing: then the ticket itself is read.
        """
        try:
            first = await self._extra(f"/idempotency/{quote(send.key, safe='')}", extras.FirstAnswer)
        except Missing:
            return await super().settle(send)
        answer = msgspec.json.decode(first.body) if isinstance(first.body, str) else first.body
        try:
            body = msgspec.convert(answer, wire.Body)
        except msgspec.ValidationError:
            body = wire.Body()
        if isinstance(send.command, MergeTickets) and send.ticket is not None and send.into is not None:
            # the answer of then may still say that the job is queued
            return await self._merges.finished(body.job_status, send.ticket, send.into)
        ticket = send.ticket if body.ticket is None else str(body.ticket.id)
        if ticket is None:
            raise Refused("The help desk opened the ticket but does not say under which number.")
        # what the ticket was right after the command is in the first answer; what it is now must be asked
        then = self._receipt(body, send.current) if body.ticket is not None else None
        return Receipt(
            ticket=ticket,
            page=await self.ticket(ticket),
            comment=then.comment if then is not None else None,
            after=then.after if then is not None else None,
            touched=then.touched if then is not None else frozenset(),
        )

    async def upload(
        self, file: LocalFile, key: str, upload: Upload, progressed: Callable[[Upload], Awaitable[None]]
    ) -> Upload:
        """Bring *file* to the server, a large one in parts: from where *upload* has got to."""
        if file.size <= PART:
            return await super().upload(file, key, upload, progressed)
        if not upload.begun:
            said = await self._said_of_upload(
                "POST",
                f"{EXTRAS}/uploads",
                b"",
                {"filename": file.file_name, "size": file.size},
                content_type=file.content_type,
                key=key,
            )
            upload = msgspec.structs.replace(upload, begun=said.id, sent=said.received or 0)
            await progressed(upload)
        while True:
            part = await asyncio.to_thread(_part, file, upload.sent)
            path = f"{EXTRAS}/uploads/{quote(upload.begun, safe='')}"
            try:
                said = await self._said_of_upload("PUT", path, part, {"at": upload.sent})
            except Missing as error:
                raise UploadLost("The help desk has forgotten the beginning of an attached file.") from error
            if said.token:
                return msgspec.structs.replace(
                    upload, token=said.token, begun="", sent=file.size, expires_at=instant(said.expires_at)
                )
            if not part:
                raise UploadLost("The help desk has another length of an attached file.")
            upload = msgspec.structs.replace(upload, sent=said.received or 0)
            await progressed(upload)

    async def _said_of_upload(
        self,
        method: str,
        path: str,
        content: bytes,
        params: dict[str, Any],
        *,
        content_type: str = "application/octet-stream",
        key: str | None = None,
    ) -> extras.PartOfFile:
        answer = await self._http.write(
            method, path, content=content, content_type=content_type, params=params, key=key
        )
        return answer.read(msgspec.json.Decoder(extras.BegunFile)).upload

    async def listen(self) -> AsyncIterator[Nudge]:
        """Yield a nudge whenever something changed, until the stream ends.

        The first comes with the connection: something may have changed before it.
        """
        async for event in self._http.events(f"{EXTRAS}/events"):
            if event.event in ("hello", "change"):
                yield Nudge()
            elif event.event == "presence":
                try:
                    row = msgspec.json.decode(event.data, type=extras.PresenceOf)
                except msgspec.DecodeError:
                    continue
                yield Nudge(
                    change=False, presence=extras.presence_records(row, self._me), presence_of=str(row.ticket_id)
                )

    async def announce_presence(self, ticket: Ref, mode: str | None) -> None:
        """Tell colleagues that the agent views or replies to *ticket*; None: no longer."""
        path = f"{EXTRAS}/presence/{quote(ticket, safe='')}"
        if mode is None:
            await self._http.write("DELETE", path)
        else:
            await self._http.write("PUT", path, {"mode": mode})

    async def check_pin(self, person: Ref, pin: str) -> PinAnswer:
        """Ask whether *pin* is the Support PIN of *person*."""
        answer = await self._http.write("POST", f"{EXTRAS}/users/{quote(person, safe='')}/pin_checks", {"pin": pin})
        return extras.pin_answer(answer.read(msgspec.json.Decoder(extras.PinCheck)))

    async def _rows(self, path: str, params: dict[str, Any], **more: Any) -> Page:
        body = self._read(await self._http.get(EXTRAS + path, params), "tickets", "comments")
        return self._page(
            body,
            cursor=body.cursor,
            more=body.end_of_stream is False,
            remaining=body.remaining,
            **more,
        )

    async def _extra(self, path: str, shape: type[T]) -> T:
        return (await self._http.get(EXTRAS + path)).read(msgspec.json.Decoder(shape))


def _part(file: LocalFile, start: int) -> bytes:
    with file.open() as stream:
        stream.seek(start)
        return stream.read(PART)
