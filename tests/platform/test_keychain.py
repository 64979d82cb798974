"""Tokens under a named home: sealed, for the owner only, and readable by nobody without the key."""

from __future__ import annotations

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
    assert isinstance(open_keychain(Home(tmp_path, explicit=True)), SealedFiles)
