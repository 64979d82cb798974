"""Targets that the console counts: there with the change they depend on, and never rewriting what was."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from agentconsole.domain.commands import AddComment, CreateTicket, SetFields
from agentconsole.domain.instant import DAY, HOUR, Instant
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.records import Page, StatusHistory
from agentconsole.domain.rows import TicketTarget
from agentconsole.domain.service_levels import Circumstances, ComputedTarget, History
from agentconsole.domain.values import Metric, Priority, Stage, Status
from agentconsole.sla.policy import Policy, Reckoned, Rule, Subject
from agentconsole.sla.targets import read_target
from agentconsole.store.store import Store
from tests.store.making import NOON, Clock, agent, comment, local, opened, organization, person, pull, target, ticket

PAUSING = {Metric.RESOLUTION: frozenset({Status.PENDING})}
FIRST, NEXT, RESOLUTION = Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.RESOLUTION


class ByTheClock:
    """Counts around the clock, by rules of priority, for organizations whose field ``plan`` is set."""

    def __init__(self, *rules: tuple[Metric, str, Priority | None], fingerprint: str = "one") -> None:
        self.fingerprint = fingerprint
        self.policy = Policy(
            name="shop",
            title="Shop",
            rules=[
                Rule(metric, read_target(text), priorities=frozenset([priority] if priority else []))
                for metric, text, priority in rules
            ],
            pausing=PAUSING,
            hours_of=lambda schedule, region: None,
        )

    def metrics(self, circumstances: Circumstances) -> frozenset[Metric]:
        if not circumstances.fields.get("plan"):
            return frozenset()
        return frozenset(self.policy.assigned(Subject(priority=circumstances.priority)))

    def reckon(self, circumstances: Circumstances, history: History) -> list[ComputedTarget]:
        return [_computed(one) for one in self.policy.reckon(history, Subject(priority=circumstances.priority))]


def _computed(one: Reckoned) -> ComputedTarget:
    return ComputedTarget(
        metric=one.progress.metric,
        stage=one.stage,
        due_at=one.deadline.due_at,
        breach_at=one.deadline.breach_at,
        source="shop",
        goal=one.assigned.rule.target.in_words(),
        started_at=one.progress.started_at,
        cycle=one.progress.cycle,
        paused_since=one.progress.paused_since,
        paused_by=one.progress.paused_by,
        fulfilled_at=one.progress.fulfilled_at,
    )


RULES = ByTheClock(
    (FIRST, "60 hours", Priority.HIGH),
    (FIRST, "100 hours", None),
    (NEXT, "10 hours", None),
    (RESOLUTION, "200 hours", None),
)
PLANNED = organization("5", "Bloom", fields={"plan": "boutique"})
CREATED = NOON - 2 * DAY


def use(store: Store, reckoner: ByTheClock = RULES) -> None:
    store.reckoning.use(reckoner).result()
    while store.reckoning.catch_up().result():
        pass


def of(store: Store, ref: str = "7") -> dict[Metric, TicketTarget]:
    detail = store.tickets.detail(local(store, ref))
    assert detail is not None
    return {target.metric: target for target in detail.targets}


def breaches(store: Store, ref: str = "7") -> list[tuple[Metric, Instant, str]]:
    return [
        (one.metric, one.at, one.goal) for one in store.reckoning.recorded(local(store, ref)) if one.kind == "breach"
    ]


def test_a_pulled_ticket_has_its_targets_in_the_same_commit(store: Store) -> None:
    use(store)
    seen: list[list[TicketTarget]] = []
    store.subscribe(lambda change: seen.append(store.reckoning.targets(1)))
    pull(store, PLANNED, ticket("7", organization="5"))
    assert [target.breach_at for target in seen[0]] == [CREATED + 100 * HOUR, CREATED + 200 * HOUR]
    assert seen[0][0].source == "shop"
    assert seen[0][0].goal == "100 hours"
    (row,) = store.queue.rows([local(store, "7")])
    assert (row.stage, row.breach_at, row.metric) == (Stage.ACTIVE, CREATED + 100 * HOUR, FIRST)


def test_what_the_help_desk_targets_itself_is_not_counted_here(store: Store) -> None:
    use(store)
    pull(store, PLANNED, ticket("7", organization="5", targets=(target(NOON + HOUR),)))
    found = of(store)
    assert (found[FIRST].source, found[FIRST].breach_at) == ("", NOON + HOUR)
    assert (found[RESOLUTION].source, found[RESOLUTION].breach_at) == ("shop", CREATED + 200 * HOUR)
    pull(store, ticket("7", organization="5", targets=(), updated_at=NOON))
    assert of(store)[FIRST].source == "shop"
    pull(store, ticket("7", organization="5", targets=(target(NOON + 2 * HOUR),), updated_at=NOON + 1))
    assert of(store)[FIRST].breach_at == NOON + 2 * HOUR


def test_a_ticket_that_no_rule_is_for_has_none(store: Store) -> None:
    use(store)
    pull(store, organization("6", "Other"), ticket("7", organization="6"), ticket("8"))
    assert of(store, "7") == of(store, "8") == {}


def test_the_queue_sorts_by_counted_and_told_targets_alike(store: Store) -> None:
    use(store)
    pull(
        store,
        PLANNED,
        ticket("1", organization="5"),
        ticket("2", targets=(target(CREATED + 70 * HOUR),)),
        ticket("3", organization="5", priority=Priority.HIGH),
        ticket("4"),
    )
    ids = store.queue.first_ids(QueueQuery(view="all"), 10)
    assert [row.ref for row in store.queue.rows(ids)] == ["3", "2", "1", "4"]
    assert [(row.ref, row.metric, row.source) for row in store.countdown.running()][:3] == [
        ("3", FIRST, "shop"),
        ("2", FIRST, ""),
        ("1", FIRST, "shop"),
    ]


def test_a_public_reply_that_is_still_unsent_fulfils_the_first_reply(store: Store, clock: Clock) -> None:
    use(store)
    pull(store, PLANNED, ticket("7", organization="5"))
    reply = AddComment(body="We are on it.", public=True)
    store.outbox.queue([(local(store, "7"), reply)], batch="b").result()
    assert of(store)[FIRST].stage is Stage.ACHIEVED
    assert of(store)[FIRST].fulfilled_at == clock.now
    store.outbox.withdraw(batch="b").result()
    assert of(store)[FIRST].stage is Stage.ACTIVE


def test_a_note_fulfils_nothing(store: Store) -> None:
    use(store)
    pull(store, PLANNED, ticket("7", organization="5"))
    store.outbox.queue([(local(store, "7"), AddComment(body="Hm.", public=False))], batch="b").result()
    assert of(store)[FIRST].stage is Stage.ACTIVE


def test_replies_of_agents_count_also_of_those_who_have_left(store: Store) -> None:
    use(store)
    pull(
        store,
        PLANNED,
        person("20", "Requester"),
        agent("30", "Left").__class__(ref="30", name="Left", role=agent("30", "Left").role, active=False),
        ticket("7", organization="5", requester="20"),
        comment("1", "7", author="20", created_at=CREATED),
        comment("2", "7", author="30", created_at=CREATED + HOUR),
        comment("3", "7", author="20", created_at=CREATED + 2 * HOUR),
    )
    found = of(store)
    assert found[FIRST].fulfilled_at == CREATED + HOUR
    assert found[NEXT].breach_at == CREATED + 12 * HOUR


def test_an_unsent_status_pauses_and_an_unsent_priority_retargets(store: Store, clock: Clock) -> None:
    use(store)
    pull(store, PLANNED, ticket("7", organization="5"))
    id_ = local(store, "7")
    store.outbox.queue([(id_, SetFields(values={"status": "pending"}, base={"status": "open"}))], batch="a").result()
    assert (of(store)[RESOLUTION].stage, of(store)[RESOLUTION].paused_since) == (Stage.PAUSED, clock.now)
    assert of(store)[RESOLUTION].paused_by is Status.PENDING
    assert of(store)[FIRST].stage is Stage.ACTIVE  # replies don't pause
    store.outbox.queue([(id_, SetFields(values={"priority": "high"}, base={"priority": None}))], batch="b").result()
    assert of(store)[FIRST].goal == "60 hours"
    assert [(one.kind, one.goal) for one in store.reckoning.recorded(id_)] == [("retarget", "60 hours")]


def test_statuses_are_remembered_as_pulls_bring_them(store: Store) -> None:
    use(store)
    pull(store, PLANNED, ticket("7", organization="5", updated_at=CREATED + HOUR))
    pull(store, ticket("7", organization="5", status=Status.PENDING, updated_at=CREATED + 3 * HOUR))
    assert of(store)[RESOLUTION].paused_since == CREATED + 3 * HOUR
    pull(store, ticket("7", organization="5", updated_at=CREATED + 8 * HOUR))
    assert of(store)[RESOLUTION].breach_at == CREATED + 205 * HOUR


def test_what_the_help_desk_tells_of_statuses_is_better_than_what_was_seen(store: Store) -> None:
    use(store)
    told = StatusHistory(
        ticket="7",
        changes=((CREATED, Status.NEW), (CREATED + HOUR, Status.PENDING), (CREATED + 2 * HOUR, Status.OPEN)),
    )
    pull(store, PLANNED, ticket("7", organization="5"), histories=(told,))
    assert of(store)[RESOLUTION].breach_at == CREATED + 201 * HOUR


def test_a_solved_ticket_counts_no_more_and_goes_on_when_it_is_reopened(store: Store) -> None:
    use(store)
    pull(store, PLANNED, ticket("7", organization="5", updated_at=CREATED))
    pull(store, ticket("7", organization="5", status=Status.SOLVED, updated_at=CREATED + 10 * HOUR))
    assert of(store) == {}
    assert store.countdown.running() == []
    pull(store, ticket("7", organization="5", updated_at=CREATED + 30 * HOUR))
    assert of(store)[RESOLUTION].breach_at == CREATED + 220 * HOUR
    assert FIRST not in of(store)  # nobody waits for a first reply any more


def test_a_breach_is_recorded_once_and_stays(store: Store, clock: Clock) -> None:
    use(store)
    pull(store, PLANNED, ticket("7", organization="5", updated_at=CREATED))
    clock.now = CREATED + 101 * HOUR
    assert store.reckoning.record_breaches().result() == 1
    assert store.reckoning.record_breaches().result() == 0
    pull(store, ticket("7", "Renamed", organization="5", updated_at=clock.now))
    assert breaches(store) == [(FIRST, CREATED + 100 * HOUR, "100 hours")]
    pull(store, ticket("7", organization="5", priority=Priority.HIGH, updated_at=clock.now + 1))
    pull(store, ticket("7", organization="5", status=Status.SOLVED, updated_at=clock.now + 2))
    # the new target was missed too; the first breach is as it was
    assert breaches(store) == [
        (FIRST, CREATED + 100 * HOUR, "100 hours"),
        (FIRST, CREATED + 60 * HOUR, "60 hours"),
    ]


def test_a_breach_that_is_heard_of_late_is_recorded_all_the_same(store: Store, clock: Clock) -> None:
    use(store)
    clock.now = NOON + 5 * HOUR
    assert store.reckoning.record_breaches().result() == 0
    # it was breached before the last look, when the help desk had not told of it yet
    pull(store, PLANNED, ticket("7", organization="5", targets=(target(NOON + HOUR),), updated_at=NOON + 4 * HOUR))
    assert store.reckoning.record_breaches().result() == 1
    assert store.reckoning.record_breaches().result() == 0
    assert breaches(store) == [(FIRST, NOON + HOUR, "")]


def test_a_late_reply_leaves_a_breach_though_nobody_looked_in_between(store: Store, clock: Clock) -> None:
    use(store)
    clock.now = CREATED + 300 * HOUR
    pull(
        store,
        PLANNED,
        agent("30", "Ann"),
        ticket("7", organization="5", updated_at=CREATED + 150 * HOUR),
        comment("1", "7", author="30", created_at=CREATED + 150 * HOUR),
    )
    assert breaches(store) == [
        (FIRST, CREATED + 100 * HOUR, "100 hours"),
        (RESOLUTION, CREATED + 200 * HOUR, "200 hours"),
    ]


def test_what_was_met_is_recorded_when_the_clock_ends(store: Store, clock: Clock) -> None:
    use(store)
    clock.now = CREATED + 90 * HOUR
    pull(store, PLANNED, agent("30", "Ann"), ticket("7", organization="5", updated_at=CREATED))
    pull(
        store,
        ticket("7", organization="5", updated_at=CREATED + HOUR),
        comment("1", "7", author="30", created_at=CREATED + HOUR),
    )
    pull(store, ticket("7", organization="5", status=Status.SOLVED, updated_at=CREATED + 20 * HOUR))
    found = {(one.metric, one.kind): one.at for one in store.reckoning.recorded(local(store, "7"))}
    assert found == {(FIRST, "met"): CREATED + HOUR, (RESOLUTION, "met"): CREATED + 20 * HOUR}


def test_what_is_only_unsent_is_on_no_record(store: Store, clock: Clock) -> None:
    use(store)
    clock.now = CREATED + 90 * HOUR
    pull(store, PLANNED, ticket("7", organization="5", updated_at=CREATED))
    id_ = local(store, "7")
    # late by the target of an urgency that is taken back
    store.outbox.queue([(id_, SetFields(values={"priority": "high"}, base={"priority": None}))], batch="a").result()
    store.reckoning.record_breaches().result()
    store.outbox.withdraw(batch="a").result()
    store.outbox.queue([(id_, SetFields(values={"status": "solved"}, base={"status": "open"}))], batch="b").result()
    assert store.countdown.running() == []
    store.outbox.withdraw(batch="b").result()
    assert len(store.countdown.running()) == 2
    assert {one.kind for one in store.reckoning.recorded(id_)} == {"retarget"}


def test_solving_that_the_help_desk_has_taken_is_on_record(store: Store, clock: Clock) -> None:
    use(store)
    clock.now = CREATED + 90 * HOUR
    pull(store, PLANNED, ticket("7", organization="5", updated_at=CREATED))
    id_ = local(store, "7")
    change = SetFields(values={"status": "solved"}, base={"status": "open"})
    (key,) = store.outbox.queue([(id_, change)], batch="b").result()
    answer = Page(tickets=(ticket("7", organization="5", status=Status.SOLVED, updated_at=CREATED + 91 * HOUR),))
    clock.now += 2 * HOUR
    store.outbox.accept(key, "7", answer).result()
    (found,) = store.reckoning.recorded(id_)
    assert (found.metric, found.kind, found.at) == (RESOLUTION, "met", CREATED + 91 * HOUR)


def test_a_reply_that_nobody_gave_is_not_met_by_solving(store: Store) -> None:
    use(store)
    pull(store, PLANNED, ticket("7", organization="5", updated_at=CREATED))
    pull(store, ticket("7", organization="5", status=Status.SOLVED, updated_at=CREATED + 20 * HOUR))
    assert [one.metric for one in store.reckoning.recorded(local(store, "7"))] == [RESOLUTION]


def test_new_rules_count_everything_anew_but_not_what_has_ended(store: Store) -> None:
    use(store)
    pull(
        store,
        PLANNED,
        agent("30", "Ann"),
        ticket("7", organization="5"),
        comment("1", "7", author="30", created_at=CREATED + HOUR),
        ticket("8", organization="5"),
    )
    assert not store.reckoning.is_waiting()
    edited = ByTheClock((FIRST, "20 hours", None), (RESOLUTION, "300 hours", None), fingerprint="two")
    store.reckoning.use(edited).result()
    assert store.reckoning.is_waiting()
    use(store, edited)
    assert of(store, "7")[FIRST].goal == "100 hours"  # it was fulfilled under that
    assert of(store, "7")[RESOLUTION].goal == "300 hours"
    assert of(store, "8")[FIRST].goal == "20 hours"
    assert {one.kind for one in store.reckoning.recorded(local(store, "8"))} >= {"retarget"}


def test_the_same_rules_count_nothing_anew(store: Store) -> None:
    use(store)
    pull(store, PLANNED, ticket("7", organization="5"))
    store.reckoning.use(RULES).result()
    assert not store.reckoning.is_waiting()


def test_what_changed_while_nobody_could_count_is_counted_later(path: Path, clock: Clock) -> None:
    first = opened(path, clock)
    use(first)
    pull(first, PLANNED, ticket("7", organization="5"))
    first.close()
    script = opened(path, clock)  # a command that has no rules at hand
    pull(script, ticket("7", organization="5", priority=Priority.HIGH, updated_at=NOON), ticket("8", organization="5"))
    assert of(script)[FIRST].goal == "100 hours"
    script.close()
    again = opened(path, clock)
    use(again)
    assert of(again)[FIRST].goal == "60 hours"
    assert of(again, "8")[FIRST].goal == "100 hours"
    again.close()


def test_a_change_of_the_organization_reaches_its_tickets(store: Store) -> None:
    use(store)
    pull(store, organization("5", "Bloom"), ticket("7", organization="5"))
    assert of(store) == {}
    pull(store, PLANNED)
    use(store)
    assert of(store)[FIRST].goal == "100 hours"


def test_no_explicit_target_is_a_state_and_comes_last(store: Store) -> None:
    use(store, ByTheClock((FIRST, "none", None), (RESOLUTION, "none", Priority.HIGH)))
    pull(store, PLANNED, ticket("7", organization="5"), ticket("8", targets=(target(NOON),)), ticket("9"))
    assert (of(store)[FIRST].goal, of(store)[FIRST].breach_at) == ("none", None)
    assert [(row.ref, row.goal) for row in store.countdown.running()] == [("8", ""), ("7", "none")]
    ids = store.queue.first_ids(QueueQuery(view="all"), 10)
    assert store.queue.rows(ids)[0].ref == "8"


def test_a_store_from_before_service_levels_keeps_its_targets(tmp_path: Path, clock: Clock) -> None:
    old = tmp_path / "old.db"
    old.write_bytes(gzip.decompress((Path(__file__).parents[1] / "data" / "store_v1.db.gz").read_bytes()))
    store = opened(old, clock)
    (row,) = store.countdown.running()
    assert (row.ref, row.subject, row.source, row.goal, row.cycle) == ("41", "Checkout is down", "", "", 1)
    assert store.totals() == {"tickets": 2, "comments": 1}
    use(store)
    assert {metric: found.source for metric, found in of(store, "41").items()} == {FIRST: "", RESOLUTION: "shop"}
    assert of(store, "42")[FIRST].goal == "60 hours"
    store.close()


@pytest.mark.parametrize("stage", [Stage.ACTIVE, Stage.PAUSED])
def test_a_countdown_row_says_all_that_is_known(store: Store, stage: Stage) -> None:
    use(store)
    status = Status.PENDING if stage is Stage.PAUSED else Status.OPEN
    pull(store, PLANNED, ticket("7", organization="5", status=status, updated_at=CREATED + HOUR))
    row = next(row for row in store.countdown.running() if row.metric is RESOLUTION)
    assert (row.stage, row.source, row.goal, row.started_at, row.cycle) == (stage, "shop", "200 hours", CREATED, 1)
    assert row.paused_by is (Status.PENDING if stage is Stage.PAUSED else None)


class Broken(ByTheClock):
    """Counts nothing but trouble."""

    def reckon(self, circumstances: Circumstances, history: History) -> list[ComputedTarget]:
        raise ZeroDivisionError


@pytest.mark.expects_log
def test_a_mistake_in_counting_keeps_no_change_from_being_committed(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    use(store, Broken((FIRST, "1 hour", None)))
    pull(store, PLANNED, ticket("7", organization="5"), ticket("8"))
    store.outbox.queue([(local(store, "7"), AddComment(body="Yes.", public=True))], batch="b").result()
    assert [row.ref for row in store.queue.rows(store.queue.first_ids(QueueQuery(view="all"), 10))] == ["7", "8"]
    assert "could not be counted" in caplog.text


def test_a_ticket_made_here_takes_over_what_was_known_of_its_twin(store: Store, clock: Clock) -> None:
    use(store)
    create = CreateTicket(subject="Checkout is down", body="It fails.", values={"organization": "5"})
    pull(store, PLANNED)
    made = store.outbox.create(create, batch="b").result()
    # the answer to its creation is lost, and a pull brings it as if it were another's
    told = StatusHistory(ticket="77", changes=((clock.now, Status.NEW), (clock.now + HOUR, Status.PENDING)))
    twin = ticket("77", organization="5", status=Status.PENDING, created_at=clock.now, updated_at=clock.now + HOUR)
    pull(store, twin, histories=(told,))
    (key,) = (row.key for row in store.outbox.rows())
    store.outbox.accept(key, "77", Page(tickets=(twin,))).result()
    assert local(store, "77") == made
    facts = store.reckoning.facts(made)
    assert facts is not None
    assert tuple(facts[1].statuses) == told.changes
    assert of(store, "77")[RESOLUTION].paused_since == clock.now + HOUR
