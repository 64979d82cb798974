"""Tokens under a named home: sealed, for the owner only, and readable by nobody without the key."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agentconsole.platform.home import Home
from agentconsole.platform.keychain import KeychainError, SealedFiles, open_keychain

TOKEN = "correct-horse-battery-staple"


def test_a_token_comes_back(tmp_path: Path) -> None:
    SealedFiles(tmp_path).put("token:work", TOKEN)
    assert SealedFiles(tmp_path).get("token:work") == TOKEN


def test_nobody_asked_for_is_nobody(tmp_path: Path) -> None:
    assert SealedFiles(tmp_path).get("token:work") is None


def test_no_file_holds_the_token_in_clear_and_all_are_the_owners_only(tmp_path: Path) -> None:
    SealedFiles(tmp_path).put("token:work", TOKEN)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert all(TOKEN.encode() not in path.read_bytes() for path in files)
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_a_sealed_file_does_not_open_under_another_name(tmp_path: Path) -> None:
    chain = SealedFiles(tmp_path)
    chain.put("token:a", TOKEN)
    chain.put("token:b", "other")
    a, b = sorted(tmp_path.glob("*.sealed"))
    b.write_bytes(a.read_bytes())
    with pytest.raises(KeychainError) as caught:
        chain.get("token:b")
    assert "Add the profile again" in caught.value.advice


def test_a_removed_token_is_gone(tmp_path: Path) -> None:
    chain = SealedFiles(tmp_path)
    chain.put("token:work", TOKEN)
    chain.remove("token:work")
    assert chain.get("token:work") is None
    chain.remove("token:work")


def test_a_named_home_never_uses_the_systems_keychain(tmp_path: Path) -> None:
    chain = open_keychain(Home(tmp_path, explicit=True))
    chain.put("token:work", TOKEN)
    assert chain.guard == "key file"
    assert SealedFiles(tmp_path / "keys").get("token:work") == TOKEN


def test_programs_that_are_first_at_once_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: SealedFiles(tmp_path / "keys").put(f"token:{n}", TOKEN), range(16)))
    assert [SealedFiles(tmp_path / "keys").get(f"token:{n}") for n in range(16)] == [TOKEN] * 16


def test_a_key_comes_back_without_a_library_of_ciphers(tmp_path: Path) -> None:
    key = bytes(range(32))
    SealedFiles(tmp_path).put_key("key:work", key)
    code = (
        "import sys; from pathlib import Path; from agentconsole.platform.keychain import SealedFiles;"
        f"print(SealedFiles(Path({str(tmp_path)!r})).get_key('key:work').hex(),"
        " [name for name in ('cryptography', 'keyring') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split(maxsplit=1) == [key.hex(), "[]\n"]


def test_a_wrapped_key_shows_nothing_of_itself_and_is_wrapped_anew_each_time(tmp_path: Path) -> None:
    chain, key = SealedFiles(tmp_path), b"k" * 32
    chain.put_key("key:work", key)
    (path,) = tmp_path.glob("*.wrapped")
    before = path.read_bytes()
    chain.put_key("key:work", key)
    assert key not in before
    assert path.read_bytes() != before
    assert chain.get_key("key:work") == key


@pytest.mark.parametrize("at", [0, 5, 40, 70, 99])
def test_a_changed_byte_of_a_wrapped_key_is_noticed(tmp_path: Path, at: int) -> None:
    chain = SealedFiles(tmp_path)
    chain.put_key("key:work", b"k" * 32)
    (path,) = tmp_path.glob("*.wrapped")
    kept = bytearray(path.read_bytes())
    kept[at] ^= 1
    path.write_bytes(kept)
    with pytest.raises(KeychainError):
        chain.get_key("key:work")


def test_a_wrapped_key_does_not_open_under_another_name(tmp_path: Path) -> None:
    chain = SealedFiles(tmp_path)
    chain.put_key("key:a", b"a" * 32)
    chain.put_key("key:b", b"b" * 32)
    a, b = sorted(tmp_path.glob("*.wrapped"))
    b.write_bytes(a.read_bytes())
    with pytest.raises(KeychainError):
        chain.get_key("key:b")
