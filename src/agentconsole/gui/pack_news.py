"""Tells whoever edits a policy pack what became of the edit: in force, or what is wrong and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from agentconsole.domain.changes import Change
from agentconsole.gui.context import WindowContext

if TYPE_CHECKING:
    from agentconsole.packs.model import Pack


class PackNews(QObject):
    """Says in passing what changed about packs. What was there when the window opened is the banner's to tell."""

    def __init__(self, context: WindowContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._used: tuple[Pack, ...] | None = None
        self._troubles: frozenset[str] = frozenset()
        context.bridge.changed.connect(self._changed)

    def _changed(self, change: Change) -> None:
        if "packs" not in change.topics:
            return
        packs = self._context.workspace.packs
        used, troubles = packs.used(), packs.problems()
        before, known = self._used, self._troubles
        self._used, self._troubles = used, frozenset(trouble.title + trouble.advice for trouble in troubles)
        if before is None:
            return
        messages = self._context.messages
        fresh = [trouble for trouble in troubles if trouble.title + trouble.advice not in known]
        # the banner tells of the worst notice only: said here, too, where that is another
        bannered = [notice.title for notice in self._context.workspace.notices()[:1]]
        if fresh and fresh[0].title not in bannered:
            messages.tell(fresh[0].title, fresh[0].advice)
        edited = [pack.pack.title for pack in used if pack not in before]
        if edited:
            messages.tell(f"{_joined(edited)}: the new version is in force", level="success")
        elif known and not troubles:
            messages.tell("All policy packs are in order again", level="success")


def _joined(titles: list[str]) -> str:
    return ", ".join(titles[:2]) + (f" and {len(titles) - 2} more" if len(titles) > 2 else "")
