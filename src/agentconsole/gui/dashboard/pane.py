"""The dashboard: how the desk does, over days, by tier, priority, channel, group and agent. Offline too."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import partial
from importlib import import_module
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.changes import Change
from agentconsole.domain.instant import MINUTE, Instant, to_datetime
from agentconsole.domain.reports import Report, Scope
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dashboard.card import Card
from agentconsole.gui.dashboard.contents import CARDS, Content, contents, key_figures
from agentconsole.gui.dashboard.exporting import Export
from agentconsole.gui.dashboard.scope_bar import ScopeBar
from agentconsole.gui.dashboard.tiles import Tiles
from agentconsole.gui.dashboard.words import coverage_sentence
from agentconsole.gui.empty_state import Emptiness, EmptyState
from agentconsole.gui.tasks import trouble_of

_AGAIN_AFTER = MINUTE
_GATHER_MS = 150
_ONE_COLUMN_BELOW = 760
_THREE_COLUMNS_FROM = 1500


class DashboardPane(QWidget):
    """Controls at the top, large figures below them, and cards that scroll.

    Signals:
        tickets_asked: The query (str) of the tickets behind a figure.
        left: The agent goes back to the queue.
    """

    tickets_asked = Signal(str)
    left = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dashboardPane")
        self.setAccessibleName("Dashboard")
        self.setProperty("look", "content")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self._reports = context.workspace.reports
        self._task: asyncio.Task[Report] | None = None
        self._report: Report | None = None
        self._wanted: Scope | None = None
        self._stale = True
        self._columns = 0
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(_GATHER_MS)
        self._gather.timeout.connect(self.reload)
        self._to_show: list[tuple[str, Content]] = []
        self._next_card = QTimer(self)
        self._next_card.setInterval(0)
        self._next_card.timeout.connect(self._show_next)
        self.scope_bar = ScopeBar(context.workspace.settings, self._today(), self)
        self.tiles = Tiles(context.theming, self)
        self.cards = {name: Card(context, name, title, self) for name, title in CARDS}
        self.export = Export(context, self)
        self._build()
        self._register_actions()
        self.scope_bar.chosen.connect(lambda _scope: self._gather.start())
        self.tiles.opened.connect(self.tickets_asked)
        for card in self.cards.values():
            card.opened.connect(self.tickets_asked)
        context.bridge.changed.connect(self._changed)
        context.clock.ticked.connect(self._tick)

    def _build(self) -> None:
        self._export_button = QPushButton("Export", self)
        self._export_button.setObjectName("dashboardExport")
        self._export_button.setAccessibleName("Export these figures")
        menu = QMenu(self._export_button)
        menu.addAction("Spreadsheet (CSV)…", partial(self.export.ask, "csv"))
        menu.addAction("Document (PDF)…", partial(self.export.ask, "pdf"))
        self._export_button.setMenu(menu)
        self._export_button.setEnabled(False)
        controls = QHBoxLayout()
        controls.setSpacing(8)
        controls.addWidget(self.scope_bar)
        controls.addStretch(1)
        controls.addWidget(self._export_button)

        self.covers = QLabel(self)
        self.covers.setObjectName("dashboardCoverage")
        self.covers.setProperty("look", "meta")
        self.covers.setWordWrap(True)
        self._progress = QProgressBar(self)
        self._progress.setObjectName("dashboardProgress")
        self._progress.setAccessibleName("Counting")
        self._progress.setRange(0, 100)
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(120)
        self._cancel = QPushButton("Stop counting", self)
        self._cancel.setObjectName("dashboardCancel")
        self._cancel.setProperty("look", "link")
        self._cancel.clicked.connect(self.stop)
        told = QHBoxLayout()
        told.setSpacing(8)
        told.addWidget(self.covers, 1)
        told.addWidget(self._progress)
        told.addWidget(self._cancel)
        self._told_height = self._cancel.sizeHint().height()
        # the line keeps its height while counting comes and goes, so that nothing below moves
        told.addStrut(self._told_height)

        inside = QWidget(self)
        inside.setObjectName("dashboardCards")
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 4, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.tiles)
        column.addLayout(self._grid)
        column.addStretch(1)
        self.view = QScrollArea(self)
        self.view.setObjectName("dashboardView")
        self.view.setAccessibleName("Figures")
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setWidgetResizable(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setWidget(inside)
        self.view.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self._empty = EmptyState(self._context.theming, self._context.icons, "dashboardEmpty", self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 16, 4)
        top.setSpacing(2)
        top.addLayout(controls)
        top.addLayout(told)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addWidget(self._stack, 1)
        self.setTabOrder(self.scope_bar.organization, self._export_button)
        self.setTabOrder(self._export_button, self.tiles.tiles["open"])
        self._arrange()
        self._show_counting(False)

    def _register_actions(self) -> None:
        add = self._context.actions.register
        for kind in ("csv", "pdf"):
            add(
                f"dashboard.export_{kind}",
                f"Export the dashboard as {kind.upper()}…",
                callback=partial(self.export.ask, kind),
                section="Dashboard",
                keywords="report save spreadsheet print",
            )
        add("dashboard.reload", "Count again", "Ctrl+R", self.reload, self, section="Dashboard", keywords="refresh")
        add("dashboard.leave", "Go back to the queue", "Esc", self.left.emit, self, section="Dashboard", hidden=True)

    def sizeHint(self) -> QSize:
        return QSize(1080, 720)

    def minimumSizeHint(self) -> QSize:
        return QSize(360, 240)

    # Counting

    @property
    def report(self) -> Report | None:
        """The figures that are shown."""
        return self._report

    @property
    def is_counted(self) -> bool:
        """Whether the figures are those that were asked for last."""
        waiting = self._gather.isActive() or self._next_card.isActive() or self._task is not None
        return self._report is not None and not waiting

    def reload(self) -> None:
        """Count anew, in place of a count that is still going on."""
        self._gather.stop()
        self._stale = False
        self._drop()
        self.scope_bar.move_to(self._today())
        self._wanted = self.scope_bar.scope
        self._show_counting(True)
        self._progress.setValue(0)
        self._task = self._context.tasks.run(self._count(self._wanted), self._show, self._fail)

    def _count(self, scope: Scope) -> Coroutine[Any, Any, Report]:
        """Count, and meanwhile import what draws plots: a third of a second that the window need not stand still."""

        async def both() -> Report:
            counting = self._reports.report(scope, lambda share: self._progress.setValue(round(share * 100)))
            _library, report = await asyncio.gather(asyncio.to_thread(import_module, "pyqtgraph"), counting)
            return report

        return both()

    def stop(self) -> None:
        """Leave the figures as they are."""
        self._drop()
        self._show_counting(False)
        if self._report is None:
            self._tell_empty("hourglass", "The figures were not counted", "", "Count now", self.reload)
        else:
            self._tell_coverage(self._report)

    def _drop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _show(self, report: Report) -> None:
        self._task = None
        self._report = report
        self._show_counting(False)
        self._export_button.setEnabled(True)
        self.export.report = report
        self._tell_coverage(report)
        if not report.coverage.tickets:
            sync = self._context.workspace.sync
            self._tell_empty(
                "layout-dashboard",
                "No tickets in the cache yet",
                "Figures appear with the first tickets that are fetched from the help desk.",
                "Sync now",
                sync.nudge,
            )
            return
        self._stack.setCurrentWidget(self.view)
        self.tiles.show_figures(key_figures(report))
        self._to_show = list(contents(report).items())
        self._next_card.start()

    def _show_next(self) -> None:
        """Show one card, and the next after the window has had its turn: all at once they would hold up a frame."""
        if not self._to_show:
            self._next_card.stop()
            return
        name, content = self._to_show.pop(0)
        self.cards[name].show_content(content)

    def _fail(self, error: BaseException) -> None:
        self._task = None
        self._show_counting(False)
        trouble = trouble_of(error)
        self._tell_empty("triangle-alert", trouble.title, trouble.advice, "Try again", self.reload)

    def _tell_empty(self, icon: str, title: str, text: str, step: str, action: Any) -> None:
        self._empty.tell(Emptiness(icon, title, text, step, action))
        self._stack.setCurrentWidget(self._empty)

    def _tell_coverage(self, report: Report) -> None:
        self.covers.setText(coverage_sentence(report.coverage, report.scope, self._context.clock.now()))

    def _show_counting(self, counting: bool) -> None:
        self._progress.setVisible(counting)
        self._cancel.setVisible(counting)
        if counting and self._report is None:
            self.covers.setText("Counting what is in the cache")
            self._stack.setCurrentWidget(self.view)

    def _today(self) -> Any:
        return to_datetime(self._context.clock.now()).astimezone().date()

    # Changes, time and room

    def _changed(self, change: Change) -> None:
        if change.everything or change.tickets or change.topics & {"tickets", "outbox", "people"}:
            self._stale = True

    def _tick(self, now: Instant) -> None:
        """Count again after changes, once a minute at most: figures that jump about can't be read."""
        if not self.isVisible() or self._report is None or self._task is not None:
            return
        if self._stale and now - self._report.made_at >= _AGAIN_AFTER:
            self.reload()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._context.tasks.run(self._reports.choices(), self.scope_bar.offer)
        if self._stale and self._task is None:
            self.reload()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Lay the cards out in as many columns as there is room for, in the order of reading."""
        width = self.width()
        columns = 1 if width < _ONE_COLUMN_BELOW else 2 if width < _THREE_COLUMNS_FROM else 3
        self.tiles.arrange(len(self.tiles.tiles) if columns > 1 else 3)
        if columns == self._columns:
            return
        self._columns = columns
        for number, card in enumerate(self.cards.values()):
            self._grid.addWidget(card, number // columns, number % columns)
        for column in range(3):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
