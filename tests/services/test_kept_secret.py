"""The secret of a profile is shared by all processes that use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentconsole.platform.home import Home
from agentconsole.platform.keychain import HomeKeychain
from agentconsole.services.kept_secret import KeptSecret
from agentconsole.services.profiles import Profile, Profiles

PROFILE = Profile(
    name="desk", kind="zendesk", url="https://acme.zendesk.test", email="ben@desk.example", way="browser", client_id="c"
)


def profiles_in(folder: Path) -> tuple[Home, Profiles]:
    home = Home(folder, explicit=True)
    return home, Profiles(home, HomeKeychain(home.root, may_use_system=False))


def test_a_secret_that_one_process_kept_is_there_for_the_other(tmp_path: Path) -> None:
    home, profiles = profiles_in(tmp_path)
    profiles.add(PROFILE, "first")
    KeptSecret(home, PROFILE, profiles)("second")
    home, profiles = profiles_in(tmp_path)
    assert KeptSecret(home, PROFILE, profiles).latest() == "second"
    assert profiles.get("desk") == PROFILE


def test_one_at_a_time_has_it_alone(tmp_path: Path) -> None:
    home, profiles = profiles_in(tmp_path)
    profiles.add(PROFILE, "first")
    slept: list[float] = []
    mine, theirs = (KeptSecret(home, PROFILE, profiles, slept.append) for _ in range(2))
    with mine.alone():
        with pytest.raises(OSError, match="busy"), theirs.alone():
            pass
        assert slept
    with theirs.alone():
        assert theirs.latest() == "first"


def test_a_keychain_without_it_says_so(tmp_path: Path) -> None:
    home, profiles = profiles_in(tmp_path)
    with pytest.raises(OSError, match="no secret"):
        KeptSecret(home, PROFILE, profiles).latest()
