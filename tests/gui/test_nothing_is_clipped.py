"""No label, button, tab, field or header cuts its words: in every theme, at both sizes, and with longer words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QPushButton, QWidget

from agentconsole.connectors.api import NeedsLogin
from agentconsole.domain.outbox_views import OutboxView
from agentconsole.domain.rows import DirectoryRow
from agentconsole.gui.dialogs.about import About
from agentconsole.gui.dialogs.connection_wizard import ConnectionWizard
from agentconsole.gui.dialogs.decide.window import DecisionWindow
from agentconsole.gui.dialogs.directory_record import RecordPrivacy, RecordReview, SuggestCorrection
from agentconsole.gui.dialogs.drafts.window import DraftsWindow
from agentconsole.gui.dialogs.escalate_contact import EscalateContact
from agentconsole.gui.dialogs.export import ExportDialog
from agentconsole.gui.dialogs.handbook import Handbook
from agentconsole.gui.dialogs.ledger import LedgerWindow
from agentconsole.gui.dialogs.line_question import LineQuestion
from agentconsole.gui.dialogs.merge_ticket import MergeTicket
from agentconsole.gui.dialogs.new_ticket import NewTicket
from agentconsole.gui.dialogs.open_archive import OpenArchive
from agentconsole.gui.dialogs.passphrase import PassphraseDialog
from agentconsole.gui.dialogs.preferences import Preferences
from agentconsole.gui.dialogs.trip import TripDialog
from agentconsole.gui.dialogs.wipe_question import WipeQuestion
from agentconsole.gui.first_start import FirstStartWindow
from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.profile_form import ConnectionReport, ProfileForm
from agentconsole.gui.start_trouble import StartTrouble, StartTroubleWindow
from agentconsole.gui.theming import THEMES
from tests.gui.test_open_archive import StagedArchives
from tests.support.clipped import clipped
from tests.support.gallery_offline import PARTLY, PROBLEMS
from tests.support.stage import Theatre
from tests.support.staged_custody import StagedCustody, lock_screen, wiped_window

SIZES = [(1280, 800), (2560, 1440), (1000, 700)]
PANES = ("queue", "ticket", "directory", "outbox", "sla")


class LongWords(QTranslator):
    """A language whose words are a third longer, as German's are."""

    def translate(self, _context: str, source: str, _disambiguation: str | None = None, _count: int = -1) -> str:
        words = source.split(" ")
        return " ".join([*words, *("x" * len(word) for word in words[: (len(words) + 2) // 3])]) if source else source

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def long_words(qapp: QApplication) -> Iterator[None]:
    translator = LongWords()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", THEMES)
def test_in_the_window(qapp: QApplication, theme: str, size: tuple[int, int]) -> None:
    _look_at_every_pane(Theatre(rows=120, theme=theme), size)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_in_the_window_of_a_desk_without_tickets(qapp: QApplication, size: tuple[int, int]) -> None:
    _look_at_every_pane(Theatre(rows=0), size)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_in_the_window_while_thousands_of_changes_are_sent(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    theatre = Theatre(rows=120)
    tally = {OutboxView.WAITING: 10_110, OutboxView.NEEDS_YOU: 1_200, OutboxView.SENT: 8_888}

    async def counted() -> dict[OutboxView, int]:
        return tally

    monkeypatch.setattr(theatre.workspace.outbox, "tally", counted)
    _look_at_every_pane(theatre, size)


def _look_at_every_pane(theatre: Theatre, size: tuple[int, int]) -> None:
    window = MainWindow(theatre.context)
    window.resize(*size)
    window.layout_of_panes.reset()
    window.show()
    theatre.settle()
    if theatre.workspace.rows:
        window.open_ticket(1)
    cut: list[str] = []
    try:
        for pane in PANES:
            window.show_pane(pane)
            theatre.settle()
            cut += [f"{pane}: {line}" for line in clipped(window)]
    finally:
        window.hide()
        window.deleteLater()
        theatre.close()
    assert not cut


Dialog = Callable[[Theatre, QWidget], QWidget]


def _merge(theatre: Theatre, owner: QWidget) -> QWidget:
    source = theatre.workspace.tickets.detail(1)
    assert source is not None
    return MergeTicket(theatre.context, source, owner)


async def _connect(_profile: ProfileForm) -> ConnectionReport:
    raise NeedsLogin


def _trouble(theatre: Theatre, _owner: QWidget) -> QWidget:
    trouble = StartTrouble(
        title="The console's store is damaged",
        meaning="Changes that were not sent yet may be in it. What is at the help desk is safe.",
        advice="Set the file aside and go on with a fresh copy.",
        place=Path("/home/noor/.local/share/agentconsole/console.db"),
        aside="Set it aside and start",
    )
    return StartTroubleWindow(theatre.context.theming, theatre.context.icons, trouble)


def _hit(theatre: Theatre, text: str) -> DirectoryRow:
    return theatre.workspace.directory.search(text)[0]


def _escalate(theatre: Theatre, owner: QWidget, ticket: int | None) -> QWidget:
    row = _hit(theatre, "head of support")
    assert row.contact is not None
    return EscalateContact(theatre.context, row.contact, theatre.workspace.directory.escalation(row), ticket, owner)


def _review(theatre: Theatre, owner: QWidget) -> QWidget:
    row = _hit(theatre, "northwind")
    return RecordReview(theatre.context, row, theatre.workspace.directory.about(row).reviews[0], owner)


def _ledger(theatre: Theatre, owner: QWidget) -> QWidget:
    ledger = LedgerWindow(theatre.context, owner)
    ledger.show_ticket(1)
    return ledger


def _lock(theatre: Theatre) -> QWidget:
    screen = lock_screen(theatre.context)
    field = screen.findChild(QLineEdit, "passphraseField")
    assert field is not None
    field.setText("not that one")
    screen.unlock()
    return screen


def _decide(theatre: Theatre, owner: QWidget, key: str) -> QWidget:
    if key == "key-4":
        theatre.workspace.outbox.bury(key)
    decisions = DecisionWindow(theatre.context, owner)
    decisions.begin(key)
    return decisions


def _drafts(theatre: Theatre, owner: QWidget) -> QWidget:
    theatre.workspace.drafts.put(3, "Begun for Ana", age=60_000_000)
    theatre.workspace.drafts.put_version(3, "Begun for Ben", "macro")
    return DraftsWindow(theatre.context, owner)


def _trip(theatre: Theatre, owner: QWidget, *, begun: bool) -> QWidget:
    theatre.workspace.cache.left_out = 14_210
    if begun:
        trips = theatre.workspace.trips
        trips.told = PROBLEMS
        trips.get_on(PARTLY)
    dialog = TripDialog(theatre.context, owner)
    if not begun:
        dialog.choice.reckon()
    return dialog


DIALOGS: dict[str, Dialog] = {
    "trip": lambda theatre, owner: _trip(theatre, owner, begun=False),
    "trip under way": lambda theatre, owner: _trip(theatre, owner, begun=True),
    "refused": lambda theatre, owner: _decide(theatre, owner, "key-1"),
    "conflict": lambda theatre, owner: _decide(theatre, owner, "key-2"),
    "held": lambda theatre, owner: _decide(theatre, owner, "key-3"),
    "ticket gone": lambda theatre, owner: _decide(theatre, owner, "key-4"),
    "drafts": _drafts,
    "ledger": _ledger,
    "escalate": lambda theatre, owner: _escalate(theatre, owner, 1),
    "escalate which": lambda theatre, owner: _escalate(theatre, owner, None),
    "review": _review,
    "privacy": lambda theatre, owner: RecordPrivacy(theatre.context, _hit(theatre, "ana@"), None, None, owner),
    "correction": lambda theatre, owner: SuggestCorrection(theatre.context, _hit(theatre, "refunds"), owner),
    "new ticket": lambda theatre, owner: NewTicket(theatre.context, owner),
    "merge": _merge,
    "preferences": lambda theatre, owner: Preferences(replace(theatre.context, custody=StagedCustody()), owner),
    "preferences of a home with a key file": lambda theatre, owner: Preferences(
        replace(theatre.context, custody=StagedCustody("key file")), owner
    ),
    "lock": lambda theatre, _owner: _lock(theatre),
    "wiped": lambda theatre, _owner: wiped_window(theatre.context),
    "wipe": lambda theatre, owner: WipeQuestion(theatre.context, owner),
    "set passphrase": lambda theatre, owner: PassphraseDialog(
        StagedCustody("key file"), theatre.context.tasks, "set", owner
    ),
    "change passphrase": lambda theatre, owner: PassphraseDialog(
        StagedCustody(), theatre.context.tasks, "change", owner
    ),
    "open archive": lambda theatre, owner: OpenArchive(theatre.context, StagedArchives(), owner),
    "export": lambda theatre, owner: ExportDialog(theatre.context, owner),
    "about": lambda theatre, owner: About(theatre.context, owner),
    "handbook": lambda theatre, owner: Handbook(theatre.context, owner),
    "tags": lambda _theatre, owner: LineQuestion("Change tags", "Tags to add to 3 tickets.", "Change tags", owner),
    "wizard": lambda theatre, owner: ConnectionWizard(theatre.context.tasks, _connect, owner),
    "first start": lambda theatre, _owner: FirstStartWindow(
        theatre.context.theming, theatre.context.icons, theatre.context.tasks, _connect
    ),
    "start trouble": _trouble,
}


def _cut_in(theatre: Theatre, make: Dialog) -> list[str]:
    owner = QWidget()
    dialog = make(theatre, owner)
    dialog.show()
    theatre.settle()
    pages = dialog.findChild(QListWidget, "pageList")
    cut: list[str] = []
    for page in range(pages.count() if pages is not None else 1):
        if pages is not None:
            pages.setCurrentRow(page)
        theatre.settle()
        cut += clipped(dialog)
    for widget in (dialog, owner):
        widget.hide()
        widget.deleteLater()
    return cut


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", DIALOGS)
def test_in_a_dialog(qapp: QApplication, theme: str, name: str) -> None:
    theatre = Theatre(rows=40, theme=theme)
    cut = _cut_in(theatre, DIALOGS[name])
    theatre.close()
    assert not cut


@pytest.mark.parametrize("name", DIALOGS)
def test_in_a_dialog_of_a_language_with_longer_words(theatre: Theatre, long_words: None, name: str) -> None:
    assert not _cut_in(theatre, DIALOGS[name])


def test_words_that_are_cut_are_found(qapp: QApplication) -> None:
    window = QWidget()
    label, button = QLabel("Waiting on requester", window), QPushButton("Send and solve", window)
    label.setGeometry(0, 0, 60, 20)
    button.setGeometry(0, 30, 200, 28)
    window.show()
    assert len(clipped(window)) == 1
    label.resize(300, 20)
    assert not clipped(window)
    button.resize(40, 28)
    assert len(clipped(window)) == 1
    window.close()
    window.deleteLater()
