"""The part of the status bar that says what is taken along, and how far that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton

from agentconsole.domain.changes import Change
from agentconsole.gui.context import WindowContext

if TYPE_CHECKING:
    from agentconsole.domain.trips import TripStatus


class TripBadge(QObject):
    """Fills *button* while there is a trip; it opens the trip's dialog."""

    def __init__(self, context: WindowContext, button: QPushButton) -> None:
        super().__init__(button)
        self.button = button
        self._context = context
        self._asking = False
        self._again = False
        context.icons.bind(button, "luggage")
        button.hide()
        button.clicked.connect(lambda _checked=False: context.actions.action("window.trip").trigger())
        self._begun = False
        context.bridge.changed.connect(self._changed)
        context.clock.ticked.connect(self._begin)

    def _begin(self) -> None:
        """Look once the window stands: the first paint does not wait for it."""
        if not self._begun:
            self._begun = True
            self._ask()

    def _changed(self, change: Change) -> None:
        if "trip" in change.topics or ("sync" in change.topics and self.button.isVisible()):
            self._ask()

    def _ask(self) -> None:
        self._again = self._asking
        if not self._asking:
            self._begun = self._asking = True
            self._context.tasks.run(self._context.workspace.trips.status(), self._told, self._not_told)

    def _told(self, status: TripStatus | None) -> None:
        self._asking = False
        self._show(status)
        if self._again:
            self._ask()

    def _not_told(self, _error: BaseException) -> None:
        # what fails here fails the lists as well, which say so
        self._asking = False

    def _show(self, status: TripStatus | None) -> None:
        self.button.setVisible(status is not None)
        if status is None:
            return
        from agentconsole.gui.dialogs.trip_words import badge, status_lines, status_title

        words = badge(status)
        if words == self.button.text():
            return
        self.button.setText(words)
        self.button.setAccessibleName(f"{words}. Show what is taken along")
        lines = [status_title(status), *status_lines(status, self._context.clock.now())]
        self.button.setToolTip("\n".join(lines))
