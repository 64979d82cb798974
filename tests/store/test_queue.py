"""Views, filters, rows and counts."""

from __future__ import annotations

import pytest

from agentconsole.domain.commands import SetFields
from agentconsole.domain.instant import DAY, HOUR, MINUTE
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.records import AttachmentRecord, GroupRecord, ViewRecord
from agentconsole.domain.values import Metric, Priority, Stage, Status
from agentconsole.store.store import Store
from agentconsole.store.views import BUILT_IN, SORTS
from tests.store.making import NOON, Clock, agent, comment, local, organization, person, pull, target, ticket

ME = "a1"


@pytest.fixture
def desk(store: Store) -> Store:
    """Seven tickets that differ in everything a query can ask for."""
    picture = AttachmentRecord(ref="f1", file_name="shot.png", content_type="image/png", size=9, url="http://x/1")
    pull(
        store,
        person("p1", "Ana Óliver"),
        person("p2", "zoe Berg"),
        agent("a1", "Mira Lund"),
        agent("a2", "Noor Haddad"),
        organization("o1", "Acme", fields={"tier": "Platinum"}, tags=("plan_plus",), domains=("acme.example",)),
        organization("o2", "Bravo", tags=("tier_gold",)),
        ticket(
            "1",
            "Alpha",
            assignee="a1",
            group="g1",
            requester="p1",
            organization="o1",
            priority=Priority.URGENT,
            targets=(target(NOON + HOUR),),
            tags=("vip", "card"),
            channel="email",
        ),
        ticket(
            "2",
            "beta",
            assignee="a2",
            group="g2",
            requester="p2",
            organization="o2",
            priority=Priority.LOW,
            targets=(target(NOON - MINUTE), target(NOON + DAY, metric=Metric.RESOLUTION)),
            type="problem",
        ),
        ticket("3", "Gamma", Status.NEW, priority=None, targets=(target(None, Stage.PAUSED),), channel="web"),
        ticket(
            "4",
            "Ätna",
            Status.PENDING,
            assignee="a1",
            targets=(target(None, Stage.ACHIEVED),),
            updated_at=NOON - 3 * DAY,
            requester="p1",
        ),
        ticket(
            "5",
            "Epsilon",
            Status.HOLD,
            assignee="a1",
            created_at=NOON - 40 * DAY,
            updated_at=NOON - 30 * DAY,
            due_at=NOON + 2 * HOUR,
        ),
        ticket("6", "Zeta", Status.SOLVED, assignee="a1", updated_at=NOON - 2 * HOUR, requester="p2"),
        ticket("7", "Eta", Status.CLOSED, updated_at=NOON - 30 * DAY, created_at=NOON - 60 * DAY),
        comment("c1", "4", attachments=(picture,)),
        groups=(GroupRecord(ref="g1", name="Tier 1"), GroupRecord(ref="g2", name="Billing")),
    )
    return store


def refs(store: Store, text: str = "", view: str = "everything", sort: str | None = "id", **more: bool) -> str:
    found = store.queue.all_ids(QueueQuery(view=view, text=text, sort=sort, **more), ME)
    return " ".join(row.ref for row in store.queue.rows(found))


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("my-open", "1 4 5"),
        ("unassigned", "3"),
        ("all-open", "2 1 3 4 5"),
        ("breaching-next", "2 1"),
        ("waiting-on-requester", "4"),
        ("recently-solved", "6"),
        ("changed-offline", ""),
        ("everything", "6 3 2 1 4 7 5"),
    ],
)
def test_what_each_view_holds_in_its_own_order(desk: Store, view: str, expected: str) -> None:
    assert refs(desk, view=view, sort=None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status:open", "1 2"),
        ("status:open,new", "1 2 3"),
        ("-status:open", "3 4 5 6 7"),
        ("priority:urgent", "1"),
        ("priority>=low", "1 2"),
        ("priority:none", "3 4 5 6 7"),
        ("assignee:me", "1 4 5 6"),
        ("assignee:none", "3 7"),
        ("assignee:noor", "2"),
        ("assignee:a2@desk.example", "2"),
        ("-assignee:me", "2 3 7"),
        ("requester:oliver", "1 4"),
        ("requester:P2@SHOP.example", "2 6"),
        ('group:"tier 1"', "1"),
        ("group:bill", "2"),
        ("group:none", "3 4 5 6 7"),
        ("org:acme", "1"),
        ("org:acme.example", "1"),
        ("tier:platinum", "1"),
        ("tier:gold", "2"),
        ("plan:plus", "1"),
        ("tag:vip", "1"),
        ("-tag:vip", "2 3 4 5 6 7"),
        ("type:problem", "2"),
        ("channel:web", "3"),
        ("subject:amm", "3"),
        ("sla<2h", "1 2"),
        ("sla<30m", "2"),
        ("sla>30m", "1"),
        ("sla:breached", "2"),
        ("sla:running", "1 2"),
        ("sla:paused", "3"),
        ("sla:met", "4"),
        ("sla:none", "5 6 7"),
        ("updated<3h", "6"),
        ("updated>20d", "5 7"),
        ("created>50d", "7"),
        ("due<3h", "5"),
        ("has:attachment", "4"),
        ("has:target", "1 2 3 4"),
        ("is:unassigned", "3 7"),
        ("is:mine is:unsolved", "1 4 5"),
        ("is:solved", "6 7"),
        ("is:breached", "2"),
        ("is:unread", ""),
        ("#3", "3"),
        ("id:3,4", "3 4"),
        ("3", "3"),
        ("status:nonsense tier:gold", "2"),
    ],
)
def test_what_each_filter_finds(desk: Store, text: str, expected: str) -> None:
    assert refs(desk, text) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("sla", "2 1 3 4 5"),
        ("priority", "5 4 3 2 1"),
        ("subject", "1 4 2 5 3"),
        ("requester", "3 5 1 4 2"),
        ("status", "3 1 2 4 5"),
        ("updated", "5 4 1 2 3"),
    ],
)
def test_orders_know_no_case_and_no_accents(desk: Store, sort: str, expected: str) -> None:
    assert refs(desk, view="all-open", sort=sort) == expected
    assert refs(desk, view="all-open", sort=sort, descending=True) == " ".join(reversed(expected.split()))


