"""Tickets that seem to be about the same, and whether somebody asks several agents for one thing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.wording import STATUS_WORDS
from agentconsole.gui.spoken_time import ago
from agentconsole.triage.values import DuplicateHit, ShoppingAlert


class Related(QWidget):
    """Lists possible duplicates, the likest first.

    Signals:
        ticket_asked: A ticket to show (int, as object).
        merge_asked: A ticket to merge this one into (int, as object).
    """

    ticket_asked = Signal(object)
    merge_asked = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ticketRelated")
        self._context = context
        self._shown: tuple[DuplicateHit, ...] = ()
        self._rows: list[QWidget] = []
        self._alert = QLabel(self)
        self._alert.setObjectName("shoppingAlert")
        self._alert.setTextFormat(Qt.TextFormat.PlainText)
        self._alert.setWordWrap(True)
        self._alert.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.addWidget(self._alert)

    def show_related(self, hits: tuple[DuplicateHit, ...], shopping: ShoppingAlert | None) -> None:
        """Show *hits* and, before them, what *shopping* is about."""
        words = ""
        if shopping is not None:
            agents = f", answered by {', '.join(shopping.agents)}" if len(shopping.agents) > 1 else ""
            words = f"▲ {len(shopping.tickets) + 1} tickets for one problem{agents}. {shopping.text}"
        self._alert.setText(words)
        self._alert.setVisible(bool(words))
        if hits == self._shown:
            return
        self._shown = hits
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(hit) for hit in hits]

    def _row(self, hit: DuplicateHit) -> QWidget:
        row = QWidget(self)
        column = QVBoxLayout()
        column.setSpacing(0)
        title = QPushButton(row)
        title.setObjectName(f"duplicate_{hit.ticket}")
        title.setProperty("look", "inline")
        title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        text = f"#{hit.ref or 'new'} {hit.subject}"
        shown = title.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, 196)
        title.setText(shown.replace("&", "&&"))
        title.setToolTip(text)
        title.clicked.connect(lambda _checked=False: self.ticket_asked.emit(hit.ticket))
        whose = "same requester" if hit.same_requester else f"{hit.requester}, same organization"
        when = ago(hit.created_at, self._context.clock.now())
        about = f"{hit.likeness:.0%} alike · {STATUS_WORDS[hit.status]} · {whose} · {when}"
        detail = QLabel(row)
        detail.setProperty("look", "meta")
        detail.setTextFormat(Qt.TextFormat.PlainText)
        detail.setWordWrap(True)
        detail.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        detail.setText(about)
        if hit.shared:
            detail.setToolTip(f"Both say: {', '.join(hit.shared)}")
        title.setAccessibleName(f"{text}: {about}")
        column.addWidget(title)
        column.addWidget(detail)
        merge = QToolButton(row)
        merge.setObjectName(f"duplicateMerge_{hit.ticket}")
        self._context.icons.bind(merge, "git-merge")
        merge.setToolTip(f"Merge this ticket into #{hit.ref or 'the new one'}…")
        merge.setAccessibleName(f"Merge this ticket into {text}")
        merge.clicked.connect(lambda _checked=False: self.merge_asked.emit(hit.ticket))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2)
        line.addLayout(column, 1)
        line.addWidget(merge, 0, Qt.AlignmentFlag.AlignTop)
        self._layout.addWidget(row)
        return row
