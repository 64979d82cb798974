"""A passphrase guards a home: what it opens, how it is changed, and how it is told from damage."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from agentconsole.platform.home import Home
from agentconsole.platform.keychain import (
    DamagedVault,
    HomeKeychain,
    Keychain,
    KeychainError,
    KeychainGone,
    PassphraseNeeded,
    PassphraseUnset,
    SealedFiles,
    TooSoon,
    WeakPassphrase,
    WrongPassphrase,
    open_keychain,
)
from agentconsole.platform.keychain.vault import COST, Cost

PASSPHRASE = "four words nobody guesses"
OTHER = "a fifth one came along"
CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
KEY = bytes(range(32))


class Clock:
    """Seconds since 1970, as a test wishes."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Session:
    """A keychain of a desktop session, in memory; ``full`` lets it break after so many more secrets."""

    place = "memory"

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.keys: dict[str, bytes] = {}
        self.full: int | None = None

    def get(self, name: str) -> str | None:
        return self.secrets.get(name)

    def put(self, name: str, secret: str) -> None:
        self._count()
        self.secrets[name] = secret

    def get_key(self, name: str) -> bytes | None:
        return self.keys.get(name)

    def put_key(self, name: str, key: bytes) -> None:
        self._count()
        self.keys[name] = key

    def remove(self, name: str) -> None:
        self._count()
        self.secrets.pop(name, None)
        self.keys.pop(name, None)

    def _count(self) -> None:
        if self.full is not None:
            if self.full == 0:
                raise KeychainError("it went away", "")
            self.full -= 1


def chain_of(
    folder: Path,
    *,
    session: Keychain | None = None,
    given: str | None = None,
    named: bool = False,
    clock: Callable[[], float] | None = None,
    ask: Callable[[], str] | None = None,
    cost: Cost = CHEAP,
) -> HomeKeychain:
    """A start of the console on *folder*."""
    return HomeKeychain(
        folder,
        may_use_system=not named,
        find_system=lambda: session,
        given=given,
        ask=ask,
        clock=clock or Clock(),
        cost=cost,
    )


def filled(
    folder: Path, session: Keychain | None = None, *, named: bool = False, given: str | None = None
) -> HomeKeychain:
    chain = chain_of(folder, session=session, named=named, given=given)
    chain.put("token:work", "t0ken")
    chain.put_key("key:work", KEY)
    return chain


def test_a_passphrase_opens_what_was_kept_before_it_was_set(tmp_path: Path) -> None:
    filled(tmp_path, named=True).set_passphrase(PASSPHRASE)
    assert not (tmp_path / "key").exists()

    later = chain_of(tmp_path, named=True)
    assert later.guard == "passphrase"
    assert later.wants == "passphrase"
    with pytest.raises(PassphraseNeeded):
        later.get_key("key:work")
    later.unlock(PASSPHRASE)
    assert later.get_key("key:work") == KEY
    assert later.get("token:work") == "t0ken"


def test_nothing_of_the_passphrase_or_the_master_key_is_in_any_file(tmp_path: Path) -> None:
    chain = filled(tmp_path, named=True)
    master = (tmp_path / "key").read_bytes()
    chain.set_passphrase(PASSPHRASE)
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (PASSPHRASE.encode(), master, master.hex().encode(), KEY, b"t0ken"):
        assert secret not in everything
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.rglob("*") if path.is_file())


def test_the_vault_is_as_dear_as_the_rfc_recommends(tmp_path: Path) -> None:
    chain = chain_of(tmp_path, named=True, cost=COST)
    chain.set_passphrase(PASSPHRASE)
    assert (chain.cost.memory_kib, chain.cost.passes, chain.cost.lanes) == (65_536, 3, 4)


def test_a_cheaper_vault_of_an_earlier_version_is_raised_when_it_is_opened(tmp_path: Path) -> None:
    filled(tmp_path, named=True).set_passphrase(PASSPHRASE)
    dearer = Cost(memory_kib=16, passes=2, lanes=1)
    chain = chain_of(tmp_path, named=True, cost=dearer)
    chain.unlock(PASSPHRASE)
    assert chain.cost == dearer
    again = chain_of(tmp_path, named=True, cost=dearer)
    again.unlock(PASSPHRASE)
    assert again.get_key("key:work") == KEY


def test_a_change_of_the_passphrase_touches_no_secret(tmp_path: Path) -> None:
    chain = filled(tmp_path, named=True)
    chain.set_passphrase(PASSPHRASE)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix in (".sealed", ".wrapped")}
    chain.change_passphrase(PASSPHRASE, OTHER)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix in (".sealed", ".wrapped")}
    assert after == before
    later = chain_of(tmp_path, named=True)
    with pytest.raises(WrongPassphrase):
        later.unlock(PASSPHRASE)
    later.unlock(OTHER)
    assert later.get("token:work") == "t0ken"


