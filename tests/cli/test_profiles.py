"""Adding and trying connections on the command line, of every kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentconsole.cli import main
from agentconsole.connectors.api import Capabilities, Identity
from agentconsole.connectors.registry import offers_of
from agentconsole.domain.values import Role
from agentconsole.services import opening


def run(home: Path, *arguments: str) -> int:
    return main.run([*arguments, "--home", str(home)])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESK_SECRET", "sesame")
    monkeypatch.setenv("AGENTCONSOLE_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        (("--kind", "rt", "--url", "https://d.example/rt/", "--user", "ana"), "https://d.example/rt"),
        (("--kind", "rt", "--url", "d.example", "--user", "ana", "--way", "token"), "https://d.example"),
        (("--kind", "zammad", "--url", "acme"), "https://acme.zammad.com"),
        (("--kind", "freshdesk", "--url", "acme"), "https://acme.freshdesk.com"),
        (("--kind", "zendesk", "--url", "acme", "--email", "ana@acme.example"), "https://acme.zendesk.com"),
    ],
)
def test_each_kind_is_added_with_what_it_asks_for(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], address: str
) -> None:
    assert run(home, "profile", "add", "work", *arguments, "--token-env", "DESK_SECRET") == 0
    assert run(home, "profile", "list") == 0
    assert address in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--kind", "rt", "--url", "https://d.example"), "user name"),
        (("--kind", "zendesk", "--url", "acme"), "e-mail"),
        (("--kind", "zammad", "--url", "acme", "--way", "browser"), "not a way to sign in to Zammad"),
    ],
)
def test_what_is_missing_is_said(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], complaint: str
) -> None:
    assert run(home, "profile", "add", "work", *arguments, "--token-env", "DESK_SECRET") != 0
    assert complaint in capsys.readouterr().err


def test_trying_a_connection_tells_what_is_lacking(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    offers = offers_of("freshdesk")

    async def answer(*_asked: object) -> tuple[Identity, Capabilities]:
        return Identity(ref="1", name="Ana", email="ana@acme.example", role=Role.AGENT), offers

    monkeypatch.setattr(opening, "try_profile", answer)
    run(home, "profile", "add", "work", "--kind", "freshdesk", "--url", "acme", "--token-env", "DESK_SECRET")
    assert run(home, "profile", "test", "work") == 0
    said = capsys.readouterr().out
    assert "Signed in to https://acme.freshdesk.com as Ana (agent)." in said
    assert f"  Guarded changes: {offers.lack('safe_update')}" in said
