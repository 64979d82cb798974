"""What the lists must know of what is kept on this computer: how far it reaches, and which views are taken along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from agentconsole.domain.changes import Change
from agentconsole.gui.context import WindowContext

if TYPE_CHECKING:
    from agentconsole.domain.cache_scope import CacheCovers


class KeptHere(QObject):
    """Asks once the window stands, and whenever that changes; the first paint does not wait for it.

    Attributes:
        left_out: How many tickets are at the help desk only.
        sentence: What is kept here and what is not, "" when everything is.
        only_groups: Whether unsolved tickets may be missing too.
        views: The keys of the views that are taken along.

    Signals:
        changed: Something of this is different now.
    """

    changed = Signal()

    def __init__(self, context: WindowContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._asked = self._asking = self._again = False
        self.left_out = 0
        self.sentence = ""
        self.only_groups = False
        self.views: frozenset[str] = frozenset()
        context.bridge.changed.connect(self._heard)
        context.clock.ticked.connect(self._ticked)

    def limits(self, view: str, text: str) -> bool:
        """Whether a list of *view*, or of a search for *text*, may lack tickets that are at the help desk."""
        if not self.left_out or view == "changed-offline":
            return False
        return bool(text) or self.only_groups or view in ("recently-solved", "everything") or ":" in view

    def ask(self) -> None:
        """Find out; of several questions in a row only the last is asked."""
        self._again = self._asking
        if self._asking:
            return
        self._asked = self._asking = True
        workspace = self._context.workspace

        async def read() -> tuple[CacheCovers, tuple[str, ...]]:
            return await workspace.cache.covers(), workspace.trips.views()

        self._context.tasks.run(read(), self._told, self._not_told)

    def _told(self, told: tuple[CacheCovers, tuple[str, ...]]) -> None:
        from agentconsole.domain.trip_words import covers_sentence

        self._asking = False
        covers, views = told
        before = (self.left_out, self.sentence, self.only_groups, self.views)
        self.left_out, self.sentence = covers.left_out, covers_sentence(covers)
        self.only_groups, self.views = covers.groups is not None, frozenset(views)
        if before != (self.left_out, self.sentence, self.only_groups, self.views):
            self.changed.emit()
        if self._again:
            self.ask()

    def _not_told(self, _error: BaseException) -> None:
        # what fails here fails the list as well, which says so
        self._asking = False

    def _heard(self, change: Change) -> None:
        if self._asked and ((change.topics & {"cache", "trip"} and change.initiator != "trip") or _swept(change)):
            self.ask()

    def _ticked(self) -> None:
        if not self._asked:
            self.ask()


def _swept(change: Change) -> bool:
    return change.everything and change.initiator == "cache"
