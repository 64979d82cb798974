"""A status that the lifecycle wants to wait for something is not set in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from agentconsole.domain.values import Status, TicketId
from agentconsole.gui.context import WindowContext

if TYPE_CHECKING:  # the queue is painted before rules are imported
    from agentconsole.triage.values import Warned

_VERBS = {Status.SOLVED: "Solve", Status.CLOSED: "Close", Status.PENDING: "Set pending", Status.HOLD: "Put on hold"}

MOST = 500
"""Tickets of a selection whose rules are read before their status is set: each takes about a millisecond."""


class DemandGuard(QObject):
    """Asks once more when demands are open that a status should wait for."""

    def __init__(self, context: WindowContext, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window

    def ask(self, ticket: TicketId, status: Status, go: Callable[[], object]) -> None:
        """Call *go* when nothing of *ticket* is open that *status* should wait for, or the agent wants it anyway."""
        if status not in _VERBS:
            go()
            return

        def done(warned: Sequence[Warned]) -> None:
            if not warned:
                go()
                return
            lines = [each.demand.text for each in warned]
            self._question(f"{warned[0].pack_title} wants this done before the status changes:", status, lines, go)

        # rules that can't be read must not keep an agent from working
        self._context.tasks.run(
            self._context.workspace.guidance.open_demands(ticket, status.value),
            done=done,
            failed=lambda _error: go(),
        )

    def ask_all(self, tickets: Sequence[TicketId], status: Status, go: Callable[[], object]) -> None:
        """Like :meth:`ask`, for all of *tickets* at once: each demand is told with the number of those that want it."""
        if len(tickets) < 2 or status not in _VERBS:
            if tickets:
                self.ask(tickets[0], status, go)
            return

        async def read() -> list[tuple[Warned, ...]]:
            guidance = self._context.workspace.guidance
            return [await guidance.open_demands(ticket, status.value) for ticket in tickets[:MOST]]

        def done(found: list[tuple[Warned, ...]]) -> None:
            concerned = sum(1 for warned in found if warned)
            if not concerned:
                go()
                return
            texts = Counter(text for warned in found for text in dict.fromkeys(each.demand.text for each in warned))
            lines = [f"{text} ({count:,} of {len(found):,})" for text, count in texts.most_common()]
            looked = f"{concerned:,} of {len(tickets):,} tickets"
            if len(tickets) > len(found):
                looked = f"{concerned:,} of the first {len(found):,} tickets"
            self._question(f"{looked} should wait for this before the status changes:", status, lines, go)

        self._context.tasks.run(read(), done=done, failed=lambda _error: go())

    def _question(self, why: str, status: Status, lines: Sequence[str], go: Callable[[], object]) -> None:
        question = OpenDemands(_VERBS[status], why, lines, self._window)
        question.accepted.connect(go)
        question.open()


class OpenDemands(QDialog):
    """Lists what is still open. Escape and Enter go back; the chord that sends goes on."""

    WIDTH = 420

    def __init__(self, verb: str, why: str, open_: Sequence[str], parent: QWidget) -> None:
        """*why* leads to the lines *open_*; *verb* is what the agent was about to do."""
        super().__init__(parent)
        self.setObjectName("openDemands")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{verb}?")
        self.setFixedWidth(self.WIDTH)
        heading = QLabel("Something is still open", self)
        heading.setProperty("look", "title")
        reason = QLabel(why, self)
        reason.setProperty("look", "muted")
        reason.setWordWrap(True)
        listed = QLabel("\n".join(f"○  {line}" for line in open_), self)
        listed.setObjectName("openDemandsList")
        listed.setTextFormat(Qt.TextFormat.PlainText)
        listed.setWordWrap(True)
        back = QPushButton("Back", self)
        back.setObjectName("openDemandsBack")
        back.setProperty("look", "primary")
        back.setDefault(True)
        back.clicked.connect(self.reject)
        go = QPushButton(f"{verb} anyway", self)
        go.setObjectName("openDemandsGo")
        go.setAutoDefault(False)
        go.setToolTip(f"{verb} anyway  (Ctrl+Enter)")
        go.clicked.connect(self.accept)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(go)
        buttons.addWidget(back)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(8)
        for part in (heading, reason, listed):
            column.addWidget(part)
        column.addSpacing(12)
        column.addLayout(buttons)
        self.setAccessibleDescription(listed.text())
        back.setFocus()
