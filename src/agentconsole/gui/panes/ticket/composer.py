"""Where replies and notes are written: the words, what is sent with them, and the button that sends."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QTextCursor
from PySide6.QtWidgets import QFileDialog, QWidget

from agentconsole.domain.draft_words import caret_after, with_words_of
from agentconsole.domain.drafts import NOTHING_ALONG, together
from agentconsole.domain.instant import SECOND
from agentconsole.domain.rows import Draft, MacroEffect, TicketDetail
from agentconsole.domain.values import Status, TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.composer_frame import ComposerFrame
from agentconsole.gui.panes.ticket.composing_words import (
    can_follow_up,
    changed_words,
    refusal_words,
    sent_words,
    undo_seconds,
)
from agentconsole.gui.panes.ticket.draft_keeper import DraftKeeper, Draftlet
from agentconsole.gui.panes.ticket.guidance.demand_guard import DemandGuard


class Composer(ComposerFrame):
    """Composes one public reply or internal note for the ticket that is shown.

    Signals:
        sent: The ticket (int, as object) a reply or note was queued for, and whether it left the agent's hands
            (a public reply or a status set with it) (object, bool).
        typing: The agent writes to a ticket, so that colleagues can be told.
    """

    sent = Signal(object, bool)
    typing = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._ticket: TicketDetail | None = None
        self._loading = self._busy = False
        self._swapping = True
        self._guard: DemandGuard | None = None
        # a reply and a note are two texts: what is written for the team never turns into what the requester reads
        self._drafts = {public: DraftKeeper(context, self) for public in (True, False)}
        self._aside = Draftlet("", False, 0)
        for keeper in self._drafts.values():
            keeper.told.connect(self.tell_draft)
            keeper.saved.connect(self.draft_changed)
        self._reply.toggled.connect(self._kind_changed)
        self._move.clicked.connect(lambda _checked=False: self.move_words())
        self._attach.clicked.connect(lambda _checked=False: self.choose_files())
        self.editor.textChanged.connect(self._changed)
        self.editor.files_dropped.connect(self.attach)
        self.files_dropped.connect(self.attach)
        self.pending.changed.connect(self._changed)
        self.editor.cursorPositionChanged.connect(self._caret_moved)
        self.send_button.asked.connect(self.send)
        self._show_kind()

    # -- what the pane asks

    @property
    def holds_choices(self) -> bool:
        """Whether something is being sent, which must not be walked away from in passing."""
        return self._busy

    def show_ticket(self, ticket: TicketDetail | None) -> None:
        """Write to *ticket* from now on; the former draft is saved, this one's restored with its caret."""
        same = ticket is not None and self._ticket is not None and ticket.id == self._ticket.id
        self._ticket = ticket
        if not same:
            self._load()
        self.tell_refusal(refusal_words(self._context, ticket), can_follow=can_follow_up(self._context, ticket))
        self._show_kind()

    def draft_changed(self) -> None:
        """The store's draft may be another one now: take it. Words that are being written here are kept before it."""
        if self._ticket is None or self._busy:
            return
        shown = self._draftlet()
        for written in (shown, self._aside):
            keeper = self._drafts[written.public]
            if keeper.is_saving:
                continue  # once the disk has it this is asked again
            draft = self._stored(written.public)
            if keeper.is_dirty or written.content != keeper.stored.content:
                if not draft.body or draft.body == keeper.stored.body:
                    continue
                words = with_words_of(draft.body, written.body, keeper.stored.body)
                keeper.rebase(draft)
                draft = Draftlet(words, written.public, written.cursor, together(written.along, draft.along))
                keeper.note(draft)
            elif draft.content != written.content:
                keeper.begin(self._ticket.id, draft)
            if draft.content == written.content:
                continue
            if written is shown:
                self._put(draft)
            else:
                self._aside = draft
                if not shown.body.strip() and draft.body:
                    self._choose(public=draft.public)
            self.tell_draft("Draft restored" if draft.body or draft.along else "", False)
        self._show_kind()

    @property
    def holds_unsaved(self) -> bool:
        """Whether words were written that the disk has not got yet."""
        return any(keeper.holds_unsaved for keeper in self._drafts.values())

    def flush(self) -> None:
        """Save the drafts now."""
        for keeper in self._drafts.values():
            keeper.flush()

    def save_as_is(self, why: str) -> None:
        """Save what is written, as a version to go back to: the reason *why* is going to change it."""
        self._drafts[self.is_public].save_as_is(why)

    def move_words(self) -> None:
        """Make the written reply a note, or the note a reply: the words go after those of that kind, if any."""
        shown = self._draftlet()
        if not shown.body.strip() or not self.editor.isEnabled() or self._busy:
            return
        there = self._aside.body.rstrip()
        words = f"{there}\n\n{shown.body}" if there else shown.body
        along = together(self._aside.along, shown.along)
        self.save_as_is("moved")
        self.editor.clear()
        self.pending.clear()
        self._choose(public=not shown.public)
        self._put(Draftlet(words, not shown.public, caret_after(words), along))
        self._changed()
        self.editor.setFocus()

    def write(self, *, public: bool) -> None:
        """Begin or go on with a reply or a note: choose the kind and focus the text."""
        if not self.editor.isEnabled() or self._busy:
            return
        self._choose(public=public)
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def quote(self, text: str) -> None:
        """Insert *text* as a quotation above the caret's line."""
        if not self.editor.isEnabled():
            return
        quoted = "\n".join(f"> {line}" for line in text.strip().splitlines())
        lead = "" if self.editor.textCursor().atBlockStart() else "\n"
        self.editor.insertPlainText(f"{lead}{quoted}\n\n")
        self.editor.setFocus()

    def apply_macro(self, effect: MacroEffect) -> None:
        """Put what a macro would do in front of the agent: text into the composer, changes as chips to confirm."""
        if effect.public is not None and (effect.body or not self.editor.toPlainText().strip()):
            self._choose(public=effect.public)
        if effect.body:
            self.save_as_is("macro")
            cursor = self.editor.textCursor()
            cursor.insertText(("\n\n" if self.editor.toPlainText().strip() else "") + effect.body)
            self.editor.setTextCursor(cursor)
        self.pending.add(effect.values, effect.add_tags, effect.remove_tags)
        self.pending.macro = effect.macro or None
        self.editor.setFocus()
        self._changed()

    def attach(self, files: list[Path]) -> None:
        """Send *files* along."""
        if self.editor.isEnabled():
            self.pending.add_files([path for path in files if path.is_file()])
            self._changed()

    def guard_with(self, guard: DemandGuard) -> None:
        """Have *guard* asked before a status is sent."""
        self._guard = guard

    def send(self, status: Status | None = None) -> None:
        """Queue what is written, with *status* set in the same breath. Without words only the changes are made."""
        ticket, guard = self._ticket, self._guard
        if ticket is None or self._busy or not self.editor.isEnabled():
            return
        if status is None or guard is None:
            self._send(ticket, status)
        else:
            guard.ask(ticket.id, status, lambda: self._send(ticket, status))

    def _is_whole(self, body: str) -> bool:
        """Whether nothing of a ready text is left to fill in; else the first such place is selected."""
        from agentconsole.packs.templates import unfilled  # packs are not imported before the first paint

        left = unfilled(body)
        if left:
            self.tell_draft(f"Fill in {left[0]} first", True)
            self.editor.moveCursor(QTextCursor.MoveOperation.Start)
            self.editor.find(left[0])
            self.editor.setFocus()
        return not left

    def _is_words(self, body: str) -> bool:
        """Whether a note is words only: the machine line of a record that ends it, pasted, would make it a record."""
        from agentconsole.triage.notes import read_note  # rules are not imported before the first paint

        if read_note(body) is None:
            return True
        self.tell_draft("The last line is a record of the console’s: take it out, or write below it", True)
        self.editor.moveCursor(QTextCursor.MoveOperation.End)
        self.editor.setFocus()
        return False

    def _send(self, ticket: TicketDetail, status: Status | None) -> None:
        if self._ticket is None or self._ticket.id != ticket.id or self._busy or not self.editor.isEnabled():
            return  # the agent went on while the guard looked: the words wait here as a draft
        body, public = self.editor.toPlainText().strip(), self.is_public
        values = {**self.pending.values, **({"status": status.value} if status else {})}
        add, remove, files = self.pending.add_tags, self.pending.remove_tags, self.pending.files
        if not body and files:
            self.tell_draft("Write a line to go with the files", True)
            self.editor.setFocus()
            return
        if not body and not values and not add and not remove:
            self.tell_draft("Nothing written yet", True)
            self.editor.setFocus()
            return
        if (gone := self.pending.gone) is not None:
            self.tell_draft(f"{gone.name} is not there any more: choose it again, or leave it out", True)
            return
        if not (self._is_whole(body) if public else self._is_words(body)):
            return
        leaves = (public and bool(body)) or "status" in values
        tickets = self._context.workspace.tickets
        # the draft goes with the reply only when it holds the same words, so it is brought up to them first
        self.flush()
        if body:
            seconds = undo_seconds(self._context.workspace.settings.get("undo_send_seconds", 5))
            work = tickets.comment(
                ticket.id,
                body,
                public=public,
                values=values,
                add_tags=add,
                remove_tags=remove,
                files=[Path(file.path) for file in files if not file.key],
                kept=[file.key for file in files if file.key],
                macro=self.pending.macro,
                last_seen=next((comment.ref for comment in reversed(ticket.comments) if comment.ref), ""),
                delay=seconds * SECOND if public else 0,
                drop_draft=True,
            )
            words = sent_words(ticket, values, public=public)
            delay_ms = seconds * 1000 if public else 0
        else:
            work = tickets.set_and_tag(ticket.id, values, add, remove)
            words, delay_ms = changed_words(ticket, values), 0
        # the fields are emptied only when the outbox has it: until then the words stay where they were written
        draft = self._draftlet()
        self._drafts[public].hand_over(draft)
        self._set_busy(busy=True)

        def done(batch: str) -> None:
            self._set_busy(busy=False)
            if self._ticket is not None and self._ticket.id == ticket.id:
                self._drafts[public].forget()
                self._clear()
            if not body:
                self._forget_choices(ticket.id, public)
            if self._ticket is not None and self._ticket.id == ticket.id:
                self.draft_changed()  # words may have come back while this was being queued
            self._context.messages.undoable(words, batch, delay_ms=delay_ms)
            self.sent.emit(ticket.id, leaves)

        def failed(error: BaseException) -> None:
            self._set_busy(busy=False)
            self._drafts[public].take_back(ticket.id, draft)
            why, advice = str(getattr(error, "title", "")), str(getattr(error, "advice", "")) or "Try again."
            kept = "Your text is still in the composer."
            said = " ".join(part for part in (f"{why.rstrip('.')}." if why else "", kept, advice) if part)
            self._context.messages.error("Not accepted for sending", said)

        self._context.tasks.run(work, done=done, failed=failed)

    def _forget_choices(self, ticket: TicketId, public: bool) -> None:
        """What was only chosen is applied: no draft of it is left."""
        nothing = self._context.workspace.drafts.save(ticket, "", public=public, cursor=0, over="", along=NOTHING_ALONG)
        self._context.tasks.run(nothing)

    def choose_files(self) -> None:
        """Ask which files to attach."""
        dialog = QFileDialog(self, "Attach files")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.attach([Path(name) for name in names]))
        dialog.open()

    # -- the two texts

    def _load(self) -> None:
        reply, note = self._stored(public=True), self._stored(public=False)
        for draft in (reply, note):
            self._drafts[draft.public].begin(self._ticket.id if self._ticket else None, draft)
        newest: Draft | Draftlet | None = None
        if self._ticket is not None:
            newest = self._context.workspace.drafts.draft(self._ticket.id)
        unsaved = [found for draft in (reply, note) if (found := self._stranded(draft.public)) is not None]
        for draft in unsaved:
            reply, note = (draft, note) if draft.public else (reply, draft)
            newest = draft
        shown, self._aside = (note, reply) if newest is not None and not newest.public else (reply, note)
        self._choose(public=shown.public, swap=False)
        self._put(shown)
        self.tell_draft("Draft restored" if shown.body or shown.along else "", False)
        for draft in unsaved:
            self._drafts[draft.public].note(draft)
        self._show_kind()

    def _stranded(self, public: bool) -> Draftlet | None:
        """The words of that kind which the disk refused when the agent left this ticket."""
        return self._drafts[public].stranded(self._ticket.id) if self._ticket is not None else None

    def _clear(self) -> None:
        self._put(Draftlet("", self.is_public, 0))
        self._choose(public=True)
        self.tell_draft("", False)
        self._show_kind()

    def _stored(self, public: bool) -> Draftlet:
        draft = self._context.workspace.drafts.draft(self._ticket.id, public) if self._ticket is not None else None
        return Draftlet(draft.body, public, draft.cursor, draft.along) if draft else Draftlet("", public, 0)

    def _draftlet(self) -> Draftlet:
        caret = self.editor.textCursor().position()
        return Draftlet(self.editor.toPlainText(), self.is_public, caret, self.pending.along())

    def _put(self, draft: Draftlet) -> None:
        self._loading = True
        self.editor.setPlainText(draft.body)
        cursor = self.editor.textCursor()
        cursor.setPosition(min(draft.cursor, self.editor.document().characterCount() - 1))
        self.editor.setTextCursor(cursor)
        self.pending.put(draft.along)
        self._loading = False

    def _choose(self, *, public: bool, swap: bool = True) -> None:
        self._swapping = swap
        (self._reply if public else self._note).setChecked(True)
        self._swapping = True

    def _changed(self) -> None:
        self._show_ready()
        if not self._loading:
            self._note_draft()
            self.typing.emit()

    def _caret_moved(self) -> None:
        if not self._loading:
            self._drafts[self.is_public].note_caret(self.editor.textCursor().position())

    def _note_draft(self) -> None:
        keeper = self._drafts[self.is_public]
        keeper.note(self._draftlet())
        if keeper.is_dirty:
            self.tell_draft("", False)

    def _kind_changed(self) -> None:
        if self._swapping:
            public = self.is_public
            caret = self.editor.textCursor().position()
            written = Draftlet(self.editor.toPlainText(), not public, caret, self.pending.along())
            left, self._aside = self._aside, written
            self._drafts[not public].flush()
            self._put(left)
            self.tell_draft("", False)
        self._show_kind()

    def _show_kind(self) -> None:
        requester = self._ticket.requester if self._ticket else None
        self.tell_kind(requester.name if requester else "")
        self._show_ready()

    def _show_ready(self) -> None:
        self.tell_ready(other_begun=bool(self._aside.body.strip()))

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.editor.setReadOnly(busy)
        for button in (self._reply, self._note):
            button.setEnabled(not busy)
        self.send_button.be_ready(not busy, menu=not busy)
        if not busy:
            self._show_ready()

    # -- events

    def hideEvent(self, event: QHideEvent) -> None:
        self.flush()
        super().hideEvent(event)
