"""The text field of the composer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget


class ReplyEditor(QPlainTextEdit):
    """The text field of the composer: grows with its text to two fifths of the pane, and hands dropped files on.

    Signals:
        files_dropped: Paths of local files (list of Path).
    """

    files_dropped = Signal(object)
    LEAST_LINES, SMALL_PANE_LINES = 2, 6
    SHARE = 0.4

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("replyEditor")
        self.setProperty("look", "bare")
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self.updateGeometry())

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().lineSpacing()
        # a plain text document counts its height in lines
        lines = round(self.document().size().height())
        most = max(self.SMALL_PANE_LINES, int(self._pane_height() * self.SHARE) // max(line, 1))
        return QSize(200, line * min(max(lines, self.LEAST_LINES), most) + 6)

    def _pane_height(self) -> int:
        composer = self.parentWidget()
        pane = composer.parentWidget() if composer is not None else None
        return pane.height() if pane is not None else 0

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return files_of(source) != [] or source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        if files := files_of(source):
            self.files_dropped.emit(files)
        else:
            self.insertPlainText(source.text())


def files_of(source: QMimeData) -> list[Path]:
    """Return the local files among what is dropped or pasted."""
    paths = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]
