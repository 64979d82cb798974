"""Chooses what is taken along: views, a search, attachments, how long; and tells what that means before it begins."""

from __future__ import annotations

import asyncio
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.trips import MOST_FILE, TripChoice, TripPlan
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.trip_words import FILES, UNTIL, end_of, plan_lines, plan_title
from agentconsole.gui.models.views_model import distinct_views
from agentconsole.gui.tasks import trouble_of

_KEY = Qt.ItemDataRole.UserRole
_SETTLES_MS = 250
"""So long after the last choice it is asked what that means."""

_SUGGESTED = ("my-open",)


class TripChoicePage(QWidget):
    """Asks what to take along.

    Signals:
        started: A trip has begun.
        left: The agent wants nothing.
    """

    started = Signal()
    left = Signal()

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tripChoice")
        self._context = context
        self._planning: asyncio.Task[TripPlan] | None = None
        self._more: tuple[str, ...] = ()  # further searches, which only the command line can give
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SETTLES_MS)
        self._later.timeout.connect(self.reckon)
        title = _label("Take tickets along", "heading", "tripChoiceTitle", self)
        why = _label(
            "Whole conversations with their attachments, kept on this computer for the time without a connection. "
            "Nothing that makes room touches them.",
            "muted",
            "tripChoiceWhy",
            self,
        )
        self.views = QTreeWidget(self)
        self.views.setObjectName("tripViews")
        self.views.setAccessibleName("Views to take along")
        self.views.setColumnCount(2)
        self.views.setHeaderHidden(True)
        self.views.setRootIsDecorated(False)
        self.views.setUniformRowHeights(True)
        self.views.header().setStretchLastSection(False)
        self.views.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.views.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.views.itemChanged.connect(lambda _item, _column: self._changed())
        self.search = QLineEdit(self)
        self.search.setObjectName("tripSearch")
        self.search.setPlaceholderText("and what a search finds: tag:vip updated<30d")
        self.search.setAccessibleName("A search whose tickets are taken along too")
        self.search.textChanged.connect(lambda _text: self._changed())
        self.files = _choices("tripFiles", "Which attachments", [words for words, _ in FILES], self)
        self.files.setCurrentIndex([most for _, most in FILES].index(MOST_FILE))
        self.until = _choices("tripUntil", "How long", [words for words, _ in UNTIL], self)
        self.until.setCurrentIndex(3)
        for field in (self.files, self.until):
            field.currentIndexChanged.connect(lambda _index: self._changed())
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.addRow("Search", self.search)
        form.addRow("Attachments", self.files)
        form.addRow("Keep them", self.until)
        card = QFrame(self)
        card.setObjectName("tripPlan")
        card.setProperty("look", "card")
        self._sum = _label("", "title", "tripPlanTitle", card)
        self._told = _label("", "muted", "tripPlanText", card)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(14, 12, 14, 12)
        inner.setSpacing(4)
        inner.addWidget(self._sum)
        inner.addWidget(self._told)
        leave = QPushButton("Cancel", self)
        leave.setObjectName("tripCancel")
        leave.setAutoDefault(False)
        leave.clicked.connect(self.left)
        self.go = QPushButton("Take along", self)
        self.go.setObjectName("tripGo")
        self.go.setProperty("look", "primary")
        self.go.setToolTip("Take along  (Ctrl+Enter)")
        self.go.clicked.connect(lambda _checked=False: self.start())
        key = QLabel("Ctrl+Enter", self)
        key.setProperty("look", "key")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for each in (key, leave, self.go):
            buttons.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(title)
        column.addWidget(why)
        column.addWidget(self.views, 1)
        column.addLayout(form)
        column.addWidget(card)
        column.addLayout(buttons)

    def begin(self, choice: TripChoice | None) -> None:
        """Offer the views as they are now, with *choice* ticked, and give the keyboard to the list."""
        ticked = _SUGGESTED if choice is None else choice.views
        self.views.blockSignals(True)
        self.views.clear()
        for view in distinct_views(self._context.workspace.queue.views()):
            item = QTreeWidgetItem([view.title, ""])
            item.setData(0, _KEY, view.key)
            item.setCheckState(0, Qt.CheckState.Checked if view.key in ticked else Qt.CheckState.Unchecked)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setSizeHint(0, QSize(0, 28))
            self.views.addTopLevelItem(item)
        self.views.blockSignals(False)
        if (top := self.views.topLevelItem(0)) is not None:
            self.views.setCurrentItem(top)
        if choice is not None:
            first, self._more = choice.searches[:1], choice.searches[1:]
            self.search.setText("".join(first))
            sizes = [most for _, most in FILES]
            self.files.setCurrentIndex(sizes.index(choice.most_file) if choice.most_file in sizes else len(sizes) - 1)
        self._context.tasks.run(self._context.workspace.queue.counts(), self._counted, lambda _error: None)
        self.views.setFocus()
        self._changed()

    @property
    def choice(self) -> TripChoice:
        """What is ticked and written."""
        items = (self.views.topLevelItem(row) for row in range(self.views.topLevelItemCount()))
        keys = tuple(item.data(0, _KEY) for item in items if item and item.checkState(0) is Qt.CheckState.Checked)
        text = self.search.text().strip()
        return TripChoice(
            views=keys, searches=((text,) if text else ()) + self._more, most_file=FILES[self.files.currentIndex()][1]
        )

    def start(self) -> None:
        """Begin the trip, when there is something to take."""
        if not self.go.isEnabled():
            return
        self.go.setEnabled(False)
        ends_at = end_of(UNTIL[self.until.currentIndex()][1], self._context.clock.now())
        self._context.tasks.run(
            self._context.workspace.trips.start(self.choice, ends_at), lambda _none: self.started.emit(), self._failed
        )

    def _changed(self) -> None:
        self.go.setEnabled(False)
        problem = self._context.workspace.queue.check(self.search.text()) if self.search.text().strip() else None
        self.search.setProperty("look", "wrong" if problem else None)
        self.search.style().polish(self.search)
        if problem is not None:
            self._later.stop()
            self._tell("The search can’t be read", [problem.message])
            return
        choice = self.choice
        if not choice.views and not choice.searches:
            self._later.stop()
            self._tell("Nothing is chosen yet", ["Tick a view with Space, or write a search."])
            return
        self._later.start()

    def reckon(self) -> None:
        """Find out what the choice means, without waiting for more changes of it."""
        self._later.stop()
        if self._planning is not None:
            self._planning.cancel()
        self._tell("Reckoning…", ["How much is here already, and how fast the help desk is."])
        asked = self._context.workspace.trips.plan(self.choice)
        self._planning = self._context.tasks.run(asked, self._planned, self._failed)

    def _planned(self, plan: TripPlan) -> None:
        self._planning = None
        if plan.tickets:
            self._tell(plan_title(plan), plan_lines(plan))
        else:
            self._tell("No ticket is in there now", ["A view that fills later is taken along as it does."])
        self.go.setEnabled(True)

    def _failed(self, error: BaseException) -> None:
        trouble = trouble_of(error)
        self._planning = None
        self._tell(trouble.title, [trouble.advice])
        self.go.setEnabled(True)

    def _counted(self, counts: dict[str, int]) -> None:
        self.views.blockSignals(True)
        for row in range(self.views.topLevelItemCount()):
            item = self.views.topLevelItem(row)
            if item is not None:
                count = counts.get(item.data(0, _KEY))
                item.setText(1, "" if count is None else f"{count:,}")
        self.views.blockSignals(False)

    def _tell(self, title: str, lines: list[str]) -> None:
        self._sum.setText(title)
        self._told.setText("\n".join(lines))


def _choices(name: str, what: str, words: list[str], parent: QWidget) -> QComboBox:
    field = QComboBox(parent)
    field.setObjectName(name)
    field.setAccessibleName(what)
    field.addItems(words)
    return field


def _label(words: str, look: str, name: str, parent: Any) -> QLabel:
    label = QLabel(words, parent)
    label.setObjectName(name)
    label.setProperty("look", look)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
