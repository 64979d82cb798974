"""Times of the wire, in the forms in which they were met."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from agentconsole.domain.instant import SECOND, Instant, from_datetime, from_iso

_LONGEST_EPOCH = 15
_MILLISECONDS_FROM = 100_000_000_000
"""A count of seconds this high would be of the year 5138: it is of milliseconds."""


def instant(text: str | None) -> Instant | None:
    """A time of the wire; None for what is not one.

    Usually ISO 8601 with a zone. Without one it is UTC; seconds since 1970 and the form of mails have been met too.
    """
    if not text:
        return None
    try:
        return from_iso(text)
    except ValueError:
        return _unusual_instant(text.strip())


def _unusual_instant(text: str) -> Instant | None:
    if text.isascii() and text.isdigit():
        number = int(text) if len(text) < _LONGEST_EPOCH else 0
        return number * SECOND if 0 < number < _MILLISECONDS_FROM else number * (SECOND // 1000) or None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text.removesuffix(" UTC"))
            return from_datetime(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))
        except (ValueError, TypeError, OverflowError):
            continue
    return None
