"""The system keychain, on a real Secret Service of the test's own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import EMAIL, TOKEN, DeskProcess
from tests.support.secret_service import DesktopSession

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is of Linux desktops"),
    pytest.mark.skipif(shutil.which("gnome-keyring-daemon") is None, reason="see packaging/system_packages.sh test"),
]

PASSPHRASE = "four words nobody guesses"

_IMPORTS = "from agentconsole.platform.keychain import *; from agentconsole.platform.home import Home\n"
_CHAIN = _IMPORTS + "chain = open_keychain(Home.locate(None))\n"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[DesktopSession]:
    with DesktopSession(tmp_path) as session:
        yield session


def test_tokens_and_keys_come_back_in_another_process_and_nothing_is_in_a_file(session: DesktopSession) -> None:
    session.python(_CHAIN + "chain.put('token:work', 'grüße 🔑'); chain.put_key('store:work', bytes(range(32)))")
    told = session.python(_CHAIN + "print(chain.guard, chain.get('token:work'), chain.get_key('store:work').hex())")
    assert told.split() == ["system", "grüße", "🔑", bytes(range(32)).hex()]
    assert [path.name for path in (session.home / "keys").iterdir()] == ["system.json"]
    assert "grüße" not in (session.home / "keys" / "system.json").read_text()


def test_what_is_removed_is_gone_and_may_be_removed_again(session: DesktopSession) -> None:
    told = session.python(
        _CHAIN + "chain.put('token:work', 't'); chain.put_key('token:work', bytes(32))\n"
        "chain.remove('token:work'); chain.remove('token:work')\n"
        "print(chain.get('token:work'), chain.get_key('token:work'))"
    )
    assert told.split() == ["None", "None"]


def test_a_locked_keychain_that_nobody_unlocks_is_told_as_that(session: DesktopSession) -> None:
    session.python(_CHAIN + "chain.put('token:work', 't')")
    session.lock()
    told = session.python(
        _CHAIN
        + "for ask in (lambda: chain.get('token:work'), lambda: chain.put('token:else', 't')):\n"
        + "    try: ask()\n    except KeychainLocked as error: print(error.advice)"
    )
    assert told.count("Unlock your session's keychain") == 2


def test_without_a_keychain_nothing_is_kept_before_there_is_a_passphrase(tmp_path: Path) -> None:
    with DesktopSession(tmp_path, keychain=False) as session:
        add = ("profile", "add", "desk", "--url", "https://desk.example", "--email", EMAIL, "--token-env", "T")
        refused = session.run(*add, expect=1, T=TOKEN).stderr
        assert "offers no keychain" in refused
        assert "agentconsole passphrase set" in refused
        assert "AGENTCONSOLE_PASSPHRASE" in refused
        assert not (session.home / "keys").exists()
        session.run(*add, T=TOKEN, AGENTCONSOLE_PASSPHRASE=PASSPHRASE)
        assert (session.home / "keys" / "vault.json").exists()
        assert not (session.home / "keys" / "key").exists()


def test_secrets_move_to_a_passphrase_and_back_and_leave_nothing_behind(session: DesktopSession) -> None:
    session.python(_CHAIN + "chain.put('token:work', 't'); chain.put_key('store:work', bytes(range(32)))")
    session.run("passphrase", "set", AGENTCONSOLE_PASSPHRASE=PASSPHRASE)
    left = "import keyring; print(keyring.get_password('agentconsole', 'token:work'))"
    assert session.python(left).strip() == "None"
    session.run("passphrase", "remove", AGENTCONSOLE_PASSPHRASE=PASSPHRASE)
    told = session.python(_CHAIN + "print(chain.guard, chain.get('token:work'), chain.get_key('store:work').hex())")
    assert told.split() == ["system", "t", bytes(range(32)).hex()]


def test_a_profile_is_added_synced_and_its_window_opened_through_it(session: DesktopSession, tmp_path: Path) -> None:
    with DeskProcess(tmp_path / "desk") as desk:
        session.run(*("profile", "add", "desk", "--url", desk.url, "--email", EMAIL, "--token-env", "T"), T=TOKEN)
        session.run("sync")
        assert "unsolved" not in session.run("tickets", "is:unsolved").stderr
        window = subprocess.Popen(
            [sys.executable, "-m", "agentconsole", "--verbose"],
            env=session.environment,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        assert window.stderr is not None
        lines = []
        for line in window.stderr:
            lines.append(line)
            if "first paint" in line:
                break
        else:
            pytest.fail("".join(lines[-20:]))
        window.send_signal(signal.SIGTERM)
        window.stderr.read()
        window.stderr.close()
        assert window.wait(timeout=60) == 0
    everything = b"".join(path.read_bytes() for path in session.home.rglob("*") if path.is_file())
    assert TOKEN.encode() not in everything
    session.lock()
    refused = session.run("tickets", expect=1).stderr
    assert "The system keychain is locked" in refused
    assert os.path.exists(session.home / "profiles" / "desk" / "console.db")
