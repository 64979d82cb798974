"""Find out what became of a change that RT never answered.

RT works on a request to its end whether anybody still listens, and a reply with its mails takes it a while.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from agentconsole.connectors.api import Receipt, Refused, Send
from agentconsole.connectors.plain_rest.patience import Patience
from agentconsole.connectors.plain_rest.plain_text import same_words
from agentconsole.connectors.rt import asking, records, wire
from agentconsole.connectors.rt.reading import Reading
from agentconsole.connectors.rt.tickets import Tickets, the_ticket
from agentconsole.connectors.rt.writing import is_as_wanted
from agentconsole.domain.commands import AddComment, ChangeTags
from agentconsole.domain.projection import with_tags
from agentconsole.domain.records import CommentRecord, Page, TicketRecord
from agentconsole.domain.values import Ref

CREATED_PAGES = 5
"""Pages of the newest tickets of one's own that are searched for one that was opened."""


class Settling:
    """Looks by *reading* and *tickets*; *sleep* passes time between looks, *seconds* is a monotonic clock."""

    def __init__(
        self,
        reading: Reading,
        tickets: Tickets,
        sleep: Callable[[float], Awaitable[None]],
        seconds: Callable[[], float],
    ) -> None:
        self._reading = reading
        self._tickets = tickets
        self._patience = Patience(sleep, seconds)

    def unanswered(self, key: str) -> None:
        """The request with *key* has ended without an answer just now."""
        self._patience.unanswered(key)

    async def comment(self, send: Send, me: Ref) -> Receipt | None:
        """The receipt for a comment that is there."""
        ref = _ticket_of(send)

        async def look() -> Receipt | None:
            page = await self._tickets.whole(await self._tickets.look(ref))
            found = _comment_of(send, page, me)
            return None if found is None else receipt_of(send, page, comment=found.ref)

        return await self._patience.until_found(send.key, look)

    async def creation(self, send: Send) -> Receipt | None:
        """The receipt for a ticket that was opened, known by the mark of its first message."""
        ref = await self._patience.until_found(send.key, lambda: self._created(send.key))
        if ref is None:
            return None
        page = await self._tickets.whole(await self._tickets.look(ref))
        first = next((each.ref for each in page.comments if each.key == send.key), None)
        return Receipt(ticket=ref, page=page, comment=first)

    async def merge(self, send: Send) -> Receipt | None:
        """The receipt for a merge: the source leads to the target now."""
        source = _ticket_of(send)
        looked = await self._tickets.look(source)
        if looked.merged_into is None or looked.merged_into != send.into:
            return None
        page = await self._tickets.whole(looked)
        return Receipt(ticket=source, page=page, after=the_ticket(page, source))

    async def change(self, send: Send, wanted: Mapping[str, Any], me: Ref, tags: Ref | None) -> Receipt | None:
        """The receipt for fields that are as they were wanted, or were until somebody changed them again."""
        ref = _ticket_of(send)
        page = await self._tickets.whole(await self._tickets.look(ref), conversed=False)
        ticket = the_ticket(page, ref)
        if isinstance(send.command, ChangeTags):
            is_done = with_tags(ticket, send.command.add, send.command.remove) is ticket
        else:
            is_done = all(is_as_wanted(ticket, name, value) for name, value in wanted.items())
        if not is_done and send.current is not None and send.current.stamp:
            is_done = await self.was_ours(send, wanted, wanted, me, tags)
        return receipt_of(send, page) if is_done else None

    async def was_ours(
        self, send: Send, names: Iterable[str], wanted: Mapping[str, Any], me: Ref, tags: Ref | None
    ) -> bool:
        """Say whether fields that are not as they were *wanted* were so for a moment, until somebody changed them.

        Looks at what happened since the state that the change was made against.
        """
        since = records.number(send.current.stamp) if send.current is not None else 0
        happened = await self._reading.transactions([int(_ticket_of(send))], None)
        ours = [each for each in happened if records.number(each.id) > since and records.people_ref(each.Creator) == me]
        return all(any(_made(each, name, wanted[name], tags) for each in ours) for name in names)

    async def _created(self, key: str) -> Ref | None:
        """The ticket of one's own whose first message carries *key*."""
        query = "Creator = '__CurrentUser__' AND Created >= '30 days ago'"
        for number in range(1, CREATED_PAGES + 1):
            page = await self._reading.page("/tickets", {"query": query, "order": "DESC", "fields": "id"}, number)
            ids = [records.number(row.id) for row in self._reading.read(page, wire.Ticket)]
            if not ids:
                return None
            opened = await self._reading.transactions(ids, ("Create",))
            by_opening = {records.ref(each.id): records.ref(each.ObjectId) for each in opened}
            texts, files = await self._reading.parts([records.number(each.id) for each in opened])
            for told, parts in (*texts.items(), *files.items()):
                if any(records.key_of(part.Headers) == key for part in parts):
                    return by_opening[told]
            if len(page.rows) < asking.PAGE:
                return None
        return None


def _comment_of(send: Send, page: Page, me: Ref) -> CommentRecord | None:
    """The comment of *page* that *send* became: by its mark, else by what was said, where RT has dropped the mark."""
    command = send.command
    assert isinstance(command, AddComment)
    for comment in page.comments:
        if comment.key == send.key:
            return comment
    if send.current is None:
        return None
    for comment in page.comments:
        if (
            comment.key is None
            and comment.author == me
            and comment.public == command.public
            and comment.created_at >= send.current.updated_at
            and comment.ref not in send.claimed
            and same_words(comment.body, command.body)
        ):
            return comment
    return None


def receipt_of(send: Send, page: Page, comment: Ref | None = None) -> Receipt:
    """The receipt for a change of one ticket, which is in *page* as it is now."""
    after = the_ticket(page, _ticket_of(send))
    return Receipt(ticket=after.ref, page=page, comment=comment, after=after, touched=_touched(send.current, after))


def _touched(before: TicketRecord | None, after: TicketRecord) -> frozenset[str]:
    """What RT's own rules change when somebody writes: they open the ticket, and count its due date anew."""
    if before is None:
        return frozenset()
    return frozenset(name for name in ("status", "due_at") if getattr(before, name) != getattr(after, name))


_SET = {"subject": "Subject", "assignee": "Owner", "group": "Queue", "priority": "Priority", "due_at": "Due"}


def _made(happened: wire.Transaction, name: str, wanted: Any, tags: Ref | None) -> bool:
    """Say whether a transaction gave the field *name* the value that was *wanted*."""
    if name == "status":
        return happened.Type == "Status"
    if name == "tags" or name.startswith("field:"):
        return happened.Type == "CustomField" and happened.Field == (
            tags if name == "tags" else name.removeprefix("field:")
        )
    if name == "requester":
        return happened.Type == "AddWatcher" and happened.NewValue == str(wanted)
    if happened.Type != "Set" or happened.Field != _SET.get(name):
        return False
    match name:
        case "priority":
            return happened.NewValue == str(records.number_of(wanted))
        case "assignee" | "group":
            return wanted is None or happened.NewValue == str(wanted)
        case _:
            return True


def _ticket_of(send: Send) -> Ref:
    if send.ticket is None:
        raise Refused("The ticket is not at the help desk yet.")
    return send.ticket
