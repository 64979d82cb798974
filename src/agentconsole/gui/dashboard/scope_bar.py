"""Which days, and whose tickets: the controls at the top of the dashboard."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QCompleter,
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from agentconsole.domain.reports import LONGEST, Choice, Choices, Scope
from agentconsole.services.api import Settings

PRESETS = (7, 30, 90)
DEFAULT = 30
_TEXT_INSET = 6
_REMEMBERED = "dashboard.days"


class ScopeBar(QWidget):
    """Range presets, a range of one's own, and filters by group, tier or plan, and organization.

    Signals:
        chosen: Another :class:`Scope`.
    """

    chosen = Signal(object)

    def __init__(self, settings: Settings, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dashboardScope")
        self._settings = settings
        self._today = today
        self._organizations: dict[str, str] = {}
        remembered = settings.get(_REMEMBERED, DEFAULT)
        self._days = remembered if remembered in PRESETS else DEFAULT
        self._build()
        self._press(self._days)

    def _build(self) -> None:
        self._presets = QButtonGroup(self)
        self._presets.setExclusive(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for days in PRESETS:
            row.addWidget(self._chip(f"{days} days", days))
        row.addWidget(self._chip("Custom", 0))
        self._first = self._date("dashboardFirst", "First day")
        self._to = QLabel("to", self)
        self._to.setProperty("look", "muted")
        self._last = self._date("dashboardLast", "Last day")
        for part in (self._first, self._to, self._last):
            part.hide()
            row.addWidget(part)
        row.addSpacing(8)
        self.group = self._choice("dashboardGroup", "Group", "All groups")
        self.level = self._choice("dashboardLevel", "Tier or plan", "All tiers")
        self.organization = QLineEdit(self)
        self.organization.setObjectName("dashboardOrganization")
        self.organization.setAccessibleName("Organization")
        self.organization.setPlaceholderText("All organizations")
        self.organization.setClearButtonEnabled(True)
        self.organization.setMaximumWidth(200)
        self.organization.editingFinished.connect(self._tell)
        self.organization.textChanged.connect(lambda text: None if text else self._tell())
        for field in (self.group, self.level, self.organization):
            row.addWidget(field)

    def _chip(self, title: str, days: int) -> QPushButton:
        chip = QPushButton(title, self)
        chip.setObjectName(f"dashboardRange_{days or 'custom'}")
        chip.setAccessibleName(f"The last {days} days" if days else "Days of your choice")
        chip.setProperty("look", "chip")
        chip.setCheckable(True)
        chip.clicked.connect(lambda: self._press(days))
        self._presets.addButton(chip, days)
        return chip

    def _date(self, name: str, what: str) -> QDateEdit:
        edit = QDateEdit(self)
        edit.setObjectName(name)
        edit.setAccessibleName(what)
        edit.setDisplayFormat("d MMM yyyy")
        # a style sheet does not reach the text inside
        edit.lineEdit().setTextMargins(_TEXT_INSET, 0, 0, 0)
        edit.setMaximumDate(_qdate(self._today))
        edit.editingFinished.connect(self._tell)
        return edit

    def _choice(self, name: str, what: str, every: str) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName(name)
        box.setAccessibleName(what)
        box.addItem(every, None)
        box.setMaximumWidth(200)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(11)
        box.activated.connect(lambda _index: self._tell())
        return box

    def offer(self, choices: Choices) -> None:
        """Offer what the scope can be narrowed to; what was chosen stays."""
        for box, offered, without in (
            (self.group, choices.groups, "No group"),
            (self.level, choices.levels, "No tier or plan"),
        ):
            before = box.currentData()
            while box.count() > 1:
                box.removeItem(1)
            for key, title in (*offered, Choice("", without)):
                box.addItem(title, key)
            box.setCurrentIndex(max(0, box.findData(before)) if before is not None else 0)
        self._organizations = {title: key for key, title in choices.organizations}
        completer = QCompleter(list(self._organizations), self.organization)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(lambda _text: self._tell())
        self.organization.setCompleter(completer)

    def move_to(self, today: date) -> None:
        """A new day has begun: the last days end with it."""
        if today != self._today:
            self._today = today
            for edit in (self._first, self._last):
                edit.setMaximumDate(_qdate(today))

    @property
    def scope(self) -> Scope:
        """What is chosen now."""
        if self._days:
            first, last = self._today - timedelta(days=self._days - 1), self._today
        else:
            first, last = sorted((_date(self._first.date()), _date(self._last.date())))
            first = max(first, last - timedelta(days=LONGEST - 1))
        name = self.organization.text().strip()
        return Scope(
            first=first,
            last=last,
            group=self.group.currentData(),
            level=self.level.currentData(),
            organization=self._organizations.get(name) if name else None,
        )

    def _press(self, days: int) -> None:
        custom = days == 0
        if custom and self._days:
            before = self.scope
            self._first.setDate(_qdate(before.first))
            self._last.setDate(_qdate(before.last))
        self._days = days
        button = self._presets.button(days)
        button.setChecked(True)
        for part in (self._first, self._to, self._last):
            part.setVisible(custom)
        if days:
            self._settings.set(_REMEMBERED, days)
        self._tell()

    def _tell(self) -> None:
        name = self.organization.text().strip()
        unknown = bool(name) and name not in self._organizations
        self.organization.setProperty("look", "wrong" if unknown else "")
        self.organization.style().polish(self.organization)
        self.organization.setToolTip("No organization in the cache has this name" if unknown else "")
        self.chosen.emit(self.scope)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _date(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
