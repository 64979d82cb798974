"""Completing and toggling single words of a query."""

from __future__ import annotations

import pytest

from agentconsole.gui.panes.queue.query_words import complete, has_word, toggled, word_at, words_of


def test_blanks_within_quotes_do_not_separate() -> None:
    text = 'group:"Tier 1"  refund'
    assert [text[a:b] for a, b in words_of(text)] == ['group:"Tier 1"', "refund"]


@pytest.mark.parametrize(
    ("text", "cursor", "completion", "result"),
    [
        ("sta", 3, "status:", ("status:", 7)),
        ("refund status:o", 15, "status:open", ("refund status:open ", 19)),
        ("sta refund", 3, "status:open", ("status:open refund", 12)),
        ("", 0, "is:unread", ("is:unread ", 10)),
    ],
)
def test_a_completion_replaces_the_word_it_completes(
    text: str, cursor: int, completion: str, result: tuple[str, int]
) -> None:
    assert complete(text, cursor, completion) == result


def test_a_toggled_word_comes_and_goes_whole() -> None:
    assert toggled("refund", "is:unread") == "refund is:unread"
    assert toggled("refund IS:unread vip", "is:unread") == "refund vip"
    assert not has_word("is:unreadable", "is:unread")
    assert word_at("a  b", 2) == (2, 2)
