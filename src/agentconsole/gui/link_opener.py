"""Links open only after their true target was shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.link_target import link_target

LONGEST = 300
"""Characters of an address that are shown; what matters, the host, is said apart."""


class LinkOpener:
    """Asks before it opens."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        self._context, self._parent = context, parent

    def ask(self, address: str, words: str) -> None:
        """Show where *address* leads, hidden behind *words*, and open it if the agent says so."""
        target = link_target(address, words)
        if target is None:
            self._context.messages.error(
                "This link was not opened", "It does not lead to a web page, mailbox or number."
            )
            return
        if address.startswith(("mailto:", "tel:")):
            QDesktopServices.openUrl(QUrl(target.address))
            return
        box = QMessageBox(self._parent)
        box.setObjectName("linkQuestion")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Open link")
        box.setIcon(QMessageBox.Icon.Warning if target.warning else QMessageBox.Icon.NoIcon)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(target.warning or f"Open {target.place}?")
        shown = target.address if len(target.address) <= LONGEST else f"{target.address[:LONGEST]}…"
        box.setInformativeText(shown)
        open_it = box.addButton(f"Open {target.place}", QMessageBox.ButtonRole.AcceptRole)
        copy = box.addButton("Copy address", QMessageBox.ButtonRole.ActionRole)
        cancel = box.addButton("Don't open", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel if target.warning else open_it)
        open_it.clicked.connect(lambda _checked=False: QDesktopServices.openUrl(QUrl(target.address)))
        copy.clicked.connect(lambda _checked=False: QGuiApplication.clipboard().setText(target.address))
        box.open()
