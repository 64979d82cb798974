"""The bar over the panes: what the desk announces, the first sync under way, what happened while nobody was here."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSizePolicy, QToolBar, QVBoxLayout, QWidget

from agentconsole.gui.away_banner import AwayBanner
from agentconsole.gui.context import WindowContext
from agentconsole.gui.notice_banner import FirstSyncBanner, NoticeBanner
from agentconsole.gui.while_away import WhileAway


class Banners(QWidget):
    """Stacks the banners in *bar*, which is there only while one of them is."""

    def __init__(self, context: WindowContext, away: WhileAway, bar: QToolBar) -> None:
        super().__init__(bar)
        self.setObjectName("bannerColumn")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._bar = bar
        # all panes make room for it, which is half a frame's work: never in the turn in which they read what is new
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._make_room)
        self._banners = (NoticeBanner(context, self), FirstSyncBanner(context, self), AwayBanner(context, away, self))
        stack = QVBoxLayout(self)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        for banner in self._banners:
            stack.addWidget(banner)
            banner.shown_or_hidden.connect(self._later.start)
        bar.addWidget(self)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.setContentsMargins(0, 0, 0, 0)
        arrangement = bar.layout()
        if arrangement is not None:
            arrangement.setContentsMargins(0, 0, 0, 0)
        self._make_room()

    def _make_room(self) -> None:
        self._bar.setVisible(any(not banner.isHidden() for banner in self._banners))
