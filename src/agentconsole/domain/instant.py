"""One kind of time everywhere: whole microseconds since 1970-01-01T00:00 UTC.

An integer sorts, stores and compares without a zone to get wrong; people see
it only after :func:`to_datetime` and their own zone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Instant: TypeAlias = int
"""Microseconds since the epoch, UTC."""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def from_datetime(moment: datetime) -> Instant:
    """Return *moment* as an instant; a naive datetime raises ValueError, because its zone would be a guess."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return (moment - _EPOCH) // _MICROSECOND


def to_datetime(instant: Instant) -> datetime:
    """Return *instant* as an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=instant)


def from_iso(text: str) -> Instant:
    """Read an ISO 8601 time with an offset or a final ``Z``; raises ValueError for anything else."""
    return from_datetime(datetime.fromisoformat(text))


def to_iso(instant: Instant) -> str:
    """Write *instant* as ISO 8601 in UTC with a final ``Z``, whole seconds unless it has a fraction."""
    moment = to_datetime(instant)
    timespec = "microseconds" if moment.microsecond else "seconds"
    return moment.isoformat(timespec=timespec).replace("+00:00", "Z")
