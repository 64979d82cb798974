"""The conversation of a ticket: a column of comment cards that opens at once, however long it is.

Only cards that can be seen are built before the first paint; the rest follow in slices of a few milliseconds while the
agent already reads, above or below without moving what is read.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHelpEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QMenu, QToolTip, QWidget

from agentconsole.domain.pictures import FetchedPictures
from agentconsole.domain.rows import CommentRow
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.comment_card import CardMeans, CommentCard

SLICE_SECONDS = 0.006
"""How long cards are built in one go while the agent waits for nothing."""


@dataclass(slots=True)
class _Entry:
    """A comment with its place: ``height`` is guessed until its card exists."""

    comment: CommentRow
    height: int
    top: int = 0
    card: CommentCard | None = None


def _name_of(comment: CommentRow) -> str:
    # a comment that we wrote keeps its key when the help desk gives it a number: the card stays where it is
    return f"key:{comment.key}" if comment.key else f"ref:{comment.ref}"


class ConversationView(QAbstractScrollArea):
    """Shows comments from the oldest to the newest and keeps still while they change.

    Signals:
        link_asked: address, words (str, str).
        attachment_opened: An attachment; attachment_menu: an attachment and a position.
        retry_asked, withdraw_asked, decide_asked: The outbox key of an unsent comment (str).
        quote_asked: Text to quote in the reply (str).
    """

    link_asked = Signal(str, str)
    attachment_opened = Signal(object)
    attachment_menu = Signal(object, object)
    retry_asked = Signal(str)
    decide_asked = Signal(str)
    withdraw_asked = Signal(str)
    quote_asked = Signal(str)

    MARGIN, GAP = 12, 8

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conversationView")
        self.setAccessibleName("Conversation")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._context = context
        self._means = CardMeans(context.theming, context.icons, context.clock.now)
        self._entries: list[_Entry] = []
        self._current: int | None = None
        self._total = 0
        self._moving = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._build_slice)
        context.theming.changed.connect(self._restyle)

    @property
    def comments(self) -> tuple[CommentRow, ...]:
        """What is shown."""
        return tuple(entry.comment for entry in self._entries)

    @property
    def current(self) -> CommentRow | None:
        """The comment that keys moved to last."""
        return None if self._current is None else self._entries[self._current].comment

    def cards(self) -> list[CommentCard]:
        """The cards that exist by now, in order."""
        return [entry.card for entry in self._entries if entry.card is not None]

    def show_comments(self, comments: Sequence[CommentRow], *, fresh: bool) -> None:
        """Show *comments*; *fresh* for another ticket, otherwise what is read stays where it is."""
        if fresh:
            self._discard(self._entries)
            self._entries = [self._entry(comment) for comment in comments]
            self._current = None
            self._arrange()
            self._open_at_newest()
        elif tuple(comments) != self.comments:
            self._merge(comments)
        self._later.start()

    def clear(self) -> None:
        """Show nothing."""
        self.show_comments((), fresh=True)

    def tell_times(self) -> None:
        """Bring "3 min ago" up to date."""
        for card in self.cards():
            card.tell_time()

    def go(self, step: int) -> None:
        """Make the next (1) or previous (-1) comment the current one and show it."""
        if not self._entries:
            return
        if self._current is None:
            index = self._first_seen() if step > 0 else self._last_seen()
        else:
            index = min(max(self._current + step, 0), len(self._entries) - 1)
        self._set_current(index)
        self._reveal(index)

    def scroll_to_end(self) -> None:
        """Show the newest comment."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def toggle_quotes(self) -> None:
        """Unfold the quoted text of the current comment, or of all that are seen; again folds it."""
        entry = None if self._current is None else self._entries[self._current]
        cards = [entry.card] if entry is not None and entry.card is not None else self.cards()
        shown = not any(card.is_unfolded for card in cards)
        for card in cards:
            card.unfold(shown)

    def toggle_plain(self) -> None:
        """Show HTML mail as plain text, or as HTML again."""
        plain = not any(card.shows_plain for card in self.cards())
        for card in self.cards():
            card.show_plain(plain)

    def show_pictures(self) -> None:
        """Fetch the pictures on the web of the current comment, or of all that are built."""
        entry = None if self._current is None else self._entries[self._current]
        for card in [entry.card] if entry is not None and entry.card is not None else self.cards():
            card.ask_for_pictures()

    def _fetch_pictures(self, entry: _Entry, addresses: Sequence[str]) -> None:
        def show(got: FetchedPictures) -> None:
            # another ticket may be shown by now
            if entry.card is not None and any(each is entry for each in self._entries):
                entry.card.show_pictures(got)

        self._context.tasks.run(self._context.workspace.pictures.fetch(addresses), done=show)

    def copy(self) -> None:
        """Copy what is selected, or the whole current comment."""
        for card in self.cards():
            if text := card.selected_text():
                QGuiApplication.clipboard().setText(text)
                return
        if self._current is not None and (card_now := self._entries[self._current].card) is not None:
            QGuiApplication.clipboard().setText(card_now.whole_text())

    # -- entries and cards

    def _entry(self, comment: CommentRow) -> _Entry:
        columns = max(self._width() // 7, 20)
        lines = sum(1 + len(line) // columns for line in comment.body.split("\n"))
        return _Entry(comment, 52 + 16 * lines + (36 if comment.attachments else 0))

    def _merge(self, comments: Sequence[CommentRow]) -> None:
        at_end = self._is_at_end()
        old = {_name_of(entry.comment): entry for entry in self._entries}
        current = self.current
        with _Still(self):
            kept: list[_Entry] = []
            for comment in comments:
                entry = old.pop(_name_of(comment), None) or old.pop(f"ref:{comment.ref}", None)
                if entry is None:
                    kept.append(self._entry(comment))
                    continue
                entry.comment = comment
                if entry.card is not None:
                    entry.card.update_comment(comment)
                kept.append(entry)
            self._discard(old.values())
            self._entries = kept
            names = [_name_of(entry.comment) for entry in kept]
            name = _name_of(current) if current is not None else None
            self._current = names.index(name) if name in names else None
        if at_end:
            self.scroll_to_end()

    def _discard(self, entries: Iterable[_Entry]) -> None:
        for entry in list(entries):
            if entry.card is not None:
                entry.card.hide()
                entry.card.deleteLater()

    def _build(self, entry: _Entry) -> None:
        card = CommentCard(entry.comment, self._means, self.viewport())
        card.resized.connect(self._card_resized)
        card.link_asked.connect(self.link_asked)
        card.attachment_opened.connect(self.attachment_opened)
        card.attachment_menu.connect(self.attachment_menu)
        card.menu_asked.connect(lambda at, card=card: self._menu(card, at))
        card.retry_asked.connect(self.retry_asked)
        card.decide_asked.connect(self.decide_asked)
        card.withdraw_asked.connect(self.withdraw_asked)
        card.pictures_asked.connect(lambda addresses, entry=entry: self._fetch_pictures(entry, addresses))
        card.installEventFilter(self)
        entry.card = card
        entry.height = card.set_width(self._width())

    def _build_slice(self) -> None:
        """Build cards outside the view, the nearest first, until the slice is used up."""
        began = time.perf_counter()
        missing = [entry for entry in self._entries if entry.card is None]
        if not missing or not self.isVisible():
            return
        middle = self.verticalScrollBar().value() + self.viewport().height() // 2
        missing.sort(key=lambda entry: abs(entry.top - middle))
        with _Still(self):
            for entry in missing:
                self._build(entry)
                if time.perf_counter() - began > SLICE_SECONDS:
                    break
        if any(entry.card is None for entry in self._entries):
            self._later.start()

    # -- geometry

    def _width(self) -> int:
        return max(self.viewport().width() - 2 * self.MARGIN, 160)

    def _arrange(self) -> None:
        """Compute every card's place from the heights and set the scroll bar's range."""
        width, y = self._width(), self.MARGIN
        for entry in self._entries:
            entry.top = y
            if entry.card is not None:
                entry.height = entry.card.set_width(width)
            y += entry.height + self.GAP
        self._total = y - self.GAP + self.MARGIN if self._entries else 0
        page = self.viewport().height()
        bar = self.verticalScrollBar()
        self._moving = True
        bar.setPageStep(page)
        bar.setSingleStep(40)
        bar.setRange(0, max(0, self._total - page))
        self._moving = False

    def _place(self) -> None:
        """Build what can be seen and put every card where it belongs."""
        for _ in range(8):
            top = self.verticalScrollBar().value()
            bottom = top + self.viewport().height()
            unbuilt = [
                entry
                for entry in self._entries
                if entry.card is None and entry.top < bottom and entry.top + entry.height > top
            ]
            if not unbuilt:
                break
            for entry in unbuilt:
                self._build(entry)
            self._arrange()
        offset = self.verticalScrollBar().value()
        for index, entry in enumerate(self._entries):
            if entry.card is not None:
                entry.card.setGeometry(self.MARGIN, entry.top - offset, self._width(), entry.height)
                entry.card.set_current(index == self._current)
                entry.card.show()

    def _open_at_newest(self) -> None:
        if self._entries and self.viewport().height() > 0:
            # built from the end upwards, so that the guessed heights above don't matter
            room = self.viewport().height()
            for entry in reversed(self._entries):
                if entry.card is None:
                    self._build(entry)
                room -= entry.height + self.GAP
                if room < 0:
                    break
            self._arrange()
            newest = self._entries[-1]
            # a newest comment that is taller than the view is read from its first line
            self.verticalScrollBar().setValue(min(newest.top - self.MARGIN, self.verticalScrollBar().maximum()))
        self._place()

    def _first_seen(self) -> int:
        top = self.verticalScrollBar().value()
        return next((i for i, entry in enumerate(self._entries) if entry.top + entry.height > top), 0)

    def _last_seen(self) -> int:
        bottom = self.verticalScrollBar().value() + self.viewport().height()
        return max((i for i, entry in enumerate(self._entries) if entry.top < bottom), default=0)

    def _is_at_end(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - 24

    def _set_current(self, index: int) -> None:
        self._current = index
        for i, entry in enumerate(self._entries):
            if entry.card is not None:
                entry.card.set_current(i == index)

    def _reveal(self, index: int) -> None:
        bar, page = self.verticalScrollBar(), self.viewport().height()
        for _ in range(3):  # building may correct a guessed height
            entry = self._entries[index]
            top, bottom = entry.top - self.MARGIN, entry.top + entry.height + self.MARGIN
            if top < bar.value() or entry.height > page:
                bar.setValue(top)
            elif bottom > bar.value() + page:
                bar.setValue(bottom - page)
            self._place()

    # -- events

    def _scrolled(self) -> None:
        if not self._moving:
            self._place()

    def _card_resized(self) -> None:
        with _Still(self):
            pass

    def _restyle(self) -> None:
        with _Still(self):
            for card in self.cards():
                card.restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # by the former range: a pane that got lower would hide the newest words below its edge
        at_end = event.oldSize().isValid() and self._is_at_end()
        if event.size().width() != event.oldSize().width() and event.oldSize().isValid():
            with _Still(self):
                pass
        else:
            self._arrange()
            self._place()
        if at_end and self._entries:
            self.scroll_to_end()
        self._later.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        page = max(self.viewport().height() - 40, 40)
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        steps = {
            Qt.Key.Key_Space: -page if back else page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_Down: 40,
            Qt.Key.Key_Up: -40,
            Qt.Key.Key_Home: -self._total,
            Qt.Key.Key_End: self._total,
        }
        if event.key() in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.copy()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, CommentCard):
            if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
                if event.pos().y() < CommentCard.TOP + CommentCard.HEADER:
                    QToolTip.showText(event.globalPos(), watched.exact_time(), watched)
                return True
            if event.type() == QEvent.Type.MouseButtonPress:
                self.setFocus(Qt.FocusReason.MouseFocusReason)
        return super().eventFilter(watched, event)

    def _menu(self, card: CommentCard, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        selected = card.selected_text()
        menu.addAction("Copy", lambda: QGuiApplication.clipboard().setText(selected or card.whole_text()))
        words = "Quote selection in reply" if selected else "Quote in reply"
        menu.addAction(words, lambda: self.quote_asked.emit(selected or card.whole_text()))
        if card.has_html:
            shown = "Show as HTML" if card.shows_plain else "Show as plain text"
            menu.addAction(shown, lambda: card.show_plain(not card.shows_plain))
        if card.remote_pictures:
            menu.addAction("Show pictures from the web", card.ask_for_pictures)
        menu.addSeparator()
        menu.addAction(card.exact_time()).setEnabled(False)
        menu.popup(at)


class _Still:
    """While cards are built or change their heights, what stands first in the view stays where it is."""

    def __init__(self, view: ConversationView) -> None:
        self._view = view
        self._anchor: _Entry | None = None
        self._offset = 0

    def __enter__(self) -> None:
        view = self._view
        if view._entries:
            self._anchor = view._entries[view._first_seen()]
            self._offset = view.verticalScrollBar().value() - self._anchor.top

    def __exit__(self, *_: object) -> None:
        view = self._view
        view._arrange()
        if self._anchor is not None and any(entry is self._anchor for entry in view._entries):
            view._moving = True
            view.verticalScrollBar().setValue(self._anchor.top + self._offset)
            view._moving = False
        view._place()
