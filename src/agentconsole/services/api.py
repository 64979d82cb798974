"""The services as the window and the command line see them.

Two kinds of calls. Plain methods are keyed, indexed and measured reads of the local store for what is on the screen
now: they may be called on the main thread and from any other. ``async`` methods may take longer (a write that is
fsynced, a count over everything, the network) and never block the loop that awaits them.

A write returns once it is committed to the outbox; the change feed then names what changed.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from agentconsole.domain.changes import Change
from agentconsole.domain.countdown import Light, Thresholds
from agentconsole.domain.directory import (
    DirectoryCard,
    DirectoryContact,
    EscalationPath,
    EscalationStepRow,
    Kind,
    ReviewState,
)
from agentconsole.domain.instant import Instant
from agentconsole.domain.ledger import Explanation
from agentconsole.domain.query import QueryProblem, QueueQuery
from agentconsole.domain.records import ArticleRecord, AttachmentRecord, FieldRecord, Presence
from agentconsole.domain.rows import (
    Choice,
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
    TicketTarget,
    ViewItem,
)
from agentconsole.domain.values import Ref, TicketId

if TYPE_CHECKING:
    from agentconsole.domain.reports import Choices, Report, Scope
    from agentconsole.packs.catalogue import Choice as PackChoice
    from agentconsole.packs.catalogue import Entry, Trouble
    from agentconsole.packs.model import Pack
    from agentconsole.packs.standing import Standing
    from agentconsole.triage.values import Applied, PinState, TicketGuidance, Warned


class Queue(Protocol):
    """Views, search and the rows of the queue."""

    def views(self) -> tuple[ViewItem, ...]: ...

    def first_ids(self, query: QueueQuery, limit: int = 200) -> array[int]:
        """The first ids of *query*, index-only, for the first paint."""
        ...

    async def all_ids(self, query: QueueQuery) -> array[int]:
        """All ids of *query*, in the same order."""
        ...

    def rows(self, ids: Sequence[TicketId]) -> list[QueueRow]:
        """The rows of *ids*, in that order; ids that are gone are left out."""
        ...

    async def counts(self) -> dict[str, int]:
        """How many tickets each view holds, by key."""
        ...

    def check(self, text: str) -> QueryProblem | None: ...

    def suggestions(self, text: str, cursor: int) -> tuple[str, ...]:
        """Completions of the word at *cursor* of a query."""
        ...

    async def save_search(self, title: str, text: str) -> str:
        """Keep *text* as a view; returns its key."""
        ...

    async def forget_search(self, key: str) -> None: ...


class Tickets(Protocol):
    """One ticket in full, and everything an agent does to tickets."""

    def detail(self, ticket: TicketId) -> TicketDetail | None: ...

    def find(self, ref: str) -> TicketId | None:
        """The local id of the help desk's number *ref*."""
        ...

    async def mark_seen(self, ticket: TicketId) -> None: ...

    async def set_fields(self, tickets: Sequence[TicketId], values: dict[str, Any], initiator: str = "agent") -> str:
        """Queue new field values for all *tickets*; returns the batch key, which :meth:`undo` takes."""
        ...

    async def change_tags(
        self, tickets: Sequence[TicketId], add: Sequence[str], remove: Sequence[str], initiator: str = "agent"
    ) -> str: ...

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
        drop_draft: bool = False,
        initiator: str = "agent",
    ) -> str:
        """Queue a public reply or internal note; it is not sent before *delay* microseconds have passed (undo-send).

        With *drop_draft* the ticket's draft goes in the same transaction, if it holds just these words: whoever writes
        from elsewhere leaves alone what is being written in the window. Returns the batch key.
        """
        ...

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
        delay: int = 0,
    ) -> TicketId:
        """Queue a new ticket; it is not sent before *delay* microseconds have passed.

        Without *requester*, somebody whom the help desk does not know yet asks: *requester_name* and *requester_email*.
        """
        ...

    async def merge(self, source: TicketId, into: TicketId, *, delay: int = 0) -> str:
        """Queue the merge of *source* into the ticket *into*; it is not sent before *delay* microseconds have passed.

        Returns the batch key. Once it is sent it can't be taken back.
        """
        ...

    async def undo(self, batch: str) -> int:
        """Withdraw what of *batch* has not been sent; returns how many changes that were.

        The words of a withdrawn comment come back in the ticket's draft, after what is there.
        """
        ...

    def agents(self) -> tuple[Choice, ...]: ...

    def groups(self) -> tuple[Choice, ...]: ...

    def fields(self) -> tuple[FieldRecord, ...]: ...

    def macros(self) -> tuple[Choice, ...]: ...

    def macro_effect(self, ticket: TicketId, macro: Ref) -> MacroEffect | None: ...

    async def refresh(self, ticket: TicketId) -> None:
        """Fetch the ticket anew from the help desk, when online."""
        ...

    async def history(self, ticket: TicketId) -> tuple[HistoryRow, ...]: ...

    async def articles(self, ticket: TicketId) -> tuple[ArticleRecord, ...]: ...

    async def open_attachment(
        self, attachment: AttachmentRecord, progress: Callable[[int], None] | None = None
    ) -> Path:
        """The attachment's local file, fetched when it is not cached yet."""
        ...

    def presence(self, ticket: TicketId) -> tuple[Presence, ...]:
        """Colleagues who have *ticket* open, as of the last word of the help desk; empty when offline."""
        ...

    def announce(self, ticket: TicketId | None, mode: str = "viewing") -> None:
        """Tell colleagues what the agent looks at; never waits."""
        ...


