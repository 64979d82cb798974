"""The queue as an agent drives it: views, search, the keyboard, bulk edits, and a list that holds still."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton

from agentconsole.domain.changes import Change
from agentconsole.domain.commands import ChangeTags, SetFields
from agentconsole.domain.instant import MINUTE
from agentconsole.domain.values import Status
from agentconsole.gui.messages import Message
from agentconsole.gui.models.queue_columns import Column
from agentconsole.gui.panes.queue_pane import QueuePane
from tests.support.queue_hands import part, press, settle_changes, shown
from tests.support.stage import Theatre


@pytest.fixture
def pane(theatre: Theatre) -> Iterator[QueuePane]:
    """The queue over all open tickets, on screen and settled."""
    theatre.workspace.settings.set("queue.view", "all-open")
    pane = QueuePane(theatre.context)
    pane.resize(1100, 700)
    pane.show()
    theatre.settle()
    pane.table.setFocus()
    yield pane
    pane.close()
    pane.deleteLater()


def test_it_opens_on_the_remembered_view_with_counts(theatre: Theatre, pane: QueuePane) -> None:
    assert pane.view == "all-open"
    assert len(shown(pane)) == 40
    assert pane.views.model.count_of("unassigned") == 8
    assert part(pane, QLabel, "queueCount").text() == "40 tickets"


def test_every_control_has_a_name_to_find_and_to_hear(pane: QueuePane) -> None:
    assert pane.objectName() == "queuePane"
    assert pane.table.objectName() == "queueView"
    assert pane.search.objectName() == "queueSearch"
    for button in pane.findChildren(QPushButton):
        assert button.objectName()
        assert button.accessibleName() or button.text() or not button.isVisible()


def test_the_keyboard_moves_extends_toggles_and_opens(theatre: Theatre, pane: QueuePane) -> None:
    opened: list[object] = []
    pane.ticket_opened.connect(opened.append)
    press(pane, Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_K)
    assert pane.table.current_ticket() == 3
    press(pane, Qt.Key.Key_J, Qt.Key.Key_J, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert pane.table.selected() == [3, 4, 5]
    press(pane, Qt.Key.Key_K, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert pane.table.selected() == [3, 4]
    press(pane, Qt.Key.Key_X)
    assert pane.table.selected() == [3]
    press(pane, Qt.Key.Key_End)
    assert pane.table.current_ticket() == 40
    press(pane, Qt.Key.Key_Home, Qt.Key.Key_Return)
    assert opened == [1]


def test_it_searches_while_one_types_and_enter_goes_to_the_first_hit(theatre: Theatre, pane: QueuePane) -> None:
    pane.focus_search()
    assert pane.search.hasFocus()
    QTest.keyClicks(pane.search, "gift")
    QTest.keyClick(pane.search, Qt.Key.Key_Return)
    theatre.settle()
    assert shown(pane) == [11, 31]
    pane.search.submitted.emit()
    assert pane.table.hasFocus()
    assert pane.table.current_ticket() == 11


def test_escape_clears_the_search_and_then_leaves_it(theatre: Theatre, pane: QueuePane) -> None:
    pane.focus_search()
    pane.search.set_query("gift")
    theatre.settle()
    QTest.keyClick(pane.search, Qt.Key.Key_Escape)
    theatre.settle()
    assert pane.search.text() == ""
    assert len(shown(pane)) == 40
    QTest.keyClick(pane.search, Qt.Key.Key_Escape)
    assert pane.table.hasFocus()


def test_an_older_search_never_overtakes_a_newer_one(theatre: Theatre, pane: QueuePane) -> None:
    pane.search.set_query("gift")
    pane.search.set_query("invoice")
    theatre.settle()
    assert shown(pane) == [3, 23]


def test_a_wrong_query_keeps_the_list_and_says_what_is_wrong(theatre: Theatre, pane: QueuePane) -> None:
    pane.focus_search()
    pane.search.set_query("gift")
    theatre.settle()
    pane.search.set_query("gift [")
    pane.search._explain_problem()
    theatre.settle()
    assert shown(pane) == [11, 31]
    assert "can't contain" in part(pane.search.help, QLabel, "queueSearchProblem").text()


def test_tab_takes_a_completion(theatre: Theatre, pane: QueuePane) -> None:
    pane.focus_search()
    QTest.keyClicks(pane.search, "gift tier:p")
    assert pane.search.help.has_offers
    QTest.keyClick(pane.search, Qt.Key.Key_Tab)
    assert pane.search.text() == "gift tier:platinum "
    assert pane.search.hasFocus()


def test_a_filter_chip_writes_its_word_and_takes_it_out_again(theatre: Theatre, pane: QueuePane) -> None:
    chip = part(pane, QPushButton, "queueFilter_is_unread")
    pane.search.set_query("gift")
    chip.click()
    assert pane.search.text() == "gift is:unread"
    assert chip.isChecked()
    chip.click()
    assert pane.search.text() == "gift"


def test_words_are_looked_for_everywhere_unless_narrowed(theatre: Theatre, pane: QueuePane) -> None:
    pane.open_view("unassigned")
    theatre.settle()
    pane.search.set_query("gift")
    theatre.settle()
    assert shown(pane) == [11, 31]
    scope = part(pane, QPushButton, "queueScope")
    assert scope.text() == "Only in Unassigned"
    scope.click()
    theatre.settle()
    assert shown(pane) == []
    assert part(pane, QPushButton, "queueEmptyStep").text() == "Search everywhere"
    part(pane, QPushButton, "queueEmptyStep").click()
    theatre.settle()
    assert shown(pane) == [11, 31]
    pane.search.clear_and_ask()
    theatre.settle()
    assert len(shown(pane)) == 8
    assert not scope.isVisible()


def test_a_filter_stays_within_the_view(theatre: Theatre, pane: QueuePane) -> None:
    pane.open_view("unassigned")
    part(pane, QPushButton, "queueFilter_is_unread").click()
    assert pane.question().view == "unassigned"
    assert pane.question().text == "is:unread"


def test_a_saved_search_becomes_a_view(theatre: Theatre, pane: QueuePane) -> None:
    pane.search.set_query("gift")
    pane.save_search("Gift cards", "gift")
    theatre.settle()
    assert pane.view == "saved:1"
    assert "Gift cards" in [view.title for view in pane.views.model.views()]


def test_sorting_asks_the_services_and_a_third_click_restores_the_order(theatre: Theatre, pane: QueuePane) -> None:
    header = pane.table.horizontalHeader()
    header.sectionClicked.emit(Column.SUBJECT)
    theatre.settle()
    rows = theatre.workspace.rows
    assert [rows[each].subject for each in shown(pane)] == sorted(row.subject for row in rows.values())
    header.sectionClicked.emit(Column.SUBJECT)
    header.sectionClicked.emit(Column.SUBJECT)
    theatre.settle()
    assert shown(pane) == list(range(1, 41))


def test_each_view_remembers_its_order(theatre: Theatre, pane: QueuePane) -> None:
    pane.table.horizontalHeader().sectionClicked.emit(Column.REQUESTER)
    pane.open_view("unassigned")
    assert pane.question().sort is None
    again = QueuePane(theatre.context)
    again.open_view("all-open")
    assert again.question().sort == "requester"
    again.deleteLater()


def test_tickets_below_all_others_come_without_asking(theatre: Theatre, pane: QueuePane) -> None:
    pane.table.go_to(4)
    theatre.workspace.rows[900] = theatre.workspace.rows[1]._replace(id=900)
    theatre.workspace.publish(Change(everything=True, initiator="sync"))
    settle_changes(theatre, pane)
    assert shown(pane)[-1] == 900
    assert not part(pane, QPushButton, "queueRefresh").isVisible()
    assert pane.table.current_ticket() == 5


def test_changes_of_others_repaint_rows_but_move_none(theatre: Theatre, pane: QueuePane) -> None:
    pane.table.go_to(4)
    rows = theatre.workspace.rows
    theatre.workspace.rows = {48: rows[1]._replace(id=48, subject="Brand new"), **rows}
    theatre.workspace.rows[3] = rows[3]._replace(subject="Now different")
    theatre.workspace.publish(Change(tickets=frozenset({3, 48}), topics=frozenset({"tickets"}), initiator="sync"))
    settle_changes(theatre, pane)
    assert shown(pane) == list(range(1, 41))
    assert pane.model.index(2, Column.SUBJECT).data() == "Now different"
    pill = part(pane, QPushButton, "queueRefresh")
    assert pill.text() == "2 updated · refresh (.)"
    top = pane.table.visualRect(pane.table.currentIndex()).top()
    press(pane, Qt.Key.Key_Period)
    assert shown(pane)[0] == 48
    assert pane.table.current_ticket() == 5
    assert pane.table.selected() == [5]
    assert pane.table.visualRect(pane.table.currentIndex()).top() in (top, top + pane.table.rowHeight(0))
    assert not pill.isVisible()


def test_the_row_under_the_cursor_keeps_its_height_on_the_screen(theatre: Theatre) -> None:
    stage = Theatre(rows=400)
    stage.workspace.settings.set("queue.view", "all-open")
    pane = QueuePane(stage.context)
    pane.resize(900, 600)
    pane.show()
    stage.settle()
    pane.table.go_to(200)
    top = pane.table.visualRect(pane.table.currentIndex()).top()
    rows = stage.workspace.rows
    stage.workspace.rows = {900 + n: rows[n]._replace(id=900 + n) for n in range(1, 151)} | rows
    stage.workspace.publish(Change(everything=True, initiator="sync"))
    settle_changes(stage, pane)
    pane.refresh()
    assert pane.table.current_ticket() == 201
    assert pane.table.selected() == [201]
    assert pane.table.visualRect(pane.table.currentIndex()).top() == top
    pane.close()
    pane.deleteLater()
    stage.close()


def test_nobody_needs_to_ask_while_nobody_holds_a_row(theatre: Theatre, pane: QueuePane) -> None:
    theatre.workspace.rows[77] = theatre.workspace.rows[1]._replace(id=77)
    theatre.workspace.publish(Change(tickets=frozenset({77}), topics=frozenset({"tickets"}), initiator="sync"))
    settle_changes(theatre, pane)
    assert 77 in shown(pane)


def test_what_the_agent_dealt_with_leaves_at_once(theatre: Theatre, pane: QueuePane) -> None:
    pane.open_view("unassigned")
    theatre.settle()
    before = shown(pane)
    pane.table.go_to(1)
    gone = before[0]
    theatre.workspace.rows[gone] = theatre.workspace.rows[gone]._replace(assignee="Noor Haddad")
    theatre.workspace.publish(Change(tickets=frozenset({gone}), topics=frozenset({"tickets"}), initiator="agent"))
    settle_changes(theatre, pane)
    assert shown(pane) == before[1:]
    assert pane.table.current_ticket() == before[1]


def test_a_hidden_queue_reads_nothing_until_it_is_looked_at(theatre: Theatre, pane: QueuePane) -> None:
    pane.hide()
    theatre.workspace.rows[3] = theatre.workspace.rows[3]._replace(subject="Changed meanwhile")
    theatre.workspace.publish(Change(tickets=frozenset({3}), topics=frozenset({"tickets"}), initiator="sync"))
    theatre.settle()
    assert pane.model.index(2, Column.SUBJECT).data() != "Changed meanwhile"
    pane.show()
    assert pane.model.index(2, Column.SUBJECT).data() == "Changed meanwhile"


def test_bulk_edits_are_one_batch_with_one_undo(theatre: Theatre, pane: QueuePane) -> None:
    told: list[Message] = []
    theatre.context.messages.posted.connect(told.append)
    pane.table.go_to(0)
    pane.table.go_by(1, extend=True)
    assert pane.bulk is not None
    assert pane.bulk.isVisible()
    press(pane, Qt.Key.Key_E)
    theatre.settle()
    done = [(ticket, command) for ticket, command in theatre.workspace.tickets.done if isinstance(command, SetFields)]
    assert [ticket for ticket, _ in done] == [1, 2]
    assert all(command.values == {"status": "solved"} for _, command in done)
    assert told[-1].title == "2 tickets set to solved"
    assert told[-1].batch


def test_solving_several_asks_once_for_all_that_is_open(theatre: Theatre, pane: QueuePane) -> None:
    theatre.workspace.guidance.strict = "solved"
    pane.table.go_to(0)
    pane.table.go_by(1, extend=True)
    pane.table.go_by(1, extend=True)
    press(pane, Qt.Key.Key_E)
    theatre.settle()
    question = pane.window().findChild(QDialog, "openDemands")
    assert isinstance(question, QDialog)
    listed = question.findChild(QLabel, "openDemandsList")
    assert isinstance(listed, QLabel)
    assert listed.text() == "○  Asked for what is missing (3 of 3)"
    assert theatre.workspace.tickets.done == []
    question.accept()
    theatre.settle()
    assert [ticket for ticket, _ in theatre.workspace.tickets.done] == [1, 2, 3]


def test_closing_several_closes_the_solved_ones_and_says_how_many_were_left(theatre: Theatre, pane: QueuePane) -> None:
    told: list[Message] = []
    theatre.context.messages.posted.connect(told.append)
    pane.table.go_to(0)
    pane.table.go_by(1, extend=True)
    pane.table.go_by(1, extend=True)
    theatre.context.actions.trigger("queue.close")
    theatre.settle()
    assert "Only a solved ticket can be closed" in told[-1].detail
    assert theatre.workspace.tickets.done == []
    for number, status in ((1, Status.SOLVED), (2, Status.PENDING), (3, Status.SOLVED)):
        theatre.workspace.rows[number] = theatre.workspace.rows[number]._replace(status=status)
    theatre.context.actions.trigger("queue.close")
    theatre.settle()
    assert [ticket for ticket, _ in theatre.workspace.tickets.done] == [1, 3]
    assert told[-1].title == "2 tickets closed, 1 not solved skipped"
    assert told[-1].batch
    assert theatre.workspace.tickets.delays == [5_000_000]  # it can still be undone when everything is sent at once


def test_tags_are_added_and_removed_in_one_line(theatre: Theatre, pane: QueuePane) -> None:
    pane.table.go_to(0)
    pane.edit.change_tags("vip, -refund")
    theatre.settle()
    command = theatre.workspace.tickets.done[-1][1]
    assert isinstance(command, ChangeTags)
    assert (list(command.add), list(command.remove)) == (["vip"], ["refund"])
    assert theatre.workspace.tickets.delays == [0]  # one ticket is set back by hand


def test_an_empty_view_leads_on(theatre: Theatre, pane: QueuePane) -> None:
    pane.search.set_query("nothing like it")
    theatre.settle()
    title = part(pane, QLabel, "queueEmptyTitle")
    assert title.isVisible()
    assert title.text() == "No ticket matches “nothing like it”"
    part(pane, QPushButton, "queueEmptyStep").click()
    theatre.settle()
    assert len(shown(pane)) == 40
    assert pane.table.isVisible()


def test_before_the_first_sync_it_shows_how_far_that_is(theatre: Theatre) -> None:
    theatre.workspace.rows.clear()
    theatre.workspace.sync.show(phase="initial", data_as_of=None, done=1200, total=40_000)
    pane = QueuePane(theatre.context)
    pane.show()
    theatre.settle()
    assert part(pane, QLabel, "queueEmptyTitle").text() == "Fetching your tickets"
    assert "1,200 of 40,000" in part(pane, QLabel, "queueEmptyText").text()
    pane.close()
    pane.deleteLater()


def test_columns_are_hidden_and_sized_for_good(theatre: Theatre, pane: QueuePane) -> None:
    pane.table.show_column(Column.STATUS, shown=False)
    pane.table.horizontalHeader().resizeSection(Column.REQUESTER, 171)
    again = QueuePane(theatre.context)
    again.resize(1100, 700)
    again.show()
    theatre.settle()
    assert again.table.isColumnHidden(Column.STATUS)
    assert again.table.columnWidth(Column.REQUESTER) == 171
    again.table.reset_columns()
    assert not again.table.isColumnHidden(Column.STATUS)
    again.close()
    again.deleteLater()


def test_a_narrow_queue_keeps_what_matters(theatre: Theatre, pane: QueuePane) -> None:
    pane.resize(460, 600)
    theatre.settle()
    assert pane.table.shown_columns()[:3] == [Column.SLA, Column.PRIORITY, Column.SUBJECT]
    assert not pane.views.isVisible()
    assert pane.table.horizontalScrollBar().maximum() == 0


def test_rows_follow_the_density(theatre: Theatre, pane: QueuePane) -> None:
    assert pane.table.rowHeight(0) == 32
    theatre.context.theming.set_density("compact")
    assert pane.table.rowHeight(0) == 26


def test_the_clock_moves_the_countdown(theatre: Theatre, pane: QueuePane) -> None:
    theatre.tick(0)
    before = pane.model.index(0, Column.SLA).data()
    theatre.tick(MINUTE)
    assert pane.model.index(0, Column.SLA).data() != before


def test_a_reviewer_is_told_why_nothing_changes(
    theatre: Theatre, pane: QueuePane, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = theatre.workspace.me()
    assert me is not None
    monkeypatch.setattr(
        theatre.workspace, "me", lambda: type(me)(ref="a9", name="R", email="", role="reviewer", profile="")
    )
    told: list[Message] = []
    theatre.context.messages.posted.connect(told.append)
    pane.table.go_to(0)
    pane.edit.set_status(Status.SOLVED)
    theatre.settle()
    assert theatre.workspace.tickets.done == []
    assert "Reviewers" in told[-1].detail


def test_a_click_opens_and_with_a_modifier_selects(theatre: Theatre, pane: QueuePane) -> None:
    opened: list[object] = []
    pane.ticket_opened.connect(opened.append)
    viewport = pane.table.viewport()

    def point(row: int) -> QPoint:
        return QPoint(200, pane.table.rowViewportPosition(row) + 10)

    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=point(2))
    assert opened == [3]
    control = Qt.KeyboardModifier.ControlModifier
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, control, point(5))
    assert opened == [3]
    assert pane.table.selected() == [3, 6]


def test_a_value_that_is_still_being_typed_leaves_the_list_until_enter(
    theatre: Theatre, pane: QueuePane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theatre.workspace.queue, "suggestions", lambda _text, _cursor: ("tier:platinum",))
    before = shown(pane)
    pane.search.set_query("tier:plat")
    theatre.settle()
    assert shown(pane) == before
    pane.search.submitted.emit()
    theatre.settle()
    assert shown(pane) == []
    pane.search.clear_and_ask()
    theatre.settle()
    pane.search.set_query("tier:plum")
    theatre.settle()
    assert shown(pane) == []


def test_solving_from_the_queue_asks_for_what_is_open_too(theatre: Theatre, pane: QueuePane) -> None:
    theatre.workspace.guidance.strict = "solved"
    press(pane, Qt.Key.Key_J)
    theatre.context.actions.trigger("queue.solve")
    theatre.settle()
    question = pane.findChild(QDialog, "openDemands")
    assert question is not None
    assert theatre.workspace.tickets.done == []
    question.accept()
    theatre.settle()
    assert len(theatre.workspace.tickets.done) == 1


def test_after_its_ticket_is_solved_the_cursor_is_on_the_one_that_followed(theatre: Theatre, pane: QueuePane) -> None:
    walked: list[object] = []
    pane.walked.connect(walked.append)
    press(pane, Qt.Key.Key_J, Qt.Key.Key_J)
    gone, following = shown(pane)[2], shown(pane)[3]
    walked.clear()
    theatre.context.actions.trigger("queue.solve")
    theatre.settle()
    pane.model.arrange(array("q", [ticket for ticket in shown(pane) if ticket != gone]))
    assert pane.table.current_ticket() == following
    assert walked == [following]


def test_a_ticket_is_merged_from_its_row(theatre: Theatre, pane: QueuePane) -> None:
    asked: list[object] = []
    pane.merge_requested.connect(asked.append)
    press(pane, Qt.Key.Key_J)
    press(pane, Qt.Key.Key_M, modifier=Qt.KeyboardModifier.ShiftModifier)
    menu = pane.edit.menu(QPoint(0, 0), None, pane.merge)
    next(each for each in menu.actions() if each.text().startswith("Merge")).trigger()
    assert asked == [2, 2]
    assert not any(each.text().startswith("Merge") for each in pane.edit.menu(QPoint(0, 0), None).actions())
