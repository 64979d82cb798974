"""Exports everything that is kept here: asks where to and how, shows how it gets on, and says what was written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.instant import to_datetime
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.long_work import LongWork
from agentconsole.gui.plain_label import plain_label
from agentconsole.gui.secret_field import SecretField
from agentconsole.services.api.archives import ExportChoice, Exported, ExportProgress

Shape = Literal["folder", "zip", "sealed"]

SHAPES: dict[Shape, tuple[str, str]] = {
    "folder": ("A &folder: goes on where it was stopped", ""),
    "zip": ("One &zip file", ".zip"),
    "sealed": ("One file, &sealed by a passphrase", ".sealed-archive"),
}
"""What can be written: its words, and how the file's name ends."""

_OPEN = "It is not encrypted: whoever has it can read your customers' data. Keep it where only you can read."
_SEALED = "Only the passphrase opens it. A forgotten one can't be brought back."
_LEAST = 8
_DOING = {"tickets": "Tickets", "comments": "Comments", "attachments": "Attachments"}


class ExportDialog(LongWork):
    """One export; closing it while it runs stops it."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "export", parent)
        self.setObjectName("exportDialog")
        self.setWindowTitle("Export everything")
        form = self._fields
        self._shapes = QButtonGroup(self)
        self._buttons: dict[Shape, QRadioButton] = {}
        for shape, (words, _ending) in SHAPES.items():
            button = self._buttons[shape] = QRadioButton(words, self.form)
            button.setObjectName(f"export{shape.title()}")
            self._shapes.addButton(button)
            form.addWidget(button)
        self._buttons["folder"].setChecked(True)
        self._shapes.buttonToggled.connect(lambda _button, on: self._choose_shape() if on else None)
        self._path = QLineEdit(self.form)
        self._path.setObjectName("exportPath")
        self._path.setAccessibleName("Write it to")
        self._path.textChanged.connect(self._show_ready)
        form.addWidget(self._caption("Write it &to", self._path))
        choose = QPushButton("&Choose…", self.form)
        choose.setObjectName("exportChoose")
        choose.setAutoDefault(False)
        choose.clicked.connect(self._ask_where)
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self._path, 1)
        where.addWidget(choose)
        form.addLayout(where)
        self._secret = QWidget(self.form)
        secret = QVBoxLayout(self._secret)
        secret.setContentsMargins(0, 0, 0, 0)
        secret.setSpacing(4)
        self._first = self._secret_field("exportPassphrase", "&Passphrase", secret)
        self._again = self._secret_field("exportAgain", "&Once more", secret)
        form.addWidget(self._secret)
        self._fetch = QCheckBox("Fetch &attachments that are not on this computer", self.form)
        self._fetch.setObjectName("exportFetch")
        self._fetch.setChecked(True)
        form.addWidget(self._fetch)
        self._warning = plain_label(self, "", "muted")
        self._warning.setObjectName("exportWarning")
        form.addWidget(self._warning)
        self._lay_out(
            "Export everything that is kept here",
            "Tickets, conversations, people and attachments of this profile, as files that any program reads. What "
            "was not sent yet is not among them.",
            "Export",
            "Progress of the export",
        )
        self._go.clicked.connect(self.go)
        self._choose_shape()
        self._path.setFocus()

    @property
    def shape(self) -> Shape:
        """What is to be written."""
        return next(shape for shape, button in self._buttons.items() if button.isChecked())

    def go(self) -> None:
        """Begin, if there is where to."""
        if self.is_running or not self._go.isEnabled():
            return
        sealed = self.shape == "sealed"
        if sealed and self._first.text() != self._again.text():
            self._say("The two passphrases differ. Type it once more.", "error")
            self._again.take()
            self._again.setFocus()
            return
        choice = ExportChoice(
            path=Path(self._path.text().strip()).expanduser(),
            passphrase=self._first.text() if sealed else None,
            fetch=self._fetch.isChecked(),
        )
        self._begin("Beginning…")
        self._context.tasks.run(
            self._context.workspace.exports.export(choice, self._get_on, lambda: self.is_stopped),
            self._done,
            self._failed,
        )

    def _get_on(self, progress: ExportProgress) -> None:
        what = _DOING.get(progress.doing, progress.doing)
        self._tell(progress.done, progress.total, f"{what}: {progress.done:,} of {progress.total:,}")

    def _done(self, exported: Exported) -> None:
        self._end()
        self.form.hide()
        self._go.hide()
        self._close.setText("Close")
        self._close.setDefault(True)
        self._close.setFocus()
        self._say(done_words(exported), "")
        self._fit()

    def _failed(self, error: BaseException) -> None:
        self._end()
        self._say_trouble(error)
        self._show_ready()

    def _end(self) -> None:
        super()._end()
        for field in (self._first, self._again):
            field.take()

    def _choose_shape(self) -> None:
        shape = self.shape
        self._secret.setVisible(shape == "sealed")
        self._warning.setText(_SEALED if shape == "sealed" else _OPEN)
        self._path.setText(str(self._default(shape)))
        self._show_ready()
        self._fit()

    def _default(self, shape: Shape) -> Path:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        day = to_datetime(self._context.workspace.now()).astimezone(UTC)
        name = f"agentconsole {self._context.workspace.profile.name} {datetime.date(day)}"
        return Path(documents or Path.home()) / f"{name}{SHAPES[shape][1]}"

    def _ask_where(self) -> None:
        shape = self.shape
        here = Path(self._path.text() or str(self._default(shape)))
        dialog = QFileDialog(self, "Export to", str(here.parent))
        dialog.setObjectName("exportWhere")
        if shape == "folder":
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(SHAPES[shape][1].removeprefix("."))
            dialog.selectFile(here.name)
        dialog.fileSelected.connect(self._path.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show_ready(self) -> None:
        long_enough = self.shape != "sealed" or len(self._first.text()) >= _LEAST
        self._go.setEnabled(bool(self._path.text().strip()) and long_enough and not self.is_running)
        self._go.setToolTip("" if long_enough else f"A passphrase has at least {_LEAST} characters.")

    def _secret_field(self, name: str, label: str, column: QVBoxLayout) -> SecretField:
        field = SecretField(name, label.replace("&", ""), self._secret)
        field.changed.connect(self._show_ready)
        column.addWidget(self._caption(label, field.edit))
        column.addWidget(field)
        return field


def done_words(exported: Exported) -> str:
    """Say what was written, what is missing and why, and who can read it."""
    counts = exported.counts
    words = [
        f"{counts.get('tickets', 0):,} tickets, {counts.get('comments', 0):,} comments and "
        f"{counts.get('attachments', 0):,} attachments are in {exported.path}."
    ]
    if missing := counts.get("missing", 0):
        why = f": {exported.why_missing}" if exported.why_missing else "."
        words.append(f"{missing:,} attachments are listed, but not in it{why}")
    if exported.unsent:
        one = exported.unsent == 1
        words.append(f"{exported.unsent:,} change{'' if one else 's'} not sent yet {'is' if one else 'are'} not in it.")
    words.append(_SEALED if exported.sealed else _OPEN)
    return "\n\n".join(words)
