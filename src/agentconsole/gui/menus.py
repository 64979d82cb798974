"""The menu bar, filled from the list of actions."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMenu

from agentconsole.gui.actions import Actions

_MENU_OF_SECTION = {
    "Console": "menuConsole",
    "Edit": "menuEdit",
    "Go to": "menuView",
    "View": "menuView",
    "Queue": "menuQueue",
    "Ticket": "menuTicket",
    "Composer": "menuTicket",
    "Guidance": "menuTicket",
    "Help": "menuHelp",
}


class Menus(QObject):
    """Keeps the menus in step with the actions; a section without a menu of its own is a submenu of *View*."""

    def __init__(self, form: Any, actions: Actions) -> None:
        super().__init__(form.menuBar)
        self._form = form
        self._actions = actions
        self._submenus: dict[str, QMenu] = {}
        # panes register dozens of actions in one go: fill once, when they are done
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.fill)
        actions.changed.connect(self._later.start)
        self.fill()

    def fill(self) -> None:
        """Write all menus anew."""
        menus: dict[str, QMenu] = {name: getattr(self._form, name) for name in set(_MENU_OF_SECTION.values())}
        for menu in menus.values():
            menu.clear()
            menu.setToolTipsVisible(False)
        for submenu in self._submenus.values():
            submenu.deleteLater()
        self._submenus.clear()
        last: dict[str, str] = {}
        for entry in sorted(self._actions.entries(), key=lambda entry: entry.section == "Console"):
            if entry.hidden:
                continue
            name = _MENU_OF_SECTION.get(entry.section, "")
            if not name:
                self._submenu(entry.section).addAction(entry.action)
                continue
            if last.setdefault(name, entry.section) != entry.section:
                menus[name].addSeparator()
                last[name] = entry.section
            menus[name].addAction(entry.action)
        if self._submenus:
            menus["menuView"].addSeparator()
        for submenu in self._submenus.values():
            menus["menuView"].addMenu(submenu)

    def _submenu(self, section: str) -> QMenu:
        if section not in self._submenus:
            self._submenus[section] = QMenu(section, self._form.menuView)
        return self._submenus[section]
