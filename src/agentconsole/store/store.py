"""The store of one profile, put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from agentconsole.domain.changes import Change
from agentconsole.domain.instant import Instant
from agentconsole.domain.once import made_once
from agentconsole.domain.rows import Notice
from agentconsole.store.condition import Condition, State
from agentconsole.store.errors import StoreError
from agentconsole.store.facts import Cursors, Facts, put_fact
from agentconsole.store.feed import Feed
from agentconsole.store.keys import DONE, UNSOLVED
from agentconsole.store.queue import QueueReads
from agentconsole.store.reading import Readers
from agentconsole.store.writer import NoWriter, Transaction, Urgency, Writer

if TYPE_CHECKING:
    from agentconsole.store.absence import AbsenceReads
    from agentconsole.store.cache import Cache
    from agentconsole.store.countdown import CountdownReads
    from agentconsole.store.customers import Customers
    from agentconsole.store.directory import Directory
    from agentconsole.store.drafts import Drafts
    from agentconsole.store.exporting import ExportReads
    from agentconsole.store.files import Files
    from agentconsole.store.guidance import GuidanceStore
    from agentconsole.store.journal_file import Copy
    from agentconsole.store.only_reading import OnlyRead
    from agentconsole.store.outbox import OutboxStore
    from agentconsole.store.outbox_list import OutboxList
    from agentconsole.store.pages import Pages
    from agentconsole.store.people import People
    from agentconsole.store.reckoning import Reckoning
    from agentconsole.store.reports import ReportReads
    from agentconsole.store.restoring import Restored
    from agentconsole.store.target_keeping import TargetKeeping
    from agentconsole.store.tickets import TicketReads
    from agentconsole.store.trips import Trips
    from agentconsole.store.uploads import Uploads

_FIRST_OPENED = "first opened"


class Store:
    """Reads are plain methods for any thread; writes return futures that resolve after the commit.

    Made by :func:`agentconsole.store.opening.open_store`, which sees to the schema. *clock* dates what is done here;
    *poll_interval* (seconds) is how often to look for other processes' commits. *only_read*: nothing can be written.
    """

    def __init__(
        self,
        path: Path,
        *,
        key: bytes | None,
        clock: Callable[[], Instant],
        poll_interval: float = 1.0,
        only_read: OnlyRead | None = None,
    ) -> None:
        self.path = path
        self._clock = clock
        self._feed = feed = Feed()
        self._only_read = only_read
        self._condition = condition = Condition(path, feed, state=State.READING if only_read else State.WELL)
        writer: Writer
        if only_read is not None:
            readers = Readers(only_read.path, key=key, reach=only_read.reach, failed=condition.hear)
            writer = NoWriter(path, feed, condition)
        else:
            readers = Readers(path, key=key, failed=condition.hear)
            writer = Writer(
                path,
                feed,
                key=key,
                condition=condition,
                poll_interval=poll_interval,
                before_commit=lambda tx: self._keeping.bring_along(tx),
            )
        self._readers, self._writer = readers, writer
        self.facts = Facts(readers, writer)
        self.cursors = Cursors(readers, writer)
        self.queue = QueueReads(readers, writer, clock)
        self._key = key
        # what was there before the agent ever looked is not news to them
        self._opened_first = self._first_opened()

    # What the first frame of the queue does not need is imported when it is first asked for

    @made_once
    def _keeping(self) -> TargetKeeping:
        """Targets that stay true: the writer asks for it before it commits."""
        from agentconsole.store.target_keeping import TargetKeeping

        return TargetKeeping(self._clock)

    @made_once
    def reckoning(self) -> Reckoning:
        """What targets are counted from."""
        from agentconsole.store.reckoning import Reckoning

        return Reckoning(self._readers, self._writer, self._keeping, self._clock)

    @made_once
    def tickets(self) -> TicketReads:
        """One ticket in full."""
        from agentconsole.store.tickets import TicketReads

        return TicketReads(self._readers, self._writer)

    @made_once
    def people(self) -> People:
        """Who writes and who answers."""
        from agentconsole.store.people import People

        return People(self._readers)

    @made_once
    def directory(self) -> Directory:
        """Contacts and articles."""
        from agentconsole.store.directory import Directory

        return Directory(self._readers)

    @made_once
    def customers(self) -> Customers:
        """What is known of a requester and an organization."""
        from agentconsole.store.customers import Customers

        return Customers(self._readers)

    @made_once
    def countdown(self) -> CountdownReads:
        """What is due, soonest first."""
        from agentconsole.store.countdown import CountdownReads

        return CountdownReads(self._readers)

    @made_once
    def absence(self) -> AbsenceReads:
        """What changed while nobody was here."""
        from agentconsole.store.absence import AbsenceReads

        return AbsenceReads(self._readers)

    @made_once
    def drafts(self) -> Drafts:
        """What is being written."""
        from agentconsole.store.drafts import Drafts

        return Drafts(self._readers, self._writer, self._clock)

    @made_once
    def outbox(self) -> OutboxStore:
        """What waits to be sent."""
        from agentconsole.store.outbox import OutboxStore

        return OutboxStore(self._readers, self._writer, self._clock)

    @made_once
    def outbox_list(self) -> OutboxList:
        """The same as a list of any length."""
        from agentconsole.store.outbox_list import OutboxList

        return OutboxList(self._readers)

    @made_once
    def uploads(self) -> Uploads:
        """Which parts of files the help desk has."""
        from agentconsole.store.uploads import Uploads

        return Uploads(self._readers, self._writer)

    @made_once
    def guidance(self) -> GuidanceStore:
        """What guidance reads of tickets, and what was dismissed."""
        from agentconsole.store.guidance import GuidanceStore

        return GuidanceStore(self._readers, self._writer)

    @made_once
    def files(self) -> Files:
        """Attachments that are kept here."""
        from agentconsole.store.files import Files, files_of

        return Files(files_of(self.path), self._readers, self._writer, key=self._key)

    @made_once
    def pages(self) -> Pages:
        """Pages of the help desk come in here."""
        from agentconsole.store.admitting import Admission
        from agentconsole.store.pages import Pages

        return Pages(self._writer, lambda: self._opened_first, Admission(self._clock))

    @made_once
    def cache(self) -> Cache:
        """What of the help desk is kept here."""
        from agentconsole.store.cache import Cache

        return Cache(self._readers, self._writer, self._clock)

    @made_once
    def trips(self) -> Trips:
        """What is taken along."""
        from agentconsole.store.trips import Trips

        return Trips(self._readers, self._writer, self._clock)

    @made_once
    def reports(self) -> ReportReads:
        """Reads for statistics."""
        from agentconsole.store.reports import ReportReads

        return ReportReads(self._readers)

    @made_once
    def exporting(self) -> ExportReads:
        """Reads for an export of everything."""
        from agentconsole.store.exporting import ExportReads

        return ExportReads(self._readers)

    def notices(self, now: Instant | None = None) -> tuple[Notice, ...]:
        """Banners in force at *now*, the gravest first; what the disk does not allow comes before all."""
        from agentconsole.store.notices import notices

        trouble = self._condition.notice()
        if self._condition.state is State.DAMAGED and trouble is not None:
            return (trouble,)
        found = notices(self._readers, self._clock() if now is None else now)
        return (trouble, *found) if trouble is not None else found

    def totals(self) -> dict[str, int]:
        """How many tickets and comments are kept here; walks an index, not for every keystroke."""
        with self._readers.snapshot() as db:
            tickets = db.execute(
                f"SELECT (SELECT count(*) FROM ticket INDEXED BY ticket_by_sla WHERE place = {UNSOLVED}) + "
                f"(SELECT count(*) FROM ticket INDEXED BY ticket_done WHERE place = {DONE})"
            ).fetchone()
            comments = db.execute("SELECT coalesce(sum(comments), 0) FROM ticket WHERE deleted = 0").fetchone()
        return {"tickets": tickets[0], "comments": comments[0]}

    def integrity(self) -> str:
        """What is wrong with the file, empty when nothing is; reads all of it."""
        try:
            with self._readers.read() as db:
                found = [row[0] for row in db.execute("PRAGMA quick_check(20)")]
                orphan = db.execute("PRAGMA foreign_key_check").fetchone()
        except StoreError as error:
            return str(error)
        if orphan is not None:
            found.append(f"a row of {orphan[0]} belongs to nothing")
        return "; ".join(text for text in found if text != "ok")

    def bring_back(self, copies: Sequence[Copy]) -> Future[Restored]:
        """Put back unsent work that another store left in a file; nothing of this one is written over."""
        from agentconsole.store.returning import bring_back

        return self._writer.submit(Urgency.AGENT, lambda tx: bring_back(tx, copies, self._clock()), "agent")

    @property
    def state(self) -> State:
        """What the disk lets the store do just now; the topic ``notices`` tells of a change."""
        return self._condition.state

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call *listener* after every commit, on the writer's thread; returns what ends that."""
        return self._feed.subscribe(listener)

    def publish(self, change: Change) -> None:
        """Tell listeners of something that is not in the database, such as presence."""
        self._feed.publish(change)

    def give_way_to(self, wait: Callable[[], None]) -> None:
        """Call *wait* before each transaction that no agent waits for: what is on the screen goes first."""
        self._writer.give_way = wait

    def close(self) -> None:
        """Write what was submitted, then give the files back. Idempotent."""
        self._writer.close()
        self._readers.close()
        if self._only_read is not None:
            self._only_read.forget()

    def _first_opened(self) -> Instant:
        known = self.facts.get(_FIRST_OPENED)
        if known is not None:
            return int(known)
        now = self._clock()
        if self._only_read is not None:
            return now

        def work(tx: Transaction) -> None:
            put_fact(tx, _FIRST_OPENED, str(now))

        try:
            self._writer.submit(Urgency.AGENT, work, "agent").result()
        except BaseException:
            self.close()
            raise
        return now
