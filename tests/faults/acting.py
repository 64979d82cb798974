"""What an agent does at a console, by the services that the window and the command line use."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from agentconsole.connectors.api import ConnectorError
from agentconsole.domain.commands import AddComment, Command, SetFields, encode_command
from agentconsole.domain.instant import SECOND
from agentconsole.domain.rows import OutboxRow
from agentconsole.domain.unsent import Decision, Side
from agentconsole.domain.values import OutboxState, TicketId
from agentconsole.services.tickets import InvalidChange, NotAllowed, TicketService
from agentconsole.services.unsent import DraftService, OutboxService
from agentconsole.store.errors import StoreError
from agentconsole.store.store import Store
from tests.faults.ledger import Entry, Ledger
from tests.faults.plan import Step
from tests.faults.stage import Names

MARK = re.compile(r"\[\[[ab]\d+\]\]|x[ab]\d+x")
"""Words and tags that a change can be told by."""

STOPPED = (OutboxState.HELD, OutboxState.CONFLICT, OutboxState.REFUSED)
WITHDRAWABLE = (OutboxState.QUEUED, *STOPPED)


def mark(who: str, number: int) -> str:
    """What the words of one change can be told by, wherever they turn up."""
    return f"[[{who[0]}{number}]]"


def draft_mark(who: str, number: int) -> str:
    return f"(({who[0]}{number}))"


def tag(who: str, number: int) -> str:
    return f"x{who[0]}{number}x"


def _about(*rows: OutboxRow) -> dict[str, Any]:
    """What an entry says of the changes that a step is about."""
    texts = [encode_command(_without_base(row.command)).decode() for row in rows]
    return {"about": [row.key for row in rows], "marks": [name for text in texts for name in MARK.findall(text)]}


def _without_base(command: Command) -> Command:
    """*command* without what it replaces, which was said by another change."""
    return msgspec.structs.replace(command, base={}) if isinstance(command, AddComment | SetFields) else command


class Agent:
    """*who* at their console. *made* are tickets created so far: number of the change to the local id."""

    def __init__(
        self,
        who: str,
        names: Names,
        store: Store,
        tickets: TicketService,
        outbox: OutboxService,
        ledger: Ledger,
        made: dict[int, TicketId],
        sources: Path,
    ) -> None:
        self._who = who
        self._names = names
        self._store = store
        self._tickets = tickets
        self._outbox = outbox
        self._drafts = DraftService(store)
        self._ledger = ledger
        self._made = made
        self._sources = sources

    async def does(self, step: Step) -> None:
        """Do *step*, and note it before and after. What the console refuses, with reasons, is noted too."""
        act: Callable[..., Awaitable[None]] = getattr(self, f"_{step[0]}")
        await act(step, *step[1:])

    async def _comment(self, step: Step, number: int, where: list[Any], public: bool, more: dict[str, Any]) -> None:
        ticket = self._local(where)
        if ticket is None:
            return
        name = mark(self._who, number)
        body = f"Words {name} of {self._who}.\nÜber zwei Zeilen – 返金."
        if more.get("drop_draft"):
            await self._save(["draft", number], ticket, body, public=public, over=None)
        values = {}
        if more.get("field"):
            values[self._names.field] = f"Reference {name}"
        if "status" in more:
            values["status"] = more["status"]
        files = [self._sources / f"file-{self._who[0]}{number}.txt"] if "file" in more else []
        await self._tried(
            step,
            self._tickets.comment(
                ticket,
                body,
                public=public,
                values=values,
                add_tags=[tag(self._who, number)] if more.get("tag") else [],
                files=files,
                delay=more.get("delay", 0) * SECOND,
                drop_draft=bool(more.get("drop_draft")),
            ),
            ticket=ticket,
            text=body,
        )

    async def _set(self, step: Step, number: int, where: list[Any], fields: dict[str, Any]) -> None:
        ticket = self._local(where)
        if ticket is None:
            return
        values = dict(fields)
        if values.pop("field", None):
            values[self._names.field] = f"Reference {mark(self._who, number)}"
        if "subject" in values:
            values["subject"] = f"Subject {mark(self._who, number)}"
        await self._tried(step, self._tickets.set_fields([ticket], values), ticket=ticket)

    async def _tags(self, step: Step, number: int, where: list[Any], off: str | None) -> None:
        ticket = self._local(where)
        if ticket is not None:
            remove = [off] if off else []
            change = self._tickets.change_tags([ticket], [tag(self._who, number)], remove)
            await self._tried(step, change, ticket=ticket)

    async def _bulk(self, step: Step, number: int, refs: list[str], what: str) -> None:
        tickets = [found for ref in refs if (found := self._store.tickets.find(ref)) is not None]
        if what == "tag":
            change = self._tickets.change_tags(tickets, [tag(self._who, number)], [])
        else:
            change = self._tickets.set_fields(tickets, {self._names.field: f"Reference {mark(self._who, number)}"})
        await self._tried(step, change, tickets=tickets)

    async def _create(self, step: Step, number: int, more: dict[str, Any]) -> None:
        name = mark(self._who, number)
        known = (
            {"requester": self._names.requester}
            if more["known"]
            else {
                "requester": None,
                "requester_name": f"New {number}",
                "requester_email": f"{self._who}{number}@new.example",
            }
        )
        creation = self._tickets.create(
            f"Made {name}", f"Opening words {name}.", values={}, tags=["made"], public=more["public"], **known
        )
        ticket = await self._tried(step, creation)
        if ticket is not None:
            self._made[number] = ticket

    async def _merge(self, step: Step, _number: int, where: list[Any], into: list[Any], delay: int) -> None:
        source, target = self._local(where), self._local(into)
        if source is not None and target is not None:
            change = self._tickets.merge(source, target, delay=delay * SECOND)
            await self._tried(step, change, tickets=[source, target])

    async def _undo(self, step: Step, place: int, whole: bool) -> None:
        rows = [row for row in self._outbox.rows() if row.state in WITHDRAWABLE]
        if not rows:
            return
        row = rows[place % len(rows)]
        if whole and row.batch:
            batch = [each for each in self._outbox.rows() if each.batch == row.batch]
            await self._tried(step, self._tickets.undo(row.batch), **_about(*batch))
        elif place % 3 == 0 and isinstance(row.command, AddComment):
            await self._tried(step, self._outbox.reopen(row.key), **_about(row))
        else:
            await self._tried(step, self._outbox.discard([row.key]), **_about(row))
            if place % 4 == 1:
                await self._tried(["back"], self._outbox.put_back([row.key]), **_about(row))

    async def _decide(self, step: Step, place: int, side: str) -> None:
        rows = [row for row in self._outbox.rows() if row.state in STOPPED]
        if not rows:
            return
        row = rows[place % len(rows)]
        conflict = self._outbox.conflict(row.key) if side == "each" else None
        rescue = self._outbox.rescue(row.key) if side == "each" else None
        if side == "theirs":
            await self._tried(["undo"], self._outbox.discard([row.key]), **_about(row))
        elif conflict is not None:
            sides: list[Decision] = [Side.MINE, Side.THEIRS]
            decisions = {field.name: sides[(place >> number) % 2] for number, field in enumerate(conflict.fields)}
            await self._tried(step, self._outbox.decide(row.key, decisions), **_about(row))
        elif rescue is not None and isinstance(row.command, AddComment):
            if place % 2:
                await self._tried(["move"], self._outbox.create_instead(row.key), **_about(row))
            else:
                other = self._store.tickets.find(self._names.tickets[place % len(self._names.tickets)])
                if other is not None:
                    await self._tried(["move"], self._outbox.readdress(row.key, other), **_about(row))
        else:
            await self._tried(step, self._outbox.retry([row.key]), **_about(row))

    async def _draft(self, step: Step, number: int, where: list[Any], public: bool, grown: bool) -> None:
        ticket = self._local(where)
        if ticket is None:
            return
        words, over = f"Begun {draft_mark(self._who, number)} – überlegt", None
        known = self._drafts.draft(ticket, public) if grown else None
        if known is not None:
            words, over = f"{known.body}\n{words}", known.body
        await self._save(step, ticket, words, public=public, over=over)

    async def _save(self, step: Step, ticket: TicketId, words: str, *, public: bool, over: str | None) -> None:
        saving = self._drafts.save(ticket, words, public=public, cursor=3, over=over)
        await self._tried(["draft", step[1], public], saving, ticket=ticket, text=words, before=over or "")

    async def _seen(self, _step: Step, where: list[Any]) -> None:
        ticket = self._local(where)
        if ticket is not None:
            await self._tried(["seen"], self._tickets.mark_seen(ticket))

    def _local(self, where: list[Any]) -> TicketId | None:
        kind, which = where
        return self._made.get(which) if kind == "made" else self._store.tickets.find(which)

    async def _tried(self, step: Step, change: Awaitable[Any], **more: Any) -> Any:
        """Wait until *change* is saved; None when the console said that it can't be."""
        number = self._ledger.tries(step, **more)
        try:
            done = await change
        except (StoreError, InvalidChange, NotAllowed, ConnectorError, OSError) as error:
            self._ledger.note(Entry(what="no", number=number, error=type(error).__name__))
            return None
        self._ledger.note(
            Entry(
                what="ok",
                number=number,
                batch=done if isinstance(done, str) else "",
                ticket=done if isinstance(done, int) else 0,
            )
        )
        return done
