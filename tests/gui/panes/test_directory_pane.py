"""The directory: found while typing, emergency first, honest about opening hours, all of it by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QWidget

from agentconsole.domain.changes import Change
from agentconsole.domain.instant import HOUR, MINUTE
from agentconsole.domain.rows import DirectoryRow
from agentconsole.domain.values import Status
from agentconsole.gui.models.directory_model import EMERGENCY, DirectoryModel, Section
from agentconsole.gui.panes.directory.contact_words import spoken
from agentconsole.gui.panes.directory_pane import DirectoryPane
from tests.support.stage import Theatre
from tests.support.staged_directory import STAGED_PACK
from tests.support.staged_rows import NOON

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def pane(theatre: Theatre) -> Iterator[DirectoryPane]:
    shown = DirectoryPane(theatre.context)
    shown.resize(1000, 700)
    shown.show()
    shown.activateWindow()
    theatre.settle()
    child(shown, "directorySearch").setFocus()
    yield shown
    shown.close()
    shown.deleteLater()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    addresses: list[str] = []
    for module in ("agentconsole.gui.panes.directory.doing", "agentconsole.gui.link_opener"):
        monkeypatch.setattr(f"{module}.QDesktopServices.openUrl", lambda url: addresses.append(url.toString()))
    return addresses


def child(parent: QWidget, name: str) -> Any:
    # of two with one name, one is on its way out: it goes when Qt next is idle
    found = parent.findChildren(QWidget, name)
    assert found, name
    return found[-1]


def listed(pane: DirectoryPane) -> list[str]:
    model: DirectoryModel = child(pane, "directoryView").model()
    lines = (model.line_at(place) for place in range(model.rowCount()))
    return [f"# {line.title}" if isinstance(line, Section) else line.title for line in lines if line is not None]


def title(pane: DirectoryPane) -> str:
    return pane.current.title if pane.current else ""


def type_in(pane: DirectoryPane, text: str) -> None:
    QTest.keyClicks(child(pane, "directorySearch"), text)


def press(pane: DirectoryPane, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(child(pane, "directorySearch"), key, modifiers)


def dialog(name: str) -> Any:
    QApplication.processEvents()
    return next(each for each in QApplication.topLevelWidgets() if each.objectName() == name and each.isVisible())


# -- finding


def test_emergency_contacts_stand_on_top_each_with_its_number(pane: DirectoryPane) -> None:
    assert listed(pane)[:3] == [f"# {EMERGENCY}", "Checkout is down for everyone", "Suspected data leak"]
    assert {"# Support", "# Billing", "# Guides", "# Organizations", "# People"} <= set(listed(pane))
    assert "+1 555 0199" in spoken(pane.current, NOON) if pane.current else False


def test_typing_narrows_the_list_and_the_first_hit_is_ready(pane: DirectoryPane) -> None:
    type_in(pane, "refunds")
    assert listed(pane) == ["# Billing", "Refunds and disputed invoices"]
    assert child(pane, "directoryCardTitle").text() == "Refunds and disputed invoices"
    assert child(pane, "directoryCardOpening").text().startswith("● Open now · closes in 5 h 25 min")
    assert child(pane, "directoryPrinted").text() == "billing@desk.example"


def test_nothing_found_says_what_to_try_and_escape_goes_back(pane: DirectoryPane) -> None:
    type_in(pane, "zzzz")
    assert child(pane, "directoryNothing").isVisible()
    assert pane.current is None
    press(pane, Qt.Key.Key_Escape)
    assert child(pane, "directoryView").isVisible()


def test_an_empty_directory_is_not_the_same_as_nothing_found(theatre: Theatre, pane: DirectoryPane) -> None:
    theatre.workspace.directory.show_packs()
    theatre.workspace.directory.rows = []
    theatre.workspace.directory.book.entries = ()
    theatre.workspace.publish(Change(topics=frozenset({"packs"})))
    theatre.settle()
    assert child(pane, "directoryEmpty").isVisible()


def test_who_comes_from_which_pack_shows_when_there_are_several(pane: DirectoryPane) -> None:
    model: DirectoryModel = child(pane, "directoryView").model()
    notes = [line.note for line in map(model.line_at, range(model.rowCount())) if isinstance(line, Section)]
    # the first section of each origin names it
    assert [note for note in notes if note] == ["Desk handbook", "Help desk"]
    type_in(pane, "badges")
    assert child(pane, "directoryCardSection").text() == "Facilities  ·  Help desk"


# -- filters, by their keys


def test_filters_are_keys_and_are_cleared_by_escape(pane: DirectoryPane) -> None:
    everything = listed(pane)
    press(pane, Qt.Key.Key_U, ALT)
    assert listed(pane) == [f"# {EMERGENCY}", "Checkout is down for everyone", "Suspected data leak"]
    assert child(pane, "directoryFilter_emergency").isChecked()
    press(pane, Qt.Key.Key_P, ALT)
    assert listed(pane)[:2] == ["# People", "Ana Ferreira"]
    press(pane, Qt.Key.Key_G, ALT)
    assert listed(pane)[:2] == ["# Organizations", "Northwind Traders"]
    press(pane, Qt.Key.Key_Escape)
    assert listed(pane) == everything
    assert child(pane, "directoryFilter_all").isChecked()


def test_open_now_shows_who_is_there(pane: DirectoryPane) -> None:
    press(pane, Qt.Key.Key_O, ALT)
    # at noon UTC it is six in the morning in Chicago; "in your region" is open in Europe
    assert "Refunds and disputed invoices" in listed(pane)
    assert "General questions" in listed(pane)
    assert "Webhooks, API limits, single sign-on" not in listed(pane)
    assert "Data processing agreements" not in listed(pane)


def test_a_region_is_chosen_from_a_menu_by_keyboard(pane: DirectoryPane) -> None:
    press(pane, Qt.Key.Key_R, ALT)
    menu = child(pane, "directoryFilter_regionMenu")
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["Every region", "Europe", "Americas"]
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert listed(pane) == ["# Support", "General questions", "# Integrations", "Webhooks, API limits, single sign-on"]
    # who has each region's hours is shown with those of the region asked for
    assert child(pane, "directoryCardOpening").text().startswith("○ Opens in 2 h 55 min")


def test_a_method_is_chosen_from_a_menu(pane: DirectoryPane) -> None:
    press(pane, Qt.Key.Key_M, ALT)
    menu = child(pane, "directoryFilter_methodMenu")
    assert [action.text() for action in menu.actions()] == ["Every method", "Mail", "Phone", "Web", "Chat"]
    menu.actions()[3].trigger()
    menu.close()
    assert listed(pane) == ["# Legal", "Data processing agreements"]


# -- who handles


def test_a_sentence_ranks_who_handles_it_and_shows_why(pane: DirectoryPane) -> None:
    press(pane, Qt.Key.Key_W, ALT)
    type_in(pane, "They were charged twice, please correct the invoice")
    assert listed(pane)[:2] == ["# Best matches", "Refunds and disputed invoices"]
    assert pane.current is not None
    assert pane.current.matched == ("charged", "invoice")
    assert "matches charged, invoice" in spoken(pane.current, NOON)
    press(pane, Qt.Key.Key_Escape)
    press(pane, Qt.Key.Key_Escape)
    assert listed(pane)[0] == f"# {EMERGENCY}"


def test_before_anything_is_asked_it_says_what_to_write(pane: DirectoryPane) -> None:
    press(pane, Qt.Key.Key_W, ALT)
    assert child(pane, "directoryNothingTitle").text() == "What is it about?"
    type_in(pane, "zzzz")
    assert child(pane, "directoryNothingTitle").text() == "Nobody found for these words"


def test_without_a_sentence_the_tickets_own_words_count(theatre: Theatre, pane: DirectoryPane) -> None:
    ticket = next(row for row in theatre.workspace.rows.values() if "Webhook" in row.subject)
    pane.ask_who_handles(ticket.id)
    assert listed(pane)[:2] == [f"# Best matches for #{ticket.ref}", "Webhooks, API limits, single sign-on"]
    type_in(pane, "nonsense")
    assert child(pane, "directoryNothing").isVisible()


# -- the ticket at hand


def test_hours_and_tiers_are_told_for_the_ticket_at_hand(theatre: Theatre, pane: DirectoryPane) -> None:
    ticket = next(row for row in theatre.workspace.rows.values() if row.tier == "Gold")
    type_in(pane, "general questions")
    assert child(pane, "directoryCardOpening").text() == "● Open in Europe"
    pane.show_ticket(ticket.id)
    told = f"Hours and tiers as for #{ticket.ref} · {ticket.organization} · Gold"
    assert child(pane, "directoryAtHand").text().startswith(told)
    assert child(pane, "directoryCardOpening").text().startswith("● Open now · closes in 4 h 55 min")
    pane.look_for("webhooks")
    assert child(pane, "directoryCardAllowed").text() == f"✕ Platinum only · {ticket.organization} does not have it"
    assert pane.current is not None
    assert "not for this customer" in spoken(pane.current, NOON)


def test_a_contact_asked_for_by_its_id_is_shown(pane: DirectoryPane) -> None:
    type_in(pane, "zzzz")
    pane.show_contact("desk", "agreements")
    assert title(pane) == "Data processing agreements"
    pane.show_contact("desk", "gone")
    assert title(pane) == "Data processing agreements"


# -- doing


def test_arrows_move_while_typing_and_enter_writes_the_mail(pane: DirectoryPane, opened: list[str]) -> None:
    press(pane, Qt.Key.Key_Down)
    assert title(pane) == "Suspected data leak"
    press(pane, Qt.Key.Key_Return)
    assert opened == ["mailto:security@desk.example"]


def test_enter_dials_and_the_second_way_has_its_own_key(pane: DirectoryPane, opened: list[str]) -> None:
    press(pane, Qt.Key.Key_Return)
    assert opened == ["tel:+15550199"]
    type_in(pane, "refunds")
    press(pane, Qt.Key.Key_Return, CONTROL)
    assert opened[1:] == ["tel:+351215550133"]


def test_without_a_program_for_it_the_address_is_copied(
    theatre: Theatre, pane: DirectoryPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    theatre.context.messages.posted.connect(lambda message: told.append(message.title))
    monkeypatch.setattr("agentconsole.gui.panes.directory.doing.QDesktopServices.openUrl", lambda _url: False)
    press(pane, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == "+15550199"
    assert told == ["This computer has no telephone program set up"]


def test_a_web_address_is_shown_before_it_opens(pane: DirectoryPane, opened: list[str]) -> None:
    type_in(pane, "agreements")
    press(pane, Qt.Key.Key_Return)
    box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())
    assert opened == []
    assert box.informativeText() == "https://legal.example"
    box.defaultButton().click()
    assert opened == ["https://legal.example"]


def test_control_c_copies_the_address_as_printed_or_what_is_selected(pane: DirectoryPane) -> None:
    press(pane, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "+1 555 0199"
    type_in(pane, "refunds")
    child(pane, "directorySearch").selectAll()
    press(pane, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "refunds"


def test_an_executive_is_reached_only_after_the_steps_before(
    theatre: Theatre, pane: DirectoryPane, opened: list[str]
) -> None:
    pane.show_ticket(7)
    pane.look_for("head of")
    assert child(pane, "directorySteps").isVisible()
    assert "The desk was asked" in child(pane, "directorySteps").text()
    assert not child(pane, "directoryWays").isVisible()
    assert pane.current is not None
    assert "0142" not in spoken(pane.current, NOON)
    press(pane, Qt.Key.Key_C, CONTROL)
    assert "0142" not in QGuiApplication.clipboard().text()
    # Enter does not dial: it asks for the steps
    press(pane, Qt.Key.Key_Return)
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
    assert child(pane, "directoryPrinted").text() == "+1 555 0142"
    press(pane, Qt.Key.Key_Return)
    assert opened == ["tel:+15550142"]
    # another ticket has not taken the steps
    pane.show_ticket(8)
    assert not child(pane, "directoryWays").isVisible()


def test_without_a_ticket_an_escalation_asks_for_one(theatre: Theatre, pane: DirectoryPane) -> None:
    type_in(pane, "refunds")
    press(pane, Qt.Key.Key_E, CONTROL)
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


def test_a_review_is_due_and_recorded_point_by_point(theatre: Theatre, pane: DirectoryPane) -> None:
    type_in(pane, "northwind")
    assert "Review the profile: due" in child(pane, "directoryReview_profile").text()
    press(pane, Qt.Key.Key_R, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    form = dialog("recordReview")
    assert not child(form, "recordReviewGo").isEnabled()
    QTest.keyClick(child(form, "recordReviewPoint_1"), Qt.Key.Key_Space)
    QTest.keyClick(form, Qt.Key.Key_Return, CONTROL)
    theatre.settle()
    assert theatre.workspace.directory.notes == [("review", "Northwind Traders", ("Phone numbers",), "")]
    assert "✓ Review the profile" in child(pane, "directoryReview_profile").text()


def test_a_due_review_of_the_customer_at_hand_is_told_and_one_key_away(theatre: Theatre, pane: DirectoryPane) -> None:
    ticket = theatre.workspace.rows[7]
    pane.show_ticket(7)
    assert "due: Review the profile (Ctrl+Shift+R)" in child(pane, "directoryAtHand").text()
    press(pane, Qt.Key.Key_R, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    form = dialog("recordReview")
    for place in range(2):
        child(form, f"recordReviewPoint_{place}").click()
    child(form, "recordReviewGo").click()
    theatre.settle()
    assert theatre.workspace.directory.notes == [("review", ticket.organization, ("Addresses", "Phone numbers"), "")]
    assert "due:" not in child(pane, "directoryAtHand").text()


def test_escape_steps_back_and_then_leaves(pane: DirectoryPane) -> None:
    left: list[bool] = []
    pane.left.connect(lambda: left.append(True))
    type_in(pane, "e")
    press(pane, Qt.Key.Key_O, ALT)
    press(pane, Qt.Key.Key_Escape)
    assert child(pane, "directorySearch").text() == ""
    press(pane, Qt.Key.Key_Escape)
    assert child(pane, "directoryFilter_all").isChecked()
    assert left == []
    press(pane, Qt.Key.Key_Escape)
    assert left == [True]


def test_a_privacy_request_is_recorded_and_begins_the_mail(
    theatre: Theatre, pane: DirectoryPane, opened: list[str]
) -> None:
    type_in(pane, "ana@")
    press(pane, Qt.Key.Key_G, CONTROL | Qt.KeyboardModifier.ShiftModifier)
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


def test_a_correction_is_recorded(theatre: Theatre, pane: DirectoryPane) -> None:
    type_in(pane, "agreements")
    press(pane, Qt.Key.Key_E, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    form = dialog("suggestCorrection")
    assert not child(form, "suggestCorrectionGo").isEnabled()
    QTest.keyClicks(child(form, "suggestCorrectionWords"), "Moved")
    child(form, "suggestCorrectionGo").click()
    theatre.settle()
    assert theatre.workspace.directory.notes == [("correction", "Data processing agreements", "Moved")]


def test_what_can_not_be_recorded_stays_in_the_form(
    theatre: Theatre, pane: DirectoryPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refused(Exception):
        title, advice = "The disk is full", "Make room."

    async def refuse(*_args: Any, **_more: Any) -> int:
        raise Refused

    monkeypatch.setattr(theatre.workspace.directory, "suggest_correction", refuse)
    type_in(pane, "agreements")
    child(pane, "directoryCorrect").click()
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


def test_a_company_shows_what_is_open_to_it_now(pane: DirectoryPane) -> None:
    type_in(pane, "harbour")
    text = child(pane, "directoryAccess").text()
    assert "Tier Platinum" in text
    assert "24/7" in text
    assert "always open" in text
    pane.look_for("lantern")
    text = child(pane, "directoryAccess").text()
    assert "open now, closes in 4 h 55 min" in text
    assert "not included" in text


def test_the_tickets_of_a_person_can_be_opened(pane: DirectoryPane, theatre: Theatre) -> None:
    wanted: list[int] = []
    pane.ticket_opened.connect(wanted.append)
    type_in(pane, "romero")
    child(pane, "directoryTicket_1").click()
    assert wanted == [1]
    assert theatre.workspace.rows[1].status in tuple(Status)


def test_a_chapter_of_the_handbook_is_found_and_its_link_shown_first(pane: DirectoryPane, opened: list[str]) -> None:
    type_in(pane, "preferences")
    assert "Log in to the portal" in child(pane, "directoryGuide").text()
    press(pane, Qt.Key.Key_Return)
    box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())
    assert box.informativeText() == "https://portal.example/account"
    box.reject()
    assert opened == []


# -- time


def test_opening_times_count_down_and_the_selection_stays(theatre: Theatre, pane: DirectoryPane) -> None:
    type_in(pane, "e")
    while title(pane) != "Webhooks, API limits, single sign-on":
        press(pane, Qt.Key.Key_Down)
    assert child(pane, "directoryCardOpening").text().startswith("○ Opens in 2 h 55 min")
    theatre.tick(56 * MINUTE)
    assert child(pane, "directoryCardOpening").text().startswith("○ Opens in 1 h 59 min")
    theatre.tick(2 * HOUR)
    assert child(pane, "directoryCardOpening").text().startswith("● Open now")
    assert title(pane) == "Webhooks, API limits, single sign-on"


def test_the_clock_is_heard_only_while_the_pane_is_seen(
    theatre: Theatre, pane: DirectoryPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane.hide()
    searched: list[str] = []

    def listen(text: str, **_more: Any) -> tuple[DirectoryRow, ...]:
        searched.append(text)
        return ()

    monkeypatch.setattr(theatre.workspace.directory, "search", listen)
    theatre.tick(2 * MINUTE)
    theatre.workspace.publish(Change(topics=frozenset({"contacts"})))
    theatre.settle()
    assert searched == []
    pane.show()
    assert searched == [""]


# -- the list


def test_a_line_reads_whole_to_a_screen_reader(pane: DirectoryPane) -> None:
    view = child(pane, "directoryView")
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


def test_below_a_certain_width_the_card_stands_below(pane: DirectoryPane) -> None:
    splitter = child(pane, "directorySplitter")
    assert splitter.orientation() == Qt.Orientation.Horizontal
    pane.resize(420, 700)
    assert splitter.orientation() == Qt.Orientation.Vertical
    chips = child(pane, "directoryFilters")
    assert chips.height() < 60  # at most two lines
    pane.grab()


def test_packs_that_were_read_again_show_at_once(theatre: Theatre, pane: DirectoryPane) -> None:
    theatre.workspace.directory.show_packs()
    theatre.workspace.publish(Change(topics=frozenset({"packs"})))
    theatre.settle()
    assert "Refunds and disputed invoices" not in listed(pane)
    assert "Badges and doors" in listed(pane)
    theatre.workspace.directory.show_packs(STAGED_PACK)
    theatre.workspace.publish(Change(topics=frozenset({"packs"})))
    theatre.settle()
    assert "Refunds and disputed invoices" in listed(pane)


def test_the_search_field_leaves_the_directory_its_own_keys(pane: DirectoryPane) -> None:
    search = child(pane, "directorySearch")

    def taken(key: Qt.Key) -> bool:
        asked = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.ControlModifier)
        asked.ignore()
        QApplication.sendEvent(search, asked)
        return asked.isAccepted()

    assert taken(Qt.Key.Key_V), "it is a field for text"
    assert not taken(Qt.Key.Key_E), "Escalate here…, and not the end of the line as X11 has it"
