"""Opens what was exported once: asks which, shows how it gets on, and opens a window on it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from agentconsole.gui.context import WindowContext
from agentconsole.gui.secret_field import SecretField
from agentconsole.gui.tasks import trouble_of
from agentconsole.services.api.archives import ArchiveOpened, Archives, ExportProgress


class OpenArchive(QDialog):
    """One archive; closing the window while it is read stops that."""

    WIDTH = 520

    def __init__(self, context: WindowContext, archives: Archives, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._archives = archives
        self._is_running = self._is_stopped = False
        self._opened: ArchiveOpened | None = None
        self.setObjectName("openArchive")
        self.setWindowTitle("Open an archive")
        self.setFixedWidth(self.WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(8)
        column.addWidget(self._label("Open an archive", "title"))
        column.addWidget(
            self._label(
                "What was exported becomes a profile of its own on this computer, encrypted as all are. It can be read "
                "and searched without a network; nothing in it can be changed.",
                "muted",
            )
        )
        column.addSpacing(4)
        self._form = QWidget(self)
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(8)
        self._path = QLineEdit(self._form)
        self._path.setObjectName("archivePath")
        self._path.setAccessibleName("The archive")
        self._path.textChanged.connect(self._show_ready)
        form.addWidget(self._caption("The archive: a &folder or a file", self._path))
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self._path, 1)
        for name, words, folder in (("archiveFile", "F&ile…", False), ("archiveFolder", "Fol&der…", True)):
            button = QPushButton(words, self._form)
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, folder=folder: self._ask_where(folder=folder))
            where.addWidget(button)
        form.addLayout(where)
        self._secret = SecretField("archivePassphrase", "Passphrase, if it is sealed", self._form)
        form.addWidget(self._caption("&Passphrase, if it is sealed", self._secret.edit))
        form.addWidget(self._secret)
        column.addWidget(self._form)
        self._bar = QProgressBar(self)
        self._bar.setObjectName("archiveProgress")
        self._bar.setAccessibleName("How much of the archive is read")
        self._bar.setTextVisible(False)
        column.addWidget(self._bar)
        self._said = self._label("", "")
        self._said.setObjectName("archiveSaid")
        column.addWidget(self._said)
        column.addSpacing(8)
        self._close = QPushButton("Cancel", self)
        self._close.setObjectName("archiveClose")
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.reject)
        self._go = QPushButton("Open", self)
        self._go.setObjectName("archiveGo")
        self._go.setProperty("look", "primary")
        self._go.setDefault(True)
        self._go.clicked.connect(self.go)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        buttons.addWidget(self._go)
        column.addLayout(buttons)
        self._bar.hide()
        self._said.hide()
        self._show_ready()
        self._fit()
        self._path.setFocus()

    def go(self) -> None:
        """Read the archive; once it is read, open a window on it."""
        if self._opened is not None:
            self._archives.show(self._opened.profile)
            self.accept()
            return
        if self._is_running or not self._go.isEnabled():
            return
        self._is_running, self._is_stopped = True, False
        self._form.setEnabled(False)
        self._go.setEnabled(False)
        self._close.setText("Stop")
        self._bar.setRange(0, 0)
        self._bar.show()
        self._say("Reading…", "muted")
        path = Path(self._path.text().strip()).expanduser()
        self._context.tasks.run(
            self._archives.open(path, self._secret.text(), self._get_on, lambda: self._is_stopped),
            self._done,
            self._failed,
        )

    def reject(self) -> None:
        """Close; while it is read, stop."""
        if self._is_running:
            self._is_stopped = True
            self._close.setEnabled(False)
            self._say("Stopping…", "muted")
            return
        super().reject()

    def _get_on(self, progress: ExportProgress) -> None:
        if self._is_running and not self._is_stopped:
            self._bar.setRange(0, max(1, progress.total))
            self._bar.setValue(min(progress.done, progress.total))
            self._say(f"{progress.done:,} of {progress.total:,} tickets", "muted")

    def _done(self, opened: ArchiveOpened) -> None:
        self._end()
        self._opened = opened
        self._form.hide()
        self._close.setText("Close")
        self._go.setText("Open its window")
        self._go.setEnabled(True)
        self._go.setFocus()
        self._say(done_words(opened), "")

    def _failed(self, error: BaseException) -> None:
        self._end()
        trouble = trouble_of(error)
        said = str(error)
        title = trouble.title if not said or said.startswith(trouble.title) else f"{trouble.title}: {said}"
        self._show_ready()
        self._say(f"{title}. {trouble.advice}".strip(), "error")

    def _end(self) -> None:
        self._is_running = False
        self._secret.take()
        self._bar.hide()
        self._form.setEnabled(True)
        self._close.setEnabled(True)
        self._close.setText("Cancel")

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
        self._go.setEnabled(bool(self._path.text().strip()) and not self._is_running)

    def _say(self, words: str, look: str) -> None:
        if self._said.property("look") != look:
            self._said.setProperty("look", look)
            self._said.style().unpolish(self._said)
            self._said.style().polish(self._said)
        self._said.setText(words)
        self._said.show()
        self._fit()

    def _fit(self) -> None:
        """Be as high as the words need at this width; a label that wraps says so only when it is asked."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.setFixedHeight(layout.totalHeightForWidth(self.WIDTH))

    def _caption(self, text: str, of: QLineEdit) -> QLabel:
        caption = QLabel(text, self._form)
        caption.setBuddy(of)
        caption.setProperty("look", "section")
        return caption

    def _label(self, text: str, look: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("look", look)
        return label


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