def test_a_wrong_old_passphrase_changes_nothing(tmp_path: Path) -> None:
    chain = filled(tmp_path, named=True)
    chain.set_passphrase(PASSPHRASE)
    before = (tmp_path / "vault.json").read_bytes()
    with pytest.raises(WrongPassphrase):
        chain.change_passphrase(OTHER, "another one entirely")
    with pytest.raises(WrongPassphrase):
        chain.remove_passphrase(OTHER)
    assert (tmp_path / "vault.json").read_bytes() == before


def test_without_the_passphrase_again_the_key_lies_beside(tmp_path: Path) -> None:
    chain = filled(tmp_path, named=True)
    chain.set_passphrase(PASSPHRASE)
    chain.remove_passphrase(PASSPHRASE)
    later = chain_of(tmp_path, named=True)
    assert later.guard == "key file"
    assert later.get_key("key:work") == KEY


@pytest.mark.parametrize("how", ["cut", "one bit", "no json", "empty", "dear"])
def test_damage_is_told_from_a_wrong_passphrase(tmp_path: Path, how: str) -> None:
    filled(tmp_path, named=True).set_passphrase(PASSPHRASE)
    path = tmp_path / "vault.json"
    kept = path.read_bytes()
    fields = msgspec.json.decode(kept)
    wrapped = fields["wrapped"]
    fields["wrapped"] = ("A" if wrapped[0] != "A" else "B") + wrapped[1:]
    changed = {
        "cut": kept[: len(kept) // 2],
        "one bit": msgspec.json.encode(fields),
        "no json": b"\x00" * len(kept),
        "empty": b"",
        "dear": kept.replace(b'"memory_kib": 8', b'"memory_kib": 9999999999'),
    }[how]
    assert changed != kept
    path.write_bytes(changed)
    with pytest.raises(DamagedVault) as caught:
        chain_of(tmp_path, named=True).unlock(PASSPHRASE)
    assert "not your passphrase" in caught.value.advice


def test_a_passphrase_that_protects_nothing_is_not_taken(tmp_path: Path) -> None:
    chain = filled(tmp_path, named=True)
    with pytest.raises(WeakPassphrase):
        chain.set_passphrase("short")
    assert chain.guard == "key file"
    assert chain.get("token:work") == "t0ken"


def test_letters_count_however_a_keyboard_composes_them(tmp_path: Path) -> None:
    chain_of(tmp_path, named=True).set_passphrase("caf\u00e9 au lait")
    chain_of(tmp_path, named=True).unlock("cafe\u0301 au lait")


def test_wrong_passphrases_are_looked_at_slower_and_slower_by_every_process(tmp_path: Path) -> None:
    clock = Clock()
    filled(tmp_path, named=True).set_passphrase(PASSPHRASE)
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            chain_of(tmp_path, named=True, clock=clock).unlock(OTHER)
    with pytest.raises(TooSoon) as early:
        chain_of(tmp_path, named=True, clock=clock).unlock(PASSPHRASE)
    assert early.value.wait == 1.0
    waits = []
    for _ in range(8):
        clock.now += 61
        with pytest.raises(WrongPassphrase) as wrong:
            chain_of(tmp_path, named=True, clock=clock).unlock(OTHER)
        waits.append(wrong.value.wait)
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    clock.now += 61
    chain = chain_of(tmp_path, named=True, clock=clock)
    chain.unlock(PASSPHRASE)
    assert chain.wait() == 0


def test_many_scripts_may_open_the_home_at_once(tmp_path: Path) -> None:
    filled(tmp_path, named=True).set_passphrase(PASSPHRASE)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: chain_of(tmp_path, named=True, given=PASSPHRASE).get("token:work"), range(16)))
    assert found == ["t0ken"] * 16


def test_scripts_that_are_first_at_once_share_one_vault(tmp_path: Path) -> None:
    def begin(number: int) -> None:
        chain_of(tmp_path / "keys", named=True, given=PASSPHRASE).put(f"token:{number}", "t0ken")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(begin, range(16)))
    later = chain_of(tmp_path / "keys", named=True, given=PASSPHRASE)
    assert [later.get(f"token:{number}") for number in range(16)] == ["t0ken"] * 16


