"""The queue's model: pages, arrangements, marks of change and the tick."""

from __future__ import annotations

import random
from array import array
from collections.abc import Sequence

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from agentconsole.domain.countdown import Light, Thresholds
from agentconsole.domain.instant import HOUR, MINUTE, SECOND
from agentconsole.domain.rows import QueueRow
from agentconsole.domain.values import Stage, Status
from agentconsole.gui.models.queue_columns import COLUMNS, Column, lay_out
from agentconsole.gui.models.queue_model import PAGE, QueueModel
from tests.gui.models.rows import NOW, queue_row


class Shelf:
    """Rows by id, and a record of what was asked for."""

    def __init__(self, count: int) -> None:
        self.rows = {ticket: queue_row(ticket) for ticket in range(1, count + 1)}
        self.reads: list[list[int]] = []

    def read(self, ids: Sequence[int]) -> list[QueueRow]:
        self.reads.append(list(ids))
        return [self.rows[ticket] for ticket in ids if ticket in self.rows]


def model_of(shelf: Shelf) -> QueueModel:
    model = QueueModel(shelf.read, NOW, Thresholds())
    model.replace(array("q", sorted(shelf.rows)))
    return model


def shown(model: QueueModel) -> list[str]:
    return [str(model.index(row, Column.NUMBER).data()) for row in range(model.rowCount())]


def ranges(model: QueueModel, into: list[tuple[int, int, int, int]]) -> None:
    def note(top: QModelIndex, bottom: QModelIndex, _roles: object = None) -> None:
        into.append((top.row(), top.column(), bottom.row(), bottom.column()))

    model.dataChanged.connect(note)


def test_rows_are_read_by_the_page_and_only_when_looked_at(qtbot: QtBot) -> None:
    shelf = Shelf(1000)
    model = model_of(shelf)
    assert shelf.reads == []
    assert model.index(250, Column.NUMBER).data() == "#1251"
    assert model.index(299, Column.NUMBER).data() == "#1300"
    assert shelf.reads == [list(range(201, 301))]
    assert len(shelf.reads[0]) == PAGE


def test_memory_is_bounded_while_scrolling_through_everything(qtbot: QtBot) -> None:
    shelf = Shelf(20_000)
    model = model_of(shelf)
    for row in range(0, 20_000, 50):
        assert model.row_at(row) == shelf.rows[row + 1]
    assert len(model._rows) <= 4000


@pytest.mark.parametrize("seed", range(6))
def test_random_arrangements_keep_persistent_indexes_on_their_tickets(qtbot: QtBot, seed: int) -> None:
    rng = random.Random(seed)
    shelf = Shelf(120)
    model = model_of(shelf)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for _ in range(40):
        kept = [ticket for ticket in model.ids if rng.random() > 0.06]
        absent = [ticket for ticket in shelf.rows if ticket not in kept]
        new = kept + rng.sample(absent, min(len(absent), rng.randrange(4)))
        if rng.random() < 0.6:
            rng.shuffle(new)
        held = {model.ids[row]: QPersistentModelIndex(model.index(row, 1)) for row in range(model.rowCount())}
        followed = model.arrange(array("q", new))
        assert shown(model) == [f"#{1000 + ticket}" for ticket in new]
        if followed:
            for ticket, index in held.items():
                assert (index.row() if index.isValid() else -1) == (new.index(ticket) if ticket in new else -1)


def test_a_wholly_different_list_is_one_reset(qtbot: QtBot) -> None:
    shelf = Shelf(400)
    model = model_of(shelf)
    with qtbot.waitSignal(model.modelReset):
        followed = model.arrange(array("q", range(1, 200)))
    assert not followed
    assert model.rowCount() == 199


def test_more_ids_of_the_same_answer_are_appended(qtbot: QtBot) -> None:
    shelf = Shelf(500)
    model = QueueModel(shelf.read, NOW, Thresholds())
    model.replace(array("q", range(1, 201)))
    inserted: list[tuple[int, int]] = []
    model.rowsInserted.connect(lambda _parent, first, last: inserted.append((first, last)))
    assert model.arrange(array("q", range(1, 501)))
    assert inserted == [(200, 499)]


def test_a_change_reads_only_what_is_on_screen_and_says_so_once(qtbot: QtBot) -> None:
    shelf = Shelf(300)
    model = model_of(shelf)
    for row in range(300):
        model.row_at(row)
    shelf.reads.clear()
    said: list[tuple[int, int, int, int]] = []
    ranges(model, said)
    for ticket in (11, 13, 290):
        shelf.rows[ticket] = shelf.rows[ticket]._replace(status=Status.SOLVED)
    model.touch(frozenset({11, 13, 290, 9999}), 0, 24, mark=True)
    assert shelf.reads == [[11, 13]]
    assert said == [(10, 0, 12, len(COLUMNS) - 1)]
    assert model.index(10, Column.STATUS).data() == "solved"
    assert "changed" in str(model.index(10, Column.SUBJECT).data(Qt.ItemDataRole.AccessibleTextRole))
    assert model.index(289, Column.STATUS).data() == "solved"


