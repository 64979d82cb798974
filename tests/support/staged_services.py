"""The other services of the stage: queue, drafts, outbox, countdown, sync, settings."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec

from agentconsole.domain.changes import Change
from agentconsole.domain.countdown import Light, Thresholds, light
from agentconsole.domain.draft_words import with_words_of
from agentconsole.domain.drafts import NOTHING_ALONG, Along, AlongFile, DraftItem, DraftVersion
from agentconsole.domain.instant import HOUR, SECOND, Instant
from agentconsole.domain.query import QueryProblem, QueueQuery
from agentconsole.domain.rows import (
    Draft,
    QueueRow,
    SyncStatus,
    TargetRow,
    ViewItem,
)
from agentconsole.domain.values import Metric, Stage, Status, TicketId
from agentconsole.services import api
from tests.support.staged_rows import VIEWS

if TYPE_CHECKING:
    from tests.support.stage import StagedWorkspace


class StagedSettings(api.Settings):
    """Settings in a dict."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        self.values[name] = value


def target_of(row: QueueRow) -> TargetRow:
    """Return the target of *row* as the help desk's own; see ``staged_sla`` for those that a pack gives."""
    return TargetRow(
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


class StagedDrafts(api.Drafts):
    """Drafts in a dict."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        self._drafts: dict[tuple[TicketId, bool], Draft] = {}
        self._kept: dict[int, tuple[tuple[TicketId, bool], Draft, str]] = {}
        self.merged: dict[TicketId, str] = {}
        self.forms: dict[str, str] = {}
        self.copied: list[Path] = []

    def draft(self, ticket: TicketId, public: bool | None = None) -> Draft | None:
        kinds = (True, False) if public is None else (public,)
        begun = [draft for kind in kinds if (draft := self._drafts.get((ticket, kind)))]
        return max(begun, key=lambda draft: draft.saved_at, default=None)

    def all_drafts(self) -> tuple[Draft, ...]:
        return tuple(self._drafts.values())

    def items(self) -> tuple[DraftItem, ...]:
        begun = sorted(self._drafts.values(), key=lambda draft: -draft.saved_at)
        return tuple(self._item(draft, 0) for draft in begun)

    def discarded(self) -> tuple[DraftItem, ...]:
        gone = {}
        for number, (key, draft, why) in self._kept.items():
            if key not in self._drafts and why in ("emptied", "discarded"):
                gone[key] = self._item(draft, number)
        return tuple(reversed(gone.values()))

    def _item(self, draft: Draft, version: int) -> DraftItem:
        row = self._stage.rows.get(draft.ticket)
        return DraftItem(
            ticket=draft.ticket,
            ref=row.ref if row else "",
            subject=row.subject if row else "",
            merged_into=self.merged.get(draft.ticket, ""),
            body=draft.body,
            public=draft.public,
            cursor=draft.cursor,
            saved_at=draft.saved_at,
            along=draft.along,
            versions=len(self.versions(draft.ticket, draft.public)),
            version=version,
        )

    def versions(self, ticket: TicketId, public: bool) -> tuple[DraftVersion, ...]:
        return tuple(
            DraftVersion(id=number, body=draft.body, cursor=draft.cursor, saved_at=draft.saved_at, why=why)
            for number, (key, draft, why) in reversed(self._kept.items())
            if key == (ticket, public)
        )

    def merged_here(self, ticket: TicketId) -> tuple[DraftItem, ...]:
        row = self._stage.rows.get(ticket)
        return tuple(item for item in self.items() if row is not None and item.merged_into == row.ref)

    def form(self, name: str) -> str:
        return self.forms.get(name, "")

    async def save(
        self,
        ticket: TicketId,
        body: str,
        *,
        public: bool,
        cursor: int,
        over: str | None = None,
        along: Along | None = None,
        why: str = "",
    ) -> None:
        known = self._drafts.get((ticket, public))
        if known is not None and over is not None:
            body = with_words_of(known.body, body, over)
        if known is not None and known.body != body and (why or not body):
            self._keep(known, why or "emptied")
        if along is None:
            along = known.along if known else NOTHING_ALONG
        if body or along:
            self.put(ticket, body, public=public, cursor=cursor, along=along)
        else:
            self.forget(ticket, public)

    def put(
        self,
        ticket: TicketId,
        body: str,
        *,
        public: bool = True,
        cursor: int = 0,
        along: Along = NOTHING_ALONG,
        age: int = 0,
    ) -> None:
        """Have a draft that was saved *age* microseconds ago."""
        self._drafts[ticket, public] = Draft(
            ticket=ticket, body=body, public=public, cursor=cursor, saved_at=self._stage.now() - age, along=along
        )

    def put_version(self, ticket: TicketId, body: str, why: str, *, public: bool = True, age: int = 0) -> None:
        """Have an earlier text of a draft."""
        saved_at = self._stage.now() - age
        self._keep(Draft(ticket=ticket, body=body, public=public, cursor=0, saved_at=saved_at), why)

    def _keep(self, draft: Draft, why: str) -> int:
        number = len(self._kept) + 1
        self._kept[number] = ((draft.ticket, draft.public), draft, why)
        return number

    async def place_caret(self, ticket: TicketId, *, public: bool, cursor: int) -> None:
        known = self._drafts.get((ticket, public))
        if known is not None:
            self._drafts[ticket, public] = msgspec.structs.replace(known, cursor=cursor, saved_at=self._stage.now())

    async def discard(self, drafts: Sequence[tuple[TicketId, bool]]) -> list[int]:
        made = [self._keep(self._drafts.pop(key), "discarded") for key in drafts if key in self._drafts]
        self._tell()
        return made

    async def restore(self, versions: Sequence[int]) -> int:
        for number in versions:
            key, draft, _why = self._kept[number]
            if key in self._drafts:
                self._keep(self._drafts[key], "restored")
            self._drafts[key] = msgspec.structs.replace(draft, saved_at=self._stage.now())
        self._tell()
        return len(versions)

    async def take_over(self, source: TicketId, target: TicketId, *, public: bool) -> str:
        words = self._drafts.pop((source, public)).body
        known = self._drafts.get((target, public))
        self.put(target, f"{known.body}\n\n{words}" if known else words, public=public)
        self._tell()
        return words

    async def keep_form(self, name: str, content: str) -> None:
        self.forms[name] = content

    async def keep_file(self, path: Path) -> AlongFile:
        self.copied.append(path)
        size = path.stat().st_size  # noqa: ASYNC240  # a file of a test
        return AlongFile(path.name, size, str(path), f"copy-{path.name}")

    def _tell(self) -> None:
        self._stage.publish(Change(topics=frozenset({"drafts"}), initiator="agent"))

    def forget(self, ticket: TicketId, public: bool) -> None:
        """Drop the begun reply or note of *ticket*, if any."""
        self._drafts.pop((ticket, public), None)


class StagedCountdown(api.Countdown):
    """Targets of the stage's rows, and whatever a test puts into ``more``."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        self.more: list[TargetRow] = []

    def running(self, limit: int = 2000) -> list[TargetRow]:
        rows = [row for row in self._stage.rows.values() if row.stage in (Stage.ACTIVE, Stage.PAUSED)]
        rows.sort(key=lambda row: (row.stage is Stage.PAUSED, row.breach_at or 0))
        return [*map(target_of, rows), *self.more][:limit]

    def breaching(self, since: Instant, limit: int = 1000) -> list[TargetRow]:
        running = (row for row in self.running() if row.stage is Stage.ACTIVE)
        return [row for row in running if row.breach_at is not None and row.breach_at >= since][:limit]

    def watched(self, now: Instant, limit: int = 1000) -> list[TargetRow]:
        rows = self.running(100_000)
        late = [row for row in rows if row.stage is Stage.ACTIVE and (row.breach_at or now) < now]
        coming = [row for row in rows if row.stage is Stage.ACTIVE and (row.breach_at or -1) >= now]
        still = [row for row in rows if row.stage is not Stage.ACTIVE or row.breach_at is None]
        return [*late[-limit:], *coming[:limit], *still[:limit]]

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
        self.started = 0
        self.stopped = 0

    def status(self) -> SyncStatus:
        return self._status

    def show(self, **values: Any) -> None:
        """Change the status and tell so."""
        self._status = msgspec.structs.replace(self._status, **values)
        self._stage.publish(Change(topics=frozenset({"sync"}), initiator="sync"))

    def start(self) -> None:
        self.started += 1

    def nudge(self) -> None:
        self.nudges += 1

    async def stop(self) -> None:
        self.stopped += 1

    async def once(self) -> dict[str, Any]:
        return {}
