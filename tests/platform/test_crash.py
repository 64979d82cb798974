"""A crash report helps to find our bug and tells nothing of anybody's tickets."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from agentconsole.platform.crash import CrashReports, DiscreetFormatter


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


@pytest.mark.expects_log
def test_the_log_names_the_lines_of_an_error_but_no_values(caplog: pytest.LogCaptureFixture) -> None:
    try:
        try:
            _refund(3 * 10**2)
        except ValueError as error:
            raise LookupError("Ana again") from error
    except LookupError:
        logging.getLogger("agentconsole").exception("the refund failed")
    assert "300" in caplog.text
    text = DiscreetFormatter("%(message)s").format(caplog.records[-1])
    assert text.startswith("the refund failed\nbuiltins.LookupError\n")
    assert "builtins.ValueError" in text
    assert "_refund: raise ValueError" in text
    assert "300" not in text
    assert "again" not in text.replace('raise LookupError("Ana again")', "")
