"""A draft that two hands wrote to keeps the words of both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.draft_words import with_words_of


@pytest.mark.parametrize(
    ("stored", "written", "base", "kept"),
    [
        ("", "mine", "", "mine"),  # there was nothing
        ("mine", "mine", "", "mine"),
        ("old", "old and new", "old", "old and new"),  # only the composer went on
        ("back again", "mine", "", "mine\n\nback again"),
        ("old\n\nback again", "old and new", "old", "old and new\n\nback again"),
        ("old\n\nback again", "", "old", "back again"),  # what was deleted stays deleted, what came stays
        ("quite another", "old and new", "old", "old and new\n\nquite another"),
        ("old more", "old more", "old", "old more"),
    ],
)
def test_words_of_both_hands(stored: str, written: str, base: str, kept: str) -> None:
    assert with_words_of(stored, written, base) == kept


_TEXT = st.text("ab \n", max_size=8)


@given(_TEXT, _TEXT, _TEXT)
def test_nothing_that_was_added_is_lost(stored: str, written: str, base: str) -> None:
    kept = with_words_of(stored, written, base)
    assert written.strip() in kept
    before = base.strip()
    if before and stored.strip().startswith(before):
        assert stored.strip().removeprefix(before).strip() in kept
    elif stored.strip() != before:
        assert stored.strip() in kept
