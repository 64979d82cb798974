"""A small theatre for panes: a workspace in memory with a believable day at a help desk.

Nothing here is random: the same stage looks the same in every run, so that pictures can be compared.
"""

from __future__ import annotations

import asyncio
import itertools
from array import array
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from agentconsole.domain.changes import Change
from agentconsole.domain.commands import AddComment, ChangeTags, Command, SetFields
from agentconsole.domain.countdown import Light, Thresholds, light
from agentconsole.domain.instant import DAY, HOUR, MINUTE, SECOND, Instant, from_iso
from agentconsole.domain.query import QueryProblem, QueueQuery
from agentconsole.domain.records import (
    ArticleRecord,
    AttachmentRecord,
    ContactRecord,
    FieldOption,
    FieldRecord,
    OrganizationRecord,
    PersonRecord,
    Presence,
    SlaTarget,
)
from agentconsole.domain.rows import (
    Choice,
    CommentRow,
    DirectoryRow,
    Draft,
    HistoryRow,
    MacroEffect,
    Me,
    Notice,
    OutboxRow,
    QueueRow,
    SyncStatus,
    TargetRow,
    TicketDetail,
    ViewItem,
    WaitingChange,
)
from agentconsole.domain.values import Metric, OutboxState, Priority, Ref, Stage, Status, TicketId
from agentconsole.gui.actions import Actions
from agentconsole.gui.bridge import Bridge
from agentconsole.gui.clock import Clock
from agentconsole.gui.context import WindowContext
from agentconsole.gui.icons import IconSet
from agentconsole.gui.messages import Messages
from agentconsole.gui.tasks import Tasks
from agentconsole.gui.theming import Theming
from agentconsole.services import api

NOON = from_iso("2026-11-20T12:04:18Z")
"""What time it is on the stage: a Friday."""

SUBJECTS = (
    "Refund for order 48213 has not arrived after nine days",
    "Webhook deliveries stop after a certificate was renewed",
    "Cannot log in: the one-time code never arrives",
    "Invoice 2026-1107 lists a plan we cancelled in September",
    "Checkout shows the wrong currency for customers in Norway",
    "Bulk import fails at row 1,204 with 'unexpected column'",
    "Please add our new warehouse address to the account",
    "Search returns discontinued products first",
    "API answers 429 although we are far below the limit",
    "How do we export all orders of the last fiscal year?",
    "Images are blurred on phones since Tuesday's release",
    "Gift cards are accepted twice when the page is reloaded",
    "SSO: users of the second domain land on an error page",
    "Tax is missing on partial shipments to Québec",
    "Delivery notes print in the wrong paper size",
    "Request for a signed data processing agreement",
    "The nightly stock sync ran three times and doubled counts",
    "Typo in the German order confirmation mail",
    "Permission denied when a manager approves a return",
    "Subscription renewed at the old price",
)
PEOPLE = (
    ("Ana Ferreira", "ana@northwind.example", 0),
    ("Jonas Lindqvist", "jonas.lindqvist@fjordhandel.example", 1),
    ("Priya Raghavan", "priya@lotusandlime.example", 2),
    ("Tom Okafor", "tom.okafor@brightparcel.example", 3),
    ("Mei-Ling Chou", "meiling@harbourtea.example", 4),
    ("Lucía Romero", "lucia@verdeviva.example", 5),
    ("Štěpán Novák", "stepan.novak@kolo-a-dilo.example", 6),
    ("Grace O'Donnell", "grace@lanternbooks.example", 7),
)
ORGANIZATIONS = (
    ("Northwind Traders", "Platinum"),
    ("Fjordhandel AS", "Gold"),
    ("Lotus & Lime", "Gold"),
    ("Bright Parcel", "Silver"),
    ("Harbour Tea Company", "Platinum"),
    ("Verde Viva", "Silver"),
    ("Kolo a dílo", "Gold"),
    ("Lantern Books", "Silver"),
)
AGENTS = ("Noor Haddad", "Sam Whitfield", "Keiko Tanabe", "Daniel Brandt", "")
GROUPS = ("Tier 1", "Billing", "Integrations", "Platform")
CHANNELS = ("email", "web", "chat", "phone", "api")
STATUSES = (Status.OPEN, Status.NEW, Status.OPEN, Status.PENDING, Status.OPEN, Status.HOLD, Status.OPEN, Status.SOLVED)
PRIORITIES = (Priority.HIGH, Priority.NORMAL, Priority.URGENT, Priority.NORMAL, Priority.LOW, None, Priority.NORMAL)
# Minutes until the breach; None is a paused target and "-" none at all.
BREACHES: tuple[int | str | None, ...] = (-47, 8, 96, 310, None, 14, -3, 1500, "-", 61, 220, 4400)
VIEWS = (
    ("my-open", "My open", "status<solved assignee:me", "user"),
    ("unassigned", "Unassigned", "status<solved is:unassigned", "user-x"),
    ("all-open", "All open", "status<solved", "inbox"),
    ("breaching-next", "Breaching next", "status<solved sla<4h", "timer"),
    ("waiting-on-requester", "Waiting on requester", "status:pending", "hourglass"),
    ("recently-solved", "Recently solved", "status:solved updated<7d", "circle-check"),
    ("changed-offline", "Changed offline", "is:unsent", "cloud-off"),
)