@pytest.mark.parametrize("given", [PASSPHRASE, None])
def test_who_looked_before_another_set_a_passphrase_makes_no_key_beside_its_vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    folder = tmp_path / "keys"
    late = chain_of(folder, named=True, given=given)
    look = late._sealed

    def beaten() -> SealedFiles:
        monkeypatch.undo()
        chain_of(folder, named=True, given=PASSPHRASE).put("token:first", "t0ken")
        return look()

    monkeypatch.setattr(late, "_sealed", beaten)
    if given is None:
        with pytest.raises(PassphraseNeeded):
            late.put("token:late", "t0ken")
    else:
        late.put("token:late", "t0ken")
    assert not (folder / "key").exists()
    later = chain_of(folder, named=True, given=PASSPHRASE)
    assert later.get("token:first") == "t0ken"
    assert later.get("token:late") == (None if given is None else "t0ken")


def test_a_clock_that_is_set_back_locks_nobody_out(tmp_path: Path) -> None:
    clock = Clock()
    filled(tmp_path, named=True).set_passphrase(PASSPHRASE)
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            chain_of(tmp_path, named=True, clock=clock).unlock(OTHER)
    clock.now = 10.0
    chain = chain_of(tmp_path, named=True, clock=clock)
    assert chain.wait() == 1.0
    clock.now += 1.0
    chain.unlock(PASSPHRASE)


def test_whoever_is_asked_has_three_tries(tmp_path: Path) -> None:
    filled(tmp_path, named=True).set_passphrase(PASSPHRASE)
    answers = iter(["wrong one", "wrong two", PASSPHRASE])
    assert chain_of(tmp_path, named=True, ask=lambda: next(answers)).get("token:work") == "t0ken"
    with pytest.raises(PassphraseNeeded):
        chain_of(tmp_path, named=True, ask=lambda: "").get("token:work")
    with pytest.raises(WrongPassphrase):
        chain_of(tmp_path, named=True, ask=lambda: "always wrong").get("token:work")


def test_a_script_protects_a_new_home_from_the_start(tmp_path: Path) -> None:
    filled(tmp_path, given=PASSPHRASE, named=True)
    assert not (tmp_path / "key").exists()
    later = chain_of(tmp_path, named=True, given=PASSPHRASE)
    assert later.wants == ""
    assert later.get_key("key:work") == KEY


def test_a_script_may_want_a_passphrase_although_there_is_a_keychain(tmp_path: Path) -> None:
    session = Session()
    assert filled(tmp_path, session, given=PASSPHRASE).guard == "passphrase"
    assert (session.secrets, session.keys) == ({}, {})


def test_a_passphrase_in_the_environment_does_not_move_what_is_in_the_keychain(tmp_path: Path) -> None:
    session = Session()
    filled(tmp_path, session)
    chain = chain_of(tmp_path, session=session, given=PASSPHRASE)
    chain.put("token:else", "t0ken")
    assert chain.guard == "system"


def test_locked_it_gives_nothing_away_until_it_is_unlocked(tmp_path: Path) -> None:
    chain = filled(tmp_path, given=PASSPHRASE, named=True)
    chain.lock()
    assert chain.wants == "passphrase"
    with pytest.raises(PassphraseNeeded):
        chain.get_key("key:work")
    chain.unlock(PASSPHRASE)
    assert chain.get_key("key:work") == KEY


def test_without_a_keychain_a_passphrase_is_asked_for_and_nothing_is_written_before(tmp_path: Path) -> None:
    chain = chain_of(tmp_path)
    assert (chain.guard, chain.wants) == ("none", "new passphrase")
    with pytest.raises(PassphraseUnset):
        chain.put("token:work", "t0ken")
    assert list(tmp_path.iterdir()) == []
    chain.set_passphrase(PASSPHRASE)
    chain.put("token:work", "t0ken")
    assert chain.guard == "passphrase"


def test_what_an_earlier_version_kept_beside_its_key_is_taken_over(tmp_path: Path) -> None:
    SealedFiles(tmp_path).put("token:work", "t0ken")
    session = Session()
    assert chain_of(tmp_path, session=session).get("token:work") == "t0ken"
    assert session.secrets == {"token:work": "t0ken"}
    assert [path.name for path in tmp_path.iterdir()] == ["system.json"]


def test_from_the_system_keychain_to_a_passphrase_and_back(tmp_path: Path) -> None:
    session = Session()
    chain = filled(tmp_path, session)
    assert chain.guard == "system"
    chain.set_passphrase(PASSPHRASE)
    assert (session.secrets, session.keys) == ({}, {})
    later = chain_of(tmp_path, session=session)
    later.unlock(PASSPHRASE)
    assert (later.get("token:work"), later.get_key("key:work")) == ("t0ken", KEY)

    later.remove_passphrase(PASSPHRASE)
    assert session.secrets == {"token:work": "t0ken"}
    assert session.keys == {"key:work": KEY}
    assert [path.name for path in tmp_path.iterdir()] == ["system.json"]
    assert chain_of(tmp_path, session=session).get_key("key:work") == KEY


