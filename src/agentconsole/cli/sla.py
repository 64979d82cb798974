"""``sla``: every target of a ticket, and why it is due when it is."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from agentconsole.cli.opening import workspace_of
from agentconsole.cli.printing import print_json
from agentconsole.cli.shapes import iso, ticket_id
from agentconsole.cli.tickets import named_ticket
from agentconsole.domain.countdown import Light, Thresholds, light
from agentconsole.domain.instant import SECOND, Instant
from agentconsole.domain.ledger import Explanation, LedgerLine
from agentconsole.domain.rows import TicketTarget
from agentconsole.domain.service_levels import NO_GOAL
from agentconsole.domain.values import Priority

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from agentconsole.sla.events import Event
    from agentconsole.store.reckoning import Recorded

_METRICS = {"first_reply": "First reply", "next_reply": "Next reply", "resolution": "Resolution"}


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's command."""
    sla = commands.add_parser("sla", parents=[common], help="why a ticket's targets are due when they are")
    sla.add_argument("id", metavar="ID")
    sla.add_argument(
        "--priority",
        choices=[str(priority) for priority in Priority],
        help="also tell the targets that the packs would promise for this priority",
    )
    sla.add_argument("--json", action="store_true")
    sla.set_defaults(run=explain_targets)


def explain_targets(options: Namespace) -> int:
    return asyncio.run(_explain(options))


async def _explain(options: Namespace) -> int:
    async with workspace_of(options) as workspace:
        ticket = named_ticket(workspace, options.id)
        await workspace.sla.catch_up()
        explanations = await workspace.sla.explain(ticket.id)
        events = await workspace.sla.events(ticket.id)
        recorded = await workspace.sla.recorded(ticket.id)
        forecast: tuple[TicketTarget, ...] = ()
        if options.priority:
            forecast = await workspace.sla.forecast(ticket.id, Priority(options.priority))
        now = workspace.now()
    if options.json:
        answer: dict[str, Any] = {
            "id": ticket_id(ticket.ref, ticket.id),
            "subject": ticket.subject,
            "now": iso(now),
            "targets": [_target(one, now) for one in explanations],
            "events": [_event(one) for one in events],
            "recorded": [_record(one) for one in recorded],
        }
        if options.priority:
            answer["forecast"] = [_forecast(one) for one in forecast]
        print_json(answer)
        return 0
    _print(explanations, recorded, now)
    for one in forecast:
        _print_forecast(one, options.priority)
    return 0


# ---------------------------------------------------------------------- for scripts


def _target(one: Explanation, now: Instant) -> dict[str, Any]:
    return {
        "metric": one.metric,
        "state": _state(one, now),
        "stage": one.stage,
        "source": one.source or "server",
        "source_title": one.source_title,
        "goal": one.goal or None,
        "cycle": one.cycle,
        "rule": one.rule,
        "heading": one.heading,
        "assumed": one.assumed,
        "because": one.because,
        "schedule": one.schedule,
        "hours": one.hours,
        "time_zone": one.zone or None,
        "started_at": iso(one.started_at),
        "due_at": iso(one.due_at),
        "breach_at": iso(one.breach_at),
        "fulfilled_at": iso(one.fulfilled_at),
        "paused_since": iso(one.paused_since),
        "paused_by": one.paused_by,
        "target_seconds": None if one.budget is None else one.budget // SECOND,
        "elapsed_seconds": one.elapsed // SECOND if one.source else None,
        "ledger": [_line(line) for line in one.lines],
        "instead": None if one.instead is None else _target(one.instead, now),
    }


def _line(line: LedgerLine) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "at": iso(line.at),
        "until": iso(line.until),
        "counted_seconds": line.counted // SECOND,
        "total_seconds": line.total // SECOND,
        "words": line.words,
        "planned": line.planned,
    }


def _event(one: Event) -> dict[str, Any]:
    return {"at": iso(one.at), "kind": one.kind, "metric": one.metric, "cycle": one.cycle, "status": one.status}


def _record(one: Recorded) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "metric": one.metric,
        "cycle": one.cycle,
        "at": iso(one.at),
        "source": one.source or "server",
        "goal": one.goal or None,
    }


def _forecast(one: TicketTarget) -> dict[str, Any]:
    return {
        "metric": one.metric,
        "goal": one.goal,
        "source": one.source,
        "due_at": iso(one.due_at),
        "breach_at": iso(one.breach_at),
    }


def _state(one: Explanation, now: Instant) -> str:
    if one.goal == NO_GOAL:
        return "no explicit target"
    return str(light(one.stage, one.breach_at, now, Thresholds()))


# ---------------------------------------------------------------------- for people


def _print(explanations: tuple[Explanation, ...], recorded: tuple[Recorded, ...], now: Instant) -> None:
    from agentconsole.cli.ledger_text import line_text, lines_above, moment

    if not explanations:
        print("No target: neither the help desk nor a policy pack promises anything for this ticket.")
    for one in explanations:
        name = _METRICS.get(one.metric, str(one.metric).replace("_", " ").capitalize())
        print(f"{name}: {_headline(one, now)}")
        for text in lines_above(one):
            print(f"  {text}")
        for line in one.lines:
            print(f"    {line_text(line, one)}")
        if one.instead is not None:
            due = one.instead.due_at
            when = moment(due, one.instead.zone) if due is not None else _state(one.instead, now)
            print(f"  {one.instead.source_title} would say: {one.instead.goal}, {when}")
        print()
    for record in recorded:
        print(
            f"Recorded {moment(record.at, '')}: {record.kind} of {_METRICS.get(record.metric, record.metric).lower()}"
            f" ({record.goal or 'the help desk’s target'})"
        )


def _headline(one: Explanation, now: Instant) -> str:
    from agentconsole.cli.ledger_text import moment

    state = _state(one, now)
    if one.goal == NO_GOAL:
        return state
    if one.fulfilled_at is not None or state == Light.MET:
        is_late = one.fulfilled_at is not None and one.breach_at is not None and one.fulfilled_at > one.breach_at
        return "met too late" if is_late else "met"
    if one.due_at is None:
        return state
    was = "was due" if state == Light.BREACHED else "due"
    return f"{state}, {was} {moment(one.due_at, one.zone)}"


def _print_forecast(one: TicketTarget, priority: str) -> None:
    from agentconsole.cli.ledger_text import moment

    when = "no explicit target" if one.goal == NO_GOAL else "paused"
    if one.due_at is not None:
        when = f"{one.goal}, due {moment(one.due_at, one.zone)}"
    print(f"With priority {priority}: {_METRICS.get(one.metric, one.metric).lower()} {when}")
