"""The dashboard: what it says of the figures, where they lead, and what it does while it counts or can't."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QDockWidget,
    QFileDialog,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from agentconsole.domain.changes import Change
from agentconsole.domain.instant import HOUR, MINUTE
from agentconsole.domain.reports import Report, Scope
from agentconsole.gui.dashboard.bar_list import BarList
from agentconsole.gui.dashboard.contents import CARDS, contents
from agentconsole.gui.dashboard.day_plot import DayPlot, round_ticks
from agentconsole.gui.dashboard.pane import DashboardPane
from agentconsole.gui.dashboard.words import percent, rough
from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.messages import Message
from agentconsole.gui.theming import THEMES
from tests.support.stage import Theatre


class LocalError(Exception):
    """A trouble with words."""

    title = "The local database is damaged"
    advice = "Run the doctor."


@pytest.fixture
def pane(theatre: Theatre) -> Iterator[DashboardPane]:
    made = DashboardPane(theatre.context)
    made.resize(1100, 700)
    made.show()
    fill(made, theatre)
    yield made
    made.hide()
    made.deleteLater()


def fill(pane: DashboardPane, theatre: Theatre) -> None:
    """Let *pane* count and show its cards, one an event loop's turn."""
    for _ in range(50):
        theatre.settle()
        if pane.is_counted:
            return
    raise AssertionError("the figures were not counted")


def bars_of(pane: QWidget, name: str) -> BarList:
    found = pane.findChild(BarList, f"dashboardBars_{name}")
    assert found is not None
    return found


def plot_of(pane: QWidget, name: str) -> DayPlot:
    found = pane.findChild(DayPlot, f"dashboardPlot_{name}")
    assert found is not None
    return found


def label(pane: QWidget, name: str) -> str:
    found = pane.findChild(QLabel, name)
    assert found is not None
    return found.text()


def report_of(pane: DashboardPane) -> Report:
    assert pane.report is not None
    return pane.report


def test_it_shows_what_the_report_says(pane: DashboardPane, theatre: Theatre) -> None:
    report = report_of(pane)
    assert pane.tiles.tiles["open"].shown.figure == f"{report.open.total:,}"
    assert [bar.figure for bar in bars_of(pane, "openPriority").bars] == [
        f"{each.count:,}" for each in report.open.by_priority
    ]
    assert plot_of(pane, "volume").shown.series[0].values == tuple(day.created for day in report.days)
    assert f"{len(theatre.workspace.rows)} tickets" in label(pane, "dashboardCoverage")
    assert "when the cache begins" in label(pane, "dashboardCoverage")


def test_every_card_says_what_it_covers_and_has_a_name(pane: DashboardPane) -> None:
    for name, title in CARDS:
        assert label(pane, f"dashboardNote_{name}"), name
        chart = pane.cards[name].chart
        assert title in chart.accessibleName()
        assert chart.accessibleDescription(), name
    assert "real time" in label(pane, "dashboardNote_firstReply")


def test_presets_and_filters_change_the_scope(pane: DashboardPane, theatre: Theatre) -> None:
    week = pane.findChild(QPushButton, "dashboardRange_7")
    assert week is not None
    week.click()
    pane.reload()
    fill(pane, theatre)
    asked = theatre.workspace.reports.asked[-1]
    assert asked.last - asked.first == timedelta(days=6)
    assert len(report_of(pane).days) == 7
    assert theatre.workspace.settings.get("dashboard.days") == 7
    box = pane.scope_bar.level
    box.setCurrentIndex(box.findData("Gold"))
    pane.scope_bar.organization.setText("No such company")
    pane.reload()
    fill(pane, theatre)
    asked = theatre.workspace.reports.asked[-1]
    assert (asked.level, asked.organization) == ("Gold", None)
    assert pane.scope_bar.organization.toolTip() == ""
    pane.scope_bar.organization.editingFinished.emit()
    assert "No organization" in pane.scope_bar.organization.toolTip()
    assert all("tier:Gold" in each.query for each in report_of(pane).open.by_status)


def test_a_range_of_ones_own_starts_from_the_preset(pane: DashboardPane) -> None:
    before = pane.scope_bar.scope
    custom = pane.findChild(QPushButton, "dashboardRange_custom")
    assert custom is not None
    custom.click()
    assert pane.scope_bar.scope == before
    pane.scope_bar._first.setDate(pane.scope_bar._last.date().addDays(-2))
    assert pane.scope_bar.scope.first == before.last - timedelta(days=2)


