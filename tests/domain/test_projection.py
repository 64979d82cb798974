"""What a ticket looks like once its unsent changes are accepted, and when two people's changes collide."""

from __future__ import annotations

import pytest

from agentconsole.domain.commands import (
    AddComment,
    ChangeTags,
    Command,
    CreateTicket,
    MergeTickets,
    SetFields,
    decode_command,
    encode_command,
)
from agentconsole.domain.merging import FieldConflict, merge
from agentconsole.domain.projection import project, value_of
from agentconsole.domain.records import TicketRecord
from agentconsole.domain.values import Priority, Status

TICKET = TicketRecord(
    ref="7",
    subject="Checkout is down",
    status=Status.OPEN,
    native_status="Waiting for second line",
    created_at=1,
    updated_at=2,
    priority=Priority.HIGH,
    tags=("vip",),
    fields={"42": "a"},
)


def test_nothing_pending_changes_nothing() -> None:
    assert project(TICKET, []) is TICKET


def test_later_commands_win_and_tags_are_a_set() -> None:
    seen = project(
        TICKET,
        [
            SetFields(values={"status": "pending", "priority": None}, base={}),
            ChangeTags(add=("billing", "vip"), remove=("none",)),
            AddComment(body="Done", public=True, values={"status": "solved"}, remove_tags=("billing",)),
        ],
    )
    assert (seen.status, seen.native_status, seen.priority, seen.tags) == (Status.SOLVED, "", None, ("vip",))


def test_a_command_that_does_not_fit_is_left_out_and_the_rest_applied() -> None:
    seen = project(TICKET, [SetFields(values={"status": "asleep", "nonsense": 1, "field:42": "b"}, base={})])
    assert (seen.status, seen.fields) == (Status.OPEN, {"42": "b"})


def test_values_are_read_as_commands_carry_them() -> None:
    assert value_of(TICKET, "status") == "open"
    assert type(value_of(TICKET, "status")) is str
    assert value_of(TICKET, "field:42") == "a"
    assert value_of(TICKET, "field:43") is None


@pytest.mark.parametrize(
    "command",
    [
        SetFields(values={"status": "solved", "field:1": ["a"]}, base={"status": "open"}),
        ChangeTags(add=("a",), remove=("b",)),
        AddComment(body="שלום", public=False, last_seen="9", attachments=("k",)),
        CreateTicket(subject="s", body="b", requester="3"),
        MergeTickets(into=4),
    ],
)
def test_a_command_survives_the_outbox(command: Command) -> None:
    assert decode_command(encode_command(command)) == command


def test_a_merge_sends_what_only_i_changed_and_asks_about_the_rest() -> None:
    merged = merge(
        base={"status": "open", "priority": "low", "group": "1"},
        mine={"status": "solved", "priority": "high", "group": "2"},
        theirs={"status": "open", "priority": "urgent", "group": "2"},
    )
    assert merged.values == {"status": "solved"}
    assert merged.conflicts == (FieldConflict(name="priority", base="low", mine="high", theirs="urgent"),)
