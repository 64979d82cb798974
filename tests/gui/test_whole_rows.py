"""Tables end with a whole row, whatever room there is."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QTableView

from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.panes.directory_pane import DirectoryPane
from tests.support.stage import Theatre


@pytest.mark.parametrize("height", [700, 715, 800, 1111, 1440])
@pytest.mark.parametrize("density", ["comfortable", "compact"])
def test_no_row_is_cut_at_the_top_or_at_the_end_of_a_table(theatre: Theatre, height: int, density: str) -> None:
    window = MainWindow(theatre.context)
    window.resize(1280, height)
    window.layout_of_panes.reset()
    window.show()
    theatre.settle()
    theatre.context.theming.set_density(density)
    theatre.settle()
    for name in ("queueView", "slaView"):
        table = window.findChild(QTableView, name)
        assert table is not None
        row = theatre.context.theming.row_height
        assert table.viewport().height() >= row
        assert table.viewport().height() % row == 0
        bar = table.verticalScrollBar()
        bar.setValue(bar.maximum())
        last = table.model().rowCount() - 1
        assert table.rowViewportPosition(last) + row <= table.viewport().height()
        if bar.maximum():
            assert table.rowViewportPosition(last) + row == table.viewport().height()
    window.hide()
    window.deleteLater()


@pytest.mark.parametrize("height", [700, 715, 1111])
def test_no_row_of_the_directory_is_cut(theatre: Theatre, height: int) -> None:
    pane = DirectoryPane(theatre.context)
    pane.resize(1080, height)
    pane.show()
    theatre.settle()
    row = theatre.context.theming.row_height
    assert pane.view.model().rowCount() > 0
    assert pane.view.viewport().height() >= row
    assert pane.view.viewport().height() % row == 0
    bar = pane.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    last = pane.view.model().index(pane.view.model().rowCount() - 1, 0)
    assert pane.view.visualRect(last).bottom() < pane.view.viewport().height()
    pane.close()
    pane.deleteLater()
