"""The countdown's model: states by bisection, groups, and ticks that cost only what is on screen."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from agentconsole.domain.countdown import Light, Thresholds, light
from agentconsole.domain.instant import HOUR, MINUTE, SECOND
from agentconsole.domain.rows import TargetRow
from agentconsole.domain.values import Metric, Stage, Status
from agentconsole.gui.models.target_model import GroupHeading, Grouping, TargetColumn, TargetModel
from agentconsole.gui.models.target_words import open_countdown, open_span
from tests.gui.models.rows import NOW, target_row

TARGETS = [
    target_row(1, -HOUR, group="Tier 2"),
    target_row(2, 5 * MINUTE),
    target_row(3, 15 * MINUTE),
    target_row(4, HOUR, assignee=""),
    target_row(5, 9 * HOUR, tier="Gold"),
    target_row(6, None, stage=Stage.PAUSED, status=Status.PENDING),
]


def model_of(targets: list[TargetRow]) -> TargetModel:
    model = TargetModel(NOW, Thresholds())
    model.show_targets(targets)
    return model


def test_the_tally_agrees_with_the_state_of_each_target_at_any_instant(qtbot: QtBot) -> None:
    model = model_of(TARGETS)
    for passed in (0, 5 * MINUTE, 5 * MINUTE + 1, 45 * MINUTE, 3 * HOUR, 20 * HOUR):
        model.tick(NOW + passed, -1, -1)
        told = model.tally()
        for state in Light:
            expected = sum(
                light(each.stage, each.breach_at, NOW + passed, model.thresholds) is state for each in TARGETS
            )
            assert told.get(state, 0) == expected, (passed, state)


def test_the_forecast_counts_what_breaches_within_a_time_and_not_what_is_late(qtbot: QtBot) -> None:
    model = model_of(TARGETS)
    assert model.forecast([15 * MINUTE, 30 * MINUTE, HOUR, 10 * HOUR]) == (2, 2, 3, 4)
    model.tick(NOW + 5 * MINUTE + 1, -1, -1)
    assert model.forecast([15 * MINUTE, HOUR]) == (1, 2)
    assert model_of([]).forecast([HOUR]) == (0,)


def test_open_time_is_told_in_hours_however_long() -> None:
    assert [open_countdown(left) for left in (0, 59 * SECOND, HOUR, 24 * HOUR, -26 * HOUR - 10 * MINUTE)] == [
        "0:00",
        "0:59",
        "1h 00m",
        "24h 00m",
        "-26h 10m",
    ]
    assert [open_span(left) for left in (45 * MINUTE, 24 * HOUR, -90 * MINUTE)] == ["45 min", "24 h", "1 h 30 min"]


def test_groups_are_headed_and_ordered_by_their_next_breach(qtbot: QtBot) -> None:
    model = model_of(TARGETS)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.group_by(Grouping.TEAM)
    lines = [model.line_at(row) for row in range(model.rowCount())]
    assert [line.title for line in lines if isinstance(line, GroupHeading)] == ["Tier 2", "Tier 1"]
    assert isinstance(lines[0], GroupHeading)
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsSelectable
    assert model.tally_of(lines[0])[Light.BREACHED] == 1
    model.group_by(Grouping.AGENT)
    titles = [line.title for line in map(model.line_at, range(model.rowCount())) if isinstance(line, GroupHeading)]
    assert titles == ["Bo Lind", "Unassigned"]


def test_a_tick_says_only_what_moved_and_only_on_screen(qtbot: QtBot) -> None:
    model = model_of(TARGETS)
    model.tick(NOW, 0, 5)
    said: list[tuple[int, int, int, int]] = []

    def note(top: QModelIndex, bottom: QModelIndex, _roles: object = None) -> None:
        said.append((top.row(), top.column(), bottom.row(), bottom.column()))

    model.dataChanged.connect(note)
    assert model.tick(NOW + SECOND, 0, 5)
    # the first is late by hours and the last is paused: neither reads differently a second later
    assert said == [(1, TargetColumn.LEFT, 4, TargetColumn.LEFT)]
    said.clear()
    model.tick(NOW + 2 * SECOND, 4, 5)
    said.clear()
    assert not model.tick(NOW + 3 * SECOND, 4, 5)
    assert said == []


def test_a_state_that_changes_repaints_its_word_too(qtbot: QtBot) -> None:
    model = model_of([target_row(1, SECOND)])
    model.tick(NOW, 0, 0)
    columns: list[int] = []

    def note(_top: QModelIndex, bottom: QModelIndex, _roles: object = None) -> None:
        columns.append(bottom.column())

    model.dataChanged.connect(note)
    model.tick(NOW + SECOND, 0, 0)
    model.tick(NOW + 2 * SECOND, 0, 0)
    assert columns == [TargetColumn.LEFT, TargetColumn.STATE]


def test_paused_targets_say_whom_they_wait_for(qtbot: QtBot) -> None:
    model = model_of(TARGETS)
    assert model.index(5, TargetColumn.STATE).data() == "paused · waits on the requester"
    assert model.index(5, TargetColumn.LEFT).data() == "–"
    spoken = model.index(5, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "first reply paused · waits on the requester"


def test_a_target_is_found_by_ticket_and_metric(qtbot: QtBot) -> None:
    model = model_of(TARGETS)
    assert model.position_of(4, Metric.FIRST_REPLY) == 3
    assert model.position_of(4, Metric.RESOLUTION) == -1