def staged_row(number: int, now: Instant = NOON) -> QueueRow:
    """Return the queue's row of ticket *number* (1 and up)."""
    person = number * 5 % len(PEOPLE)
    breach = BREACHES[number % len(BREACHES)]
    status = STATUSES[number % len(STATUSES)]
    organization, tier = ORGANIZATIONS[PEOPLE[person][2]]
    paused = breach is None or status in (Status.PENDING, Status.HOLD)
    stage = None if breach == "-" else Stage.ACHIEVED if status is Status.SOLVED else None
    if stage is None and breach != "-":
        stage = Stage.PAUSED if paused else Stage.ACTIVE
    return QueueRow(
        id=number,
        ref=str(48_000 + number),
        subject=SUBJECTS[number % len(SUBJECTS)],
        status=status,
        priority=PRIORITIES[number % len(PRIORITIES)],
        requester=PEOPLE[person][0],
        organization=organization,
        tier=tier,
        group=GROUPS[number % len(GROUPS)],
        assignee=AGENTS[number % len(AGENTS)],
        channel=CHANNELS[number % len(CHANNELS)],
        created_at=now - (number % 37 + 2) * HOUR,
        updated_at=now - (number % 23) * 7 * MINUTE - 20 * SECOND,
        stage=stage,
        breach_at=now + breach * MINUTE + number % 60 * SECOND if isinstance(breach, int) and not paused else None,
        metric=None if stage is None else (Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.RESOLUTION)[number % 3],
        unread=number % 4 == 1,
        waiting=1 if number % 13 == 2 else 0,
        has_draft=number % 11 == 3,
    )


