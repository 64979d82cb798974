"""Tickets on the stage, and what an agent does to them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentconsole.domain.changes import Change
from agentconsole.domain.commands import AddComment, ChangeTags, Command, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.instant import DAY, MINUTE
from agentconsole.domain.records import (
    ArticleRecord,
    AttachmentRecord,
    FieldOption,
    FieldRecord,
    OrganizationRecord,
    PersonRecord,
    Presence,
)
from agentconsole.domain.rows import (
    Choice,
    CommentRow,
    HistoryRow,
    MacroEffect,
    QueueRow,
    TicketDetail,
    TicketTarget,
    WaitingChange,
)
from agentconsole.domain.values import Metric, OutboxState, Priority, Ref, Stage, Status, TicketId
from agentconsole.services import api
from tests.support.staged_rows import AGENTS, GROUPS, ORGANIZATIONS, PEOPLE, staged_row

if TYPE_CHECKING:
    from tests.support.stage import StagedWorkspace


class StagedTickets(api.Tickets):
    """Tickets of the stage. What an agent does is applied at once and kept in ``done`` for the test to read."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        self._batches = itertools.count(1)
        self.done: list[tuple[TicketId, Command]] = []
        self.undone: list[str] = []
        self.delays: list[int] = []
        self.last_seen: list[Ref] = []
        self.trouble: Exception | None = None
        self.refuses_closing = ""
        self.seen: list[TicketId] = []
        self.announced: list[tuple[TicketId | None, str]] = []
        self._before: dict[str, list[QueueRow]] = {}
        self._written: dict[TicketId, list[CommentRow]] = {}

    def detail(self, ticket: TicketId) -> TicketDetail | None:
        row = self._stage.rows.get(ticket)
        if row is None:
            return None
        person = next(i for i, each in enumerate(PEOPLE) if each[0] == row.requester)
        organization, tier = ORGANIZATIONS[PEOPLE[person][2]]
        waiting = (
            (WaitingChange(key="k1", text=f"status: open → {row.status}", state=OutboxState.QUEUED),)
            if row.waiting
            else ()
        )
        targets = (
            []
            if row.stage is None
            else [TicketTarget(metric=row.metric or Metric.NEXT_REPLY, stage=row.stage, breach_at=row.breach_at)]
        )
        if row.stage is Stage.ACTIVE and row.metric is not Metric.RESOLUTION:
            targets.append(
                TicketTarget(metric=Metric.RESOLUTION, stage=Stage.ACTIVE, breach_at=self._stage.now() + 2 * DAY)
            )
        return TicketDetail(
            id=row.id,
            ref=row.ref,
            subject=row.subject,
            status=row.status,
            native_status="",
            priority=row.priority,
            type="incident",
            channel=row.channel,
            created_at=row.created_at,
            updated_at=row.updated_at,
            due_at=None,
            requester=PersonRecord(
                ref=f"p{person}",
                name=row.requester,
                email=PEOPLE[person][1],
                phone="+1 555 0100",
                organization=f"o{PEOPLE[person][2]}",
                time_zone="Europe/Lisbon",
                locale="en",
            ),
            organization=OrganizationRecord(
                ref=f"o{PEOPLE[person][2]}",
                name=organization,
                domains=(PEOPLE[person][1].partition("@")[2],),
                fields={"tier": tier, "region": "EMEA"},
            ),
            tier=tier,
            plan="",
            assignee_ref=f"a{AGENTS.index(row.assignee)}" if row.assignee else None,
            assignee=row.assignee,
            group_ref=f"g{GROUPS.index(row.group)}",
            group=row.group,
            tags=("refund", "vip") if ticket % 2 else ("checkout",),
            fields={"f1": "bank_transfer", "f2": False},
            targets=tuple(targets),
            comments=self._conversation(row) + tuple(self._written.get(ticket, ())),
            waiting=waiting,
        )

    def _conversation(self, row: QueueRow) -> tuple[CommentRow, ...]:
        opened = row.created_at
        attachment = AttachmentRecord(
            ref="f1", file_name="statement-october.pdf", content_type="application/pdf", size=184_320, url="staged:f1"
        )
        return (
            CommentRow(
                ref="c1",
                author=row.requester,
                author_ref="p0",
                by_agent=False,
                by_requester=True,
                created_at=opened,
                public=True,
                channel=row.channel,
                body="Hello,\n\nwe returned two items of order 48213 on the 10th and your warehouse confirmed it. "
                "The refund of 214.50 has still not arrived.\n\nCould you check what holds it up? "
                "I attach our statement for October.\n\nKind regards",
                html="<p>Hello,</p><p>we returned <b>two items</b> of order 48213 on the 10th and your warehouse "
                "confirmed it. The refund of 214.50 has still not arrived.</p><p>Could you check what holds it up? I "
                "attach our statement for October.</p><p>Kind regards</p>",
                attachments=(attachment,),
            ),
            CommentRow(
                ref="c2",
                author="Noor Haddad",
                author_ref="a0",
                by_agent=True,
                by_requester=False,
                created_at=opened + 26 * MINUTE,
                public=False,
                channel="api",
                body="Payment provider shows the refund as 'created', never captured. Asked Billing to release it.",
                html=None,
            ),
            CommentRow(
                ref="c3",
                author="Noor Haddad",
                author_ref="a0",
                by_agent=True,
                by_requester=False,
                created_at=opened + 41 * MINUTE,
                public=True,
                channel="email",
                body="Hi,\n\nthank you for the statement. The refund was approved and is with our payment provider; "
                "I have asked for its release and will tell you as soon as it is on its way.\n\nBest\nNoor",
                html=None,
            ),
            CommentRow(
                ref="c4",
                author=row.requester,
                author_ref="p0",
                by_agent=False,
                by_requester=True,
                created_at=row.updated_at,
                public=True,
                channel="email",
                body="Thanks Noor. Is there a date I can give to our accountant?\n\n"
                "On Thu, Noor Haddad wrote:\n> thank you for the statement. The refund was approved and is with\n"
                "> our payment provider; I have asked for its release",
                html=None,
            ),
        )

    def find(self, ref: str) -> TicketId | None:
        number = int(ref) - 48_000 if ref.isdigit() else 0
        return number if number in self._stage.rows else None

    async def mark_seen(self, ticket: TicketId) -> None:
        self.seen.append(ticket)

    async def set_fields(
        self, tickets: Sequence[TicketId], values: dict[str, Any], initiator: str = "agent", *, delay: int = 0
    ) -> str:
        self.delays.append(delay)
        return self._act(tickets, SetFields(values=values, base={}), values, initiator)

    def no_closing(self) -> str:
        return self.refuses_closing

    def lack(self, name: str) -> str:
        return self._stage.offers.lack(name)

    async def change_tags(
        self,
        tickets: Sequence[TicketId],
        add: Sequence[str],
        remove: Sequence[str],
        initiator: str = "agent",
        *,
        delay: int = 0,
    ) -> str:
        self.delays.append(delay)
        return self._act(tickets, ChangeTags(add=tuple(add), remove=tuple(remove)), {}, initiator)

    async def set_and_tag(
        self, ticket: TicketId, values: dict[str, Any], add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> str:
        batch = self._act([ticket], SetFields(values=values, base={}), values, "agent") if values else ""
        if add or remove:
            tags = self._act([ticket], ChangeTags(add=tuple(add), remove=tuple(remove)), {}, "agent")
            batch = batch or tags
        return batch

    async def comment(
        self,
        ticket: TicketId,
        body: str,
        *,
        public: bool,
        values: dict[str, Any] | None = None,
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
        files: Sequence[Path] = (),
        kept: Sequence[str] = (),
        macro: Ref | None = None,
        last_seen: Ref = "",
        delay: int = 0,
        drop_draft: bool = False,
        initiator: str = "agent",
    ) -> str:
        self.last_seen.append(last_seen)
        command = AddComment(
            body=body,
            public=public,
            attachments=tuple(kept),
            values=values or {},
            add_tags=tuple(add_tags),
            remove_tags=tuple(remove_tags),
            macro=macro,
        )
        row = CommentRow(
            ref="",
            author="Noor Haddad",
            author_ref="a0",
            by_agent=True,
            by_requester=False,
            created_at=self._stage.now(),
            public=public,
            channel="api",
            body=body,
            html=None,
            key=f"k{len(self.done)}",
            state=OutboxState.QUEUED,
        )
        self._written.setdefault(ticket, []).append(row)
        if drop_draft:
            self._stage.drafts.forget(ticket, public)
        return self._act([ticket], command, values or {}, initiator)

    async def create(
        self,
        subject: str,
        body: str,
        *,
        requester: Ref | None,
        values: dict[str, Any],
        tags: Sequence[str] = (),
        public: bool = True,
        requester_name: str = "",
        requester_email: str = "",
        follows: Ref | None = None,
        delay: int = 0,
    ) -> TicketId:
        if self.trouble is not None:
            raise self.trouble
        number = max(self._stage.rows, default=0) + 1
        command = CreateTicket(
            subject=subject,
            body=body,
            public=public,
            requester=requester,
            requester_name=requester_name,
            requester_email=requester_email,
            values=values,
            tags=tuple(tags),
            follows=follows,
        )
        self.done.append((number, command))
        batch = f"batch-{next(self._batches)}"
        row = staged_row(number)._replace(subject=subject, ref="", waiting=1)
        self._stage.rows[number] = row
        self._before[batch] = [row]
        self._stage.outbox.add(number, command, batch)
        self._stage.publish(Change(tickets=frozenset({number}), topics=frozenset({"tickets"}), initiator="agent"))
        return number

    async def merge(self, source: TicketId, into: TicketId, *, delay: int = 0) -> str:
        return self._act([source], MergeTickets(into=into), {"status": Status.CLOSED}, "agent")

    def _act(self, tickets: Sequence[TicketId], command: Command, values: dict[str, Any], initiator: str) -> str:
        batch = f"batch-{next(self._batches)}"
        self._before[batch] = [self._stage.rows[each] for each in tickets]
        for each in tickets:
            self.done.append((each, command))
            row = self._stage.rows[each]._replace(waiting=self._stage.rows[each].waiting + 1)
            if "status" in values:
                row = row._replace(status=Status(values["status"]))
            if "priority" in values:
                row = row._replace(priority=Priority(values["priority"]) if values["priority"] else None)
            if "group" in values:
                row = row._replace(group=GROUPS[int(str(values["group"])[1:])])
            if "assignee" in values:
                row = row._replace(assignee=AGENTS[int(str(values["assignee"])[1:])] if values["assignee"] else "")
            self._stage.rows[each] = row
        self._stage.publish(
            Change(tickets=frozenset(tickets), topics=frozenset({"tickets", "outbox"}), initiator=initiator)
        )
        return batch

    async def undo(self, batch: str) -> int:
        self.undone.append(batch)
        before = self._before.pop(batch, [])
        for row in before:
            self._stage.rows[row.id] = row
            self._written.pop(row.id, None)
        if before:
            ids = frozenset(row.id for row in before)
            self._stage.publish(Change(tickets=ids, topics=frozenset({"tickets", "outbox"}), initiator="agent"))
        return len(before)

    def agents(self) -> tuple[Choice, ...]:
        return tuple(Choice(ref=f"a{i}", title=name, detail=GROUPS[i]) for i, name in enumerate(AGENTS) if name)

    def groups(self) -> tuple[Choice, ...]:
        return tuple(Choice(ref=f"g{i}", title=name) for i, name in enumerate(GROUPS))

    def fields(self) -> tuple[FieldRecord, ...]:
        ways = (FieldOption(name="Bank transfer", value="bank_transfer"), FieldOption(name="Card", value="card"))
        return (
            FieldRecord(ref="f1", title="Refund by", type="tagger", options=ways, position=1),
            FieldRecord(ref="f2", title="Root cause known", type="checkbox", position=2),
            FieldRecord(ref="f3", title="Order number", type="text", position=3),
        )

    def macros(self) -> tuple[Choice, ...]:
        return (
            Choice(ref="m1", title="Refund: on its way", detail="Replies with the expected date, sets pending"),
            Choice(ref="m2", title="Ask for order number", detail="Asks and waits for the requester"),
            Choice(ref="m3", title="Escalate to Integrations", detail="Internal note, group Integrations, high"),
        )

    def macro_effect(self, ticket: TicketId, macro: Ref) -> MacroEffect | None:
        row = self._stage.rows.get(ticket)
        if row is None:
            return None
        match macro:
            case "m1":
                body = f"Hi {row.requester.split()[0]},\n\nyour refund is on its way and arrives within five days."
                return MacroEffect(macro=macro, values={"status": "pending"}, body=body, public=True)
            case "m3":
                return MacroEffect(
                    macro=macro,
                    values={"priority": "high", "group": "g2"},
                    add_tags=("escalated",),
                    body="Escalated: needs a look at the webhook log.",
                    public=False,
                )
            case _:
                return MacroEffect(macro=macro, values={"status": "pending"}, body="Which order is it?", public=True)

    async def refresh(self, ticket: TicketId) -> None:
        return None

    async def history(self, ticket: TicketId) -> tuple[HistoryRow, ...]:
        row = self._stage.rows[ticket]
        return (
            HistoryRow(at=row.created_at, who=row.requester, text="opened the ticket by mail"),
            HistoryRow(at=row.created_at + MINUTE, who="Trigger: refunds", text="set group to Billing"),
            HistoryRow(at=row.created_at + 20 * MINUTE, who="Noor Haddad", text="status: new → open"),
        )

    async def articles(self, ticket: TicketId) -> tuple[ArticleRecord, ...]:
        return (
            ArticleRecord(
                ref="h1",
                title="When will my refund arrive?",
                url="https://help.example/refunds",
                snippet="Bank transfers take up to five business days …",
            ),
        )

    async def open_attachment(
        self, attachment: AttachmentRecord, progress: Callable[[int], None] | None = None
    ) -> Path:
        raise FileNotFoundError(attachment.file_name)

    async def save_attachment(
        self, attachment: AttachmentRecord, target: Path, progress: Callable[[int], None] | None = None
    ) -> Path:
        raise FileNotFoundError(attachment.file_name)

    def presence(self, ticket: TicketId) -> tuple[Presence, ...]:
        if ticket % 5 != 1:
            return ()
        return (
            Presence(ticket=str(ticket), person="a2", name="Keiko Tanabe", mode="viewing", since=self._stage.now()),
        )

    def announce(self, ticket: TicketId | None, mode: str = "viewing") -> None:
        self.announced.append((ticket, mode))
