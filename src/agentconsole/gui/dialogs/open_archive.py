"""Opens what was exported once: asks which, shows how it gets on, and opens a window on it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.long_work import LongWork
from agentconsole.gui.secret_field import SecretField
from agentconsole.services.api.archives import ArchiveOpened, Archives, ExportProgress


class OpenArchive(LongWork):
    """One archive; closing the window while it is read stops that."""

    def __init__(self, context: WindowContext, archives: Archives, parent: QWidget | None = None) -> None:
        super().__init__(context, "archive", parent)
        self._archives = archives
        self._opened: ArchiveOpened | None = None
        self.setObjectName("openArchive")
        self.setWindowTitle("Open an archive")
        form = self._fields
        self._path = QLineEdit(self.form)
        self._path.setObjectName("archivePath")
        self._path.setAccessibleName("The archive")
        self._path.textChanged.connect(self._show_ready)
        form.addWidget(self._caption("The archive: a &folder or a file", self._path))
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self._path, 1)
        for name, words, folder in (("archiveFile", "F&ile…", False), ("archiveFolder", "Fol&der…", True)):
            button = QPushButton(words, self.form)
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, folder=folder: self._ask_where(folder=folder))
            where.addWidget(button)
        form.addLayout(where)
        self._secret = SecretField("archivePassphrase", "Passphrase, if it is sealed", self.form)
        form.addWidget(self._caption("&Passphrase, if it is sealed", self._secret.edit))
        form.addWidget(self._secret)
        self._lay_out(
            "Open an archive",
            "What was exported becomes a profile of its own on this computer, encrypted as all are. It can be read "
            "and searched without a network; nothing in it can be changed.",
            "Open",
            "How much of the archive is read",
        )
        self._go.clicked.connect(self.go)
        self._show_ready()
        self._fit()
        self._path.setFocus()

    def go(self) -> None:
        """Read the archive; once it is read, open a window on it."""
        if self._opened is not None:
            self._archives.show(self._opened.profile)
            self.accept()
            return
        if self.is_running or not self._go.isEnabled():
            return
        self._begin("Reading…")
        path = Path(self._path.text().strip()).expanduser()
        self._context.tasks.run(
            self._archives.open(path, self._secret.text(), self._get_on, lambda: self.is_stopped),
            self._done,
            self._failed,
        )

    def _get_on(self, progress: ExportProgress) -> None:
        self._tell(progress.done, progress.total, f"{progress.done:,} of {progress.total:,} tickets")

    def _done(self, opened: ArchiveOpened) -> None:
        self._end()
        self._opened = opened
        self.form.hide()
        self._close.setText("Close")
        self._go.setText("Open its window")
        self._go.setEnabled(True)
        self._go.setFocus()
        self._say(done_words(opened), "")

    def _failed(self, error: BaseException) -> None:
        self._end()
        self._show_ready()
        self._say_trouble(error)

    def _end(self) -> None:
        super()._end()
        self._secret.take()

    def _ask_where(self, *, folder: bool) -> None:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        kinds = "" if folder else "Archives (*.zip *.sealed-archive);;All files (*)"
        dialog = QFileDialog(self, "Open an archive", documents, kinds)
        dialog.setObjectName("archiveWhere")
        dialog.setFileMode(QFileDialog.FileMode.Directory if folder else QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._path.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show_ready(self) -> None:
        self._go.setEnabled(bool(self._path.text().strip()) and not self.is_running)


def done_words(opened: ArchiveOpened) -> str:
    """Say what was read and what could not be."""
    counts = opened.counts
    words = [
        f"{counts.get('tickets', 0):,} tickets, {counts.get('comments', 0):,} comments and "
        f"{counts.get('attachments', 0):,} attachments of {opened.desk} are in the profile {opened.profile}."
    ]
    if opened.problems:
        some = "\n".join(opened.problems[:3])
        words.append(f"{len(opened.problems):,} things could not be read:\n{some}")
    return "\n\n".join(words)
