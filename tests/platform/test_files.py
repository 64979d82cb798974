"""Small files are replaced whole or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from agentconsole.platform.files import write_atomically, write_once


def test_the_folder_is_made_and_the_file_is_the_owners(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "settings.json"
    write_atomically(target, b"{}")
    assert target.read_bytes() == b"{}"
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_failure_leaves_the_old_content_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "settings.json"
    write_atomically(target, b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_who_is_second_changes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "key"
    assert write_once(target, b"first")
    assert not write_once(target, b"second")
    assert target.read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert target.stat().st_mode & 0o077 == 0


def test_a_disk_without_second_names_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "not here")

    monkeypatch.setattr("os.link", refuse)
    assert write_once(tmp_path / "key", b"first")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