class StagedSettings(api.Settings):
    """Settings in a dict."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        self.values[name] = value


class StagedQueue(api.Queue):
    """The queue of the stage. Free words are looked for in subjects; ``[`` makes a query wrong."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        self._saved: dict[str, tuple[str, str]] = {}

    def views(self) -> tuple[ViewItem, ...]:
        built_in = [ViewItem(key=k, title=t, section="built-in", query=q, icon=i) for k, t, q, i in VIEWS]
        saved = [
            ViewItem(key=key, title=title, section="saved", query=text, icon="bookmark")
            for key, (title, text) in self._saved.items()
        ]
        server = [
            ViewItem(key="server:41", title="Refunds over 500", section="server", query="refund", icon="server"),
            ViewItem(key="server:42", title="Holiday rota", section="server", query="holiday", icon="server"),
        ]
        return (*built_in, *saved, *server)

    def first_ids(self, query: QueueQuery, limit: int = 200) -> array[int]:
        return self._ids(query)[:limit]

    async def all_ids(self, query: QueueQuery) -> array[int]:
        return self._ids(query)

    def _ids(self, query: QueueQuery) -> array[int]:
        rows = self._stage.rows
        if query.view == "all-open" and not query.text and query.sort is None:
            return array("q", rows)
        word = query.text.casefold()
        wanted: list[QueueRow] = [row for row in rows.values() if self._in_view(row, query.view)]
        wanted = [row for row in wanted if word in row.subject.casefold() or word.lstrip("#") == row.ref]
        if query.sort is not None:
            field = {"sla": "breach_at", "updated": "updated_at", "created": "created_at"}.get(query.sort, query.sort)
            wanted.sort(key=lambda row: (getattr(row, field) is None, str(getattr(row, field) or "")))
            if query.descending:
                wanted.reverse()
        return array("q", [row.id for row in wanted])

    def _in_view(self, row: QueueRow, key: str) -> bool:
        match key:
            case "my-open":
                return row.assignee == "Noor Haddad" and row.status is not Status.SOLVED
            case "unassigned":
                return not row.assignee
            case "breaching-next":
                return row.breach_at is not None and row.breach_at < self._stage.now() + 4 * HOUR
            case "waiting-on-requester":
                return row.status is Status.PENDING
            case "recently-solved":
                return row.status is Status.SOLVED
            case "changed-offline":
                return row.waiting > 0
            case "server:42":
                return False
            case _:
                return True

    def rows(self, ids: Sequence[TicketId]) -> list[QueueRow]:
        return [self._stage.rows[each] for each in ids if each in self._stage.rows]

    async def counts(self) -> dict[str, int]:
        return {view.key: len(self._ids(QueueQuery(view=view.key))) for view in self.views()}

    def check(self, text: str) -> QueryProblem | None:
        at = text.find("[")
        return None if at < 0 else QueryProblem(message="A query can't contain “[”", start=at, end=at + 1)

    def suggestions(self, text: str, cursor: int) -> tuple[str, ...]:
        word = text[:cursor].rpartition(" ")[2]
        known = ("status:open", "status:pending", "tier:platinum", "tier:gold", "assignee:me", "sla<2h", "is:unread")
        return tuple(each for each in known if word and each.startswith(word))

    async def save_search(self, title: str, text: str) -> str:
        key = f"saved:{len(self._saved) + 1}"
        self._saved[key] = (title, text)
        self._stage.publish(Change(topics=frozenset({"reference"}), initiator="agent"))
        return key

    async def forget_search(self, key: str) -> None:
        del self._saved[key]
        self._stage.publish(Change(topics=frozenset({"reference"}), initiator="agent"))


class StagedTickets(api.Tickets):
    """Tickets of the stage. What an agent does is applied at once and kept in ``done`` for the test to read."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        self._batches = itertools.count(1)
        self.done: list[tuple[TicketId, Command]] = []
        self.undone: list[str] = []
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
            else [SlaTarget(metric=row.metric or Metric.NEXT_REPLY, stage=row.stage, breach_at=row.breach_at)]
        )
        if row.stage is Stage.ACTIVE and row.metric is not Metric.RESOLUTION:
            targets.append(
                SlaTarget(metric=Metric.RESOLUTION, stage=Stage.ACTIVE, breach_at=self._stage.now() + 2 * DAY)
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

    async def set_fields(self, tickets: Sequence[TicketId], values: dict[str, Any], initiator: str = "agent") -> str:
        return self._act(tickets, SetFields(values=values, base={}), values, initiator)

    async def change_tags(
        self, tickets: Sequence[TicketId], add: Sequence[str], remove: Sequence[str], initiator: str = "agent"
    ) -> str:
        return self._act(tickets, ChangeTags(add=tuple(add), remove=tuple(remove)), {}, initiator)

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
        macro: Ref | None = None,
        delay: int = 0,
        initiator: str = "agent",
    ) -> str:
        command = AddComment(
            body=body,
            public=public,
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
        self._stage.drafts.forget(ticket)
        return self._act([ticket], command, values or {}, initiator)

    async def create(
        self, subject: str, body: str, *, requester: Ref | None, values: dict[str, Any], tags: Sequence[str] = ()
    ) -> TicketId:
        number = max(self._stage.rows, default=0) + 1
        self._stage.rows[number] = staged_row(number)._replace(subject=subject, ref="", waiting=1)
        self._stage.publish(Change(tickets=frozenset({number}), topics=frozenset({"tickets"}), initiator="agent"))
        return number

    async def merge(self, source: TicketId, into: TicketId) -> str:
        return self._act([source], SetFields(values={"status": "closed"}, base={}), {"status": Status.CLOSED}, "agent")

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

    def presence(self, ticket: TicketId) -> tuple[Presence, ...]:
        if ticket % 5 != 1:
            return ()
        return (
            Presence(ticket=str(ticket), person="a2", name="Keiko Tanabe", mode="viewing", since=self._stage.now()),
        )

    def announce(self, ticket: TicketId | None, mode: str = "viewing") -> None:
        self.announced.append((ticket, mode))


class StagedDrafts(api.Drafts):
    """Drafts in a dict."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        self._drafts: dict[TicketId, Draft] = {}

    def draft(self, ticket: TicketId) -> Draft | None:
        return self._drafts.get(ticket)

    def all_drafts(self) -> tuple[Draft, ...]:
        return tuple(self._drafts.values())

    async def save(self, ticket: TicketId, body: str, *, public: bool, cursor: int) -> None:
        if body:
            self._drafts[ticket] = Draft(
                ticket=ticket, body=body, public=public, cursor=cursor, saved_at=self._stage.now()
            )
        else:
            self.forget(ticket)

    def forget(self, ticket: TicketId) -> None:
        """Drop the draft of *ticket*, if any."""
        self._drafts.pop(ticket, None)


class StagedOutbox(api.Outbox):
    """Changes in every state that an outbox window must explain."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        self.retried: list[str] = []
        self.discarded: list[str] = []
        states = (
            (OutboxState.QUEUED, "", 1),
            (OutboxState.REFUSED, "The help desk says: a solved ticket needs a root cause.", 1),
            (OutboxState.CONFLICT, "Keiko Tanabe set the priority to low while you set it to high.", 1),
            (OutboxState.HELD, "The requester has written since. Read it, then send or edit your reply.", 0),
            (OutboxState.UNKNOWN, "The connection broke before the answer came; we ask before sending again.", 2),
        )
        texts = (
            "status: open → pending",
            "status: open → solved",
            "priority: normal → high",
            "Public reply",
            "Internal note",
        )
        self._rows = [
            OutboxRow(
                key=f"key-{i}",
                ticket=i + 1,
                ref=str(48_001 + i),
                subject=SUBJECTS[i + 1],
                text=text,
                state=state,
                queued_at=stage.now() - (i + 1) * 4 * MINUTE,
                attempts=attempts,
                not_before=stage.now() + 30 * SECOND if state is OutboxState.QUEUED else 0,
                reason=reason,
                batch=f"b{i}",
                command=AddComment(body="A reply", public=i == 3)
                if i >= 3
                else SetFields(values={"status": "solved"}, base={"status": "open"}),
            )
            for i, ((state, reason, attempts), text) in enumerate(zip(states, texts, strict=True))
        ]

    def rows(self, *, waiting_only: bool = True, limit: int = 1000) -> tuple[OutboxRow, ...]:
        return tuple(self._rows[:limit])

    async def retry(self, keys: Sequence[str]) -> int:
        self.retried += keys
        self._rows = [
            msgspec.structs.replace(row, state=OutboxState.QUEUED, reason="") if row.key in keys else row
            for row in self._rows
        ]
        self._stage.publish(Change(topics=frozenset({"outbox"}), initiator="agent"))
        return len(keys)

    async def discard(self, keys: Sequence[str]) -> int:
        self.discarded += keys
        self._rows = [row for row in self._rows if row.key not in keys]
        self._stage.publish(Change(topics=frozenset({"outbox"}), initiator="agent"))
        return len(keys)


class StagedDirectory(api.Directory):
    """Contacts, people and organizations of the stage."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        office = {day: [("09:00", "17:30")] for day in ("mon", "tue", "wed", "thu", "fri")}
        now = stage.now()

        def contact(
            section: str, purpose: str, department: str, method: str, details: str, **more: Any
        ) -> ContactRecord:
            return ContactRecord(
                ref=purpose,
                section=section,
                purpose=purpose,
                department=department,
                method=method,
                details=details,
                **more,
            )

        listed = (
            (contact("Emergency", "Checkout is down for everyone", "Incident desk", "phone", "+1 555 0199",
                     address="tel:+15550199", availability="At any time", emergency=True,
                     tiers=("Platinum",)), True, None),
            (contact("Emergency", "Suspected data leak", "Security", "email", "security@desk.example",
                     address="mailto:security@desk.example", availability="At any time", emergency=True), True, None),
            (contact("Billing", "Refunds and disputed invoices", "Billing", "email", "billing@desk.example",
                     address="mailto:billing@desk.example", availability="Mon–Fri 9:00–17:30 Lisbon", hours=office,
                     time_zone="Europe/Lisbon", region="EMEA"), True, now + 5 * HOUR + 26 * MINUTE),
            (contact("Integrations", "Webhooks, API limits, single sign-on", "Integrations", "chat", "#integrations",
                     availability="Mon–Fri 9:00–17:30 Chicago", hours=office, time_zone="America/Chicago",
                     region="Americas"), False, now + 2 * HOUR + 56 * MINUTE),
            (contact("Legal", "Data processing agreements", "Legal", "web", "Contract portal",
                     address="https://legal.example", availability="Mon–Fri 9:00–17:30 Berlin", hours=office,
                     time_zone="Europe/Berlin", region="EMEA"), True, now + 4 * HOUR + 26 * MINUTE),
            (contact("Leadership", "Head of support", "Support", "phone", "+1 555 0142", executive=True,
                     address="tel:+15550142", notes="Only after the steps before"), None, None),
        )  # fmt: skip
        self._rows = [
            DirectoryRow(
                title=each.purpose,
                subtitle=f"{each.department} · {each.details}",
                section=each.section,
                contact=each,
                open_now=is_open,
                changes_at=changes_at,
            )
            for each, is_open, changes_at in listed
        ]
        self._rows += [
            DirectoryRow(
                title=name,
                subtitle=f"{email} · {ORGANIZATIONS[organization][0]}",
                section="People",
                person=PersonRecord(ref=f"p{i}", name=name, email=email, organization=f"o{organization}"),
            )
            for i, (name, email, organization) in enumerate(PEOPLE)
        ]
        self._rows += [
            DirectoryRow(
                title=name,
                subtitle=tier,
                section="Organizations",
                organization=OrganizationRecord(ref=f"o{i}", name=name, fields={"tier": tier}),
            )
            for i, (name, tier) in enumerate(ORGANIZATIONS)
        ]

    def search(self, text: str, at: Instant | None = None, limit: int = 500) -> tuple[DirectoryRow, ...]:
        words = text.casefold().split()
        return tuple(r for r in self._rows if all(w in f"{r.title} {r.subtitle}".casefold() for w in words))[:limit]

    def tickets_of(self, row: DirectoryRow, limit: int = 50) -> tuple[QueueRow, ...]:
        rows = self._stage.rows.values()
        return tuple(each for each in rows if row.title in (each.requester, each.organization))[:limit]


class StagedCountdown(api.Countdown):
    """Targets of the stage's rows."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage

    def running(self, limit: int = 2000) -> list[TargetRow]:
        rows = [row for row in self._stage.rows.values() if row.stage in (Stage.ACTIVE, Stage.PAUSED)]
        rows.sort(key=lambda row: (row.stage is Stage.PAUSED, row.breach_at or 0))
        return [
            TargetRow(
                ticket=row.id,
                ref=row.ref,
                subject=row.subject,
                metric=cast(Metric, row.metric),
                stage=cast(Stage, row.stage),
                breach_at=row.breach_at,
                priority=row.priority,
                status=row.status,
                organization=row.organization,
                tier=row.tier,
                group=row.group,
                assignee=row.assignee,
            )
            for row in rows[:limit]
        ]

    async def tally(self, now: Instant, thresholds: Thresholds) -> dict[Light, int]:
        tally = dict.fromkeys(Light, 0)
        for row in self._stage.rows.values():
            tally[light(row.stage, row.breach_at, now, thresholds)] += 1
        return tally

    async def strip(self, now: Instant, hours: int = 8, buckets: int = 32) -> list[int]:
        counts = [0] * buckets
        for row in self._stage.rows.values():
            if row.breach_at is not None and 0 <= row.breach_at - now < hours * HOUR:
                counts[(row.breach_at - now) * buckets // (hours * HOUR)] += 1
        return counts


class StagedSync(api.Sync):
    """A status that the test sets."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        self._status = SyncStatus(
            online=True,
            phase="idle",
            last_sync_at=stage.now() - 12 * SECOND,
            data_as_of=stage.now() - 12 * SECOND,
            live=True,
        )
        self.nudges = 0
        self.stopped = 0

    def status(self) -> SyncStatus:
        return self._status

    def show(self, **values: Any) -> None:
        """Change the status and tell so."""
        self._status = msgspec.structs.replace(self._status, **values)
        self._stage.publish(Change(topics=frozenset({"sync"}), initiator="sync"))

    def start(self) -> None:
        return None

    def nudge(self) -> None:
        self.nudges += 1

    async def stop(self) -> None:
        self.stopped += 1

    async def once(self) -> dict[str, Any]:
        return {}


