"""Service levels as the server computes them: policies, and where a ticket stands on each metric.

Everything here is pure and counts in whole UTC epoch seconds, because the same code runs on every write and on the
bulk load of a million tickets. A ticket's state follows from its history alone: nothing depends on what was computed
before, so a change of priority, policy or schedule re-targets without losing a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from agentconsole.server.business_hours import CalendarClock, Clock
from agentconsole.server.instants import from_epoch


class TicketFacts(NamedTuple):
    """What policies look at. `created_at` in epoch seconds; `schedule_id` None for the account's first schedule."""

    created_at: int
    status: str
    priority: str | None
    type: str | None
    channel: str
    group_id: int | None
    organization_id: int | None
    tags: frozenset[str]
    organization_fields: Mapping[str, Any]
    organization_tags: frozenset[str]
    schedule_id: int | None = None


class Moment(NamedTuple):
    """One thing that happened to a ticket and that a metric minds.

    kind: "status" (value: the new status; the history begins with the status at creation), "agent_reply" (public)
    or "requester_comment" (public, by anyone who is not an agent).
    """

    at: int
    kind: str
    value: str = ""


class MetricState(NamedTuple):
    """stage active | paused | achieved; `breach_at` epoch seconds, None while a pause lasts that comes before it."""

    metric: str
    stage: str
    breach_at: int | None


class SlaState(NamedTuple):
    """All metrics of a ticket under the policy that fits it; `next_breach_at` is the earliest of the active ones."""

    policy_id: int | None
    metrics: tuple[MetricState, ...]
    next_breach_at: int | None


NO_SLA: Final = SlaState(None, (), None)

_RUNNING_IN: Final[Mapping[str, frozenset[str]]] = {
    "requester_wait_time": frozenset({"new", "open", "hold"}),
    "agent_work_time": frozenset({"new", "open"}),
    "total_resolution_time": frozenset({"new", "open", "pending", "hold"}),
}
_DONE: Final = frozenset({"solved", "closed", "deleted"})

METRICS: Final = ("first_reply_time", "next_reply_time", *_RUNNING_IN)
"""The metrics that a policy here may target."""


class Condition(NamedTuple):
    """One line of a policy's filter."""

    field: str
    operator: str
    value: Any


class Target(NamedTuple):
    """Seconds allowed on one metric, on the ticket's schedule or around the clock."""

    metric: str
    seconds: int
    business: bool


class Policy(NamedTuple):
    """A policy, ready to match: targets by priority."""

    id: int
    position: int
    all: tuple[Condition, ...]
    any: tuple[Condition, ...]
    targets: Mapping[str, tuple[Target, ...]]

    @classmethod
    def from_wire(cls, row: Mapping[str, Any]) -> Policy:
        """From the API's shape; targets are minutes there."""
        rules = row.get("filter") or {}
        targets: dict[str, list[Target]] = {}
        for entry in row.get("policy_metrics") or ():
            seconds = entry.get("target_in_seconds") or int(entry["target"]) * 60
            if entry["metric"] in METRICS:
                target = Target(entry["metric"], seconds, bool(entry.get("business_hours")))
                targets.setdefault(entry["priority"], []).append(target)
        return cls(
            int(row["id"]),
            int(row.get("position") or 0),
            _conditions(rules.get("all")),
            _conditions(rules.get("any")),
            {
                priority: tuple(sorted(entries, key=lambda entry: METRICS.index(entry.metric)))
                for priority, entries in targets.items()
            },
        )

    def fits(self, ticket: TicketFacts) -> bool:
        """Whether all of `all` and, if there are any, one of `any` hold."""
        return all(_holds(condition, ticket) for condition in self.all) and (
            not self.any or any(_holds(condition, ticket) for condition in self.any)
        )


def _conditions(rows: Iterable[Mapping[str, Any]] | None) -> tuple[Condition, ...]:
    return tuple(Condition(row["field"], row["operator"], row.get("value")) for row in rows or ())


_ORGANIZATION_FIELD: Final = "organization.custom_fields."


def _holds(condition: Condition, ticket: TicketFacts) -> bool:
    """A condition on a field that the server does not know never holds."""
    field, operator, wanted = condition
    if field in {"current_tags", "organization.tags"}:
        present = ticket.tags if field == "current_tags" else ticket.organization_tags
        names = wanted if isinstance(wanted, list) else str(wanted).split()
        found = any(name in present for name in names)
        return not found if operator in {"not_includes", "is_not"} else found
    if field.startswith(_ORGANIZATION_FIELD):
        actual = ticket.organization_fields.get(field[len(_ORGANIZATION_FIELD) :])
    elif field in {"via_id", "channel"}:
        actual = ticket.channel
    elif field in {"ticket_type_id", "type"}:
        actual = ticket.type
    elif field in {"priority", "status", "group_id", "organization_id"}:
        actual = getattr(ticket, field)
    else:
        return False
    options = wanted if isinstance(wanted, list) else [wanted]
    same = any(_same(actual, option) for option in options)
    if operator in {"is", "includes"}:
        return same
    if operator in {"is_not", "not_includes"}:
        return not same
    if operator == "present":
        return actual not in {None, ""}
    if operator == "not_present":
        return actual in {None, ""}
    return False


