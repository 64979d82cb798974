"""Settings survive a restart, and a broken file stops nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentconsole.services.settings import SettingsFile


def test_values_survive_a_restart(tmp_path: Path) -> None:
    settings = SettingsFile(tmp_path / "settings.json")
    settings.set("theme", "dark")
    settings.set("queue.columns", {"widths": [1, 2, 3]})
    settings.close()
    again = SettingsFile(tmp_path / "settings.json")
    assert again.get("theme") == "dark"
    assert again.get("queue.columns") == {"widths": [1, 2, 3]}
    assert again.get("density", "comfortable") == "comfortable"
    again.close()


def test_what_json_cannot_hold_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    settings = SettingsFile(tmp_path / "settings.json")
    settings.set("theme", "dark")
    with pytest.raises(TypeError):
        settings.set("theme", object())
    settings.close()
    again = SettingsFile(tmp_path / "settings.json")
    assert again.get("theme") == "dark"
    again.close()


@pytest.mark.expects_log
def test_a_broken_file_starts_afresh_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "settings.json"
    path.write_text("{")
    settings = SettingsFile(path)
    assert settings.get("theme") is None
    assert "start afresh" in caplog.text
    settings.close()


def test_nothing_is_taken_once_they_are_closed(tmp_path: Path) -> None:
    settings = SettingsFile(tmp_path / "settings.json")
    settings.close()
    with pytest.raises(RuntimeError, match="closed"):
        settings.set("theme", "dark")
    assert settings.get("theme") is None
    assert not (tmp_path / "settings.json").exists()