@pytest.mark.parametrize("after", range(8))
def test_a_move_that_breaks_off_loses_nothing(tmp_path: Path, after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file that is written or removed is a place to die at; the next start finds all secrets."""
    session = Session()
    filled(tmp_path, session)
    _dying(monkeypatch, after)
    with suppress(_Died):
        chain_of(tmp_path, session=session).set_passphrase(PASSPHRASE)
    monkeypatch.undo()
    later = chain_of(tmp_path, session=session)
    if later.guard == "passphrase":
        later.unlock(PASSPHRASE)
        assert (session.secrets, session.keys) == ({}, {})
    assert (later.get("token:work"), later.get_key("key:work")) == ("t0ken", KEY)


@pytest.mark.parametrize("after", range(8))
def test_a_move_back_that_breaks_off_loses_nothing(tmp_path: Path, after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session()
    filled(tmp_path, session).set_passphrase(PASSPHRASE)
    _dying(monkeypatch, after)
    with suppress(_Died):
        chain_of(tmp_path, session=session).remove_passphrase(PASSPHRASE)
    monkeypatch.undo()
    later = chain_of(tmp_path, session=session)
    if later.guard == "passphrase":
        later.unlock(PASSPHRASE)
        assert (session.secrets, session.keys) == ({}, {})
    assert (later.get("token:work"), later.get_key("key:work")) == ("t0ken", KEY)


@pytest.mark.parametrize("after", range(5))
@pytest.mark.parametrize("way", ["set", "remove"])
def test_a_change_within_a_named_home_that_breaks_off_loses_nothing(
    tmp_path: Path, after: int, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = filled(tmp_path, named=True)
    if way == "remove":
        chain.set_passphrase(PASSPHRASE)
    _dying(monkeypatch, after)
    try:
        if way == "set":
            chain.set_passphrase(PASSPHRASE)
        else:
            chain.remove_passphrase(PASSPHRASE)
    except _Died:
        pass
    monkeypatch.undo()
    later = chain_of(tmp_path, named=True)
    if later.guard == "passphrase":
        later.unlock(PASSPHRASE)
        assert not (tmp_path / "key").exists()
    assert (later.get("token:work"), later.get_key("key:work")) == ("t0ken", KEY)


def test_secrets_in_a_keychain_that_is_away_are_not_asked_a_new_passphrase_for(tmp_path: Path) -> None:
    filled(tmp_path, Session())
    chain = chain_of(tmp_path)
    assert chain.wants == ""
    with pytest.raises(KeychainGone):
        chain.get("token:work")
    with pytest.raises(KeychainGone):
        chain.set_passphrase(PASSPHRASE)


def test_a_locked_home_forgets_a_secret_without_its_passphrase(tmp_path: Path) -> None:
    filled(tmp_path, given=PASSPHRASE, named=True)
    chain = chain_of(tmp_path, named=True)
    chain.remove("key:work")
    chain.unlock(PASSPHRASE)
    assert chain.get_key("key:work") is None
    assert chain.get("token:work") == "t0ken"


def test_destroyed_there_is_nothing_left_to_open(tmp_path: Path) -> None:
    session = Session()
    filled(tmp_path, session).destroy()
    assert (session.secrets, session.keys, list(tmp_path.iterdir())) == ({}, {}, [])
    other = tmp_path / "other"
    filled(other, given=PASSPHRASE, named=True).destroy()
    assert list(other.iterdir()) == []


def test_the_environment_is_read_once_and_carries_the_passphrase_no_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENTCONSOLE_PASSPHRASE", PASSPHRASE)
    home = Home.locate(str(tmp_path))
    assert "AGENTCONSOLE_PASSPHRASE" not in os.environ
    chain = open_keychain(home)
    chain.put_key("key:work", KEY)
    assert chain.guard == "passphrase"
    assert open_keychain(home).wants == "passphrase"


class _Died(Exception):
    """The process was ended here."""


def _dying(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let the process die instead of its change number *after* (from 0) of the disk."""
    left = [after]
    replace, unlink = Path.replace, Path.unlink

    def count() -> None:
        if left[0] == 0:
            raise _Died
        left[0] -= 1

    def dying_replace(self: Path, target: Path) -> Path:
        count()
        return replace(self, target)

    def dying_unlink(self: Path, missing_ok: bool = False) -> None:
        if not self.name.startswith("."):
            count()
        unlink(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "replace", dying_replace)
    monkeypatch.setattr(Path, "unlink", dying_unlink)