def test_a_change_that_shows_nothing_is_not_announced(qtbot: QtBot) -> None:
    shelf = Shelf(30)
    model = model_of(shelf)
    for row in range(30):
        model.row_at(row)
    said: list[tuple[int, int, int, int]] = []
    ranges(model, said)
    model.touch(frozenset({3}), 0, 24, mark=True)
    assert said == []


def test_dropping_a_ticket_leaves_the_others_where_they_are(qtbot: QtBot) -> None:
    shelf = Shelf(5)
    model = model_of(shelf)
    model.drop(frozenset({2, 77}))
    assert list(model.ids) == [1, 3, 4, 5]


def test_a_tick_touches_just_the_countdowns_that_read_differently(qtbot: QtBot) -> None:
    shelf = Shelf(40)
    for ticket in shelf.rows:
        shelf.rows[ticket] = queue_row(ticket, breach_in=3 * HOUR + 30 * SECOND)
    shelf.rows[6] = queue_row(6, breach_in=10 * MINUTE)
    shelf.rows[9] = queue_row(9, breach_in=20 * MINUTE)
    model = model_of(shelf)
    assert model.tick(NOW, 0, 19)
    said: list[tuple[int, int, int, int]] = []
    ranges(model, said)
    assert model.tick(NOW + SECOND, 0, 19)
    assert said == [(5, Column.SLA, 8, Column.SLA)]
    assert model.index(5, Column.SLA).data() == "9:59"


def test_a_tick_crosses_the_thresholds(qtbot: QtBot) -> None:
    shelf = Shelf(1)
    shelf.rows[1] = queue_row(1, breach_in=2 * HOUR + SECOND)
    model = model_of(shelf)
    states = []
    for passed in (0, 2 * SECOND, 2 * HOUR - 14 * MINUTE, 2 * HOUR + 2 * SECOND):
        model.tick(NOW + passed, 0, 0)
        states.append(model.countdown_at(0)[0])
    assert states == [Light.ON_TRACK, Light.DUE_SOON, Light.DUE_NOW, Light.BREACHED]


def test_a_tick_without_rows_on_screen_does_nothing(qtbot: QtBot) -> None:
    shelf = Shelf(10)
    model = model_of(shelf)
    assert not model.tick(NOW + SECOND, -1, -1)
    assert shelf.reads == []


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (queue_row(1, breach_in=HOUR + 20 * MINUTE), "first reply due soon, 1h 20m left"),
        (queue_row(1, breach_in=-5 * MINUTE), "first reply breached 5:00 ago"),
        (
            queue_row(1, breach_in=None, stage=Stage.PAUSED, status=Status.PENDING),
            "first reply paused, waits on the requester",
        ),
        (queue_row(1, breach_in=None, stage=None), "no SLA target"),
    ],
)
def test_the_countdown_explains_itself_to_a_screen_reader(qtbot: QtBot, row: QueueRow, says: str) -> None:
    model = QueueModel(lambda _ids: [row], NOW, Thresholds())
    model.replace(array("q", [1]))
    assert says in str(model.index(0, Column.SLA).data(Qt.ItemDataRole.AccessibleTextRole))


def test_every_cell_has_words(qtbot: QtBot) -> None:
    model = model_of(Shelf(1))
    for column in Column:
        assert model.index(0, column).data()
        assert model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole)
        assert model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)


def test_a_ticket_that_is_gone_reads_as_an_empty_row(qtbot: QtBot) -> None:
    shelf = Shelf(3)
    model = model_of(shelf)
    del shelf.rows[2]
    assert model.row_at(1) is None
    assert model.index(1, Column.SUBJECT).data() == ""


def test_columns_leave_in_order_of_rank_when_room_is_short() -> None:
    everything = frozenset(Column)
    assert set(lay_out(2000, {}, everything)) == everything
    assert set(lay_out(400, {}, everything)) == {Column.SLA, Column.SUBJECT, Column.PRIORITY}
    assert set(lay_out(100, {}, everything)) == {Column.SLA, Column.SUBJECT}
    # the subject tells more than who asked: the requester comes when both can be read
    assert set(lay_out(510, {}, everything)) == {Column.SLA, Column.SUBJECT, Column.PRIORITY, Column.STATUS}
    assert {Column.STATUS, Column.REQUESTER} <= set(lay_out(600, {}, everything))
    assert Column.STATUS not in lay_out(2000, {}, everything - {Column.STATUS})


@pytest.mark.parametrize("room", [370, 509, 640, 777, 1024, 1280, 1900, 2560])
def test_columns_fill_the_room_exactly_and_none_is_squeezed(room: int) -> None:
    widths = lay_out(room, {Column.REQUESTER: 171}, frozenset(Column))
    assert sum(widths.values()) == room
    assert all(width >= COLUMNS[column].least for column, width in widths.items())
    assert widths.get(Column.REQUESTER, 171) == 171
