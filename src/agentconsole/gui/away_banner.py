"""The line over the panes that says what happened while the agent was away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.spoken_time import span
from agentconsole.gui.while_away import WhileAway, digest_words


class AwayBanner(QFrame):
    """One digest in one line; it waits until it is looked at or dismissed.

    Signals:
        shown_or_hidden: It came or went.
    """

    shown_or_hidden = Signal()

    def __init__(self, context: WindowContext, away: WhileAway, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._away = context, away
        self.setObjectName("awayBanner")
        self.setProperty("level", "info")
        self._icon = QLabel(self)
        self._title = QLabel(self)
        self._title.setObjectName("awayTitle")
        self._title.setProperty("look", "strong")
        self._text = QLabel(self)
        self._text.setObjectName("awayText")
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._review = QPushButton("Review", self)
        self._review.setObjectName("awayReview")
        self._review.setProperty("look", "link")
        self._review.setAccessibleName("Review what happened while you were away")
        self._review.clicked.connect(lambda _checked=False: context.actions.action("window.while_away").trigger())
        self._dismiss = QToolButton(self)
        self._dismiss.setObjectName("awayDismiss")
        self._dismiss.setAccessibleName("Dismiss what happened while you were away")
        self._dismiss.setToolTip("Dismiss")
        self._dismiss.setIconSize(QSize(14, 14))
        self._dismiss.clicked.connect(lambda _checked=False: away.dismiss())
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._title)
        row.addWidget(self._text, 1)
        row.addWidget(self._review)
        row.addWidget(self._dismiss)
        away.changed.connect(self.refresh)
        context.theming.changed.connect(self._dress)
        self._dress()
        self.refresh()

    def refresh(self) -> None:
        """Show the digest there is."""
        digest = self._away.digest
        self.setVisible(digest is not None)
        if digest is not None:
            words = digest_words(digest)
            self._title.setText(f"While you were away ({span(digest.until - digest.since)})")
            self._text.setText(words)
            self._text.setToolTip(words)
            self._review.setVisible(bool(digest.groups))
        self.shown_or_hidden.emit()

    def _dress(self) -> None:
        self._icon.setPixmap(self._context.icons.pixmap("info", 16, "link", self.devicePixelRatioF()))
        self._context.icons.bind(self._dismiss, "x", "muted")
