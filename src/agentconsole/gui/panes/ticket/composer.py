"""Where replies and notes are written: the words, what is sent with them, and the button that sends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.draft_words import with_words_of
from agentconsole.domain.instant import SECOND
from agentconsole.domain.rows import Draft, MacroEffect, TicketDetail
from agentconsole.domain.values import Ref, Status
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.composing_words import changed_words, refusal_words, sent_words, undo_seconds
from agentconsole.gui.panes.ticket.draft_keeper import DraftKeeper, Draftlet
from agentconsole.gui.panes.ticket.guidance.demand_guard import DemandGuard
from agentconsole.gui.panes.ticket.pending_chips import PendingChips
from agentconsole.gui.panes.ticket.reply_editor import ReplyEditor, files_of
from agentconsole.gui.panes.ticket.send_button import SendButton
from agentconsole.gui.panes.ticket.short_label import ShortLabel
from agentconsole.gui.theming import colour


class Composer(QWidget):
    """Composes one public reply or internal note for the ticket that is shown.

    Signals:
        sent: The ticket (int, as object) a reply or note was queued for, and whether it left the agent's hands
            (a public reply or a status set with it) (object, bool).
        typing: The agent writes to a ticket, so that colleagues can be told.
    """

    sent = Signal(object, bool)
    typing = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("composer")
        self.setAcceptDrops(True)
        self._context = context
        self._ticket: TicketDetail | None = None
        self._loading = self._busy = False
        self._swapping = True
        self._macro: Ref | None = None
        self._guard: DemandGuard | None = None
        # a reply and a note are two texts: what is written for the team never turns into what the requester reads
        self._drafts = {public: DraftKeeper(context, self) for public in (True, False)}
        self._aside = Draftlet("", False, 0)
        for keeper in self._drafts.values():
            keeper.told.connect(self._tell_draft)
            keeper.saved.connect(self.draft_changed)
        self._build()
        self._show_kind()
        context.theming.changed.connect(self.update)

    # -- what the pane asks

    @property
    def is_public(self) -> bool:
        """Whether a public reply is being written, not an internal note."""
        return self._reply.isChecked()

    @property
    def holds_choices(self) -> bool:
        """Whether a macro's changes or files wait here, which a draft does not keep, or something is being sent."""
        return self._busy or self.pending.has_changes or bool(self.pending.files)

    def show_ticket(self, ticket: TicketDetail | None) -> None:
        """Write to *ticket* from now on; the former draft is saved, this one's restored with its caret."""
        same = ticket is not None and self._ticket is not None and ticket.id == self._ticket.id
        self._ticket = ticket
        if not same:
            self._load()
        self._show_permission()
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
            if keeper.is_dirty or written.body != keeper.saved_body:
                if not draft.body or draft.body == keeper.saved_body:
                    continue
                words = with_words_of(draft.body, written.body, keeper.saved_body)
                keeper.rebase(draft)
                draft = Draftlet(words, written.public, written.cursor)
                keeper.note(draft)
            elif draft.body != written.body:
                keeper.begin(self._ticket.id, draft)
            if draft.body == written.body:
                continue
            if written is shown:
                self._put(draft)
            else:
                self._aside = draft
                if not shown.body.strip() and draft.body:
                    self._choose(public=draft.public)
            self._tell_draft("Draft restored" if draft.body else "", False)
        self._show_kind()

    @property
    def holds_unsaved(self) -> bool:
        """Whether words were written that the disk has not got yet."""
        return any(keeper.holds_unsaved for keeper in self._drafts.values())

    def flush(self) -> None:
        """Save the drafts now."""
        for keeper in self._drafts.values():
            keeper.flush()

    def move_words(self) -> None:
        """Make the written reply a note, or the note a reply: the words go after those of that kind, if any."""
        shown = self._draftlet()
        if not shown.body.strip() or not self.editor.isEnabled() or self._busy:
            return
        there = self._aside.body.rstrip()
        words = f"{there}\n\n{shown.body}" if there else shown.body
        self.editor.clear()
        self._choose(public=not shown.public)
        self._put(Draftlet(words, not shown.public, len(words)))
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
            cursor = self.editor.textCursor()
            cursor.insertText(("\n\n" if self.editor.toPlainText().strip() else "") + effect.body)
            self.editor.setTextCursor(cursor)
        self.pending.add(effect.values, effect.add_tags, effect.remove_tags)
        self._macro = effect.macro
        self.editor.setFocus()
        self._show_ready()

    def attach(self, files: list[Path]) -> None:
        """Send *files* along."""
        if self.editor.isEnabled():
            self.pending.add_files([path for path in files if path.is_file()])
            self._show_ready()

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

    def _send(self, ticket: TicketDetail, status: Status | None) -> None:
        if self._ticket is None or self._ticket.id != ticket.id or self._busy or not self.editor.isEnabled():
            return  # the agent went on while the guard looked: the words wait here as a draft
        body, public = self.editor.toPlainText().strip(), self.is_public
        values = {**self.pending.values, **({"status": status.value} if status else {})}
        add, remove, files = self.pending.add_tags, self.pending.remove_tags, self.pending.files
        if not body and files:
            self._tell_draft("Write a line to go with the files", True)
            self.editor.setFocus()
            return
        if not body and not values and not add and not remove:
            self._tell_draft("Nothing written yet", True)
            self.editor.setFocus()
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
                files=files,
                macro=self._macro,
                delay=seconds * SECOND if public else 0,
                drop_draft=True,
            )
            words = sent_words(ticket, values, public=public)
            delay_ms = seconds * 1000 if public else 0
        else:
            work = self._change_only(ticket, values, add, remove)
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

    async def _change_only(
        self, ticket: TicketDetail, values: dict[str, Any], add: tuple[str, ...], remove: tuple[str, ...]
    ) -> str:
        tickets = self._context.workspace.tickets
        batch = await tickets.set_fields([ticket.id], values) if values else ""
        if add or remove:
            tags = await tickets.change_tags([ticket.id], add, remove)
            batch = batch or tags
        return batch

    def choose_files(self) -> None:
        """Ask which files to attach."""
        dialog = QFileDialog(self, "Attach files")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.attach([Path(name) for name in names]))
        dialog.open()

    # -- building and showing

    def _build(self) -> None:
        self._reply = self._segment("composeReply", "Reply", "reply", "Write to the requester  (R)")
        self._note = self._segment("composeNote", "Internal note", "sticky-note", "Write to your team only  (N)")
        self._kinds = QButtonGroup(self)
        self._kinds.addButton(self._reply)
        self._kinds.addButton(self._note)
        self._reply.setChecked(True)
        self._reply.toggled.connect(self._kind_changed)
        self._audience = ShortLabel(self)
        self._audience.setObjectName("composeAudience")
        self._audience.setProperty("look", "meta")
        self.editor = ReplyEditor(self)
        self.editor.textChanged.connect(self._changed)
        self.editor.files_dropped.connect(self.attach)
        self.pending = PendingChips(self._context, self)
        self.pending.changed.connect(self._show_ready)
        self._refusal = QLabel(self)
        self._refusal.setObjectName("composeRefusal")
        self._refusal.setProperty("look", "muted")
        self._refusal.setWordWrap(True)
        self.macros = self._tool("composeMacros", "zap", "Use a macro  (M)")
        self._move = self._tool("composeMove", "arrow-right", "")
        self._move.clicked.connect(lambda _checked=False: self.move_words())
        self._attach = self._tool("composeAttach", "paperclip", "Attach files, or drop them here")
        self._attach.clicked.connect(lambda _checked=False: self.choose_files())
        self._draft = QLabel(self)
        self._draft.setObjectName("draftState")
        self._draft.setProperty("look", "meta")
        self.send_button = SendButton(self._context, self)
        self.send_button.asked.connect(self.send)
        top = QHBoxLayout()
        top.setSpacing(2)
        for widget in (self._reply, self._note):
            top.addWidget(widget)
        top.addSpacing(8)
        top.addWidget(self._audience, 1)
        top.addWidget(self._move)
        top.addWidget(self.macros)
        top.addWidget(self._attach)
        bottom = QHBoxLayout()
        bottom.setSpacing(4)
        bottom.addWidget(self._draft, 1)
        bottom.addWidget(self.send_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 12, 20, 18)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self._refusal)
        layout.addWidget(self.editor)
        layout.addWidget(self.pending)
        layout.addLayout(bottom)

    def _segment(self, name: str, text: str, icon: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setText(f" {text}")
        button.setProperty("look", "segment")
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        self._context.icons.bind(button, icon)
        return button

    def _tool(self, name: str, icon: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setToolTip(tip)
        button.setAccessibleName(tip.partition("  (")[0])
        self._context.icons.bind(button, icon)
        return button

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
        self.pending.clear()
        self._macro = None
        self._tell_draft("Draft restored" if shown.body else "", False)
        for draft in unsaved:
            self._drafts[draft.public].note(draft)
        self._show_kind()

    def _stranded(self, public: bool) -> Draftlet | None:
        """The words of that kind which the disk refused when the agent left this ticket."""
        return self._drafts[public].stranded(self._ticket.id) if self._ticket is not None else None

    def _clear(self) -> None:
        self._put(Draftlet("", self.is_public, 0))
        self.pending.clear()
        self._macro = None
        self._choose(public=True)
        self._tell_draft("", False)
        self._show_kind()

    def _stored(self, public: bool) -> Draftlet:
        draft = self._context.workspace.drafts.draft(self._ticket.id, public) if self._ticket is not None else None
        return Draftlet(draft.body, public, draft.cursor) if draft else Draftlet("", public, 0)

    def _draftlet(self) -> Draftlet:
        return Draftlet(self.editor.toPlainText(), self.is_public, self.editor.textCursor().position())

    def _put(self, draft: Draftlet) -> None:
        self._loading = True
        self.editor.setPlainText(draft.body)
        cursor = self.editor.textCursor()
        cursor.setPosition(min(draft.cursor, len(draft.body)))
        self.editor.setTextCursor(cursor)
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

    def _note_draft(self) -> None:
        keeper = self._drafts[self.is_public]
        keeper.note(self._draftlet())
        if keeper.is_dirty:
            self._tell_draft("", False)

    def _kind_changed(self) -> None:
        if self._swapping:
            public = self.is_public
            left, self._aside = (
                self._aside,
                Draftlet(self.editor.toPlainText(), not public, self.editor.textCursor().position()),
            )
            self._drafts[not public].flush()
            self._put(left)
            self._tell_draft("", False)
        self._show_kind()

    def _show_kind(self) -> None:
        public = self.is_public
        requester = self._ticket.requester if self._ticket else None
        to = f"to {requester.name}" if requester else "to the requester"
        self._audience.tell(to if public else "Only your team sees this")
        words = f"Reply {to}" if public else "Note for your team"
        self.editor.setPlaceholderText(f"{words}…")
        self.editor.setAccessibleName("Reply" if public else "Internal note")
        self.setProperty("kind", "reply" if public else "note")
        move = "Turn this text into an internal note" if public else "Turn this text into a public reply"
        self._move.setToolTip(move)
        self._move.setAccessibleName(move)
        for button in (self._reply, self._note):
            button.style().polish(button)
        self._show_ready()
        self.update()

    def _show_permission(self) -> None:
        refusal = refusal_words(self._context, self._ticket)
        self._refusal.setText(refusal)
        self._refusal.setVisible(bool(refusal))
        tools: tuple[QWidget, ...] = (self._reply, self._note, self.editor, self.macros, self._attach)
        for widget in tools:
            widget.setEnabled(not refusal)
        for widget in (*tools, self._draft, self._audience, self.send_button):
            widget.setVisible(not refusal)

    def _show_ready(self) -> None:
        written = bool(self.editor.toPlainText().strip())
        changes = self.pending.has_changes
        public = self.is_public
        verb = "Send reply" if public else "Add note"
        self._move.setVisible(written and self.editor.isEnabled())
        self._mark_begun(self._reply, "Reply", not public)
        self._mark_begun(self._note, "Internal note", public)
        self.send_button.set_words(verb if written or not changes else "Apply changes")
        self.send_button.be_ready(written or changes, menu=True)

    def _mark_begun(self, button: QToolButton, name: str, hidden: bool) -> None:
        begun = hidden and bool(self._aside.body.strip())
        button.setText(f" {name} •" if begun else f" {name}")
        button.setAccessibleName(f"{name}, begun" if begun else name)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.editor.setReadOnly(busy)
        for button in (self._reply, self._note):
            button.setEnabled(not busy)
        self.send_button.be_ready(not busy, menu=not busy)
        if not busy:
            self._show_ready()

    def _tell_draft(self, words: str, bad: bool) -> None:
        self._draft.setText(words)
        look = "error" if bad else "meta"
        if self._draft.property("look") != look:
            self._draft.setProperty("look", look)
            self._draft.style().polish(self._draft)

    # -- events

    def hideEvent(self, event: QHideEvent) -> None:
        self.flush()
        super().hideEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_of(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.attach(files_of(event.mimeData()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._context.theming.theme
        note = not self.is_public and not self._refusal.isVisibleTo(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), colour(theme.surface))
        focused = self.editor.hasFocus()
        edge = (
            theme.note_ink
            if note and focused
            else theme.note_edge
            if note
            else theme.focus
            if focused
            else theme.field_edge
        )
        painter.setPen(QPen(colour(edge), 2 if focused else 1))
        painter.setBrush(colour(theme.note if note else theme.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(12, 4, -12, -10), 8, 8)
