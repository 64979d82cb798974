"""Figures as people say them."""

from __future__ import annotations

from datetime import date

from agentconsole.domain.instant import DAY, HOUR, Instant
from agentconsole.domain.reports import Coverage, Scope, Spell
from agentconsole.gui.spoken_time import ago, local, span

NOTHING = "–"


def percent(rate: float | None) -> str:
    """Return a share as "88 %", a dash without one. Only all is 100 %, only none is 0 %."""
    if rate is None:
        return NOTHING
    rounded = round(rate * 100)
    if rounded == 100 and rate < 1:
        return "> 99 %"
    if rounded == 0 and rate > 0:
        return "< 1 %"
    return f"{rounded} %"


def length(microseconds: int | None) -> str:
    """Return a length of time, a dash without one."""
    return NOTHING if microseconds is None else span(microseconds)


def rough(microseconds: int | None) -> str:
    """Return a length of time in few letters: from ten of a unit on without the next smaller one."""
    if microseconds is None:
        return NOTHING
    for unit, name in ((DAY, "d"), (HOUR, "h")):
        if microseconds >= 10 * unit:
            return f"{round(microseconds / unit):,} {name}"
        if microseconds >= unit:
            break
    return span(microseconds)


def day(when: date, today: date | None = None) -> str:
    """Return a day as "14 Sep", with its year when that is not *today*'s."""
    year = "" if today is None or when.year == today.year else f" {when.year}"
    return f"{when.day} {when:%b}{year}"


def tickets(count: int) -> str:
    """Return "1 ticket" or "2,000 tickets"."""
    return f"{count:,} ticket" if count == 1 else f"{count:,} tickets"


def days_of(scope: Scope, today: date) -> str:
    """Return the days of a scope: "24 Oct – 22 Nov"."""
    if scope.first == scope.last:
        return day(scope.first, today)
    return f"{day(scope.first, today)} – {day(scope.last, today)}"


def coverage_sentence(coverage: Coverage, scope: Scope, now: Instant) -> str:
    """Say what the figures are made from, and what is missing."""
    today = local(now).date()
    said = [f"{days_of(scope, today)} · {tickets(coverage.tickets)} and {coverage.comments:,} comments in the cache"]
    if coverage.begins is not None:
        begins = day(local(coverage.begins).date(), today)
        said.append(f"from {begins}, when the cache begins" if coverage.begins_within else f"since {begins}")
    if coverage.left_out:
        said.append(f"without {tickets(coverage.left_out)} that are at the help desk only")
    if coverage.data_as_of is not None:
        said.append(f"as of {ago(coverage.data_as_of, now)}")
    return " · ".join(said)


def spell_note(spell: Spell, waiting: str) -> str:
    """Say how many are behind a length of time, and how many are not: "of 412; 30 wait for a reply"."""
    said = f"of {tickets(spell.n)}"
    if spell.waiting:
        said += f"; {spell.waiting:,} {waiting}"
    if spell.unknown:
        said += f"; {spell.unknown:,} not cached"
    return said
