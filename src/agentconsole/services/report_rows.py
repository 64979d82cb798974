"""A report as rows for a spreadsheet: one figure a row, so that it can be filtered and pivoted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from agentconsole.domain.instant import SECOND
from agentconsole.domain.reports import Attainment, Report, Slice, Spell

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
HEAD = ("figure", "by", "key", "name", "value", "unit", "n")


class ReportRow(NamedTuple):
    """One figure. ``by`` says what ``key`` is a value of; ``n`` is how many tickets are behind the value."""

    figure: str
    by: str
    key: str
    name: str
    value: int | float | str
    unit: str
    n: int | str = ""


def rows(report: Report) -> Iterator[ReportRow]:
    """Yield every figure of *report*. Durations are seconds of real time, rates are shares (0 … 1)."""
    coverage = report.coverage
    yield ReportRow("range", "", "from", "From", str(report.scope.first), "date")
    yield ReportRow("range", "", "to", "To", str(report.scope.last), "date")
    yield ReportRow("range", "", "of", "Open tickets of the range's scope", report.open.query, "query")
    yield ReportRow("cache", "", "tickets", "Cached tickets", coverage.tickets, "tickets")
    yield ReportRow("cache", "", "comments", "Cached comments", coverage.comments, "comments")
    if coverage.left_out:
        yield ReportRow("cache", "", "left_out", "Tickets at the help desk only", coverage.left_out, "tickets")
    yield ReportRow("open", "", "all", "Open tickets", report.open.total, "tickets")
    for by, slices in (
        ("status", report.open.by_status),
        ("priority", report.open.by_priority),
        ("tier or plan", report.open.by_level),
        ("channel", report.open.by_channel),
        ("group", report.open.by_group),
    ):
        yield from _slices("open", by, slices)
    for day in report.days:
        for figure, value in (("created", day.created), ("solved", day.solved), ("open at end of day", day.open)):
            yield ReportRow(figure, "day", str(day.day), "", value, "tickets")
    yield from _slices("created", "channel", report.by_channel)
    yield from _spells("first reply", (report.first_reply, *report.first_reply_by_priority))
    yield from _spells("resolution", (report.resolution, *report.resolution_by_priority))
    levels = report.service_levels
    yield from _attainments("", "tickets", (levels.total,))
    yield from _attainments("metric", "targets", levels.by_metric)
    yield from _attainments("tier or plan", "tickets", levels.by_level)
    yield from _attainments("priority", "tickets", levels.by_priority)
    for ratings in (report.ratings, *report.ratings_by_day):
        by, key = ("day", str(ratings.day)) if ratings.day else ("", "all")
        for figure, value in (("good", ratings.good), ("bad", ratings.bad), ("offered", ratings.offered)):
            yield ReportRow(f"rated {figure}", by, key, "", value, "tickets", ratings.n)
        if ratings.rate is not None:
            yield ReportRow("satisfaction", by, key, "", round(ratings.rate, 4), "share", ratings.n)
    for agent in report.agents:
        yield ReportRow("public replies", "agent", agent.ref, agent.name, agent.replies, "replies", agent.tickets)
        yield ReportRow("solved", "agent", agent.ref, agent.name, agent.solved, "tickets", agent.solved)


def csv_text(report: Report) -> str:
    """Return *report* as comma-separated values with a head, lines ended as RFC 4180 has it.

    A name that a spreadsheet would take for a formula is preceded by an apostrophe, which makes it text.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    writer.writerows([_harmless(cell) for cell in row] for row in rows(report))
    return text.getvalue()


def _harmless(cell: int | float | str) -> int | float | str:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS_FORMULA) else cell


def _slices(figure: str, by: str, slices: Iterable[Slice]) -> Iterator[ReportRow]:
    for each in slices:
        yield ReportRow(figure, by, each.key, each.title, each.count, "tickets")


def _spells(figure: str, spells: Iterable[Spell]) -> Iterator[ReportRow]:
    for spell in spells:
        by, key = ("priority", spell.key) if spell.key else ("", "all")
        for name, value in (("median", spell.median), ("90th percentile", spell.p90)):
            if value is not None:
                yield ReportRow(f"{figure}, {name}", by, key, spell.title, value // SECOND, "seconds", spell.n)


def _attainments(by: str, unit: str, attainments: Iterable[Attainment]) -> Iterator[ReportRow]:
    for each in attainments:
        for figure, value in (
            ("met", each.met),
            ("breached", each.breached),
            ("running", each.running),
            ("without explicit SLA", each.none),
            ("ended, unknown whether in time", each.unknown),
        ):
            yield ReportRow(f"SLA {figure}", by, each.key, each.title, value, unit, each.n)
        if each.rate is not None:
            yield ReportRow(
                "SLA attainment", by, each.key, each.title, round(each.rate, 4), "share", each.met + each.breached
            )
