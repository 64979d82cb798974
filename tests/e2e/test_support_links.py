"""An address such as support:ticket/12 opens that ticket: in a new window, and in the one that is open already."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentconsole.cli.main import run
from agentconsole.gui.whereabouts import OPEN_TICKET
from agentconsole.platform.home import Home
from agentconsole.services.settings import SettingsFile
from tests.support.processes import ConsoleCli, DeskProcess

PATIENCE = 60


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ConsoleCli]:
    with DeskProcess(tmp_path / "desk", tickets=30) as desk:
        console = ConsoleCli(tmp_path / "home")
        console.add_profile(desk.url)
        console.run("sync")
        yield console


def open_ticket(console: ConsoleCli) -> Any:
    """The number of the ticket that a running window notes as open."""
    kept = SettingsFile(Home(console.home, explicit=True).settings_file)
    try:
        place = kept.get(OPEN_TICKET)
        return place["ref"] if isinstance(place, dict) else None
    finally:
        kept.close()


def comes_to_show(console: ConsoleCli, ticket: str, window: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and window.poll() is None:
        if open_ticket(console) == ticket:
            return True
    return False


def test_a_ticket_is_opened_by_its_address(console: ConsoleCli) -> None:
    first, second, third = (str(row["id"]) for row in console.json("tickets")[:3])
    window = console.start(f"support:ticket/{first}")
    try:
        assert comes_to_show(console, first, window)
        # the window that is there takes it, and the second start is over
        assert "comes forward" in console.run(f"support://ticket/{second}/").stdout
        assert comes_to_show(console, second, window)
        # nothing is opened for what names no ticket, or one that is not here
        for address in ("support:ticket/99999999", "support:wipe", "support:ticket/1%0a2", "support:"):
            console.run(address)
        console.run(f"SUPPORT:ticket/{third}?profile=desk")
        assert comes_to_show(console, third, window)
        window.send_signal(signal.SIGTERM)
        assert window.wait(30) == 0
    finally:
        window.kill()
        window.wait(10)


def test_a_profile_that_is_not_there_is_told(console: ConsoleCli) -> None:
    done = console.run("support:ticket/1?profile=elsewhere", expect=1)
    assert "elsewhere" in done.stderr


def test_an_address_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["support:ticket/1", "support:ticket/2"])
    assert "invalid choice" in capsys.readouterr().err
