"""Pictures of the whole window on the stage, in every theme and the two sizes that matter: ``make gallery``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from msgspec.structs import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QPushButton

from agentconsole.connectors.api import NeedsLogin
from agentconsole.domain.rows import Notice
from agentconsole.gui.dashboard.pane import DashboardPane
from agentconsole.gui.dialogs.about import About
from agentconsole.gui.dialogs.connection_wizard import ConnectionWizard
from agentconsole.gui.dialogs.directory_record import RecordReview
from agentconsole.gui.dialogs.escalate_contact import EscalateContact
from agentconsole.gui.dialogs.handbook import Handbook
from agentconsole.gui.dialogs.line_question import LineQuestion
from agentconsole.gui.dialogs.merge_ticket import MergeTicket
from agentconsole.gui.dialogs.new_ticket import NewTicket
from agentconsole.gui.dialogs.passphrase import PassphraseDialog
from agentconsole.gui.dialogs.preferences import Preferences
from agentconsole.gui.dialogs.wipe_question import WipeQuestion
from agentconsole.gui.first_start import FirstStartWindow
from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.overlay import Overlay
from agentconsole.gui.panes.ticket.guidance.desk import GuidanceDesk
from agentconsole.gui.profile_form import ConnectionReport, ProfileForm
from agentconsole.gui.start_trouble import StartTrouble, StartTroubleWindow
from agentconsole.packs.loading import read_pack
from agentconsole.services.pack_folders import SHIPPED_PACKS
from tests.support.gallery_countdown import take_countdown
from tests.support.gallery_offline import take_offline
from tests.support.gallery_unsent import take_unsent
from tests.support.stage import Theatre
from tests.support.staged_custody import StagedCustody, lock_screen, wiped_window

SIZES = ((1280, 800), (2560, 1440), (1000, 700))
THEMES = ("light", "dark", "contrast")


def take(folder: Path, themes: tuple[str, ...] = THEMES) -> None:
    """Save the pictures to *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    for theme in themes:
        for width, height in SIZES:
            _window(folder, theme, width, height)
        _extras(folder, theme)
        take_countdown(folder, theme)
        take_offline(folder, theme)
        take_unsent(folder, theme)


def _window(folder: Path, theme: str, width: int, height: int) -> None:
    theatre = Theatre(rows=400, theme=theme)
    window = MainWindow(theatre.context)
    window.resize(width, height)
    window.layout_of_panes.reset()
    window.show()
    theatre.settle()
    window.open_ticket(1)
    # the panel waits for news to settle before it reads what the packs say; a picture does not
    for desk in window.findChildren(GuidanceDesk):
        desk.read_again()
    theatre.settle()
    if width < 1100:
        window.show_pane("queue")
    theatre.settle()
    window.grab().save(str(folder / f"window-{theme}-{width}x{height}.png"))
    _close(theatre, window)
    _dashboard(folder, theme, width, height)


def _dashboard(folder: Path, theme: str, width: int, height: int) -> None:
    theatre = Theatre(rows=2000, theme=theme)
    window = MainWindow(theatre.context)
    window.resize(width, height)
    window.layout_of_panes.reset()
    window.show()
    theatre.settle()
    window.show_pane("dashboard")
    pane = window.pane("dashboard")
    assert isinstance(pane, DashboardPane)
    while not pane.is_counted:
        theatre.settle()
    theatre.settle()
    window.grab().save(str(folder / f"dashboard-{theme}-{width}x{height}.png"))
    _close(theatre, window)


def _extras(folder: Path, theme: str) -> None:
    theatre = Theatre(rows=60, theme=theme)
    theatre.workspace.shown_notices = (
        Notice(
            ref="n1",
            level="warning",
            title="Webhook deliveries are delayed",
            text="We are working through a backlog of about 20 minutes.",
            url="https://status.example/1",
        ),
    )
    theatre.workspace.sync.show(online=False, phase="offline", waiting=5, conflicts=1, refused=1)
    window = MainWindow(theatre.context)
    window.resize(1280, 800)
    window.layout_of_panes.reset()
    window.show()
    theatre.settle()
    window.show_pane("outbox")
    theatre.context.messages.undoable("Solved 3 tickets", "b1")
    theatre.context.messages.error("The help desk is busy", "Your changes are saved and will be sent shortly.")
    theatre.settle()
    window.grab().save(str(folder / f"outbox-{theme}.png"))
    theatre.context.actions.trigger("window.palette")
    theatre.settle()
    window.grab().save(str(folder / f"palette-{theme}.png"))
    palette = window.findChild(Overlay, "commandPaletteBackdrop")
    assert palette is not None
    palette.dismiss()
    theatre.context.actions.trigger("window.keys")
    theatre.settle()
    window.grab().save(str(folder / f"keys-{theme}.png"))
    sheet = window.findChild(Overlay, "cheatSheetBackdrop")
    assert sheet is not None
    sheet.dismiss()
    theatre.workspace.sync.show(online=True, phase="initial", done=4210, total=12_000, conflicts=0, refused=0)
    window.show_pane("directory")
    theatre.settle()
    window.grab().save(str(folder / f"directory-{theme}.png"))
    window.ask_who_handles()
    theatre.settle()
    window.grab().save(str(folder / f"directory-who-{theme}.png"))
    _dialogs(folder, theme, theatre, window)
    _close(theatre, window)


