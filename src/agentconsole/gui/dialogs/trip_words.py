"""What the dialog of a trip says."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from agentconsole.domain.instant import Instant, from_datetime, to_datetime
from agentconsole.domain.trip_words import counted, ready_sentence, sized, spell_of
from agentconsole.domain.trips import TripPhase, TripPlan, TripStatus

UNTIL: tuple[tuple[str, int | None], ...] = (
    ("until I end it", None),
    ("until tonight", 0),
    ("until tomorrow night", 1),
    ("for three days", 3),
    ("for a week", 7),
    ("for two weeks", 14),
)
"""How long a trip may last, in words and in days from today; None: until it is ended by hand."""

FILES: tuple[tuple[str, int], ...] = (
    ("up to 10 MB each", 10 * 1024**2),
    ("up to 50 MB each", 50 * 1024**2),
    ("of any size", 0),
)
"""Which attachments are taken along, in words and in bytes; 0: all."""


def end_of(days: int | None, now: Instant) -> Instant | None:
    """Return the end of the day that is *days* after today, on this computer's calendar."""
    if days is None:
        return None
    day = (to_datetime(now).astimezone() + timedelta(days=days)).date()
    return from_datetime(datetime.combine(day, time.max).astimezone())


def plan_title(plan: TripPlan) -> str:
    """Return how much is chosen."""
    return f"{counted(plan.tickets, 'ticket')} and {counted(plan.files, 'attachment')}"


def plan_lines(plan: TripPlan) -> list[str]:
    """Return what is to be fetched, how long that takes, and what stays behind."""
    if not plan.to_fetch and not plan.missing_files and not plan.conversations:
        said = ["Everything of that is on this computer already."]
    else:
        parts = []
        if plan.conversations:
            parts.append(counted(plan.conversations, "conversation"))
        if plan.missing_files:
            parts.append(counted(plan.missing_files, "attachment"))
        about = "about " if plan.conversations else ""
        said = [f"To fetch: {' and '.join(parts)}, {about}{sized(plan.to_fetch)} — {spell_of(plan.seconds)}."]
    if plan.conversations:
        said.append("Those conversations may bring attachments that nobody can count yet.")
    if plan.large_files:
        stay = "stays" if plan.large_files == 1 else "stay"
        said.append(f"{counted(plan.large_files, 'larger attachment')} ({sized(plan.large_bytes)}) {stay} behind.")
    if plan.elsewhere:
        are = "is" if plan.elsewhere == 1 else "are"
        said.append(
            f"{counted(plan.elsewhere, 'ticket')} {are} not kept on this computer and can’t be among them: "
            "see Preferences, Offline."
        )
    return said


def status_title(status: TripStatus) -> str:
    """Return where the trip stands, in a line."""
    if status.is_complete:
        return ready_sentence(status)
    if status.phase is TripPhase.PAUSED:
        return "Paused: nothing more is fetched"
    if status.phase is TripPhase.OFFLINE:
        return "Waiting for the connection"
    return f"Taking {counted(status.tickets, 'ticket')} along"


def status_lines(status: TripStatus, now: Instant) -> list[str]:
    """Return how far it is, and until when it lasts."""
    far = (
        f"{status.tickets_here:,} of {counted(status.tickets, 'conversation')}, "
        f"{status.files_here:,} of {counted(status.files, 'attachment')}, "
        f"{sized(status.bytes_here)} of {sized(status.bytes)}"
    )
    said = []
    if not status.is_complete:
        left = f" — {spell_of(status.seconds)}" if status.phase is TripPhase.FETCHING and status.seconds else ""
        said.append(f"{far}{left}.")
        said.append("You can go on working; your own requests go first, and it goes on after a restart.")
    else:
        said.append("Each sync keeps them fresh: new comments, their attachments, and what joins those views.")
    said.append(lasts_line(status.ends_at, now))
    return said


def lasts_line(ends_at: Instant | None, now: Instant) -> str:
    """Return when the trip ends."""
    if ends_at is None:
        return "It lasts until you end it."
    if ends_at <= now:
        return "Its day is over: it ends with the next exchange with the help desk."
    end, today = to_datetime(ends_at).astimezone(), to_datetime(now).astimezone().date()
    day = "today" if end.date() == today else f"on {end:%A}, {end.day} {end:%B}"
    return f"It ends {day} at {end:%H:%M}."


def share_of(status: TripStatus) -> int:
    """Return how much of the trip is here, in a thousand: bytes where there are some, else pieces."""
    pieces, here = status.tickets + status.files, status.tickets_here + status.files_here
    if not pieces:
        return 1000
    by_pieces = here / pieces
    by_bytes = status.bytes_here / status.bytes if status.bytes else by_pieces
    return int(1000 * (by_pieces + by_bytes) / 2)


def badge(status: TripStatus) -> str:
    """Return what the status bar says of the trip."""
    if status.is_complete:
        failed = f", {status.failed:,} missing" if status.failed else ""
        return f"With you: {counted(status.tickets_here, 'ticket')}{failed}"
    word = {TripPhase.PAUSED: "Paused", TripPhase.OFFLINE: "Waiting"}.get(status.phase, "Taking along")
    return f"{word}: {share_of(status) // 10} %"
