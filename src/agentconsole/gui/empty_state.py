"""What a list shows instead of rows: why there are none, and the next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from agentconsole.gui.icons import IconSet
from agentconsole.gui.theming import Theming


@dataclass(frozen=True, slots=True)
class Emptiness:
    """Why a list is empty. ``step`` is what the button says, "" for none; ``done`` of ``total`` draws progress."""

    icon: str
    title: str
    text: str = ""
    step: str = ""
    action: Callable[[], object] | None = None
    done: int | None = None
    total: int | None = None


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
        self._text = QLabel(self)
        self._text.setObjectName(f"{name}Text")
        self._text.setProperty("look", "muted")
        self._text.setWordWrap(True)
        self._text.setMaximumWidth(380)
        self._progress = QProgressBar(self)
        self._progress.setObjectName(f"{name}Progress")
        self._progress.setAccessibleName("Tickets fetched")
        self._progress.setFixedWidth(240)
        self._progress.setTextVisible(False)
        self._step = QPushButton(self)
        self._step.setObjectName(f"{name}Step")
        self._step.clicked.connect(self._take_step)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(8)
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
        self._icon.setPixmap(self._icons.pixmap(why.icon, 32, "muted", ratio))
        self._title.setText(why.title)
        self._text.setText(why.text)
        self._text.setVisible(bool(why.text))
        self._text.setMinimumWidth(min(380, self._text.fontMetrics().horizontalAdvance(why.text) + 8))
        self._progress.setVisible(why.done is not None)
        self._progress.setRange(0, why.total or 0)
        self._progress.setValue(why.done or 0)
        self._step.setText(why.step)
        self._step.setVisible(bool(why.step))

    def _retint(self) -> None:
        if self._shown is not None:
            self.tell(self._shown)

    def _take_step(self) -> None:
        if self._shown is not None and self._shown.action is not None:
            self._shown.action()
