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
from agentconsole.domain.values import Stage
from agentconsole.gui.models.target_model import GroupHeading, Grouping, TargetColumn
from agentconsole.gui.panes.sla.breach_strip import BUCKETS
from agentconsole.gui.panes.sla.thresholds import thresholds_from
from agentconsole.gui.panes.sla_pane import SlaPane
from tests.support.stage import Theatre
from tests.support.staged_services import StagedSettings


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


def test_a_tile_leads_to_the_first_target_of_its_state(pane: SlaPane) -> None:
    QTest.mouseClick(pane.tiles[Light.DUE_SOON], Qt.MouseButton.LeftButton)
    target = pane.model.target_at(pane.table.currentIndex().row())
    assert target is not None
    assert pane.model.countdown_of(target)[0] is Light.DUE_SOON


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
    assert all(tile.isVisible() for tile in pane.tiles.values())


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


def test_the_wallboard_opens_in_large_type_and_escape_closes_it(theatre: Theatre, pane: SlaPane) -> None:
    pane.show_wallboard()
    theatre.settle()
    board = next(each for each in QApplication.topLevelWidgets() if each.objectName() == "wallboard")
    large = board.findChild(SlaPane)
    assert isinstance(large, SlaPane)
    assert large.table.rowHeight(0) > pane.table.rowHeight(0)
    QTest.keyClick(board, Qt.Key.Key_Escape)
    assert not board.isVisible()
