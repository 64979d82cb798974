"""What a help desk lacks is said, in words, wherever it would be asked for."""

from __future__ import annotations

import pytest

from agentconsole.domain.capabilities import CHOSEN_STATUSES, WORDS, Capabilities, lack_of
from agentconsole.domain.commands import (
    SETTABLE,
    AddComment,
    ChangeTags,
    Command,
    CreateTicket,
    MergeTickets,
    SetFields,
)

POOR = Capabilities(
    create=False,
    tags=False,
    custom_fields=False,
    settable=frozenset({"status"}),
    statuses=frozenset(CHOSEN_STATUSES[:2]),
    why={"merge": "This one merges by hand."},
)
RICH = Capabilities(merge=True, attachments="upload")


def test_every_flag_has_its_words_and_every_word_its_flag() -> None:
    flags = set(Capabilities.__struct_fields__) - {"delta_feed", "settable", "statuses", "why"}
    fields = {f"settable:{name}" for name in SETTABLE}
    statuses = {f"statuses:{status}" for status in CHOSEN_STATUSES}
    assert set(WORDS) == flags | fields | statuses
    for name, words in WORDS.items():
        assert words.lack.endswith("."), name
        assert POOR.has(name) == (POOR.lack(name) == "")


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (SetFields(values={"priority": "low"}, base={}), "settable:priority"),
        (SetFields(values={"status": "hold"}, base={}), "statuses:hold"),
        (SetFields(values={"field:7": "x"}, base={}), "custom_fields"),
        (ChangeTags(add=("a",)), "tags"),
        (AddComment(body="x", public=True, remove_tags=("a",)), "tags"),
        (AddComment(body="x", public=True, values={"assignee": "1"}), "settable:assignee"),
        (AddComment(body="x", public=True, attachments=("f",)), "attachments"),
        (CreateTicket(subject="x", body="y"), "create"),
    ],
)
def test_what_can_not_be_done_is_named(command: Command, named: str) -> None:
    assert lack_of(command, POOR) == WORDS[named].lack
    assert lack_of(command, RICH) == ""


def test_a_connector_may_know_a_better_reason() -> None:
    assert lack_of(MergeTickets(into=1), POOR) == "This one merges by hand."
    assert lack_of(MergeTickets(into=1), Capabilities()) == WORDS["merge"].lack


@pytest.mark.parametrize(
    "command", [SetFields(values={"status": "pending"}, base={}), AddComment(body="x", public=False)]
)
def test_what_can_be_done_lacks_nothing(command: Command) -> None:
    assert lack_of(command, POOR) == ""
