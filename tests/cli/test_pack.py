"""``agentconsole pack``: what it prints and how it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from agentconsole.cli.main import run
from agentconsole.packs.loading import pack_from
from agentconsole.packs.model import Pack
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.profiles import Profile, Profiles
from tests.packs.good_pack import GOOD, line_of


class Console:
    """Runs commands under a home of its own."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = Home(home, explicit=True)
        self.home.prepare()
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        code = run([*words, "--home", str(self.home.root)])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def json(self, *words: str) -> Any:
        return msgspec.json.decode(self(*words, "--json")[1])

    def own(self, text: str, name: str = "acme.toml") -> Path:
        """Put a pack of the user's own into the home."""
        self.home.packs.mkdir(exist_ok=True)
        path = self.home.packs / name
        path.write_text(text, encoding="utf-8")
        return path

    def add_profile(self, name: str = "work") -> None:
        profile = Profile(name=name, kind="agentconsole", url="https://desk.example", email="noor@desk.example")
        Profiles(self.home, open_keychain(self.home)).add(profile, "token")


@pytest.fixture
def console(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.delenv("AGENTCONSOLE_PROFILE", raising=False)
    return Console(tmp_path / "home", capsys)


def test_check_finds_a_good_pack_good(console: Console) -> None:
    code, out, _err = console("pack", "check", str(console.own(GOOD)))
    assert code == 0
    assert out.endswith("acme.toml: good (Acme Care, version 2.1).\n")


def test_check_lists_every_mistake_of_every_file_and_fails(console: Console, tmp_path: Path) -> None:
    text = GOOD.replace("Europe/Berlin", "CET").replace("next business day", "soonish")
    bad = console.own(text)
    code, out, _err = console("pack", "check", str(bad), str(tmp_path / "nowhere.toml"))
    assert code == 1
    lines = out.splitlines()
    assert lines[0].startswith(f'{bad}:{line_of(text, "CET")}: "CET" is an abbreviation')
    assert lines[0].endswith('Write "Europe/Berlin".')
    assert lines[1].startswith(f"{bad}:{line_of(text, 'soonish')}: ")
    assert lines[2].startswith(f"{tmp_path / 'nowhere.toml'}: can't be read: no such file")
    assert lines[3] == "3 mistakes."
    told = console.json("pack", "check", str(bad))
    assert told["good"] is False
    assert [(one["line"], one["column"] > 1) for one in told["mistakes"]] == [
        (line_of(text, "CET"), True),
        (line_of(text, "soonish"), True),
    ]


def test_list_tells_shipped_and_own_packs_and_where_own_ones_stand(console: Console) -> None:
    console.own(GOOD)
    console.own("[pack]\n", "broken.toml")
    code, out, _err = console("pack", "list")
    assert code == 0
    assert "Acme Care" in out
    assert "3 mistakes in broken.toml" in out
    assert str(console.home.packs) in out
    told = console.json("pack", "list")
    by_id = {pack["id"]: pack for pack in told}
    assert by_id["acme"]["origin"] == "own"
    assert [pack["origin"] for pack in told].count("shipped") == 4
    (broken,) = [pack for pack in told if pack["id"] is None]
    assert broken["file"].endswith("broken.toml")
    assert [mistake["line"] for mistake in broken["mistakes"]] == [1, 1, 1]
    assert by_id["acme"]["mistakes"] == []


def test_show_tells_everything_and_its_json_is_the_pack(console: Console) -> None:
    console.own(GOOD)
    out = console("pack", "show", "acme")[1]
    pack = pack_from(GOOD.encode(), "acme.toml")
    for text in texts_of(msgspec.to_builtins(pack)):
        for line in text.split("\n"):
            assert " ".join(line.split()) in out, line
    assert msgspec.convert(console.json("pack", "show", "acme"), Pack) == pack


def test_show_of_an_unknown_pack_says_which_was_meant(console: Console) -> None:
    console.own(GOOD)
    code, _out, err = console("pack", "show", "acmee")
    assert code == 1
    assert 'Did you mean "acme"?' in err


def test_use_chooses_and_goes_back(console: Console) -> None:
    console.add_profile()
    console.own(GOOD)
    assert "acme" in console("pack", "use")[1].splitlines()[0]
    told = console.json("pack", "use", "store-icu", "acme", "--match", "acme.organizations=Beta GmbH, Gamma")
    assert told["use"] == ["store-icu", "acme"]
    assert told["match"] == {"acme": {"organizations": ["Beta GmbH", "Gamma"]}}
    used = {pack["id"]: pack["used"] for pack in console.json("pack", "list")}
    assert [name for name, is_used in used.items() if is_used] == ["acme", "store-icu"]
    assert console.json("pack", "use", "--match", "acme.organizations=")["match"] == {}
    assert console.json("pack", "use", "--default")["chosen"] is False


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nope",), "There are"),
        (("--match", "organizations=Beta"), "Write it like"),
        (("--match", "acme.organisations=Beta"), 'Did you mean "organizations"?'),
        (("acme", "--default"), "Give one of both"),
    ],
)
def test_a_choice_that_can_not_be_is_refused(console: Console, words: tuple[str, ...], said: str) -> None:
    console.add_profile()
    console.own(GOOD)
    code, _out, err = console("pack", "use", *words)
    assert code in (1, 2)
    assert said in err


def test_new_begins_a_good_pack_and_never_overwrites_one(console: Console) -> None:
    told = console.json("pack", "new", "mine")
    assert told == {"id": "mine", "file": str(console.home.packs / "mine.toml")}
    assert console("pack", "check", told["file"])[0] == 0
    assert {pack["id"]: pack["used"] for pack in console.json("pack", "list")}["mine"]
    code, _out, err = console("pack", "new", "mine")
    assert code == 1
    assert "is there already" in err


@pytest.mark.parametrize("name", ["My Pack", "../mine", 'a"b', ""])
def test_new_refuses_a_name_that_is_no_id(console: Console, name: str) -> None:
    code, _out, err = console("pack", "new", name)
    assert code in (1, 2)
    assert err
    assert not console.home.packs.exists()


def texts_of(value: Any) -> list[str]:
    """Every text in plain data."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts_of(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts_of(item)]
    return [value] if isinstance(value, str) else []
