"""A crash report helps to find our bug and tells nothing of anybody's tickets."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentconsole.platform.crash import CrashReports


def _refund(amount: int) -> None:
    raise ValueError(f"Ana gets {amount} euro")


def test_a_report_names_the_lines_but_no_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[Path] = []
    try:
        _refund(3 * 10**2)
    except ValueError as error:
        CrashReports(tmp_path, told.append).report(type(error), error, error.__traceback__)
    (report,) = tmp_path.glob("crash-*.txt")
    text = report.read_text()
    assert told == [report]
    assert "builtins.ValueError" in text
    assert "test_crash.py" in text
    assert "300" not in text
    capsys.readouterr()
