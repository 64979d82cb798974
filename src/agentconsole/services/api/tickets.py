"""Tickets as the window and the command line see them: lists of them, one in full, and changes on their way."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from agentconsole.domain.commands import Command
from agentconsole.domain.drafts import Along, AlongFile, DraftItem, DraftVersion
from agentconsole.domain.outbox_views import OutboxBatch, OutboxListing, OutboxView
from agentconsole.domain.query import QueryProblem, QueueQuery
from agentconsole.domain.records import ArticleRecord, AttachmentRecord, FieldRecord, Presence
from agentconsole.domain.rows import Choice, Draft, HistoryRow, MacroEffect, OutboxRow, QueueRow, TicketDetail, ViewItem
from agentconsole.domain.unsent import Conflict, Decision, HeldReply, Reopened, Rescue, Standing
from agentconsole.domain.values import OutboxState, Ref, TicketId


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

    async def set_fields(
        self, tickets: Sequence[TicketId], values: dict[str, Any], initiator: str = "agent", *, delay: int = 0
    ) -> str:
        """Queue new field values for all *tickets*; returns the batch key, which :meth:`undo` takes.

        They are not sent before *delay* microseconds have passed.
        """
        ...

    def no_closing(self) -> str:
        """Why tickets can't be closed with this help desk; "" when they can, or when that is not known yet.

        Closing is ``set_fields(tickets, {"status": "closed"})``, of solved tickets only, and final once it is sent.
        """
        ...

    def lack(self, name: str) -> str:
        """Why this help desk does not offer *name*, one of ``domain.capabilities.WORDS``; "" when it does.

        What is lacking and asked for all the same is refused with those words, before anything is queued.
        """
        ...

    async def change_tags(
        self,
        tickets: Sequence[TicketId],
        add: Sequence[str],
        remove: Sequence[str],
        initiator: str = "agent",
        *,
        delay: int = 0,
    ) -> str:
        """Queue tags to *add* and to *remove* for all *tickets*; otherwise as :meth:`set_fields`."""
        ...

    async def set_and_tag(
        self, ticket: TicketId, values: dict[str, Any], add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> str:
        """Queue new field values and tags of one ticket as one batch, which :meth:`undo` takes back whole."""
        ...

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
        """Queue a public reply or internal note; it is not sent before *delay* microseconds have passed (undo-send).

        With *drop_draft* the ticket's draft goes in the same transaction, if it holds just these words: whoever writes
        from elsewhere leaves alone what is being written in the window. *kept* are keys of files that were copied
        already (:meth:`Drafts.keep_file`). *last_seen* is the newest comment that the agent had before them ("": the
        newest that is stored): the reply is held when others have written after it. Returns the batch key.
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
        follows: Ref | None = None,
        delay: int = 0,
    ) -> TicketId:
        """Queue a new ticket; it is not sent before *delay* microseconds have passed.

        *follows* is the closed ticket that it goes on from.

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
        """A plain copy of the attachment for another program, fetched when it is not here yet.

        What is kept is encrypted; the copy is private, in memory where possible, and gone when the console ends.
        """
        ...

    async def save_attachment(
        self, attachment: AttachmentRecord, target: Path, progress: Callable[[int], None] | None = None
    ) -> Path:
        """Write the attachment to *target*, which the agent chose; returns it. What is there is replaced at the end."""
        ...

    def presence(self, ticket: TicketId) -> tuple[Presence, ...]:
        """Colleagues who have *ticket* open, and who had it lately, with ``seen_at``; offline there are no others."""
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

    def items(self) -> tuple[DraftItem, ...]:
        """Every draft with its ticket, the newest first."""
        ...

    def discarded(self) -> tuple[DraftItem, ...]:
        """The last text of each draft that went without being sent in the last 90 days, the newest first."""
        ...

    def versions(self, ticket: TicketId, public: bool) -> tuple[DraftVersion, ...]:
        """Earlier texts of a draft, the newest first."""
        ...

    def merged_here(self, ticket: TicketId) -> tuple[DraftItem, ...]:
        """Drafts of tickets that were merged into *ticket*."""
        ...

    def form(self, name: str) -> str:
        """What the form *name* kept (JSON), "" when that is nothing."""
        ...

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
        """Keep the draft of this kind; without words and anything *along* it is removed. The other kind's stays.

        *over*: the draft that *body* grew from; words that came to it otherwise since then are kept as well.
        *along*: what goes with it, None leaves that as it is. *why*: keep a version of what is stored now.
        """
        ...

    async def place_caret(self, ticket: TicketId, *, public: bool, cursor: int) -> None:
        """The composer shows this draft, its caret at *cursor*."""
        ...

    async def discard(self, drafts: Sequence[tuple[TicketId, bool]]) -> list[int]:
        """Remove drafts (ticket, public); returns the versions that :meth:`restore` brings back."""
        ...

    async def restore(self, versions: Sequence[int]) -> int:
        """Bring versions back as drafts; what stands there now becomes a version. Returns how many came back."""
        ...

    async def take_over(self, source: TicketId, target: TicketId, *, public: bool) -> str:
        """Put the draft of *source* behind that of *target*; returns the words that came."""
        ...

    async def keep_form(self, name: str, content: str) -> None:
        """Keep what is written in the form *name*; "" forgets it."""
        ...

    async def keep_file(self, path: Path) -> AlongFile:
        """Copy the file at *path*, so that a draft that names it can be sent whatever becomes of the original."""
        ...


class Outbox(Protocol):
    """Changes on their way.

    Whatever is done to a change here happens before it is sent or not at all: methods say what became of it, and what
    was taken back is never sent.
    """

    def rows(self, *, waiting_only: bool = True, limit: int = 1000) -> tuple[OutboxRow, ...]: ...

    async def listing(self, view: OutboxView) -> OutboxListing:
        """All ids of *view* in the order that they are shown: per ticket in the order of sending, or the latest first.

        Ids are those of :attr:`OutboxRow.seq`.
        """
        ...

    def page(self, ids: Sequence[int]) -> list[OutboxRow]:
        """The rows of *ids*, in that order; those that are gone are left out."""
        ...

    async def tally(self) -> dict[OutboxView, int]:
        """How many changes each view lists."""
        ...

    async def keys_of(self, ids: Sequence[int]) -> list[str]: ...

    def batch(self, batch: str) -> OutboxBatch:
        """How much was queued in one go as *batch*, and how much of it can still be taken back."""
        ...

    def id_of(self, key: str) -> int:
        """The id of the change *key*, 0 when there is none."""
        ...

    def latest_batch(self) -> str:
        """The batch that was queued last and can be taken back, "" when there is none."""
        ...

    def standing(self, key: str) -> Standing | None:
        """Where the change *key* stands: what it waits for, when it is tried next, what was tried, what can be done."""
        ...

    def conflict(self, key: str) -> Conflict | None:
        """What the change *key* disagrees about, field by field; None when it is not in conflict."""
        ...

    def held(self, key: str) -> HeldReply | None:
        """The held reply *key* beside what was written since; None when it is not held."""
        ...

    def rescue(self, key: str) -> Rescue | None:
        """Where the words of *key* can go now that its ticket is deleted, merged away or closed; None when it is not.

        A reply or note only: what else was asked of a ticket that is gone has no other place.
        """
        ...

    async def retry(self, keys: Sequence[str]) -> int:
        """Queue refused, held or conflicting changes again; returns how many. A held reply is then sent anyway."""
        ...

    async def discard(self, keys: Sequence[str]) -> int:
        """Withdraw changes for good; returns how many. Words become drafts; :meth:`put_back` undoes it."""
        ...

    async def put_back(self, keys: Sequence[str]) -> int:
        """Make withdrawn changes what they were before; returns how many.

        Words that went into a draft leave it, when the draft holds nothing else.
        """
        ...

    async def decide(self, key: str, decisions: Mapping[str, Decision]) -> OutboxState | None:
        """Decide each field of the conflict of *key*; returns its state afterwards, None when it is in none any more.

        The rest is queued again against what the help desk has; of later changes of the same fields the decision is
        the last word. A change of which nothing is left ends withdrawn. InvalidChange when a field is left undecided.
        """
        ...

    async def amend(self, key: str, command: Command) -> bool:
        """Put *command*, of the same kind, in the place of the unsent change *key*, and queue it again.

        New values of fields, another target of a merge, a creation in other words. False when it was sent meanwhile,
        or may have been. InvalidChange when no help desk could accept it.
        """
        ...

    async def reopen(self, key: str) -> Reopened | None:
        """Take an unsent reply or note back into its ticket's draft, with files, values and tags.

        None when it was sent meanwhile, or may have been.
        """
        ...

    async def readdress(self, key: str, into: TicketId) -> str | None:
        """Send the reply or note *key*, with its files and tags, to the ticket *into*; returns the new change's key.

        It is sent as if written now: the agent has looked. None when it was sent meanwhile, or may have been.
        """
        ...

    async def create_instead(self, key: str) -> TicketId | None:
        """Open a new ticket for the requester with the words of *key*, whose ticket is gone; None as above."""
        ...
