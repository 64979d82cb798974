"""The narrow bar at the left edge: where to go, and the settings at its foot."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolBar, QToolButton, QWidget

from agentconsole.domain.rows import SyncStatus
from agentconsole.gui.fonts import figure_font
from agentconsole.gui.icons import IconSet
from agentconsole.gui.theming import Theming, colour


class RailButton(QToolButton):
    """An icon with an optional count in its corner."""

    def __init__(self, theming: Theming, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theming = theming
        self._count = 0
        self._alarming = False

    def set_count(self, count: int, *, alarming: bool = False, meaning: str = "") -> None:
        """Show *count* in the corner (nothing for 0), in the colour of danger when *alarming*.

        *meaning* says what is counted, for a screen reader ("3 need you").
        """
        if (count, alarming) != (self._count, self._alarming):
            self._count, self._alarming = count, alarming
            title = self.text()
            self.setAccessibleName(f"{title}, {meaning or count}" if count else title)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the count over the icon."""
        super().paintEvent(event)
        if not self._count:
            return
        theme = self._theming.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = figure_font(9)
        font.setWeight(font.Weight.Bold)
        painter.setFont(font)
        text = str(self._count) if self._count < 100 else "99+"
        width = max(14, painter.fontMetrics().horizontalAdvance(text) + 8)
        badge = self.rect().adjusted(self.width() - width - 1, 1, -1, 0)
        badge.setHeight(14)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.danger if self._alarming else theme.accent))
        painter.drawRoundedRect(badge, 7, 7)
        painter.setPen(colour(theme.on_danger if self._alarming else theme.on_accent))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()


class Rail:
    """Fills the window's tool bar with one button a destination."""

    ICON = 20

    def __init__(self, bar: QToolBar, theming: Theming, icons: IconSet) -> None:
        self._bar = bar
        self._theming = theming
        self._icons = icons
        self._buttons: dict[str, RailButton] = {}
        bar.setIconSize(QSize(self.ICON, self.ICON))
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def add(self, name: str, icon: str, action: QAction) -> RailButton:
        """Add the button ``rail<Name>`` that shows and starts *action*."""
        button = RailButton(self._theming)
        self._icons.bind(action, icon, size=self.ICON)
        button.setDefaultAction(action)
        button.setObjectName(f"rail{name.capitalize()}")
        button.setAccessibleName(action.text())
        button.setIconSize(QSize(self.ICON, self.ICON))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._bar.addWidget(button)
        self._buttons[name] = button
        return button

    def add_foot(self) -> None:
        """Push what comes after to the foot."""
        spring = QWidget()
        spring.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        spring.setObjectName("railSpring")
        self._bar.addWidget(spring)

    def button(self, name: str) -> RailButton:
        """Return the button called *name*."""
        return self._buttons[name]


class WindowRail(Rail):
    """The rail of the main window: its panes, what else one goes to, and what waits to be sent."""

    def __init__(self, bar: QToolBar, theming: Theming, icons: IconSet, action: Callable[[str], QAction]) -> None:
        """*action* returns the action of a name."""
        super().__init__(bar, theming, icons)
        for name, icon in (
            ("queue", "inbox"),
            ("directory", "contact"),
            ("sla", "timer"),
            ("dashboard", "layout-dashboard"),
            ("outbox", "send"),
            ("drafts", "square-pen"),
        ):
            self.add(name, icon, action(f"window.{name}"))
        self.add_foot()
        self.add("palette", "command", action("window.palette"))
        self.add("settings", "settings", action("window.preferences"))

    def count_waiting(self, status: SyncStatus) -> None:
        """Show what needs a decision, else what waits to be sent."""
        from agentconsole.gui.status_words import need_you_text

        button = self.button("outbox")
        if status.need_you:
            button.set_count(status.need_you, alarming=True, meaning=need_you_text(status.need_you))
        else:
            button.set_count(status.will_go, meaning=f"{status.will_go:,} waiting")
