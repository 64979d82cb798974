"""Tickets for the time without a connection: chosen, fetched, told; and what is kept on this computer."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from agentconsole.domain.cache_scope import CacheScope
from agentconsole.domain.rows import Me, SyncStatus
from agentconsole.domain.trips import TripChoice, TripPhase, TripPlan, TripProblem, TripStatus
from agentconsole.gui.dialogs.preferences import Preferences
from agentconsole.gui.dialogs.trip import TripDialog
from agentconsole.gui.dialogs.trip_words import badge, end_of, lasts_line, plan_lines, status_title
from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.panes.queue.emptiness import why_empty
from agentconsole.gui.panes.queue.view_bar import ViewBar
from agentconsole.gui.panes.queue_pane import QueuePane
from tests.support.clipped import clipped
from tests.support.stage import Theatre


@pytest.fixture
def theatre() -> Iterator[Theatre]:
    theatre = Theatre(rows=60)
    yield theatre
    theatre.close()


@pytest.fixture
def dialog(theatre: Theatre) -> Iterator[TripDialog]:
    dialog = TripDialog(theatre.context)
    dialog.show()
    theatre.settle()
    yield dialog
    dialog.close()
    dialog.deleteLater()


def tick(dialog: TripDialog, key: str) -> None:
    views = dialog.choice.views
    for row in range(views.topLevelItemCount()):
        item = views.topLevelItem(row)
        assert item is not None
        if item.data(0, Qt.ItemDataRole.UserRole) == key:
            item.setCheckState(0, Qt.CheckState.Checked)


def reckon(theatre: Theatre, dialog: TripDialog) -> None:
    dialog.choice.reckon()
    theatre.settle()


def test_it_says_how_much_and_how_long_before_anything_begins(theatre: Theatre, dialog: TripDialog) -> None:
    tick(dialog, "all-open")
    reckon(theatre, dialog)
    assert "tickets and" in dialog.choice._sum.text()
    assert "To fetch:" in dialog.choice._told.text()
    assert "minute" in dialog.choice._told.text()
    assert theatre.workspace.trips.now is None
    dialog.choice.start()
    theatre.settle()
    begun = theatre.workspace.trips.now
    assert begun is not None
    assert "all-open" in begun.choice.views
    assert begun.ends_at is not None


def test_nothing_chosen_begins_nothing(theatre: Theatre, dialog: TripDialog) -> None:
    item = dialog.choice.views.topLevelItem(0)
    assert item is not None
    item.setCheckState(0, Qt.CheckState.Unchecked)
    theatre.settle()
    assert not dialog.choice.go.isEnabled()
    dialog.choice.start()
    assert theatre.workspace.trips.now is None
    assert "Nothing is chosen" in dialog.choice._sum.text()


def test_a_search_that_cannot_be_read_is_told(theatre: Theatre, dialog: TripDialog) -> None:
    dialog.choice.search.setText("status:")
    assert not dialog.choice.go.isEnabled()


def test_it_can_be_paused_and_ended(theatre: Theatre, dialog: TripDialog) -> None:
    reckon(theatre, dialog)
    dialog.choice.start()
    theatre.settle()
    dialog.progress.pause.click()
    theatre.settle()
    trip = theatre.workspace.trips.now
    assert trip is not None
    assert trip.phase is TripPhase.PAUSED
    assert dialog.progress.pause.text() == "Go on"
    dialog.progress.end.click()
    theatre.settle()
    assert theatre.workspace.trips.now is None


def test_what_could_not_be_had_is_listed_and_tried_again(theatre: Theatre, dialog: TripDialog) -> None:
    reckon(theatre, dialog)
    dialog.choice.start()
    theatre.settle()
    trips = theatre.workspace.trips
    assert trips.now is not None
    trips.told = (
        TripProblem(ticket=3, ref="10422", subject="Log in", reason="you are not allowed to read it"),
        TripProblem(
            ticket=4,
            ref="10431",
            subject="Film",
            file_name="a.mov",
            size=412_000_000,
            reason="larger than you take along",
        ),
    )
    trips.get_on(msgspec.structs.replace(trips.now, phase=TripPhase.PARTLY, failed=2))
    theatre.settle()
    assert dialog.progress.problems.topLevelItemCount() == 2
    dialog.progress.large.click()
    dialog.progress.retry.click()
    theatre.settle()
    assert trips.retried == [True, False]
    assert not clipped(dialog)


def test_the_window_says_what_is_with_you(theatre: Theatre) -> None:
    window = MainWindow(theatre.context)
    window.resize(1280, 800)
    window.show()
    theatre.settle()
    button = window.findChild(QPushButton, "statusTrip")
    assert button is not None
    assert not button.isVisible()
    trips = theatre.workspace.trips
    trips.get_on(status(TripPhase.READY))
    theatre.settle()
    assert button.isVisible()
    assert button.text() == "With you: 214 tickets"
    assert "Ready for offline: 214 tickets, 61 attachments, 84 MB" in button.toolTip()
    trips.get_on(None)
    theatre.settle()
    assert not button.isVisible()
    window.close()
    theatre.settle()
    window.deleteLater()


def test_what_is_kept_is_told_first_and_then_applied(theatre: Theatre) -> None:
    preferences = Preferences(theatre.context)
    form, fields = preferences._form, preferences._offline
    preferences.show()
    theatre.settle()
    assert "All tickets" in form.keepEffect.text()
    form.keepDays.setCurrentIndex(3)
    fields._changed()
    assert not form.keepApply.isEnabled()
    fields._later.stop()
    fields._ask()
    theatre.settle()
    assert "would go from here" in form.keepEffect.text()
    assert theatre.workspace.cache.chosen == CacheScope()
    form.keepApply.click()
    theatre.settle()
    assert theatre.workspace.cache.chosen == CacheScope(days=30)
    assert "at the help desk only" in form.keepEffect.text()
    preferences.close()
    preferences.deleteLater()


def test_of_an_archive_all_is_kept_and_nothing_else_can_be_chosen(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Me(ref="", name="Archive", email="", role="reviewer", profile="old", archive=True)
    monkeypatch.setattr(theatre.workspace, "me", lambda: reader)
    preferences = Preferences(theatre.context)
    form = preferences._form
    preferences.show()
    theatre.settle()
    assert "This is an archive" in form.keepEffect.text()
    for field in (form.keepDays, form.keepBytes, form.keepAttachments, form.keepGroups, form.keepViews):
        assert not field.isEnabled(), field.objectName()
    assert not form.keepApply.isEnabled()
    assert not form.keepTrip.isEnabled()
    preferences.close()
    preferences.deleteLater()


def test_one_group_left_out_is_a_choice_of_groups(theatre: Theatre) -> None:
    preferences = Preferences(theatre.context)
    first = preferences._form.keepGroups.item(0)
    first.setCheckState(Qt.CheckState.Unchecked)
    groups = preferences._offline.scope.groups
    assert groups is not None
    assert first.data(Qt.ItemDataRole.UserRole) not in groups
    preferences._offline._later.stop()
    theatre.settle()
    preferences.deleteLater()


def status(phase: TripPhase, **more: int) -> TripStatus:
    return TripStatus(
        id=1,
        choice=TripChoice(views=("my-open",)),
        phase=phase,
        begun_at=0,
        **{"tickets": 214, "tickets_here": 214, "files": 61, "files_here": 61, "bytes": 84_000_000, **more},
        bytes_here=84_000_000,
    )


def test_words(theatre: Theatre) -> None:
    now = theatre.workspace.now()
    assert status_title(status(TripPhase.READY)) == "Ready for offline: 214 tickets, 61 attachments, 84 MB"
    assert status_title(status(TripPhase.PARTLY, failed=3)).startswith("Ready for offline but for 3:")
    assert badge(status(TripPhase.FETCHING, tickets_here=0, files_here=0)).startswith("Taking along: ")
    assert lasts_line(None, now) == "It lasts until you end it."
    assert lasts_line(end_of(0, now), now) == "It ends today at 23:59."
    assert plan_lines(TripPlan(tickets=3)) == ["Everything of that is on this computer already."]


def test_views_and_tickets_say_that_they_are_with_you(theatre: Theatre) -> None:
    window = MainWindow(theatre.context)
    window.resize(1280, 800)
    window.show()
    theatre.settle()
    theatre.context.clock.ticked.emit(theatre.workspace.now())
    theatre.settle()
    trips = theatre.workspace.trips
    trips.members = {1}
    trips.get_on(status(TripPhase.READY))
    theatre.settle()
    model = window.findChild(ViewBar).model  # type: ignore[union-attr]
    spoken = model.data(model.index(model.position_of("my-open")), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("taken along")
    window.open_ticket(1)
    theatre.settle()
    chip = window.findChild(QWidget, "ticketTaken")
    assert chip is not None
    assert chip.isVisible()
    window.open_ticket(2)
    theatre.settle()
    assert not chip.isVisible()
    window.close()
    theatre.settle()
    window.deleteLater()


def test_lists_say_what_is_not_on_this_computer(theatre: Theatre) -> None:
    theatre.workspace.cache.chosen = CacheScope(days=30)
    theatre.workspace.cache.left_out = 14_210
    pane = QueuePane(theatre.context)
    pane.resize(900, 600)
    pane.show()
    theatre.settle()
    count = pane.findChild(QLabel, "queueCount")
    assert count is not None
    assert not count.text().endswith("on this computer")
    theatre.context.clock.ticked.emit(theatre.workspace.now())
    theatre.settle()
    pane.open_view("recently-solved")
    theatre.settle()
    assert count.text().endswith("on this computer")
    assert "14,210 more tickets are at the help desk only." in count.toolTip()
    pane.open_view("all-open")
    theatre.settle()
    assert not count.text().endswith("on this computer")
    pane.deleteLater()


def test_an_empty_search_names_what_is_missing_here() -> None:
    why = why_empty(
        "everything",
        "voucher",
        SyncStatus(data_as_of=1),
        within=False,
        clear=list,
        widen=list,
        open_view=str,
        missing="This computer keeps solved tickets since 24 October 2026.",
    )
    assert "This computer keeps solved tickets" in why.text
