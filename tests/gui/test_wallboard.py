"""The wallboard: read from afar, on whichever screen, in any theme, with its pages and without personal data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QWidget

from agentconsole.domain.changes import Change
from agentconsole.domain.countdown import Light
from agentconsole.domain.instant import HOUR, MINUTE, SECOND
from agentconsole.gui.dialogs.preferences import Preferences
from agentconsole.gui.models.target_model import Grouping
from agentconsole.gui.panes.sla_pane import SlaPane
from agentconsole.gui.theming import THEMES
from agentconsole.gui.wallboard.board import HINT_SECONDS, PAGE_SECONDS, Wallboard, other_screen
from agentconsole.gui.wallboard.measures import SMALLEST_TYPE
from agentconsole.gui.wallboard.pages import in_wall_order
from tests.gui.models.rows import NOW, target_row
from tests.support.stage import Theatre
from tests.support.staged_sla import computed_targets


@pytest.fixture
def board(theatre: Theatre) -> Iterator[Wallboard]:
    """A wall of 2560 × 1440 with targets of every kind."""
    theatre.workspace.countdown.more = computed_targets(theatre.workspace.now())
    owner = QWidget()
    board = Wallboard(theatre.context, owner)
    board.resize(2560, 1440)
    board.show()
    theatre.settle()
    yield board
    owner.close()
    owner.deleteLater()


def spoken(board: Wallboard) -> str:
    return board.lines.accessibleName()


@pytest.mark.parametrize("size", [(2560, 1440), (1920, 1080), (1280, 800)])
def test_no_type_is_too_small_to_read_from_afar_and_enough_lines_fit(
    theatre: Theatre, board: Wallboard, size: tuple[int, int]
) -> None:
    board.resize(*size)
    theatre.settle()
    sizes = [board.lines.type_size(), *(each for tile in board.tiles.values() for each in tile.type_sizes())]
    assert min(sizes) >= SMALLEST_TYPE
    assert 8 <= board.lines.lines_that_fit(headed=False) <= 14
    # at a quarter of the size, letters must still be ten pixels high on the largest wall
    if size == (2560, 1440):
        assert min(sizes) >= 40
    for tile in board.tiles.values():
        assert tile.width() >= tile.sizeHint().width() or tile.isHidden()


def test_tiles_count_every_state_to_the_second(theatre: Theatre, board: Wallboard) -> None:
    for step in (0, SECOND, 9 * MINUTE, 2 * HOUR):
        theatre.tick(step)
        theatre.settle()
        told = [board.model.countdown_of(target)[0] for target in board.model.targets()]
        assert {light: tile.count for light, tile in board.tiles.items()} == {
            light: told.count(light) for light in board.tiles
        }


def test_what_can_still_be_saved_is_in_sight_however_much_is_late() -> None:
    late = [target_row(number, -number * MINUTE) for number in range(1, 31)]
    coming = [target_row(100 + number, number * HOUR) for number in range(1, 21)]
    order = in_wall_order([*late, *coming], NOW, 9)
    assert [each.ticket for each in order[:9]] == [3, 2, 1, 101, 102, 103, 104, 105, 106]
    assert sorted(each.ticket for each in order) == sorted(each.ticket for each in (*late, *coming))
    few = in_wall_order([*late, coming[0]], NOW, 9)
    assert [each.ticket for each in few[:9]] == [8, 7, 6, 5, 4, 3, 2, 1, 101]


def test_pages_turn_by_themselves_until_held(theatre: Theatre, board: Wallboard) -> None:
    first, pages = board.page
    assert (first, pages > 1) == (0, True)
    before = spoken(board)
    theatre.tick(PAGE_SECONDS * SECOND)
    assert board.page[0] == 1
    assert spoken(board) != before
    QTest.keyClick(board, Qt.Key.Key_Space)
    theatre.tick(3 * PAGE_SECONDS * SECOND)
    assert board.page[0] == 1
    QTest.keyClick(board, Qt.Key.Key_Left)
    assert board.page[0] == 0


def test_with_reduced_motion_no_page_turns_by_itself(theatre: Theatre, board: Wallboard) -> None:
    theatre.context.theming.set_reduced_motion(True)
    theatre.tick(PAGE_SECONDS * SECOND)
    assert board.page[0] == 0
    QTest.keyClick(board, Qt.Key.Key_Right)
    assert board.page[0] == 1


def test_groups_stand_side_by_side_and_are_remembered(theatre: Theatre, board: Wallboard) -> None:
    QTest.keyClick(board, Qt.Key.Key_G)
    assert board.model.grouping is Grouping.TEAM
    assert theatre.workspace.settings.get("wallboard.grouping") == "team"
    assert board.head.accessibleName().startswith("SLA countdown by team")
    owner = QWidget()
    again = Wallboard(theatre.context, owner)
    assert again.model.grouping is Grouping.TEAM
    owner.deleteLater()
    theatre.settle()


def test_subjects_can_be_left_out_and_nobody_is_named(theatre: Theatre, board: Wallboard) -> None:
    def drawn() -> bytes:
        return bytes(board.lines.grab().toImage().constBits())

    with_subjects = drawn()
    QTest.keyClick(board, Qt.Key.Key_S)
    theatre.settle()
    assert drawn() != with_subjects
    assert theatre.workspace.settings.get("wallboard.subjects") is False
    without = drawn()
    rows = theatre.workspace.rows
    for number, row in rows.items():
        rows[number] = row._replace(subject="Secret", assignee="Somebody Else", requester="Another Person")
    board.reload()
    theatre.settle()
    # neither subject, agent nor requester is on the wall: other ones leave the picture as it is
    assert drawn() == without


def test_offline_it_says_how_old_the_data_are(theatre: Theatre, board: Wallboard) -> None:
    assert board.head.freshness()[1].startswith("Data as of ")
    theatre.workspace.sync.show(online=False)
    theatre.tick(5 * MINUTE)
    assert board.head.freshness() == ("cloud-off", "Offline · data as of 12:04, 5 min ago")
    assert "Offline" in board.head.accessibleName()


def test_the_preferences_reach_a_wall_that_hangs_already(theatre: Theatre, board: Wallboard) -> None:
    owner = QWidget()
    preferences = Preferences(theatre.context, owner)
    boxes = {name: preferences.findChild(QCheckBox, f"wallboard{name}") for name in ("Subjects", "Dark")}
    for box in boxes.values():
        assert isinstance(box, QCheckBox)
        assert box.isChecked()
        box.click()
    assert board.lines.subjects is False
    assert board.theming.theme is THEMES["light"]
    theatre.settle()
    owner.deleteLater()


@pytest.mark.parametrize(("window", "wall"), [("light", "dark"), ("dark", "dark"), ("contrast", "contrast")])
def test_it_is_dark_on_the_wall_and_follows_high_contrast(qapp: QApplication, window: str, wall: str) -> None:
    theatre = Theatre(rows=5, theme=window)
    owner = QWidget()
    board = Wallboard(theatre.context, owner)
    assert board.theming.theme is THEMES[wall]
    board.toggle_dark()
    assert board.theming.theme is THEMES[window]
    assert theatre.context.theming.theme is THEMES[window]
    theatre.settle()
    owner.deleteLater()
    theatre.close()


def test_the_keys_are_told_at_first(theatre: Theatre, board: Wallboard) -> None:
    assert "Esc leaves" in board.head.accessibleName()
    theatre.tick(HINT_SECONDS * SECOND)
    assert "Esc leaves" not in board.head.accessibleName()


def test_changes_reach_the_wall(theatre: Theatre, board: Wallboard) -> None:
    count = board.tiles[Light.BREACHED].count
    rows = theatre.workspace.rows
    rows[900] = rows[12]._replace(id=900, ref="48900")
    theatre.workspace.publish(Change(everything=True, initiator="sync"))
    board.reload()
    theatre.settle()
    assert board.tiles[Light.BREACHED].count == count + 1


def test_without_targets_it_says_so(theatre: Theatre) -> None:
    theatre.workspace.rows.clear()
    owner = QWidget()
    board = Wallboard(theatre.context, owner)
    board.resize(1920, 1080)
    board.show()
    theatre.settle()
    assert spoken(board) == "No target is running"
    assert board.page == (0, 0)
    owner.close()
    owner.deleteLater()


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F11])
def test_the_countdown_opens_one_wall_and_a_key_leaves_it(theatre: Theatre, key: Qt.Key) -> None:
    pane = SlaPane(theatre.context)
    pane.show()
    pane.show_wallboard()
    pane.show_wallboard()
    theatre.settle()
    boards = pane.findChildren(Wallboard)
    assert len(boards) == 1
    assert boards[0].isFullScreen()
    QTest.keyClick(boards[0], key)
    theatre.settle()
    assert not pane.findChildren(Wallboard)
    pane.close()
    pane.deleteLater()


def test_another_screen_is_taken_when_there_is_one(qapp: QApplication) -> None:
    present = qapp.primaryScreen()
    assert other_screen(present, [present]) is present