def test_counts_are_what_the_views_list(desk: Store) -> None:
    key = desk.queue.save_search("Platinum", "tier:platinum").result()
    counts = desk.queue.counts(ME)
    assert set(counts) == {view.key for view in desk.queue.views()}
    for view, count in counts.items():
        assert count == len(desk.queue.all_ids(QueueQuery(view=view), ME)), view
    assert counts[key] == 1


@pytest.mark.parametrize("sort", [None, *SORTS])
@pytest.mark.parametrize("view", BUILT_IN)
def test_the_first_ids_begin_all_ids(desk: Store, view: str, sort: str | None) -> None:
    query = QueueQuery(view=view, sort=sort, descending=True)
    everything = desk.queue.all_ids(query, ME)
    assert desk.queue.first_ids(query, 2, ME) == everything[:2]


def test_a_row_says_everything(desk: Store) -> None:
    (row,) = desk.queue.rows([local(desk, "1")])
    assert (row.ref, row.subject, row.status, row.priority) == ("1", "Alpha", Status.OPEN, Priority.URGENT)
    assert (row.requester, row.organization, row.tier) == ("Ana Óliver", "Acme", "Platinum")
    assert (row.group, row.assignee, row.channel) == ("Tier 1", "Mira Lund", "email")
    assert (row.stage, row.breach_at, row.metric) == (Stage.ACTIVE, NOON + HOUR, Metric.FIRST_REPLY)
    assert (row.unread, row.waiting, row.has_draft) == (False, 0, False)


def test_rows_that_are_gone_are_left_out_and_the_order_is_kept(desk: Store) -> None:
    one, two = local(desk, "1"), local(desk, "2")
    assert [row.id for row in desk.queue.rows([two, 999, one])] == [two, one]


def test_saved_searches_and_the_servers_views_are_views(desk: Store) -> None:
    key = desk.queue.save_search("Gold", "tier:gold").result()
    pull(
        desk,
        views=(
            ViewRecord(ref="9", title="Ours", query="group:Billing"),
            ViewRecord(ref="10", title="Too strange", query=None),
            ViewRecord(ref="11", title="Off", query="tag:x", active=False),
        ),
    )
    listed = {view.key: (view.title, view.section) for view in desk.queue.views()}
    assert listed[key] == ("Gold", "saved")
    assert listed["server:9"] == ("Ours", "server")
    assert not {"server:10", "server:11", "everything"} & set(listed)
    assert refs(desk, view=key) == refs(desk, view="server:9") == "2"
    assert refs(desk, "-tier:gold", view=key) == ""
    desk.queue.forget_search(key).result()
    assert key not in {view.key for view in desk.queue.views()}


def test_unread_means_changed_after_the_agent_looked(store: Store, clock: Clock) -> None:
    pull(store, ticket("1"))
    clock.now += HOUR
    pull(store, ticket("1", "Checkout is down again", updated_at=NOON + MINUTE), ticket("2", updated_at=NOON + MINUTE))
    assert refs(store, "is:unread") == "1 2"
    store.tickets.mark_seen(local(store, "1"), clock.now).result()
    assert refs(store, "is:unread") == "2"
    pull(store, ticket("1", "Worse", updated_at=NOON + 2 * HOUR))
    assert refs(store, "is:unread") == "1 2"


def test_changed_offline_holds_what_waits(desk: Store) -> None:
    ticket_id = local(desk, "7")
    desk.outbox.queue(
        [(ticket_id, SetFields(values={"status": "open"}, base={"status": "closed"}))], batch="b"
    ).result()
    assert refs(desk, view="changed-offline") == "7"
    assert refs(desk, view="changed-offline", sort="subject", text="is:unsent") == "7"
    assert desk.queue.counts(ME)["changed-offline"] == 1


@pytest.mark.parametrize(
    ("text", "cursor", "expected"),
    [
        ("sta", 3, ("status:",)),
        ("refund -ti", 10, ("-tier:",)),
        ("status:p", 8, ("status:pending", "status:open")),
        ("status:open,h", 13, ("status:open,hold",)),
        ("group:ti", 8, ('group:"Tier 1"',)),
        ("assignee:m", 10, ("assignee:me", 'assignee:"Mira Lund"')),
        ("tag:v", 5, ("tag:vip",)),
        ("tier:", 5, ("tier:gold", "tier:Platinum")),
        ("org:acm", 7, ("org:Acme",)),
        ("requester:oliv", 14, ("requester:p1@shop.example",)),
        ("status:p refund", 8, ("status:pending", "status:open")),
        ("", 0, ()),
    ],
)
def test_suggestions(desk: Store, text: str, cursor: int, expected: tuple[str, ...]) -> None:
    assert desk.queue.suggestions(text, cursor)[: len(expected) or None] == expected


def test_a_problem_is_told_with_its_place(store: Store) -> None:
    problem = store.queue.check("refund status:wrong")
    assert problem is not None
    assert (problem.start, problem.end) == (7, 19)
    assert store.queue.check("refund status:open") is None
