"""The directory: found while typing, emergency first, honest about opening hours, all of it by keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from agentconsole.domain.changes import Change
from agentconsole.gui.models.directory_model import EMERGENCY, DirectoryModel, Section
from agentconsole.gui.panes.directory.contact_words import spoken
from agentconsole.gui.panes.directory_pane import DirectoryPane
from tests.support.directory_hands import child, listed, press, title, type_in
from tests.support.stage import Theatre
from tests.support.staged_rows import NOON

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


# -- finding


def test_emergency_contacts_stand_on_top_each_with_its_number(directory: DirectoryPane) -> None:
    assert listed(directory)[:3] == [f"# {EMERGENCY}", "Checkout is down for everyone", "Suspected data leak"]
    assert {"# Support", "# Billing", "# Guides", "# Organizations", "# People"} <= set(listed(directory))
    assert "+1 555 0199" in spoken(directory.current, NOON) if directory.current else False


def test_typing_narrows_the_list_and_the_first_hit_is_ready(directory: DirectoryPane) -> None:
    type_in(directory, "refunds")
    assert listed(directory) == ["# Billing", "Refunds and disputed invoices"]
    assert child(directory, "directoryCardTitle").text() == "Refunds and disputed invoices"
    assert child(directory, "directoryCardOpening").text().startswith("● Open now · closes in 5 h 25 min")
    assert child(directory, "directoryPrinted").text() == "billing@desk.example"


def test_nothing_found_says_what_to_try_and_escape_goes_back(directory: DirectoryPane) -> None:
    type_in(directory, "zzzz")
    assert child(directory, "directoryNothing").isVisible()
    assert directory.current is None
    press(directory, Qt.Key.Key_Escape)
    assert child(directory, "directoryView").isVisible()


def test_an_empty_directory_is_not_the_same_as_nothing_found(theatre: Theatre, directory: DirectoryPane) -> None:
    theatre.workspace.directory.show_packs()
    theatre.workspace.directory.rows = []
    theatre.workspace.directory.book.entries = ()
    theatre.workspace.publish(Change(topics=frozenset({"packs"})))
    theatre.settle()
    assert child(directory, "directoryEmpty").isVisible()


def test_who_comes_from_which_pack_shows_when_there_are_several(directory: DirectoryPane) -> None:
    model: DirectoryModel = child(directory, "directoryView").model()
    notes = [line.note for line in map(model.line_at, range(model.rowCount())) if isinstance(line, Section)]
    # the first section of each origin names it
    assert [note for note in notes if note] == ["Desk handbook", "Help desk"]
    type_in(directory, "badges")
    assert child(directory, "directoryCardSection").text() == "Facilities  ·  Help desk"


# -- filters, by their keys


def test_filters_are_keys_and_are_cleared_by_escape(directory: DirectoryPane) -> None:
    everything = listed(directory)
    press(directory, Qt.Key.Key_U, ALT)
    assert listed(directory) == [f"# {EMERGENCY}", "Checkout is down for everyone", "Suspected data leak"]
    assert child(directory, "directoryFilter_emergency").isChecked()
    press(directory, Qt.Key.Key_P, ALT)
    assert listed(directory)[:2] == ["# People", "Ana Ferreira"]
    press(directory, Qt.Key.Key_G, ALT)
    assert listed(directory)[:2] == ["# Organizations", "Northwind Traders"]
    press(directory, Qt.Key.Key_Escape)
    assert listed(directory) == everything
    assert child(directory, "directoryFilter_all").isChecked()


def test_open_now_shows_who_is_there(directory: DirectoryPane) -> None:
    press(directory, Qt.Key.Key_O, ALT)
    # at noon UTC it is six in the morning in Chicago; "in your region" is open in Europe
    assert "Refunds and disputed invoices" in listed(directory)
    assert "General questions" in listed(directory)
    assert "Webhooks, API limits, single sign-on" not in listed(directory)
    assert "Data processing agreements" not in listed(directory)


def test_a_region_is_chosen_from_a_menu_by_keyboard(directory: DirectoryPane) -> None:
    press(directory, Qt.Key.Key_R, ALT)
    menu = child(directory, "directoryFilter_regionMenu")
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["Every region", "Europe", "Americas"]
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert listed(directory) == [
        "# Support",
        "General questions",
        "# Integrations",
        "Webhooks, API limits, single sign-on",
    ]
    # who has each region's hours is shown with those of the region asked for
    assert child(directory, "directoryCardOpening").text().startswith("○ Opens in 2 h 55 min")


def test_a_method_is_chosen_from_a_menu(directory: DirectoryPane) -> None:
    press(directory, Qt.Key.Key_M, ALT)
    menu = child(directory, "directoryFilter_methodMenu")
    assert [action.text() for action in menu.actions()] == ["Every method", "Mail", "Phone", "Web", "Chat"]
    menu.actions()[3].trigger()
    menu.close()
    assert listed(directory) == ["# Legal", "Data processing agreements"]


# -- who handles


def test_a_sentence_ranks_who_handles_it_and_shows_why(directory: DirectoryPane) -> None:
    press(directory, Qt.Key.Key_W, ALT)
    type_in(directory, "They were charged twice, please correct the invoice")
    assert listed(directory)[:2] == ["# Best matches", "Refunds and disputed invoices"]
    assert directory.current is not None
    assert directory.current.matched == ("charged", "invoice")
    assert "matches charged, invoice" in spoken(directory.current, NOON)
    press(directory, Qt.Key.Key_Escape)
    press(directory, Qt.Key.Key_Escape)
    assert listed(directory)[0] == f"# {EMERGENCY}"


def test_before_anything_is_asked_it_says_what_to_write(directory: DirectoryPane) -> None:
    press(directory, Qt.Key.Key_W, ALT)
    assert child(directory, "directoryNothingTitle").text() == "What is it about?"
    type_in(directory, "zzzz")
    assert child(directory, "directoryNothingTitle").text() == "Nobody found for these words"


def test_without_a_sentence_the_tickets_own_words_count(theatre: Theatre, directory: DirectoryPane) -> None:
    ticket = next(row for row in theatre.workspace.rows.values() if "Webhook" in row.subject)
    directory.ask_who_handles(ticket.id)
    assert listed(directory)[:2] == [f"# Best matches for #{ticket.ref}", "Webhooks, API limits, single sign-on"]
    type_in(directory, "nonsense")
    assert child(directory, "directoryNothing").isVisible()


# -- the ticket at hand


def test_hours_and_tiers_are_told_for_the_ticket_at_hand(theatre: Theatre, directory: DirectoryPane) -> None:
    ticket = next(row for row in theatre.workspace.rows.values() if row.tier == "Gold")
    type_in(directory, "general questions")
    assert child(directory, "directoryCardOpening").text() == "● Open in Europe"
    directory.show_ticket(ticket.id)
    told = f"Hours and tiers as for #{ticket.ref} · {ticket.organization} · Gold"
    assert child(directory, "directoryAtHand").text().startswith(told)
    assert child(directory, "directoryCardOpening").text().startswith("● Open now · closes in 4 h 55 min")
    directory.look_for("webhooks")
    assert (
        child(directory, "directoryCardAllowed").text() == f"✕ Platinum only · {ticket.organization} does not have it"
    )
    assert directory.current is not None
    assert "not for this customer" in spoken(directory.current, NOON)


def test_a_contact_asked_for_by_its_id_is_shown(directory: DirectoryPane) -> None:
    type_in(directory, "zzzz")
    directory.show_contact("desk", "agreements")
    assert title(directory) == "Data processing agreements"
    directory.show_contact("desk", "gone")
    assert title(directory) == "Data processing agreements"
