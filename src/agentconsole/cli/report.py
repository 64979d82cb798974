"""``report``: ticket statistics and support activity of a range of days, from the local store.

The keys of the JSON are a contract for scripts: add keys, never change or remove one.

``from``, ``to`` dates of this machine's calendar (``time_zone`` names it), both included · ``made_at`` ·
``coverage`` what the figures are made from: ``begins``, ``tickets``, ``comments``, ``without_conversation``,
``left_out`` (tickets at the help desk only), ``data_as_of`` · ``open`` unsolved tickets now, with a ``query`` that
lists each part · ``days`` what was created and solved each day, and open at its end · ``created`` and ``solved`` in
all · ``by_channel`` of those created ·
``first_reply`` and ``resolution``: ``n``, ``median``, ``p90`` in seconds of real time, nights and weekends included ·
``sla`` tickets created in the range, by what became of their targets · ``satisfaction`` of those solved · ``agents``.
"""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from agentconsole.cli.failures import EXIT_USAGE, CommandFailed
from agentconsole.cli.opening import workspace_of
from agentconsole.cli.printing import print_json
from agentconsole.cli.shapes import iso
from agentconsole.domain.instant import SECOND
from agentconsole.domain.reports import (
    LONGEST,
    Attainment,
    Choice,
    Ratings,
    Report,
    Scope,
    Slice,
    Spell,
    today,
)

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from agentconsole.services.workspace import OpenWorkspace

DEFAULT_DAYS = 30


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's command."""
    report = commands.add_parser(
        "report",
        parents=[common],
        help="ticket statistics and support activity",
        description="Ticket statistics and support activity from the local store, offline too. Dates are days of this "
        "machine's calendar; times are real time, nights and weekends included.",
    )
    report.add_argument(
        "--from", dest="first", metavar="DATE", help=f"first day (default: {DEFAULT_DAYS} days to --to)"
    )
    report.add_argument("--to", dest="last", metavar="DATE", help="last day, included (default: today)")
    report.add_argument("--group", metavar="NAME", help="tickets of this group only, or none")
    report.add_argument("--tier", metavar="TIER", help="tickets of this tier or plan only, or none")
    report.add_argument("--organization", metavar="NAME", help="tickets of this organization only, or none")
    report.add_argument("--format", choices=("json", "csv"), default="json", help="json (default) or csv")
    report.add_argument("--json", action="store_true", help="the same as --format json")
    report.set_defaults(run=run_report)


def run_report(options: Namespace) -> int:
    return asyncio.run(_report(options))


async def _report(options: Namespace) -> int:
    if options.json and options.format == "csv":
        raise CommandFailed("--json and --format csv exclude each other.", "", EXIT_USAGE)
    async with workspace_of(options) as workspace:
        report = await workspace.reports.report(await _scope(workspace, options))
        if options.format == "csv":
            from agentconsole.services.report_rows import csv_text

            # no byte order mark: what reads a pipe knows UTF-8, and would take it for part of the first heading
            sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # argparse keeps it a file
            sys.stdout.write(csv_text(report))
        else:
            print_json(report_shape(report))
        return 0


async def _scope(workspace: OpenWorkspace, options: Namespace) -> Scope:
    last = _day(options.last) if options.last else today(workspace.now())
    first = _day(options.first) if options.first else last - timedelta(days=DEFAULT_DAYS - 1)
    if first > last:
        raise CommandFailed(f"{first} comes after {last}.", "Give the earlier day with --from.", EXIT_USAGE)
    if (last - first).days >= LONGEST:
        raise CommandFailed(f"A report covers at most {LONGEST:,} days.", "Give a later day with --from.", EXIT_USAGE)
    group = level = organization = None
    if options.group is not None or options.tier is not None or options.organization is not None:
        choices = await workspace.reports.choices()
        group = _chosen("group", options.group, choices.groups)
        level = _chosen("tier or plan", options.tier, choices.levels)
        organization = _chosen("organization", options.organization, choices.organizations)
    return Scope(first=first, last=last, group=group, level=level, organization=organization)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandFailed(f"{text!r} is not a date.", "Write it like 2026-11-23.", EXIT_USAGE) from error


