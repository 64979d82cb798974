"""What every help desk of the dialect can do, in the same way: read, write, look whether a write arrived."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import msgspec

from agentconsole.connectors.api import (
    Capabilities,
    ConnectorError,
    Forbidden,
    Missing,
    NeedsLogin,
    Outdated,
    Receipt,
    Refused,
    Send,
    Unanswered,
    Unsupported,
    UploadLost,
)
from agentconsole.connectors.http import Answer, HttpClient
from agentconsole.connectors.http.oddities import Oddities
from agentconsole.connectors.zendesk_dialect import records, wire, words
from agentconsole.connectors.zendesk_dialect.history import history_rows, is_merge, touched_fields
from agentconsole.connectors.zendesk_dialect.merging import API, Merges, merge_receipt
from agentconsole.connectors.zendesk_dialect.pages import page_of
from agentconsole.connectors.zendesk_dialect.reading import OtherShape, read_body, read_shape
from agentconsole.connectors.zendesk_dialect.times import instant
from agentconsole.connectors.zendesk_dialect.views import view_records
from agentconsole.connectors.zendesk_dialect.writing import new_ticket, number, tag_changes, ticket_change
from agentconsole.domain.commands import AddComment, ChangeTags, CreateTicket, MergeTickets
from agentconsole.domain.files import LocalFile, Upload
from agentconsole.domain.projection import with_tags
from agentconsole.domain.records import ArticleRecord, Page, PersonRecord, TicketRecord
from agentconsole.domain.rows import HistoryRow
from agentconsole.domain.values import Ref, Status

PAGE_SIZE = 100

WARNING = "x-zendesk-api-warn"
"""The header that names ignored keys of a request which was carried out otherwise."""

_LONGEST_WARNING = 200


class _Articles(wire.Wire):
    results: list[wire.Article] | None = None


class _Token(wire.Wire):
    token: str
    expires_at: str | None = None


class _Tags(wire.Wire):
    tags: list[str]


class _Upload(wire.Wire):
    upload: _Token


class DialectDesk:
    """The common part of connectors of the dialect. *sleep* passes the time between looks at a running job."""

    capabilities = Capabilities()

    def __init__(self, http: HttpClient, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._http = http
        self._me: Ref | None = None
        self._statuses: dict[Ref, records.NamedStatus] = {}
        self._knows_statuses = False
        self._names: dict[Ref, str] = {}
        self.oddities = Oddities()
        self._merges = Merges(http, self._read, self.ticket, sleep)

    @property
    def clock_offset(self) -> int:
        """The help desk's clock less ours, microseconds."""
        return self._http.clock_offset

    async def close(self) -> None:
        """Give back connections."""
        await self._http.close()

    def _read(self, answer: Answer, *expected: str) -> wire.Body:
        self._heed(answer)
        return read_body(answer, *expected, oddities=self.oddities)

    def _heed(self, answer: Answer) -> None:
        """Hear what the help desk says it has ignored of our request: names of keys, which should never be."""
        warning = answer.headers.get(WARNING)
        if warning:
            self.oddities.note(f"{WARNING}: {warning[:_LONGEST_WARNING]}")

    def _page(self, body: wire.Body, **more: Any) -> Page:
        return page_of(body, self._statuses, oddities=self.oddities, **more)

    # reading

    async def signed_in(self) -> wire.User:
        """Return the user of the credentials; NeedsLogin when the help desk sees nobody in particular."""
        user = self._read(await self._http.get(f"{API}/users/me.json"), "user").user
        if (user is None or user.id is None) and await self._http.renew():
            user = self._read(await self._http.get(f"{API}/users/me.json"), "user").user
        if user is None or user.id is None:
            # wrong credentials are answered by an anonymous user, not by an error
            raise NeedsLogin
        if user.role == "end-user":
            raise Forbidden("This sign-in belongs to a requester. The console is for agents.")
        if user.suspended:
            raise Forbidden("Your account is suspended at the help desk.")
        self._me = str(user.id)
        return user

    async def reference(self) -> Page:
        """Return groups, agents, fields, macros and views; what this sign-in may not see is left out."""
        rows = {
            name: await self._rows_if_any(path, name, params)
            for name, path, params in (
                ("groups", "/groups", {}),
                ("group_memberships", "/group_memberships", {}),
                ("users", "/users", {"role[]": ["agent", "admin"]}),
                ("ticket_fields", "/ticket_fields", {}),
                ("macros", "/macros", {}),
                ("views", "/views", {}),
                ("custom_statuses", "/custom_statuses", {}),
            )
        }
        self._know_statuses(rows["custom_statuses"])
        people = tuple(records.person_record(row) for row in rows["users"] or ())
        groups, fields, macros, views = (rows[name] for name in ("groups", "ticket_fields", "macros", "views"))
        group_rows = None if groups is None else records.group_records(groups, rows["group_memberships"])
        field_rows = None if fields is None else records.field_records(fields)
        self._learn_names(people)
        self._names.update({row.ref: row.name for row in group_rows or ()})
        self._names.update({f"field:{row.ref}": row.title for row in field_rows or ()})
        return Page(
            people=people,
            groups=group_rows,
            ticket_fields=field_rows,
            macros=None if macros is None else records.macro_records(macros),
            views=None if views is None else view_records(views, self._names),
        )

    async def ticket(self, ref: Ref) -> Page:
        """Return one ticket with all its comments and the people in it; Missing when it is gone."""
        left_out = self.oddities.left_out
        include = {"include": "users,organizations,slas,comment_count"}
        body = self._read(await self._http.get(f"{API}/tickets/{_segment(ref)}.json", include), "ticket")
        if body.ticket is None or records.is_deleted(body.ticket):
            raise Missing
        await self._name_status(body.ticket)
        body.tickets = [body.ticket]
        comments, users = await self._comments(ref)
        body.users = [*(body.users or ()), *users]
        body.comments = comments
        page = self._page(body, ticket=ref)
        if self.oddities.left_out == left_out:
            # what could not be read is still there, and nothing to remove here
            page = msgspec.structs.replace(page, whole_comments_of=(ref,))
        self._learn_names(page.people)
        (ticket,) = page.tickets
        if ticket.status is Status.CLOSED and ticket.merged_into is None:
            # the ticket itself does not say where it went; what the merge wrote does
            page = msgspec.structs.replace(
                page, tickets=(msgspec.structs.replace(ticket, merged_into=records.merged_into(comments)),)
            )
        return page

    async def history(self, ticket: Ref) -> tuple[HistoryRow, ...]:
        """Return the events of *ticket*, oldest first."""
        audits: list[wire.Audit] = []
        async for body in self._pages(f"/tickets/{_segment(ticket)}/audits", "audits", {"include": "users"}):
            audits.extend(body.audits or ())
            self._learn_names(tuple(records.person_record(user) for user in body.users or ()))
        return history_rows(audits, self._names)

    async def articles(self, query: str) -> tuple[ArticleRecord, ...]:
        """Search the help centre."""
        answer = await self._http.get(f"{API}/help_center/articles/search.json", {"query": query, "per_page": 10})
        found = read_shape(answer, _Articles, self.oddities).results or ()
        return tuple(records.article_record(row) for row in found if row.id is not None)

    async def download(
        self, url: str, write: Callable[[bytes], object], progress: Callable[[int], None] | None = None
    ) -> None:
        """Hand the bytes of an attachment to *write*; credentials never go to a foreign host."""
        await self._http.download(url, write, progress)

    async def _comments(self, ticket: Ref) -> tuple[list[wire.Comment], list[wire.User]]:
        comments: list[wire.Comment] = []
        users: list[wire.User] = []
        path = f"/tickets/{_segment(ticket)}/comments"
        async for body in self._pages(path, "comments", {"include": "users"}):
            comments.extend(body.comments or ())
            users.extend(body.users or ())
        return comments, users

    async def _pages(self, path: str, key: str, params: Mapping[str, Any]) -> AsyncIterator[wire.Body]:
        """Yield all pages of a list, by cursor, or by page number where a list knows no cursors."""
        asked: dict[str, Any] = {"page[size]": PAGE_SIZE, **params}
        url = f"{API}{path}.json"
        followed: set[str] = set()
        while True:
            body = self._read(await self._http.get(url, asked), key)
            yield body
            if body.meta is not None:
                if not body.meta.has_more or not body.meta.after_cursor:
                    return
                if body.meta.after_cursor == asked.get("page[after]"):
                    self.oddities.note(f"{key}: the list goes on where it was")
                    return
                asked = {**asked, "page[after]": body.meta.after_cursor}
            elif body.next_page:
                # only what stands behind the question mark: whatever else it says, it is ours to ask here
                query = body.next_page.partition("?")[2].partition("#")[0]
                if query in followed:
                    self.oddities.note(f"{key}: the list goes on where it was")
                    return
                followed.add(query)
                asked = {}
                url = f"{API}{path}.json?{query}"
            else:
                return

    async def _rows_if_any(self, path: str, key: str, params: Mapping[str, Any]) -> list[Any] | None:
        rows: list[Any] = []
        try:
            async for body in self._pages(path, key, params):
                rows.extend(getattr(body, key))
        except (Forbidden, Missing, Unsupported, Refused) as error:
            self.oddities.lack(key, error)
            return None
        except OtherShape:
            # in a small set that has gone odd there is nothing that the tickets could not do without
            self.oddities.note(f"{key}: an answer of another shape")
            return None
        return rows

    def _know_statuses(self, rows: list[wire.CustomStatus] | None) -> None:
        words.note_statuses(rows or [], self.oddities)
        self._statuses = records.named_statuses(rows or ())
        self._knows_statuses = True

    async def _name_status(self, row: wire.Ticket) -> None:
        """Learn the desk's own statuses if *row* is in one and they are not known: nothing may have been pulled yet."""
        if row.custom_status_id is not None and not self._knows_statuses:
            self._know_statuses(await self._rows_if_any("/custom_statuses", "custom_statuses", {}))

    def _learn_names(self, people: tuple[PersonRecord, ...]) -> None:
        self._names.update({person.ref: person.name for person in people})

    # writing

    async def send(self, send: Send) -> Receipt:
        """Carry out one command. Unanswered means that it may have taken effect.

        Tags go first. They make the ticket newer, hence Outdated when the rest is to be a safe update: what else has
        changed must be looked at before. Sent again with the newer ticket, only the rest is left to do.
        """
        command = send.command
        if isinstance(command, MergeTickets):
            if send.into is None:
                raise Refused("The ticket to merge into is not at the help desk yet.")
            return await self._merges.merge(command, _ticket_of(send), send.into, send.key)
        if isinstance(command, ChangeTags):
            await self._retag(send)
            try:
                return await self._as_it_is(send)
            except ConnectorError as error:
                # the tags are there: a change that counted as not sent could be taken back, and would stay all the same
                raise Unanswered("The help desk took the tags, but does not say what the ticket is now.") from error
        if await self._retag(send) and send.current is not None and send.current.stamp:
            raise Outdated
        if isinstance(command, CreateTicket):
            body = new_ticket(send, command, send.uploads)
            method, path, label = "POST", f"{API}/tickets.json", "tickets-create"
        else:
            path = f"{API}/tickets/{_segment(_ticket_of(send))}.json"
            body = ticket_change(send, send.uploads)
            method, label = "PUT", "tickets-update"
        try:
            answer = await self._http.write(method, path, body, key=send.key, label=label)
        except Refused as error:
            if send.uploads and "upload" in str(error).lower():
                raise UploadLost(str(error)) from error
            raise
        said = self._read(answer, "ticket")
        if said.ticket is None or said.ticket.id is None:
            raise answer.garbled()
        with suppress(ConnectorError):  # the change is done: that comes first, the name of its status later
            await self._name_status(said.ticket)
        return self._receipt(said, send.current)

    async def settle(self, send: Send) -> Receipt | None:
        """Look whether *send* took effect: by its mark in the ticket's audits, a new ticket by its external id."""
        command = send.command
        if isinstance(command, CreateTicket):
            return await self._settle_creation(send)
        ref = _ticket_of(send)
        if isinstance(command, MergeTickets):
            page = await self.ticket(ref)
            return merge_receipt(ref, send.into, page) if await self._was_merged(page.tickets[0], send) else None
        if isinstance(command, ChangeTags):
            receipt = await self._as_it_is(send)
            now = receipt.page.tickets[0]
            return receipt if with_tags(now, command.add, command.remove) is now else None
        async for body in self._pages(f"/tickets/{_segment(ref)}/audits", "audits", {}):
            for audit in body.audits or ():
                if records.marker(audit.metadata) == send.key:
                    comments = records.audit_comments(audit, ref)
                    return await self._found(ref, comments[0].ref if comments else None)
                lookalike = await self._lookalike(audit, send)
                if lookalike is not None:
                    return await self._found(ref, lookalike)
        return None

    async def _found(self, ticket: Ref, comment: Ref | None) -> Receipt:
        """The receipt for a command that turned out to have arrived."""
        return Receipt(ticket=ticket, page=await self.ticket(ticket), comment=comment)

    async def _was_merged(self, source: TicketRecord, send: Send) -> bool:
        """Say whether *source*, as it is now, was merged as *send* wanted; a ticket can also be closed otherwise."""
        if source.status is not Status.CLOSED:
            return False
        if source.merged_into is not None:
            return source.merged_into == send.into
        async for body in self._pages(f"/tickets/{_segment(source.ref)}/audits", "audits", {}):
            if any(is_merge(audit, send.into) for audit in body.audits or ()):
                return True
        return False

    async def _retag(self, send: Send) -> bool:
        """Add and remove what *send* says of tags; whether there was anything to do."""
        changes = tag_changes(send)
        if not changes:
            return False
        path = f"{API}/tickets/{_segment(_ticket_of(send))}/tags.json"
        # asked anew of a newer ticket it is another request: what somebody undid meanwhile is done again
        stamp = send.current.stamp if send.current is not None else ""
        for each in changes:
            key = f"{send.key}-{each.name}-{stamp}"
            body = {"tags": list(each.tags)}
            answer = await self._http.write(each.method, path, body, key=key, label="tickets-update")
            self._heed(answer)
            if answer.status != 204:
                read_shape(answer, _Tags, self.oddities)  # a sign-in page of somebody's network says 200, too
        return True

    async def _as_it_is(self, send: Send) -> Receipt:
        """The receipt that the ticket of *send*, as it is now, makes."""
        path = f"{API}/tickets/{_segment(_ticket_of(send))}.json"
        said = self._read(await self._http.get(path, {"include": "slas,comment_count"}), "ticket")
        if said.ticket is None or records.is_deleted(said.ticket):
            raise Missing
        return self._receipt(said, send.current)

    async def _settle_creation(self, send: Send) -> Receipt | None:
        for params in ({"external_id": send.key}, {"sort": "-id", "page[size]": PAGE_SIZE}):
            body = self._read(await self._http.get(f"{API}/tickets.json", params), "tickets")
            for row in body.tickets or ():
                if row.external_id == send.key:
                    return Receipt(ticket=str(row.id), page=await self.ticket(str(row.id)))
        return None

    async def _lookalike(self, audit: wire.Audit, send: Send) -> Ref | None:
        """The comment of *send* in *audit*, of a help desk that drops our mark; None when it is not there.

        It has our author and our text, is no older than what we knew of the ticket when we sent, and is not what
        another command is known to have become: an agent may say the same thing twice.
        """
        command = send.command
        custom = audit.metadata.get("custom") if isinstance(audit.metadata, dict) else None
        if custom or not isinstance(command, AddComment) or send.current is None:
            return None
        if self._me is None:
            await self.signed_in()
        for comment in records.audit_comments(audit, send.current.ref):
            if (
                comment.author == self._me
                and comment.public == command.public
                and comment.created_at >= send.current.updated_at
                and comment.ref not in send.claimed
                and comment.body.split() == command.body.split()
            ):
                return comment.ref
        return None

    async def upload(
        self,
        file: LocalFile,
        key: str,
        upload: Upload,
        progressed: Callable[[Upload], Awaitable[None]],  # noqa: ARG002 - here a file goes in one piece
    ) -> Upload:
        """Upload *file* whole; returns it with its token. Repeating that with the same *key* repeats the token."""
        content = await asyncio.to_thread(_content, file)
        answer = await self._http.write(
            "POST",
            f"{API}/uploads.json",
            content=content,
            content_type=file.content_type,
            params={"filename": file.file_name},
            key=key,
        )
        said = read_shape(answer, _Upload, self.oddities).upload
        if not said.token:
            raise answer.garbled()
        return msgspec.structs.replace(
            upload, token=said.token, begun="", sent=file.size, expires_at=instant(said.expires_at)
        )

    def _receipt(self, said: wire.Body, current: TicketRecord | None) -> Receipt:
        """The receipt for a change, from its own answer: the ticket, and the comment in the audit."""
        assert said.ticket is not None
        words.note_tickets([said.ticket], self._statuses, self.oddities)
        ticket = records.ticket_record(said.ticket, self._statuses)
        if ticket.targets is None and current is not None:
            ticket = msgspec.structs.replace(ticket, targets=current.targets)
        if said.audit is None:
            return Receipt(ticket=ticket.ref, page=Page(tickets=(ticket,)), after=ticket)
        comments = records.audit_comments(said.audit, ticket.ref)
        return Receipt(
            ticket=ticket.ref,
            page=Page(tickets=(ticket,), comments=comments),
            comment=comments[0].ref if comments else None,
            after=ticket,
            touched=touched_fields(said.audit),
        )


def _ticket_of(send: Send) -> Ref:
    if send.ticket is None:
        raise Refused("The ticket is not at the help desk yet.")
    return send.ticket


def _segment(ref: Ref) -> str:
    return quote(str(number(ref)), safe="")


def _content(file: LocalFile) -> bytes:
    with file.open() as stream:
        return stream.read()