def _same(actual: Any, wanted: Any) -> bool:
    if actual is None or wanted is None or wanted == "":
        return actual in {None, ""} and wanted in {None, ""}
    return str(actual) == str(wanted)


def compute(
    ticket: TicketFacts, history: Sequence[Moment], policies: Sequence[Policy], clocks: Mapping[int, Clock]
) -> SlaState:
    """Where a ticket stands.

    The first of `policies` (given in order of position) that fits decides; a ticket without a priority has no target.
    `clocks` are by schedule id, in the account's order; business targets of a ticket without a schedule of its own
    use the first one, and run around the clock when the account has none.
    """
    if ticket.priority is None or ticket.status == "deleted":
        return NO_SLA
    for policy in policies:
        if policy.fits(ticket):
            break
    else:
        return NO_SLA
    metrics: list[MetricState] = []
    soonest: int | None = None
    business: Clock | None = None
    for target in policy.targets.get(ticket.priority, ()):
        clock: Clock = _CALENDAR
        if target.business:
            business = business or _clock_of(ticket.schedule_id, clocks)
            clock = business
        if target.metric == "first_reply_time":
            state = _first_reply(history, target.seconds, clock)
        elif target.metric == "next_reply_time":
            found = _next_reply(history, target.seconds, clock)
            if found is None:
                continue
            state = found
        else:
            state = _accumulated(target.metric, history, target.seconds, clock)
        metrics.append(state)
        if state.stage == "active" and state.breach_at is not None and (soonest is None or state.breach_at < soonest):
            soonest = state.breach_at
    return SlaState(policy.id, tuple(metrics), soonest)


_CALENDAR: Final = CalendarClock()


def _clock_of(schedule_id: int | None, clocks: Mapping[int, Clock]) -> Clock:
    if schedule_id is not None and schedule_id in clocks:
        return clocks[schedule_id]
    return next(iter(clocks.values()), _CALENDAR)


def _first_reply(history: Sequence[Moment], seconds: int, clock: Clock) -> MetricState:
    """From creation to the first public reply; when an agent opened the ticket in public, that comment is none."""
    start = history[0].at
    stage = "achieved" if _first_reply_at(history) is not None else "active"
    return MetricState("first_reply_time", stage, clock.due(start, seconds))


def _first_reply_at(history: Sequence[Moment]) -> int | None:
    """Index of the moment that fulfils the first reply: a public agent comment, or being solved."""
    opening = True
    for index, moment in enumerate(history):
        if moment.kind == "status":
            if moment.value in _DONE:
                return index
            continue
        if moment.kind == "agent_reply" and not opening:
            return index
        opening = False
    return None


def _next_reply(history: Sequence[Moment], seconds: int, clock: Clock) -> MetricState | None:
    """The latest cycle: from the oldest unanswered requester's comment after the first reply to an agent's answer."""
    first = _first_reply_at(history)
    if first is None:
        return None
    started: int | None = None
    running = False
    for moment in history[first + 1 :]:
        if moment.kind == "requester_comment":
            if not running:
                started, running = moment.at, True
        elif running and (moment.kind == "agent_reply" or moment.value in _DONE):
            running = False
    if started is None:
        return None
    return MetricState("next_reply_time", "active" if running else "achieved", clock.due(started, seconds))


def _accumulated(metric: str, history: Sequence[Moment], seconds: int, clock: Clock) -> MetricState:
    """Time spent in the metric's statuses; a reopened ticket goes on with what it had used."""
    running = _RUNNING_IN[metric]
    used = used_before = 0
    since: int | None = None
    latest: int | None = None
    status = ""
    breach_at: int | None = None
    for moment in history:
        if moment.kind != "status":
            continue
        status = moment.value
        if since is None:
            if status in running:
                since = latest = moment.at
                used_before = used
        elif status not in running:
            used += clock.elapsed(since, moment.at)
            if breach_at is None and used > seconds:
                breach_at = clock.due(since, seconds - used_before)
            since = None
    stage = "active" if since is not None else "achieved" if status in _DONE else "paused"
    if breach_at is None and latest is not None and stage != "paused":
        breach_at = clock.due(latest, seconds - used_before)
    return MetricState(metric, stage, breach_at)


_UNITS: Final = (("minutes", 60, 3_600), ("hours", 3_600, 86_400))


def to_wire(state: SlaState, now: int) -> dict[str, Any]:
    """The `slas` of a ticket as the API shows them: time left in one unit, negative once it is over."""
    return {"policy_metrics": [_metric_to_wire(metric, now) for metric in state.metrics]}


def _metric_to_wire(metric: MetricState, now: int) -> dict[str, Any]:
    shown: dict[str, Any] = {"metric": metric.metric, "stage": metric.stage, "breach_at": None}
    if metric.breach_at is not None:
        shown["breach_at"] = from_epoch(metric.breach_at)
        left = metric.breach_at - now
        unit, size = (
            ("minutes", 60) if abs(left) < 3_600 else ("hours", 3_600) if abs(left) < 86_400 else ("days", 86_400)
        )
        shown[unit] = int(left / size)
    return shown
