"""Whatever a help desk's records turn into, a page comes through with what can be read, and the rest is counted."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.connectors.api import NotAHelpDesk
from agentconsole.connectors.http import Answer
from agentconsole.connectors.http.oddities import Oddities
from agentconsole.connectors.zendesk_dialect import records, wire
from agentconsole.connectors.zendesk_dialect.history import history_rows
from agentconsole.connectors.zendesk_dialect.mending import mended
from agentconsole.connectors.zendesk_dialect.pages import page_of
from agentconsole.connectors.zendesk_dialect.reading import read_body
from agentconsole.connectors.zendesk_dialect.times import instant
from agentconsole.connectors.zendesk_dialect.views import view_records
from agentconsole.domain.instant import from_iso
from agentconsole.domain.records import Page
from agentconsole.domain.values import Priority, Status
from agentconsole.store.opening import open_store
from tests.connectors.zendesk_shapes import SHAPES
from tests.support.keys import KEY

pytestmark = pytest.mark.expects_log

AT = "2026-11-17T10:05:00Z"

WORDS = ("", " ", "7", "12.5", "true", "text", "ünïcödé 🙂", "\x00", "x" * 5000, "sent to the moon")
TIMES = (
    *("2026-11-17", "2026-11-17T10:05:00", "2026-11-17 10:05:00 UTC", "2026-11-17T10:05:00.123+01:00", AT),
    *("1794909900", "Tue, 17 Nov 2026 10:05:00 GMT", "9999-99-99T99:99:99Z"),
)
LISTS_AND_OBJECTS: tuple[Any, ...] = (
    *([], [None], [[]], ["a", 1, None, {}], [{"id": None}], [{"id": 5}]),
    *({}, {"id": 3}, {"channel": None}, {"a": {"b": []}}),
)
ODD: list[Any] = [None, True, False, 0, -1, 7, 2**63, 10**30, 1.5, 1e308, *WORDS, *TIMES, *LISTS_AND_OBJECTS]
odd = st.sampled_from(ODD)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """All places in *value*, as the keys and numbers that lead there."""
    found = [way] if way else []
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        found += places(inner, (*way, step))
    return found


def replaced(value: Any, way: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    """A copy of *value*, in which *change* was applied to what holds the place *way*."""
    made = copy.deepcopy(value)
    holder = made
    for step in way[:-1]:
        holder = holder[step]
    change(holder, way[-1])
    return made


@st.composite
def mutated(draw: st.DrawFn, body: Any, most: int = 4) -> Any:
    """*body* with a few of its values odd, missing, or beside others that nobody knows."""
    made = body
    for _ in range(draw(st.integers(1, most))):
        known = places(made)
        if not known:
            break
        way = draw(st.sampled_from(known))
        kind = draw(st.sampled_from(("odd", "odd", "gone", "more", "twice")))
        value = draw(odd)

        def change(holder: Any, step: Any, kind: str = kind, value: Any = value) -> None:
            match kind:
                case "gone":
                    del holder[step]
                case "more" if isinstance(holder, dict):
                    holder["a_key_of_tomorrow"] = value
                case "twice" if isinstance(holder, list):
                    holder.append(copy.deepcopy(holder[step]))
                case _:
                    holder[step] = value

        made = replaced(made, way, change)
    return made


def understood(body: Any, name: str, oddities: Oddities) -> tuple[wire.Body, Page]:
    """Read *body* as the connector does, and everything that becomes of its rows."""
    said = read_body(Answer(200, {}, msgspec.json.encode(body), False), name, oddities=oddities)
    if said.ticket is not None:
        said.tickets = [said.ticket]
    if said.results is not None:
        said.tickets = said.results
    statuses = records.named_statuses(said.custom_statuses or ())
    page = page_of(said, statuses, ticket="1", oddities=oddities)
    history_rows(said.audits or ([said.audit] if said.audit else []), {})
    for audit in said.audits or ():
        records.audit_comments(audit, "1")
    for event in said.ticket_events or ():
        records.event_comments(event.child_events or (), "1", author=None, at=event.created_at, metadata=event.metadata)
    records.group_records(said.groups or (), said.group_memberships)
    records.field_records(said.ticket_fields or ())
    records.macro_records(said.macros or ())
    view_records(said.views or (), {})
    # all of it has to be storable
    msgspec.json.encode(page)
    return said, page


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_what_is_known_of_answers_is_read_without_a_word(name: str) -> None:
    oddities = Oddities()
    body, _page = understood(SHAPES[name], name, oddities)
    assert getattr(body, name) is not None
    assert not oddities.counts()


@pytest.mark.parametrize("name", sorted(SHAPES))
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_nothing_that_a_record_can_turn_into_raises(name: str, data: st.DataObject) -> None:
    rows = SHAPES[name][name]
    spoilt = data.draw(mutated(rows))
    if isinstance(rows, dict) and type(spoilt.get("id")) not in (int, str):
        return  # a single thing without an id is no answer
    understood({name: spoilt}, name, Oddities())


STORED = sorted(SHAPES.keys() - {"job_status", "audits", "ticket_events", "custom_statuses", "group_memberships"})
HARD: list[Any] = [
    *(10**30, -(10**30), 2**63, 1e308, "9" * 40, "\x00", "a\x00b", "\uffff", "x" * 100_000, 99_999_999_999_999),
    *(None, True, [], {}, [["a"]], {"id": []}, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"),
]


@pytest.mark.parametrize("name", STORED)
def test_all_that_is_read_can_be_stored(name: str, tmp_path: Path) -> None:
    """Every value in turn is one that a database has trouble with."""
    store = open_store(tmp_path / "console.db", key=KEY)
    rows = SHAPES[name][name]
    for way in places(rows):
        for value in HARD:

            def change(holder: Any, step: Any, value: Any = value) -> None:
                holder[step] = value

            with suppress(NotAHelpDesk):
                said, page = understood({name: replaced(rows, way, change)}, name, Oddities())
                store.pages.apply(with_definitions(page, said)).result()
    assert store.integrity() == ""
    store.close()


def with_definitions(page: Page, said: wire.Body) -> Page:
    """*page* with what the help desk defines, as the connector's reference has it."""
    groups, fields, macros, views = said.groups, said.ticket_fields, said.macros, said.views
    return msgspec.structs.replace(
        page,
        groups=None if groups is None else records.group_records(groups, None),
        ticket_fields=None if fields is None else records.field_records(fields),
        macros=None if macros is None else records.macro_records(macros),
        views=None if views is None else view_records(views, {}),
    )


