"""Preferences: every change takes effect at once and is remembered; there is nothing to confirm."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QDialog, QLineEdit, QWidget

from agentconsole._gen.ui_preferences import Ui_Preferences
from agentconsole.domain.changes import Change
from agentconsole.gui.appearance import MENU_BAR
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.alarm_fields import AlarmFields
from agentconsole.gui.dialogs.desk_page import DeskPage
from agentconsole.gui.dialogs.key_page import KeyPage
from agentconsole.gui.dialogs.offline_fields import OfflineFields
from agentconsole.gui.preview import PREVIEW
from agentconsole.gui.theming import CHOICES
from agentconsole.gui.wallboard.board import DARK, SUBJECTS

DESK = "Help desk"
"""The page that says what the help desk offers."""

DENSITIES = ("comfortable", "compact")
DUE_SOON, DUE_NOW, UNDO_SEND = "sla.due_soon_minutes", "sla.due_now_minutes", "undo_send_seconds"
_TEXT_INSET = 8
DUE_SOON_MINUTES, DUE_NOW_MINUTES, UNDO_SECONDS = 120, 15, 5


class Preferences(QDialog):
    """A page each for appearance, countdown, sending, keys, what is kept on this computer, and the help desk.

    Signals:
        lock_asked: Lock the console now.
        wipe_asked: Everything of this profile is to be removed; the agent has confirmed it.
        sign_in_asked: The agent wants to sign in to the help desk again.
    """

    sign_in_asked = Signal()
    lock_asked = Signal()
    wipe_asked = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._form = Ui_Preferences()
        self._form.setupUi(self)  # type: ignore[no-untyped-call]
        self.setObjectName("preferences")
        self._read()
        form = self._form
        for field in self.findChildren(QAbstractSpinBox):
            # a style sheet does not reach the text inside of a spin box
            for text in field.findChildren(QLineEdit):
                text.setTextMargins(_TEXT_INSET, 0, 0, 0)
        form.pageList.currentRowChanged.connect(form.pages.setCurrentIndex)
        form.pageList.setCurrentRow(0)
        form.closeButton.clicked.connect(self.accept)
        form.themeChoice.activated.connect(self._theme_chosen)
        form.densityChoice.activated.connect(self._density_chosen)
        form.reducedMotion.toggled.connect(self._motion_chosen)
        form.menuBarShown.toggled.connect(self._menu_bar_chosen)
        form.wallboardSubjects.toggled.connect(lambda shown: self._wall_chosen(SUBJECTS, shown))
        form.wallboardDark.toggled.connect(lambda dark: self._wall_chosen(DARK, dark))
        form.queuePreview.toggled.connect(lambda shown: context.workspace.settings.set(PREVIEW, shown))
        form.dueSoon.valueChanged.connect(self._thresholds_chosen)
        form.dueNow.valueChanged.connect(self._thresholds_chosen)
        form.undoDelay.valueChanged.connect(lambda seconds: context.workspace.settings.set(UNDO_SEND, seconds))
        self._alarms = AlarmFields(form, context, self._tell)
        self._keys = KeyPage(form, context)
        self._offline = OfflineFields(form, context, self._take_along)
        desk = DeskPage(context, form.pages)
        desk.sign_in_asked.connect(self.sign_in_asked)
        form.pages.addWidget(desk)
        form.pageList.addItem(DESK)
        if context.custody is not None:
            from agentconsole.gui.dialogs.security_page import SecurityPage

            security = SecurityPage(context, context.custody, form.pages)
            security.lock_asked.connect(self.lock_asked)
            security.wipe_asked.connect(self.wipe_asked)
            form.pages.addWidget(security)
            form.pageList.addItem("Security")
        form.pageList.setFocus()

    def _read(self) -> None:
        form, settings, theming = self._form, self._context.workspace.settings, self._context.theming
        form.themeChoice.setCurrentIndex(CHOICES.index(theming.choice))
        form.densityChoice.setCurrentIndex(DENSITIES.index(theming.density))
        form.reducedMotion.setChecked(theming.reduced_motion)
        form.menuBarShown.setChecked(bool(settings.get(MENU_BAR, True)))
        form.wallboardSubjects.setChecked(bool(settings.get(SUBJECTS, True)))
        form.wallboardDark.setChecked(bool(settings.get(DARK, True)))
        form.queuePreview.setChecked(bool(settings.get(PREVIEW, True)))
        form.dueSoon.setValue(int(settings.get(DUE_SOON, DUE_SOON_MINUTES)))
        form.dueNow.setValue(int(settings.get(DUE_NOW, DUE_NOW_MINUTES)))
        form.undoDelay.setValue(int(settings.get(UNDO_SEND, UNDO_SECONDS)))

    def _theme_chosen(self, index: int) -> None:
        self._context.workspace.settings.set("theme", CHOICES[index])
        self._context.theming.choose(CHOICES[index])

    def _density_chosen(self, index: int) -> None:
        self._context.workspace.settings.set("density", DENSITIES[index])
        self._context.theming.set_density(DENSITIES[index])

    def _motion_chosen(self, reduced: bool) -> None:
        self._context.workspace.settings.set("reduced_motion", reduced)
        self._context.theming.set_reduced_motion(reduced)

    def _menu_bar_chosen(self, shown: bool) -> None:
        self._context.workspace.settings.set(MENU_BAR, shown)
        self._tell()

    def _wall_chosen(self, setting: str, on: bool) -> None:
        self._context.workspace.settings.set(setting, on)
        self._tell()

    def _thresholds_chosen(self) -> None:
        form = self._form
        now, soon = form.dueNow.value(), form.dueSoon.value()
        if now >= soon:
            form.countdownProblem.setText(
                "“Due now” must begin later than “due soon”. The former values stay in force."
            )
            return
        form.countdownProblem.clear()
        self._context.workspace.settings.set(DUE_NOW, now)
        self._context.workspace.settings.set(DUE_SOON, soon)
        self._tell()

    def show_page(self, name: str) -> None:
        """Turn to the page called *name*."""
        for item in self._form.pageList.findItems(name, Qt.MatchFlag.MatchExactly):
            self._form.pageList.setCurrentItem(item)

    def _take_along(self) -> None:
        self.accept()
        self._context.actions.action("window.trip").trigger()

    def _tell(self) -> None:
        self._context.bridge.changed.emit(Change(topics=frozenset({"settings"}), initiator="agent"))
