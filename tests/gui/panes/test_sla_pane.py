"""The countdown as a supervisor watches it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from agentconsole.domain.changes import Change
from agentconsole.domain.countdown import Light, light
from agentconsole.domain.instant import HOUR, MINUTE, SECOND
from agentconsole.domain.rows import TargetRow
from agentconsole.domain.values import Metric, Stage
from agentconsole.gui.models.target_model import GroupHeading, Grouping, TargetColumn
from agentconsole.gui.panes.sla.bar import SlaBar
from agentconsole.gui.panes.sla.breach_strip import BUCKETS
from agentconsole.gui.panes.sla.thresholds import thresholds_from
from agentconsole.gui.panes.sla_pane import MOST, SlaPane
from agentconsole.packs.model import Header, Pack
from tests.support.clipped import clipped
from tests.support.stage import Theatre
from tests.support.staged_rows import NOON
from tests.support.staged_services import StagedSettings
from tests.support.staged_sla import PACK, PACK_TITLE, computed_targets


@pytest.fixture
def pane(theatre: Theatre) -> Iterator[SlaPane]:
    """The countdown in its wide form, on screen and settled."""
    pane = SlaPane(theatre.context)
    pane.resize(1100, 700)
    pane.show()
    theatre.settle()
    pane.table.setFocus()
    yield pane
    pane.close()
    pane.deleteLater()


def counts(pane: SlaPane) -> dict[Light, int]:
    return {state: tile.count for state, tile in pane.tiles.items()}


def expected(theatre: Theatre, pane: SlaPane) -> dict[Light, int]:
    """What the tiles should say, told target by target."""
    tally = dict.fromkeys(pane.tiles, 0)
    for row in theatre.workspace.rows.values():
        if row.stage in (Stage.ACTIVE, Stage.PAUSED):
            tally[light(row.stage, row.breach_at, theatre.workspace.now(), pane.model.thresholds)] += 1
    return tally


def test_the_next_breach_is_first_and_every_state_is_counted(theatre: Theatre, pane: SlaPane) -> None:
    breaches = [target.breach_at for target in pane.model.targets() if target.breach_at is not None]
    assert breaches == sorted(breaches)
    assert counts(pane) == expected(theatre, pane)
    assert pane.tiles[Light.BREACHED].accessibleName() == "6 breached"
    assert pane.objectName() == "slaPane"
    assert pane.table.objectName() == "slaView"


def test_tiles_follow_the_clock_across_thresholds(theatre: Theatre, pane: SlaPane) -> None:
    for step in (SECOND, 9 * MINUTE, 90 * MINUTE, 5 * HOUR):
        theatre.tick(step)
        theatre.settle()
        assert counts(pane) == expected(theatre, pane)


def test_each_target_says_its_state_in_words(pane: SlaPane) -> None:
    words = {pane.model.index(row, TargetColumn.STATE).data() for row in range(pane.model.rowCount())}
    assert {"breached", "due now", "due soon", "on track", "paused · waits on the requester"} <= words


def test_grouping_by_team_heads_the_targets_and_is_remembered(theatre: Theatre, pane: SlaPane) -> None:
    chip = pane.findChild(QPushButton, "slaGroup_team")
    assert isinstance(chip, QPushButton)
    chip.click()
    lines = [pane.model.line_at(row) for row in range(pane.model.rowCount())]
    assert {line.title for line in lines if isinstance(line, GroupHeading)} == {
        "Tier 1",
        "Billing",
        "Integrations",
        "Platform",
    }
    assert theatre.workspace.settings.get("sla.grouping") == "team"
    again = SlaPane(theatre.context)
    assert again.model.grouping is Grouping.TEAM
    again.deleteLater()


def test_the_keyboard_skips_headings_and_enter_opens(theatre: Theatre, pane: SlaPane) -> None:
    opened: list[object] = []
    pane.ticket_opened.connect(opened.append)
    pane.group_by(Grouping.TEAM)
    QTest.keyClick(pane.table, Qt.Key.Key_Home)
    first = pane.table.current_target()
    assert first is not None
    for _ in range(pane.model.rowCount()):
        QTest.keyClick(pane.table, Qt.Key.Key_J)
        assert pane.table.current_target() is not None
    QTest.keyClick(pane.table, Qt.Key.Key_Home)
    QTest.keyClick(pane.table, Qt.Key.Key_Return)
    assert opened == [first[0]]


def test_the_cursor_stays_on_its_target_while_others_come_and_go(theatre: Theatre, pane: SlaPane) -> None:
    pane.table.go_to(8)
    target = pane.table.current_target()
    top = pane.table.visualRect(pane.table.currentIndex()).top()
    rows = theatre.workspace.rows
    for number in range(900, 920):
        rows[number] = rows[12]._replace(id=number)
    theatre.workspace.publish(Change(everything=True, initiator="sync"))
    theatre.settle()
    pane.reload()
    theatre.settle()
    assert pane.table.current_target() == target
    assert pane.table.visualRect(pane.table.currentIndex()).top() == top


def shown(pane: SlaPane) -> list[TargetRow]:
    return [target for row in range(pane.model.rowCount()) if (target := pane.model.target_at(row)) is not None]


def states(pane: SlaPane) -> set[Light]:
    return {pane.model.countdown_of(target)[0] for target in shown(pane)}


def test_a_tile_shows_only_its_state_and_the_cursor_goes_there(pane: SlaPane) -> None:
    everything = len(shown(pane))
    QTest.mouseClick(pane.tiles[Light.DUE_SOON], Qt.MouseButton.LeftButton)
    assert states(pane) == {Light.DUE_SOON}
    assert len(shown(pane)) == pane.tiles[Light.DUE_SOON].count
    assert pane.model.target_at(pane.table.currentIndex().row()) is not None
    pane.tiles[Light.PAUSED].setFocus()
    QTest.keyClick(pane.tiles[Light.PAUSED], Qt.Key.Key_Return)
    assert states(pane) == {Light.DUE_SOON, Light.PAUSED}
    clear = pane.findChild(QPushButton, "slaShowAll")
    assert isinstance(clear, QPushButton)
    assert clear.isVisible()
    pane.table.setFocus()
    QTest.keyClick(pane.table, Qt.Key.Key_Escape)
    assert len(shown(pane)) == everything
    assert not any(tile.isChecked() for tile in pane.tiles.values())
    assert not clear.isVisible()


def test_digits_choose_states_and_each_again_ends_it(pane: SlaPane) -> None:
    QTest.keyClick(pane.table, Qt.Key.Key_1)
    assert states(pane) == {Light.BREACHED}
    QTest.keyClick(pane.table, Qt.Key.Key_1)
    assert len(states(pane)) > 1


def test_what_is_shown_follows_the_clock_from_state_to_state(theatre: Theatre, pane: SlaPane) -> None:
    pane.toggle_state(Light.DUE_NOW)
    pane.table.go_to(0)
    before = pane.table.current_target()
    for step in (SECOND, 2 * MINUTE, 7 * MINUTE, HOUR):
        theatre.tick(step)
        theatre.settle()
        assert states(pane) <= {Light.DUE_NOW}
        assert len(shown(pane)) == pane.tiles[Light.DUE_NOW].count
    assert pane.table.current_target() != before


def test_mine_counts_and_shows_only_my_targets(theatre: Theatre, pane: SlaPane) -> None:
    everybodys = counts(pane)
    QTest.keyClick(pane.table, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    theatre.settle()
    assert {target.assignee for target in shown(pane)} == {"Noor Haddad"}
    mine = counts(pane)
    assert sum(mine.values()) == len(shown(pane)) < sum(everybodys.values())
    ahead = sum(0 <= (each.breach_at or -1) - theatre.workspace.now() < 8 * HOUR for each in shown(pane))
    assert pane.strip.accessibleName().startswith(f"{ahead} target")
    pane.show_all()
    theatre.settle()
    assert counts(pane) == everybodys


def test_a_filter_that_leaves_nothing_says_how_to_get_out(theatre: Theatre, pane: SlaPane) -> None:
    theatre.workspace.rows = {
        number: row for number, row in theatre.workspace.rows.items() if row.stage is Stage.PAUSED
    }
    pane.reload()
    theatre.settle()
    pane.toggle_state(Light.BREACHED)
    title = pane.findChild(QLabel, "slaEmptyTitle")
    assert isinstance(title, QLabel)
    assert title.isVisible()
    assert title.text() == "Nothing of this kind now"
    QTest.keyClick(pane.tiles[Light.PAUSED], Qt.Key.Key_Escape)
    assert not title.isVisible()


@pytest.fixture
def computed(theatre: Theatre, pane: SlaPane) -> SlaPane:
    """The countdown with targets of a pack among the help desk's."""
    theatre.workspace.countdown.more = computed_targets(theatre.workspace.now())
    theatre.workspace.packs.packs = (Pack(pack=Header(id=PACK, title=PACK_TITLE, version="1")),)
    pane.reload()
    theatre.settle()
    return pane


