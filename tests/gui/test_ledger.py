"""Why this time? The window that tells how a target came about, and its words."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListWidget, QPushButton, QTextBrowser, QWidget

from agentconsole.domain.changes import Change
from agentconsole.domain.countdown import Light, Thresholds
from agentconsole.domain.instant import DAY, HOUR
from agentconsole.domain.ledger import Explanation, LineKind
from agentconsole.domain.values import Metric, Stage, Status
from agentconsole.gui.dialogs.ledger import LedgerWindow
from agentconsole.gui.dialogs.ledger_words import Ledger, as_text, ledger_of
from agentconsole.gui.main_window import MainWindow
from tests.support.stage import Theatre
from tests.support.staged_rows import NOON
from tests.support.staged_sla import PACK, PACK_TITLE, ZONE, staged_ledger, there

BERLIN = ZoneInfo("Europe/Berlin")


def told(explanation: Explanation, zone: str = "Europe/Berlin") -> Ledger:
    return ledger_of(explanation, NOON, Thresholds(), ZoneInfo(zone))


def facts(ledger: Ledger) -> dict[str, str]:
    return {fact.label: fact.text for fact in ledger.facts}


# Words


def test_the_rule_is_quoted_with_its_document_and_what_was_assumed() -> None:
    said = facts(told(staged_ledger(NOON)[0]))
    assert said["Promise"] == "12 business hours"
    assert said["Rule"] == "“Gold: answered within 12 business hours”"
    assert said["Document"] == f"{PACK_TITLE} › Support Overview › Response Times"
    assert said["Applies to"] == "Gold · high"
    assert said["Assumed"].startswith("The document names no zone")
    assert said["Hours"] == "Business hours (Mon–Fri 09:00–18:00; America/New_York)"
    assert said["Spent"] == "8 h 50 min of 12 h, 3 h 10 min left"


def test_times_are_told_in_both_zones_only_where_they_differ() -> None:
    both = told(staged_ledger(NOON)[0])
    assert facts(both)["Due"] == (
        "Friday 20 November 2026, 13:40 (EST); your time: Friday 20 November 2026, 19:40 (CET)"
    )
    assert both.steps[0].there == "Wed 18 Nov 16:10"
    assert both.steps[0].ours == "Wed 18 Nov 22:10"
    same = told(staged_ledger(NOON)[0], ZONE)
    assert facts(same)["Due"] == "Friday 20 November 2026, 13:40 (EST)"
    assert not any(step.ours for step in same.steps)


def test_each_step_says_what_counted_and_what_did_not() -> None:
    steps = {step.kind: step for step in told(staged_ledger(NOON)[0], ZONE).steps}
    assert steps[LineKind.START].what == "Begins: Created by Ana Ferreira"
    assert steps[LineKind.PAUSE].what == "Paused: waits on the requester"
    assert steps[LineKind.PAUSE].there == "Thu 19 Nov 16:00 – Fri 20 Nov 10:30"
    assert steps[LineKind.CLOSED].what == "Closed: Day of the staged founder"
    assert steps[LineKind.CLOCKS].what == "Clocks change: The clocks go back one hour"
    planned = steps[LineKind.OPEN]
    assert (planned.what, planned.counted, planned.total, planned.planned) == ("Will count", "3 h 10 min", "12 h", True)


def test_a_whole_date_and_several_are_named_without_times() -> None:
    explanation = staged_ledger(NOON)[0]
    line = explanation.lines[5]._replace(at=there("2026-11-26 00:00"), until=there("2026-11-27 00:00"))
    weekend = line._replace(at=there("2026-11-28 00:00"), until=there("2026-11-30 00:00"), words="")
    steps = told(explanation._replace(lines=(line, weekend)), ZONE).steps
    assert [step.there for step in steps] == ["Thu 26 Nov", "Sat 28 Nov – Sun 29 Nov"]
    assert steps[1].what == "Closed"


def test_no_explicit_sla_is_said_as_such() -> None:
    ledger = told(staged_ledger(NOON)[1])
    assert (ledger.light, ledger.state) == (Light.NO_TARGET, "No explicit SLA")
    said = facts(ledger)
    assert said["Promise"] == "No explicit SLA: nothing is due, and nothing is ever late"
    assert "Due" not in said


def test_the_help_desks_target_says_so_and_what_the_pack_would_say() -> None:
    ledger = told(staged_ledger(NOON)[2])
    assert ledger.whose.startswith("The help desk's own target")
    assert ledger.comparison == f"By {PACK_TITLE} it would breach 24 h later; the help desk's target counts."
    assert ledger.instead is not None
    assert facts(ledger.instead)["Promise"] == "3 business days"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"breach_at": NOON + 2 * DAY}, "comes to the same time"),
        ({"breach_at": NOON + DAY}, "24 h earlier"),
        ({"goal": "none", "breach_at": None}, "has no explicit target"),
        ({"breach_at": None, "stage": Stage.PAUSED}, "it is paused there"),
    ],
)
def test_the_difference_is_told(change: dict[str, object], words: str) -> None:
    theirs = staged_ledger(NOON)[2]
    assert theirs.instead is not None
    assert words in told(theirs._replace(instead=theirs.instead._replace(**change))).comparison  # type: ignore[arg-type]


def test_a_pause_that_lasts_leaves_the_due_time_open() -> None:
    paused = staged_ledger(NOON)[0]._replace(
        stage=Stage.PAUSED, due_at=None, breach_at=None, paused_since=NOON - 3 * HOUR, paused_by=Status.PENDING
    )
    said = facts(told(paused, ZONE))
    assert said["Paused"] == "3 h, since Friday 20 November 2026, 04:04 (EST): waits on the requester"
    assert said["Due"].startswith("Not before the pause has ended")


def test_as_text_it_holds_everything() -> None:
    ledgers = tuple(told(each) for each in staged_ledger(NOON))
    text = as_text(ledgers, "#48001  Webhooks")
    assert text.startswith("#48001  Webhooks\n\nFirst reply: On track\n")
    for ledger in ledgers:
        for fact in ledger.facts:
            assert f"{fact.label}: {fact.text}" in text
        for step in ledger.steps:
            assert step.what in text
    assert f"What the pack says: By {PACK_TITLE}" in text


# The window


@pytest.fixture
def window(theatre: Theatre) -> Iterator[LedgerWindow]:
    owner = QWidget()
    window = LedgerWindow(theatre.context, owner)
    window.show_ticket(1, Metric.NEXT_REPLY)
    window.show()
    theatre.settle()
    yield window
    window.close()
    owner.deleteLater()


def targets(window: LedgerWindow) -> QListWidget:
    found = window.findChild(QListWidget, "ledgerTargets")
    assert isinstance(found, QListWidget)
    return found


def text(window: LedgerWindow) -> str:
    page = window.findChild(QTextBrowser, "ledgerText")
    assert isinstance(page, QTextBrowser)
    return page.toPlainText()


def test_it_begins_at_the_target_that_was_asked_about(window: LedgerWindow) -> None:
    assert [targets(window).item(row).text() for row in range(3)] == [
        "First reply\nOn track",
        "Next reply\nNo explicit SLA",
        "Resolution\nOn track",
    ]
    assert targets(window).currentRow() == 1
    assert "No explicit SLA: nothing is due" in text(window)
    assert not window.isModal()
    assert window.focusWidget() is targets(window)


def test_the_arrow_keys_go_from_target_to_target(window: LedgerWindow) -> None:
    QTest.keyClick(targets(window), Qt.Key.Key_Up)
    assert "12 business hours" in text(window)
    assert "Step by step" in text(window)
    QTest.keyClick(targets(window), Qt.Key.Key_End)
    assert "What the pack says" in text(window)


def test_everything_is_copied_as_text(window: LedgerWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("#48001  Webhook deliveries")
    assert "Promise: 12 business hours" in copied
    button = window.findChild(QPushButton, "ledgerCopy")
    assert isinstance(button, QPushButton)
    assert button.text() == "Copied"


def test_it_follows_changes_of_its_ticket_and_keeps_its_place(theatre: Theatre, window: LedgerWindow) -> None:
    QTest.keyClick(targets(window), Qt.Key.Key_Down)
    first, nothing, theirs = staged_ledger(NOON)
    theatre.workspace.sla.explanations = (first, nothing, theirs._replace(instead=None))
    theatre.workspace.publish(Change(tickets=frozenset({7}), initiator="sync"))
    theatre.settle()
    assert "What the pack says" in text(window)
    theatre.workspace.publish(Change(tickets=frozenset({1}), initiator="sync"))
    theatre.settle()
    assert targets(window).currentRow() == 2
    assert "What the pack says" not in text(window)


def test_a_ticket_without_targets_says_so(theatre: Theatre, window: LedgerWindow) -> None:
    theatre.workspace.sla.explanations = ()
    window.show_ticket(2)
    theatre.settle()
    nothing = window.findChild(QLabel, "ledgerNothing")
    assert isinstance(nothing, QLabel)
    assert nothing.isVisible()
    assert nothing.text().startswith("This ticket has no SLA target.")
    assert not targets(window).isVisible()


def test_escape_closes_it(theatre: Theatre, window: LedgerWindow) -> None:
    QTest.keyClick(targets(window), Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_the_key_opens_it_from_the_countdown_and_from_the_ticket(theatre: Theatre) -> None:
    window = MainWindow(theatre.context)
    window.resize(1600, 1000)
    window.show()
    theatre.settle()
    window.show_pane("sla")
    theatre.settle()
    sla = window.pane("sla")
    assert sla is not None
    table = sla.focusProxy()
    assert table is not None
    QTest.keyClick(table, Qt.Key.Key_J)
    QTest.keyClick(table, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    theatre.settle()
    dialog = window.findChild(LedgerWindow)
    assert isinstance(dialog, LedgerWindow)
    assert dialog.isVisible()
    first = theatre.workspace.sla.asked[-1]
    window.open_ticket(5)
    window.show_pane("ticket")
    theatre.settle()
    theatre.context.actions.trigger("ticket.why")
    theatre.settle()
    assert theatre.workspace.sla.asked[-1] == 5 != first
    assert len(window.findChildren(LedgerWindow)) == 1
    window.hide()
    window.deleteLater()


def test_the_staged_pack_is_the_one_that_is_named() -> None:
    assert {each.source for each in staged_ledger(NOON)} == {PACK, ""}
