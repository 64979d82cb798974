"""An agent's gestures in the open window, each timed until the frame that shows it is on the screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractScrollArea, QPushButton, QTableView, QWidget

from agentconsole.domain.countdown import Light
from agentconsole.domain.instant import SECOND
from agentconsole.gui.dashboard.pane import DashboardPane
from agentconsole.gui.panes.queue.feed import QueueFeed
from agentconsole.gui.panes.queue_pane import QueuePane
from agentconsole.gui.panes.sla_pane import SlaPane
from agentconsole.gui.panes.ticket_pane import TicketPane
from agentconsole.session import Session
from tests.bench.asking import resident_mb
from tests.bench.frames import Metronome
from tests.bench.measuring import timed
from tests.bench.painting import PaintWatch, settle, spin
from tests.bench.samples import Sample

Q = TypeVar("Q", bound=QObject)
_EACH_KEY_MS = 110
"""A quick typist's pace."""


class Hands:
    """Answers of the console's probe; every public method is one, in the names of :mod:`tests.bench.__main__`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._queue = _the(session.window, QueuePane)
        self._feed = _the(self._queue, QueueFeed)
        self._table = self._queue.table
        self._empty = _the(self._queue, QWidget, "queueEmpty")
        self._list = PaintWatch(self._table.viewport(), self._empty)
        self._line = PaintWatch(self._table.viewport(), self._empty, self._queue.search)
        self._answers = 0
        session.window.resize(1280, 800)
        settle()
        self._feed.answered.connect(self._count_answer)
        self._second = 0

    # The queue

    def view(self, key: str) -> Sample:
        """Open another view than the one that is open."""
        if self._queue.view == key and not self._queue.search.text():
            raise ValueError(f"{key} is open already")
        took = self._list.time(lambda: self._queue.open_view(key), self._next_answer())
        self._complete()
        return took

    def shape(self) -> dict[str, Any]:
        """What a plain table must be like to be as large."""
        header, viewport = self._table.horizontalHeader(), self._table.viewport()
        widths = [header.sectionSize(column) for column in map(int, self._table.shown_columns())]
        return {
            "rows": self._table.model().rowCount(),
            "widths": widths,
            "row_height": self._table.verticalHeader().defaultSectionSize(),
            "width": viewport.width(),
            "height": viewport.height(),
        }

    def scroll(self, pixels: int) -> Sample:
        """Move the queue by *pixels*."""
        bar = self._table.verticalScrollBar()
        return self._list.time(lambda: bar.setValue(bar.value() + pixels))

    def key(self, letter: str) -> Sample:
        """Type *letter* into the search field, without its pause, until the answer is painted; "" empties the field.

        A half-typed condition ("status:") asks nothing; then only the key itself counts.
        """
        field = self._queue.search
        if not letter:
            field.clear_and_ask()
            self._complete()
            return Sample(0.0, 0.0)
        before, asked = field.text(), self._feed.question

        def press() -> None:
            event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter)
            QCoreApplication.sendEvent(field, event)
            field.flush()

        answered = self._next_answer()
        # what is asked is known as soon as the key is pressed; the field is painted anyway
        took = self._line.time(press, lambda: self._feed.question == asked or answered())
        if field.text() != before + letter:
            raise RuntimeError("the search field did not take the key")
        spin(max(1, _EACH_KEY_MS - int(took.ms)))
        return took

    def rows(self) -> int:
        """How many rows the queue shows."""
        return self._table.model().rowCount()

    def counts(self) -> Sample:
        """Count every view, as the side bar does after a change."""
        return self._until_done(self._session.workspace.queue.counts())

    def all_ids(self) -> Sample:
        """Fetch every id of the view that is open."""
        question = self._feed.question
        assert question is not None
        return self._until_done(self._session.workspace.queue.all_ids(question))

    # The ticket

    def ticket(self, id: int) -> list[float]:  # noqa: A002
        """Open a ticket: a sample until its newest comments are painted, and milliseconds until the last of it is."""
        window = self._session.window
        window.layout_of_panes.reveal("ticket")
        settle()
        pane = _the(window, TicketPane)
        conversation = _the(pane, QAbstractScrollArea, "conversationView")
        watch = PaintWatch(conversation.viewport())
        try:
            first, last = watch.time_to_last(lambda: pane.show_ticket(id))
            return [*first, last]
        finally:
            watch.deleteLater()

    def guidance(self, id: int) -> Sample:  # noqa: A002
        """Ask what the packs say about a ticket."""
        return self._until_done(self._session.workspace.guidance.of(id))

    # The countdown

    def show_countdown(self) -> dict[str, Any]:
        """Show the countdown pane where every line tells seconds; how many lines are on the screen."""
        window = self._session.window
        window.show_pane("sla")
        spin(800)
        pane = _the(window, SlaPane)
        lights = [
            pane.model.countdown_of(target)[0] if (target := pane.model.target_at(line)) is not None else None
            for line in range(pane.model.rowCount())
        ]
        if Light.DUE_NOW in lights:
            # from there on seconds tick
            pane.table.go_to(lights.index(Light.DUE_NOW))
        settle()
        first, last = pane.table.visible_rows()
        shown = [pane.model.data(pane.model.index(row, 0)) for row in range(first, last + 1)]
        return {"lines": last - first + 1, "rows": pane.model.rowCount(), "first": str(shown[:1])}

    def tick(self) -> Sample:
        """Let a second pass for everything in the window."""
        self._second += 1
        context = self._session.context
        now = context.clock.now() + self._second * SECOND
        viewport = _the(self._session.window, QTableView, "slaView").viewport()
        watch = PaintWatch(viewport, self._table.viewport())
        try:
            return watch.time_if(lambda: context.clock.ticked.emit(now))
        finally:
            watch.deleteLater()

    # The dashboard

    def dashboard(self, days: int, interval_ms: int) -> dict[str, Any]:
        """Count the last *days* days anew until the figures are painted, and the gaps of a timer meanwhile."""
        window = self._session.window
        if not window.layout_of_panes.is_open("dashboard"):
            window.show_pane("dashboard")
            spin(500)
        pane = _the(window, DashboardPane)
        _the(pane, QPushButton, f"dashboardRange_{days}").click()
        self._wait(lambda: pane.is_counted)

        def count() -> None:
            pane.reload()
            self._wait(lambda: pane.is_counted)
            settle()

        took = timed(count)
        pane.reload()
        gaps = Metronome(interval_ms).listen(60, lambda: pane.is_counted)
        assert pane.report is not None
        return {"sample": list(took), "gaps": gaps, "created": pane.report.created}

    def queue(self) -> None:
        """Go back to the queue."""
        self._session.window.show_pane("queue")
        settle()

    # Sync and memory

    def sync(self, seconds: float, interval_ms: int) -> dict[str, Any]:
        """Begin the exchange; the gaps of a timer on the main thread until the first copy is whole."""
        sync = self._session.workspace.sync
        sync.start()
        seen = {"phase": ""}

        def over() -> bool:
            status = sync.status()
            was, seen["phase"] = seen["phase"], status.phase
            return was in ("initial", "idle") and status.phase == "idle" and status.last_sync_at is not None

        began = time.perf_counter()
        metronome = Metronome(interval_ms)
        gaps = metronome.listen(seconds, over)
        took = time.perf_counter() - began
        return {"gaps": gaps, "used": metronome.used, "seconds": took, "rows": self.rows()}

    def drain(self, id: int, seconds: float, interval_ms: int) -> dict[str, Any]:  # noqa: A002
        """Begin the exchange with ticket *id* and the outbox beside the queue; the gaps until nothing waits."""
        window, sync = self._session.window, self._session.workspace.sync
        window.resize(1920, 1080)
        self.ticket(id)
        window.show_pane("outbox")
        spin(1500)
        waiting = sync.status().will_go
        sync.start()
        began = time.perf_counter()
        metronome = Metronome(interval_ms)
        gaps = metronome.listen(seconds, lambda: sync.status().will_go == 0)
        took = time.perf_counter() - began
        return {"gaps": gaps, "used": metronome.used, "seconds": took, "sent": waiting - sync.status().will_go}

    def tour(self, id: int) -> float:  # noqa: A002
        """Show every pane once, as a morning at the desk does; the resident memory in MB."""
        self.view("everything")
        self.scroll(20_000)
        self.ticket(id)
        self.show_countdown()
        self._session.window.show_pane("directory")
        spin(1500)
        return resident_mb()

    def memory(self) -> float:
        """The resident memory in MB."""
        return resident_mb()

    # Waiting

    def _count_answer(self, _complete: bool) -> None:
        self._answers += 1

    def _next_answer(self) -> Callable[[], bool]:
        before = self._answers
        return lambda: self._answers > before

    def _complete(self) -> None:
        """Wait until the list holds every id, so that the next sample finds nobody at work."""
        until = time.perf_counter() + 30
        while not self._feed.is_complete:
            if time.perf_counter() > until:
                raise RuntimeError("the queue did not get complete")
            spin(2)
        settle()

    def _wait(self, ready: Callable[[], bool], seconds: float = 60.0) -> None:
        until = time.perf_counter() + seconds
        while not ready():
            if time.perf_counter() > until:
                raise RuntimeError("what was waited for did not come true")
            spin(5)

    def _until_done(self, work: Coroutine[Any, Any, object]) -> Sample:
        def wait() -> None:
            loop = QEventLoop()
            task = self._session.context.tasks.run(work, lambda _: loop.quit(), lambda _: loop.quit())
            assert isinstance(task, asyncio.Task)
            loop.exec()
            task.result()

        return timed(wait)


def _the(parent: QObject, kind: type[Q], name: str = "") -> Q:
    """The descendant of *kind* (with *name*), which must be there."""
    found = parent.findChild(kind, name) if name else parent.findChild(kind)
    if found is None:
        raise RuntimeError(f"the window has no {name or kind.__name__}")
    return found
