"""What holds a secret does not show it when it is logged, printed or told by a debugger."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import email_token
from agentconsole.gui.profile_form import ProfileForm
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import HomeKeychain, SealedFiles
from agentconsole.platform.keychain.vault import Cost
from agentconsole.server.settings import Grant, ServerSettings
from agentconsole.services.profiles import Profile, Profiles
from agentconsole.store.opening import open_store

SECRET = "correct-horse-battery"
KEY = b"correct-horse-battery-staple-32b"


def holders(folder: Path) -> list[object]:
    keychain = HomeKeychain(folder / "keys", may_use_system=False, given=SECRET, cost=Cost(8, 1, 1))
    keychain.put_key("store:work", KEY)
    keychain.put("token:work", SECRET)
    home = Home(folder, explicit=True, passphrase=SECRET)
    profile = Profile(name="work", kind="agentconsole", url="https://desk.example", email="a@desk.example")
    store = open_store(folder / "console.db", key=KEY)
    store.close()
    return [
        keychain,
        home,
        profile,
        store,
        store.files,
        Profiles(home, keychain),
        SealedFiles(folder, lambda: KEY),
        HttpClient("https://desk.example", email_token("a@desk.example", SECRET)),
        ProfileForm(name="work", kind="zendesk", url="", email="", token=SECRET),
        ServerSettings(grants=(Grant("a@desk.example", SECRET),)),
    ]


@pytest.mark.parametrize("spoken", [repr, str])
def test_nothing_that_holds_a_secret_says_it(tmp_path: Path, spoken: type) -> None:
    told = "\n".join(spoken(each) for each in holders(tmp_path))
    assert SECRET not in told
    assert KEY.decode() not in told
    assert KEY.hex() not in told
