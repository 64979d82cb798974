"""The dialect as help desks really speak it: nulls, odd ids, unknown words."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
import pytest

from agentconsole.connectors.api import NotAHelpDesk, Send, Unanswered
from agentconsole.connectors.http import Answer
from agentconsole.connectors.http.oddities import Oddities
from agentconsole.connectors.zendesk.listing import OVERLAP, Walk, read_walk, write_walk
from agentconsole.connectors.zendesk_dialect import wire
from agentconsole.connectors.zendesk_dialect.history import history_rows
from agentconsole.connectors.zendesk_dialect.pages import page_of
from agentconsole.connectors.zendesk_dialect.reading import read_body
from agentconsole.connectors.zendesk_dialect.records import NamedStatus, comment_record, ticket_record
from agentconsole.connectors.zendesk_dialect.views import query_of
from agentconsole.connectors.zendesk_dialect.writing import merging, new_ticket, tag_changes, ticket_change
from agentconsole.domain.commands import AddComment, ChangeTags, Command, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.instant import SECOND, from_iso, to_iso
from agentconsole.domain.query import parse
from agentconsole.domain.records import SlaTarget, TicketRecord
from agentconsole.domain.values import Metric, Priority, Stage, Status


def answer(body: Any, *, is_write: bool = False) -> Answer:
    return Answer(200, {}, body if isinstance(body, bytes) else msgspec.json.encode(body), is_write)


def ticket(**values: Any) -> TicketRecord:
    row = {"id": 1, "created_at": "2026-11-17T10:00:00Z", "updated_at": "2026-11-17T10:05:00Z"} | values
    return ticket_record(msgspec.convert(row, wire.Ticket))


def test_a_ticket_of_nulls_is_a_ticket() -> None:
    row = dict.fromkeys(wire.Ticket.__struct_fields__) | {"id": "T-7"}
    record = ticket_record(msgspec.convert(row, wire.Ticket))
    assert (record.ref, record.subject, record.status, record.created_at) == ("T-7", "", Status.OPEN, 0)
    assert record.targets is None


def test_a_ticket_says_what_it_can() -> None:
    record = ticket(
        subject="S",
        status="hold",
        priority="urgent",
        via={"channel": 4, "source": {}},
        requester_id=9_007_199_254_740_993,
        tags=["b", "a"],
        custom_fields=[{"id": 41, "value": ["x"]}, {"id": 42, "value": None}],
        satisfaction_rating={"score": "good"},
        slas={
            "policy_metrics": [
                {"metric": "first_reply_time", "stage": "active", "breach_at": "2026-11-17T11:00:00Z", "minutes": 4},
                {"metric": "made_up", "stage": "active", "breach_at": None},
                {"metric": "total_resolution_time", "stage": "paused", "breach_at": None},
            ]
        },
        something_new={"a": 1},
    )
    assert (record.status, record.priority, record.channel) == (Status.HOLD, Priority.URGENT, "email")
    assert record.requester == "9007199254740993"
    assert record.tags == ("a", "b")
    assert record.fields == {"41": ["x"]}
    assert record.satisfaction == "good"
    assert record.stamp == "2026-11-17T10:05:00Z"
    assert record.targets == (
        SlaTarget(metric=Metric.FIRST_REPLY, stage=Stage.ACTIVE, breach_at=from_iso("2026-11-17T11:00:00Z")),
        SlaTarget(metric=Metric.RESOLUTION, stage=Stage.PAUSED),
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("waiting_for_vendor", Status.PENDING),
        ("On-Hold", Status.HOLD),
        ("Resolved", Status.SOLVED),
        ("triage", Status.OPEN),
    ],
)
def test_an_unknown_status_is_kept_and_put_where_it_will_be_seen(word: str, status: Status) -> None:
    record = ticket(status=word)
    assert record.status is status
    assert record.native_status in (word, "")


def test_a_status_of_the_desks_own_is_named() -> None:
    statuses = {"77": NamedStatus(Status.PENDING, "Waiting for parts", is_default=False)}
    row = msgspec.convert({"id": 1, "status": "pending", "custom_status_id": 77}, wire.Ticket)
    record = ticket_record(row, statuses)
    assert (record.status, record.native_status) == (Status.PENDING, "Waiting for parts")


def test_html_that_says_no_more_than_the_text_is_not_kept() -> None:
    plain = wire.Comment(id=1, body="a", html_body='<div class="zd-comment"><p dir="auto">a<br></p></div>')
    rich = wire.Comment(id=1, body="a", html_body="<div><p>a <b>b</b></p></div>")
    assert comment_record(plain, "1").html is None
    assert comment_record(rich, "1").html == rich.html_body


def test_our_own_key_is_found_in_the_metadata() -> None:
    row = wire.Comment(id=1, body="a", metadata={"system": {}, "custom": {"agentconsole": "k1"}})
    assert comment_record(row, "1").key == "k1"
    others: tuple[Any, ...] = (None, [], {"custom": None}, {"custom": {"agentconsole": 5}})
    for metadata in others:
        assert comment_record(wire.Comment(id=1, metadata=metadata), "1").key is None


@pytest.mark.expects_log
def test_one_odd_row_costs_no_page(caplog: pytest.LogCaptureFixture) -> None:
    rows = [
        {"id": 1, "subject": "fine", "updated_at": "2026-11-17T10:05:00Z"},
        {"id": 2, "subject": ["odd"], "tags": ["kept", 7], "priority": "low"},
        "not a row",
        {"subject": "nobody"},
    ]
    oddities = Oddities()
    with caplog.at_level(logging.WARNING):
        page = page_of(read_body(answer({"tickets": rows}), "tickets", oddities=oddities))
    assert [(row.ref, row.subject, row.tags) for row in page.tickets] == [("1", "fine", ()), ("2", "", ("7", "kept"))]
    assert page.tickets[1].priority is Priority.LOW
    assert oddities.counts()["tickets[]: a row without a usable id was left out"] == 1
    assert oddities.counts()["tickets[]: a text in place of an object was left out"] == 1
    assert "a row without a usable id" in caplog.text
    assert "nobody" not in caplog.text


def test_tombstones_are_told_apart() -> None:
    page = page_of(read_body(answer({"tickets": [{"id": 1, "status": "deleted"}, {"id": 2}]}), "tickets"))
    assert (page.deleted, [row.ref for row in page.tickets]) == (("1",), ["2"])


@pytest.mark.parametrize("body", [b"<html>", b'{"tickets":[', b"[]", b'{"users":[]}', b"", b"\xff"])
def test_what_is_no_answer_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NotAHelpDesk):
        read_body(answer(body), "tickets")
    with pytest.raises(Unanswered):
        read_body(answer(body, is_write=True), "tickets")


NAMES = {"12": "Back office", "11": "Front", "201": "Dan Dahl"}


def condition(field: str, operator: str, value: Any) -> wire.Condition:
    return wire.Condition(field=field, operator=operator, value=value)


@pytest.mark.parametrize(
    ("required", "query"),
    [
        ([("status", "less_than", "solved")], "status:new,open,pending,hold"),
        ([("status", "is_not", "closed")], "status:new,open,pending,hold,solved"),
        ([("status", "is", "open"), ("assignee_id", "is", "current_user")], "status:open assignee:me"),
        ([("assignee_id", "is", "")], "is:unassigned"),
        ([("assignee_id", "is_not", None)], "-is:unassigned"),
        ([("group_id", "is", "12")], 'group:"Back office"'),
        ([("priority", "greater_than_equal", "high")], "priority>=high"),
        ([("current_tags", "includes", "vip")], "tag:vip"),
        ([("current_tags", "not_includes", "a b")], "-tag:a,b"),
        ([("updated_at", "less_than", "24")], "updated<24h"),
        ([("current_tags", "includes", "a b")], "tag:a,b"),
        ([("requester_id", "is_not", "201"), ("type", "is", "incident")], '-requester:"Dan Dahl" type:incident'),
        ([("status", "less_than", "new")], None),
        ([("group_id", "is", "999")], None),
        ([("satisfaction_score", "is", "bad")], None),
    ],
)
def test_views_are_said_in_our_language_or_not_at_all(required: list[Any], query: str | None) -> None:
    conditions = wire.Conditions(all=[condition(*each) for each in required])
    assert query_of(conditions, NAMES) == query
    assert query is None or parse(query).problems == ()


@pytest.mark.parametrize(
    ("optional", "query"),
    [
        ([("status", "is", "new"), ("status", "is", "open")], "status:new,open"),
        ([("current_tags", "includes", "outage"), ("current_tags", "includes", "check out")], "tag:outage,check,out"),
        ([("group_id", "is", "12"), ("group_id", "is", "11")], 'group:"Back office",Front'),
        ([("status", "is", "new"), ("priority", "is", "high")], None),
        ([("group_id", "is", "12"), ("group_id", "is_not", "11")], None),
        ([("assignee_id", "is", ""), ("assignee_id", "is", "current_user")], None),
        ([("updated_at", "less_than", "2"), ("updated_at", "greater_than", "9")], None),
    ],
)
def test_alternatives_of_one_field_can_be_said(optional: list[Any], query: str | None) -> None:
    unsolved = condition("status", "is_not", "closed")
    assert query_of(wire.Conditions(any=[condition(*each) for each in optional]), NAMES) == query
    said = query_of(wire.Conditions(all=[unsolved], any=[condition(*each) for each in optional]), NAMES)
    assert said == (None if query is None else f"status:new,open,pending,hold,solved {query}")
    assert query is None or parse(query).problems == ()


CURRENT = TicketRecord(
    ref="1", subject="s", status=Status.OPEN, created_at=0, updated_at=0, stamp="2026-11-17T10:05:00Z", tags=("a", "b")
)


def test_a_comment_always_says_whether_it_is_public_and_carries_our_key() -> None:
    command = AddComment(
        body="Hi", public=False, values={"status": "pending", "field:41": "dns"}, add_tags=("c",), remove_tags=("a",)
    )
    assert ticket_change(Send(key="k", command=command, ticket="1", current=CURRENT), ["tok"]) == {
        "ticket": {
            "status": "pending",
            "custom_fields": [{"id": 41, "value": "dns"}],
            "comment": {"body": "Hi", "public": False, "uploads": ["tok"]},
            "metadata": {"custom": {"agentconsole": "k"}},
            "safe_update": True,
            "updated_stamp": "2026-11-17T10:05:00Z",
        }
    }


def test_fields_go_under_their_own_names() -> None:
    due = from_iso("2026-12-01T09:00:00Z")
    command = SetFields(values={"assignee": "102", "group": None, "due_at": due, "priority": None}, base={})
    body = ticket_change(Send(key="k", command=command, ticket="1"))["ticket"]
    assert (body["assignee_id"], body["group_id"], body["due_at"], body["priority"]) == (
        102,
        None,
        "2026-12-01T09:00:00Z",
        None,
    )
    assert "safe_update" not in body


def test_of_tags_only_what_was_meant_is_asked_for() -> None:
    def asked(command: Command, current: TicketRecord | None = CURRENT) -> list[tuple[str, ...]]:
        return [
            (each.method, *each.tags)
            for each in tag_changes(Send(key="k", command=command, ticket="1", current=current))
        ]

    assert asked(ChangeTags(add=("c",))) == [("PUT", "c")]
    assert asked(AddComment(body="Hi", public=False, add_tags=("c",), remove_tags=("a",))) == [
        ("PUT", "c"),
        ("DELETE", "a"),
    ]
    assert asked(ChangeTags(add=("a",), remove=("z",))) == [], "it is so already"
    assert asked(ChangeTags(add=("a",)), None) == [("PUT", "a")], "nobody knows"
    assert asked(SetFields(values={"status": "open"}, base={})) == []


def test_a_new_ticket_can_be_found_again() -> None:
    command = CreateTicket(subject="S", body="B", requester_email="x@y.example", tags=("t",), values={"group": "11"})
    body = new_ticket(Send(key="k", command=command, ticket=None), command)["ticket"]
    assert body["external_id"] == "k"
    assert body["requester"] == {"name": "x@y.example", "email": "x@y.example"}
    assert (body["group_id"], body["tags"], body["comment"]) == (11, ["t"], {"body": "B", "public": True})
    assert "via_followup_source_id" not in body


def test_a_follow_up_names_the_closed_ticket() -> None:
    command = CreateTicket(subject="S", body="B", requester="201", follows="7")
    assert new_ticket(Send(key="k", command=command, ticket=None), command)["ticket"]["via_followup_source_id"] == 7


def test_a_status_of_the_desks_own_is_not_lost_by_setting_its_category() -> None:
    current = msgspec.structs.replace(CURRENT, native_status="In review")
    command = AddComment(body="B", public=True, values={"status": "open", "priority": "high"}, base={})
    body = ticket_change(Send(key="k", command=command, ticket="1", current=current))["ticket"]
    assert "status" not in body
    assert body["priority"] == "high"
    body = ticket_change(Send(key="k", command=command, ticket="1", current=CURRENT))["ticket"]
    assert body["status"] == "open"


def test_comments_of_a_merge_are_internal() -> None:
    assert merging("7", MergeTickets(into=1, target_comment="t")) == {
        "ids": [7],
        "target_comment": "t",
        "target_comment_is_public": False,
    }


def test_history_is_told_in_words() -> None:
    events = [
        {"type": "Comment", "id": 1, "public": False},
        {"type": "Change", "field_name": "status", "previous_value": "open", "value": "pending"},
        {"type": "Change", "field_name": "assignee_id", "previous_value": None, "value": "102"},
        {"type": "Change", "field_name": "tags", "previous_value": ["a"], "value": ["b"]},
        {"type": "Change", "field_name": "41", "previous_value": "", "value": "dns"},
        {"type": "Notification", "value": "x"},
        {"type": "SomethingNew", "value": "x"},
    ]
    audit = msgspec.convert(
        {"id": 1, "author_id": 102, "created_at": "2026-11-17T10:05:00Z", "events": events}, wire.Audit
    )
    rows = history_rows([audit], {"102": "Ben Bell", "field:41": "Area"})
    assert {row.who for row in rows} == {"Ben Bell"}
    assert [row.text for row in rows] == [
        "added an internal note",
        "status: open → pending",
        "assignee: none → Ben Bell",
        "tags: +b −a",
        "Area: none → dns",
        "a notification was sent",
        "something new",
    ]


def rows(*seconds: int) -> list[wire.Ticket]:
    return [wire.Ticket(id=each, updated_at=to_iso(each * SECOND)) for each in seconds]


def test_a_walk_ends_a_little_below_what_is_known() -> None:
    overlap = OVERLAP // SECOND
    walk = Walk(known_to=1000 * SECOND)
    fresh, walk, more = walk.step(rows(1200, 1100), "c1")
    assert ([row.id for row in fresh], more, walk.known_to) == ([1200, 1100], True, 1000 * SECOND)
    fresh, walk, more = read_walk(write_walk(walk)).step(rows(1001, 1000 - overlap, 1000 - overlap - 1), "c2")
    assert ([row.id for row in fresh], more) == ([1001, 1000 - overlap], False)
    assert walk == Walk(known_to=1200 * SECOND)


def test_a_walk_to_the_end_of_the_list_keeps_the_newest_time() -> None:
    fresh, walk, more = Walk().step(rows(5, 4), None)
    assert (len(fresh), walk, more) == (2, Walk(known_to=5 * SECOND), False)
    assert Walk(known_to=9 * SECOND).step([], None)[1] == Walk(known_to=9 * SECOND)
    assert read_walk("rubbish") == Walk()


def test_an_export_that_tells_all_statuses_has_them_in_its_page() -> None:
    row = wire.Ticket(id=7, status="pending", status_history=[(100, "new"), (160, "pending"), (170, "no-such")])
    page = page_of(wire.Body(tickets=[row, wire.Ticket(id=8)]))
    (history,) = page.histories
    assert history.ticket == "7"
    assert history.changes == ((100 * SECOND, Status.NEW), (160 * SECOND, Status.PENDING))


def test_audits_tell_the_statuses_that_a_ticket_has_had() -> None:
    audits = [
        {
            "id": 1,
            "created_at": "2026-11-17T10:00:00Z",
            "events": [{"type": "Create", "field_name": "status", "value": "new"}],
        },
        {
            "id": 2,
            "created_at": "2026-11-17T11:00:00Z",
            "events": [
                {"type": "Comment", "public": True},
                {"type": "Change", "field_name": "status", "value": "pending", "previous_value": "new"},
            ],
        },
        {"id": 3, "created_at": "2026-11-17T12:00:00Z", "events": [{"type": "Comment", "public": True}]},
    ]
    rows = history_rows(msgspec.convert(audits, list[wire.Audit]), {})
    assert [(row.at, row.status) for row in rows if row.status] == [
        (from_iso("2026-11-17T10:00:00Z"), Status.NEW),
        (from_iso("2026-11-17T11:00:00Z"), Status.PENDING),
    ]


def test_what_a_merge_wrote_is_told_from_what_somebody_said() -> None:
    merged = {"channel": "web", "source": {"from": {"ticket_id": 3}, "to": {"ticket_id": 7}, "rel": "merge"}}
    row = {"id": 5, "body": "Closed and merged into #7.", "via": merged}
    assert comment_record(msgspec.convert(row, wire.Comment), "3").channel == "merge"
    row["via"] = {"channel": "web", "source": {"rel": None}}
    assert comment_record(msgspec.convert(row, wire.Comment), "3").channel == "web"
    row["via"] = {"channel": "email", "source": "odd"}
    assert comment_record(msgspec.convert(row, wire.Comment), "3").channel == "email"
