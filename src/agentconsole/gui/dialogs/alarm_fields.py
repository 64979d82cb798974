"""The part of the preferences that says which notifications come, and when none do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTime

from agentconsole.gui.breach_alarms import CHOICES, QUIET_FROM, QUIET_UNTIL, WHOSE, whose_of
from agentconsole.gui.context import WindowContext

_NIGHT = ("20:00", "07:00")


class AlarmFields(QObject):
    """Binds the fields to the settings; every change takes effect at once."""

    def __init__(self, form: Any, context: WindowContext, tell: Callable[[], object]) -> None:
        """*tell* says that settings have changed."""
        super().__init__(form.alarmsWhose)
        self._form, self._context, self._tell = form, context, tell
        settings = context.workspace.settings
        form.alarmsWhose.setCurrentIndex(CHOICES.index(whose_of(context.workspace)))
        start, end = settings.get(QUIET_FROM), settings.get(QUIET_UNTIL)
        form.quietHours.setChecked(bool(start and end))
        form.quietFrom.setTime(QTime.fromString(str(start or _NIGHT[0]), "HH:mm"))
        form.quietUntil.setTime(QTime.fromString(str(end or _NIGHT[1]), "HH:mm"))
        self._show_quiet()
        form.alarmsWhose.activated.connect(self._whose_chosen)
        form.quietHours.toggled.connect(lambda _on: self._quiet_chosen())
        for field in (form.quietFrom, form.quietUntil):
            field.timeChanged.connect(lambda _time: self._quiet_chosen())

    def _whose_chosen(self, index: int) -> None:
        self._context.workspace.settings.set(WHOSE, CHOICES[index])
        self._tell()

    def _quiet_chosen(self) -> None:
        form, settings = self._form, self._context.workspace.settings
        wanted = form.quietHours.isChecked()
        settings.set(QUIET_FROM, form.quietFrom.time().toString("HH:mm") if wanted else "")
        settings.set(QUIET_UNTIL, form.quietUntil.time().toString("HH:mm") if wanted else "")
        self._show_quiet()
        self._tell()

    def _show_quiet(self) -> None:
        for field in (self._form.quietFrom, self._form.quietUntil, self._form.quietUntilLabel):
            field.setEnabled(self._form.quietHours.isChecked())
