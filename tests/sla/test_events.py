"""What happens to a ticket's clocks. Minutes after creation stand for times; each mistake of others is a test here."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.domain.service_levels import History, Said, history_of
from agentconsole.domain.values import Metric, Stage, Status
from agentconsole.sla import Schedule
from agentconsole.sla.events import (
    Event,
    Happened,
    Progress,
    events_of,
    fold,
    progress_of,
)
from agentconsole.sla.policy import Hours, Policy, Reckoned, Rule, Subject, used
from agentconsole.sla.targets import read_target

CREATED: Instant = 1_790_000_000_000_000
PAUSING = {Metric.RESOLUTION: frozenset({Status.PENDING, Status.HOLD})}
FIRST, NEXT, RESOLUTION = Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.RESOLUTION


def after(minutes: int) -> Instant:
    return CREATED + minutes * MINUTE


def asks(minutes: int) -> Said:
    return Said(after(minutes), public=True, by_agent=False)


def answers(minutes: int) -> Said:
    return Said(after(minutes), public=True, by_agent=True)


def ticket(*comments: Said, statuses: dict[int, Status] | None = None, gone: int | None = None) -> History:
    """A ticket that a requester opened, with what was said and set afterwards, by minutes."""
    changes = [(after(minutes), status) for minutes, status in ({0: Status.NEW} | (statuses or {})).items()]
    return history_of(CREATED, [asks(0), *comments], changes, None if gone is None else after(gone))


def told(history: History, metric: Metric) -> list[tuple[int, str, int]]:
    """The events of *metric* as (minutes, what, cycle)."""
    return [
        ((event.at - CREATED) // MINUTE, str(event.kind), event.cycle)
        for event in events_of(history, PAUSING)
        if event.metric is metric
    ]


def stands(history: History, metric: Metric) -> Progress:
    return progress_of(history, PAUSING)[metric]


def policy(*rules: tuple[Metric, str], pausing: dict[Metric, frozenset[Status]] | None = None) -> Policy:
    return Policy(
        name="test",
        title="Test",
        rules=[Rule(metric, read_target(text)) for metric, text in rules],
        pausing=PAUSING if pausing is None else pausing,
        hours_of=lambda schedule, region: None,
    )


def reckon(history: History, metric: Metric, target: str = "60 minutes") -> Reckoned:
    (found,) = policy((metric, target)).reckon(history, Subject())
    return found


def left(one: Reckoned, now: Instant) -> int | None:
    """What is left on the target's own clock."""
    hours = one.assigned.hours
    budget = one.assigned.rule.target.budget(one.progress.started_at, None if hours is None else hours.schedule.hours)
    return None if budget is None else budget - used(one, now)


# ---------------------------------------------------------------------- first reply


def test_the_first_public_reply_of_an_agent_fulfils_it() -> None:
    assert told(ticket(answers(30)), FIRST) == [(0, "activate", 1), (30, "fulfil", 1)]


def test_notes_and_automatic_messages_are_no_replies() -> None:
    history = ticket(
        Said(after(1), public=True, by_agent=True, automatic=True), Said(after(2), public=False, by_agent=True)
    )
    assert told(history, FIRST) == [(0, "activate", 1)]


def test_what_an_agent_wrote_to_open_the_ticket_is_no_reply() -> None:
    opened = history_of(CREATED, [answers(0), asks(10)], [(CREATED, Status.OPEN)])
    assert told(opened, FIRST) == [(0, "activate", 1)]


def test_it_never_restarts_and_no_later_update_overrules_it() -> None:
    # zammad #5177: a later update replaced the first reply's time
    history = ticket(answers(30), asks(40), answers(50), statuses={60: Status.SOLVED, 70: Status.OPEN})
    assert told(history, FIRST) == [(0, "activate", 1), (30, "fulfil", 1)]


def test_solving_without_a_reply_ends_the_waiting_for_one() -> None:
    history = ticket(statuses={20: Status.SOLVED})
    assert told(history, FIRST) == [(0, "activate", 1), (20, "cancel", 1)]
    assert policy((FIRST, "1 hour")).reckon(history, Subject()) == []


