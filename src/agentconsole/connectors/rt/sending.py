"""Carry out commands at RT, which does what it can of a request and answers 200 whether it could or not.

So every change is read back and compared. Fields go first, guarded by the ticket's entity tag; a reply can't be guarded
and goes last, so that nothing of it is out when a field is refused. It carries our key in its content type, where a
later look finds it: RT recognises no repetition.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from agentconsole.connectors.api import (
    ConnectorError,
    Forbidden,
    Missing,
    Outdated,
    Receipt,
    Refused,
    Send,
    Unanswered,
    Unsupported,
)
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.plain_rest.carried import CarriedFiles
from agentconsole.connectors.rt import records
from agentconsole.connectors.rt.reading import Reading
from agentconsole.connectors.rt.settling import Settling, receipt_of
from agentconsole.connectors.rt.signing import API
from agentconsole.connectors.rt.tickets import Looked, Tickets, segment, the_ticket
from agentconsole.connectors.rt.writing import field_value, field_values, is_as_wanted, message, reasons, subject_of
from agentconsole.domain.capabilities import Capabilities, lack_of
from agentconsole.domain.commands import AddComment, ChangeTags, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.projection import with_tags
from agentconsole.domain.records import Page, TicketRecord
from agentconsole.domain.values import Ref, Status

_log = logging.getLogger(__name__)

_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")
"""What RT can read as an address; for anything else it fails as a whole."""

_SENTENCES: msgspec.json.Decoder[list[Any]] = msgspec.json.Decoder(list[Any])


class _Created(msgspec.Struct):
    id: str | int


_CREATED = msgspec.json.Decoder(_Created)


class Sending:
    """Sends over *http*, with files from *files*; looks by *reading* and *tickets*.

    ``me`` is who is signed in, ``queues`` where a ticket may be opened, ``tags`` the custom field that holds them.
    """

    def __init__(
        self,
        http: HttpClient,
        reading: Reading,
        tickets: Tickets,
        files: CarriedFiles,
        sleep: Callable[[float], Awaitable[None]],
        seconds: Callable[[], float],
    ) -> None:
        self._http = http
        self._reading = reading
        self._tickets = tickets
        self._files = files
        self._settling = Settling(reading, tickets, sleep, seconds)
        self.me: Ref = ""
        self.queues: tuple[Ref, ...] = ()
        self.tags: Ref | None = None

    async def send(self, send: Send, offers: Capabilities) -> Receipt:
        """Carry out one command."""
        command = send.command
        if lack := lack_of(command, offers):
            raise Unsupported(lack)
        try:
            match command:
                case CreateTicket():
                    return await self._create(send, command)
                case MergeTickets():
                    return await self._merge(send, command)
                case AddComment():
                    return await self._comment(send, command)
                case SetFields() | ChangeTags():
                    return await self._set(send)
        except Unanswered:
            self._settling.unanswered(send.key)
            raise

    async def settle(self, send: Send) -> Receipt | None:
        """Look whether *send* took effect."""
        match send.command:
            case CreateTicket():
                return await self._settling.creation(send)
            case MergeTickets():
                return await self._settling.merge(send)
            case AddComment() as command:
                receipt = await self._settling.comment(send, self.me)
                return receipt and await self._finished(send, command, receipt, is_late=True)
            case SetFields() | ChangeTags():
                return await self._settling.change(send, self._wanted(send), self.me, self.tags)

    # fields

    async def _set(self, send: Send) -> Receipt:
        ref = _ticket_of(send)
        # first: of a ticket that has been merged there is no state that a change could be made against
        looked = await self._alive(ref)
        current = _guarded(send)
        page = await self._change(send, current, looked, self._wanted(send))
        return receipt_of(send, page)

    def _wanted(self, send: Send) -> dict[str, Any]:
        """What the fields of *send* are to be: by our names, and ``tags`` as a list."""
        command, current = send.command, send.current
        wanted: dict[str, Any] = dict(command.values) if isinstance(command, SetFields | AddComment) else {}
        match command:
            case ChangeTags(add=add, remove=remove) | AddComment(add_tags=add, remove_tags=remove) if add or remove:
                if current is not None:
                    wanted["tags"] = list(with_tags(current, add, remove).tags)
            case _:
                pass
        return wanted

    async def _change(
        self, send: Send, current: TicketRecord, looked: Looked, wanted: Mapping[str, Any], *, conversed: bool = False
    ) -> Page:
        """Change fields of a ticket as long as it is *current*; returns it as it is then. Refused by what RT said."""
        body = field_values({name: value for name, value in wanted.items() if name != "tags"}, self._tickets.multiple)
        if "tags" in wanted and self.tags is not None:
            tags = field_value(wanted["tags"], is_multiple=True)
            body["CustomFields"] = {**body.get("CustomFields", {}), self.tags: tags}
        words = self._words(current, looked, wanted)
        if words:
            body["Status"] = words[0]
        stamp = current.stamp
        said: list[Any] = []
        if body:
            said = await self._put(looked.ref, body, stamp)
        try:
            page = await self._read_back(looked.ref, conversed=conversed)
            for word in words[1:]:
                if self._is_there(page, looked.ref, "status", wanted["status"]):
                    break
                stamp = the_ticket(page, looked.ref).stamp
                said += await self._put(looked.ref, {"Status": word}, stamp)
                page = await self._read_back(looked.ref, conversed=conversed)
        except Outdated as error:
            raise Unanswered("The ticket changed while the console was changing it.") from error
        missed = [name for name, value in wanted.items() if not self._is_there(page, looked.ref, name, value)]
        if missed and not await self._settling.was_ours(send, missed, wanted, self.me, self.tags):
            reason = reasons(said) or "Request Tracker did not make the change, and did not say why."
            raise Refused(reason, dict.fromkeys(missed, reason))
        return page

    def _words(self, current: TicketRecord, looked: Looked, wanted: Mapping[str, Any]) -> tuple[str, ...]:
        """The statuses of RT to try, the best first; none where the ticket has one of the wanted kind."""
        if "status" not in wanted:
            return ()
        status = Status(wanted["status"])
        now = current.native_status or str(current.status)
        words = self._tickets.statuses.words_for(status, now, looked.offered)
        if not words and self._tickets.statuses.category(now) is not status:
            raise Unsupported(f"This queue of Request Tracker has no status that means {status}.")
        return words

    @staticmethod
    def _is_there(page: Page, ref: Ref, name: str, wanted: Any) -> bool:
        ticket = the_ticket(page, ref)
        return set(ticket.tags) == set(wanted) if name == "tags" else is_as_wanted(ticket, name, wanted)

    async def _put(self, ref: Ref, body: Mapping[str, Any], stamp: str) -> list[Any]:
        answer = await self._http.write(
            "PUT", f"{API}/ticket/{segment(ref)}", body, if_match=f'"{stamp}"' if stamp else None
        )
        return answer.read(_SENTENCES)

    async def _read_back(self, ref: Ref, *, conversed: bool) -> Page:
        """The ticket after a change of ours; Unanswered when it can't be had, for the change is made."""
        try:
            return await self._tickets.whole(await self._tickets.look(ref), conversed=conversed)
        except ConnectorError as error:
            raise Unanswered("Request Tracker took the change, but does not say what the ticket is now.") from error

    async def _alive(self, ref: Ref) -> Looked:
        """Look at a ticket that is to be changed; RT would change the one that it was merged into."""
        looked = await self._tickets.look(ref)
        if looked.merged_into is not None:
            raise Refused(f"The ticket is closed: it has been merged into #{looked.merged_into}.")
        return looked

    # replies and notes

    async def _comment(self, send: Send, command: AddComment) -> Receipt:
        ref = _ticket_of(send)
        looked = await self._alive(ref)
        way = "correspond" if command.public else "comment"
        if way not in looked.may:
            raise Forbidden(f"You are not allowed to {'reply' if command.public else 'write notes'} in this queue.")
        if send.current is not None and send.current.stamp and send.current.stamp != looked.stamp:
            raise Outdated
        files = await self._files.read(send.uploads)
        wanted = self._wanted(send)
        body = message(command.body, send.key, files)
        if wanted:
            current = _guarded(send)
            words = self._words(current, looked, wanted)
            if words and words[0] in looked.offered:
                # RT's own way: the words, then the status that goes with them
                body["Status"] = words[0]
                await self._change_if_any(send, current, looked, wanted, without="status")
            else:
                await self._change_if_any(send, current, looked, wanted)
        answer = await self._http.write("POST", f"{API}/ticket/{segment(ref)}/{way}", body)
        answer.read(_SENTENCES)
        self._files.forget(send.uploads)
        said = answer.headers.get("location", "").rpartition("/")[2]
        page = await self._read_back(ref, conversed=True)
        return await self._finished(send, command, receipt_of(send, page, comment=said or None))

    async def _change_if_any(
        self, send: Send, current: TicketRecord, looked: Looked, wanted: Mapping[str, Any], *, without: str = ""
    ) -> None:
        left = {name: value for name, value in wanted.items() if name != without}
        if left:
            await self._change(send, current, looked, left)

    async def _finished(self, send: Send, command: AddComment, receipt: Receipt, *, is_late: bool = False) -> Receipt:
        """*receipt* of a comment that is there; sees to it that the status which went with it is, too.

        RT's own rules open a ticket when somebody writes, after or before the status that was sent with the words.
        A status that *is_late* is not set over what somebody has done since. Unanswered while it can't be set: of a
        reply that is there, nothing else may be said, or it would be sent twice or count as refused.
        """
        wanted = command.values.get("status")
        ticket = the_ticket(receipt.page, receipt.ticket)
        if wanted is None or ticket.status == wanted or ticket.merged_into is not None:
            return receipt
        try:
            if is_late and await self._went_on(receipt):
                _log.info("a reply arrived; its status is left as others have made it since")
                return receipt
            looked = await self._tickets.look(receipt.ticket)
            page = await self._change(send, ticket, looked, {"status": wanted}, conversed=True)
        except (Refused, Outdated, Unsupported, Forbidden, Missing):
            _log.warning("a reply arrived, and the status that went with it did not")
            return receipt
        except ConnectorError as error:
            raise Unanswered("The reply arrived; the status that goes with it is still to be set.") from error
        return receipt_of(send, page, comment=receipt.comment)

    async def _went_on(self, receipt: Receipt) -> bool:
        """Say whether somebody else has written, or changed the status, since the comment of *receipt*."""
        since = records.number(receipt.comment)
        happened = await self._reading.transactions([records.number(receipt.ticket)])
        others = (each for each in happened if records.people_ref(each.Creator) not in (None, self.me))
        return any(records.number(each.id) > since for each in others)

    # new tickets, and merging

    async def _create(self, send: Send, command: CreateTicket) -> Receipt:
        if not command.public:
            raise Unsupported("In Request Tracker the first message of a ticket is seen by its requestor.")
        queue = command.values.get("group") or next(iter(self.queues), None)
        if queue is None:
            raise Forbidden("There is no queue that you may open tickets in.")
        values = {name: value for name, value in command.values.items() if name not in ("group", "status")}
        body = field_values({**values, "group": queue}, self._tickets.multiple)
        body |= message(command.body, send.key, await self._files.read(send.uploads))
        body["Subject"] = subject_of(command.subject)
        requestor = _requestor(command)
        if requestor:
            body["Requestor"] = [requestor]
        if command.tags and self.tags is not None:
            body["CustomFields"] = {**body.get("CustomFields", {}), self.tags: list(command.tags)}
        answer = await self._http.write("POST", f"{API}/ticket", body)
        ref = str(answer.read(_CREATED).id)
        self._files.forget(send.uploads)
        page = await self._read_back(ref, conversed=True)
        wanted = command.values.get("status")
        if wanted not in (None, the_ticket(page, ref).status):
            try:
                looked = await self._tickets.look(ref)
                page = await self._change(send, the_ticket(page, ref), looked, {"status": wanted}, conversed=True)
            except ConnectorError:
                _log.warning("a ticket was opened, and the status that it was to have was not given to it")
        return Receipt(ticket=ref, page=page, comment=_first_comment(page, send.key), after=the_ticket(page, ref))

    async def _merge(self, send: Send, command: MergeTickets) -> Receipt:
        """Merge; the words that go with it are notes of their own, written before and not twice."""
        source, into = _ticket_of(send), send.into
        if into is None:
            raise Refused("The ticket to merge into is not at the help desk yet.")
        looked = await self._alive(source)
        await self._alive(into)
        for ref, text, name in ((into, command.target_comment, "into"), (source, command.source_comment, "from")):
            if not text:
                continue
            key = f"{send.key}-{name}"
            page = await self._tickets.whole(await self._tickets.look(ref))
            if not any(comment.key == key for comment in page.comments):
                answer = await self._http.write("POST", f"{API}/ticket/{segment(ref)}/comment", message(text, key, ()))
                answer.read(_SENTENCES)
        answer = await self._http.write("PUT", f"{API}/ticket/{segment(source)}", {"MergeInto": int(segment(into))})
        said = answer.read(_SENTENCES)
        try:
            receipt = await self._settling.merge(send)
        except ConnectorError as error:
            raise Unanswered("Request Tracker took the merge, but does not say how it went.") from error
        if receipt is None:
            raise Refused(reasons(said) or f"#{looked.ref} could not be merged into #{into}.")
        return receipt


def _ticket_of(send: Send) -> Ref:
    if send.ticket is None:
        raise Refused("The ticket is not at the help desk yet.")
    return send.ticket


def _guarded(send: Send) -> TicketRecord:
    """The ticket that a change of fields was made against; Outdated when nobody knows which state of it that was."""
    if send.current is None or not send.current.stamp:
        raise Outdated
    return send.current


def _requestor(command: CreateTicket) -> str:
    if command.requester is not None:
        return command.requester
    if command.requester_email:
        if not _ADDRESS.fullmatch(command.requester_email):
            raise Refused("The requester's e-mail address is not one.", {"requester": "not an e-mail address"})
        return command.requester_email
    return ""


def _first_comment(page: Page, key: str) -> Ref | None:
    return next((comment.ref for comment in page.comments if comment.key == key), None)
