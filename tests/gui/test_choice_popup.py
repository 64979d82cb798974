"""The short list under a field: as large as what it lists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from agentconsole.gui.delegates.choice_items import LINE
from agentconsole.gui.panes.ticket.choice_popup import ChoicePopup, Option
from tests.support.stage import Theatre

PRIORITIES = tuple(Option(title, title.lower()) for title in ("Urgent", "High", "Normal", "Low"))


@pytest.fixture
def anchor(theatre: Theatre) -> Iterator[QPushButton]:
    window = QWidget()
    window.resize(400, 300)
    button = QPushButton("Normal", window)
    window.show()
    yield button
    window.close()
    window.deleteLater()


def test_it_is_as_high_as_its_lines_and_follows_them(anchor: QPushButton) -> None:
    popup = ChoicePopup("Set priority", PRIORITIES, "normal", anchor)
    popup.open_under(anchor)
    QApplication.processEvents()
    before = popup.height()
    assert popup.list.viewport().height() == 4 * LINE
    assert popup.list.geometry().bottom() < popup.height()
    popup.filter.setText("u")
    QApplication.processEvents()
    assert popup.list.viewport().height() == LINE
    assert popup.height() == before - 3 * LINE
    popup.filter.setText("nothing like it")
    QApplication.processEvents()
    assert popup.list.viewport().height() == LINE
    popup.close()


def test_it_is_wide_enough_for_what_is_said_beside_a_title(anchor: QPushButton) -> None:
    short = ChoicePopup("Set priority", PRIORITIES, "normal", anchor)
    short.open_under(anchor)
    narrow = short.width()
    short.close()
    options = (*PRIORITIES, Option("Solved", "solved", "Done, reopens when the requester answers"))
    long = ChoicePopup("Set status", options, "normal", anchor)
    long.open_under(anchor)
    assert long.width() > narrow
    assert all(long.list.sizeHintForIndex(long.list.model().index(row, 0)).height() == LINE for row in range(5))
    long.close()


def test_the_value_that_the_field_holds_is_told_to_a_screen_reader(anchor: QPushButton) -> None:
    popup = ChoicePopup("Set priority", PRIORITIES, "normal", anchor)
    popup.open_under(anchor)
    spoken = [popup.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(4)]
    assert spoken == ["Urgent", "High", "Normal, chosen", "Low"]
    popup.close()
