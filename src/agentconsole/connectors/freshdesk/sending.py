"""Carry out commands at a Freshdesk, and find out what became of those that were never answered.

A reply and the change of fields that goes with it are two requests. The fields go first: setting them again changes
nothing, so that whatever breaks in between, the rest is still to be done and nothing is done twice. A reply can't be
marked: it is known by its author and its words, as the one that came after what the agent had seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from agentconsole.connectors.api import (
    ConnectorError,
    Missing,
    NeedsLogin,
    RateLimited,
    Receipt,
    Refused,
    Send,
    Unanswered,
    Unsupported,
    UploadLost,
)
from agentconsole.connectors.freshdesk import records, wire
from agentconsole.connectors.freshdesk.desk import API, FreshdeskDesk, segment
from agentconsole.connectors.freshdesk.records import instant, ref
from agentconsole.connectors.freshdesk.words import CLOSED
from agentconsole.connectors.freshdesk.writing import field_values, new_ticket, number, tags_after
from agentconsole.connectors.plain_rest.carried import Carried, CarriedFiles
from agentconsole.connectors.plain_rest.forgiving import read_list, row_of, rows_of
from agentconsole.connectors.plain_rest.patience import Patience
from agentconsole.connectors.plain_rest.plain_text import markup_of, same_words, text_of
from agentconsole.domain.commands import AddComment, ChangeTags, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.instant import MINUTE, SECOND, Instant
from agentconsole.domain.projection import value_of, with_tags
from agentconsole.domain.records import CommentRecord, Page, TicketRecord
from agentconsole.domain.values import Ref

ROUGHLY = MINUTE
"""How exactly the desk's clock is known when a ticket is queued, without having asked it first."""