class Drafts(Protocol):
    """Unfinished replies and notes, at most one of each a ticket. They survive everything."""

    def draft(self, ticket: TicketId, public: bool | None = None) -> Draft | None:
        """The begun reply (*public*) or note of *ticket*; by default the one that was saved last."""
        ...

    def all_drafts(self) -> tuple[Draft, ...]: ...

    async def save(self, ticket: TicketId, body: str, *, public: bool, cursor: int, over: str | None = None) -> None:
        """Keep the draft of this kind; an empty body removes it. The one of the other kind stays as it is.

        *over*: the draft that *body* grew from; words that came to it otherwise since then are kept as well.
        """
        ...


class Outbox(Protocol):
    """Changes on their way."""

    def rows(self, *, waiting_only: bool = True, limit: int = 1000) -> tuple[OutboxRow, ...]: ...

    async def retry(self, keys: Sequence[str]) -> int:
        """Queue refused, held or conflicting changes again; returns how many. A held reply is then sent anyway."""
        ...

    async def discard(self, keys: Sequence[str]) -> int:
        """Withdraw changes for good; returns how many."""
        ...


class Directory(Protocol):
    """Support contacts of the packs and the help desk, chapters of the handbook, people and organizations."""

    async def prepare(self) -> None:
        """Read the packs' contacts and calendars, so that the first search does not wait for them."""
        ...

    def search(
        self,
        text: str,
        at: Instant | None = None,
        limit: int = 500,
        *,
        ticket: TicketId | None = None,
        kinds: Collection[Kind] = ...,
    ) -> tuple[DirectoryRow, ...]:
        """Everything of *kinds* that holds every word of *text*, as it stands at *at*; contacts come first.

        *ticket* says whose customer asks: regional hours are then theirs, and ``allowed`` is told by their level.
        """
        ...

    def who_handles(
        self, text: str = "", ticket: TicketId | None = None, at: Instant | None = None, limit: int = 12
    ) -> tuple[DirectoryRow, ...]:
        """The contacts that *text* asks for, the best first, with the words that told; by default *ticket*'s words."""
        ...

    def about(self, row: DirectoryRow, at: Instant | None = None) -> DirectoryCard:
        """What packs and records say of a person or an organization: level, open channels, reviews."""
        ...

    def escalation(self, row: DirectoryRow, ticket: TicketId | None = None) -> EscalationPath | None:
        """The steps that stand before an executive; None for contacts that may be asked at once."""
        ...

    def tickets_of(self, row: DirectoryRow, limit: int = 50) -> tuple[QueueRow, ...]: ...

    async def escalate(
        self, contact: DirectoryContact, ticket: TicketId, steps: Sequence[EscalationStepRow], words: str
    ) -> str:
        """Note on *ticket* that it goes to *contact*, after *steps*, and set the group. Returns the batch key."""
        ...

    async def record_review(
        self, row: DirectoryRow, review: ReviewState, points: Sequence[str], words: str
    ) -> TicketId:
        """Record that an organization's profile was reviewed; returns the internal ticket that says so."""
        ...

    async def request_privacy(
        self,
        row: DirectoryRow,
        wish: Literal["delete", "change"],
        words: str,
        contact: DirectoryContact | None,
        ticket: TicketId | None = None,
    ) -> TicketId:
        """Record a request to delete or change contact data, on *ticket* or a new internal one, which is returned."""
        ...

    async def suggest_correction(self, row: DirectoryRow, words: str) -> TicketId:
        """Open an internal ticket that says what of *row* is wrong in the directory."""
        ...


