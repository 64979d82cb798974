"""Instants as the server stores and sends them: ``YYYY-MM-DDTHH:MM:SSZ``, UTC, whole seconds."""

from collections.abc import Callable
from datetime import UTC, datetime

Now = Callable[[], datetime]
"""Where the server takes the time from; aware, UTC. Tests put in their own."""


def utc_now() -> datetime:
    """The time by the machine's clock."""
    return datetime.now(UTC)


def to_text(at: datetime) -> str:
    """Return *at* (aware) as stored text; fractions of a second are cut."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def epoch(stored: str) -> int:
    """Seconds since 1970 of stored text."""
    return int(datetime.fromisoformat(stored).timestamp())


def from_epoch(seconds: int) -> str:
    """Stored text for *seconds* since 1970."""
    return to_text(datetime.fromtimestamp(seconds, UTC))
