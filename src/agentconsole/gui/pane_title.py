"""The calm title bar of a dock: a name, and two quiet buttons."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from agentconsole.gui.icons import IconSet


class PaneTitleBar(QWidget):
    """Stands in for the style's own title bar; dragging it moves the dock, a double click floats it."""

    HEIGHT = 32

    def __init__(self, dock: QDockWidget, icons: IconSet) -> None:
        super().__init__(dock)
        self._dock = dock
        self.setObjectName("paneTitleBar")
        self.setFixedHeight(self.HEIGHT)
        # a plain widget has no background from the style sheet without this
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = QLabel(dock.windowTitle(), self)
        title.setObjectName("paneTitle")
        dock.windowTitleChanged.connect(title.setText)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 6, 0)
        row.setSpacing(2)
        row.addWidget(title)
        row.addStretch(1)
        name = dock.windowTitle().lower()
        self._float = self._button("picture-in-picture", f"Float the {name} pane", icons)
        self._float.setObjectName(f"{dock.objectName()}Float")
        self._float.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        close = self._button("x", f"Close the {name} pane", icons)
        close.setObjectName(f"{dock.objectName()}Close")
        close.clicked.connect(dock.close)
        row.addWidget(self._float)
        row.addWidget(close)
        dock.topLevelChanged.connect(self._tell_floating)

    def _button(self, icon: str, what: str, icons: IconSet) -> QToolButton:
        button = QToolButton(self)
        button.setAccessibleName(what)
        button.setToolTip(what)
        button.setIconSize(QSize(16, 16))
        # for the mouse: the keyboard has its own ways to show and hide panes, and would get lost up here when one hides
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        icons.bind(button, icon)
        return button

    def _tell_floating(self, floating: bool) -> None:
        name = self._dock.windowTitle().lower()
        words = f"Dock the {name} pane again" if floating else f"Float the {name} pane"
        self._float.setToolTip(words)
        self._float.setAccessibleName(words)


def give_title(dock: QDockWidget, icons: IconSet) -> None:
    """Give *dock* its bar, unless it has it."""
    if not isinstance(dock.titleBarWidget(), PaneTitleBar):
        dock.setTitleBarWidget(PaneTitleBar(dock, icons))
