"""Attachments: fetched when wanted, opened by the desktop, kept where the agent says; never run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from agentconsole.domain.records import AttachmentRecord
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.attachments import honest_name, is_risky


class FileOpener:
    """Opens and saves attachments on behalf of a pane."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        self._context, self._parent = context, parent

    def open(self, attachment: AttachmentRecord) -> None:
        """Open *attachment* with the desktop's program for it; what could run is only ever saved."""
        if is_risky(attachment):
            self._warn(attachment)
        else:
            self._fetch(attachment, lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))

    def save(self, attachment: AttachmentRecord) -> None:
        """Ask where to keep *attachment* and put it there."""
        dialog = QFileDialog(self._parent, "Save attachment")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(honest_name(attachment.file_name))
        dialog.fileSelected.connect(lambda name: self._save_to(attachment, Path(name)))
        dialog.open()

    def menu(self, attachment: AttachmentRecord, at: QPoint) -> None:
        """Offer what can be done with *attachment*."""
        menu = QMenu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if not is_risky(attachment):
            menu.addAction("Open", lambda: self.open(attachment))
        menu.addAction("Save as…", lambda: self.save(attachment))
        menu.popup(at)

    def _warn(self, attachment: AttachmentRecord) -> None:
        name = honest_name(attachment.file_name)
        box = QMessageBox(self._parent)
        box.setObjectName("riskyFile")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Save attachment")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(f"“{name}” can run programs on your computer.")
        box.setInformativeText("It is not opened from here. Save it only if you know who made it and why.")
        save = box.addButton("Save as…", QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton("Leave it", QMessageBox.ButtonRole.RejectRole))
        save.clicked.connect(lambda _checked=False: self.save(attachment))
        box.open()

    def _save_to(self, attachment: AttachmentRecord, place: Path) -> None:
        self._context.tasks.run(
            self._context.workspace.tickets.save_attachment(attachment, place),
            done=lambda path: self._context.messages.tell(f"Saved as {path.name}"),
            failed=self._failed,
        )

    def _fetch(self, attachment: AttachmentRecord, then: Callable[[Path], object]) -> None:
        self._context.messages.tell(f"Fetching {honest_name(attachment.file_name)}…")
        self._context.tasks.run(
            self._context.workspace.tickets.open_attachment(attachment), done=then, failed=self._failed
        )

    def _failed(self, error: BaseException) -> None:
        title = str(getattr(error, "title", "")) or "The file could not be fetched"
        advice = str(getattr(error, "advice", "")) or "It is not on this computer yet. Try again when you are online."
        self._context.messages.error(title, advice)
