"""A report as what the cards show: bars, plots over days, tables, and the sentences that say what each covers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from agentconsole.domain.instant import to_datetime
from agentconsole.domain.reports import Attainment, Report, Slice, Spell
from agentconsole.gui.dashboard.day_series import DaySeries, Series
from agentconsole.gui.dashboard.drawing import Bar, Legend, Look, Piece
from agentconsole.gui.dashboard.words import NOTHING, days_of, length, percent, rough, spell_note, tickets
from agentconsole.gui.dashboard.words import day as day_words

_PIECES = (
    ("met", Look.MET, "met"),
    ("breached", Look.BREACHED, "breached"),
    ("running", Look.RUNNING, "running"),
    ("none", Look.NONE, "no explicit SLA"),
    ("unknown", Look.UNKNOWN, "outcome unknown"),
)


class Grid(NamedTuple):
    """A card's figures as a table: a head and rows of text."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Content(NamedTuple):
    """What one card shows: bars or a plot, the same as a table, what it covers, and what its patterns mean."""

    note: str
    shown: tuple[Bar, ...] | DaySeries
    grid: Grid
    legend: Legend = ()


class KeyFigure(NamedTuple):
    """One of the large figures at the top. ``query`` is what pressing it opens, "" for nothing."""

    name: str
    title: str
    figure: str
    note: str
    query: str = ""


CARDS = (
    ("backlog", "Open tickets by day"),
    ("volume", "Created and solved by day"),
    ("openPriority", "Open by priority"),
    ("openStatus", "Open by status"),
    ("openLevel", "Open by tier or plan"),
    ("openChannel", "Open by channel"),
    ("openGroup", "Open by group"),
    ("channel", "Created by channel"),
    ("firstReply", "First reply by priority"),
    ("resolution", "Resolution by priority"),
    ("slaLevel", "SLA by tier or plan"),
    ("slaPriority", "SLA by priority"),
    ("satisfaction", "Satisfaction by day"),
    ("agents", "Activity by agent"),
)
"""Name and title of every card, in the order of reading."""


def key_figures(report: Report) -> tuple[KeyFigure, ...]:
    """Return the large figures of *report*."""
    levels, ratings = report.service_levels.total, report.ratings
    decided = levels.met + levels.breached
    within = levels.query
    return (
        KeyFigure("open", "Open now", f"{report.open.total:,}", "at this moment", report.open.query),
        KeyFigure("created", "Created", f"{report.created:,}", f"solved {report.solved:,}", within),
        KeyFigure(
            "firstReply",
            "First reply, median",
            rough(report.first_reply.median),
            _spread(report.first_reply),
        ),
        KeyFigure("resolution", "Resolution, median", rough(report.resolution.median), _spread(report.resolution)),
        KeyFigure("sla", "SLA met", percent(levels.rate), f"of {tickets(decided)} decided", within),
        KeyFigure("satisfaction", "Satisfied", percent(ratings.rate), f"of {ratings.n:,} ratings"),
    )


def contents(report: Report) -> dict[str, Content]:
    """Return what each card shows, by its name."""
    today = to_datetime(report.made_at).astimezone().date()
    span = days_of(report.scope, today)
    since = span
    if report.coverage.begins_within and report.coverage.begins is not None:
        since = f"{span}; the cache begins {day_words(to_datetime(report.coverage.begins).astimezone().date(), today)}"
    still = report.open
    found = {
        "backlog": _backlog(report, since),
        "volume": _volume(report, since),
        "openPriority": _slices(still.by_priority, still.total, "Priority", "Now"),
        "openStatus": _slices(still.by_status, still.total, "Status", "Now"),
        "openLevel": _slices(still.by_level, still.total, "Tier or plan", "Now"),
        "openChannel": _slices(still.by_channel, still.total, "Channel", "Now"),
        "openGroup": _slices(still.by_group, still.total, "Group", "Now"),
        "channel": _slices(report.by_channel, report.created, "Channel", since),
        "firstReply": _times(report.first_reply_by_priority, f"Created {since}", "wait for one"),
        "resolution": _times(report.resolution_by_priority, f"Solved {since}", ""),
        "slaLevel": _attainments(report.service_levels.by_level, f"Created {since}", "Tier or plan"),
        "slaPriority": _attainments(report.service_levels.by_priority, f"Created {since}", "Priority"),
        "satisfaction": _satisfaction(report, since),
        "agents": _agents(report, since),
    }
    assert found.keys() == dict(CARDS).keys()
    return found


def _spread(spell: Spell) -> str:
    return f"of {spell.n:,} · 90 % in {rough(spell.p90)}" if spell.n else "none in these days"


def _backlog(report: Report, since: str) -> Content:
    spoken = tuple(f"{each.day:%a} {day_words(each.day)}: {each.open:,} open" for each in report.days)
    series = (Series("Open", tuple(each.open for each in report.days), filled=True),)
    rows = tuple((str(each.day), f"{each.open:,}") for each in report.days)
    return Content(
        f"{since} · at the end of each day, today until now",
        DaySeries(tuple(each.day for each in report.days), series, spoken),
        Grid(("Day", "Open"), rows),
    )


