"""Words count when they are meant: not denied, not supposed, not over, not repeated from somebody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.packs.matching import Vocabulary
from agentconsole.packs.model import Words
from agentconsole.triage.reading import SUBJECT, Message, own_words
from agentconsole.triage.speech import Speech, confirms, is_over
from tests.triage.making import message

DOWN = Vocabulary([("down", Words(any=("is down", "down", "not working", "unavailable", "支払いできない")))])


def told(*bodies: str) -> list[str]:
    found = Speech([message(body) for body in bodies]).said(DOWN).get("down", ())
    return [one.text for one in found]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Our STORE is down!", ["is down"]),
        ("It's not only slow, the shop is unavailable.", ["unavailable"]),
        ("We can't sign in and the shop is down", ["is down"]),
        ("I am not sure what happened, but the shop is down.", ["is down"]),
        ("Can you check if the shop is down?", ["is down"]),
        ("Checkout is not working.", ["not working"]),
        ("お客様が支払いできないです", ["支払いできない"]),
        ("It was down yesterday. It is down again.", ["down", "is down"]),
    ],
)
def test_what_is_meant_is_found_with_its_words(body: str, words: list[str]) -> None:
    assert told(body) == words


@pytest.mark.parametrize(
    "body",
    [
        "The checkout is not down anymore.",
        "The shop isn’t down.",
        "No longer down, thanks.",
        "Never was the checkout really down.",
        "The store was down this morning, but it works again.",
        "If the store goes down, whom do I call?",
        "Der Shop ist nicht down.",
        "We never said that the store is down.",
        "> the store is down\nThat quote is yours.",
        "Thanks!\n\nOn 3 Nov 2026, Noor wrote:\n> is the store down?\n> tell us",
        "All fine.\n\nFrom: Noor <noor@desk.example>\nSent: Monday\nTo: Ana\n\nIs the store down?",
        "See the log:\n```\nstore is down\n```",
        "2026-11-22 10:00:01 ERROR store is down",
        "Hello\n-- \nAna, shutting down stress since 2010: the store is down the road",
    ],
)
def test_what_is_denied_supposed_over_or_quoted_is_not(body: str) -> None:
    assert told(body) == []


def test_a_phrase_does_not_reach_from_one_message_into_the_next() -> None:
    vocabulary = Vocabulary([("x", Words(any=("red blue",)))])
    assert Speech([message("red"), message("blue")]).said(vocabulary) == {}


def test_all_words_may_be_spread_over_the_messages_and_none_rules_out() -> None:
    vocabulary = Vocabulary([("x", Words(all=("red", "blue"))), ("y", Words(any=("red",), none=("green",)))])
    assert set(Speech([message("red one"), message("blue one")]).said(vocabulary)) == {"x", "y"}
    assert set(Speech([message("red one"), message("green one")]).said(vocabulary)) == set()


def test_evidence_names_the_message_and_the_place() -> None:
    body = "Hello,\nnow the shop is down."
    subject = Message(SUBJECT, "Trouble", "Trouble")
    (found,) = Speech([subject, message(body)]).said(DOWN)["down"]
    assert (found.comment, body[found.start : found.end]) == ("c1", found.text) == ("c1", "is down")


@pytest.mark.parametrize("body", ["It works again, thank you", "The problem is solved", "läuft wieder, danke"])
def test_what_says_that_it_is_over(body: str) -> None:
    assert is_over(message(body)) is not None


@pytest.mark.parametrize("body", ["It is still broken", "not back to normal yet", "Is it fixed?"])
def test_what_does_not(body: str) -> None:
    assert is_over(message(body)) is None


@pytest.mark.parametrize(
    ("body", "yes"),
    [
        ("Thanks, that helped!", True),
        ("Confirmed, works for us", True),
        ("Thank you, but it still fails", False),
        ("Thanks. Could you also look at the cart?", False),
        ("Merci, ça marche", True),
        ("Here is the file", False),
    ],
)
def test_what_confirms_a_solution(body: str, yes: bool) -> None:
    assert confirms(message(body)) is yes


@given(st.text(max_size=400))
def test_leaving_out_keeps_every_offset(body: str) -> None:
    own = own_words(body)
    assert len(own) == len(body)
    assert all(left in (" ", written) for left, written in zip(own, body, strict=True))


@given(st.text(max_size=300))
def test_evidence_is_what_stands_there(body: str) -> None:
    vocabulary = Vocabulary([("x", Words(any=("a*", "the", "down")))])
    for found in Speech([message(body)]).mentioned(vocabulary).get("x", ()):
        assert body[found.start : found.end] == found.text