def _dialogs(folder: Path, theme: str, theatre: Theatre, window: MainWindow) -> None:
    preferences = Preferences(replace(theatre.context, custody=StagedCustody()), window)
    preferences.show()
    pages = preferences.findChild(QListWidget, "pageList")
    assert pages is not None
    for page in range(pages.count()):
        pages.setCurrentRow(page)
        theatre.settle()
        preferences.grab().save(str(folder / f"preferences-{page}-{theme}.png"))
    about = About(theatre.context, window)
    about.show()
    theatre.settle()
    about.grab().save(str(folder / f"about-{theme}.png"))

    _forms(folder, theme, theatre, window)
    _handbook(folder, theme, theatre, window)

    async def connect(profile: ProfileForm) -> ConnectionReport:
        if profile.token == "good":
            return ConnectionReport(ok=True, facts=("Signed in as Noor Haddad, agent", "12,480 tickets, live updates"))
        raise NeedsLogin

    start = FirstStartWindow(theatre.context.theming, theatre.context.icons, theatre.context.tasks, connect)
    start.show()
    theatre.settle()
    start.grab().save(str(folder / f"first-start-{theme}.png"))
    wizard = ConnectionWizard(theatre.context.tasks, connect, start)
    wizard.show()
    _field(wizard, "addressField").setText("acme")
    theatre.settle()
    wizard.grab().save(str(folder / f"wizard-1-{theme}.png"))
    following = wizard.findChild(QPushButton, "nextButton")
    assert following is not None
    following.click()
    _field(wizard, "emailField").setText("noor@acme.example")
    _field(wizard, "tokenField").setText("bad")
    theatre.settle()
    wizard.grab().save(str(folder / f"wizard-2-{theme}.png"))
    following.click()
    theatre.settle()
    wizard.grab().save(str(folder / f"wizard-3-{theme}.png"))
    for shown in (wizard, start, about, preferences):
        shown.hide()
        shown.deleteLater()


def _handbook(folder: Path, theme: str, theatre: Theatre, window: MainWindow) -> None:
    theatre.workspace.packs.packs = tuple(read_pack(path) for path in sorted(SHIPPED_PACKS.glob("*.toml")))
    handbook = Handbook(theatre.context, window)
    handbook.show()
    for name, page in (("chapter", "store-icu/journey_start"), ("packs", "packs"), ("format", "help/policy-packs")):
        handbook.open_page(page)
        theatre.settle()
        handbook.grab().save(str(folder / f"handbook-{name}-{theme}.png"))
    handbook.hide()
    handbook.deleteLater()


def _forms(folder: Path, theme: str, theatre: Theatre, window: MainWindow) -> None:
    source = theatre.workspace.tickets.detail(1)
    assert source is not None
    trouble = StartTrouble(
        title="The console's store is damaged",
        meaning="Changes that were not sent yet may be in it. What is at the help desk is safe.",
        advice="Set the file aside and go on with a fresh copy.",
        place=Path("/home/noor/.local/share/agentconsole/console.db"),
        aside="Set it aside and start",
    )
    directory = theatre.workspace.directory
    head = directory.search("head of support")[0]
    company = directory.search("northwind")[0]
    assert head.contact is not None
    forms = {
        "escalate": EscalateContact(theatre.context, head.contact, directory.escalation(head), 1, window),
        "review": RecordReview(theatre.context, company, directory.about(company).reviews[0], window),
        "new-ticket": NewTicket(theatre.context, window),
        "merge": MergeTicket(theatre.context, source, window),
        "tags": LineQuestion("Change tags", "Tags to add to 3 tickets; “-tag” removes one.", "Change tags", window),
        "lock": lock_screen(theatre.context),
        "lock-without-passphrase": lock_screen(theatre.context, "key file"),
        "passphrase": PassphraseDialog(StagedCustody("key file"), theatre.context.tasks, "set", window),
        "wipe": WipeQuestion(theatre.context, window),
        "wiped": wiped_window(theatre.context),
        "start-trouble": StartTroubleWindow(theatre.context.theming, theatre.context.icons, trouble),
    }
    for name, form in forms.items():
        form.show()
        theatre.settle()
        form.grab().save(str(folder / f"{name}-{theme}.png"))
        form.hide()
        form.deleteLater()


def _field(wizard: ConnectionWizard, name: str) -> QLineEdit:
    found = wizard.findChild(QLineEdit, name)
    assert found is not None
    return found


def _close(theatre: Theatre, window: MainWindow) -> None:
    window.hide()
    window.deleteLater()
    theatre.close()


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    take(Path(sys.argv[1]), tuple(sys.argv[2:]) or THEMES)
