"""Where the panes are: the arrangement for each width, what the agent made of it, and its memory.

Below :data:`NARROW` pixels one pane fills the window and Escape goes back to the queue. Ticket, directory and outbox
share the place beside the queue unless the window is at least :data:`ROOMY` wide. A page (:data:`PAGES`) covers all
of them until the agent goes elsewhere. A floating pane is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

if TYPE_CHECKING:
    from agentconsole.services.api import Settings


NARROW = 1100
ROOMY = 1700
WIDE = 2000
RAIL = 48
SHARING = ("ticket", "directory", "outbox")
"""Panes that take turns beside the queue."""

PAGES = ("dashboard",)
"""Panes that fill the window while they are docked."""

# Raised when a pane is added or the arrangement changes so that an old saved state would mislead.
STATE_VERSION = 1


class PaneLayout(QObject):
    """Arranges the docks of a window.

    Signals:
        changed: Another pane is visible or hidden than before.
    """

    changed = Signal()

    def __init__(
        self,
        window: QMainWindow,
        docks: Mapping[str, QDockWidget],
        settings: Settings,
        furnish: Callable[[str], object],
    ) -> None:
        """*docks* by short name ("queue"); *furnish* puts the content into a dock before it is first shown."""
        super().__init__(window)
        self._window = window
        self._docks = docks
        self._settings = settings
        self._furnish = furnish
        self._narrow = False
        self._wanted: set[str] = {"queue", "ticket", "sla"}
        self._front = "queue"
        self._covered: tuple[int, int] | None = None
        for name, dock in docks.items():
            dock.installEventFilter(self)
            dock.topLevelChanged.connect(partial(self._floated, name))

    @property
    def is_narrow(self) -> bool:
        """Whether one pane fills the window."""
        return self._narrow

    def is_open(self, name: str) -> bool:
        """Whether the pane *name* is shown, docked or floating."""
        return not self._docks[name].isHidden()

    def start(self) -> None:
        """Restore what was saved, or arrange the panes for the window's size."""
        docks = self._docks
        split = self._window.splitDockWidget
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        split(docks["queue"], docks["ticket"], across)
        split(docks["ticket"], docks["directory"], across)
        split(docks["directory"], docks["outbox"], across)
        split(docks["outbox"], docks["dashboard"], across)
        split(docks["queue"], docks["sla"], down)
        geometry, state = self._settings.get("window.geometry"), self._settings.get("window.state")
        known = isinstance(geometry, str) and isinstance(state, str)
        if known:
            self._window.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
            known = self._window.restoreState(QByteArray.fromBase64(state.encode()), STATE_VERSION)
        panes = self._settings.get("window.panes")
        if isinstance(panes, list):
            self._wanted = {name for name in panes if name in docks}
        self._narrow = self._window.width() < NARROW
        self._apply()
        if not known:
            self._measure()

    def save(self) -> None:
        """Remember the arrangement."""
        settings, window = self._settings, self._window
        settings.set("window.geometry", bytes(window.saveGeometry().toBase64().data()).decode())
        settings.set("window.state", bytes(window.saveState(STATE_VERSION).toBase64().data()).decode())
        settings.set("window.panes", sorted(self._wanted))

    def reset(self) -> None:
        """Dock every pane where it belongs and show those of a first start."""
        for dock in self._docks.values():
            dock.setFloating(False)
            dock.hide()
            self._window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        self._wanted = {"queue", "ticket", "sla"}
        self._settings.set("window.state", None)
        self._settings.set("window.geometry", None)
        self._settings.set("window.panes", None)
        self.start()

    def reveal(self, name: str) -> None:
        """Show the pane *name*, in front of those it shares its place with."""
        if not self._docks[name].isFloating():
            if name in SHARING and self._window.width() < ROOMY:
                self._wanted -= set(SHARING) - {name} - self._floating()
            self._front = name
        self._wanted.add(name)
        self._apply()

    def conceal(self, name: str) -> None:
        """Hide the pane *name*; its place goes to the ticket, and nobody is left without a pane."""
        self._wanted.discard(name)
        if name in ("directory", "outbox") and not self._wanted & set(SHARING):
            self._wanted.add("ticket")
        if not self._wanted:
            self._wanted.add("queue")
        if self._front == name:
            self._front = "queue" if "queue" in self._wanted else next(iter(sorted(self._wanted)))
        self._apply()

    def back(self) -> None:
        """Return to the queue: where only one pane fits, it replaces the others."""
        self._front = "queue"
        self._wanted.add("queue")
        self._apply()

    def width_changed(self) -> None:
        """Follow the window's width."""
        narrow = self._window.width() < NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            if narrow:
                self._front = self._with_focus() or (self._front if self._front in self._wanted else "queue")
            self._apply()
            if not narrow:
                self._measure()

    def _with_focus(self) -> str:
        """Return the docked pane that the keyboard is in, "" when it is in none: that one is being looked at."""
        focused: QWidget | None = self._window.focusWidget()
        if focused is None:  # while nothing has the focus, which Qt's type hints don't say
            return ""
        inside = (name for name, dock in self._docks.items() if not dock.isFloating() and dock.isAncestorOf(focused))
        name = next(inside, "")
        # the countdown stands below the queue and never alone
        return "queue" if name == "sla" else name

    def _floating(self) -> set[str]:
        return {name for name, dock in self._docks.items() if dock.isFloating() and not dock.isHidden()}

    def _apply(self) -> None:
        """Make the docks show what is wanted at this width."""
        self._wanted -= {name for name in PAGES if name != self._front} - self._floating()
        shown = self._wanted
        page = self._page()
        if page or self._narrow:
            shown = {self._front} | (self._wanted & self._floating())
            if self._front == "queue" and "sla" in self._wanted:
                shown.add("sla")
        before, queue = self._beside(), self._docks["queue"]
        if page and self._covered is None and not queue.isHidden():
            self._covered = queue.width(), self._docks["sla"].height()
        kept = queue.width() if self._window.isVisible() and not queue.isHidden() else 0
        for name in shown:
            self._furnish(name)
        for name, dock in self._docks.items():
            dock.setVisible(name in shown)
        if kept and not self._narrow and self._beside() != before:
            # who takes another's place takes its width too: the queue must not jump
            self._share_width(kept)
        if self._narrow:
            self._measure_strip()
        elif self._covered is not None and not page:
            self._uncover(*self._covered)
        if not page:
            self._covered = None
        self.changed.emit()

    def _page(self) -> str:
        """Return the page that covers the window, "" while none does."""
        return self._front if self._front in PAGES and self._front not in self._floating() else ""

    def _uncover(self, queue: int, strip: int) -> None:
        """Give the panes that a page has covered the sizes that they had."""
        self._share_width(queue)
        docks, down = self._docks, Qt.Orientation.Vertical
        self._window.resizeDocks([docks["queue"], docks["sla"]], [self._window.height() - strip, strip], down)

    def _measure(self) -> None:
        """Share out the width and height as fits the window."""
        width = self._window.width()
        # a small window gives the list what it needs to be read; a large one gives the ticket its side panel
        queue = round(width * (0.48 if width >= WIDE else 0.5 if width >= 1500 else 0.57))
        self._share_width(queue)
        self._measure_strip()

    def _beside(self) -> list[str]:
        """The panes that are docked beside the queue now."""
        return [name for name in SHARING if not self._docks[name].isHidden() and not self._docks[name].isFloating()]

    def _share_width(self, queue: int) -> None:
        """Give the queue *queue* pixels and the rest to those beside it."""
        beside = self._beside()
        rest = max(320, (self._window.width() - queue - RAIL) // max(1, len(beside)))
        self._window.resizeDocks(
            [self._docks["queue"], *(self._docks[name] for name in beside)],
            [queue, *(rest for _ in beside)],
            Qt.Orientation.Horizontal,
        )

    def _measure_strip(self) -> None:
        height = self._window.height()
        strip = 184 if height < 1000 else round(height * 0.3)
        self._window.resizeDocks(
            [self._docks["queue"], self._docks["sla"]], [height - strip, strip], Qt.Orientation.Vertical
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take note when the agent closes a pane, by its button or, floating, by its window frame."""
        if event.type() == QEvent.Type.Close:
            for name, dock in self._docks.items():
                if dock is watched:
                    self.conceal(name)
        return False

    def _floated(self, name: str, floating: bool) -> None:
        if name in PAGES and floating == (self._front == name):
            # afloat it covers nothing any more, docked again it does; not before Qt has moved it
            self._front = "queue" if floating else name
            QTimer.singleShot(0, self, self._apply)
        self.changed.emit()
