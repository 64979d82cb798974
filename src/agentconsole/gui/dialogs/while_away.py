"""What happened while the agent was away, ticket by ticket; it stays open while they work through it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.digest import Digest
from agentconsole.domain.rows import QueueRow
from agentconsole.gui.context import WindowContext
from agentconsole.gui.fonts import text_font
from agentconsole.gui.spoken_time import ago, exact, span
from agentconsole.gui.while_away import HEADINGS, WhileAway

MOST_OF_A_KIND = 50
"""Tickets listed of one kind; the heading says how many there are."""

_TICKET = Qt.ItemDataRole.UserRole


class WhileAwayWindow(QDialog):
    """Groups of tickets, the most pressing first. Up, Down and Enter; J and K do as in the queue.

    Signals:
        ticket_chosen: The local id of the ticket to open.
    """

    ticket_chosen = Signal(object)

    def __init__(self, context: WindowContext, away: WhileAway, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._away = context, away
        self.setObjectName("whileAway")
        self.setWindowTitle("While you were away")
        self.resize(720, 560)
        self._heading = QLabel(self)
        self._heading.setObjectName("whileAwayHeading")
        self._heading.setProperty("look", "subject")
        self._sent = QLabel(self)
        self._sent.setObjectName("whileAwaySent")
        self._sent.setProperty("look", "muted")
        self._list = QListWidget(self)
        self._list.setObjectName("whileAwayList")
        self._list.setAccessibleName("What happened while you were away")
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.itemActivated.connect(self._open)
        self._done = QPushButton("Done, clear this", self)
        self._done.setObjectName("whileAwayDone")
        self._done.setAutoDefault(False)
        self._done.clicked.connect(self._clear)
        self._later = QPushButton("Keep for later", self)
        self._later.setObjectName("whileAwayLater")
        self._later.setAutoDefault(False)
        self._later.clicked.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 12)
        whole.setSpacing(8)
        whole.addWidget(self._heading)
        whole.addWidget(self._sent)
        whole.addWidget(self._list, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._later)
        foot.addWidget(self._done)
        whole.addLayout(foot)
        # shortcuts: to a list, a letter is the beginning of an entry to look for
        QShortcut(QKeySequence("J"), self, lambda: self._move(1))
        QShortcut(QKeySequence("K"), self, lambda: self._move(-1))
        away.changed.connect(self.refresh)
        self.refresh()
        self._list.setFocus()

    def refresh(self) -> None:
        """Show the digest there is, or that there is none."""
        digest = self._away.digest
        self._list.clear()
        self._sent.setVisible(bool(digest and digest.sent))
        self._done.setEnabled(digest is not None)
        if digest is None:
            self._heading.setText("Nothing is waiting to be told")
            item = QListWidgetItem("After a longer absence this page sums up what happened meanwhile.")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(item)
            return
        self._heading.setText(f"While you were away, {span(digest.until - digest.since)}")
        self._heading.setToolTip(f"Since {exact(digest.since)}")
        several = "1 change of yours was sent" if digest.sent == 1 else f"{digest.sent:,} changes of yours were sent"
        self._sent.setText(f"{several} meanwhile.")
        self._fill(digest)

    def _fill(self, digest: Digest) -> None:
        now = self._context.clock.now()
        for group in digest.groups:
            heading = QListWidgetItem(f"{HEADINGS[group.kind]}  ·  {len(group.tickets):,}")
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            font = text_font(13)
            font.setBold(True)
            heading.setFont(font)
            self._list.addItem(heading)
            for row in self._context.workspace.queue.rows(group.tickets[:MOST_OF_A_KIND]):
                item = QListWidgetItem(_line(row, now))
                item.setData(_TICKET, row.id)
                item.setToolTip(row.subject)
                self._list.addItem(item)
            if len(group.tickets) > MOST_OF_A_KIND:
                rest = QListWidgetItem(f"      and {len(group.tickets) - MOST_OF_A_KIND:,} more, in the queue")
                rest.setFlags(Qt.ItemFlag.NoItemFlags)
                self._list.addItem(rest)
        first = next((n for n in range(self._list.count()) if self._list.item(n).data(_TICKET) is not None), -1)
        self._list.setCurrentRow(first)

    def _move(self, step: int) -> None:
        row = self._list.currentRow() + step
        while 0 <= row < self._list.count() and self._list.item(row).data(_TICKET) is None:
            row += step
        if 0 <= row < self._list.count():
            self._list.setCurrentRow(row)

    def _open(self, item: QListWidgetItem) -> None:
        ticket = item.data(_TICKET)
        if ticket is not None:
            self.ticket_chosen.emit(ticket)

    def _clear(self) -> None:
        self._away.dismiss()
        self.accept()


def _line(row: QueueRow, now: int) -> str:
    number = f"#{row.ref}" if row.ref else "New"
    who = " · ".join(filter(None, [row.requester, row.organization]))
    return f"      {number}  {row.subject or '(no subject)'}  —  {who}, {ago(row.updated_at, now)}"