class StagedWorkspace:
    """A whole workspace in memory; ``rows`` may be edited before the panes look."""

    def __init__(self, rows: int = 40, now: Instant = NOON) -> None:
        self._now = now
        self._listeners: list[Callable[[Change], None]] = []
        self.rows: dict[TicketId, QueueRow] = {number: staged_row(number, now) for number in range(1, rows + 1)}
        self.settings = StagedSettings()
        self.queue = StagedQueue(self)
        self.drafts = StagedDrafts(self)
        self.tickets = StagedTickets(self)
        self.outbox = StagedOutbox(self)
        self.directory = StagedDirectory(self)
        self.countdown = StagedCountdown(self)
        self.sync = StagedSync(self)
        self.shown_notices: tuple[Notice, ...] = ()

    def me(self) -> Me | None:
        return Me(ref="a0", name="Noor Haddad", email="noor@desk.example", role="agent", profile="Demo")

    def notices(self) -> tuple[Notice, ...]:
        return self.shown_notices

    async def totals(self) -> dict[str, int]:
        return {"tickets": len(self.rows), "comments": 4 * len(self.rows)}

    def now(self) -> Instant:
        return self._now

    def pass_time(self, microseconds: int) -> None:
        """Let *microseconds* pass; the caller ticks the clock."""
        self._now += microseconds

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, change: Change) -> None:
        """Tell the listeners, as the store would after a commit."""
        for listener in list(self._listeners):
            listener(change)

    async def close(self) -> None:
        self._listeners.clear()


