"""What is done from the directory: written, called, escalated, put on record."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from agentconsole.domain.changes import Change
from agentconsole.domain.instant import HOUR, MINUTE
from agentconsole.domain.rows import DirectoryRow
from agentconsole.domain.values import Status
from agentconsole.gui.models.directory_model import DirectoryModel
from agentconsole.gui.panes.directory.contact_words import spoken
from agentconsole.gui.panes.directory_pane import DirectoryPane
from tests.support.directory_hands import child, dialog, listed, press, title, type_in
from tests.support.stage import Theatre
from tests.support.staged_directory import STAGED_PACK
from tests.support.staged_rows import NOON

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


# -- doing


def test_arrows_move_while_typing_and_enter_writes_the_mail(directory: DirectoryPane, opened: list[str]) -> None:
    press(directory, Qt.Key.Key_Down)
    assert title(directory) == "Suspected data leak"
    press(directory, Qt.Key.Key_Return)
    assert opened == ["mailto:security@desk.example"]


def test_enter_dials_and_the_second_way_has_its_own_key(directory: DirectoryPane, opened: list[str]) -> None:
    press(directory, Qt.Key.Key_Return)
    assert opened == ["tel:+15550199"]
    type_in(directory, "refunds")
    press(directory, Qt.Key.Key_Return, CONTROL)
    assert opened[1:] == ["tel:+351215550133"]


def test_without_a_program_for_it_the_address_is_copied(
    theatre: Theatre, directory: DirectoryPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    theatre.context.messages.posted.connect(lambda message: told.append(message.title))
    monkeypatch.setattr("agentconsole.gui.panes.directory.doing.QDesktopServices.openUrl", lambda _url: False)
    press(directory, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == "+15550199"
    assert told == ["This computer has no telephone program set up"]


def test_a_web_address_is_shown_before_it_opens(directory: DirectoryPane, opened: list[str]) -> None:
    type_in(directory, "agreements")
    press(directory, Qt.Key.Key_Return)
    box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())
    assert opened == []
    assert box.informativeText() == "https://legal.example"
    box.defaultButton().click()
    assert opened == ["https://legal.example"]


def test_control_c_copies_the_address_as_printed_or_what_is_selected(directory: DirectoryPane) -> None:
    press(directory, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "+1 555 0199"
    type_in(directory, "refunds")
    child(directory, "directorySearch").selectAll()
    press(directory, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "refunds"


def test_an_executive_is_reached_only_after_the_steps_before(
    theatre: Theatre, directory: DirectoryPane, opened: list[str]
) -> None:
    directory.show_ticket(7)
    directory.look_for("head of")
    assert child(directory, "directorySteps").isVisible()
    assert "The desk was asked" in child(directory, "directorySteps").text()
    assert not child(directory, "directoryWays").isVisible()
    assert directory.current is not None
    assert "0142" not in spoken(directory.current, NOON)
    press(directory, Qt.Key.Key_C, CONTROL)
    assert "0142" not in QGuiApplication.clipboard().text()
    # Enter does not dial: it asks for the steps
    press(directory, Qt.Key.Key_Return)
    assert opened == []
    form = dialog("escalateContact")
    go = child(form, "escalateContactGo")
    assert not go.isEnabled()
    for place in range(2):
        QTest.keyClick(child(form, f"escalateContactPoint_{place}"), Qt.Key.Key_Space)
    assert go.isEnabled()
    assert "internal note" in child(form, "escalateContactEffect").text()
    QTest.keyClicks(child(form, "escalateContactWords"), "They lose orders.")
    QTest.keyClick(form, Qt.Key.Key_Return, CONTROL)
    theatre.settle()
    assert theatre.workspace.directory.escalations == [("desk/head", 7, ["desk", "lead"], "They lose orders.")]
    assert child(directory, "directoryPrinted").text() == "+1 555 0142"
    press(directory, Qt.Key.Key_Return)
    assert opened == ["tel:+15550142"]
    # another ticket has not taken the steps
    directory.show_ticket(8)
    assert not child(directory, "directoryWays").isVisible()


def test_without_a_ticket_an_escalation_asks_for_one(theatre: Theatre, directory: DirectoryPane) -> None:
    type_in(directory, "refunds")
    press(directory, Qt.Key.Key_E, CONTROL)
    form = dialog("escalateContact")
    assert "Choose the ticket" in child(form, "escalateContactEffect").text()
    assert not child(form, "escalateContactGo").isEnabled()
    number = theatre.workspace.rows[12].ref
    QTest.keyClicks(child(form, "ticketChoiceField"), number)
    assert (
        child(form, "escalateContactEffect").text().startswith(f"Writes an internal note to #{number}, moves it to B")
    )
    child(form, "escalateContactGo").click()
    theatre.settle()
    assert theatre.workspace.directory.escalations == [("desk/refunds", 12, [], "")]


def test_a_review_is_due_and_recorded_point_by_point(theatre: Theatre, directory: DirectoryPane) -> None:
    type_in(directory, "northwind")
    assert "Review the profile: due" in child(directory, "directoryReview_profile").text()
    press(directory, Qt.Key.Key_R, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    form = dialog("recordReview")
    assert not child(form, "recordReviewGo").isEnabled()
    QTest.keyClick(child(form, "recordReviewPoint_1"), Qt.Key.Key_Space)
    QTest.keyClick(form, Qt.Key.Key_Return, CONTROL)
    theatre.settle()
    assert theatre.workspace.directory.notes == [("review", "Northwind Traders", ("Phone numbers",), "")]
    assert "✓ Review the profile" in child(directory, "directoryReview_profile").text()


def test_a_due_review_of_the_customer_at_hand_is_told_and_one_key_away(
    theatre: Theatre, directory: DirectoryPane
) -> None:
    ticket = theatre.workspace.rows[7]
    directory.show_ticket(7)
    assert "due: Review the profile (Ctrl+Shift+R)" in child(directory, "directoryAtHand").text()
    press(directory, Qt.Key.Key_R, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    form = dialog("recordReview")
    for place in range(2):
        child(form, f"recordReviewPoint_{place}").click()
    child(form, "recordReviewGo").click()
    theatre.settle()
    assert theatre.workspace.directory.notes == [("review", ticket.organization, ("Addresses", "Phone numbers"), "")]
    assert "due:" not in child(directory, "directoryAtHand").text()


def test_escape_steps_back_and_then_leaves(directory: DirectoryPane) -> None:
    left: list[bool] = []
    directory.left.connect(lambda: left.append(True))
    type_in(directory, "e")
    press(directory, Qt.Key.Key_O, ALT)
    press(directory, Qt.Key.Key_Escape)
    assert child(directory, "directorySearch").text() == ""
    press(directory, Qt.Key.Key_Escape)
    assert child(directory, "directoryFilter_all").isChecked()
    assert left == []
    press(directory, Qt.Key.Key_Escape)
    assert left == [True]


def test_a_privacy_request_is_recorded_and_begins_the_mail(
    theatre: Theatre, directory: DirectoryPane, opened: list[str]
) -> None:
    type_in(directory, "ana@")
    press(directory, Qt.Key.Key_G, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    form = dialog("recordPrivacy")
    assert "privacy@desk.example" in child(form, "recordPrivacyWhy").text()
    child(form, "privacyChange").click()
    assert not child(form, "recordPrivacyGo").isEnabled()  # a change of what?
    QTest.keyClicks(child(form, "recordPrivacyWords"), "New surname")
    QTest.keyClick(form, Qt.Key.Key_Return, CONTROL)
    theatre.settle()
    assert theatre.workspace.directory.notes == [
        ("privacy", "Ana Ferreira", "change", "New surname", "desk/privacy", None)
    ]
    assert opened[0].startswith("mailto:privacy@desk.example?subject=Privacy request")


def test_a_correction_is_recorded(theatre: Theatre, directory: DirectoryPane) -> None:
    type_in(directory, "agreements")
    press(directory, Qt.Key.Key_E, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    form = dialog("suggestCorrection")
    assert not child(form, "suggestCorrectionGo").isEnabled()
    QTest.keyClicks(child(form, "suggestCorrectionWords"), "Moved")
    child(form, "suggestCorrectionGo").click()
    theatre.settle()
    assert theatre.workspace.directory.notes == [("correction", "Data processing agreements", "Moved")]


def test_what_can_not_be_recorded_stays_in_the_form(
    theatre: Theatre, directory: DirectoryPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refused(Exception):
        title, advice = "The disk is full", "Make room."

    async def refuse(*_args: Any, **_more: Any) -> int:
        raise Refused

    monkeypatch.setattr(theatre.workspace.directory, "suggest_correction", refuse)
    type_in(directory, "agreements")
    child(directory, "directoryCorrect").click()
    form = dialog("suggestCorrection")
    QTest.keyClicks(child(form, "suggestCorrectionWords"), "Moved")
    child(form, "suggestCorrectionGo").click()
    theatre.settle()
    assert child(form, "suggestCorrectionProblem").text() == "The disk is full. Make room."
    assert child(form, "suggestCorrectionGo").isEnabled()
    assert child(form, "suggestCorrectionWords").toPlainText() == "Moved"
    form.reject()
    theatre.settle()


# -- people, companies, guides


def test_a_company_shows_what_is_open_to_it_now(directory: DirectoryPane) -> None:
    type_in(directory, "harbour")
    text = child(directory, "directoryAccess").text()
    assert "Tier Platinum" in text
    assert "24/7" in text
    assert "always open" in text
    directory.look_for("lantern")
    text = child(directory, "directoryAccess").text()
    assert "open now, closes in 4 h 55 min" in text
    assert "not included" in text


def test_the_tickets_of_a_person_can_be_opened(directory: DirectoryPane, theatre: Theatre) -> None:
    wanted: list[int] = []
    directory.ticket_opened.connect(wanted.append)
    type_in(directory, "romero")
    child(directory, "directoryTicket_1").click()
    assert wanted == [1]
    assert theatre.workspace.rows[1].status in tuple(Status)


def test_a_chapter_of_the_handbook_is_found_and_its_link_shown_first(
    directory: DirectoryPane, opened: list[str]
) -> None:
    type_in(directory, "preferences")
    assert "Log in to the portal" in child(directory, "directoryGuide").text()
    press(directory, Qt.Key.Key_Return)
    box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())
    assert box.informativeText() == "https://portal.example/account"
    box.reject()
    assert opened == []


# -- time


def test_opening_times_count_down_and_the_selection_stays(theatre: Theatre, directory: DirectoryPane) -> None:
    type_in(directory, "e")
    while title(directory) != "Webhooks, API limits, single sign-on":
        press(directory, Qt.Key.Key_Down)
    assert child(directory, "directoryCardOpening").text().startswith("○ Opens in 2 h 55 min")
    theatre.tick(56 * MINUTE)
    assert child(directory, "directoryCardOpening").text().startswith("○ Opens in 1 h 59 min")
    theatre.tick(2 * HOUR)
    assert child(directory, "directoryCardOpening").text().startswith("● Open now")
    assert title(directory) == "Webhooks, API limits, single sign-on"


def test_the_clock_is_heard_only_while_the_pane_is_seen(
    theatre: Theatre, directory: DirectoryPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.hide()
    searched: list[str] = []

    def listen(text: str, **_more: Any) -> tuple[DirectoryRow, ...]:
        searched.append(text)
        return ()

    monkeypatch.setattr(theatre.workspace.directory, "search", listen)
    theatre.tick(2 * MINUTE)
    theatre.workspace.publish(Change(topics=frozenset({"contacts"})))
    theatre.settle()
    assert searched == []
    directory.show()
    assert searched == [""]


# -- the list


def test_a_line_reads_whole_to_a_screen_reader(directory: DirectoryPane) -> None:
    view = child(directory, "directoryView")
    text = view.model().first_hit().data(Qt.ItemDataRole.AccessibleTextRole)
    assert text == "Emergency contact, Checkout is down for everyone, Phone, +1 555 0199, Always open"
    assert view.model().flags(view.model().index(0)) == Qt.ItemFlag.NoItemFlags


def test_the_model_keeps_the_rules_of_models(theatre: Theatre) -> None:
    model = DirectoryModel(theatre.context.clock.now)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    directory = theatre.workspace.directory
    for text in ("", "e", "refund", "", "zzz", "support"):
        model.show_rows(directory.search(text))
    theatre.workspace.pass_time(3 * HOUR)
    model.show_rows(directory.search("support"))
    model.show_rows(directory.who_handles("refund"), heading="Best matches")
    model.show_rows(())
    assert model.rowCount() == 0
    tester.deleteLater()
    model.deleteLater()


def test_below_a_certain_width_the_card_stands_below(directory: DirectoryPane) -> None:
    splitter = child(directory, "directorySplitter")
    assert splitter.orientation() == Qt.Orientation.Horizontal
    directory.resize(420, 700)
    assert splitter.orientation() == Qt.Orientation.Vertical
    chips = child(directory, "directoryFilters")
    assert chips.height() < 60  # at most two lines
    directory.grab()


def test_packs_that_were_read_again_show_at_once(theatre: Theatre, directory: DirectoryPane) -> None:
    theatre.workspace.directory.show_packs()
    theatre.workspace.publish(Change(topics=frozenset({"packs"})))
    theatre.settle()
    assert "Refunds and disputed invoices" not in listed(directory)
    assert "Badges and doors" in listed(directory)
    theatre.workspace.directory.show_packs(STAGED_PACK)
    theatre.workspace.publish(Change(topics=frozenset({"packs"})))
    theatre.settle()
    assert "Refunds and disputed invoices" in listed(directory)


def test_the_search_field_leaves_the_directory_its_own_keys(directory: DirectoryPane) -> None:
    search = child(directory, "directorySearch")

    def taken(key: Qt.Key) -> bool:
        asked = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.ControlModifier)
        asked.ignore()
        QApplication.sendEvent(search, asked)
        return asked.isAccepted()

    assert taken(Qt.Key.Key_V), "it is a field for text"
    assert not taken(Qt.Key.Key_E), "Escalate here…, and not the end of the line as X11 has it"
