"""A pane whose neighbours do not move."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from agentconsole.domain.outbox_views import OutboxBatch, OutboxView
from agentconsole.gui.panes.outbox.detail import OutboxDetail
from agentconsole.gui.panes.outbox.views import ViewChips
from agentconsole.gui.steady_width import SteadyWidth
from tests.support.staged_outbox import refused_change


@pytest.fixture
def pane(qtbot: QtBot) -> QWidget:
    pane = QWidget()
    qtbot.addWidget(pane)
    pane.setLayout(QHBoxLayout())
    SteadyWidth(pane)
    return pane


def say(pane: QWidget, words: str) -> tuple[int, int]:
    """Put *words* on the pane's button; the least widths that its layout needs and that the pane keeps."""
    button = pane.findChild(QPushButton)
    layout = pane.layout()
    assert layout is not None
    if button is None:
        layout.addWidget(button := QPushButton(words, pane))
        pane.show()
    button.setText(words)
    QApplication.sendPostedEvents()
    QApplication.processEvents()
    return layout.minimumSize().width(), pane.minimumWidth()


def test_words_that_need_a_little_more_or_less_move_nothing(pane: QWidget) -> None:
    _, kept = say(pane, "Waiting  1,111")
    needs = set()
    for words in ("Waiting  1,111.", "Waiting  1,111i", "Waiting  111", "Waiting"):
        needed, kept_now = say(pane, words)
        needs.add(needed)
        assert kept_now == kept
    assert len(needs) > 2


def test_words_that_need_more_get_more(pane: QWidget) -> None:
    _, kept = say(pane, "Waiting")
    needed, kept_now = say(pane, "Waiting for the help desk to answer")
    assert kept_now >= needed > kept


def test_the_outbox_has_room_for_the_counts_of_all_that_will_be_sent(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    chips = ViewChips(parent)
    needs = []
    for sent in (0, 1, 99, 100, 8_888, 9_999):
        chips.tell({OutboxView.WAITING: 10_110 - sent, OutboxView.SENT: sent})
        needs.append(chips.minimumSizeHint().width())
        layout = chips.layout()
        assert layout is not None
        assert needs[-1] >= layout.minimumSize().width()
    assert max(needs) <= needs[0] + 4, "rounding aside, all the room is there from the beginning"


def test_a_long_word_of_a_change_makes_no_pane_wide(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    detail = OutboxDetail(parent)
    before = detail.minimumSizeHint().width()
    row = refused_change(1, "a" * 300, status="solved")
    detail.show_change(row, None, OutboxBatch(1, 0), 0)
    reason = detail.findChild(QLabel, "outboxReason")
    assert reason is not None
    assert reason.textFormat() is Qt.TextFormat.PlainText, "what a help desk says is no markup"
    assert reason.text().replace("\u200b", "") == "a" * 300
    assert detail.minimumSizeHint().width() - before < 100, "the buttons that it offers, at the most"
    assert reason.heightForWidth(300) > 5 * reason.fontMetrics().height(), "all of the word is to be seen"
