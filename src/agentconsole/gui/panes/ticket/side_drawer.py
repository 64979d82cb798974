"""The side panel stands beside the conversation, or is a drawer over it where there is no room for both."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.side_panel import SidePanel

NARROW = 640
"""Below this width (pixels) the side panel is a drawer, shut until it is asked for."""

SETTING = "ticket.side"


class SideDrawer:
    """Places *side* within *pane*; *body* is the line that it stands in, *toggle* what shows and hides it."""

    def __init__(
        self,
        context: WindowContext,
        pane: QWidget,
        side: SidePanel,
        body: QHBoxLayout,
        toggle: QToolButton,
        header: QWidget,
    ) -> None:
        self._settings = context.workspace.settings
        self._pane, self._side, self._body, self._toggle, self._header = pane, side, body, toggle, header

    def begin(self) -> None:
        """Show the panel as it was left."""
        self._toggle.setChecked(bool(self._settings.get(SETTING, True)))
        self._side.setVisible(self._toggle.isChecked())

    @property
    def is_narrow(self) -> bool:
        """Whether there is no room for both."""
        return self._pane.width() < NARROW

    @property
    def is_open(self) -> bool:
        """Whether the panel covers the conversation now."""
        return self.is_narrow and self._side.isVisible()

    def show(self, shown: bool) -> None:
        """The agent shows or hides the panel; beside the conversation that is remembered."""
        if self.is_narrow:
            self._place()
        else:
            self._settings.set(SETTING, shown)
        self._side.setVisible(shown)

    def fit(self) -> None:
        """The pane has another size: put the panel where there is room."""
        drawer = self._body.indexOf(self._side) < 0
        if drawer != self.is_narrow:
            if self.is_narrow:
                self._body.removeWidget(self._side)
            else:
                self._body.addWidget(self._side)
            shown = not self.is_narrow and bool(self._settings.get(SETTING, True))
            self._toggle.blockSignals(True)  # the agent did not choose this: it is not to be remembered
            self._toggle.setChecked(shown)
            self._toggle.blockSignals(False)
            self._side.setVisible(shown)
        self._place()

    def _place(self) -> None:
        if self.is_narrow:
            top, width = self._header.sizeHint().height(), self._side.WIDTH
            self._side.setGeometry(self._pane.width() - width, top, width, self._pane.height() - top)
            self._side.raise_()