class Sender:
    """Writes to one desk. *clock* is the desk's time, *me* who is signed in."""

    def __init__(
        self,
        desk: FreshdeskDesk,
        files: CarriedFiles,
        patience: Patience,
        clock: Callable[[], Instant],
        me: Callable[[], Ref | None],
    ) -> None:
        self._desk = desk
        self._files = files
        self._patience = patience
        self._clock = clock
        self._me = me
        self._begun: dict[str, Instant] = {}
        self._opened: dict[Ref, str] = {}
        self._note_files: dict[str, tuple[str, ...]] = {}

    async def send(self, send: Send) -> Receipt:
        """Carry out one command. Unanswered means that it may have taken effect."""
        try:
            return await self._carry_out(send)
        except Unanswered:
            self._patience.unanswered(send.key)
            raise

    async def _carry_out(self, send: Send) -> Receipt:
        match send.command:
            case MergeTickets() as command:
                return await self._merge(send, command)
            case CreateTicket() as command:
                return await self._create(send, command)
            case ChangeTags(add=added, remove=removed):
                after = await self._change(send, {}, added, removed)
                return await self._after_writing(_ticket_of(send), after=after)
            case SetFields(values=values):
                after = await self._change(send, values)
                return await self._after_writing(_ticket_of(send), after=after)
            case AddComment() as command:
                return await self._comment(send, command)
        raise TypeError(f"{type(send.command).__name__} is no command")

    async def _change(
        self, send: Send, values: dict[str, Any], added: Sequence[str] = (), removed: Sequence[str] = ()
    ) -> TicketRecord | None:
        """Set fields and tags; returns the ticket as that has left it, None when there was nothing to do."""
        ticket = _ticket_of(send)
        body = field_values(values, self._desk.words, send.current)
        if added or removed:
            # they are sent as a whole: what a colleague has added a moment ago must be among them
            tags = tags_after((await self._desk.row(ticket)).tags or (), added, removed)
            if tags is not None:
                body["tags"] = tags
        if not body:
            return None
        said = await self._desk.write("PUT", f"/tickets/{segment(ticket)}", body, label="tickets-update")
        row = row_of(said, wire.Ticket)
        return None if row is None or row.id is None else records.ticket_record(row, self._desk.words)

    async def _comment(self, send: Send, command: AddComment) -> Receipt:
        ticket = _ticket_of(send)
        files = await self._files.read(send.uploads)
        after = await self._change(send, command.values, command.add_tags, command.remove_tags)
        body: dict[str, Any] = {"body": markup_of(command.body)}
        if not command.public:
            body["private"] = True
        path = f"/tickets/{segment(ticket)}/{'reply' if command.public else 'notes'}"
        try:
            said = await self._desk.write("POST", path, body, files)
        except (Unanswered, RateLimited, NeedsLogin, Refused, UploadLost):
            raise
        except ConnectorError as error:
            if after is None:
                raise
            # what was done can't be taken back: the change must not count as one that was never sent
            raise Unanswered("The help desk took the fields, but not yet the comment.") from error
        self._files.forget(send.uploads)
        return await self._after_writing(ticket, comment=ref(said.get("id")))

    async def _create(self, send: Send, command: CreateTicket) -> Receipt:
        files = await self._files.read(send.uploads)
        body = new_ticket(command, self._desk.words)
        if not command.public:
            self._note_files[send.key] = send.uploads
        self._begun.setdefault(send.key, self._clock())
        said = await self._desk.write("POST", "/tickets", body, files if command.public else (), label="tickets-create")
        created = ref(said.get("id"))
        if created is None:
            raise Unanswered("The help desk's answer to the new ticket can't be read.")
        self._opened[created] = send.key
        try:
            if not command.public:
                await self._write_first_note(created, command, files)
        except ConnectorError as error:
            raise Unanswered("The help desk opened the ticket, but did not take the note yet.") from error
        self._files.forget(send.uploads)
        return await self._after_writing(created)

    async def _leave_first_note(self, ticket: Ref, send: Send, command: CreateTicket) -> None:
        """The words of a new ticket that its requester may not read, unless they are there."""
        if command.public:
            return
        note = await self._patience.until_found(send.key, lambda: self._first_note(ticket, command))
        if note is not None:
            return
        tokens = send.uploads or self._note_files.get(send.key, ())
        if len(tokens) < len(command.attachments):
            # nobody knows them after a restart, and a note without them is not what was asked for
            raise Unsupported("The ticket was opened; its note with its files was not written.")
        await self._write_first_note(ticket, command, await self._files.read(tokens))
        self._files.forget(tokens)

    async def _first_note(self, ticket: Ref, command: CreateTicket) -> wire.Conversation | None:
        told = await self._desk.conversations(ticket)
        return next((each for each in told if same_words(_said(each), command.body)), None)

    async def _write_first_note(self, ticket: Ref, command: CreateTicket, files: Sequence[Carried]) -> None:
        note = {"body": markup_of(command.body), "private": True}
        await self._desk.write("POST", f"/tickets/{segment(ticket)}/notes", note, files)

    async def _after_writing(
        self, ticket: Ref, *, comment: Ref | None = None, after: TicketRecord | None = None
    ) -> Receipt:
        """The receipt for what was done. Where the ticket can't be read now, nobody may believe that it was not."""
        try:
            page = await self._desk.full(ticket)
        except ConnectorError as error:
            raise Unanswered("The help desk took the change, but does not say what the ticket is now.") from error
        return Receipt(ticket=ticket, page=page, comment=comment, after=after)

    # merging

    async def _merge(self, send: Send, command: MergeTickets) -> Receipt:
        source = _ticket_of(send)
        if send.into is None:
            raise Refused("The ticket to merge into is not at the help desk yet.")
        body = {
            "primary_id": number(send.into),
            "ticket_ids": [number(source)],
            "note_in_primary": {"body": markup_of(_into_note(command, source)), "private": True},
            "note_in_secondary": {"body": markup_of(_source_note(command, send.into)), "private": True},
        }
        await self._desk.write("PUT", "/tickets/merge", body, label="tickets-update")
        return await self._merged(source, send.into)

    async def _merged(self, source: Ref, into: Ref) -> Receipt:
        """The receipt for a merge; the desk does not say where a merged ticket went, we do."""
        try:
            pages = (await self._desk.full(source), await self._desk.full(into))
        except ConnectorError as error:
            raise Unanswered("The help desk took the merge, but does not say what the tickets are now.") from error
        tickets = [
            msgspec.structs.replace(row, merged_into=into) if row.ref == source else row
            for page in pages
            for row in page.tickets
        ]
        return Receipt(
            ticket=source,
            page=Page(
                tickets=tuple(tickets),
                comments=tuple(comment for page in pages for comment in page.comments),
                people=tuple({person.ref: person for page in pages for person in page.people}.values()),
                whole_comments_of=tuple(ref for page in pages for ref in page.whole_comments_of),
            ),
        )

    # what became of it

    async def settle(self, send: Send) -> Receipt | None:
        """Say whether a command that was never answered took effect as a whole; what is left of it is sent again."""
        command = send.command
        if isinstance(command, CreateTicket):
            return await self._settle_creation(send, command)
        ticket = _ticket_of(send)
        if isinstance(command, MergeTickets):
            return await self._patience.until_found(send.key, lambda: self._settle_merge(send, command, ticket))
        if isinstance(command, AddComment):
            return await self._patience.until_found(send.key, lambda: self._settle_comment(send, command, ticket))
        page = await self._desk.full(ticket)
        now = page.tickets[0]
        match command:
            case ChangeTags(add=added, remove=removed):
                is_done = with_tags(now, added, removed) is now
            case SetFields(values=values):
                is_done = all(value_of(now, name) == value for name, value in values.items())
        return Receipt(ticket=ticket, page=page) if is_done else None

    async def _settle_comment(self, send: Send, command: AddComment, ticket: Ref) -> Receipt | None:
        """Look for the comment alone: the fields went before it."""
        page = await self._desk.full(ticket)
        found = self._lookalike(send, command, page.comments)
        return None if found is None else Receipt(ticket=ticket, page=page, comment=found)

    def _lookalike(self, send: Send, command: AddComment, comments: Sequence[CommentRecord]) -> Ref | None:
        """The comment of *send* among *comments*; None when it is not there.

        It has our author and our words, came after what the agent had seen, and is not what another command is known
        to have become: an agent may say the same thing twice.
        """
        place = next((index for index, each in enumerate(comments) if each.ref == command.last_seen), None)
        since = send.current.updated_at if send.current is not None else 0
        later = (each for each in comments if each.created_at >= since) if place is None else comments[place + 1 :]
        for each in later:
            if (
                each.author == self._me()
                and each.public == command.public
                and each.ref not in send.claimed
                and not each.ref.startswith(records.DESCRIPTION)
                and same_words(each.body, command.body)
            ):
                return each.ref
        return None

    async def _settle_creation(self, send: Send, command: CreateTicket) -> Receipt | None:
        found = await self._patience.until_found(send.key, lambda: self._created(send, command))
        if found is None:
            return None
        self._opened[found] = send.key
        try:
            await self._leave_first_note(found, send, command)
        except Unanswered:
            self._patience.unanswered(send.key)
            raise
        return await self._after_writing(found)

    async def _created(self, send: Send, command: CreateTicket) -> Ref | None:
        """The ticket among the newest of the requester that has our words, and was opened since we first tried."""
        begun = self._begun.get(send.key, send.queued_at - ROUGHLY) - SECOND
        whom = {"requester_id": number(command.requester)} if command.requester else {"email": command.requester_email}
        asked = {**whom, "order_by": "created_at", "order_type": "desc", "include": "description", "per_page": 30}
        try:
            answer = await self._desk.http.get(f"{API}/tickets", asked, label="tickets-list")
        except (Refused, Missing):
            if command.requester:
                raise
            return None  # nobody has this address: the ticket would have made them a contact
        words = command.body if command.public else command.subject
        for row in rows_of(read_list(answer), wire.Ticket, "tickets"):
            found = ref(row.id)
            said = text_of(row.description) if row.description is not None else row.description_text or ""
            if (
                found is not None
                and self._opened.get(found, send.key) == send.key
                and (instant(row.created_at) or 0) >= begun - begun % SECOND
                and row.subject == command.subject
                and same_words(said, words)
            ):
                return found
        return None

    async def _settle_merge(self, send: Send, command: MergeTickets, source: Ref) -> Receipt | None:
        if send.into is None or (await self._desk.row(source)).status != CLOSED:
            return None
        told = _source_note(command, send.into)
        if any(same_words(_said(each), told) for each in await self._desk.conversations(source)):
            return await self._merged(source, send.into)
        return None


def _said(row: wire.Conversation) -> str:
    return text_of(row.body) if row.body is not None else row.body_text or ""


def _into_note(command: MergeTickets, source: Ref) -> str:
    return command.target_comment or f"Ticket {source} was merged into this one."


def _source_note(command: MergeTickets, into: Ref) -> str:
    told = f"Merged into ticket {into}."
    return f"{command.source_comment}\n{told}" if command.source_comment else told


def _ticket_of(send: Send) -> Ref:
    if send.ticket is None:
        raise Refused("The ticket is not at the help desk yet.")
    return send.ticket
