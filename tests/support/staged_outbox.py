"""The outbox of the stage: changes in every state that its window must explain, and what each is about."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from agentconsole.domain.changes import Change
from agentconsole.domain.commands import AddComment, ChangeTags, Command, CreateTicket, SetFields
from agentconsole.domain.drafts import Along, AlongFile
from agentconsole.domain.instant import HOUR, MINUTE, SECOND
from agentconsole.domain.outbox_views import OutboxBatch, OutboxListing, OutboxView
from agentconsole.domain.records import AttachmentRecord
from agentconsole.domain.rows import Choice, CommentRow, OutboxRow
from agentconsole.domain.unsent import (
    Conflict,
    ConflictField,
    Decision,
    Gone,
    HeldReply,
    OutboxEvent,
    Reopened,
    Rescue,
    Standing,
)
from agentconsole.domain.values import OutboxState, TicketId
from agentconsole.services import api
from tests.support.staged_rows import SUBJECTS

if TYPE_CHECKING:
    from tests.support.stage import StagedWorkspace

_NEEDS = (OutboxState.CONFLICT, OutboxState.REFUSED, OutboxState.HELD)
_DONE = (OutboxState.SENT, OutboxState.WITHDRAWN)
REPLY = (
    "Dear Ana,\n\nthe courier confirms that the parcel was left with your neighbour at number 14 on Friday. Would you "
    "have a look there first? If it is not there, I send a new one today.\n\nBest regards\nNoor"
)
LONG = "Customer calls twice a week. " * 14


def refused_change(ticket: TicketId, reason: str = "The help desk says no.", **values: Any) -> OutboxRow:
    """Return a change of *values* of *ticket* that the help desk refused."""
    return OutboxRow(
        key="no",
        ticket=ticket,
        ref="1",
        subject="",
        text="",
        state=OutboxState.REFUSED,
        queued_at=0,
        attempts=1,
        not_before=0,
        reason=reason,
        batch="b",
        command=SetFields(values=values, base=dict.fromkeys(values)),
    )


class StagedOutbox(api.Outbox):
    """Changes in a list; what a test does to them is noted by method."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        self.retried: list[str] = []
        self.discarded: list[str] = []
        self.restored: list[str] = []
        self.decided: list[tuple[str, dict[str, Decision]]] = []
        self.readdressed: list[tuple[str, TicketId]] = []
        self.created: list[str] = []
        self.reopened: list[str] = []
        self.gone: dict[str, Gone] = {}
        self._rows: list[OutboxRow] = []
        self._before: dict[str, OutboxRow] = {}
        status = SetFields(values={"status": "solved"}, base={"status": "open"})
        priority = SetFields(values={"priority": "high", "group": "g2"}, base={"priority": "normal", "group": "g1"})
        problems: tuple[tuple[OutboxState, str, int, str, Command], ...] = (
            (OutboxState.QUEUED, "", 1, "status: open → pending", status),
            (
                OutboxState.REFUSED,
                "The help desk says: a solved ticket needs a root cause.",
                1,
                "status: open → solved",
                status,
            ),
            (
                OutboxState.CONFLICT,
                "Keiko Tanabe set the priority to low while you set it to high.",
                1,
                "priority: normal → high, group: Billing → Logistics",
                priority,
            ),
            (
                OutboxState.HELD,
                "The requester has written since. Read it, then send or edit your reply.",
                0,
                "public reply",
                AddComment(body=REPLY, public=True),
            ),
            (
                OutboxState.UNKNOWN,
                "The connection broke before the answer came; we ask before sending again.",
                2,
                "internal note",
                AddComment(body="Called the warehouse.", public=False),
            ),
        )
        for number, (state, reason, attempts, text, command) in enumerate(problems, 1):
            self.put(number, command, state, text=text, reason=reason, attempts=attempts, age=number * 4 * MINUTE)
        self._rows[0] = msgspec.structs.replace(self._rows[0], not_before=stage.now() + 30 * SECOND)

    def put(
        self,
        ticket: TicketId,
        command: Command,
        state: OutboxState = OutboxState.QUEUED,
        *,
        text: str = "",
        reason: str = "",
        attempts: int = 0,
        age: int = 0,
        batch: str = "",
    ) -> str:
        """Have a change that was made *age* microseconds ago; returns its key."""
        number = len(self._rows)
        row = self._stage.rows.get(ticket)
        made_at = self._stage.now() - age
        self._rows.append(
            OutboxRow(
                key=f"key-{number}",
                ticket=ticket,
                ref=row.ref if row else str(48_000 + ticket),
                subject=row.subject if row else SUBJECTS[ticket % len(SUBJECTS)],
                text=text or "tags: +vip",
                state=state,
                queued_at=made_at,
                attempts=attempts,
                not_before=0,
                reason=reason,
                batch=batch or f"b{number}",
                command=command,
                seq=number + 1,
                ended_at=made_at + MINUTE if state in _DONE else None,
            )
        )
        return f"key-{number}"

    def fill(self) -> None:
        """Have what a full window shows besides: a chain on one ticket, a bulk edit, things done with."""
        tag = ChangeTags(add=("vip",))
        self.put(
            7, AddComment(body="I ask the carrier and come back to you.", public=True), text="public reply", age=HOUR
        )
        self.put(
            7, SetFields(values={"status": "pending"}, base={"status": "open"}), text="status: open → pending", age=HOUR
        )
        self.put(7, tag, age=HOUR)
        for number in range(10, 22):
            self.put(number, tag, age=2 * HOUR, batch="bulk")
        for number in range(5):
            self.put(number + 1, tag, OutboxState.SENT, age=(number + 3) * HOUR, attempts=1)
        self.put(
            9,
            AddComment(body="Never mind, found it.", public=False),
            OutboxState.WITHDRAWN,
            text="internal note",
            age=HOUR,
        )

    def bury(self, key: str, gone: Gone = Gone.MERGED) -> None:
        """Let the ticket of *key* be gone."""
        self.gone[key] = gone
        self._change(key, state=OutboxState.REFUSED, reason=f"The ticket was {gone} at the help desk.")

    # -- reads

    def rows(self, *, waiting_only: bool = True, limit: int = 1000) -> tuple[OutboxRow, ...]:
        return tuple(row for row in self._rows if not waiting_only or row.state not in _DONE)[:limit]

    def _of_view(self, view: OutboxView) -> list[OutboxRow]:
        match view:
            case OutboxView.SENT | OutboxView.WITHDRAWN:
                state = OutboxState.SENT if view is OutboxView.SENT else OutboxState.WITHDRAWN
                return sorted((row for row in self._rows if row.state is state), key=lambda row: -(row.ended_at or 0))
            case OutboxView.NEEDS_YOU:
                rows = [row for row in self._rows if row.state in _NEEDS]
            case _:
                rows = [row for row in self._rows if row.state not in _DONE]
        needy = {row.ticket for row in rows if row.state in _NEEDS}
        first = {row.ticket: row.seq for row in reversed(rows)}
        return sorted(rows, key=lambda row: (row.ticket not in needy, first[row.ticket], row.seq))

    async def listing(self, view: OutboxView) -> OutboxListing:
        rows = self._of_view(view)
        return OutboxListing(array("q", [row.seq for row in rows]), array("q", [row.ticket for row in rows]))

    def page(self, ids: Sequence[int]) -> list[OutboxRow]:
        return [self._rows[each - 1] for each in ids]

    async def tally(self) -> dict[OutboxView, int]:
        return {view: len(self._of_view(view)) for view in OutboxView}

    async def keys_of(self, ids: Sequence[int]) -> list[str]:
        return [self._rows[each - 1].key for each in ids]

    def batch(self, batch: str) -> OutboxBatch:
        rows = [row for row in self._rows if row.batch == batch]
        left = [row for row in rows if row.state not in (*_DONE, OutboxState.SENDING, OutboxState.UNKNOWN)]
        return OutboxBatch(len(rows), len(left))

    def id_of(self, key: str) -> int:
        return next((row.seq for row in self._rows if row.key == key), 0)

    def latest_batch(self) -> str:
        return ""

    def _row(self, key: str) -> OutboxRow | None:
        return next((row for row in self._rows if row.key == key), None)

    def standing(self, key: str) -> Standing | None:
        row = self._row(key)
        if row is None:
            return None
        stops, open_ = row.state in _NEEDS, row.state in (OutboxState.QUEUED, *_NEEDS)
        earlier = [r for r in self._rows if r.ticket == row.ticket and r.seq < row.seq and r.state not in _DONE]
        lost = [row.queued_at + (number + 1) * MINUTE for number in range(row.attempts)]
        events = [OutboxEvent(at=row.queued_at, what="queued")]
        events += [OutboxEvent(at=at, what="unknown", reason="timed out") for at in lost]
        if row.state is not OutboxState.QUEUED:
            events.append(OutboxEvent(at=row.queued_at + 3 * MINUTE, what=str(row.state), reason=row.reason))
        return Standing(
            key=key,
            state=row.state,
            reason=row.reason,
            next_at=row.not_before or None,
            waits_for=f"“{earlier[-1].text}”, which goes first" if earlier else "",
            waits_for_key=earlier[-1].key if earlier else "",
            gone=self.gone.get(key),
            events=tuple(events),
            can_retry=stops and key not in self.gone,
            can_edit=open_ and key not in self.gone,
            can_discard=open_,
            can_decide=row.state is OutboxState.CONFLICT,
            can_rescue=key in self.gone,
        )

    def conflict(self, key: str) -> Conflict | None:
        row = self._row(key)
        if row is None or row.state is not OutboxState.CONFLICT:
            return None
        now = self._stage.now()
        fields = (
            ConflictField(
                name="priority",
                label="Priority",
                base="normal",
                mine="high",
                theirs="low",
                base_text="Normal",
                mine_text="High",
                theirs_text="Low",
                who="Keiko Tanabe",
                at=now - 12 * MINUTE,
            ),
            ConflictField(
                name="group",
                label="Group",
                base="g1",
                mine="g2",
                theirs="g3",
                base_text="Billing",
                mine_text="Logistics",
                theirs_text="Returns",
                who="Keiko Tanabe",
                at=now - 12 * MINUTE,
            ),
            ConflictField(
                name="field:notes",
                label="Account notes",
                base=None,
                mine=LONG,
                theirs="Prefers to be called after 16:00.",
                base_text="none",
                mine_text=LONG,
                theirs_text="Prefers to be called after 16:00.",
            ),
        )
        return Conflict(
            key=key,
            ticket=row.ticket,
            ref=row.ref,
            subject=row.subject,
            fields=fields,
            body="I moved it to logistics.",
            public=False,
            agreed="tags: +courier",
        )

    def held(self, key: str) -> HeldReply | None:
        row = self._row(key)
        if row is None or row.state is not OutboxState.HELD or not isinstance(row.command, AddComment):
            return None
        now = self._stage.now()
        return HeldReply(
            key=key,
            ticket=row.ticket,
            ref=row.ref,
            subject=row.subject,
            body=row.command.body,
            public=row.command.public,
            queued_at=row.queued_at,
            reason=row.reason,
            files=(
                AttachmentRecord(
                    ref="f1", file_name="receipt.pdf", content_type="application/pdf", size=48_000, url=""
                ),
            ),
            seen=_comment("Ana Silva", "It says delivered, but there is nothing here.", now - 2 * HOUR),
            since=(
                _comment("Ana Silva", "Never mind: my neighbour had it the whole time! Thank you.", now - 9 * MINUTE),
                _comment("Keiko Tanabe", "Solved, I think. Leave it to me?", now - 7 * MINUTE, public=False),
            ),
        )

    def rescue(self, key: str) -> Rescue | None:
        row = self._row(key)
        if row is None or key not in self.gone or not isinstance(row.command, AddComment):
            return None
        merged = self.gone[key] is Gone.MERGED
        return Rescue(
            key=key,
            ticket=row.ticket,
            ref=row.ref,
            subject=row.subject,
            gone=self.gone[key],
            body=row.command.body,
            public=row.command.public,
            along=Along(files=(AlongFile("receipt.pdf", 48_000, key="k"),)),
            into=12 if merged else None,
            into_ref="48012" if merged else "",
            into_subject=self._stage.rows[12].subject if merged else "",
            requester=Choice(ref="p1", title="Ana Silva", detail="ana@shop.example"),
            can_readdress=True,
            can_create=True,
            lost="status: open → pending",
        )

    # -- acts

    def _change(self, key: str, **values: Any) -> bool:
        for number, row in enumerate(self._rows):
            if row.key == key:
                self._before.setdefault(key, row)
                self._rows[number] = msgspec.structs.replace(row, **values)
                return True
        return False

    def _tell(self) -> None:
        self._stage.publish(Change(topics=frozenset({"outbox"}), initiator="agent"))

    def accept(self, key: str) -> None:
        """Let the help desk have taken the change *key*."""
        self._change(key, state=OutboxState.SENT, ended_at=self._stage.now())

    def add(self, ticket: TicketId, command: CreateTicket, batch: str) -> None:
        """Let the creation of *ticket* wait to be sent."""
        self.put(ticket, command, text="new ticket", batch=batch)

    async def retry(self, keys: Sequence[str]) -> int:
        self.retried += keys
        count = sum(self._change(key, state=OutboxState.QUEUED, reason="") for key in keys)
        self._tell()
        return count

    async def discard(self, keys: Sequence[str]) -> int:
        self.discarded += keys
        now = self._stage.now()
        count = sum(self._change(key, state=OutboxState.WITHDRAWN, ended_at=now) for key in keys)
        self._tell()
        return count

    async def put_back(self, keys: Sequence[str]) -> int:
        self.restored += keys
        for key in keys:
            before = self._before.get(key)
            state = before.state if before and before.state not in _DONE else OutboxState.QUEUED
            self._change(key, state=state, ended_at=None)
        self._tell()
        return len(keys)

    async def decide(self, key: str, decisions: Mapping[str, Decision]) -> OutboxState | None:
        self.decided.append((key, dict(decisions)))
        self._change(key, state=OutboxState.QUEUED, reason="")
        self._tell()
        return OutboxState.QUEUED

    async def amend(self, key: str, command: Command) -> bool:
        done = self._change(key, command=command, state=OutboxState.QUEUED, reason="")
        self._tell()
        return done

    async def reopen(self, key: str) -> Reopened | None:
        row = self._row(key)
        if row is None or not isinstance(row.command, AddComment):
            return None
        self.reopened.append(key)
        self._change(key, state=OutboxState.WITHDRAWN, ended_at=self._stage.now())
        self._stage.drafts.put(row.ticket, row.command.body, public=row.command.public)
        self._tell()
        return Reopened(ticket=row.ticket, body=row.command.body, public=row.command.public)

    async def readdress(self, key: str, into: TicketId) -> str | None:
        self.readdressed.append((key, into))
        self._change(key, state=OutboxState.WITHDRAWN, ended_at=self._stage.now())
        self._tell()
        return "key-new"

    async def create_instead(self, key: str) -> TicketId | None:
        self.created.append(key)
        self._change(key, state=OutboxState.WITHDRAWN, ended_at=self._stage.now())
        self._tell()
        return 3


def _comment(author: str, body: str, at: int, *, public: bool = True) -> CommentRow:
    return CommentRow(
        ref="c",
        author=author,
        author_ref="x",
        by_agent=not public,
        by_requester=public,
        created_at=at,
        public=public,
        body=body,
        html=None,
        channel="email",
    )
