"""One pass over a text finds what a slow and simple reading finds, whatever words stand in pack and text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.packs.matching import Text, Vocabulary
from agentconsole.packs.model import Words

WORDS = st.sampled_from(["a", "ab", "abc", "b", "ba", "c"])
PARTS = st.one_of(WORDS, WORDS.map(lambda word: f"{word}*"))
ENTRIES = st.lists(PARTS, min_size=1, max_size=3).flatmap(
    lambda parts: st.lists(st.booleans(), min_size=len(parts) - 1, max_size=len(parts) - 1).map(
        lambda gaps: (
            parts[0] + "".join((" * " if gap else " ") + part for gap, part in zip(gaps, parts[1:], strict=True))
        )
    )
)
LISTS = st.lists(ENTRIES, max_size=3).map(tuple)
MANY = st.lists(st.builds(Words, any=LISTS, all=LISTS, none=LISTS), min_size=1, max_size=5)


@settings(max_examples=400, deadline=None)
@given(MANY, st.lists(WORDS, max_size=12))
def test_the_vocabulary_finds_what_a_simple_reading_finds(entries: list[Words], text: list[str]) -> None:
    found = Vocabulary(enumerate(entries)).fitting(Text(", ".join(text)))
    assert list(found) == [number for number, words in enumerate(entries) if fits(words, text)]


def fits(words: Words, text: list[str]) -> bool:
    """What the model's documentation says, word for word."""
    has_any = any(is_in(entry, text) for entry in words.any) or (not words.any and bool(words.all))
    return (
        has_any
        and all(is_in(entry, text) for entry in words.all)
        and not any(is_in(entry, text) for entry in words.none)
    )


def is_in(entry: str, text: list[str]) -> bool:
    return any(begins(entry.split(), text[start:]) for start in range(len(text)))


def begins(parts: list[str], text: list[str]) -> bool:
    """Whether *text* begins with *parts*; a star of its own stands for no word to four words."""
    if not parts:
        return True
    if parts[0] == "*":
        return any(begins(parts[1:], text[skipped:]) for skipped in range(5))
    if not text:
        return False
    is_word = text[0].startswith(parts[0][:-1]) if parts[0].endswith("*") else text[0] == parts[0]
    return is_word and begins(parts[1:], text[1:])
