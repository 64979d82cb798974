"""Every kind of mistake in a pack's file is told at its line, with what to do."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from agentconsole.packs.loading import pack_from
from agentconsole.packs.mistakes import Mistake, PackProblem
from tests.packs.good_pack import GOOD, line_of


class Slip(NamedTuple):
    """What goes wrong: *right* becomes *wrong*; then the line of *at* is at fault, and these words are said."""

    right: str
    wrong: str
    at: str
    said: tuple[str, ...]


SLIPS = {
    "unknown key": Slip('email = "care', 'emial = "care', "emial", ('no key "emial" in [[contacts]]', 'mean "email"?')),
    "unknown table": Slip("[pin]", "[pni]", "[pni]", ('no key "pni" in the file', 'mean "pin"?')),
    "wrong type": Slip('version = "2.1"', "version = 2.1", "version", ("must be a text, not the number 2.1", '"2.1"')),
    "date without quotes": Slip('["2026-12-24"]', "[2026-12-24]", "closed", ("must be a text", '"2026-12-24"')),
    "text for a list": Slip('names = ["Plus Plan"]', 'names = "Plus Plan"', "names", ("a list", '["Plus Plan"]')),
    "text for a number": Slip("days = 7", 'days = "7"', 'days = "7"', ("a whole number", "without quotes")),
    "text for true": Slip("executive = true", 'executive = "yes"', "executive", ("true or false",)),
    "table for a list of tables": Slip("[[routes]]", "[routes]", "[routes]", ("must be a list", "[[routes]]")),
    "number out of range": Slip("days = 3", "days = 0", "days = 0", ("0 is out of range", "at least 1")),
    "missing key": Slip('title = "Plus"\n', "", '[[levels]]\nid = "plus"', ('"title" is missing', 'title = "…"')),
    "word that is not allowed": Slip('method = "email"', 'method = "mail"', "mail", ("not allowed", 'mean "email"?')),
    "unknown schedule": Slip('"office"\nwords', '"offices"\nwords', '"offices"', ("[[schedules]]", 'mean "office"?')),
    "unknown schedule of a target": Slip('"region"', '"regoin"', '"regoin"', ("has no", 'Did you mean "region"?')),
    "unknown contact": Slip('contacts = ["desk"]', 'contacts = ["dsk"]', '"dsk"', ("[[contacts]]", 'mean "desk"?')),
    "unknown level": Slip('default_level = "basic"', 'default_level = "gold"', "gold", ("[[levels]] has no", '"plus"')),
    "unknown level as a key": Slip("levels = { plus =", "levels = { pluss =", "pluss", ("[[levels]]", 'mean "plus"?')),
    "unknown template": Slip('template = "hello"', 'template = "helo"', '"helo"', ("[[templates]]", 'mean "hello"?')),
    "unknown link": Slip('links = ["portal"]', 'links = ["protal"]', '"protal"', ("[[links]]", 'mean "portal"?')),
    "unknown region": Slip('_region = "north"', '_region = "south"', '"south"', ("[[regions]] has no", '"north"')),
    "unknown stage": Slip('show = "intake"', 'show = "intaek"', "intaek", ("has no", 'mean "intake"?')),
    "destination almost an id": Slip('destination = "desk"', 'destination = "desk-1"', "desk-1", ("[[contacts]]",)),
    "bad id": Slip('id = "plus"', 'id = "Plus Plan!"', "Plus Plan!", ("no good id", '"plus-plan"')),
    "id taken": Slip('id = "plus"', 'id = "basic"', 'id = "basic"\ntitle = "Plus"', ("is taken", "an id of its own")),
    "bad time": Slip('"12:30"', '"25:00"', '"25:00"', ('"25:00" is not a time of day', '"24:00"')),
    "time that begins at the end": Slip('"09:00", "12:30"', '"24:00", "12:30"', '"24:00"', ("not begin one",)),
    "bad day": Slip("{ mon =", "{ Monday =", "Monday", ("not a day of the week", 'mean "mon"?')),
    "abbreviated zone": Slip("Europe/Berlin", "CET", '"CET"', ("abbreviation", 'Write "Europe/Berlin"')),
    "abbreviated zone of the south": Slip("Europe/Oslo", "AEST", '"AEST"', ("abbreviation", "Australia/Sydney")),
    "unknown zone": Slip("Europe/Oslo", "Europe/Olso", "Olso", ("no time zone", 'Did you mean "Europe/Oslo"?')),
    "city alone": Slip("Europe/Oslo", "Oslo", '"Oslo"', ("no time zone", 'Did you mean "Europe/Oslo"?')),
    "unknown country": Slip("DE-BE", "XY", '"XY"', ("no holiday calendar", '"DE-BE"')),
    "country in small letters": Slip('"DE-BE"', '"de"', '"de"', ("no holiday calendar", 'Did you mean "DE"?')),
    "unknown part of a country": Slip("DE-BE", "DE-QQ", "DE-QQ", ("the holiday calendar of DE", '"BE"')),
    "bad date": Slip("2026-12-24", "2026-02-30", "2026-02-30", ("is not a date", "2026-12-25")),
    "bad target": Slip("30 business minutes", "30 busines minutes", "busines ", ("is not a target", "4 busi")),
    "target that has two meanings": Slip("next business day", "2 days", '"2 days"', ("48 hours or 2 business days",)),
    "endless target": Slip("2 weeks", "99999 weeks", "99999", ("longer than ten years",)),
    "business target without hours": Slip('\nschedule = "region"', "", "next business", ("without business hours",)),
    "bad pattern": Slip(r"\bSN-\d{4,}\b", "(SN", "(SN", ("can't be used", "RE2")),
    "pattern with look-around": Slip(r"\bSN-", "(?<=SN)", "(?<=SN)", ("can't be used", "look-around")),
    "pattern that fits all": Slip(r"\bSN-\d{4,}\b", r"\d*", r"\d*", ("fits a text without a single letter",)),
    "unknown placeholder": Slip("{{ticket.id}} is", "{{ticket.idd}} is", "your {{", ("no placeholder", '"ticket.id"')),
    "placeholder of a link that is not there": Slip("{{link.portal}},", "{{link.x}},", "your {{", ("names no link",)),
    "braces left open": Slip("{{ticket.id}} is", "{{ticket.id is", "body =", ("not closed",)),
    "tag of two words": Slip('tag = "escalated"', 'tag = "is escalated"', "is escalated", ("no tag", '"is_escalated"')),
    "bad address": Slip('url = "https://', 'url = "', 'url = "acme', ("not a web address", '"https://acme.example/')),
    "empty words": Slip('words = { any = ["question*"] }', "words = {}", "words = {}", ("no text can fit",)),
    "words that only exclude": Slip('{ any = ["invoice*"] }', '{ none = ["x"] }', '["x"]', ("no text can fit",)),
    "empty word": Slip('"line stopped"', '""', '["plant stands", ""]', ('"" is empty',)),
    "word of signs": Slip('"line stopped"', '"!?"', '"!?"', ("no letter and no digit",)),
    "star before a word": Slip('"line stopped"', '"*stopped"', '"*stopped"', ("neither ends a word",)),
    "rule never reached": Slip(
        'levels = ["plus"]\npriorities = ["urgent"]\n', "", '[[sla.targets]]\nmetric = "first_reply"\ntarget = "next',
        ("is never reached: no. 1", "before the general one"),
    ),
    "level never reached": Slip('["Plus Plan"]', '["Basic"]', 'names = ["Basic"]', ('"plus" is never reached by',)),
    "hours of regions without hours": Slip(
        'Oslo"\nschedule = "office"', 'Oslo"', 'schedule = "region"', ("no region has a schedule",),
    ),
    "schedule never open": Slip("always = true", "", '[[schedules]]\nid = "always"', ('"always" is never open',)),
    "clock that never stops, stopped": Slip(
        "always = true", 'always = true\nclosed = ["2026-01-01"]', "always = true", ("never stops",),
    ),
    "field without values": Slip("[match]", '[match]\nfield = "x"', 'field = "x"', ('without "values"',)),
    "executive without a matrix": Slip(
        '[[escalation.steps]]\nid = "lead"\ntitle = "Ask the team lead"\ncontacts = ["desk"]\n', "", "executive",
        ("behind the escalation matrix only",),
    ),
    "contact out of reach": Slip('phone = "+49 30 1234"\n', "", 'method = "phone"', ('nobody can reach "boss"',)),
    "closed and open at once": Slip('{ plus = "always" }', '{ basic = "always" }', "closed_to", ("has hours",)),
    "sanctions out of order": Slip("after = 1", "after = 4", "after = 3", ("fewer infractions",)),
    "no TOML: quotes left open": Slip('"Acme Care"', '"Acme Care', "Acme Care", ("no TOML", "Close the quotes")),
    "no TOML: text without quotes": Slip('"Acme Care"', "Acme", "title = Acme", ("no TOML", "in quotes")),
    "no TOML: key twice": Slip("[pin]", '[pin]\nwhere = "x"', 'where = "Settings', ("no TOML", "Give each key once")),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
def test_a_mistake_is_told_at_its_line_with_the_remedy(slip: Slip) -> None:
    assert slip.right in GOOD
    text = GOOD.replace(slip.right, slip.wrong, 1)
    (first, *_rest) = mistakes_of(text.encode())
    at = text[: text.index(slip.at)].count("\n") + 1
    assert (first.line, first.file) == (at, "acme.toml"), str(first)
    for words in slip.said:
        assert words in str(first)
    assert first.column >= 1
    assert not first.message.endswith(".")
    assert first.remedy.endswith((".", "?"))


def test_a_good_pack_has_no_mistake() -> None:
    pack = pack_from(GOOD.encode(), "acme.toml")
    assert pack.pack.title == "Acme Care"
    assert [level.id for level in pack.levels] == ["basic", "plus"]
    assert pack.schedules[0].weekly["fri"] == [("22:00", "06:00")]


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = GOOD.replace("Europe/Berlin", "CET").replace('emial = "care', "").replace("next business day", "soon")
    text = text.replace('kind = "portal"', 'kind = "portl"')
    found = mistakes_of(text.encode())
    assert [one.line for one in found] == [
        line_of(text, '"CET"'),
        line_of(text, '"soon"'),
        line_of(text, '"portl"'),
    ]


def test_a_file_that_is_not_utf_8_names_the_place() -> None:
    data = GOOD.encode().replace(b"Acme Care", "Acme Büro".encode("latin-1"))
    (only,) = mistakes_of(data)
    assert (only.line, only.column) == (3, data.splitlines()[2].index(b"\xfc") + 1)
    assert "UTF-8" in only.message
    assert "UTF-8" in only.remedy


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake() -> None:
    assert pack_from(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(), "acme.toml").pack.id == "acme"


def test_an_empty_file_is_missing_its_header() -> None:
    (only,) = mistakes_of(b"")
    assert only.line == 1
    assert '"pack" is missing in the file' in only.message
    assert '"id", "title", "version"' in only.remedy


@pytest.mark.parametrize("data", [b"a = " + b"[" * 100_000, b"a = 1" + b"0" * 5_000, b"\x00", b"x" * 5_000_000])
def test_what_no_person_writes_is_told_too(data: bytes) -> None:
    assert len(mistakes_of(data)) == 1


def test_columns_count_characters() -> None:
    text = 'pack = { id = "ü", title = "äöü", versoin = "1" }'
    found = {one.message.split('"')[1]: one.column for one in mistakes_of(text.encode())}
    assert found["versoin"] == text.index("versoin") + 1


def test_a_target_behind_two_that_share_its_tickets_is_never_reached() -> None:
    special = (
        '[[sla.targets]]\nmetric = "resolution"\nlevels = ["{}"]\ntarget = "1 week"\n'
        '[[sla.targets]]\nmetric = "resolution"\nlevels = ["{}"]\ntarget = "1 week"\n'
    )
    last = '[[sla.targets]]\nmetric = "resolution"\nlevels = ["basic", "plus"]\ntarget = "2 weeks"\n'
    general = '[[sla.targets]]\nmetric = "resolution"\ntarget = "2 weeks"\n'
    text = GOOD.replace(general, special.format("basic", "plus") + last)
    (only,) = mistakes_of(text.encode())
    assert "no. 3 and no. 4" in only.message
    # a ticket of no known level still needs the general rule
    good = pack_from(GOOD.replace(general, special.format("basic", "plus") + general).encode(), "acme.toml")
    assert len(good.sla.targets) == 5


def mistakes_of(data: bytes) -> tuple[Mistake, ...]:
    """Read a pack that is expected to be wrong."""
    with pytest.raises(PackProblem) as caught:
        pack_from(data, "acme.toml")
    return caught.value.mistakes
