"""What the agent can change about the look, as actions; each is remembered."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenuBar

from agentconsole.domain.changes import Change
from agentconsole.gui.context import WindowContext

MENU_BAR = "menu_bar"


class Appearance(QObject):
    """Themes, density and the menu bar."""

    def __init__(self, context: WindowContext, menu_bar: QMenuBar) -> None:
        super().__init__(menu_bar)
        self._context = context
        self._menu_bar = menu_bar
        add = context.actions.register
        for name, text, keywords in (
            ("light", "Use the light theme", "appearance day"),
            ("dark", "Use the dark theme", "appearance night"),
            ("contrast", "Use the high-contrast theme", "appearance accessibility"),
            ("system", "Follow the system's theme", "appearance"),
        ):
            add(f"window.theme_{name}", text, "", partial(self._wear, name), section="View", keywords=keywords)
        add("window.density", "Switch the row density", "Ctrl+Shift+D", self._switch_density, section="View")
        add("window.menu_bar", "Show or hide the menu bar", "Ctrl+Shift+M", self._switch_menu_bar, section="View")
        context.bridge.changed.connect(self._changed)
        self._follow_settings()

    def _wear(self, name: str) -> None:
        self._context.workspace.settings.set("theme", name)
        self._context.theming.choose(name)

    def _switch_density(self) -> None:
        theming = self._context.theming
        theming.set_density("compact" if theming.density == "comfortable" else "comfortable")
        self._context.workspace.settings.set("density", theming.density)

    def _switch_menu_bar(self) -> None:
        shown = self._menu_bar.isHidden()
        self._context.workspace.settings.set(MENU_BAR, shown)
        self._follow_settings()
        if not shown:
            key = next(entry.key_text for entry in self._context.actions.entries() if entry.id == "window.menu_bar")
            self._context.messages.tell("The menu bar is hidden", f"{key or 'The palette'} shows it again.")

    def _changed(self, change: Change) -> None:
        if "settings" in change.topics:
            self._follow_settings()

    def _follow_settings(self) -> None:
        self._menu_bar.setVisible(bool(self._context.workspace.settings.get(MENU_BAR, True)))
