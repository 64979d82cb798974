"""A pane whose neighbours do not move when its words change."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

_ROOM = 16
"""Pixels that a pane gets more than it needs: as much as the digits of a count become wider when others stand there."""

_ANEW = frozenset({QEvent.Type.Show, QEvent.Type.StyleChange, QEvent.Type.FontChange})


class SteadyWidth(QObject):
    """Lets *pane* keep the least width that its layout has asked for since it was shown, and a little more.

    The docks share the window by what each needs at least. A count that loses a digit on a button at the widest place
    of a pane, or has an 8 where there was a 1, would move every other pane by some pixels, and the whole window would
    be laid out and painted anew: while an outbox drains, several times a second.
    """

    def __init__(self, pane: QWidget) -> None:
        super().__init__(pane)
        self._pane = pane
        self._least = pane.minimumWidth()
        pane.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _ANEW:
            self._pane.setMinimumWidth(self._least)
        if kind in _ANEW or kind is QEvent.Type.LayoutRequest:
            layout = self._pane.layout()
            if layout is not None:
                needed = layout.minimumSize().width()
                if needed > self._pane.minimumWidth():
                    self._pane.setMinimumWidth(needed + _ROOM)
        return super().eventFilter(watched, event)