def _chosen(what: str, asked: str | None, choices: tuple[Choice, ...]) -> str | None:
    """Return the key of the choice that *asked* names; "none" means tickets without, None all of them."""
    if asked is None:
        return None
    if asked.casefold() == "none":
        return ""
    wanted = asked.casefold()
    for choice in choices:
        if wanted in (choice.key.casefold(), choice.title.casefold()):
            return choice.key
    known = ", ".join(choice.title for choice in choices[:12])
    raise CommandFailed(f"There is no {what} {asked!r} in the cache.", f"Known are: {known}." if known else "")


def report_shape(report: Report) -> dict[str, Any]:
    """The JSON of a report; see the top of this module for its keys."""
    scope, coverage, levels = report.scope, report.coverage, report.service_levels
    return {
        "from": str(scope.first),
        "to": str(scope.last),
        "time_zone": datetime.combine(scope.last, datetime.min.time()).astimezone().tzname(),
        "group": scope.group,
        "tier": scope.level,
        "organization": scope.organization,
        "made_at": iso(report.made_at),
        "coverage": {
            "begins": iso(coverage.begins),
            "begins_within_range": coverage.begins_within,
            "tickets": coverage.tickets,
            "comments": coverage.comments,
            "without_conversation": coverage.without_conversation,
            "left_out": coverage.left_out,
            "data_as_of": iso(coverage.data_as_of),
        },
        "open": {
            "total": report.open.total,
            "query": report.open.query,
            "by_status": _slices(report.open.by_status),
            "by_priority": _slices(report.open.by_priority),
            "by_tier": _slices(report.open.by_level),
            "by_channel": _slices(report.open.by_channel),
            "by_group": _slices(report.open.by_group),
        },
        "created": report.created,
        "solved": report.solved,
        "days": [
            {"day": str(day.day), "created": day.created, "solved": day.solved, "open": day.open} for day in report.days
        ],
        "by_channel": _slices(report.by_channel),
        "first_reply": {
            **_spell(report.first_reply),
            "by_priority": [{"priority": each.key, **_spell(each)} for each in report.first_reply_by_priority],
        },
        "resolution": {
            **_spell(report.resolution),
            "by_priority": [{"priority": each.key, **_spell(each)} for each in report.resolution_by_priority],
        },
        "sla": {
            **_attainment(levels.total),
            "by_metric": [{"metric": each.key, **_attainment(each)} for each in levels.by_metric],
            "by_tier": [{"tier": each.key, **_attainment(each)} for each in levels.by_level],
            "by_priority": [{"priority": each.key, **_attainment(each)} for each in levels.by_priority],
        },
        "satisfaction": {
            **_ratings(report.ratings),
            "days": [{"day": str(each.day), **_ratings(each)} for each in report.ratings_by_day],
        },
        "agents": [
            {"id": each.ref, "name": each.name, "replies": each.replies, "tickets": each.tickets, "solved": each.solved}
            for each in report.agents
        ],
    }


def _slices(slices: tuple[Slice, ...]) -> list[dict[str, Any]]:
    return [{"key": each.key, "title": each.title, "count": each.count, "query": each.query} for each in slices]


def _spell(spell: Spell) -> dict[str, Any]:
    return {
        "n": spell.n,
        "median": _seconds(spell.median),
        "p90": _seconds(spell.p90),
        "waiting": spell.waiting,
        "unknown": spell.unknown,
    }


def _seconds(length: int | None) -> int | None:
    return None if length is None else length // SECOND


def _attainment(each: Attainment) -> dict[str, Any]:
    return {
        "n": each.n,
        "met": each.met,
        "breached": each.breached,
        "running": each.running,
        "none": each.none,
        "unknown": each.unknown,
        "rate": None if each.rate is None else round(each.rate, 4),
    }


def _ratings(ratings: Ratings) -> dict[str, Any]:
    return {
        "good": ratings.good,
        "bad": ratings.bad,
        "offered": ratings.offered,
        "rate": None if ratings.rate is None else round(ratings.rate, 4),
    }
