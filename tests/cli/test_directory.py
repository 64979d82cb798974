"""``agentconsole directory --pack``: every contact of a document as printed, without any profile."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agentconsole.cli.main import run
from agentconsole.packs.model import Pack
from agentconsole.services.pack_folders import SHIPPED_PACKS

NOON = "2026-11-23T12:00:00Z"  # a Monday


class Console:
    """Runs the command under a home of its own, which has no profile."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self._capsys = home, capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        code = run(["directory", *words, "--home", str(self.home)])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def json(self, *words: str) -> Any:
        code, out, _err = self(*words, "--json")
        assert code == 0
        return msgspec.json.decode(out)


@pytest.fixture
def console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Console:
    return Console(tmp_path / "home", capsys)


@pytest.fixture(scope="module")
def partners() -> Pack:
    from agentconsole.packs.loading import read_pack

    return read_pack(SHIPPED_PACKS / "store-icu.toml")


def one(rows: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    (found,) = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return found


def test_every_contact_of_the_pack_is_listed_as_printed(console: Console, partners: Pack) -> None:
    rows = console.json("--pack", "store-icu", "--at", NOON)
    assert len(rows) == len(partners.contacts) > 130
    assert {row["kind"] for row in rows} == {"contact"}
    for name in ("email", "phone", "url", "address", "purpose", "department", "section", "method", "availability"):
        assert Counter(row[name] for row in rows) == Counter(getattr(each, name) for each in partners.contacts), name
    keys = {
        *("title", "section", "kind", "key", "pack", "purpose", "name", "department", "method", "email", "phone"),
        *("url", "address", "link", "option", "handle", "details", "availability", "hours", "open_now", "opens_at"),
        *("closes_at", "changes_at", "by_region", "region", "time_zone", "tiers", "emergency", "emergency_kind"),
        *("executive", "when", "topics", "group", "notes", "matched"),
    }
    assert keys <= set(rows[0])


def test_emergency_lines_say_which_option_to_press(console: Console) -> None:
    rows = console.json("--pack", "store-icu", "emergency", "--at", NOON)
    outage = one(rows, purpose="Critical Outages")
    assert (outage["phone"], outage["option"], outage["details"]) == (
        "+1-800-PARTNER",
        "1",
        "+1-800-PARTNER (Option 1)",
    )
    assert (outage["emergency"], outage["open_now"], outage["changes_at"]) == (True, True, None)
    assert one(rows, purpose="Data Loss")["email"] == "urgent@store.icu"


@pytest.mark.parametrize(
    ("email", "open_now", "changes_at"),
    [
        # Monday noon UTC is 07:00 in New York, 13:00 in Berlin, 20:00 in Singapore, 09:00 in São Paulo, 23:00 in Sydney
        ("support-na@store.icu", False, "2026-11-23T13:00:00Z"),  # 8am-8pm ET
        ("support-eu@store.icu", True, "2026-11-23T17:00:00Z"),  # 8am-6pm CET
        ("support-apac@store.icu", False, "2026-11-24T01:00:00Z"),  # 9am-7pm SGT
        ("support-latam@store.icu", True, "2026-11-23T22:00:00Z"),  # 9am-7pm BRT
        ("support-anz@store.icu", False, "2026-11-23T22:00:00Z"),  # 9am-6pm, Sydney's summer time
    ],
)
def test_each_regional_centre_opens_by_its_own_clock(
    console: Console, email: str, open_now: bool, changes_at: str
) -> None:
    (row,) = console.json("--pack", "store-icu", email, "--at", NOON)
    assert (row["open_now"], row["changes_at"]) == (open_now, changes_at)
    assert (row["closes_at"] if open_now else row["opens_at"]) == changes_at
    assert (row["opens_at"] if open_now else row["closes_at"]) is None


def test_hours_in_your_region_are_told_for_each(console: Console) -> None:
    (row,) = console.json("--pack", "store-icu", "general", "questions", "--at", NOON)
    assert row["open_now"] is None
    told = {place["region"]: place["open_now"] for place in row["by_region"]}
    assert (told["Europe"], told["North America"], told["Asia-Pacific"]) == (True, False, False)


def test_executives_and_tiers_are_told_apart(console: Console) -> None:
    rows = console.json("--pack", "store-icu")
    assert {row["purpose"] for row in rows if row["executive"]} == {
        "VP of Partner Success",
        "VP of Support",
        "Chief Revenue Officer",
        "Chief Product Officer",
        "Chief Technology Officer",
    }
    assert one(rows, purpose="Dedicated Emergency Line")["tiers"] == ["Platinum"]


def test_who_handles_a_sentence(console: Console) -> None:
    (first, *_rest) = console.json("--pack", "store-icu", "--who", "We dispute a charge: the invoice is wrong")
    assert first["email"] == "billing-resolution@store.icu"
    assert first["matched"]


def test_as_text_it_is_one_line_a_contact(console: Console) -> None:
    code, out, _err = console("--pack", "store-icu", "gdpr", "--at", NOON)
    assert code == 0
    assert out.splitlines()[1].startswith("GDPR Requests  Legal and Compliance")
    assert out.splitlines()[1].endswith("privacy@store.icu")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--pack", "store-ico"), "store-icu"),
        (("--pack", "store-icu", "--at", "noon"), "offset"),
        (("--pack", "store-icu", "--who"), "words"),
        (("--pack", "store-icu", "--ticket", "7"), "exclude"),
    ],
)
def test_what_can_not_be_answered_says_why(console: Console, words: tuple[str, ...], said: str) -> None:
    code, _out, err = console(*words)
    assert code in (1, 2)
    assert said in err
