"""The floor of lists: a plain table over rows in memory, without styles, delegates or a database."""

from __future__ import annotations

import sys
import time
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtWidgets import QApplication, QHeaderView, QMainWindow, QTableView

from tests.bench.asking import resident_mb, serve, tell_painted
from tests.bench.painting import PaintWatch, settle
from tests.bench.samples import Sample

_NOTHING = QModelIndex()


class BareModel(QAbstractTableModel):
    """*rows* rows of *columns* texts."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__()
        self._texts = [[f"row {number % 1000} column {column}" for column in range(columns)] for number in range(rows)]
        self._columns = columns

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self._texts)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOTHING) -> int:
        return 0 if parent.isValid() else self._columns

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts[index.row()][index.column()]
        return None

    def tick(self, first: int, last: int, column: int, second: int) -> None:
        """Change one column of the rows *first* to *last*."""
        for row in range(first, last + 1):
            self._texts[row][column] = f"{second // 60}:{second % 60:02}"
        self.dataChanged.emit(self.index(first, column), self.index(last, column), [Qt.ItemDataRole.DisplayRole])


class BareTable:
    """A window with such a table, and the same gestures that the console is asked for."""

    def __init__(self) -> None:
        self.window = QMainWindow()
        self.window.resize(1280, 800)
        self.table = QTableView()
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.window.setCentralWidget(self.table)
        self.watch = PaintWatch(self.table.viewport())
        self.model = BareModel(1, 1)
        self.second = 0

    def like(self, rows: int, widths: list[int], row_height: int, width: int, height: int) -> int:
        """Become as large as the console's table: its viewport, columns and rows."""
        self.model = BareModel(rows, len(widths))
        self.table.verticalHeader().setDefaultSectionSize(row_height)
        self.table.setModel(self.model)
        for column, each in enumerate(widths):
            self.table.setColumnWidth(column, each)
        settle()
        missing = self.table.viewport().size()
        self.window.resize(
            self.window.width() + width - missing.width(), self.window.height() + height - missing.height()
        )
        settle()
        return self.table.viewport().height()

    def scroll(self, pixels: int) -> Sample:
        bar = self.table.verticalScrollBar()
        return self.watch.time(lambda: bar.setValue(bar.value() + pixels))

    def tick(self, column: int) -> Sample:
        self.second += 1
        last = self.table.rowAt(self.table.viewport().height() - 1)
        return self.watch.time(lambda: self.model.tick(0, last if last >= 0 else 0, column, self.second))


def gaps(seconds: float, interval_ms: int) -> list[float]:
    """How late a timer of *interval_ms* is when its thread has nothing else to do."""
    from tests.bench.frames import Metronome

    return Metronome(interval_ms).listen(seconds)


def main() -> None:
    application = QApplication(sys.argv[:1])
    bare = BareTable()
    bare.window.show()

    def answer() -> None:
        settle()
        tell_painted()
        serve(
            {
                "like": bare.like,
                "scroll": bare.scroll,
                "tick": bare.tick,
                "gaps": gaps,
                "memory": resident_mb,
                "clock": time.monotonic,
            }
        )
        application.quit()

    QTimer.singleShot(0, answer)
    application.exec()


if __name__ == "__main__":
    main()
