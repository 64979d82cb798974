"""One comment of a conversation as a card: who, what kind, when, the words, the files, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextDocumentFragment,
)
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget

from agentconsole.domain.instant import Instant
from agentconsole.domain.pictures import FetchedPictures
from agentconsole.domain.quoting import split_quote
from agentconsole.domain.rows import CommentRow
from agentconsole.domain.values import OutboxState
from agentconsole.gui.fonts import text_font
from agentconsole.gui.icons import IconSet
from agentconsole.gui.mail_html import safe_mail
from agentconsole.gui.panes.ticket.attachments import AttachmentRow
from agentconsole.gui.panes.ticket.mail_text import MailText
from agentconsole.gui.panes.ticket.remote_pictures import RemotePictures
from agentconsole.gui.panes.ticket.wording import (
    CHANNEL_WORDS,
    NEEDS_AGENT,
    author_of,
    initials,
    kind_words,
    state_words,
)
from agentconsole.gui.quoting import plain_html
from agentconsole.gui.reading_direction import isolated
from agentconsole.gui.spoken_time import ago, exact
from agentconsole.gui.theming import META, Theme, Theming, colour


@dataclass(frozen=True, slots=True)
class CardMeans:
    """What all cards of a conversation share."""

    theming: Theming
    icons: IconSet
    now: Callable[[], Instant]


class CommentCard(QWidget):
    """Shows one comment at whatever width it is given; :meth:`set_width` says how high that makes it.

    Signals:
        resized: Its height is different now (a quotation was unfolded, the text form changed).
        link_asked: A link was clicked: address, words (str, str).
        attachment_opened, attachment_menu: See ``AttachmentRow``.
        menu_asked: The card's menu is wanted at a global position (QPoint).
        retry_asked, withdraw_asked, decide_asked: What to do with an unsent comment; its outbox key (str).
        pictures_asked: The agent wants to see these pictures of the web; their addresses (tuple of str).
    """

    resized = Signal()
    link_asked = Signal(str, str)
    attachment_opened = Signal(object)
    attachment_menu = Signal(object, object)
    menu_asked = Signal(object)
    retry_asked = Signal(str)
    decide_asked = Signal(str)
    withdraw_asked = Signal(str)
    pictures_asked = Signal(object)

    SIDE, TOP, HEADER, FACE = 12, 10, 24, 24
    # a line of text takes no more pixels: after some hundred letters the eye loses the next line
    MEASURE = 760

    def __init__(self, comment: CommentRow, means: CardMeans, parent: QWidget) -> None:
        super().__init__(parent)
        self.comment = comment
        self._means = means
        self._plain = False
        self._width = self._height = 0
        self._current = False
        self._when = ""
        self._rendered: tuple[str, str, bool] | None = None
        self._blocked: tuple[str, ...] = ()
        self._fetched: Mapping[str, bytes] = {}
        self.text = self._new_text("commentText")
        self._quote: MailText | None = None
        self._fold: QToolButton | None = None
        self._pictures: RemotePictures | None = None
        self._files: AttachmentRow | None = None
        self._state: QLabel | None = None
        self._buttons: list[QPushButton] = []
        self.setObjectName("comment")
        self.setMouseTracking(False)
        if comment.attachments:
            self._files = AttachmentRow(comment.attachments, means.icons, self)
            self._files.opened.connect(self.attachment_opened)
            self._files.menu_asked.connect(self.attachment_menu)
            self._files.show()
        self._render()
        self._show_state()
        self.tell_time()

    @property
    def has_html(self) -> bool:
        """Whether the comment came as HTML that can be shown."""
        return self._rendered is not None and bool(self.comment.html)

    @property
    def shows_plain(self) -> bool:
        """Whether the plain text is shown although there is HTML."""
        return self._plain

    def update_comment(self, comment: CommentRow) -> bool:
        """Show what *comment* has become (sent, refused …); returns whether the height may have changed."""
        if comment == self.comment:
            return False
        text_changed = (comment.body, comment.html) != (self.comment.body, self.comment.html)
        self.comment = comment
        if text_changed:
            self._fetched = {}
            self._rendered = None
            self._render()
        self._show_state()
        self.tell_time()
        self.update()
        self._width = 0
        return True

    def show_plain(self, plain: bool) -> None:
        """Show the plain text, or the HTML."""
        if plain != self._plain:
            self._plain = plain
            self._rendered = None
            self._render()
            self._changed_height()

    def unfold(self, unfolded: bool) -> None:
        """Show or hide the quoted text."""
        if self._fold is not None and self._quote is not None:
            self._fold.setChecked(unfolded)

    @property
    def is_unfolded(self) -> bool:
        """Whether quoted text is shown."""
        return self._fold is not None and self._fold.isChecked()

    def set_current(self, current: bool) -> None:
        """Mark the card as the one that keys move between."""
        if current != self._current:
            self._current = current
            self.update()

    def tell_time(self) -> None:
        """Say how long ago it was, as of now."""
        when = ago(self.comment.created_at, self._means.now())
        if when != self._when:
            self._when = when
            self.setToolTip("")
            self.update(0, 0, self.width(), self.TOP + self.HEADER)
        kind = kind_words(self.comment)
        waiting = f", {state_words(self.comment.state)}" if self.comment.state else ""
        self.setAccessibleName(f"{kind} by {author_of(self.comment)}, {when}{waiting}")

    def restyle(self) -> None:
        """Take the theme's colours again."""
        self._rendered = None
        self._render()
        self._show_state()
        self.update()

    def selected_text(self) -> str:
        """Return what is selected in the card."""
        for text in (self.text, self._quote):
            if text is not None and text.textCursor().hasSelection():
                return text.textCursor().selection().toPlainText()
        return ""

    def whole_text(self) -> str:
        """Return the comment's words without markup; of a record of the console's what is for people."""
        if self._is_record():
            from agentconsole.triage.notes import words_of

            return words_of(self.comment.body)
        return self.comment.body or QTextDocumentFragment.fromHtml(self.comment.html or "").toPlainText()

    def _is_record(self) -> bool:
        """Whether an agent's console wrote this note: its last line is for consoles only."""
        if self.comment.public or not self.comment.by_agent or "\n[agentconsole] {" not in self.comment.body:
            return False
        from agentconsole.triage.notes import read_note

        return read_note(self.comment.body) is not None

    def set_width(self, width: int) -> int:
        """Lay the card out at *width* and return the height it needs."""
        if width == self._width:
            return self._height
        self._width = width
        inner = width - 2 * self.SIDE
        y = self.TOP + self.HEADER + 6
        measure = min(inner, self.MEASURE)
        height = self.text.height_for(measure)
        self.text.setGeometry(self.SIDE, y, measure, height)
        y += height
        if self._fold is not None and self._quote is not None:
            self._fold.setGeometry(self.SIDE, y + 4, 32, 18)
            y += 24
            if self._fold.isChecked():
                height = self._quote.height_for(measure - 12)
                self._quote.setGeometry(self.SIDE + 12, y + 4, measure - 12, height)
                y += height + 4
        if self._pictures is not None and not self._pictures.isHidden():
            self._pictures.setGeometry(self.SIDE, y + 6, inner, self._pictures.heightForWidth(inner))
            y += self._pictures.height() + 6
        if self._files is not None:
            height = self._files.height_for(inner)
            self._files.setGeometry(self.SIDE, y + 8, inner, height)
            y += height + 8
        y = self._place_state(y, inner)
        self._height = y + self.TOP
        self.resize(width, self._height)
        return self._height

    def _place_state(self, y: int, inner: int) -> int:
        if self._state is None:
            return y
        taken = sum(button.sizeHint().width() + 8 for button in self._buttons)
        beside = inner - 20 - taken >= 180
        wide = inner - 20 - (taken if beside else 0)
        height = max(self._state.heightForWidth(wide), 20)
        self._state.setGeometry(self.SIDE + 20, y + 10, wide, height)
        x, below = self.SIDE + inner - taken + 8, y + 6 if beside else y + 14 + height
        for button in self._buttons:
            button.setGeometry(x, below, button.sizeHint().width(), 28)
            x += button.width() + 8
        return max(y + 10 + height, below + 28 if self._buttons else 0)

    def _new_text(self, name: str) -> MailText:
        text = MailText(self)
        text.setObjectName(name)
        text.link_asked.connect(self.link_asked)
        text.menu_asked.connect(self.menu_asked)
        text.link_pointed.connect(lambda address: text.setToolTip(address))
        return text

    def _render(self) -> None:
        theme = self._means.theming.theme
        if self._rendered is None:
            self._rendered = self._made_safe()
        body, quoted, plain = self._rendered
        self.text.show_html(body, theme, plain=plain, fetched=self._fetched)
        self.text.setAccessibleName(f"{kind_words(self.comment)} by {author_of(self.comment)}")
        if quoted and self._fold is None:
            self._add_fold()
        if self._fold is not None and self._quote is not None:
            self._fold.setVisible(bool(quoted))
            self._fold.setEnabled(bool(quoted))
            self._quote.show_html(quoted, theme, plain=plain, fetched=self._fetched)
        self._offer_pictures()
        self._width = 0

    def _made_safe(self) -> tuple[str, str, bool]:
        """Return body, quoted tail, and whether they are our own markup of plain text."""
        if self.comment.html and not self._plain and not self._is_record():
            mail = safe_mail(self.comment.html, self._fetched)
            if mail is not None and (mail.body.strip() or not self.comment.body):
                self._blocked = mail.remote
                return mail.body, mail.quoted, False
        self._blocked = ()
        written, quoted = split_quote(self.whole_text())
        return plain_html(written), plain_html(quoted) if quoted else "", True

    def _add_fold(self) -> None:
        self._fold = QToolButton(self)
        self._fold.setObjectName("quoteFold")
        self._fold.setCheckable(True)
        self._fold.setProperty("look", "fold")
        self._fold.setIconSize(QSize(16, 16))
        self._means.icons.bind(self._fold, "ellipsis")
        self._fold.setToolTip("Show quoted text  (X)")
        self._fold.setAccessibleName("Show quoted text")
        self._fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._quote = self._new_text("quotedText")
        self._quote.setAccessibleName("Quoted text")
        self._quote.hide()
        self._fold.toggled.connect(self._fold_toggled)
        self._fold.show()

    def _fold_toggled(self, shown: bool) -> None:
        if self._quote is not None and self._fold is not None:
            self._quote.setVisible(shown)
            words = "Hide quoted text" if shown else "Show quoted text"
            self._fold.setToolTip(f"{words}  (X)")
            self._fold.setAccessibleName(words)
            self._changed_height()

    def _offer_pictures(self) -> None:
        if self._blocked and self._pictures is None:
            self._pictures = RemotePictures(self)
            self._pictures.asked.connect(self.ask_for_pictures)
        if self._pictures is not None:
            self._pictures.setVisible(bool(self._blocked))
            self._pictures.offer(self._blocked)

    def ask_for_pictures(self) -> None:
        """Fetch the pictures that the mail only points to, if there are any."""
        if self._blocked and self._pictures is not None:
            self._pictures.fetching(len(self._blocked))
            self.pictures_asked.emit(self._blocked)

    @property
    def remote_pictures(self) -> tuple[str, ...]:
        """Addresses of pictures that were left on the web."""
        return self._blocked

    def show_pictures(self, got: FetchedPictures) -> None:
        """Show what came of the wish to see pictures, and say what did not come."""
        self._fetched = {**self._fetched, **got.found}
        self._rendered = None
        self._render()
        if self._pictures is not None and self._blocked:
            self._pictures.missed({address: got.failed.get(address, "not reachable") for address in self._blocked})
        self._changed_height()

    def _show_state(self) -> None:
        for button in self._buttons:
            button.deleteLater()
        self._buttons.clear()
        state, key = self.comment.state, self.comment.key
        if state is None or state is OutboxState.SENT or key is None:
            if self._state is not None:
                self._state.deleteLater()
                self._state = None
            return
        if self._state is None:
            self._state = QLabel(self)
            self._state.setObjectName("commentState")
            self._state.setWordWrap(True)
            self._state.show()
        self._state.setText(state_words(state, self.comment.reason))
        self._state.setProperty("look", "error" if state in NEEDS_AGENT else "muted")
        if state in NEEDS_AGENT:
            again = "Send anyway" if state is OutboxState.HELD else "Try again"
            self._add_button("commentRetry", again, lambda: self.retry_asked.emit(key))
            self._add_button("commentDecide", "Decide…", lambda: self.decide_asked.emit(key))
        if state not in (OutboxState.SENDING, OutboxState.UNKNOWN):
            self._add_button("commentWithdraw", "Back to draft", lambda: self.withdraw_asked.emit(key))

    def _add_button(self, name: str, text: str, callback: Callable[[], None]) -> None:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.clicked.connect(lambda _checked=False: callback())
        button.show()
        self._buttons.append(button)

    def _changed_height(self) -> None:
        self._width = 0
        self.resized.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._means.theming.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, theme)
        if event.rect().top() < self.TOP + self.HEADER:
            self._paint_header(painter, theme)
        if self._quote is not None and self._quote.isVisibleTo(self):
            rule = self._quote.geometry()
            painter.fillRect(QRect(self.SIDE, rule.top(), 2, rule.height()), colour(theme.field_edge))
        if self._state is not None:
            state = self.comment.state
            name, role = ("triangle-alert", "danger_ink") if state in NEEDS_AGENT else ("clock", "muted")
            at = QPoint(self.SIDE, self._state.y() + max(0, (min(self._state.height(), 20) - 16) // 2))
            painter.drawPixmap(at, self._means.icons.pixmap(name, 16, role, self.devicePixelRatioF()))

    def _paint_ground(self, painter: QPainter, theme: Theme) -> None:
        if not self.comment.public:
            fill, edge = theme.note, theme.note_edge
        elif self.comment.by_requester or not self.comment.by_agent:
            fill, edge = theme.raised, theme.hairline
        else:
            fill, edge = theme.public, theme.public_edge
        waiting = self.comment.state is not None and self.comment.state is not OutboxState.SENT
        pen = QPen(colour(theme.focus if self._current else edge), 2 if self._current else 1)
        if waiting and not self._current:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(colour(fill))
        inset = 1.0 if self._current else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 8, 8)

    def _paint_header(self, painter: QPainter, theme: Theme) -> None:
        note = not self.comment.public
        middle = QRect(self.SIDE, self.TOP, self.width() - 2 * self.SIDE, self.HEADER)
        face = QRectF(middle.left(), middle.top(), self.FACE, self.FACE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.note_ink if note else theme.bar if self.comment.by_agent else theme.selection))
        painter.drawEllipse(face)
        painter.setPen(colour(theme.note if note else theme.surface if self.comment.by_agent else theme.link))
        painter.setFont(text_font(10, QFont.Weight.DemiBold))
        painter.drawText(face, Qt.AlignmentFlag.AlignCenter, initials(author_of(self.comment)))
        when_font = text_font(META)
        when = self._when
        if self.comment.channel and self.comment.by_requester:
            when = f"by {CHANNEL_WORDS.get(self.comment.channel, self.comment.channel)} · {when}"
        when_width = QFontMetrics(when_font).horizontalAdvance(when)
        painter.setFont(when_font)
        painter.setPen(colour(theme.muted))
        painter.drawText(middle, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, when)
        x = middle.left() + self.FACE + 8
        name_font = text_font(13, QFont.Weight.DemiBold)
        kind = kind_words(self.comment)
        kind_font = text_font(META, QFont.Weight.DemiBold if note else QFont.Weight.Normal)
        kind_width = QFontMetrics(kind_font).horizontalAdvance(kind) + (20 if note else 0)
        room = middle.right() - x - when_width - kind_width - 28
        metrics = QFontMetrics(name_font)
        author = author_of(self.comment)
        name = isolated(metrics.elidedText(author, Qt.TextElideMode.ElideRight, max(room, 40)), author)
        painter.setFont(name_font)
        painter.setPen(colour(theme.text))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(middle.adjusted(x - middle.left(), 0, 0, 0), left, name)
        x += metrics.horizontalAdvance(name) + 8
        if x + kind_width > middle.right() - when_width - 4:
            return
        if note:
            icon = self._means.icons.pixmap("sticky-note", 14, "note_ink", self.devicePixelRatioF())
            painter.drawPixmap(x, middle.top() + 5, icon)
            x += 18
        painter.setFont(kind_font)
        painter.setPen(colour(theme.note_ink if note else theme.muted))
        painter.drawText(middle.adjusted(x - middle.left(), 0, 0, 0), left, kind)

    def exact_time(self) -> str:
        """Return when it was, to the minute and with its zone."""
        return exact(self.comment.created_at)