def test_nothing_escalates_after_the_agent_answered() -> None:
    # zammad #3140
    reckoned = reckon(ticket(answers(30)), FIRST)
    assert reckoned.stage is Stage.ACHIEVED
    assert not reckoned.is_late


def test_an_answer_after_the_breach_is_late() -> None:
    assert reckon(ticket(answers(90)), FIRST).is_late


def test_reply_targets_do_not_pause_unless_the_policy_says_so() -> None:
    history = ticket(statuses={10: Status.PENDING, 40: Status.OPEN})
    assert reckon(history, FIRST).deadline.due_at == after(60)
    said = policy((FIRST, "60 minutes"), pausing={FIRST: frozenset({Status.PENDING})})
    assert said.reckon(history, Subject())[0].deadline.due_at == after(90)


# ---------------------------------------------------------------------- next reply


def test_the_oldest_unanswered_comment_counts_and_each_answered_run_is_a_cycle() -> None:
    history = ticket(answers(10), asks(20), asks(25), answers(50), asks(70))
    assert told(history, NEXT) == [(20, "activate", 1), (50, "fulfil", 1), (70, "activate", 2)]
    assert reckon(history, NEXT).deadline.due_at == after(130)


def test_comments_before_the_first_reply_belong_to_the_first_reply() -> None:
    assert told(ticket(asks(5), answers(10)), NEXT) == []


def test_solving_cancels_it() -> None:
    # chatwoot #10178: the next reply went on counting after the conversation was resolved
    history = ticket(answers(10), asks(20), statuses={30: Status.SOLVED})
    assert told(history, NEXT) == [(20, "activate", 1), (30, "cancel", 1)]
    assert policy((NEXT, "1 hour")).reckon(history, Subject()) == []


def test_a_comment_that_reopens_starts_the_next_cycle() -> None:
    history = ticket(answers(10), asks(20), asks(60), statuses={30: Status.SOLVED, 60: Status.OPEN})
    assert told(history, NEXT) == [(20, "activate", 1), (30, "cancel", 1), (60, "activate", 2)]


# ---------------------------------------------------------------------- resolution


def test_it_pauses_while_it_waits_on_the_requester_or_a_third_party() -> None:
    history = ticket(statuses={10: Status.PENDING, 20: Status.HOLD, 40: Status.OPEN, 50: Status.SOLVED})
    assert told(history, RESOLUTION) == [(0, "activate", 1), (10, "pause", 1), (40, "resume", 1), (50, "fulfil", 1)]
    assert reckon(history, RESOLUTION).deadline.due_at == after(90)


def test_created_in_a_pausing_status_it_starts_paused() -> None:
    # alga-psa #3091
    history = history_of(CREATED, [asks(0)], [(CREATED, Status.PENDING)])
    assert told(history, RESOLUTION) == [(0, "activate", 1), (0, "pause", 1)]
    reckoned = reckon(history, RESOLUTION)
    assert reckoned.stage is Stage.PAUSED
    assert reckoned.deadline == (None, None)
    assert left(reckoned, after(1000)) == 60 * MINUTE
    opened = history_of(CREATED, [asks(0)], [(CREATED, Status.PENDING), (after(30), Status.OPEN)])
    assert reckon(opened, RESOLUTION).deadline.due_at == after(90)


def test_solved_from_paused_closes_the_pause_first() -> None:
    # frappe/helpdesk #3776: straight from paused to resolved the pause was lost
    history = ticket(statuses={10: Status.PENDING, 100: Status.SOLVED})
    assert told(history, RESOLUTION) == [(0, "activate", 1), (10, "pause", 1), (100, "resume", 1), (100, "fulfil", 1)]
    reckoned = reckon(history, RESOLUTION)
    assert not reckoned.is_late
    assert left(reckoned, after(5000)) == 50 * MINUTE


def test_reopening_goes_on_with_the_same_clock_and_the_fulfilment_stays_on_record() -> None:
    history = ticket(statuses={30: Status.SOLVED, 500: Status.OPEN})
    assert told(history, RESOLUTION) == [(0, "activate", 1), (30, "fulfil", 1), (500, "resume", 1)]
    progress = stands(history, RESOLUTION)
    assert progress.first_fulfilled_at == after(30)
    assert progress.fulfilled_at is None
    assert progress.started_at == CREATED
    assert reckon(history, RESOLUTION).deadline.due_at == after(530)


