"""Carry out commands at a Zammad, and find out what became of those that were never answered.

Fields and comment are one request, and take effect together or not at all. Tags go before, each by a request of its
own: adding what is there and removing what is not changes nothing, so that these may be repeated. Our key rides in the
preferences of the article, or of the new ticket, where a later look finds it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from agentconsole.connectors.api import ConnectorError, Missing, RateLimited, Receipt, Refused, Send, Unanswered
from agentconsole.connectors.plain_rest.carried import CarriedFiles
from agentconsole.connectors.plain_rest.patience import Patience
from agentconsole.connectors.plain_rest.plain_text import same_words, text_of
from agentconsole.connectors.zammad import wire
from agentconsole.connectors.zammad.desk import ZammadDesk, segment
from agentconsole.connectors.zammad.records import MARKER, instant, marker, ref
from agentconsole.connectors.zammad.writing import (
    field_values,
    new_ticket,
    number,
    reply_article,
    tags_left,
    with_files,
)
from agentconsole.domain.commands import AddComment, ChangeTags, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.instant import Instant
from agentconsole.domain.projection import value_of, with_tags
from agentconsole.domain.records import Page, TicketRecord
from agentconsole.domain.values import Ref, Status

LOOKED_THROUGH = 200
"""The newest tickets among which a new one is looked for."""

MERGE_NOTES = ("target", "source")


class Sender:
    """Writes to one desk. *clock* is the desk's time, *me* who is signed in, *group* where new tickets go."""

    def __init__(
        self,
        desk: ZammadDesk,
        files: CarriedFiles,
        patience: Patience,
        clock: Callable[[], Instant],
        me: Callable[[], Ref | None],
        group: Callable[[], Ref | None],
    ) -> None:
        self._desk = desk
        self._files = files
        self._patience = patience
        self._clock = clock
        self._me = me
        self._group = group

    async def send(self, send: Send) -> Receipt:
        """Carry out one command. Unanswered means that it may have taken effect."""
        await self._desk.known_words()
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
            case ChangeTags():
                await self._retag(send)
                return await self._after_writing(send, _ticket_of(send))
            case SetFields(values=values):
                return await self._change(send, values, None)
            case AddComment() as command:
                return await self._comment(send, command)
        raise TypeError(f"{type(send.command).__name__} is no command")

    async def _comment(self, send: Send, command: AddComment) -> Receipt:
        ticket = _ticket_of(send)
        files = await self._files.read(send.uploads)
        answered, email, title = await self._whom(send, ticket) if command.public else (None, None, "")
        article = with_files(reply_article(send, command, answered, email, title), files)
        values = command.values
        # a refusal of the fields has to come before the tags are touched
        field_values(values, self._desk.words, send.current, self._clock())
        await self._retag(send)
        if values:
            return await self._change(send, values, article)
        said = await self._desk.write("POST", "/ticket_articles", article | {"ticket_id": number(ticket)})
        self._files.forget(send.uploads)
        return await self._after_writing(send, ticket, comment=ref(said.get("id")))

    async def _change(self, send: Send, values: dict[str, Any], article: dict[str, Any] | None) -> Receipt:
        ticket = _ticket_of(send)
        body = field_values(values, self._desk.words, send.current, self._clock())
        if article is not None:
            body["article"] = article
        said = await self._desk.write("PUT", f"/tickets/{segment(ticket)}", body, label="tickets-update")
        self._files.forget(send.uploads)
        tags = send.current.tags if send.current is not None else ()
        match send.command:
            case AddComment(add_tags=added, remove_tags=removed) if send.current is not None:
                tags = with_tags(send.current, added, removed).tags
        return await self._after_writing(send, ticket, after=self._desk.record(said, tags))

    async def _create(self, send: Send, command: CreateTicket) -> Receipt:
        files = await self._files.read(send.uploads)
        email: str | None = command.requester_email or None
        if command.requester is not None and command.public:
            user = await self._desk.user(command.requester)
            email = user.email if user is not None else None
        body = new_ticket(send, command, self._desk.words, self._clock(), self._group(), email)
        body["article"] = with_files(body["article"], files)
        said = await self._desk.write("POST", "/tickets", body, label="tickets-create")
        created = ref(said.get("id"))
        if created is None:
            raise Unanswered("The help desk's answer to the new ticket can't be read.")
        self._files.forget(send.uploads)
        return await self._after_writing(send, created)

    async def _after_writing(
        self, send: Send, ticket: Ref, *, comment: Ref | None = None, after: TicketRecord | None = None
    ) -> Receipt:
        """The receipt for what was done. Where the ticket can't be read now, nobody may believe that it was not."""
        try:
            page = await self._desk.full(ticket)
        except ConnectorError as error:
            raise Unanswered("The help desk took the change, but does not say what the ticket is now.") from error
        own = next((each.ref for each in page.comments if each.key == send.key), comment)
        is_words = isinstance(send.command, AddComment | CreateTicket)
        return Receipt(ticket=ticket, page=page, comment=own if is_words else None, after=after)

    async def _retag(self, send: Send) -> None:
        added, removed = tags_left(send)
        if not added and not removed:
            return
        target = {"object": "Ticket", "o_id": number(_ticket_of(send))}
        done = False
        try:
            for name in added:
                if name not in removed:
                    await self._desk.write("POST", "/tags/add", {"item": name, **target}, label="tags")
                    done = True
            for name in removed:
                await self._desk.write("DELETE", "/tags/remove", {"item": name, **target}, label="tags")
                done = True
        except (RateLimited, Refused, Missing):
            raise
        except ConnectorError as error:
            if done:
                raise Unanswered("The help desk took some of the tags.") from error
            raise

    async def _whom(self, send: Send, ticket: Ref) -> tuple[wire.Article | None, str | None, str]:
        """What is answered (the customer's last public article), the customer's address, and the ticket's subject."""
        articles = await self._desk.articles(ticket)
        theirs = [each for each in articles if each.sender == "Customer" and not each.internal]
        row = await self._desk.ticket_row(ticket) if send.current is None else {}
        customer = ref(row.get("customer_id")) if send.current is None else send.current.requester
        title = str(row.get("title") or "") if send.current is None else send.current.subject
        email = None
        if customer is not None and not (theirs and theirs[-1].type == "email"):
            user = await self._desk.user(customer)
            email = user.email if user is not None else None
        return (theirs[-1] if theirs else None), email or None, title

    # merging

    async def _merge(self, send: Send, command: MergeTickets, *, goes_on: bool = False) -> Receipt:
        """Merge, then leave the notes. *goes_on*: what is there already is ours, and not done again.

        Otherwise a source that is merged was merged by somebody else, and the desk does not say into which ticket.
        """
        source = _ticket_of(send)
        if send.into is None:
            raise Refused("The ticket to merge into is not at the help desk yet.")
        state = self._desk.words.state((await self._desk.ticket_row(source)).get("state_id"))
        if state.type == "merged" and not goes_on:
            raise Refused("The ticket is closed: it has been merged into another one.")
        if state.type != "merged":
            target = (await self._desk.ticket_row(send.into)).get("number")
            path = f"/ticket_merge/{segment(source)}/{segment(str(target or ''))}"
            said = await self._desk.write("PUT", path, label="tickets-update")
            if said.get("result") != "success":
                # a merge that failed is answered like one that did not, but for this word
                raise Refused(str(said.get("message") or "The help desk could not merge the tickets."))
        try:
            for which, ticket, words in zip(
                MERGE_NOTES, (send.into, source), (command.target_comment, command.source_comment), strict=True
            ):
                if words and not await self._has_note(ticket, f"{send.key}-{which}"):
                    await self._note(ticket, words, f"{send.key}-{which}")
            return self._merged(source, send.into, await self._desk.full(source), await self._desk.full(send.into))
        except ConnectorError as error:
            raise Unanswered("The help desk took the merge, but not yet all of its notes.") from error

    async def _note(self, ticket: Ref, words: str, key: str) -> None:
        note = {"ticket_id": number(ticket), "body": words, "content_type": "text/plain", "internal": True}
        await self._desk.write("POST", "/ticket_articles", note | {"type": "note", "preferences": {MARKER: key}})

    async def _has_note(self, ticket: Ref, key: str) -> bool:
        return any(marker(each.preferences) == key for each in await self._desk.articles(ticket))

    @staticmethod
    def _merged(source: Ref, into: Ref, *pages: Page) -> Receipt:
        """The receipt for a merge; the desk does not say where a merged ticket went, we do."""
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
        """Say whether a command that was never answered took effect: its receipt, or None when it did not."""
        await self._desk.known_words()
        command = send.command
        if isinstance(command, CreateTicket):
            return await self._settle_creation(send)
        if isinstance(command, AddComment):
            return await self._patience.until_found(send.key, lambda: self._settle_comment(send, command))
        if isinstance(command, MergeTickets):
            return await self._settle_merge(send, command)
        ticket = _ticket_of(send)
        page = await self._desk.full(ticket)
        now = page.tickets[0]
        match command:
            case ChangeTags(add=added, remove=removed):
                is_done = with_tags(now, added, removed) is now
                return Receipt(ticket=ticket, page=page) if is_done else None
            case SetFields(values=values):
                is_done = all(value_of(now, name) == value for name, value in values.items())
                return Receipt(ticket=ticket, page=page) if is_done else None

    async def _settle_comment(self, send: Send, command: AddComment) -> Receipt | None:
        ticket = _ticket_of(send)
        page = await self._desk.full(ticket)
        found = next((each.ref for each in page.comments if each.key == send.key), None)
        found = found or await self._lookalike(send, command, ticket)
        return None if found is None else Receipt(ticket=ticket, page=page, comment=found)

    async def _settle_merge(self, send: Send, command: MergeTickets) -> Receipt | None:
        source = _ticket_of(send)

        async def look() -> bool | None:
            return (await self._desk.full(source)).tickets[0].status is Status.CLOSED or None

        if send.into is None or await self._patience.until_found(send.key, look) is None:
            return None
        return await self._merge(send, command, goes_on=True)

    async def _lookalike(self, send: Send, command: AddComment, ticket: Ref) -> Ref | None:
        """The article of *send* at a desk that drops our mark; None when it is not there.

        It has our author and our text, came after what the agent had seen, and is not what another command is known
        to have become: an agent may say the same thing twice.
        """
        articles = await self._desk.articles(ticket)
        place = next((index for index, each in enumerate(articles) if str(each.id) == command.last_seen), None)
        since = send.current.updated_at if send.current is not None and place is None else 0
        for each in articles if place is None else articles[place + 1 :]:
            words = text_of(each.body or "") if "html" in (each.content_type or "") else each.body or ""
            if (
                marker(each.preferences) is None
                and ref(each.created_by_id) == self._me()
                and bool(each.internal) is not command.public
                and (instant(each.created_at) or 0) >= since
                and ref(each.id) not in send.claimed
                and same_words(words, command.body)
            ):
                return ref(each.id)
        return None

    async def _settle_creation(self, send: Send) -> Receipt | None:
        created = await self._patience.until_found(send.key, lambda: self._created(send.key))
        if created is None:
            return None
        page = await self._desk.full(created)
        comment = next((each.ref for each in page.comments if each.key == send.key), None)
        return Receipt(ticket=created, page=page, comment=comment)

    async def _created(self, key: str) -> Ref | None:
        """The ticket of one's own that carries *key*."""
        params = {
            "condition[ticket.created_by_id][operator]": "is",
            "condition[ticket.created_by_id][pre_condition]": "current_user.id",
            "sort_by": "created_at",
            "order_by": "desc",
        }
        for row, _ in await self._desk.search(params, 1, LOOKED_THROUGH):
            if marker(row.preferences) == key:
                return str(row.id)
        return None


def _ticket_of(send: Send) -> Ref:
    if send.ticket is None:
        raise Refused("The ticket is not at the help desk yet.")
    return send.ticket