class Countdown(Protocol):
    """Running SLA targets."""

    def running(self, limit: int = 2000) -> list[TargetRow]:
        """Active targets, the next breach first, then paused ones."""
        ...

    def breaching(self, since: Instant, limit: int = 1000) -> list[TargetRow]:
        """Active targets that breach at *since* or later, the next first."""
        ...

    async def tally(self, now: Instant, thresholds: Thresholds) -> dict[Light, int]:
        """How many targets are in each state at *now*."""
        ...

    async def strip(self, now: Instant, hours: int = 8, buckets: int = 32) -> list[int]:
        """How many targets breach in each of *buckets* equal spans of the next *hours*."""
        ...


class Sla(Protocol):
    """How targets come about that this console counts itself."""

    async def explain(self, ticket: TicketId) -> tuple[Explanation, ...]:
        """Every target of *ticket*, each with its ledger; empty for a ticket without any, or that is gone."""
        ...

    def business_left(self, row: TargetRow | TicketTarget, now: Instant) -> int | None:
        """Open time (microseconds) from *now* to when the active target *row* is due, negative once it is late.

        None where opening hours don't bind it, or are not known. No read of the store: it may be asked every second
        for each line on screen.
        """
        ...


class Guidance(Protocol):
    """What the policy packs say about one ticket. Proposals never act by themselves.

    Every write is queued like any change of a ticket: it works offline and :meth:`Tickets.undo` takes its batch key.
    They raise ``services.guidance_records.NotGuided`` when the policy forbids it or the key is gone, in words.
    """

    def known(self, ticket: TicketId) -> TicketGuidance | None:
        """What :meth:`of` said last, if nothing has changed since: to paint at once."""
        ...

    async def of(self, ticket: TicketId) -> TicketGuidance | None:
        """All that the packs say about *ticket* now; None for a ticket that is not there."""
        ...

    async def open_demands(self, ticket: TicketId, status: str) -> tuple[Warned, ...]:
        """Demands of the lifecycle that are still open although *status* should wait for them."""
        ...

    async def apply(self, ticket: TicketId, key: str) -> Applied:
        """Do what the proposal *key* says: queue it, or hand over text for the composer, a link or a dialog's name."""
        ...

    async def dismiss(self, ticket: TicketId, key: str) -> None:
        """Don't show *key* again until the ground for it has changed."""
        ...

    async def restore(self, ticket: TicketId) -> int:
        """Show dismissed proposals of *ticket* again; returns how many."""
        ...

    async def tick(self, ticket: TicketId, demand: str, *, done: bool = True) -> str:
        """Say that the *demand* (its key) is met, or not; colleagues see it by a tag. Returns the batch key."""
        ...

    async def record_infractions(self, ticket: TicketId, infractions: Sequence[str], words: str) -> str:
        """Enter *infractions* (ids of the conduct policy) into the requester's record, with the agent's *words*."""
        ...

    async def withdraw_infraction(self, ticket: TicketId, entry: str, words: str) -> str:
        """Take the infraction *entry* out of the record: who entered it may, and supervisors."""
        ...

    async def sanction(self, ticket: TicketId, sanction: str, words: str) -> str:
        """Impose *sanction* (an id) on the requester; one that needs a supervisor is proposed to them."""
        ...

    async def confirm_sanction(self, ticket: TicketId, entry: str, words: str) -> str:
        """Confirm the proposed sanction *entry*; supervisors only."""
        ...

    async def lift_sanction(self, ticket: TicketId, entry: str, words: str) -> str:
        """End the sanction *entry* early; one that needed a supervisor needs one again."""
        ...

    async def check_pin(self, ticket: TicketId, pin: str) -> PinState:
        """Have the help desk check the requester's Support PIN. The PIN is kept nowhere; the result is, as a note.

        Raises a ConnectorError when the help desk can't be reached.
        """
        ...

    async def confirm_steps(self, ticket: TicketId, steps: Sequence[str], words: str) -> str:
        """Record that *steps* (ids) before an executive escalation were taken."""
        ...

    async def escalate(
        self, ticket: TicketId, contact: str, confirmed_steps: Sequence[str], words: str, *, pack: str = ""
    ) -> str:
        """Escalate to *contact* (a contact's id): a note that lists the steps taken, the pack's tag, the group.

        An executive is refused until every step before them is confirmed, here or by an earlier note.
        """
        ...

    async def record_privacy_request(self, ticket: TicketId, wish: str, words: str) -> str:
        """Record that the requester wants their contact data changed or deleted (*wish*: "change" or "delete")."""
        ...

    async def record_profile_change(self, ticket: TicketId, changes: dict[str, str], words: str) -> str:
        """Record changed contact details of the requester's organization (what → new value), as a note."""
        ...


