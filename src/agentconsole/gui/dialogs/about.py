"""What this program is, and what to paste into a bug report."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from agentconsole._gen.ui_about import Ui_About
from agentconsole.gui.context import WindowContext
from agentconsole.gui.diagnostics import diagnostics, product_version


class About(QDialog):
    """Version, licences and diagnostics."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._form = Ui_About()
        self._form.setupUi(self)  # type: ignore[no-untyped-call]
        self.setObjectName("about")
        self._form.versionText.setText(f"Version {product_version()}")
        self._form.copyButton.clicked.connect(self._copy)
        self._form.closeButton.clicked.connect(self.accept)
        self._form.copyButton.setFocus()
        self._show({})
        context.tasks.run(context.workspace.totals(), done=self._show, failed=lambda _error: None)

    def _show(self, totals: dict[str, int]) -> None:
        workspace = self._context.workspace
        self._form.diagnostics.setPlainText(
            diagnostics(
                workspace.sync.status(),
                totals,
                self._context.theming,
                workspace.profile.kind,
                workspace.capabilities(),
            )
        )

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._form.diagnostics.toPlainText())
        self._form.copyButton.setText("Copied")