def test_reopened_into_waiting_it_is_paused() -> None:
    history = ticket(statuses={30: Status.SOLVED, 500: Status.PENDING, 600: Status.OPEN})
    assert reckon(history, RESOLUTION).deadline.due_at == after(630)


def test_closed_after_solved_changes_nothing() -> None:
    history = ticket(statuses={30: Status.SOLVED, 90: Status.CLOSED})
    assert told(history, RESOLUTION) == [(0, "activate", 1), (30, "fulfil", 1)]


def test_what_is_late_before_a_pause_stays_late() -> None:
    reckoned = reckon(ticket(statuses={90: Status.PENDING}), RESOLUTION)
    assert reckoned.stage is Stage.PAUSED
    assert reckoned.deadline.breach_at == after(60)


# ---------------------------------------------------------------------- the end, and changes of the target


def test_merged_suspended_and_deleted_tickets_have_no_clocks() -> None:
    # zammad #904: a merged ticket still escalated
    history = ticket(answers(10), asks(20), asks(90), gone=30, statuses={100: Status.OPEN})
    assert told(history, RESOLUTION) == [(0, "activate", 1), (30, "cancel", 1)]
    assert told(history, NEXT) == [(20, "activate", 1), (30, "cancel", 1)]
    assert policy((NEXT, "1 hour"), (RESOLUTION, "1 hour")).reckon(history, Subject()) == []


def test_another_policy_keeps_the_start_and_the_pauses() -> None:
    # glpi #6902: the time in pause was lost when the service level changed
    history = ticket(statuses={10: Status.PENDING, 30: Status.OPEN})
    assert reckon(history, RESOLUTION, "60 minutes").deadline.due_at == after(80)
    assert reckon(history, RESOLUTION, "45 minutes").deadline.due_at == after(65)


def test_pauses_of_seconds_are_not_cut_to_minutes() -> None:
    second = MINUTE // 60
    statuses = [
        (CREATED, Status.OPEN),
        (after(10) + 10 * second, Status.PENDING),
        (after(10) + 55 * second, Status.OPEN),
    ]
    history = history_of(CREATED, [asks(0)], statuses)
    assert reckon(history, RESOLUTION).deadline.due_at == after(60) + 45 * second