def _volume(report: Report, since: str) -> Content:
    spoken = tuple(
        f"{each.day:%a} {day_words(each.day)}: {each.created:,} created, {each.solved:,} solved" for each in report.days
    )
    series = (
        Series("Created", tuple(each.created for each in report.days)),
        Series("Solved", tuple(each.solved for each in report.days), dashed=True),
    )
    rows = tuple((str(each.day), f"{each.created:,}", f"{each.solved:,}") for each in report.days)
    return Content(
        f"{since} · {report.created:,} created, {report.solved:,} solved",
        DaySeries(
            tuple(each.day for each in report.days), series, spoken, tuple(each.query_created for each in report.days)
        ),
        Grid(("Day", "Created", "Solved"), rows),
    )


def _slices(slices: Iterable[Slice], total: int, what: str, covers: str) -> Content:
    shown = tuple(slices)
    most = max((each.count for each in shown), default=0)
    bars = tuple(
        Bar(
            each.title,
            f"{each.count:,}",
            (Piece(Look.URGENT if each.key == "urgent" else Look.PLAIN, each.count / most if most else 0),),
            f"{each.title}: {tickets(each.count)}, {percent(each.count / total if total else None)}",
            each.query if each.count else "",
        )
        for each in shown
    )
    rows = tuple((each.title, f"{each.count:,}", percent(each.count / total if total else None)) for each in shown)
    return Content(f"{covers} · {tickets(total)}", bars, Grid((what, "Tickets", "Share"), rows))


def _times(spells: tuple[Spell, ...], covers: str, waiting: str) -> Content:
    longest = max((spell.p90 or 0 for spell in spells), default=0)
    bars = tuple(
        Bar(
            spell.title,
            length(spell.median),
            (Piece(Look.URGENT if spell.key == "urgent" else Look.PLAIN, (spell.median or 0) / longest),)
            if longest
            else (),
            f"{spell.title}: median {length(spell.median)}, 90 % within {length(spell.p90)}, "
            + spell_note(spell, waiting),
            mark=None if spell.p90 is None or not longest else spell.p90 / longest,
        )
        for spell in spells
    )
    rows = tuple((spell.title, length(spell.median), length(spell.p90), f"{spell.n:,}") for spell in spells)
    return Content(
        f"{covers} · bar: median, tick: 90 % · real time, nights and weekends included",
        bars,
        Grid(("Priority", "Median", "90 %", "Tickets"), rows),
    )


def _attainments(attained: tuple[Attainment, ...], covers: str, what: str) -> Content:
    bars = []
    for each in attained:
        counts = [(look, int(getattr(each, name)), words) for name, look, words in _PIECES]
        said = ", ".join(f"{count:,} {words}" for _look, count, words in counts if count) or "no ticket"
        bars.append(
            Bar(
                each.title,
                percent(each.rate),
                tuple(Piece(look, count / each.n) for look, count, _words in counts if count),
                f"{each.title}: {percent(each.rate)} of those decided met; {said}",
                each.query if each.n else "",
            )
        )
    legend = tuple((look, words) for name, look, words in _PIECES if any(getattr(each, name) for each in attained))
    rows = tuple(
        (each.title, percent(each.rate), *(f"{getattr(each, name):,}" for name, _look, _words in _PIECES))
        for each in attained
    )
    return Content(
        f"{covers} · % met of those decided",
        tuple(bars),
        Grid((what, "Rate", "Met", "Breached", "Running", "No explicit SLA", "Unknown"), rows),
        legend,
    )


def _satisfaction(report: Report, since: str) -> Content:
    days = report.ratings_by_day
    spoken = tuple(
        f"{each.day:%a} {day_words(each.day)}: {each.good:,} good, {each.bad:,} bad" for each in days if each.day
    )
    series = (
        Series("Good", tuple(each.good for each in days), columns=True),
        Series("Bad", tuple(each.bad for each in days), columns=True, dashed=True),
    )
    rows = tuple(
        (str(each.day), f"{each.good:,}", f"{each.bad:,}", f"{each.offered:,}", percent(each.rate)) for each in days
    )
    total = report.ratings
    note = f"Solved {since} · {total.good:,} good (filled), {total.bad:,} bad (hatched), {total.offered:,} not answered"
    return Content(
        note,
        DaySeries(
            tuple(each.day for each in days if each.day), series, spoken, nothing="Nobody has rated these tickets yet"
        ),
        Grid(("Day", "Good", "Bad", "Not answered", "Satisfied"), rows),
    )


def _agents(report: Report, since: str) -> Content:
    most = max((each.replies for each in report.agents), default=0)
    bars = tuple(
        Bar(
            each.name,
            f"{each.replies:,} / {each.solved:,}",
            (Piece(Look.PLAIN, each.replies / most),) if most else (),
            f"{each.name}: {each.replies:,} public replies in {tickets(each.tickets)}, {each.solved:,} solved",
        )
        for each in report.agents
    )
    rows = tuple((each.name, f"{each.replies:,}", f"{each.tickets:,}", f"{each.solved:,}") for each in report.agents)
    return Content(
        f"{since} · public replies / solved as assignee" if report.agents else f"{since} · {NOTHING}",
        bars,
        Grid(("Agent", "Public replies", "In tickets", "Solved"), rows),
    )
