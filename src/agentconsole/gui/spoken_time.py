"""Instants in the words people use, in the zone of the person who reads."""

from __future__ import annotations

import zoneinfo
from datetime import datetime, tzinfo

from agentconsole.domain.instant import DAY, HOUR, MINUTE, Instant, to_datetime


def ago(at: Instant, now: Instant, zone: tzinfo | None = None) -> str:
    """Return how long before *now* something happened: "just now", "3 min ago", "yesterday 14:05", "12 Nov 09:41"."""
    past = now - at
    if past < MINUTE:
        return "just now"
    if past < HOUR:
        return f"{past // MINUTE} min ago"
    if past < 10 * HOUR:
        return f"{past // HOUR} h ago"
    then, today = local(at, zone), local(now, zone)
    days = (today.date() - then.date()).days
    if days == 0:
        return f"today {then:%H:%M}"
    if days == 1:
        return f"yesterday {then:%H:%M}"
    if days < 7:
        return f"{then:%a %H:%M}"
    if then.year == today.year:
        return f"{then.day} {then:%b %H:%M}"
    return f"{then.day} {then:%b %Y}"


def exact(at: Instant, zone: tzinfo | None = None) -> str:
    """Return *at* to the minute with its zone: "Sunday 22 November 2026, 19:09 (CET)"."""
    moment = local(at, zone)
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M} ({moment.tzname()})"


def span(length: int) -> str:
    """Return a *length* in microseconds in at most two units: "45 s", "42 min", "2 h 10 min", "3 d 4 h"."""
    length = abs(length)
    if length < MINUTE:
        return f"{length // 1_000_000} s"
    if length < HOUR:
        return f"{length // MINUTE} min"
    if length < DAY:
        hours, minutes = divmod(length // MINUTE, 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(length // HOUR, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def clock_in(name: str | None, now: Instant) -> str:
    """Return the time of day at *now* in the zone *name* ("Asia/Tokyo" → "04:09 Mon"), "" when it is unknown."""
    zone = zone_named(name)
    return f"{local(now, zone):%H:%M %a}" if zone else ""


def zone_named(name: str | None) -> zoneinfo.ZoneInfo | None:
    """Return the zone *name*, or None when there is no such zone."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def local(at: Instant, zone: tzinfo | None = None) -> datetime:
    """Return *at* in *zone*, or in the zone of this computer."""
    return to_datetime(at).astimezone(zone)
