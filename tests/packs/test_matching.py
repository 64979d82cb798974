"""Words of a pack are found in what people write, and quoted from where they stand."""

from __future__ import annotations

import pytest

from agentconsole.packs.matching import Text, Vocabulary, found_in
from agentconsole.packs.model import Words


@pytest.mark.parametrize(
    ("entry", "text", "quoted"),
    [
        ("refund*", "She was REFUNDED, not prerefunded", "REFUNDED"),
        ("refund", "She was refunded", None),
        ("store is down", "our Store is\n  down!", "Store is\n  down"),
        ("store is down", "the store, it is down", None),
        ("charged * twice", "I was charged by you, again: twice", "charged by you, again: twice"),
        ("charged * twice", "I was charged twice", "charged twice"),
        ("charged * twice", "charged one two three four five twice", None),
        ("rückerstattung", "Wo bleibt die RUCKERSTATTUNG?", "RUCKERSTATTUNG"),
        ("ruckerstattung", "die Rückerstattung", "Rückerstattung"),
        ("strasse", "Große Straße 1", "Straße"),
        ("can't pay", "we can’t pay", "can’t pay"),
        ("api key", "my API_KEY leaked", "API_KEY"),
        ("e-mail", "the e mail bounced", "e mail"),
        ("退款", "我要退款！", "退款"),
        ("24/7", "open 24/7?", "24/7"),
        ("fi", "the ﬁ ligature", "ﬁ"),
    ],
)
def test_an_entry_is_found_as_people_write_it(entry: str, text: str, quoted: str | None) -> None:
    read = Text(text)
    spans = found_in(Words(any=(entry,)), read)
    assert (None if spans is None else read.quote(spans[0])) == quoted


def test_all_and_none_are_kept() -> None:
    words = Words(any=("red", "blue"), all=("car*",), none=("toy",))
    assert found_in(words, Text("a blue car"))
    assert found_in(words, Text("a car")) is None
    assert found_in(words, Text("a blue house")) is None
    assert found_in(words, Text("a blue toy car")) is None
    assert found_in(Words(none=("toy",)), Text("a car")) is None
    assert found_in(Words(), Text("a car")) is None


def test_one_pass_finds_the_entries_of_many_in_their_order() -> None:
    many = Vocabulary([("later", Words(any=("b",))), ("first", Words(any=("a", "zz*"))), ("never", Words(any=("q",)))])
    found = many.fitting(Text("a zzz b a"))
    assert list(found) == ["later", "first"]
    assert [tuple(span) for span in found["first"]] == [(0, 1), (2, 5)]


def test_a_long_text_of_repetitions_takes_no_longer_than_its_length_asks() -> None:
    text = Text("a " * 20_000)
    assert found_in(Words(any=("a * a * a * a * b",)), text) is None
