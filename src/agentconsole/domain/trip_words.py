"""How what is kept here and what is taken along is told, by the window and the command line alike."""

from __future__ import annotations

from agentconsole.domain.cache_scope import CacheCovers
from agentconsole.domain.instant import to_datetime
from agentconsole.domain.trips import TripPhase, TripStatus

_MINUTE, _HOUR = 60, 3600


def sized(size: int) -> str:
    """Return *size* in bytes as people say it: "340 B", "12 kB", "84 MB", "1.3 GB"."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    if size < 10_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{size / 1_000_000:.0f} MB" if size < 1_000_000_000 else f"{size / 1_000_000_000:.1f} GB"


def counted(number: int, what: str) -> str:
    """Return "1 ticket", "1,204 tickets"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def spell_of(seconds: float | None) -> str:
    """Return how long *seconds* are, roughly, None as nobody's knowledge."""
    if seconds is None:
        return "how long it takes shows once it has begun"
    if seconds < 1:
        return "nothing to wait for"
    if seconds < 10:
        return "a few seconds"
    if seconds < _MINUTE:
        return f"about {round(seconds / 10) * 10} seconds"
    if seconds < _HOUR:
        minutes = max(1, round(seconds / _MINUTE))
        return f"about {counted(minutes, 'minute')}"
    return f"about {seconds / _HOUR:.1f} hours"


def ready_sentence(status: TripStatus) -> str:
    """Return that all is here, as of when: "Ready for offline: 214 tickets, 61 attachments, 84 MB, as of 14:02"."""
    said = [counted(status.tickets_here, "ticket"), counted(status.files_here, "attachment"), sized(status.bytes_here)]
    if status.as_of is not None:
        said.append(f"as of {to_datetime(status.as_of).astimezone():%H:%M}")
    begins = "Ready for offline" if status.phase is TripPhase.READY else f"Ready for offline but for {status.failed:,}"
    return f"{begins}: {', '.join(said)}"


def covers_sentence(covers: CacheCovers) -> str:
    """Return what of the help desk is not on this computer, empty when all of it is."""
    if not covers.left_out:
        return ""
    reasons = []
    if covers.done_since is not None:
        day = to_datetime(covers.done_since).astimezone()
        reasons.append(f"solved tickets since {day.day} {day:%B %Y}")
    if covers.groups is not None:
        reasons.append(f"tickets of {', '.join(covers.groups) or 'no group'}")
    kept = f"This computer keeps {' and '.join(reasons)}; " if reasons else ""
    are = "is" if covers.left_out == 1 else "are"
    return f"{kept}{counted(covers.left_out, 'more ticket')} {are} at the help desk only."
