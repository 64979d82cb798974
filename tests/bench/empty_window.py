"""The floor of starting, and of memory: an empty main window of PySide6. Nothing else is imported."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class EmptyWindow(QMainWindow):
    def __init__(self) -> None:
        super().__init__()
        self._told = False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._told:
            self._told = True
            QTimer.singleShot(0, self._painted)

    def _painted(self) -> None:
        print(time.monotonic(), flush=True)
        for line in sys.stdin:
            if '"memory"' in line:
                from tests.bench.asking import resident_mb

                print(resident_mb(), flush=True)
        QApplication.quit()


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    window = EmptyWindow()
    window.resize(1280, 800)
    window.show()
    sys.exit(application.exec())