def test_enter_on_a_bar_asks_for_its_tickets(pane: DashboardPane) -> None:
    asked: list[str] = []
    pane.tickets_asked.connect(asked.append)
    bars = bars_of(pane, "openStatus")
    bars.setFocus()
    QTest.keyClick(bars, Qt.Key.Key_Down)
    QTest.keyClick(bars, Qt.Key.Key_Return)
    assert asked == [report_of(pane).open.by_status[bars.currentIndex().row()].query]
    QTest.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    assert asked[-1] == "status:new"
    pane.tiles.tiles["open"].click()
    assert asked[-1] == "is:unsolved"


def test_arrows_walk_through_the_days_of_a_plot(pane: DashboardPane) -> None:
    asked: list[str] = []
    pane.tickets_asked.connect(asked.append)
    plot = plot_of(pane, "volume")
    plot.setFocus()
    last = len(report_of(pane).days) - 1
    assert plot.cursor_day == last
    assert label(pane, "dashboardNote_volume") == plot.shown.spoken[last]
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.shown.spoken[last - 1] in plot.accessibleName()
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert asked == [report_of(pane).days[last - 1].query_created]
    QTest.keyClick(plot, Qt.Key.Key_Home)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.cursor_day == 0


@pytest.mark.parametrize("name", [name for name, _title in CARDS])
def test_a_card_turns_into_a_table_of_the_same_figures(pane: DashboardPane, name: str) -> None:
    card = pane.cards[name]
    switch = pane.findChild(QToolButton, f"dashboardTable_{name}")
    assert switch is not None
    switch.click()
    assert card.table is not None
    assert card.table.isVisibleTo(card)
    assert not card.chart.isVisibleTo(card)
    grid = contents(report_of(pane))[name].grid
    assert card.table.rowCount() == len(grid.rows)
    for number, row in enumerate(grid.rows):
        cells = [card.table.item(number, column) for column in range(len(row))]
        assert tuple(cell.text() for cell in cells if cell is not None) == row
    switch.click()
    assert card.chart.isVisibleTo(card)


def test_changes_are_counted_again_after_a_minute_not_at_once(pane: DashboardPane, theatre: Theatre) -> None:
    asked = len(theatre.workspace.reports.asked)
    theatre.workspace.publish(Change(tickets=frozenset({1}), topics=frozenset({"tickets"}), initiator="sync"))
    theatre.tick(30 * 1_000_000)
    theatre.settle()
    assert len(theatre.workspace.reports.asked) == asked
    theatre.tick(MINUTE)
    theatre.settle()
    assert len(theatre.workspace.reports.asked) == asked + 1
    theatre.tick(HOUR)
    theatre.settle()
    assert len(theatre.workspace.reports.asked) == asked + 1


def test_an_empty_cache_says_what_to_do(theatre: Theatre) -> None:
    theatre.workspace.rows.clear()
    pane = DashboardPane(theatre.context)
    pane.show()
    theatre.settle()
    assert "No tickets in the cache" in label(pane, "dashboardEmptyTitle")
    pane.hide()
    pane.deleteLater()


@pytest.mark.expects_log
def test_what_goes_wrong_is_told_in_place_and_can_be_tried_again(pane: DashboardPane, theatre: Theatre) -> None:
    theatre.workspace.reports.error = LocalError()
    pane.reload()
    theatre.settle()
    assert label(pane, "dashboardEmptyTitle") == "The local database is damaged"
    theatre.workspace.reports.error = None
    step = pane.findChild(QPushButton, "dashboardEmptyStep")
    assert step is not None
    step.click()
    theatre.settle()
    stack = pane.findChild(QStackedWidget)
    assert stack is not None
    assert stack.currentWidget() is pane.view


