"""Who has written since, and what is left to do."""

from __future__ import annotations

import pytest

from agentconsole.domain.commands import AddComment, ChangeTags, SetFields
from agentconsole.domain.records import CommentRecord, TicketRecord
from agentconsole.domain.values import Status
from agentconsole.sync.guards import rebased, written_since


def comment(ref: str, author: str | None, at: int = 10) -> CommentRecord:
    return CommentRecord(ref=ref, ticket="1", author=author, created_at=at, public=True, body=ref)


def ticket(**values: object) -> TicketRecord:
    known = {"ref": "1", "subject": "s", "status": Status.OPEN, "created_at": 0, "updated_at": 0} | values
    return TicketRecord(**known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("comments", "news"),
    [
        ([comment("1", "r")], []),
        ([comment("1", "r"), comment("2", "r")], ["2"]),
        ([comment("10", "r"), comment("9", "me"), comment("1", "r")], ["10"]),
        ([comment("1", "r"), comment("2", "me"), comment("3", None)], []),
        ([comment("1", "r"), comment("2", "colleague", 11)], ["2"]),
    ],
    ids=["nothing", "requester", "same second", "own and automatic", "colleague"],
)
def test_what_others_wrote_after_the_last_seen_comment(comments: list[CommentRecord], news: list[str]) -> None:
    assert [each.ref for each in written_since(comments, "1", queued_at=0, me="me")] == news


def test_an_unknown_last_comment_leaves_the_time_to_decide() -> None:
    comments = [comment("1", "r", 10), comment("2", "r", 20)]
    assert [each.ref for each in written_since(comments, None, queued_at=15, me="me")] == ["2"]
    assert [each.ref for each in written_since(comments, "redacted", queued_at=15, me="me")] == ["2"]


def test_only_what_is_left_is_sent() -> None:
    command = SetFields(values={"status": "hold", "priority": "high"}, base={"status": "open", "priority": None})
    left, conflicts = rebased(command, ticket(status=Status.HOLD))
    assert (left, conflicts) == (SetFields(values={"priority": "high"}, base=command.base), ())
    assert rebased(SetFields(values={"status": "open"}, base={"status": "new"}), ticket()) == (None, ())


def test_a_comment_is_sent_even_when_its_fields_are_as_they_should_be() -> None:
    command = AddComment(body="b", public=True, values={"status": "open"}, base={"status": "new"})
    left, conflicts = rebased(command, ticket())
    assert isinstance(left, AddComment)
    assert (left.values, conflicts) == ({}, ())


def test_both_sides_changing_one_field_is_a_conflict() -> None:
    command = SetFields(values={"status": "solved"}, base={"status": "pending"})
    left, (conflict,) = rebased(command, ticket())
    assert left is command
    assert (conflict.base, conflict.mine, conflict.theirs) == ("pending", "solved", "open")


def test_a_new_ticket_that_was_opened_by_the_desk_is_no_conflict() -> None:
    command = SetFields(values={"status": "solved"}, base={"status": "new"})
    assert rebased(command, ticket())[1] == ()


def test_lists_and_empty_texts_are_compared_by_what_they_say() -> None:
    command = SetFields(values={"field:7": ["b"], "type": "task"}, base={"field:7": ["a"], "type": ""})
    assert rebased(command, ticket(fields={"7": ("a",)}))[1] == ()


def test_tags_that_are_there_already_need_no_request() -> None:
    assert rebased(ChangeTags(add=("a",), remove=("z",)), ticket(tags=("a", "b"))) == (None, ())
    command = ChangeTags(add=("c",))
    assert rebased(command, ticket(tags=("a", "b"))) == (command, ())