LISTS = sorted(name for name, body in SHAPES.items() if isinstance(body[name], list))


@pytest.mark.parametrize("name", LISTS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_one_bad_row_costs_no_other(name: str, data: st.DataObject) -> None:
    """A row that is spoilt in any way leaves its neighbours as they are read without it."""
    sound = SHAPES[name][name][0]
    spoilt = data.draw(st.one_of(odd, mutated(sound, 6)) if isinstance(sound, dict) else odd)
    if isinstance(spoilt, dict):
        spoilt = {**spoilt, "id": spoilt.get("id", 0) and 999_999}
    body, page = understood({name: [sound, spoilt, sound]}, name, Oddities())
    alone, page_alone = understood({name: [sound]}, name, Oddities())
    assert getattr(body, name)[0] == getattr(alone, name)[0]
    assert getattr(body, name)[-1] == getattr(alone, name)[0]
    assert all(row in page.tickets for row in page_alone.tickets)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("row", [None, 7, "text", [], True, {}], ids=str)
def test_a_row_that_is_none_is_left_out_and_counted(name: str, row: Any) -> None:
    oddities = Oddities()
    sound = SHAPES[name][name][0]
    body, _page = understood({name: [sound, row]}, name, oddities)
    kept = getattr(body, name)
    if isinstance(row, dict) and len(kept) == 2:
        return  # of memberships, comments and audits no part is needed to read the rest
    assert len(kept) == 1
    assert oddities.left_out == 1


def ticket(**values: Any) -> tuple[Any, Oddities]:
    oddities = Oddities()
    row = {"id": 5, "subject": "S", "status": "open", "created_at": AT, "updated_at": AT} | values
    _body, page = understood({"tickets": [row]}, "tickets", oddities)
    (record,) = page.tickets
    return record, oddities


@pytest.mark.parametrize(
    ("values", "name", "expected"),
    [
        ({"id": 5.0}, "ref", "5"),
        ({"id": "5"}, "ref", "5"),
        ({"subject": 404}, "subject", "404"),
        ({"subject": None, "raw_subject": "Raw"}, "subject", "Raw"),
        ({"subject": None, "description": "First line\nsecond"}, "subject", "First line"),
        ({"tags": "vip outage"}, "tags", ("outage", "vip")),
        ({"tags": ["vip", None, 7, {}]}, "tags", ("7", "vip")),
        ({"custom_fields": {"41": "dns"}}, "fields", {"41": "dns"}),
        ({"custom_fields": None, "fields": [{"id": 41, "value": "dns"}]}, "fields", {"41": "dns"}),
        ({"custom_fields": [{"id": 41, "value": "dns"}, None, {"id": None, "value": 1}]}, "fields", {"41": "dns"}),
        ({"priority": "URGENT"}, "priority", Priority.URGENT),
        ({"priority": "whenever"}, "priority", None),
        ({"status": None}, "status", Status.OPEN),
        ({"updated_at": 1_794_909_900}, "updated_at", from_iso(AT)),
        ({"created_at": None}, "created_at", from_iso(AT)),
        ({"created_at": "yesterday"}, "created_at", from_iso(AT)),
        ({"requester_id": 10**20}, "requester", str(10**20)),
        ({"assignee_id": {"id": 3}}, "assignee", None),
        ({"via": []}, "channel", ""),
        ({"comment_count": "3"}, "comment_count", 3),
        ({"slas": {"policy_metrics": {}}}, "targets", ()),
    ],
    ids=str,
)
def test_what_is_plainly_meant_is_shown(values: dict[str, Any], name: str, expected: Any) -> None:
    record, _oddities = ticket(**values)
    assert getattr(record, name) == expected


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"priority": "whenever"}, "tickets[].priority: the word whenever is not known"),
        ({"priority": "Dan Dahl asked for it"}, "tickets[].priority: the word a str is not known"),
        ({"status": "sent_to_the_moon"}, "tickets[].status: the word sent_to_the_moon is not known"),
        ({"status": None}, "tickets[].status: none; shown as open"),
        ({"due_at": "soon"}, "tickets[].due_at: not a time"),
        ({"tags": {"a": 1}}, "tickets[].tags: expected a list, got an object"),
        ({"assignee_id": []}, "tickets[].assignee_id: expected a number or a text, got a list"),
        ({"subject": 404}, "tickets[].subject: a number in place of a text"),
        (
            {"slas": {"policy_metrics": [{"metric": "time_to_lunch", "stage": "active", "breach_at": None}]}},
            "tickets[].slas.policy_metrics[].metric: the word time_to_lunch is not known",
        ),
    ],
    ids=str,
)
def test_what_is_not_understood_is_counted_and_names_nobody(values: dict[str, Any], told: str) -> None:
    _record, oddities = ticket(**values)
    assert told in oddities.counts()
    assert "Dan" not in str(oddities.counts())


