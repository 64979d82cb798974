"""Writes the figures on the screen to a file: CSV for a spreadsheet, PDF for people."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from agentconsole.domain.reports import Report
from agentconsole.gui.context import WindowContext
from agentconsole.gui.tasks import Trouble

_KINDS = {"csv": ("Spreadsheet (*.csv)", "Save the figures"), "pdf": ("Document (*.pdf)", "Save the report")}


class Export(QObject):
    """Asks for a file and writes :attr:`report` to it.

    Attributes:
        report: What is written; None while there are no figures.
    """

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self.report: Report | None = None

    def ask(self, kind: str) -> None:
        """Ask where to save the figures as *kind* ("csv" or "pdf"), then save them."""
        report = self.report
        if report is None:
            self._context.messages.tell("There are no figures yet", "Open the dashboard and wait until it has counted.")
            return
        filters, title = _KINDS[kind]
        dialog = QFileDialog(self._parent, title)
        dialog.setObjectName("dashboardSave")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(filters)
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"report {report.scope.first} to {report.scope.last}.{kind}")
        dialog.fileSelected.connect(lambda name: self.save(Path(name), kind))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, path: Path, kind: str) -> None:
        """Write the figures to *path*; a toast says that it is done, or why not."""
        report = self.report
        assert report is not None
        if kind == "csv":
            self._context.tasks.run(
                asyncio.to_thread(_write_csv, report, path), lambda _none: self._done(path), self._fail
            )
            return
        from agentconsole.gui.dashboard.paper import write_pdf

        # painting belongs to the main thread; two pages take some ten milliseconds
        try:
            write_pdf(report, path, self._context.workspace.profile.name)
        except OSError as error:
            self._fail(error)
        else:
            self._done(path)

    def _done(self, path: Path) -> None:
        self._context.messages.tell(f"Saved {path.name}", str(path.parent), level="success")

    def _fail(self, error: BaseException) -> None:
        trouble = Trouble("The file could not be written", str(error))
        if isinstance(error, OSError):
            trouble = Trouble(
                "The file could not be written",
                f"{error.strerror or error}. Choose another folder, or close the program that has the file open.",
            )
        self._context.messages.error(trouble.title, trouble.advice)


def _write_csv(report: Report, path: Path) -> None:
    from agentconsole.platform.files import write_atomically
    from agentconsole.services.report_rows import csv_text

    # with a byte order mark: without it spreadsheet programs read the names of people in the old local encoding
    write_atomically(path, csv_text(report).encode("utf-8-sig"))
