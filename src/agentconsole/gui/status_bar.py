"""The status bar: always the truth about the connection, the age of the data and unsent work."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QStatusBar, QToolButton, QWidget

from agentconsole.domain.changes import Change
from agentconsole.domain.instant import Instant
from agentconsole.gui.context import WindowContext
from agentconsole.gui.status_words import StatusLine, need_you_parts, need_you_text, status_line
from agentconsole.gui.trip_badge import TripBadge


class StatusSentence(QWidget):
    """Fills a QStatusBar with the sync's sentence, its progress and what needs the agent.

    Signals:
        sync_requested: The agent clicked the sentence: exchange now.
        outbox_requested: The agent wants to see what waits or failed.
    """

    sync_requested = Signal()
    outbox_requested = Signal()

    def __init__(self, context: WindowContext, bar: QStatusBar) -> None:
        super().__init__(bar)
        self._context = context
        self._line: StatusLine | None = None
        self.setObjectName("statusContents")

        self._sentence = _quiet_button(self, "statusSentence")
        self._sentence.clicked.connect(self.sync_requested)
        self._progress = QProgressBar(self)
        self._progress.setObjectName("statusProgress")
        self._progress.setAccessibleName("Progress of the sync")
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(160)
        self._progress.hide()
        self._stop = QToolButton(self)
        self._stop.setObjectName("statusPauseSync")
        self._stop.setAccessibleName("Pause the sync")
        self._stop.setToolTip("Pause the sync. What has arrived stays usable.")
        self._stop.setIconSize(QSize(14, 14))
        context.icons.bind(self._stop, "pause")
        self._stop.clicked.connect(self._toggle_sync)
        self._stop.hide()

        self._need_you = _quiet_button(self, "statusNeedYou")
        context.icons.bind(self._need_you, "triangle-alert", "danger_ink")
        self._need_you.setProperty("alarm", True)
        self._need_you.clicked.connect(self.outbox_requested)
        self._need_you.hide()
        self._trip = TripBadge(context, _quiet_button(self, "statusTrip"))
        self._who = _quiet_button(self, "statusProfile")
        self._who.setEnabled(False)

        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 8, 0)
        row.setSpacing(4)
        for part in (self._sentence, self._progress, self._stop):
            row.addWidget(part)
        row.addStretch(1)
        for part in (self._need_you, self._trip.button, self._who):
            row.addWidget(part)
        bar.setSizeGripEnabled(False)
        bar.addWidget(self, 1)

        context.bridge.changed.connect(self._changed)
        context.clock.ticked.connect(self._ticked)
        context.theming.changed.connect(self._retint)
        self.refresh()

    def refresh(self) -> None:
        """Say what is true now."""
        status = self._context.workspace.sync.status()
        self._say(status_line(status, self._context.clock.now()))
        self._need_you.setText(need_you_text(status.need_you))
        self._need_you.setVisible(status.need_you > 0)
        parts = need_you_parts(status)
        self._need_you.setAccessibleName(f"{self._need_you.text()}: {parts}. Open the outbox")
        self._need_you.setToolTip(f"{parts}\nOpen the outbox to decide")
        stopped = status.phase == "stopped"
        self._stop.setVisible(status.phase in ("initial", "stopped"))
        words = "Resume the sync" if stopped else "Pause the sync. What has arrived stays usable."
        if words != self._stop.toolTip():
            self._stop.setToolTip(words)
            self._stop.setAccessibleName(words.partition(".")[0])
            self._context.icons.bind(self._stop, "play" if stopped else "pause")
        me = self._context.workspace.me()
        self._who.setText(f"{me.name} · {me.profile}" if me else "")
        self._who.setAccessibleName(f"Signed in as {me.name}, profile {me.profile}" if me else "Not signed in yet")

    def _say(self, line: StatusLine) -> None:
        if line == self._line:
            return
        before, self._line = self._line, line
        self._sentence.setText(line.text)
        # the accessible name stays the visible text: a screen reader reads what everybody else sees
        self._sentence.setAccessibleName(line.text)
        self._sentence.setToolTip("\n".join(part for part in (line.hint, line.click) if part))
        if before is None or (before.icon, before.role) != (line.icon, line.role):
            self._retint()
        self._progress.setVisible(line.busy and line.total > 0)
        if line.total:
            self._progress.setRange(0, line.total)
            self._progress.setValue(min(line.done, line.total))

    def _retint(self) -> None:
        if self._line is not None:
            self._context.icons.bind(self._sentence, self._line.icon, self._line.role)

    def _toggle_sync(self) -> None:
        sync = self._context.workspace.sync
        if sync.status().phase == "stopped":
            sync.start()
        else:
            self._context.tasks.run(sync.stop())

    def _changed(self, change: Change) -> None:
        if change.everything or change.topics & {"sync", "outbox", "settings", "people"}:
            self.refresh()

    def _ticked(self, now: Instant) -> None:
        self._say(status_line(self._context.workspace.sync.status(), now))


def _quiet_button(parent: QWidget, name: str) -> QPushButton:
    button = QPushButton(parent)
    button.setObjectName(name)
    button.setProperty("look", "status")
    button.setIconSize(QSize(14, 14))
    button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return button
