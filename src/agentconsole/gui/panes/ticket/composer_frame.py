"""What the composer looks like: its widgets, the frame that tells a reply from a note, and what stands on it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.pending_chips import PendingChips
from agentconsole.gui.panes.ticket.reply_editor import ReplyEditor, files_of
from agentconsole.gui.panes.ticket.send_button import SendButton
from agentconsole.gui.panes.ticket.short_label import ShortLabel
from agentconsole.gui.theming import colour


class ComposerFrame(QWidget):
    """The widgets of the composer; what they do is for :class:`Composer` to say.

    Signals:
        files_dropped: Files (list of Path) were let go over the frame.
    """

    files_dropped = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("composer")
        self.setAcceptDrops(True)
        self._context = context
        self._told_kind: tuple[str, bool] | None = None
        self._build(context)
        context.theming.changed.connect(self.update)

    @property
    def is_public(self) -> bool:
        """Whether a public reply is being written, not an internal note."""
        return self._reply.isChecked()

    # -- what is told on it

    def tell_kind(self, requester: str) -> None:
        """Look like a reply to *requester* (a name, or nothing), or like a note, whichever is chosen."""
        public = self.is_public
        if (requester, public) == self._told_kind:
            return
        self._told_kind = (requester, public)
        to = f"to {requester}" if requester else "to the requester"
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
        self.update()

    def tell_refusal(self, refusal: str, *, can_follow: bool = False) -> None:
        """Say why nothing can be written, in place of the fields; nothing to say brings them back.

        *can_follow*: a new ticket that follows this one is offered.
        """
        self.follow_up.setVisible(can_follow)
        self._refusal.setText(refusal)
        self._refusal.setVisible(bool(refusal))
        tools: tuple[QWidget, ...] = (self._reply, self._note, self.editor, self.macros, self._attach)
        for widget in tools:
            widget.setEnabled(not refusal)
        self._attach.setEnabled(not refusal and not self._no_files)
        for widget in (*tools, self._draft, self._audience, self.send_button):
            widget.setVisible(not refusal)

    def tell_ready(self, *, other_begun: bool) -> None:
        """Offer what can be done with what is written; *other_begun*: there are words of the other kind, too."""
        written = bool(self.editor.toPlainText().strip())
        changes = self.pending.has_changes
        public = self.is_public
        verb = "Send reply" if public else "Add note"
        self._move.setVisible(written and self.editor.isEnabled())
        self._mark_begun(self._reply, "Reply", not public and other_begun)
        self._mark_begun(self._note, "Internal note", public and other_begun)
        self.send_button.set_words(verb if written or not changes else "Apply changes")
        self.send_button.be_ready(written or changes, menu=True)

    def _mark_begun(self, button: QToolButton, name: str, begun: bool) -> None:
        button.setText(f" {name} •" if begun else f" {name}")
        button.setAccessibleName(f"{name}, begun" if begun else name)

    def tell_draft(self, words: str, bad: bool) -> None:
        """Say *words* about the draft; *bad* news in the colour of trouble."""
        self._draft.setText(words)
        look = "error" if bad else "meta"
        if self._draft.property("look") != look:
            self._draft.setProperty("look", look)
            self._draft.style().polish(self._draft)

    # -- building

    def _build(self, context: WindowContext) -> None:
        self._reply = self._segment("composeReply", "Reply", "reply", "Write to the requester  (R)")
        self._note = self._segment("composeNote", "Internal note", "sticky-note", "Write to your team only  (N)")
        self._kinds = QButtonGroup(self)
        self._kinds.addButton(self._reply)
        self._kinds.addButton(self._note)
        self._reply.setChecked(True)
        self._audience = ShortLabel(self)
        self._audience.setObjectName("composeAudience")
        self._audience.setProperty("look", "meta")
        self.editor = ReplyEditor(self)
        self.pending = PendingChips(context, self)
        self._refusal = QLabel(self)
        self._refusal.setObjectName("composeRefusal")
        self._refusal.setProperty("look", "muted")
        self._refusal.setWordWrap(True)
        self.follow_up = QPushButton("Follow up…", self)
        self.follow_up.setObjectName("composeFollowUp")
        self.follow_up.setAccessibleName("Open a new ticket that follows this closed one")
        self.follow_up.setToolTip("Open a new ticket that follows this closed one  (Shift+R)")
        self.follow_up.setAutoDefault(True)
        self.follow_up.hide()
        self.macros = self._tool("composeMacros", "zap", "Use a macro  (M)")
        self._move = self._tool("composeMove", "arrow-right", "")
        self._attach = self._tool("composeAttach", "paperclip", "Attach files, or drop them here")
        self._no_files = context.workspace.tickets.lack("attachments")
        if self._no_files:
            self._attach.setToolTip(self._no_files)
        self._draft = QLabel(self)
        self._draft.setObjectName("draftState")
        self._draft.setProperty("look", "meta")
        self.send_button = SendButton(context, self)
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
        layout.addWidget(self.follow_up, 0, Qt.AlignmentFlag.AlignLeft)
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

    # -- events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_of(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.files_dropped.emit(files_of(event.mimeData()))

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