class Theatre:
    """A workspace, its context and the loop that drives both, for one test or one picture.

    Attributes:
        workspace: The staged services.
        context: What a pane's constructor takes.
    """

    def __init__(self, rows: int = 40, theme: str = "light", workspace: StagedWorkspace | None = None) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.workspace = workspace or StagedWorkspace(rows)
        # a test may look into the staged services, which a protocol's writable members would not allow
        services = cast(api.Workspace, self.workspace)
        self._loop = asyncio.new_event_loop()
        theming = Theming(app, choice=theme)
        theming.apply()
        self.context = WindowContext(
            workspace=services,
            theming=theming,
            icons=IconSet(theming),
            tasks=Tasks(self._loop),
            actions=Actions(),
            bridge=Bridge(services),
            clock=Clock(self.workspace.now),
            messages=Messages(),
        )

    def settle(self) -> None:
        """Run every started coroutine and deliver every queued signal until nothing is left to do."""
        for _ in range(20):
            QCoreApplication.sendPostedEvents()
            QCoreApplication.processEvents()
            self._loop.run_until_complete(self.context.tasks.settled())
            self._loop.run_until_complete(asyncio.sleep(0))
            if not self.context.tasks.running:
                QCoreApplication.sendPostedEvents()
                QCoreApplication.processEvents()
                if not self.context.tasks.running:
                    return
        raise AssertionError("the panes keep starting work")

    def complete(self, awaitable: Awaitable[Any]) -> None:
        """Run the loop until *awaitable* is done."""

        async def wait() -> None:
            await awaitable

        self._loop.run_until_complete(wait())

    def tick(self, microseconds: int = SECOND) -> None:
        """Let time pass and tick once."""
        self.workspace.pass_time(microseconds)
        self.context.clock.tick()

    def close(self) -> None:
        """End the tasks and the loop; delete what waits for deletion."""
        self._loop.run_until_complete(self.context.tasks.end())
        self.context.bridge.close()
        self._loop.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
