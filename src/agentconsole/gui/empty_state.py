"""What a list shows instead of rows: why there are none, and the next step."""

from __future__ import annotations

import math
from collections.abc import Callable

from msgspec import Struct
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from agentconsole.gui.icons import IconSet
from agentconsole.gui.theming import Theming

_MARGIN, _GAP, _ICON = 24, 8, 32
"""Pixels around the whole and between its parts, and the size of the picture."""


class Emptiness(Struct, frozen=True):
    """Why a list is empty. ``step`` is what the button says, "" for none; ``done`` of ``total`` draws progress."""

    icon: str
    title: str
    text: str = ""
    step: str = ""
    action: Callable[[], object] | None = None
    done: int | None = None
    total: int | None = None


class Paragraph(QLabel):
    """A centred text of a few lines, as high as its words need at the width that it gets.

    A layout asks a label that stands in its middle for the height at the whole width, and then gives it less.
    """

    def __init__(self, widest: int, parent: QWidget) -> None:
        """*widest* is in pixels."""
        super().__init__(parent)
        self._widest = widest
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setProperty("look", "muted")

    def fit(self, room: int) -> None:
        """Take no more than *room* pixels across."""
        length = self.fontMetrics().horizontalAdvance(self.text())
        width = max(min(self._widest, room, length + 8), 80)
        # lines of about one length: no single word below a full line
        width = min(width, int(length / math.ceil(length / width) * 1.2) + 24) if length else width
        # what it needs is no less than its minimum: the former one must not count
        self.setMinimumSize(0, 0)
        self.setFixedSize(width, max(self.heightForWidth(width), 0))


class EmptyState(QWidget):
    """An icon, a sentence, and at most one button."""

    def __init__(
        self,
        theming: Theming,
        icons: IconSet,
        name: str,
        parent: QWidget | None = None,
        *,
        why: Emptiness | None = None,
    ) -> None:
        """*name* is its object name; *why* is shown from the beginning where there is only one reason."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("look", "content")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icons = icons
        self._shown: Emptiness | None = None
        self._icon = QLabel(self)
        self._title = QLabel(self)
        self._title.setObjectName(f"{name}Title")
        self._title.setProperty("look", "title")
        self._text = Paragraph(380, self)
        self._text.setObjectName(f"{name}Text")
        self._progress = QProgressBar(self)
        self._progress.setObjectName(f"{name}Progress")
        self._progress.setAccessibleName("Tickets fetched")
        self._progress.setFixedWidth(240)
        self._progress.setTextVisible(False)
        self._step = QPushButton(self)
        self._step.setObjectName(f"{name}Step")
        self._step.clicked.connect(self._take_step)
        self._column = layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        layout.setSpacing(_GAP)
        layout.addStretch(2)
        for each in (self._icon, self._title, self._text, self._progress, self._step):
            layout.addWidget(each, 0, Qt.AlignmentFlag.AlignHCenter)
            if isinstance(each, QLabel):
                each.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)
        theming.changed.connect(self._retint)
        if why is not None:
            self.tell(why)

    def tell(self, why: Emptiness) -> None:
        """Show *why*."""
        self._shown = why
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(self._icons.pixmap(why.icon, _ICON, "muted", ratio))
        self._title.setText(why.title)
        self._text.setText(why.text)
        self._text.setVisible(bool(why.text))
        self._progress.setVisible(why.done is not None)
        self._progress.setRange(0, why.total or 0)
        self._progress.setValue(why.done or 0)
        self._step.setText(why.step)
        self._step.setVisible(bool(why.step))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Wrap the text to the width; where the place is low the picture goes before a word is cut."""
        self._text.fit(self.width() - 2 * _MARGIN)
        parts = [part for part in (self._title, self._text, self._progress, self._step) if not part.isHidden()]
        words = sum(part.sizeHint().height() if part is not self._text else part.height() for part in parts)
        words += _GAP * len(parts)
        self._icon.setVisible(words + _ICON + 2 * _MARGIN <= self.height())
        margin = max(min(_MARGIN, (self.height() - words) // 2), 0)
        self._column.setContentsMargins(_MARGIN, margin, _MARGIN, margin)

    def _retint(self) -> None:
        if self._shown is not None:
            self.tell(self._shown)

    def _take_step(self) -> None:
        if self._shown is not None and self._shown.action is not None:
            self._shown.action()
