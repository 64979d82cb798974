"""What the store tells reports: of small stores checked by hand, and the same totals as the queue's."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import Any

import msgspec
import pytest

from agentconsole.domain.cases import Case
from agentconsole.domain.commands import SetFields
from agentconsole.domain.figures import report
from agentconsole.domain.instant import DAY, HOUR, MINUTE
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.records import PersonRecord
from agentconsole.domain.reports import Report, Scope, days_between, today
from agentconsole.domain.service_levels import Circumstances, ComputedTarget, History
from agentconsole.domain.values import Metric, PersonRole, Priority, Stage, Status
from agentconsole.store import driver
from agentconsole.store.reports import Raw, ReportReads, Stopped
from agentconsole.store.store import Store
from tests.store.making import NOON, Clock, agent, comment, local, organization, person, pull, target, ticket
from tests.support.keys import KEY

TODAY = today(NOON)
YESTERDAY = NOON - DAY


def week(**more: Any) -> Scope:
    return Scope(first=date.fromordinal(TODAY.toordinal() - 6), last=TODAY, **more)


def read(store: Store, scope: Scope) -> Raw:
    return store.reports.read(scope, days_between(scope.first, scope.last))


def counted(store: Store, scope: Scope) -> Report:
    raw = read(store, scope)
    days = days_between(scope.first, scope.last)
    return report(scope, days, NOON, raw.cases, raw.replies, raw.names, raw.coverage)


def only(store: Store) -> Case:
    (case,) = read(store, week()).cases
    return case


def test_the_first_reply_is_the_desks_first_public_comment_after_the_opening(store: Store) -> None:
    pull(
        store,
        person("c1", "Cleo"),
        person("c2", "A colleague of Cleo"),
        agent("a1", "Ada"),
        ticket("1", requester="c1", created_at=YESTERDAY),
        comment("1", "1", author="c1", created_at=YESTERDAY),
        comment("2", "1", author="a1", created_at=YESTERDAY + MINUTE, public=False),
        comment("3", "1", author="c2", created_at=YESTERDAY + 2 * MINUTE),
        comment("4", "1", author=None, created_at=YESTERDAY + 3 * MINUTE),
        comment("5", "1", author="a1", created_at=YESTERDAY + 4 * MINUTE),
        comment("6", "1", author="a1", created_at=YESTERDAY + 5 * MINUTE),
    )
    assert only(store).first_reply_at == YESTERDAY + 4 * MINUTE
    (wrote,) = read(store, week()).replies
    assert wrote == ("a1", 2, 1)


def test_opening_a_ticket_for_somebody_is_no_reply(store: Store) -> None:
    pull(
        store,
        agent("a1", "Ada"),
        person("c1", "Cleo"),
        ticket("1", requester="c1", created_at=YESTERDAY),
        comment("1", "1", author="a1", created_at=YESTERDAY),
        ticket("2", requester="a1", created_at=YESTERDAY),
        comment("2", "2", author="a1", created_at=YESTERDAY),
        comment("3", "2", author="a1", created_at=YESTERDAY + HOUR),
    )
    raw = read(store, week())
    assert [case.first_reply_at for case in raw.cases] == [None, None]
    assert raw.replies == []


def test_who_has_left_the_desk_wrote_what_they_wrote(store: Store) -> None:
    left = PersonRecord(ref="a9", name="Zoe", email="zoe@desk.example", role=PersonRole.AGENT, active=False)
    gone = PersonRecord(ref="c9", name="Former customer", active=False)
    pull(
        store,
        left,
        gone,
        ticket("1", created_at=YESTERDAY),
        comment("1", "1", author="c9", created_at=YESTERDAY + MINUTE),
        comment("2", "1", author="a9", created_at=YESTERDAY + 2 * MINUTE),
    )
    assert only(store).first_reply_at == YESTERDAY + 2 * MINUTE
    assert [each.name for each in counted(store, week()).agents] == ["Zoe"]


def test_a_closed_ticket_was_solved_with_its_last_comment_not_when_it_was_closed(store: Store) -> None:
    pull(
        store,
        agent("a1", "Ada"),
        ticket("1", status=Status.CLOSED, created_at=NOON - 3 * DAY, updated_at=NOON - HOUR),
        comment("1", "1", author="a1", created_at=NOON - 2 * DAY),
        ticket("2", status=Status.SOLVED, created_at=NOON - 3 * DAY, updated_at=NOON - 2 * HOUR),
    )
    assert [case.solved_at for case in read(store, week()).cases] == [NOON - 2 * DAY, NOON - 2 * HOUR]


def test_what_the_agent_has_solved_offline_counts_as_solved_now(store: Store, clock: Clock) -> None:
    pull(
        store,
        agent("a1", "Ada"),
        ticket("1", created_at=NOON - 3 * DAY),
        comment("1", "1", author="a1", created_at=NOON - 2 * DAY),
    )
    solve = SetFields(values={"status": "solved"}, base={"status": "open"})
    store.outbox.queue([(local(store, "1"), solve)], batch="b1").result(timeout=30)
    assert only(store).status == "solved"
    assert only(store).solved_at == clock.now


def _put(store: Store, sql: str, *values: Any) -> None:
    with closing(driver.connect(store.path, key=KEY, writer=True)) as db:
        db.execute(sql, values)


def test_a_ticket_that_was_seen_to_be_solved_was_solved_then(store: Store) -> None:
    pull(store, *(ticket(str(number), status=Status.CLOSED, updated_at=NOON - HOUR) for number in (1, 2, 3)))
    histories = (
        [(NOON - 2 * DAY, "new"), (NOON - DAY, "solved"), (NOON - HOUR, "closed")],
        [(NOON - 2 * DAY, "new"), (NOON - DAY, "solved"), (NOON - 9 * HOUR, "open"), (NOON - 8 * HOUR, "solved")],
        [(NOON - 2 * DAY, "new"), (NOON - 2 * HOUR, "closed")],
    )
    for number, history in enumerate(histories, start=1):
        data = msgspec.json.encode(history)
        _put(store, "INSERT INTO status_history (ticket, changes) VALUES (?, ?)", local(store, str(number)), data)
    # of the last one nobody knows when it was solved before it was closed: its last change is the best there is
    assert [case.solved_at for case in read(store, week()).cases] == [NOON - DAY, NOON - 8 * HOUR, NOON - HOUR]


def test_targets_that_the_console_counts_are_figures_too(store: Store) -> None:
    pull(store, *(ticket(str(number), created_at=YESTERDAY) for number in (1, 2, 3, 4)))
    computed = (
        "INSERT INTO target (ticket, metric, stage, breach_at, source, goal, fulfilled_at) VALUES (?,?,?,?,?,?,?)"
    )
    runs, met, none, solved = (local(store, str(number)) for number in (1, 2, 3, 4))
    _put(store, computed, runs, "first_reply", 0, NOON + HOUR, "pack", "4 business hours", None)
    _put(store, computed, met, "first_reply", 2, NOON + HOUR, "pack", "4 business hours", NOON)
    _put(store, computed, none, "first_reply", 0, None, "pack", "none", None)
    event = (
        "INSERT INTO sla_event (ticket, metric, cycle, kind, at, source, goal) VALUES (?, ?, 1, ?, ?, 'pack', '1 hour')"
    )
    _put(store, event, solved, "resolution", "retarget", NOON - HOUR)
    _put(store, event, solved, "resolution", "breach", NOON - HOUR)
    total = counted(store, week()).service_levels.total
    assert (total.running, total.met, total.none, total.breached, total.unknown) == (1, 1, 1, 1, 0)


class _OneHour:
    """Promises a first reply within an hour to tickets that have a priority, and nothing explicit to others."""

    fingerprint = "one hour"

    def metrics(self, circumstances: Circumstances) -> frozenset[Metric]:
        return frozenset() if circumstances.group == "Elsewhere" else frozenset((Metric.FIRST_REPLY,))

    def reckon(self, circumstances: Circumstances, history: History) -> list[ComputedTarget]:
        answers = [said.at for said in history.comments if said.by_agent and said.public]
        return [
            ComputedTarget(
                metric=Metric.FIRST_REPLY,
                stage=Stage.ACHIEVED,
                due_at=None,
                breach_at=history.created_at + HOUR,
                source="pack",
                goal="1 hour" if circumstances.priority else "none",
                started_at=history.created_at,
                fulfilled_at=min(answers, default=None),
            )
        ]


def test_targets_of_tickets_that_were_solved_before_anybody_watched_are_counted_after_the_event(store: Store) -> None:
    def solved(ref: str, answered: int, **more: Any) -> list[Any]:
        return [
            ticket(ref, status=Status.SOLVED, **{"created_at": YESTERDAY, "priority": Priority.LOW, **more}),
            comment(f"{ref}1", ref, author="c1", created_at=YESTERDAY),
            comment(f"{ref}2", ref, author="a1", created_at=YESTERDAY + answered),
        ]

    desks = target(YESTERDAY + HOUR, Stage.ACHIEVED)
    pull(
        store,
        person("c1", "Cleo"),
        agent("a1", "Ada"),
        *solved("1", HOUR),
        *solved("2", HOUR + 1),
        *solved("3", HOUR + 1, priority=None),
        *solved("4", MINUTE, targets=(desks,)),
        *solved("5", HOUR + 1, created_at=NOON - 30 * DAY),
    )
    scope = week()
    days = days_between(scope.first, scope.last)
    raw = store.reports.read(scope, days, reckoner=_OneHour())
    figures = report(scope, days, NOON, raw.cases, raw.replies, raw.names, raw.coverage)
    total = figures.service_levels.total
    assert (total.met, total.breached, total.none) == (2, 1, 1)


def test_a_late_last_reply_does_not_hide_an_answer_in_time(store: Store) -> None:
    def conversation(ref: str, answered: int) -> list[Any]:
        asked = target(YESTERDAY + HOUR, Stage.ACHIEVED, Metric.NEXT_REPLY)
        return [
            ticket(ref, requester="c1", created_at=NOON - 2 * DAY, targets=(asked,)),
            comment(f"{ref}1", ref, author="a1", created_at=NOON - 2 * DAY + HOUR),
            comment(f"{ref}2", ref, author="c1", created_at=YESTERDAY),
            comment(f"{ref}3", ref, author="a1", created_at=YESTERDAY + answered),
            comment(f"{ref}4", ref, author="a1", created_at=YESTERDAY + 5 * HOUR),
        ]

    pull(store, person("c1", "Cleo"), agent("a1", "Ada"), *conversation("1", HOUR), *conversation("2", HOUR + 1))
    (metric,) = counted(store, week()).service_levels.by_metric
    assert (metric.key, metric.met, metric.breached) == ("next_reply", 1, 1)


def _desk(store: Store) -> None:
    pull(
        store,
        organization("o1", "Acme", fields={"tier": "gold"}),
        organization("o2", "Acme Labs", fields={"plan": "pro"}),
        agent("a1", "Ada"),
        person("c1", "Cleo"),
        ticket("1", organization="o1", priority=Priority.URGENT, channel="web", created_at=YESTERDAY),
        ticket("2", organization="o2", status=Status.PENDING, channel="web"),
        ticket("3", organization="o2", status=Status.SOLVED, satisfaction="good", assignee="a1"),
        ticket("4", status=Status.HOLD, created_at=NOON - 100 * DAY, updated_at=NOON - 100 * DAY),
        ticket("5", status=Status.CLOSED, created_at=NOON - 100 * DAY, updated_at=NOON - 90 * DAY),
        ticket("6", status=Status.NEW, channel="chat"),
    )


def test_every_slice_counts_what_its_query_lists(store: Store) -> None:
    _desk(store)
    for scope in (week(), week(level="pro"), week(organization="o1"), week(organization="o2"), week(group="")):
        figures = counted(store, scope)
        still = figures.open
        slices = (*still.by_status, *still.by_priority, *still.by_level, *still.by_channel, *still.by_group)
        for each in (*slices, *figures.by_channel):
            listed = store.queue.all_ids(QueueQuery(view="everything", text=each.query), now=NOON)
            assert len(listed) == each.count, each
        for attained in (*figures.service_levels.by_level, *figures.service_levels.by_priority):
            listed = store.queue.all_ids(QueueQuery(view="everything", text=attained.query), now=NOON)
            assert len(listed) == attained.n, attained
        for day in figures.days:
            listed = store.queue.all_ids(QueueQuery(view="everything", text=day.query_created), now=NOON)
            assert len(listed) == day.created, day
    assert counted(store, week()).open.total == 4


def test_an_old_solved_ticket_is_left_unread_and_missed_by_no_figure(store: Store) -> None:
    _desk(store)
    assert len(read(store, week()).cases) == 5
    raw = read(store, Scope(first=date.fromordinal(TODAY.toordinal() - 120), last=TODAY))
    assert len(raw.cases) == 6
    assert raw.coverage.tickets == 6


def test_what_a_scope_can_be_narrowed_to(store: Store) -> None:
    _desk(store)
    choices = store.reports.choices()
    assert [choice.title for choice in choices.organizations] == ["Acme", "Acme Labs"]
    assert [choice.key for choice in choices.levels] == ["gold", "pro"]
    # a name that is also the beginning of another's finds both: only the help desk's number will do
    assert counted(store, week(organization="o1")).open.query == "is:unsolved org:o1"
    assert counted(store, week(organization="o2")).open.query == 'is:unsolved org:"Acme Labs"'


def test_deleted_tickets_are_in_no_figure(store: Store) -> None:
    _desk(store)
    pull(store, deleted=("1",))
    figures = counted(store, week())
    assert (figures.open.total, figures.coverage.tickets) == (3, 5)


def test_progress_is_told_and_a_read_that_is_not_wanted_ends(store: Store) -> None:
    _desk(store)
    scope = week()
    days = days_between(scope.first, scope.last)
    steps: list[int] = []
    store.reports.read(scope, days, steps.append)
    assert steps == list(range(1, ReportReads.STEPS + 1))
    pull(store, *(comment(f"c{number}", "6", created_at=NOON - DAY + number) for number in range(6000)))
    with pytest.raises(Stopped):
        store.reports.read(scope, days, stopped=lambda: True)
    assert len(read(store, scope).cases) == 5
