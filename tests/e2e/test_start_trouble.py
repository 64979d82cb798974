"""The console can't start: it says why in a window, and each way out works."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel

from agentconsole import app as program
from agentconsole.app import run_window
from agentconsole.domain.records import Page
from agentconsole.gui.main_window import MainWindow
from agentconsole.gui.start_trouble import StartTroubleWindow
from agentconsole.one_window import OneWindow
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.profiles import DamagedProfiles, Profiles
from agentconsole.session import Session
from agentconsole.start_trouble import explained
from agentconsole.store import driver
from agentconsole.store.errors import CorruptDatabase
from agentconsole.store.opening import SCHEMA
from tests.store.making import ticket
from tests.store.test_condition import damage
from tests.support.desktop import Desktop, press
from tests.support.processes import free_port

NEWER = 999

# the platform plugin without a screen complains about windows of a fixed size
pytestmark = pytest.mark.expects_log


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    return Desktop(tmp_path / "home", f"http://127.0.0.1:{free_port()}")


def _database(desktop: Desktop) -> Path:
    path = desktop.home.database(desktop.profile.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_a_damaged_database_can_be_set_aside_and_the_window_opens(desktop: Desktop) -> None:
    path = _database(desktop)
    path.write_bytes(b"no database at all" * 500)
    desktop.start_into_trouble(lambda shown: press(shown, "asideButton"), opens=True)
    # what could be read by anybody is kept sealed
    (kept,) = path.parent.glob("console-damaged-*")
    assert b"no database" not in kept.read_bytes()
    assert path.exists()


def test_a_whole_start_that_meets_trouble_shows_it_and_opens_once_it_is_mended(
    desktop: Desktop, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window opens before there is an event loop; what stands in its way is shown by one."""
    # the process that a whole start ends half a minute after its window, come what may, is that of the tests here
    ends: list[tuple[float, int]] = []
    monkeypatch.setattr(program, "leave_within", lambda seconds, code: ends.append((seconds, code)))
    path = _database(desktop)
    path.write_bytes(b"no database at all" * 500)
    seen: list[str] = []

    def look() -> None:
        for each in qapp.topLevelWidgets():
            if isinstance(each, StartTroubleWindow) and "trouble" not in seen:
                seen.append("trouble")
                press(each, "asideButton")
            elif isinstance(each, MainWindow) and each.isVisible() and "window" not in seen:
                seen.append("window")
                each.close()

    clock = QTimer(interval=20)
    clock.timeout.connect(look)
    clock.start()
    assert run_window(desktop.home, desktop.profiles, desktop.profile) == 0
    clock.stop()
    assert seen == ["trouble", "window"]
    assert ends == [(program.LONGEST_LEAVING, 0)]
    # the right to the window was given back
    assert OneWindow(desktop.home.profile(desktop.profile.name)).take_at_once()


def test_damage_that_is_met_in_mid_day_closes_the_window_and_asks_once(desktop: Desktop) -> None:
    async def work(session: Session) -> None:
        store = session.workspace._store
        await asyncio.wrap_future(store.pages.apply(Page(tickets=(ticket("7"),))))
        await session.workspace.drafts.save(1, "Dear customer", public=True, cursor=4)

    desktop.use(work)
    path = _database(desktop)
    damage(path, "ticket_record", desktop.profiles.store_key(desktop.profile))

    async def meet(session: Session) -> str:
        with pytest.raises(CorruptDatabase):
            session.workspace.tickets.detail(1)
        await asyncio.wait_for(session.closing.wait(), 10)
        return session.wish

    assert desktop.use(meet) == "repair"
    desktop.start_into_trouble(lambda shown: press(shown, "asideButton"), opens=True)

    async def look(session: Session) -> tuple[str, list[str]]:
        (draft,) = session.workspace._store.drafts.all_drafts()
        return draft.body, [notice.title for notice in session.workspace.notices()]

    words, notices = desktop.use(look)
    assert words == "Dear customer"
    assert notices == ["The local database was damaged. 1 draft was saved; nothing is lost"]


def test_a_newer_database_is_left_alone_and_opens_once_it_is_ours_again(desktop: Desktop) -> None:
    async def nothing(_session: object) -> None:
        """Open and close the window, which makes the database."""

    desktop.use(nothing)
    path = _database(desktop)
    key = desktop.profiles.store_key(desktop.profile)

    def written_by(version: int) -> None:
        with closing(driver.connect(path, key=key, writer=True)) as connection:
            connection.execute(f"pragma user_version = {version}")

    written_by(NEWER)
    before = path.read_bytes()
    desktop.start_into_trouble(lambda shown: press(shown, "quitButton"), opens=False)
    assert path.read_bytes() == before

    def update_meanwhile(shown: StartTroubleWindow) -> None:
        written_by(SCHEMA)
        press(shown, "againButton")

    desktop.start_into_trouble(update_meanwhile, opens=True)


def test_a_store_whose_key_is_lost_can_be_set_aside_and_opens_again_once_it_is_found(desktop: Desktop) -> None:
    async def nothing(_session: object) -> None:
        """Open and close the window, which makes the database."""

    desktop.use(nothing)
    path = _database(desktop)
    key = desktop.profiles.store_key(desktop.profile)
    desktop.profiles.keychain.remove(f"store:{desktop.profile.name}")
    before = path.read_bytes()

    def leave_it(shown: StartTroubleWindow) -> None:
        assert "key" in shown.windowTitle() + " ".join(label.text() for label in shown.findChildren(QLabel))
        press(shown, "quitButton")

    desktop.start_into_trouble(leave_it, opens=False)
    assert path.read_bytes() == before
    desktop.start_into_trouble(lambda shown: press(shown, "asideButton"), opens=True)
    (kept,) = path.parent.glob("console-damaged-*.db")
    assert kept.read_bytes() == before
    assert desktop.profiles.store_key(desktop.profile) != key


def test_a_place_where_nothing_can_be_made_is_told_and_tried_again(desktop: Desktop) -> None:
    profiles = desktop.home.profile(desktop.profile.name).parent
    profiles.write_bytes(b"a file where the folder should be")

    def correct(shown: StartTroubleWindow) -> None:
        profiles.unlink()
        press(shown, "againButton")

    desktop.start_into_trouble(correct, opens=True)


def test_a_damaged_list_of_profiles_can_be_set_aside_and_loses_nothing_else(tmp_path: Path) -> None:
    home = Home(tmp_path, explicit=True)
    home.prepare()
    home.profiles_file.write_text('[{"name": "de')
    profiles = Profiles(home, open_keychain(home))
    with pytest.raises(DamagedProfiles) as caught:
        profiles.all()
    trouble = explained(caught.value, home, home.root)
    assert trouble.place == home.profiles_file
    assert trouble.aside
    kept = profiles.set_aside()
    assert kept.read_text() == '[{"name": "de'
    assert profiles.all() == ()
