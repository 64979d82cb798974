"""Signing in again may be by another way than before: API tokens of Zendesk end, and the browser takes their place."""

from __future__ import annotations

from pathlib import Path

from agentconsole.platform.home import Home
from agentconsole.platform.keychain import HomeKeychain
from agentconsole.services.opening import open_workspace
from agentconsole.services.profiles import Profile, Profiles

WORK = Profile(name="work", kind="zendesk", url="https://acme.zendesk.test", email="ben@desk.example")


async def test_the_browser_takes_the_place_of_a_token_and_nothing_else_changes(tmp_path: Path) -> None:
    home = Home(tmp_path, explicit=True)
    profiles = Profiles(home, HomeKeychain(home.root, may_use_system=False))
    profiles.add(WORK, "api-token")
    workspace = open_workspace(home, WORK, profiles)
    await workspace.sign_in("another")
    assert profiles.get("work") == WORK
    await workspace.sign_in("{}", way="browser", client_id="console")
    now = profiles.get("work")
    assert (now.way, now.client_id, now.email, now.url) == ("browser", "console", WORK.email, WORK.url)
    assert profiles.token(now) == "{}"
    assert workspace.profile == now
    await workspace.close()
