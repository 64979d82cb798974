"""Bringing an archive into a server from the command line: to whom it is sent, and how a sealed one is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentconsole.cli import main
from agentconsole.cli.failures import EXIT_USAGE

HELP = Path(__file__).parents[2] / "resources" / "help"


@pytest.mark.parametrize(
    ("server", "complaint"),
    [
        ("http://desk.example", "could be read on the way"),
        ("http://127.0.0.1.desk.example:8765", "could be read on the way"),
        ("desk.example", "not a web address"),
        ("http://[half", "not a web address"),
    ],
)
def test_neither_token_nor_customers_go_where_others_can_listen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, server: str, complaint: str
) -> None:
    monkeypatch.setenv("AGENTCONSOLE_IMPORT_TOKEN", "sesame")
    # the address is refused before the archive, which is not there, is looked for
    assert main.run(["import", str(tmp_path / "desk.zip"), "--server", server]) == EXIT_USAGE
    said = capsys.readouterr().err
    assert complaint in said
    assert "Nothing was sent" in said


def test_to_this_computer_plain_http_will_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENTCONSOLE_IMPORT_TOKEN", "sesame")
    assert main.run(["import", str(tmp_path / "desk.zip"), "--server", "http://localhost:8765"]) == 1
    assert "desk.zip" in capsys.readouterr().err


@pytest.mark.parametrize("page", ["command-line.md", "archives.md"])
def test_the_handbook_names_the_passphrase_of_an_archive(page: str) -> None:
    assert "`AGENTCONSOLE_ARCHIVE_PASSPHRASE`" in (HELP / page).read_text()
