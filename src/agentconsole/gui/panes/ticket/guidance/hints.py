"""Proposals about the ticket: each says what, why and by which rule. One key applies, one dismisses."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.people import Facts
from agentconsole.gui.theming import META, colour
from agentconsole.triage.values import Proposal

ICONS = {
    "conduct": "shield",
    "duplicate": "copy",
    "shopping": "users",
    "priority": "flag",
    "scope": "list-filter",
    "route": "arrow-right",
    "intake": "circle-question-mark",
    "privacy": "lock",
    "follow_up": "history",
    "lifecycle": "circle-check",
    "survey": "smile",
    "pin": "life-buoy",
    "escalation": "list-filter",
}

MOST = 3
"""How many hints show at once; more would be a wall that nobody reads."""


class HintCard(QFrame):
    """One proposal. Opened (it has the focus, or is the first) it says why, quotes the rule and offers its buttons.

    Signals:
        apply_asked, dismiss_asked: The proposal's key (str).
    """

    apply_asked = Signal(str)
    dismiss_asked = Signal(str)

    def __init__(self, proposal: Proposal, context: WindowContext, parent: QWidget, keys: tuple[str, str]) -> None:
        """*keys* are how the platform writes the keys that apply and dismiss the first card."""
        super().__init__(parent)
        self.setObjectName(f"hint_{proposal.kind}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.proposal, self.keys = proposal, keys
        self._context = context
        self._open = False
        head = QHBoxLayout()
        head.setSpacing(8)
        mark = QLabel(self)
        mark.setFixedSize(16, 18)
        mark.setPixmap(context.icons.pixmap(ICONS[proposal.kind], 16, "link", self.devicePixelRatioF()))
        self._title = QLabel(self)
        self._title.setObjectName("hintTitle")
        self._title.setProperty("look", "strong")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self._title.setText(proposal.title)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        head.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        self._words = Facts("hintWords", self)
        self._buttons = QWidget(self)
        line = QHBoxLayout(self._buttons)
        line.setContentsMargins(0, 2, 0, 0)
        line.setSpacing(12)
        for name, words, key, asked in (
            ("hintApply", "Apply", keys[0], self.apply_asked),
            ("hintDismiss", "Dismiss", keys[1], self.dismiss_asked),
        ):
            button = QPushButton(words, self._buttons)
            button.setObjectName(name)
            button.setProperty("look", "inline")
            button.setAccessibleName(f"{words}: {proposal.title}")
            if key:
                button.setToolTip(f"{words} the first hint  ({key})")
            button.clicked.connect(lambda _checked=False, told=asked: told.emit(proposal.key))
            line.addWidget(button)
            if key:
                cap = QLabel(key, self._buttons)
                cap.setProperty("look", "key")
                line.addWidget(cap)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 6, 6)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._words)
        column.addWidget(self._buttons)
        self.setAccessibleName(f"Hint: {proposal.title}")
        self.setAccessibleDescription(self._spoken())
        self._tell()
        self.set_open(is_open=False)
        context.theming.changed.connect(self._tell)

    def set_open(self, *, is_open: bool) -> None:
        """Show all of it, or the title only."""
        self._open = is_open
        self._words.setVisible(is_open)
        self._buttons.setVisible(is_open)
        self.update()

    @property
    def is_open(self) -> bool:
        """Whether all of it shows."""
        return self._open

    def _spoken(self) -> str:
        proposal = self.proposal
        quoted = f" {proposal.pack_title} says: {proposal.quote}" if proposal.quote else ""
        return f"{proposal.why}{quoted}. Enter applies, Delete dismisses."

    def _tell(self) -> None:
        proposal, muted = self.proposal, self._context.theming.theme.muted
        # what the sentence itself says already is not said twice
        told = [each.text for each in proposal.evidence if each.text not in proposal.why]
        said = ", ".join(f"“{escape(text)}”" for text in dict.fromkeys(told[:3]))
        where = " · ".join(part for part in (proposal.pack_title, proposal.source) if part)
        lines = [escape(proposal.why)]
        if said:
            lines.append(f'<span style="color:{muted}">They wrote {said}</span>')
        if proposal.quote:
            lines.append(f"<i>“{escape(proposal.quote)}”</i>")
        if where:
            lines.append(f'<span style="color:{muted}; font-size:{META}px">{escape(where)}</span>')
        if proposal.assumed:
            lines.append(f'<span style="color:{muted}; font-size:{META}px">Assumed: {escape(proposal.assumed)}</span>')
        self._words.tell(lines)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.set_open(is_open=True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.apply_asked.emit(self.proposal.key)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.dismiss_asked.emit(self.proposal.key)
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._context.theming.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = theme.focus if self.hasFocus() else theme.public_edge
        painter.setPen(colour(edge))
        painter.setBrush(colour(theme.public))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)


class Hints(QWidget):
    """The proposals of the ticket, the weightiest first.

    Signals:
        apply_asked, dismiss_asked: The proposal's key (str).
        restore_asked: Show the dismissed ones again.
        emptied: The last hint, which had the keyboard, is gone.
    """

    apply_asked = Signal(str)
    dismiss_asked = Signal(str)
    restore_asked = Signal()
    emptied = Signal()

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ticketHints")
        self._context = context
        self._shown: tuple[Proposal, ...] = ()
        self._all = False
        self._cards: list[HintCard] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._more = QPushButton("More", self)
        self._more.setObjectName("hintsMore")
        self._more.setProperty("look", "inline")
        self._more.clicked.connect(lambda _checked=False: self._show_all())
        self._again = QPushButton("Show dismissed", self)
        self._again.setObjectName("hintsRestore")
        self._again.setProperty("look", "inline")
        self._again.clicked.connect(lambda _checked=False: self.restore_asked.emit())
        self._layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addWidget(self._again, 0, Qt.AlignmentFlag.AlignLeft)

    def show_proposals(self, proposals: tuple[Proposal, ...], dismissed: int = 0) -> None:
        """Show *proposals*; *dismissed* more can be called back."""
        self._again.setVisible(bool(dismissed))
        self._again.setText(f"Show {dismissed} dismissed")
        if proposals == self._shown:
            return
        focused = next((card.proposal.key for card in self._cards if card.hasFocus()), None)
        if {each.key for each in proposals} - {each.key for each in self._shown}:
            self._all = False
        self._shown = proposals
        self._build()
        if focused is not None and self._cards:
            # the card that was applied or dismissed is gone: its place in line has the keyboard
            card = next((each for each in self._cards if each.proposal.key == focused), self._cards[0])
            card.setFocus(Qt.FocusReason.OtherFocusReason)
        elif focused is not None:
            # else Qt would give the keyboard to the next in line, which may be the button that undoes
            self.emptied.emit()

    def focus_first(self) -> None:
        """Give the first hint the keyboard."""
        if self._cards:
            self._cards[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the proposals that are on the screen, in order."""
        return tuple(card.proposal.key for card in self._cards)

    def _show_all(self) -> None:
        self._all = True
        self._build()

    def _build(self) -> None:
        """Make a card of each hint that is to be seen; those that are there and say the same are left alone."""
        shown = self._shown if self._all else self._shown[:MOST]
        spare, self._cards = self._cards, []
        for number, proposal in enumerate(shown):
            keys = self._key_words() if not number else ("", "")
            card = next((each for each in spare if (each.proposal, each.keys) == (proposal, keys)), None)
            if card is None:
                card = self._card(proposal, keys)
            else:
                spare.remove(card)
            if not number:
                card.set_open(is_open=True)
            if self._layout.indexOf(card) != number:
                self._layout.insertWidget(number, card)
            self._cards.append(card)
        for card in spare:
            self._layout.removeWidget(card)
            card.hide()
            card.deleteLater()
        stops = [stop for card in self._cards for stop in (card, *card.findChildren(QPushButton))]
        for stop, following in pairwise(stops):
            QWidget.setTabOrder(stop, following)
        rest = len(self._shown) - len(shown)
        self._more.setVisible(rest > 0)
        self._more.setText(f"{rest} more")

    def _card(self, proposal: Proposal, keys: tuple[str, str]) -> HintCard:
        card = HintCard(proposal, self._context, self, keys)
        card.apply_asked.connect(self.apply_asked)
        card.dismiss_asked.connect(self.dismiss_asked)
        card.show()
        return card

    def _key_words(self) -> tuple[str, str]:
        texts = {entry.id: entry.key_text for entry in self._context.actions.entries()}
        return texts.get("hint.apply", ""), texts.get("hint.dismiss", "")

    def sizeHint(self) -> QSize:
        return self._layout.sizeHint()