def test_an_edited_calendar_counts_at_once() -> None:
    # zammad #534: nothing was computed anew after the calendar was changed
    history = ticket()
    until = {True: "17:00", False: "12:00"}

    def due(long: bool) -> Instant | None:
        weekly = {day: [("00:00", until[long])] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
        hours = Hours("h", "Hours", Schedule("UTC", weekly))
        edited = Policy(
            name="test",
            title="Test",
            rules=[Rule(RESOLUTION, read_target("4 business hours"))],
            pausing={},
            hours_of=lambda schedule, region: hours,
        )
        return edited.reckon(history, Subject())[0].deadline.due_at

    # created 2026-09-21 14:13:20 UTC
    assert due(True) == after(240 + 7 * 60)
    assert due(False) == after(586 + 240) + 40 * MINUTE // 60


def test_without_a_target_nothing_is_due_but_time_is_counted() -> None:
    reckoned = reckon(ticket(), FIRST, "none")
    assert reckoned.stage is Stage.ACTIVE
    assert reckoned.deadline == (None, None)
    assert left(reckoned, after(10_000)) is None
    assert used(reckoned, after(10_000)) == 10_000 * MINUTE
    assert reckoned.progress.started_at == CREATED


def test_a_badge_counts_the_targets_own_time() -> None:
    # Zendesk's badge counts calendar time for a target in business hours
    weekly = {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
    hours = Hours("h", "Hours", Schedule("UTC", weekly))
    made = Policy(
        name="test",
        title="Test",
        rules=[Rule(FIRST, read_target("4 business hours"))],
        pausing={},
        hours_of=lambda schedule, region: hours,
    )
    (reckoned,) = made.reckon(ticket(), Subject())
    assert left(reckoned, after(6 * 60)) == 4 * 60 * MINUTE - (17 * 3600 - 14 * 3600 - 13 * 60 - 20) * MINUTE // 60


def test_rules_are_by_level_priority_and_group_and_the_first_that_fits_counts() -> None:
    from agentconsole.domain.values import Priority

    rules = [
        Rule(FIRST, read_target("1 hour"), levels=frozenset({"gold"}), priorities=frozenset({Priority.URGENT})),
        Rule(FIRST, read_target("2 hours"), levels=frozenset({"gold"})),
        Rule(FIRST, read_target("3 hours"), groups=frozenset({"Billing"})),
        Rule(RESOLUTION, read_target("none")),
    ]
    made = Policy(name="t", title="T", rules=rules, pausing={}, hours_of=lambda schedule, region: None)

    def chosen(**subject: object) -> str | None:
        found = made.assigned(Subject(**subject)).get(FIRST)  # type: ignore[arg-type]
        return None if found is None else found.rule.target.in_words()

    assert chosen(level="gold", priority=Priority.URGENT) == "1 hour"
    assert chosen(level="gold") == "2 hours"
    assert chosen(level="silver", group="Billing", priority=Priority.URGENT) == "3 hours"
    assert chosen() is None
    assert RESOLUTION in made.assigned(Subject())


# ---------------------------------------------------------------------- events and state

STATUSES = st.sampled_from(list(Status))
COMMENTS = st.builds(Said, st.integers(0, 400).map(after), st.booleans(), st.booleans(), st.booleans())
HISTORIES = st.builds(
    history_of,
    st.just(CREATED),
    st.lists(COMMENTS, max_size=8),
    st.lists(st.tuples(st.integers(1, 400).map(after), STATUSES), max_size=8).map(
        lambda changes: [(CREATED, Status.NEW), *changes]
    ),
    st.one_of(st.none(), st.integers(0, 400).map(after)),
)
PAUSINGS = st.dictionaries(st.sampled_from([FIRST, NEXT, RESOLUTION]), st.frozensets(STATUSES, max_size=3))


@settings(deadline=None, max_examples=300)
@given(HISTORIES, PAUSINGS)
def test_all_state_follows_from_the_events(history: History, pausing: dict[Metric, frozenset[Status]]) -> None:
    events = events_of(history, pausing)
    assert fold(events) == progress_of(history, pausing)
    assert [event.at for event in events] == sorted(event.at for event in events)


@settings(deadline=None, max_examples=300)
@given(HISTORIES, PAUSINGS)
def test_each_cycle_begins_once_and_ends_at_most_once_at_a_time(
    history: History, pausing: dict[Metric, frozenset[Status]]
) -> None:
    running: dict[tuple[Metric, int], bool] = {}
    paused: dict[tuple[Metric, int], bool] = {}
    for at, kind, metric, cycle, _ in events_of(history, pausing):
        key = (metric, cycle)
        if kind is Happened.ACTIVATE:
            assert key not in running, at
            running[key], paused[key] = True, False
        elif kind is Happened.PAUSE:
            assert running[key]
            assert not paused[key]
            paused[key] = True
        elif kind is Happened.RESUME:
            assert paused[key] or not running[key]
            running[key], paused[key] = True, False
        else:
            assert running[key]
            assert not paused[key]
            running[key] = False


@settings(deadline=None, max_examples=200)
@given(HISTORIES, st.integers(1, 8))
def test_what_is_appended_does_not_change_what_was(history: History, kept: int) -> None:
    """The events up to any moment are the same whatever happens after it."""
    everything = sorted([said.at for said in history.comments] + [at for at, _ in history.statuses])
    edge = everything[min(kept, len(everything) - 1)]
    before = History(
        history.created_at,
        [said for said in history.comments if said.at <= edge],
        [change for change in history.statuses if change[0] <= edge],
    )
    whole = History(history.created_at, history.comments, history.statuses)

    def until(events: list[Event]) -> list[Event]:
        return [event for event in events if event.at <= edge]

    assert until(events_of(whole, PAUSING)) == until(events_of(before, PAUSING))


@pytest.mark.parametrize("metric", [FIRST, NEXT, RESOLUTION])
def test_nothing_known_beside_the_creation(metric: Metric) -> None:
    state = progress_of(History(CREATED, (), ()), PAUSING)
    assert (metric in state) == (metric is not NEXT)