def test_a_row_that_lacks_what_it_needs_is_told_by_that() -> None:
    oddities = Oddities()
    answer = Answer(200, {}, b'{"users":[],"user":{"name":"Ana"}}', False)
    body = read_body(answer, "users", oddities=oddities)
    assert body.user is None
    assert list(oddities.counts()) == ["user: id is missing"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-11-17T10:05:00Z", AT),
        ("2026-11-17T11:05:00+01:00", AT),
        ("2026-11-17T10:05:00", AT),
        ("2026-11-17 10:05:00 UTC", AT),
        ("Tue, 17 Nov 2026 10:05:00 GMT", AT),
        ("1794909900", AT),
        ("1794909900000", AT),
        ("2026-11-17", "2026-11-17T00:00:00Z"),
        ("soon", None),
        ("0", None),
        ("", None),
    ],
)
def test_times_are_read_in_the_forms_that_were_met(text: str, meant: str | None) -> None:
    assert instant(text) == (None if meant is None else from_iso(meant))


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"tickets":[{"id":1,"subject":"S"}]}',
        b'{"tickets":[{"id":1,"subject":"\\ud83d cut in half"}]}',
        b'{"tickets":[{"id":1,"subject":"latin \xe9"}]}',
        b'{"tickets":[{"id":1,"subject":"S","comment_count":NaN}]}',
        b'{"tickets":[{"id":1,"subject":"S","comment_count":1e999}]}',
    ],
    ids=["byte order mark", "half a character", "no UTF-8", "NaN", "infinite"],
)
def test_what_is_nearly_json_is_read(body: bytes) -> None:
    oddities = Oddities()
    said = read_body(Answer(200, {}, body, False), "tickets", oddities=oddities)
    (record,) = page_of(said, oddities=oddities).tickets
    assert record.ref == "1"
    record.subject.encode()
    assert "an answer was not valid JSON" in oddities.counts()


def test_kinds_of_oddities_are_bounded() -> None:
    oddities = Oddities()
    for number in range(1000):
        oddities.note(f"kind {number}")
    assert len(oddities.counts()) < 250
    assert oddities.counts()["others"] == 800


def test_a_comment_that_cant_be_read_is_no_removed_comment() -> None:
    oddities = Oddities()
    assert mended({"comments": [{"id": 1}, 5]}, wire.Body, "", oddities) is not None
    assert oddities.left_out == 1
