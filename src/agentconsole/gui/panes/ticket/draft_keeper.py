"""Keeps an unfinished reply safe: on every pause in typing, and at once when the composer is left."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from agentconsole.domain.drafts import NOTHING_ALONG, Along
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext

PAUSE_MS = 600
"""A pause this long counts as one."""

AGAIN_MS = 3000
"""How often a draft that the disk refused is tried again once the agent has moved on."""

LONGEST_MS = 1000
"""Who types without a pause is saved this often all the same."""


@dataclass(frozen=True, slots=True)
class Draftlet:
    """What the composer holds: words, whether they are a public reply, where the caret stands, what goes along."""

    body: str
    public: bool
    cursor: int
    along: Along = NOTHING_ALONG

    @property
    def content(self) -> tuple[str, bool, Along]:
        """What would be missed; the caret alone would not."""
        return self.body, self.public, self.along


class DraftKeeper(QObject):
    """Saves the draft of one ticket at a time.

    Signals:
        told: What to say about the draft ("Draft saved"), and whether it is bad news (str, bool).
        saved: The disk has the draft; what the store holds may be more than was written here.
    """

    told = Signal(str, bool)
    saved = Signal()

    def __init__(self, context: WindowContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._ticket: TicketId | None = None
        self._held: Draftlet | None = None
        self._saved = Draftlet("", True, 0)
        self._stranded: dict[TicketId, Draftlet] = {}
        self._saving = 0
        self._why = ""
        self._caret: int | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.flush)
        self._longest = QTimer(self)
        self._longest.setSingleShot(True)
        self._longest.setInterval(LONGEST_MS)
        self._longest.timeout.connect(self.flush)
        self._again = QTimer(self)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._save_stranded)

    @property
    def is_dirty(self) -> bool:
        """Whether something was typed that is not saved yet."""
        return self._held is not None

    @property
    def holds_unsaved(self) -> bool:
        """Whether words exist only here, of this ticket or of one that the agent has left."""
        return self._held is not None or bool(self._stranded) or self._saving > 0

    def stranded(self, ticket: TicketId) -> Draftlet | None:
        """The draft of *ticket* that the disk refused when the agent left it, if there is one."""
        return self._stranded.get(ticket)

    @property
    def is_saving(self) -> bool:
        """Whether a draft is on its way to the disk: what the store holds just now is older."""
        return self._saving > 0

    @property
    def stored(self) -> Draftlet:
        """The draft as last saved or loaded."""
        return self._saved

    def begin(self, ticket: TicketId | None, saved: Draftlet) -> None:
        """Keep the drafts of *ticket* from now on; *saved* is what the store has. The former one is saved first."""
        self.flush()
        self._ticket, self._saved, self._why = ticket, saved, ""

    def rebase(self, saved: Draftlet) -> None:
        """The store has *saved* by now, not what was saved from here; what is being written goes on from that."""
        self._saved = saved

    def note(self, draft: Draftlet) -> None:
        """Take what is in the composer now; it is saved at the next pause."""
        if self._ticket is None:
            return
        if draft.content == self._saved.content:
            self._held = None
            self._stop()
            return
        self._held, self._caret = draft, None
        self._stranded.pop(self._ticket, None)  # what is in the composer now is newer
        self._pause.start()
        if not self._longest.isActive():
            self._longest.start()

    def note_caret(self, cursor: int) -> None:
        """The caret stands elsewhere: that is kept as well, at the next pause."""
        if self._held is not None:
            self._held = replace(self._held, cursor=cursor)
        elif self._ticket is not None and self._saved.body and cursor != self._saved.cursor:
            self._caret = cursor
            self._pause.start()

    def save_as_is(self, why: str) -> None:
        """Something is about to take the place of what is written: save that, to be a version with the reason *why*."""
        self.flush()
        self._why = why

    def flush(self) -> None:
        """Save now what is not saved yet."""
        self._stop()
        self._save_stranded()
        ticket, draft, before = self._ticket, self._held, self._saved
        if ticket is None or draft is None:
            self._save_caret()
            return
        self._held, self._saved, self._caret = None, draft, None
        why, self._why = self._why, ""

        def done(_nothing: None) -> None:
            self._saving -= 1
            self.told.emit("Draft saved" if draft.body or draft.along else "", False)
            self.saved.emit()

        def failed(_error: BaseException) -> None:
            self._saving -= 1
            # the words are still in the composer: the next pause tries again
            if self._ticket == ticket and self._held is None and self._saved is draft:
                self._held, self._saved = draft, before
                self._pause.start()
            elif self._ticket != ticket or self._held is None:
                self._strand(ticket, draft)
            self.told.emit("Draft not saved yet: the disk refused it. Trying again.", True)

        self._saving += 1
        self._context.tasks.run(
            self._context.workspace.drafts.save(
                ticket,
                draft.body,
                public=draft.public,
                cursor=draft.cursor,
                over=before.body,
                along=draft.along,
                why=why,
            ),
            done=done,
            failed=failed,
        )

    def _save_caret(self) -> None:
        cursor, self._caret = self._caret, None
        if self._ticket is not None and cursor is not None:
            self._saved = replace(self._saved, cursor=cursor)
            self._context.tasks.run(
                self._context.workspace.drafts.place_caret(self._ticket, public=self._saved.public, cursor=cursor),
                failed=lambda _error: None,  # the words are there; they are what must be told of
            )

    def hand_over(self, draft: Draftlet) -> None:
        """The outbox is taking *draft*: leaving the ticket now must not save it once more, after it was sent."""
        self._stop()
        self._held, self._saved = None, draft

    def take_back(self, ticket: TicketId, draft: Draftlet) -> None:
        """The outbox did not take *draft* of *ticket* after all: keep it safe again, even if the agent moved on."""
        if ticket == self._ticket:
            self._saved = Draftlet("", draft.public, 0)
            self.note(draft)
        else:
            self._strand(ticket, draft)
            self._save_stranded()

    def forget(self) -> None:
        """The draft was sent: whatever was still to be saved must not bring it back."""
        self._stop()
        self._held, self._saved = None, Draftlet("", True, 0)

    def _strand(self, ticket: TicketId, draft: Draftlet) -> None:
        self._stranded[ticket] = draft
        self._again.start()

    def _save_stranded(self) -> None:
        """Try again to save what the disk refused; it stays here until the disk has it."""
        if not self._stranded:
            self._again.stop()
        for ticket, draft in self._stranded.items():
            self._save_left(ticket, draft)

    def _save_left(self, ticket: TicketId, draft: Draftlet) -> None:
        def done(_nothing: None) -> None:
            if self._stranded.get(ticket) is draft:
                del self._stranded[ticket]

        self._context.tasks.run(
            self._context.workspace.drafts.save(
                ticket, draft.body, public=draft.public, cursor=draft.cursor, along=draft.along
            ),
            done=done,
            failed=lambda _error: self._again.start(),
        )

    def _stop(self) -> None:
        self._pause.stop()
        self._longest.stop()
