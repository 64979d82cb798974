"""Switches above the directory's list: who, where, how, and only those who are there now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from agentconsole.gui.panes.directory.contact_words import METHODS
from agentconsole.gui.panes.directory.filtering import Filters

GAP = 4
_SHORT = {"open": "Open", "organizations": "Orgs"}
"""Titles for where the whole ones would need a second line."""

_WHO = (("emergency", "Emergency"), ("people", "People"), ("organizations", "Organizations"))


class FilterBar(QWidget):
    """Chips, in as many lines as they need.

    Signals:
        changed: Other :class:`Filters` hold now (object).
    """

    changed = Signal(object)

    def __init__(
        self, regions: Callable[[], Sequence[str]], methods: Callable[[], Sequence[str]], parent: QWidget
    ) -> None:
        """*regions* and *methods* give what there is to choose from when a menu opens."""
        super().__init__(parent)
        self.setObjectName("directoryFilters")
        self.setAccessibleName("Filters")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._regions, self._methods = regions, methods
        self.filters = Filters()
        self._all = self._chip("all", "All", "Show everything", lambda: self.put(Filters()))
        self._emergency = self._chip("emergency", "Emergency", "Only emergency contacts", self._who("emergency"))
        self._open = self._chip("open", "Open now", "Only those who are open now", self.toggle_open)
        self._region = self._chip("region", "Region", "Only one region", self.ask_region)
        self._method = self._chip("method", "Method", "Only one way to reach them", self.ask_method)
        self._people = self._chip("people", "People", "Only people", self._who("people"))
        self._companies = self._chip("organizations", "Organizations", "Only organizations", self._who("organizations"))
        self._chips = (
            *(self._all, self._emergency, self._open, self._region),
            *(self._method, self._people, self._companies),
        )
        self._titles = {chip: chip.text() for chip in self._chips}
        self._reflect()

    def put(self, filters: Filters) -> None:
        """Let *filters* hold."""
        if filters != self.filters:
            self.filters = filters
            self.changed.emit(filters)
        self._reflect()

    def toggle_who(self, who: str) -> None:
        """Show only *who*, or everybody again."""
        if self.filters.who == who:
            self.put(replace(self.filters, who=""))
        elif who == "emergency":
            self.put(replace(self.filters, who=who))
        else:
            # people and companies have neither hours nor regions of their own
            self.put(Filters(who=who))

    def toggle_open(self) -> None:
        """Show only those who are open now, or all again."""
        self.put(replace(self._for_contacts(), open_now=not self.filters.open_now))

    def ask_region(self) -> None:
        """Let the agent choose a region, by a menu that the arrows walk."""
        options = [("", "Every region"), *((region, region) for region in self._regions())]
        self._menu(self._region, options, self.filters.region, self._take_region)

    def ask_method(self) -> None:
        """Let the agent choose by which means somebody is reached."""
        options = [("", "Every method"), *((method, METHODS[method]) for method in self._methods())]
        self._menu(self._method, options, self.filters.method, self._take_method)

    def hint(self, keys: dict[str, str]) -> None:
        """Say in the tool tips which *keys* switch what, by a chip's name."""
        for chip in self._chips:
            name = chip.objectName().removeprefix("directoryFilter_")
            said = chip.accessibleName()
            chip.setToolTip(f"{said}  ({keys[name]})" if keys.get(name) else said)

    def _take_region(self, region: str) -> None:
        self.put(replace(self._for_contacts(), region=region))

    def _take_method(self, method: str) -> None:
        self.put(replace(self._for_contacts(), method=method))

    def _for_contacts(self) -> Filters:
        return self.filters if self.filters.who in ("", "emergency") else Filters()

    def _who(self, who: str) -> Callable[[], None]:
        return lambda: self.toggle_who(who)

    def _chip(self, name: str, title: str, meaning: str, act: Callable[[], None]) -> QPushButton:
        chip = QPushButton(title, self)
        chip.setObjectName(f"directoryFilter_{name}")
        chip.setAccessibleName(meaning)
        chip.setProperty("look", "chip")
        chip.setCheckable(True)

        def clicked(_on: bool) -> None:
            act()
            self._reflect()

        chip.clicked.connect(clicked)
        return chip

    def _menu(
        self, under: QPushButton, options: Sequence[tuple[str, str]], current: str, take: Callable[[str], None]
    ) -> None:
        menu = QMenu(self)
        menu.setObjectName(f"{under.objectName()}Menu")
        group = QActionGroup(menu)
        chosen: QAction | None = None
        for value, title in options:
            action = menu.addAction(title.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(value == current)
            action.triggered.connect(lambda _checked=False, value=value: take(value))
            group.addAction(action)
            chosen = action if value == current else chosen
        if chosen is not None:
            menu.setActiveAction(chosen)
        menu.aboutToHide.connect(self._reflect)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(under.mapToGlobal(under.rect().bottomLeft()))

    def _reflect(self) -> None:
        now = self.filters
        self._all.setChecked(not now.is_on)
        for (who, _title), chip in zip(_WHO, (self._emergency, self._people, self._companies), strict=True):
            chip.setChecked(now.who == who)
        self._open.setChecked(now.open_now)
        for chip, value, title in (
            (self._region, now.region, "Region"),
            (self._method, METHODS.get(now.method, ""), "Method"),
        ):
            chip.setChecked(bool(value))
            chip.setText(f"{value or title} ▾")
        self._flow()

    # Laying out

    def sizeHint(self) -> QSize:
        return QSize(240, self._flow(move=False))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._chips[0].sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._flow()

    def _flow(self, *, move: bool = True) -> int:
        """Place the chips one after the other, in a new line where they would not fit; returns the height."""
        for short in (False, True):
            for chip in (self._open, self._companies):
                name = chip.objectName().removeprefix("directoryFilter_")
                chip.setText(_SHORT[name] if short else self._titles[chip])
            if sum(chip.sizeHint().width() + GAP for chip in self._chips) - GAP <= self.width():
                break
        x = y = 0
        line = self._chips[0].sizeHint().height()
        for chip in self._chips:
            size = chip.sizeHint()
            if x and x + size.width() > self.width():
                x, y = 0, y + line + GAP
            if move:
                chip.setGeometry(x, y, size.width(), line)
            x += size.width() + GAP
        if move and self.height() != y + line:
            self.setFixedHeight(y + line)
        return y + line
