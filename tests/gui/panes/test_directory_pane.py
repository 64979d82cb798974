"""The directory: found while typing, emergency first, honest about opening hours, all of it by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from agentconsole.domain.changes import Change
from agentconsole.domain.instant import HOUR, MINUTE
from agentconsole.domain.records import ContactRecord, OrganizationRecord, PersonRecord
from agentconsole.domain.rows import DirectoryRow
from agentconsole.gui.models.directory_model import EMERGENCY, DirectoryModel, Section
from agentconsole.gui.panes.directory.contact_words import act_of, copied, dial, hours_words, opening_words, spoken
from agentconsole.gui.panes.directory_pane import DirectoryPane
from tests.support.stage import Theatre
from tests.support.staged_rows import NOON


@pytest.fixture
def pane(theatre: Theatre) -> Iterator[DirectoryPane]:
    shown = DirectoryPane(theatre.context)
    shown.resize(1000, 700)
    shown.show()
    theatre.settle()
    yield shown
    shown.close()
    shown.deleteLater()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    addresses: list[str] = []
    for module in ("agentconsole.gui.panes.directory_pane", "agentconsole.gui.link_opener"):
        monkeypatch.setattr(f"{module}.QDesktopServices.openUrl", lambda url: addresses.append(url.toString()))
    return addresses


def child(pane: QWidget, name: str) -> Any:
    found = pane.findChild(QWidget, name)
    assert found is not None, name
    return found


def listed(pane: DirectoryPane) -> list[str]:
    model: DirectoryModel = child(pane, "directoryView").model()
    return [f"# {line.title}" if isinstance(line, Section) else line.title for line in model._lines]


def contact(**values: Any) -> DirectoryRow:
    record = ContactRecord(**{"ref": "c", "section": "Desk", "purpose": "Purpose", **values})
    return DirectoryRow(title=record.purpose, subtitle="", section=record.section, contact=record)


def test_emergency_contacts_stand_on_top(pane: DirectoryPane) -> None:
    assert listed(pane)[:3] == [f"# {EMERGENCY}", "Checkout is down for everyone", "Suspected data leak"]
    assert "# People" in listed(pane)
    assert "# Organizations" in listed(pane)


def test_typing_narrows_the_list_and_the_first_hit_is_ready(pane: DirectoryPane) -> None:
    QTest.keyClicks(child(pane, "directorySearch"), "refunds")
    assert listed(pane) == ["# Billing", "Refunds and disputed invoices"]
    assert pane.current is not None
    assert pane.current.title == "Refunds and disputed invoices"
    assert child(pane, "directoryCardTitle").text() == "Refunds and disputed invoices"
    assert child(pane, "directoryCardOpening").text() == "● Open now · closes in 5 h 26 min"


def test_nothing_found_says_what_to_try(pane: DirectoryPane) -> None:
    QTest.keyClicks(child(pane, "directorySearch"), "zzzz")
    assert child(pane, "directoryNothing").isVisible()
    assert pane.current is None
    QTest.keyClick(child(pane, "directorySearch"), Qt.Key.Key_Escape)
    assert child(pane, "directoryView").isVisible()


def test_an_empty_directory_is_not_the_same_as_nothing_found(theatre: Theatre, pane: DirectoryPane) -> None:
    theatre.workspace.directory._rows = []
    theatre.workspace.publish(Change(topics=frozenset({"contacts"})))
    theatre.settle()
    assert child(pane, "directoryEmpty").isVisible()


def test_arrows_move_while_typing_and_enter_writes_the_mail(pane: DirectoryPane, opened: list[str]) -> None:
    search = child(pane, "directorySearch")
    QTest.keyClick(search, Qt.Key.Key_Down)
    assert pane.current is not None
    assert pane.current.title == "Suspected data leak"
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert opened == ["mailto:security@desk.example"]


def test_enter_dials(pane: DirectoryPane, opened: list[str]) -> None:
    QTest.keyClick(child(pane, "directorySearch"), Qt.Key.Key_Return)
    assert opened == ["tel:+15550199"]


def test_a_web_address_is_shown_before_it_opens(pane: DirectoryPane, opened: list[str]) -> None:
    QTest.keyClicks(child(pane, "directorySearch"), "agreements")
    child(pane, "directoryAct").click()
    box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())
    assert opened == []
    assert box.informativeText() == "https://legal.example"
    box.defaultButton().click()
    assert opened == ["https://legal.example"]


def test_c_copies_the_address(pane: DirectoryPane) -> None:
    view = child(pane, "directoryView")
    pane.activateWindow()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "+1 555 0199"


def test_an_executive_is_reached_only_after_the_steps_before(pane: DirectoryPane, opened: list[str]) -> None:
    QTest.keyClicks(child(pane, "directorySearch"), "head of")
    QTest.keyClick(child(pane, "directorySearch"), Qt.Key.Key_Return)
    assert opened == []
    assert child(pane, "directorySteps").isVisible()
    assert not child(pane, "directoryAct").isVisible()
    assert "0142" not in child(pane, "directoryFacts").text()
    assert pane.current is not None
    assert "0142" not in spoken(pane.current, NOON)
    child(pane, "directoryStepsTaken").click()
    assert "0142" in child(pane, "directoryFacts").text()
    child(pane, "directoryAct").click()
    assert opened == ["tel:+15550142"]


def test_the_tickets_of_a_person_can_be_opened(pane: DirectoryPane) -> None:
    wanted: list[int] = []
    pane.ticket_opened.connect(wanted.append)
    QTest.keyClicks(child(pane, "directorySearch"), "romero")
    child(pane, "directoryTicket_1").click()
    assert wanted == [1]


def test_opening_times_count_down_and_the_selection_stays(theatre: Theatre, pane: DirectoryPane) -> None:
    search = child(pane, "directorySearch")
    for _ in range(3):
        QTest.keyClick(search, Qt.Key.Key_Down)
    assert pane.current is not None
    assert pane.current.title == "Webhooks, API limits, single sign-on"
    assert child(pane, "directoryCardOpening").text() == "○ Opens in 2 h 56 min"
    theatre.tick(56 * MINUTE)
    assert child(pane, "directoryCardOpening").text() == "○ Opens in 2 h"
    assert pane.current.title == "Webhooks, API limits, single sign-on"


def test_the_clock_is_heard_only_while_the_pane_is_seen(
    theatre: Theatre, pane: DirectoryPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane.hide()
    searched: list[str] = []

    def listen(text: str, at: int | None = None, limit: int = 500) -> tuple[DirectoryRow, ...]:
        searched.append(text)
        return ()

    monkeypatch.setattr(theatre.workspace.directory, "search", listen)
    theatre.tick(2 * MINUTE)
    theatre.workspace.publish(Change(topics=frozenset({"contacts"})))
    theatre.settle()
    assert searched == []
    pane.show()
    assert searched == [""]


def test_a_line_reads_whole_to_a_screen_reader(pane: DirectoryPane) -> None:
    view = child(pane, "directoryView")
    index = view.model().first_hit()
    text = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert text == ("Emergency contact, Checkout is down for everyone, Phone, Incident desk · +1 555 0199, Always open")
    assert view.model().flags(view.model().index(0)) == Qt.ItemFlag.NoItemFlags


def test_below_a_certain_width_the_card_stands_below(pane: DirectoryPane) -> None:
    splitter = child(pane, "directorySplitter")
    assert splitter.orientation() == Qt.Orientation.Horizontal
    pane.resize(420, 700)
    assert splitter.orientation() == Qt.Orientation.Vertical


@pytest.mark.parametrize(
    ("row", "address"),
    [
        (contact(method="email", details="a.b@desk.example"), "mailto:a.b@desk.example"),
        (contact(method="phone", details="+1-800-PARTNER (Option 2)"), "tel:+18007278637"),
        (contact(method="phone", details="+1 212 555 1234"), "tel:+12125551234"),
        (contact(method="web", details="portal.desk.example/help"), "https://portal.desk.example/help"),
        (contact(method="web", details="https://portal.desk.example"), "https://portal.desk.example"),
        (contact(method="chat", details="Available in Partner Portal"), None),
        (contact(method="phone", details="Your specific number in the welcome kit"), None),
        (contact(method="web", details="javascript:alert(1)"), None),
        (contact(method="email", details="See the manager", address="mailto:m@desk.example"), "mailto:m@desk.example"),
    ],
)
def test_what_enter_does_follows_from_the_address(row: DirectoryRow, address: str | None) -> None:
    act = act_of(row)
    assert (act.address if act else None) == address


def test_people_and_organizations_have_their_own_default() -> None:
    ana = PersonRecord(ref="p", name="Ana", email="ana@x.example", phone="+1 2")
    tom = PersonRecord(ref="q", name="Tom", phone="+1 555-01")
    company = OrganizationRecord(ref="o", name="Acme")
    person = DirectoryRow(title="Ana", subtitle="", section="People", person=ana)
    caller = DirectoryRow(title="Tom", subtitle="", section="People", person=tom)
    firm = DirectoryRow(title="Acme", subtitle="", section="Organizations", organization=company)
    assert [act.address if (act := act_of(row)) else None for row in (person, caller, firm)] == [
        "mailto:ana@x.example",
        "tel:+155501",
        None,
    ]
    assert [copied(row) for row in (person, caller, firm)] == ["ana@x.example", "+1 555-01", "Acme"]
    assert dial("0800-HELP") == "tel:08004357"


@pytest.mark.parametrize(
    ("open_now", "changes_in", "words"),
    [
        (True, 2 * HOUR, "Open now · closes in 2 h"),
        (False, 10 * HOUR + 5 * MINUTE, "Opens in 10 h 5 min"),
        (True, None, "Always open"),
        (False, None, "Closed"),
        (None, None, ""),
    ],
)
def test_opening_in_words(open_now: bool | None, changes_in: int | None, words: str) -> None:
    record = ContactRecord(ref="c", section="Desk", purpose="Purpose")
    at = None if changes_in is None else NOON + changes_in
    row = DirectoryRow(title="t", subtitle="", section="s", contact=record, open_now=open_now, changes_at=at)
    assert opening_words(row, NOON) == words


def test_weekly_hours_in_one_line() -> None:
    week = {day: [("09:00", "17:30")] for day in ("mon", "tue", "wed", "thu", "fri")}
    record = ContactRecord(ref="c", section="s", purpose="p", hours={**week, "sun": [("10:00", "12:00")]})
    assert hours_words(record) == "Mon–Fri 09:00–17:30, Sun 10:00–12:00"
