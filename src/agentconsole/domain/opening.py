"""Is a contact open now, and when does that change? Weekly hours in the contact's own time zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agentconsole.domain.instant import Instant, from_datetime, to_datetime

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Opening(NamedTuple):
    """``open_now`` is None where it can't be told; ``changes_at`` is when it flips next, None if it never does."""

    open_now: bool | None
    changes_at: Instant | None


def opening(hours: Mapping[str, Sequence[Sequence[str]]] | None, time_zone: str | None, now: Instant) -> Opening:
    """Return whether weekly *hours* of *time_zone* (IANA) are open at *now*.

    *hours* is ``{"mon": [("09:00", "18:00")], …}``; "24:00" may end a day, an end at or before its start runs past
    midnight. Hours without a zone ("in your region") can't be told: None.
    """
    if hours is None or not time_zone:
        return Opening(None, None)
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return Opening(None, None)
    today = to_datetime(now).astimezone(zone).date()
    spans = _spans(hours, zone, today)
    for start, end in spans:
        if start <= now < end:
            return Opening(True, end)
        if start > now:
            return Opening(False, start)
    return Opening(False, None)


def _spans(hours: Mapping[str, Sequence[Sequence[str]]], zone: ZoneInfo, today: date) -> list[tuple[Instant, Instant]]:
    """Return the open spans from yesterday to eight days ahead, in order, touching ones joined."""
    found: list[tuple[Instant, Instant]] = []
    for ahead in range(-1, 9):
        day = today + timedelta(days=ahead)
        for start, end in hours.get(DAYS[day.weekday()], ()):
            opens = _at(day, start, zone)
            closes = _at(day, end, zone)
            if closes <= opens:
                closes = _at(day + timedelta(days=1), end, zone)
            found.append((opens, closes))
    joined: list[tuple[Instant, Instant]] = []
    for opens, closes in sorted(found):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return joined


def _at(day: date, clock: str, zone: ZoneInfo) -> Instant:
    if clock == "24:00":
        return _at(day + timedelta(days=1), "00:00", zone)
    return from_datetime(datetime.combine(day, time.fromisoformat(clock), zone))