def line_of(pane: SlaPane, ticket: int) -> dict[TargetColumn, str]:
    row = next(
        row for row in range(pane.model.rowCount()) if (found := pane.model.target_at(row)) and found.ticket == ticket
    )
    return {column: pane.model.index(row, column).data() for column in TargetColumn}


def test_a_pack_s_target_says_its_goal_its_open_time_and_whose_it_is(computed: SlaPane) -> None:
    line = line_of(computed, 501)
    assert (line[TargetColumn.LEFT], line[TargetColumn.OPEN]) == ("1h 40m", "50:00")
    assert line[TargetColumn.METRIC] == "First reply · 4 business hours"
    assert line[TargetColumn.SOURCE] == PACK_TITLE
    assert not computed.table.isColumnHidden(TargetColumn.OPEN)
    around_the_clock, theirs = line_of(computed, 502), line_of(computed, 1)
    assert around_the_clock[TargetColumn.OPEN] == theirs[TargetColumn.OPEN] == "–"
    assert theirs[TargetColumn.SOURCE] == "Help desk"


def test_without_opening_hours_there_is_no_column_for_them(pane: SlaPane) -> None:
    assert pane.table.isColumnHidden(TargetColumn.OPEN)


def test_the_tooltip_tells_due_and_breach_in_both_zones(computed: SlaPane) -> None:
    row = computed.model.position_of(503, Metric.FIRST_REPLY)
    told = computed.model.index(row, TargetColumn.STATE).data(Qt.ItemDataRole.ToolTipRole)
    assert "Due Friday 20 November 2026, 23:00 (UTC)\n  there: Friday 20 November 2026, 18:00 (EST)" in told
    assert "Breaches after Monday 23 November 2026, 14:00 (UTC)\n  there: Monday 23 November 2026, 09:00 (EST)" in told
    assert f"Counted by the console from: {PACK_TITLE}" in told


