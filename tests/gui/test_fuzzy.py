"""The palette must find what a person means with a few letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.gui.fuzzy import fit

TITLES = ("Send and solve", "Set status", "Show all keys", "Use the dark theme", "Undo the last change", "Reply")


def best(typed: str) -> str:
    scored = [(score, title) for title in TITLES if (score := fit(typed, title)) is not None]
    return max(scored)[1]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("rep", "Reply"),
        ("dark", "Use the dark theme"),
        ("theme dark", "Use the dark theme"),
        ("sas", "Send and solve"),
        ("status", "Set status"),
        ("keys", "Show all keys"),
        ("UNDO", "Undo the last change"),
    ],
)
def test_finds_what_is_meant(typed: str, found: str) -> None:
    assert best(typed) == found


def test_nonsense_finds_nothing() -> None:
    assert all(fit("xqz", title) is None for title in TITLES)


@given(st.sampled_from(TITLES), st.data())
def test_every_beginning_of_a_title_finds_it(title: str, data: st.DataObject) -> None:
    length = data.draw(st.integers(1, len(title)))
    assert fit(title[:length], title) is not None


@given(st.text(max_size=20), st.text(max_size=40))
def test_never_fails(typed: str, title: str) -> None:
    score = fit(typed, title)
    assert score is None or isinstance(score, int)