class Reports(Protocol):
    """Ticket statistics and support activity of a range of days, from the local store."""

    async def report(self, scope: Scope, got_on: Callable[[float], object] | None = None) -> Report:
        """All figures of *scope*, of one moment; days to come are left out.

        *got_on* hears on the caller's loop how much is done (0 … 1). Cancelling it stops the work. Raises ValueError
        for days in the wrong order, or too many.
        """
        ...

    async def choices(self) -> Choices:
        """What a scope can be narrowed to."""
        ...


class Packs(Protocol):
    """The policy packs of the profile. Change topic: "packs"."""

    def used(self) -> tuple[Pack, ...]:
        """The packs in force, the first one asked first; the same tuple until something about packs changes."""
        ...

    def all(self) -> tuple[Entry, ...]:
        """Every pack that there is, with the file it is in and whether it is used."""
        ...

    def problems(self) -> tuple[Trouble, ...]:
        """What is wrong with packs, such as a file with mistakes whose last good version stays in use."""
        ...

    def of_ticket(self, ticket: TicketId) -> tuple[Standing, ...]:
        """The packs that speak for *ticket*, with its customer's level and region; empty when none does."""
        ...

    def of_organization(self, organization: Ref) -> tuple[Standing, ...]: ...

    def choice(self) -> PackChoice:
        """Which packs the profile uses, and what of their ``[match]`` is otherwise for it."""
        ...

    async def choose(self, use: Sequence[str] | None, match: Mapping[str, Mapping[str, str | tuple[str, ...]]]) -> None:
        """Use the packs of these ids, in this order (None: as packs say themselves), with other keys in ``[match]``.

        An error with ``title`` and ``advice`` says what is wrong.
        """
        ...

    @property
    def folder(self) -> Path:
        """Where the user's own packs stand, whether it is there yet or not."""
        ...

    def watch(self) -> None:
        """Begin to notice edits of the files; returns at once."""
        ...


class Sync(Protocol):
    """The exchange with the help desk."""

    def status(self) -> SyncStatus: ...

    def start(self) -> None:
        """Begin to exchange in the background; returns at once."""
        ...

    def nudge(self) -> None:
        """Exchange now rather than at the next interval."""
        ...

    async def stop(self) -> None: ...

    async def once(self) -> dict[str, Any]:
        """One full exchange, push then pull, as ``agentconsole sync`` reports it."""
        ...


class Settings(Protocol):
    """Small values that are remembered between starts, as JSON."""

    def get(self, name: str, default: Any = None) -> Any: ...

    def set(self, name: str, value: Any) -> None:
        """Remember *value*; written behind, atomically."""
        ...


class Connection(Protocol):
    """Which help desk a profile belongs to."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def url(self) -> str: ...

    @property
    def email(self) -> str: ...


class Workspace(Protocol):
    """One open profile."""

    @property
    def profile(self) -> Connection: ...

    @property
    def queue(self) -> Queue: ...

    @property
    def tickets(self) -> Tickets: ...

    @property
    def drafts(self) -> Drafts: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def directory(self) -> Directory: ...

    @property
    def countdown(self) -> Countdown: ...

    @property
    def sla(self) -> Sla: ...

    @property
    def guidance(self) -> Guidance: ...

    @property
    def reports(self) -> Reports: ...

    @property
    def packs(self) -> Packs: ...

    @property
    def sync(self) -> Sync: ...

    @property
    def settings(self) -> Settings: ...

    def me(self) -> Me | None:
        """Who is signed in, once the help desk has said so (remembered for offline)."""
        ...

    def notices(self) -> tuple[Notice, ...]: ...

    async def totals(self) -> dict[str, int]:
        """How many "tickets" and "comments" the cache holds."""
        ...

    def now(self) -> Instant:
        """The help desk's time: our clock plus the offset measured from its answers."""
        ...

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call *listener* from any thread on every change; returns what ends that."""
        ...

    async def sign_in(self, token: str) -> None:
        """Keep *token* as this profile's, and exchange with the help desk by it from now on."""
        ...

    async def close(self) -> None: ...