def test_a_pause_says_since_when_and_why(computed: SlaPane) -> None:
    assert line_of(computed, 504)[TargetColumn.STATE] == "paused 3 h · waits on the requester"
    assert line_of(computed, 505)[TargetColumn.STATE] == "paused 2 d · waits on a third party"


def test_no_explicit_sla_is_a_state_of_its_own_at_the_end(computed: SlaPane) -> None:
    last = computed.model.rowCount() - 1
    heading = computed.model.line_at(last - 1)
    assert isinstance(heading, GroupHeading)
    assert heading.title == "No explicit SLA"
    assert line_of(computed, 506)[TargetColumn.STATE] == "no explicit SLA"
    assert computed.tiles[Light.NO_TARGET].isVisible()
    assert computed.tiles[Light.NO_TARGET].accessibleName() == "1 no explicit SLA"
    computed.toggle_state(Light.NO_TARGET)
    assert [target.ticket for target in shown(computed)] == [506]


def test_due_at_closing_time_it_is_close_before_and_late_only_after_opening(
    theatre: Theatre, computed: SlaPane
) -> None:
    row = computed.model.target_at(computed.model.position_of(503, Metric.FIRST_REPLY))
    assert row is not None
    assert row.due_at is not None
    assert row.breach_at is not None
    for at, state in (
        (row.due_at - 3 * HOUR, Light.ON_TRACK),
        (row.due_at - HOUR, Light.DUE_SOON),
        (row.due_at + HOUR, Light.DUE_NOW),
        (row.breach_at + 1, Light.BREACHED),
    ):
        theatre.tick(at - theatre.workspace.now())
        theatre.settle()
        assert computed.model.countdown_of(row)[0] is state
        told = [computed.model.countdown_of(each)[0] for each in shown(computed)]
        assert counts(computed) == {light: told.count(light) for light in computed.tiles}


def test_grouping_by_policy_tells_whose_targets_they_are(computed: SlaPane) -> None:
    computed.group_by(Grouping.POLICY)
    lines = [computed.model.line_at(row) for row in range(computed.model.rowCount())]
    assert {line.title for line in lines if isinstance(line, GroupHeading)} == {"Help desk", PACK_TITLE}


