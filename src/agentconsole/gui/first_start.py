"""The very first window: connect a help desk, or look at the demo."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from agentconsole._gen.ui_first_start import Ui_FirstStart
from agentconsole.gui.icons import IconSet
from agentconsole.gui.profile_form import Connect, ProfileForm
from agentconsole.gui.tasks import Tasks
from agentconsole.gui.theming import Theming


class FirstStartWindow(QWidget):
    """Shown when there is no profile yet.

    Signals:
        finished: "demo", a :class:`ProfileForm` that works, or None when the window was closed. Emitted once.
    """

    finished = Signal(object)

    def __init__(
        self,
        theming: Theming,
        icons: IconSet,
        tasks: Tasks,
        connect: Connect,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icons = icons
        self._tasks = tasks
        self._connect = connect
        self._is_finished = False
        self._form = Ui_FirstStart()
        self._form.setupUi(self)  # type: ignore[no-untyped-call]
        self.setObjectName("firstStart")
        self._form.connectButton.clicked.connect(self._ask)
        self._form.demoButton.clicked.connect(lambda: self._finish("demo"))
        theming.changed.connect(self._dress)
        self._dress()
        self._form.connectButton.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leaving without a choice ends the program."""
        super().closeEvent(event)
        self._finish(None)

    def _ask(self) -> None:
        from agentconsole.gui.dialogs.connection_wizard import ConnectionWizard

        wizard = ConnectionWizard(self._tasks, self._connect, self)
        wizard.connected.connect(self._finish)
        wizard.finished.connect(wizard.deleteLater)
        wizard.open()

    def _finish(self, choice: ProfileForm | str | None) -> None:
        if not self._is_finished:
            self._is_finished = True
            self.finished.emit(choice)

    def _dress(self) -> None:
        ratio = self.devicePixelRatioF()
        self._form.connectCardIcon.setPixmap(self._icons.pixmap("log-in", 24, "link", ratio))
        self._form.demoCardIcon.setPixmap(self._icons.pixmap("play", 24, "link", ratio))
