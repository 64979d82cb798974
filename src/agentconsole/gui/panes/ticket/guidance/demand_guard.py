"""A status that the lifecycle wants to wait for something is not set in silence."""

from __future__ import annotations

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
            question = OpenDemands(_VERBS[status], warned, self._window)
            question.accepted.connect(go)
            question.open()

        # rules that can't be read must not keep an agent from working
        self._context.tasks.run(
            self._context.workspace.guidance.open_demands(ticket, status.value),
            done=done,
            failed=lambda _error: go(),
        )


class OpenDemands(QDialog):
    """Lists what is still open. Escape and Enter go back; the chord that sends goes on."""

    WIDTH = 420

    def __init__(self, verb: str, warned: Sequence[Warned], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("openDemands")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{verb}?")
        self.setFixedWidth(self.WIDTH)
        heading = QLabel("Something is still open", self)
        heading.setProperty("look", "title")
        why = QLabel(f"{warned[0].pack_title} wants this done before the status changes:", self)
        why.setProperty("look", "muted")
        why.setWordWrap(True)
        listed = QLabel("\n".join(f"○  {each.demand.text}" for each in warned), self)
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
        for part in (heading, why, listed):
            column.addWidget(part)
        column.addSpacing(12)
        column.addLayout(buttons)
        self.setAccessibleDescription(listed.text())
        back.setFocus()
