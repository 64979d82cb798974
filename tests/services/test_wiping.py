"""A wiped profile leaves nothing to read, and what was not sent in a file that can be read again."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
from base64 import b64decode
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from agentconsole.domain.commands import AddComment
from agentconsole.domain.records import Page
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import HomeKeychain, KeychainLocked, WrongPassphrase
from agentconsole.platform.keychain.vault import Cost
from agentconsole.services.profiles import Profile, Profiles, desk_of
from agentconsole.services.unsent_file import (
    FileBegins,
    Piece,
    Rows,
    UnreadableUnsent,
    about_of,
    key_by_passphrase,
    key_by_recovery,
    read_unsent,
    words_of,
)
from agentconsole.services.unsent_return import bring_back
from agentconsole.services.wiping import CantExport, Outcome, finish_wipes, recovery_name, wipe_profile, wipes_of
from agentconsole.store.desks import open_store_of
from agentconsole.store.errors import DatabaseBusy
from agentconsole.store.store import Store
from tests.store.making import NOON, comment, ticket

WORK = Profile(name="work", kind="agentconsole", url="https://desk.example.com", email="ana@desk.example")
OTHER = Profile(name="other", kind="agentconsole", url="https://else.example.com", email="ana@else.example")
PASSPHRASE = "four words nobody guesses"
WORDS = "Zanzibar replies that were never sent"
DRAFT = "Quagmire of a draft"
CONTENT = b"Xylophone invoice" * 100_000


def profiles_of(folder: Path, *, passphrase: bool = False) -> tuple[Home, Profiles]:
    home = Home(folder, explicit=True)
    keychain = HomeKeychain(home.keys, may_use_system=False, cost=Cost(8, 1, 1))
    if passphrase:
        keychain.set_passphrase(PASSPHRASE)
    profiles = Profiles(home, keychain)
    profiles.add(WORK, "t0ken")
    return home, profiles


def store_of(home: Home, profiles: Profiles, profile: Profile = WORK) -> Store:
    return open_store_of(
        desk_of(profile), home.database(profile.name), key=profiles.store_key(profile), clock=lambda: NOON
    )


def fill(home: Home, profiles: Profiles, profile: Profile = WORK) -> None:
    """A ticket with a reply that waits, its file, and a draft."""
    store = store_of(home, profiles, profile)
    page = Page(tickets=(ticket("17", "Umbrella checkout fails"),), comments=(comment("1", "17"),))
    store.pages.apply(page).result()
    found = store.tickets.find("17")
    assert found is not None
    source = home.root / "invoice.pdf"
    source.write_bytes(CONTENT)
    key = store.files.keep(source)
    source.unlink()
    store.outbox.queue([(found, AddComment(body=WORDS, public=True, attachments=(key,)))], batch="b").result()
    store.drafts.save(found, DRAFT, public=False, cursor=3).result()
    store.close()


def contents(outcome: Outcome, *, passphrase: bool = False) -> tuple[list[dict[str, Any]], bytes]:
    path = Path(outcome.wiped.export)
    about = about_of(path)
    key = key_by_passphrase(about, PASSPHRASE, path) if passphrase else key_by_recovery(about, outcome.recovery_key)
    words: list[dict[str, Any]] = []
    data = b""
    for record in read_unsent(path, key):
        match record:
            case Rows(copies):
                words.extend(told for copy in copies if (told := words_of(copy)) is not None)
            case FileBegins(_key, name, _type):
                assert name == "invoice.pdf"
            case Piece(piece):
                data += piece
    return words, data


@pytest.mark.parametrize("passphrase", [False, True])
def test_what_was_not_sent_is_in_a_file_and_nothing_else_is_left(tmp_path: Path, passphrase: bool) -> None:
    home, profiles = profiles_of(tmp_path / "home", passphrase=passphrase)
    fill(home, profiles)
    outcome = wipe_profile(home, profiles, WORK, why="agent")
    assert (outcome.wiped.changes, outcome.wiped.drafts) == (1, 1)
    assert outcome.wiped.opens_with == ("passphrase" if passphrase else "recovery key")
    words, data = contents(outcome, passphrase=passphrase)
    assert {(told["what"], told["ticket"], told["subject"], told["text"]) for told in words} == {
        ("reply", "#17", "Umbrella checkout fails", WORDS),
        ("draft of a note", "#17", "Umbrella checkout fails", DRAFT),
    }
    assert data == CONTENT
    assert profiles.all() == ()
    assert profiles.keychain.get("token:work") is None
    assert profiles.keychain.get_key("store:work") is None
    assert not home.profile("work").exists()
    everything = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())
    for word in (WORDS, DRAFT, "Umbrella", "Xylophone", "t0ken", PASSPHRASE):
        assert word.encode() not in everything


def test_the_passphrase_opens_the_file_when_the_home_is_gone(tmp_path: Path) -> None:
    home, profiles = profiles_of(tmp_path / "home", passphrase=True)
    fill(home, profiles)
    export = Path(wipe_profile(home, profiles, WORK, why="help desk").wiped.export)
    kept = export.rename(tmp_path / export.name)
    shutil.rmtree(home.root)
    about = about_of(kept)
    assert list(read_unsent(kept, key_by_passphrase(about, PASSPHRASE, kept)))
    with pytest.raises(WrongPassphrase):
        key_by_passphrase(about, "not that one at all", kept)


def test_the_recovery_key_is_kept_too_and_may_be_typed_sloppily(tmp_path: Path) -> None:
    home, profiles = profiles_of(tmp_path)
    fill(home, profiles)
    outcome = wipe_profile(home, profiles, WORK, why="agent")
    path = Path(outcome.wiped.export)
    assert profiles.keychain.get(recovery_name(path)) == outcome.recovery_key
    about = about_of(path)
    sloppy = outcome.recovery_key.lower().replace("-", " ").replace("o", "0").replace("i", "1")
    assert list(read_unsent(path, key_by_recovery(about, sloppy)))
    with pytest.raises(UnreadableUnsent, match="not its key"):
        list(read_unsent(path, key_by_recovery(about, "A" * 32)))


@pytest.mark.parametrize("where", [0, 0.3, 0.6, 0.999])
def test_a_changed_or_shorter_file_is_noticed(tmp_path: Path, where: float) -> None:
    home, profiles = profiles_of(tmp_path)
    fill(home, profiles)
    outcome = wipe_profile(home, profiles, WORK, why="agent")
    path = Path(outcome.wiped.export)
    whole = path.read_bytes()
    line = whole.index(b"\n") + 1
    at = line + int((len(whole) - line) * where)
    key = key_by_recovery(about_of(path), outcome.recovery_key)
    for changed in (whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], whole[:at]):
        path.write_bytes(changed)
        with pytest.raises(UnreadableUnsent):
            list(read_unsent(path, key))


def test_a_first_line_that_was_changed_opens_nothing(tmp_path: Path) -> None:
    home, profiles = profiles_of(tmp_path)
    fill(home, profiles)
    outcome = wipe_profile(home, profiles, WORK, why="agent")
    path = Path(outcome.wiped.export)
    path.write_bytes(path.read_bytes().replace(b'"profile":"work"', b'"profile":"evil"', 1))
    with pytest.raises(UnreadableUnsent):
        list(read_unsent(path, key_by_recovery(about_of(path), outcome.recovery_key)))


def test_without_unsent_work_there_is_no_file(tmp_path: Path) -> None:
    home, profiles = profiles_of(tmp_path)
    store_of(home, profiles).close()
    assert wipe_profile(home, profiles, WORK, why="agent").wiped.export == ""
    assert not home.unsent.exists()
    assert [each.profile for each in wipes_of(home)] == ["work"]


def test_work_for_a_former_help_desk_is_exported_as_well(tmp_path: Path) -> None:
    home, profiles = profiles_of(tmp_path)
    fill(home, profiles)
    moved = Profile(name="work", kind="agentconsole", url="https://new.example.com", email="ana@desk.example")
    profiles.add(moved, "t0ken")
    store_of(home, profiles, moved).close()
    outcome = wipe_profile(home, profiles, moved, why="agent")
    words, data = contents(outcome)
    assert WORDS in {told["text"] for told in words}
    assert data == CONTENT


def test_work_of_a_damaged_store_is_taken_from_its_journal(tmp_path: Path) -> None:
    home, profiles = profiles_of(tmp_path)
    fill(home, profiles)
    database = home.database("work")
    database.write_bytes(database.read_bytes()[:4096] + b"\0" * 200_000)
    outcome = wipe_profile(home, profiles, WORK, why="agent")
    assert outcome.wiped.changes == 1


def test_what_cant_be_exported_is_not_removed_unless_that_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, profiles = profiles_of(tmp_path)
    fill(home, profiles)
    home.unsent.write_text("a file where the folder should be")
    with pytest.raises(CantExport):
        wipe_profile(home, profiles, WORK, why="agent")
    assert profiles.all() == (WORK,)
    store_of(home, profiles).close()
    monkeypatch.setattr("agentconsole.services.wiping.log.warning", lambda *_: None)
    wipe_profile(home, profiles, WORK, why="agent", discard_unsent=True)
    assert profiles.all() == ()


def test_a_profile_that_somebody_has_open_is_not_wiped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agentconsole.services.wiping.BUSY_MS", 10)
    home, profiles = profiles_of(tmp_path)
    fill(home, profiles)
    store = store_of(home, profiles)
    try:
        with pytest.raises(DatabaseBusy):
            wipe_profile(home, profiles, WORK, why="agent", discard_unsent=True)
    finally:
        store.close()
    assert profiles.keychain.get_key("store:work") is not None


@pytest.mark.parametrize("after", ["mark", "key", "token", "half the files"])
def test_a_wipe_that_was_cut_short_is_unreadable_and_finished_at_the_next_start(
    tmp_path: Path, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, profiles = profiles_of(tmp_path)
    fill(home, profiles)

    class Died(Exception):
        pass

    def die(*_: object, **__: object) -> None:
        raise Died

    remove = profiles.keychain.remove

    def remove_one(name: str) -> None:
        if after == "mark" or (after == "key" and name.startswith("token")):
            raise Died
        remove(name)

    def remove_half(folder: Path) -> None:
        (folder / "console.db").unlink()
        raise Died

    with monkeypatch.context() as patch:
        if after in ("mark", "key"):
            patch.setattr(profiles.keychain, "remove", remove_one)
        else:
            patch.setattr("shutil.rmtree", die if after == "token" else remove_half)
        with pytest.raises(Died):
            wipe_profile(home, profiles, WORK, why="agent")
    if after != "mark":
        assert profiles.keychain.get_key("store:work") is None
    again = Profiles(home, HomeKeychain(home.keys, may_use_system=False))
    finish_wipes(home, again)
    assert again.all() == ()
    assert again.keychain.get("token:work") is None
    assert not home.profile("work").exists()
    assert [(each.profile, each.changes) for each in wipes_of(home)] == [("work", 1)]
    assert len(list(home.unsent.iterdir())) == 1
    assert not (home.root / "wiping.json").exists()


def test_a_keychain_that_is_away_does_not_keep_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, profiles = profiles_of(tmp_path)
    store_of(home, profiles).close()

    def locked(_name: str) -> None:
        raise KeychainLocked

    with monkeypatch.context() as patch:
        patch.setattr(profiles.keychain, "remove", locked)
        with pytest.raises(KeychainLocked):
            wipe_profile(home, profiles, WORK, why="agent")
    assert not home.profile("work").exists()
    assert profiles.all() == ()
    # made anew before the keychain came back: that one is not touched
    profiles.add(WORK, "new t0ken")
    store_of(home, profiles).close()
    finish_wipes(home, profiles)
    assert profiles.token(WORK) == "new t0ken"
    assert home.database("work").exists()
    assert not (home.root / "wiping.json").exists()


def test_another_profile_is_not_touched(tmp_path: Path) -> None:
    home, profiles = profiles_of(tmp_path)
    profiles.add(OTHER, "t0ken of other")
    fill(home, profiles, OTHER)
    fill(home, profiles)
    wipe_profile(home, profiles, WORK, why="agent")
    assert profiles.all() == (OTHER,)
    assert profiles.token(OTHER) == "t0ken of other"
    store = store_of(home, profiles, OTHER)
    assert store.outbox.summary()[0] == 1
    store.close()


def test_the_file_comes_back_into_a_profile_and_writes_nothing_over(tmp_path: Path) -> None:
    home, profiles = profiles_of(tmp_path)
    fill(home, profiles)
    outcome = wipe_profile(home, profiles, WORK, why="agent")
    path = Path(outcome.wiped.export)
    key = key_by_recovery(about_of(path), outcome.recovery_key)

    profiles.add(WORK, "new t0ken")
    store = store_of(home, profiles)
    store.pages.apply(Page(tickets=(ticket("17"),))).result()
    found = store.tickets.find("17")
    assert found is not None
    store.drafts.save(found, "what I began since", public=False, cursor=0).result()
    store.close()

    assert bring_back(home, profiles, WORK, path, key)["changes"] == 1
    store = store_of(home, profiles)
    found = store.tickets.find("17")
    assert found is not None
    (row,) = store.outbox.rows()
    assert (row.ticket, row.state) == (found, "unknown")
    waiting = store.outbox.get(row.key)
    assert waiting is not None
    assert isinstance(waiting.command, AddComment)
    assert waiting.command.body == WORDS
    attached = store.files.local(waiting.command.attachments[0])
    assert attached is not None
    with attached.open() as stream:
        assert stream.read() == CONTENT
    assert [draft.body for draft in store.drafts.all_drafts()] == ["what I began since"]
    store.close()


def test_it_never_comes_back_into_another_help_desk(tmp_path: Path) -> None:
    home, profiles = profiles_of(tmp_path)
    fill(home, profiles)
    profiles.add(OTHER, "t0ken of other")
    outcome = wipe_profile(home, profiles, WORK, why="agent")
    path = Path(outcome.wiped.export)
    with pytest.raises(UnreadableUnsent, match=r"desk\.example\.com"):
        bring_back(home, profiles, OTHER, path, key_by_recovery(about_of(path), outcome.recovery_key))


def test_the_file_can_be_read_by_what_the_handbook_says_of_it(tmp_path: Path) -> None:
    """Nothing of ours reads it here: only what ``resources/help/security.md`` describes."""
    home, profiles = profiles_of(tmp_path, passphrase=True)
    fill(home, profiles)
    line, _, rest = Path(wipe_profile(home, profiles, WORK, why="agent").wiped.export).read_bytes().partition(b"\n")
    about = json.loads(line)
    vault = json.loads(about["vault"])
    salt, nonce, wrapped = (b64decode(vault[name]) for name in ("salt", "nonce", "wrapped"))
    cost = vault["cost"]
    kdf = Argon2id(salt=salt, length=32, iterations=cost["passes"], lanes=cost["lanes"], memory_cost=cost["memory_kib"])
    bound = json.dumps([1, "argon2id", cost, vault["salt"]], separators=(",", ":")).encode()
    master = AESGCM(kdf.derive(PASSPHRASE.encode())).decrypt(nonce, wrapped, bound)
    key = hmac.digest(master, b"agentconsole unsent work\0" + b64decode(about["salt"]), "sha256")
    number, words = 0, ""
    while rest:
        length, number = int.from_bytes(rest[:4], "big"), number + 1
        sealed, rest = rest[4 : 4 + length], rest[4 + length :]
        authenticated = hashlib.sha256(line + b"\n").digest() + number.to_bytes(8, "big")
        words += str(msgspec.msgpack.decode(AESGCM(key).decrypt(sealed[:12], sealed[12:], authenticated)))
    assert WORDS in words
    assert words.endswith("{'type': 'end'}")