def test_counting_shows_progress_and_can_be_stopped(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    async def endless(scope: Scope, got_on: object = None) -> Report:
        assert callable(got_on)
        got_on(0.4)
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        raise AssertionError

    monkeypatch.setattr(theatre.workspace.reports, "report", endless)
    pane = DashboardPane(theatre.context)
    pane.show()
    theatre.complete(asyncio.sleep(0))
    progress = pane.findChild(QProgressBar, "dashboardProgress")
    stop = pane.findChild(QPushButton, "dashboardCancel")
    assert progress is not None
    assert stop is not None
    assert progress.isVisible()
    assert progress.value() == 40
    stop.click()
    theatre.settle()
    assert ended == ["cancelled"]
    assert not progress.isVisible()
    assert "not counted" in label(pane, "dashboardEmptyTitle")
    pane.hide()
    pane.deleteLater()


def test_figures_are_saved_for_spreadsheets_and_for_people(
    pane: DashboardPane, theatre: Theatre, tmp_path: Path
) -> None:
    said: list[Message] = []
    theatre.context.messages.posted.connect(said.append)
    pane.export.save(tmp_path / "report.csv", "csv")
    theatre.settle()
    data = (tmp_path / "report.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbffigure,by,key,name,value,unit,n\r\n")
    assert f"open,,all,Open tickets,{report_of(pane).open.total},tickets" in data.decode("utf-8-sig")
    pane.export.save(tmp_path / "report.pdf", "pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert [each.level for each in said] == ["success", "success"]
    pane.export.save(tmp_path / "report.csv" / "beneath.pdf", "pdf")
    assert said[-1].level == "error"


def test_the_file_is_asked_for_without_a_loop_of_its_own(pane: DashboardPane) -> None:
    pane.export.ask("csv")
    dialog = pane.findChild(QFileDialog, "dashboardSave")
    assert dialog is not None
    assert dialog.isVisible()
    assert dialog.defaultSuffix() == "csv"
    dialog.reject()


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_it_is_drawn_in_every_theme_and_follows_a_change(theme: str, pane: DashboardPane, theatre: Theatre) -> None:
    theatre.context.theming.choose(theme)
    image = pane.grab().toImage()
    assert not image.isNull()
    plot = plot_of(pane, "backlog")
    background = plot.canvas.backgroundBrush().color().name()
    assert background == THEMES[theme].raised
    theatre.context.theming.choose("light")


def test_it_covers_the_panes_and_gives_them_back(theatre: Theatre) -> None:
    window = MainWindow(theatre.context)
    window.resize(1280, 800)
    window.show()
    theatre.settle()
    layout = window.layout_of_panes
    before = {name: layout.is_open(name) for name in ("queue", "ticket", "sla")}
    queue = window.findChild(QWidget, "queuePane")
    assert queue is not None
    width = queue.width()
    theatre.context.actions.trigger("window.dashboard")
    theatre.settle()
    assert layout.is_open("dashboard")
    assert not layout.is_open("queue")
    pane = window.pane("dashboard")
    assert isinstance(pane, DashboardPane)
    assert pane.isAncestorOf(window.focusWidget())
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    theatre.settle()
    assert {name: layout.is_open(name) for name in before} == before
    assert abs(queue.width() - width) <= 2
    window.show_pane("dashboard")
    theatre.settle()
    pane.tickets_asked.emit("is:unsolved priority:urgent")
    theatre.settle()
    assert not layout.is_open("dashboard")
    contents_of_queue = window.pane("queue")
    assert contents_of_queue is not None
    assert contents_of_queue.question().text == "is:unsolved priority:urgent"  # type: ignore[attr-defined]
    window.hide()
    window.deleteLater()


def test_round_ticks() -> None:
    assert round_ticks(0) == [0, 1]
    assert round_ticks(3) == [0, 1, 2, 3]
    assert round_ticks(78) == [0, 20, 40, 60, 80]
    assert round_ticks(13_141) == [0, 5000, 10_000, 15_000]


def test_shares_and_lengths_in_words() -> None:
    assert [percent(rate) for rate in (None, 0.0, 0.002, 0.5, 0.998, 1.0)] == [
        *("–", "0 %", "< 1 %", "50 %", "> 99 %", "100 %"),
    ]
    assert [rough(length) for length in (None, 42 * MINUTE, 75 * MINUTE, 19 * HOUR, 89 * HOUR)] == [
        *("–", "42 min", "1 h 15 min", "19 h", "3 d 17 h"),
    ]


def test_afloat_it_covers_nothing_and_docked_again_it_does(theatre: Theatre) -> None:
    window = MainWindow(theatre.context)
    window.resize(1280, 800)
    window.show()
    theatre.settle()
    layout = window.layout_of_panes
    window.show_pane("dashboard")
    theatre.settle()
    dock = window.findChild(QDockWidget, "dashboardPane")
    assert dock is not None
    dock.setFloating(True)
    theatre.settle()
    assert layout.is_open("queue")
    assert layout.is_open("dashboard")
    window.show_pane("directory")
    theatre.settle()
    assert layout.is_open("dashboard")
    dock.setFloating(False)
    theatre.settle()
    assert not layout.is_open("queue")
    assert layout.is_open("dashboard")
    layout.save()
    theatre.context.actions.trigger("window.dashboard")
    theatre.settle()
    if layout.is_open("dashboard"):
        theatre.context.actions.trigger("window.dashboard")
        theatre.settle()
    assert layout.is_open("queue")
    window.hide()
    window.deleteLater()
    theatre.complete(asyncio.sleep(0))

    again = MainWindow(theatre.context)
    again.resize(1280, 800)
    again.show()
    theatre.settle()
    # a window begins with the queue, whatever covered it when it was closed
    assert again.layout_of_panes.is_open("queue")
    assert not again.layout_of_panes.is_open("dashboard")
    again.hide()
    again.deleteLater()
