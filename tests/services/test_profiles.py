"""Profiles hold the address, the keychain holds the token."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.opening import open_workspace, rebuild, rebuild_if_damaged
from agentconsole.services.profiles import Profile, ProfileError, Profiles, desk_of, problem_with
from agentconsole.store.errors import KeyMissing, WrongKey
from agentconsole.store.opening import open_store

WORK = Profile(name="work", kind="zendesk", url="https://desk.example.com", email="ana@example.com")


@pytest.fixture
def profiles(tmp_path: Path) -> Profiles:
    home = Home(tmp_path, explicit=True)
    return Profiles(home, open_keychain(home))


def test_an_added_profile_is_there_with_its_token(profiles: Profiles, tmp_path: Path) -> None:
    profiles.add(WORK, "T0KEN")
    assert profiles.all() == (WORK,)
    assert profiles.get(None) == WORK
    assert profiles.token(WORK) == "T0KEN"
    assert "T0KEN" not in (tmp_path / "profiles.json").read_text()


def test_adding_again_changes_the_address(profiles: Profiles) -> None:
    profiles.add(WORK, "T0KEN")
    moved = Profile(name="work", kind="zendesk", url="https://new.example.com", email="ana@example.com")
    profiles.add(moved, "OTHER")
    assert profiles.all() == (moved,)
    assert profiles.token(moved) == "OTHER"


def test_removing_forgets_the_token(profiles: Profiles) -> None:
    profiles.add(WORK, "T0KEN")
    profiles.remove("work")
    assert profiles.all() == ()
    with pytest.raises(ProfileError, match="no token"):
        profiles.token(WORK)


def test_without_a_name_several_profiles_are_a_question(profiles: Profiles) -> None:
    with pytest.raises(ProfileError, match="no profile yet"):
        profiles.get(None)
    profiles.add(WORK, "T")
    profiles.add(Profile(name="play", kind="zendesk", url="https://x.example.com", email="a@b.example"), "T")
    with pytest.raises(ProfileError, match="--profile"):
        profiles.get(None)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"name": "../evil"}, "name"),
        ({"kind": "pigeon"}, "kind"),
        ({"url": "desk.example.com"}, "web address"),
        ({"url": "http://desk.example.com"}, "https"),
        ({"email": "ana"}, "e-mail"),
        ({"email": ""}, "e-mail"),
        ({"kind": "rt", "email": ""}, "user name"),
        ({"kind": "rt", "way": "browser"}, "password, token"),
        ({"way": "browser"}, "unique identifier"),
    ],
)
def test_what_is_wrong_is_said(changed: dict[str, str], complaint: str) -> None:
    profile = Profile(**{"name": "work", "kind": "zendesk", "url": "https://d.example", "email": "a@b.c", **changed})
    assert complaint in problem_with(profile)


@pytest.mark.parametrize(
    "profile",
    [
        Profile(name="a", kind="rt", url="https://d.example/rt", email="ana", way="token"),
        Profile(name="a", kind="zammad", url="https://d.example"),
        Profile(name="a", kind="freshdesk", url="https://acme.freshdesk.com"),
        Profile(name="a", kind="zendesk", url="https://acme.zendesk.com", way="browser", client_id="console"),
    ],
)
def test_a_profile_names_whom_its_kind_asks_for(profile: Profile) -> None:
    assert problem_with(profile) == ""


def test_plain_http_is_for_this_computer_only() -> None:
    assert not problem_with(Profile(name="a", kind="zendesk", url="http://127.0.0.1:8765", email="a@b.c"))


def test_a_broken_file_is_not_overwritten(profiles: Profiles, tmp_path: Path) -> None:
    (tmp_path / "profiles.json").write_text("[{")
    with pytest.raises(ProfileError, match="Mend or remove"):
        profiles.add(WORK, "T0KEN")
    assert (tmp_path / "profiles.json").read_text() == "[{"


@pytest.mark.parametrize(
    ("url", "desk"),
    [
        ("https://Desk.Example.com/", "desk.example.com"),
        ("https://desk.example.com:443", "desk.example.com"),
        ("https://desk.example.com:8443/team/", "desk.example.com:8443/team"),
        ("http://127.0.0.1:8765", "127.0.0.1:8765"),
    ],
)
def test_a_desk_is_the_same_however_its_address_is_written(url: str, desk: str) -> None:
    assert desk_of(Profile(name="work", kind="zendesk", url=url, email="a@b.example")) == desk


def test_the_key_of_a_store_is_made_once(profiles: Profiles, tmp_path: Path) -> None:
    key = profiles.store_key(WORK)
    assert len(key) == 32
    assert profiles.store_key(WORK) == key
    home = Home(tmp_path, explicit=True)
    assert Profiles(home, open_keychain(home)).store_key(WORK) == key
    other = Profile(name="other", kind="zendesk", url="https://desk.example.com", email="ana@example.com")
    assert profiles.store_key(other) != key
    assert not any(key in path.read_bytes() or key.hex() in path.read_text("latin-1") for path in files_in(tmp_path))


def test_consoles_that_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    home = Home(tmp_path, explicit=True)
    Profiles(home, open_keychain(home)).add(WORK, "T0KEN")
    with ThreadPoolExecutor(6) as threads:
        asked = [Profiles(home, open_keychain(home)) for _ in range(6)]
        keys = set(threads.map(lambda each: each.store_key(WORK), asked))
    assert len(keys) == 1


def test_a_lost_key_is_never_replaced_while_there_is_something_it_opens(profiles: Profiles, tmp_path: Path) -> None:
    database = Home(tmp_path, explicit=True).database("work")
    store = open_store(database, key=profiles.store_key(WORK))
    store.drafts.keep_form("unfinished", "Only here").result()
    store.close()
    before = database.read_bytes()
    profiles.remove_secrets("work")
    for _ in range(2):
        with pytest.raises(KeyMissing) as caught:
            profiles.store_key(WORK)
    assert "keychain" in caught.value.advice
    assert database.read_bytes() == before
    home = Home(tmp_path, explicit=True)
    told = rebuild(home, WORK, profiles)
    assert told.kept.read_bytes() == before
    assert len(list(database.parent.glob("console-damaged-*.unsent"))) == 1
    open_store(database, key=profiles.store_key(WORK)).close()


def test_a_store_under_another_key_can_be_set_aside_and_is_not_touched_otherwise(
    profiles: Profiles, tmp_path: Path
) -> None:
    home = Home(tmp_path, explicit=True)
    database = home.database("work")
    open_store(database, key=bytes(range(32))).close()
    profiles.keychain.put_key("store:work", bytes(32))
    with pytest.raises(WrongKey):
        open_workspace(home, WORK, profiles)
    told = rebuild_if_damaged(home, WORK, profiles)
    assert told is not None
    assert not told.is_whole
    open_store(told.kept, key=bytes(range(32))).close()
    assert rebuild_if_damaged(home, WORK, profiles) is None


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