def test_why_asks_for_the_target_under_the_cursor(pane: SlaPane) -> None:
    asked: list[tuple[object, object]] = []
    pane.why_asked.connect(lambda ticket, metric: asked.append((ticket, metric)))
    pane.table.go_to(2)
    QTest.keyClick(pane.table, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    assert asked == [pane.table.current_target()]


@pytest.mark.parametrize("width", [260, 420, 640, 1000, 1700, 2500])
def test_columns_give_way_and_fill_the_width(theatre: Theatre, computed: SlaPane, width: int) -> None:
    computed.resize(width, 600)
    theatre.settle()
    header = computed.table.horizontalHeader()
    seen = [column for column in TargetColumn if not computed.table.isColumnHidden(column)]
    assert TargetColumn.TICKET in seen
    assert sum(header.sectionSize(column) for column in seen) >= computed.table.viewport().width() - 1
    if width >= 420:
        assert TargetColumn.LEFT in seen
    if width >= 1700:
        assert seen == list(TargetColumn)
    forecast = computed.findChild(QLabel, "slaForecast")
    assert isinstance(forecast, QLabel)
    assert not clipped(computed.findChild(SlaBar) or computed)
    assert forecast.isVisible() if width >= 1000 else width > 420 or not forecast.isVisible()


def test_the_strip_counts_the_next_eight_hours_and_says_so(theatre: Theatre, pane: SlaPane) -> None:
    now = theatre.workspace.now()
    ahead = sum(0 <= (row.breach_at or -1) - now < 8 * HOUR for row in theatre.workspace.rows.values())
    assert pane.strip.accessibleName() == f"{ahead} targets breach in the next 8 hours"
    bucket = next(n for n in range(BUCKETS) if "none" not in pane.strip.words(n))
    x = (bucket + 0.5) * pane.strip.width() / BUCKETS
    assert pane.strip.bucket_at(x) == bucket
    where = QPointF(x, 4)
    button = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, where, where, button, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(pane.strip, event)
    assert pane.strip._hovered == bucket


def test_offline_it_tells_how_old_the_data_are(theatre: Theatre, pane: SlaPane) -> None:
    age = pane.findChild(QLabel, "slaAge")
    assert isinstance(age, QLabel)
    assert age.text() == ""
    theatre.workspace.sync.show(online=False)
    theatre.settle()
    assert age.text().startswith("Offline · data as of ")


@pytest.mark.parametrize(("height", "table", "bar"), [(700, True, True), (160, True, False), (48, False, False)])
def test_its_form_follows_its_height(theatre: Theatre, pane: SlaPane, height: int, table: bool, bar: bool) -> None:
    pane.resize(1000, height)
    theatre.settle()
    assert pane.height() == height
    assert pane.table.isVisible() is table
    chip = pane.findChild(QPushButton, "slaGroup_team")
    assert isinstance(chip, QPushButton)
    assert chip.isVisible() is bar
    assert all(tile.isVisible() or not tile.count for tile in pane.tiles.values())


def test_off_screen_targets_cost_a_tick_nothing(
    theatre: Theatre, pane: SlaPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane.resize(1000, 300)
    theatre.settle()
    theatre.tick()
    looked: list[TargetRow] = []
    original = pane.model.countdown_of

    def look(target: TargetRow) -> tuple[Light, str]:
        looked.append(target)
        return original(target)

    monkeypatch.setattr(pane.model, "countdown_of", look)
    first, last = pane.table.visible_rows()
    pane.model.tick(theatre.workspace.now() + SECOND, first, last)
    assert len(looked) == last - first + 1 < pane.model.rowCount()
    looked.clear()
    pane.hide()
    theatre.tick()
    assert looked == []


def test_however_much_is_late_what_comes_next_is_shown_and_all_is_counted(theatre: Theatre, pane: SlaPane) -> None:
    rows = theatre.workspace.rows
    late = rows[12]
    for number in range(1000, 1000 + MOST + 30):
        rows[number] = late._replace(id=number, ref=str(number), breach_at=theatre.workspace.now() - number * HOUR)
    theatre.workspace.publish(Change(everything=True, initiator="sync"))
    pane.reload()
    theatre.settle()
    held = shown(pane)
    assert sum((each.breach_at or NOON) < NOON for each in held) == MOST
    assert {Light.DUE_NOW, Light.DUE_SOON, Light.ON_TRACK, Light.PAUSED} <= states(pane)
    assert pane.tiles[Light.BREACHED].count > MOST
    age = pane.findChild(QLabel, "slaAge")
    assert isinstance(age, QLabel)
    assert age.text().endswith(" more")


def test_without_targets_it_says_so(theatre: Theatre) -> None:
    theatre.workspace.rows.clear()
    pane = SlaPane(theatre.context)
    pane.resize(800, 500)
    pane.show()
    theatre.settle()
    title = pane.findChild(QLabel, "slaEmptyTitle")
    assert isinstance(title, QLabel)
    assert title.isVisible()
    pane.close()
    pane.deleteLater()


def test_thresholds_come_from_the_settings_and_survive_nonsense() -> None:
    settings = StagedSettings()
    assert thresholds_from(settings).due_now == 15 * MINUTE
    settings.set("sla.due_now_minutes", 30)
    settings.set("sla.due_soon_minutes", "soon")
    assert thresholds_from(settings).due_now == 30 * MINUTE
    assert thresholds_from(settings).due_soon == 120 * MINUTE
    settings.set("sla.due_soon_minutes", 10)
    assert thresholds_from(settings).due_soon == 30 * MINUTE
