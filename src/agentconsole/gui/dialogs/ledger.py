"""Why this time? One window that tells for each target of a ticket how it came about, step by step."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QKeySequence, QShortcut
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

from agentconsole.domain.changes import Change
from agentconsole.domain.ledger import Explanation
from agentconsole.domain.values import Metric, TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.sla_light import light_mark
from agentconsole.gui.dialogs.ledger_words import Ledger, as_html, as_text, ledger_of
from agentconsole.gui.handbook_pages import Page
from agentconsole.gui.page_view import PageView
from agentconsole.gui.panes.sla.thresholds import thresholds_from

_SIDE_WIDTH = 216
_MARK = 16


class LedgerWindow(QDialog):
    """Targets on the left, the ledger of the chosen one beside them. It stays open while the agent works elsewhere."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._ticket: TicketId | None = None
        self._wanted: Metric | None = None
        self._told: tuple[Explanation, ...] = ()
        self._ledgers: tuple[Ledger, ...] = ()
        self.setObjectName("ledger")
        self.setWindowTitle("Why this time?")
        self.resize(980, 680)
        self._heading = QLabel(self)
        self._heading.setObjectName("ledgerTicket")
        self._heading.setProperty("look", "subject")
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self._heading.setWordWrap(True)
        self._list = QListWidget(self)
        self._list.setObjectName("ledgerTargets")
        self._list.setAccessibleName("Targets of the ticket")
        self._list.setProperty("look", "side")
        self._list.setIconSize(QSize(_MARK, _MARK))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setWordWrap(True)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.currentRowChanged.connect(self._chosen)
        self._page = PageView(context.theming, self)
        self._page.setObjectName("ledgerText")
        self._page.setAccessibleName("How the target came about")
        self._nothing = QLabel("", self)
        self._nothing.setObjectName("ledgerNothing")
        self._nothing.setProperty("look", "muted")
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._copy = QPushButton("Copy as text", self)
        self._copy.setObjectName("ledgerCopy")
        self._copy.setAutoDefault(False)
        self._copy.setToolTip("Copy everything that is told of this ticket's targets  (Ctrl+Shift+C)")
        self._copy.clicked.connect(self.copy)
        self._close = QPushButton("Close", self)
        self._close.setObjectName("ledgerClose")
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.accept)
        QShortcut(QKeySequence("Ctrl+Shift+C"), self, self.copy)
        self._arrange()
        context.bridge.changed.connect(self._changed)
        context.theming.changed.connect(self._list_targets)

    def _arrange(self) -> None:
        self._list.setFixedWidth(_SIDE_WIDTH)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 12, 0, 12)
        whole.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 16, 0)
        head.addWidget(self._heading, 1)
        whole.addLayout(head)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._list)
        middle.addWidget(self._page, 1)
        middle.addWidget(self._nothing, 1)
        whole.addLayout(middle, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 16, 0)
        foot.addStretch(1)
        foot.addWidget(self._copy)
        foot.addWidget(self._close)
        whole.addLayout(foot)

    def show_ticket(self, ticket: TicketId, metric: Metric | None = None) -> None:
        """Explain the targets of *ticket*, beginning with that of *metric*."""
        self._ticket, self._wanted = ticket, metric
        rows = self._context.workspace.queue.rows([ticket])
        number = f"#{rows[0].ref}  " if rows and rows[0].ref else ""
        self._heading.setText(f"{number}{rows[0].subject}" if rows else "")
        self._told = self._ledgers = ()
        self._list_targets()
        self._nothing.setText("")
        self._read()

    def copy(self) -> None:
        """Put everything that is told into the clipboard."""
        QGuiApplication.clipboard().setText(as_text(self._ledgers, self._heading.text()))
        self._copy.setText("Copied")

    def _read(self) -> None:
        if self._ticket is not None:
            asked = self._ticket
            told = self._context.workspace.sla.explain(asked)
            self._context.tasks.run(told, lambda answer: self._show(asked, answer))

    def _show(self, asked: TicketId, told: tuple[Explanation, ...]) -> None:
        if not shiboken6.isValid(self) or asked != self._ticket:
            return
        first = not self._told
        self._told = told
        self._list_targets()
        if first:
            # the arrow keys choose a target, Tab goes on to its text
            (self._list if told else self._close).setFocus()

    def _list_targets(self) -> None:
        """List what was told, and stay at the target that is read."""
        now, theme = self._context.clock.now(), self._context.theming.theme
        thresholds = thresholds_from(self._context.workspace.settings)
        self._ledgers = tuple(ledger_of(each, now, thresholds) for each in self._told)
        self._list.blockSignals(True)
        self._list.clear()
        for ledger in self._ledgers:
            icon = QIcon(light_mark(ledger.light, theme.tone(ledger.light), _MARK, self.devicePixelRatioF()))
            item = QListWidgetItem(icon, f"{ledger.title}\n{ledger.state}")
            item.setToolTip(ledger.whose)
            self._list.addItem(item)
        found = next((n for n, each in enumerate(self._told) if each.metric is self._wanted), 0)
        self._list.setCurrentRow(found if self._told else -1)
        self._list.blockSignals(False)
        told = bool(self._told)
        self._page.setVisible(told)
        self._list.setVisible(told)
        self._copy.setEnabled(told)
        self._copy.setText("Copy as text")
        self._nothing.setVisible(not told)
        self._nothing.setText(
            "This ticket has no SLA target.\nNeither the help desk nor a policy pack in use gives it one."
        )
        self._chosen(self._list.currentRow())

    def _chosen(self, row: int) -> None:
        if 0 <= row < len(self._ledgers):
            ledger, self._wanted = self._ledgers[row], self._told[row].metric
            key = f"{self._ticket}/{self._told[row].metric}"
            self._page.show_page(Page(key, ledger.title, "", "", "", html=as_html(ledger)))

    def _changed(self, change: Change) -> None:
        if change.everything or self._ticket in change.tickets or change.topics & {"packs", "sla", "settings"}:
            self._read()
