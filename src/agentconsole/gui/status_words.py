"""What the status bar says, from what the sync reports. Pure, so that every sentence can be tested."""

from __future__ import annotations

from datetime import tzinfo

from msgspec import Struct

from agentconsole.domain.instant import MINUTE, SECOND, Instant
from agentconsole.domain.rows import SyncStatus
from agentconsole.gui.spoken_time import ago, local

_AWAY = "The help desk can't be reached"
"""How a problem begins that "Offline" says already. The first time, before there is any data, its reason is told."""


class StatusLine(Struct, frozen=True):
    """One truthful line. ``icon`` names the drawing, ``role`` the theme's colour for it.

    ``done`` of ``total`` is the progress to draw (total 0: none, or of unknown length while ``busy``). ``hint`` is for
    the tooltip, as is ``click``: what a click on the sentence does.
    """

    text: str
    icon: str
    role: str
    hint: str = ""
    busy: bool = False
    done: int = 0
    total: int = 0
    click: str = "Click to sync now (F5)"


def status_line(status: SyncStatus, now: Instant, zone: tzinfo | None = None) -> StatusLine:
    """Return the sentence for *status* as of *now*; clock times are in *zone* (this computer's by default)."""
    if status.needs_login:
        return StatusLine(
            _joined("Signed out", _waiting(status), _as_of(status, now, zone)),
            "log-in",
            "danger_ink",
            status.advice or "The help desk does not take this profile's token any more.",
            click="Click to sign in again (F5)",
        )
    match status.phase:
        case "archive":
            return StatusLine(
                _joined("Archive", _as_of(status, now, zone)),
                "archive",
                "muted",
                "It holds what was exported of a help desk. It is never online, and nothing in it can be changed.",
                click="",
            )
        case "initial":
            return StatusLine(
                _progress(status), "refresh-cw", "link", _hint(status), True, status.done, status.total or 0
            )
        case "connecting":
            return StatusLine(
                _joined("Connecting…", _waiting(status), _as_of(status, now, zone)), "refresh-cw", "link", "", True
            )
        case "pulling" if status.total and status.total > 500:
            return StatusLine(_progress(status), "refresh-cw", "link", _hint(status), True, status.done, status.total)
        case "pushing":
            count = max(1, status.will_go)
            return StatusLine(f"Sending {_changes(count)}…", "cloud-upload", "link", _hint(status), True)
        case "stopped":
            return StatusLine(
                _joined("Not syncing", _waiting(status), _as_of(status, now, zone)), "pause", "muted", _hint(status)
            )
    if not status.online or status.phase == "offline":
        return StatusLine(
            _joined("Offline", _why(status), _waiting(status), _as_of(status, now, zone)),
            "cloud-off",
            "note_ink",
            _hint(status, _next_attempt(status, now)),
        )
    if status.problem:
        return StatusLine(
            _joined(_why(status), _waiting(status), _synced(status, now)),
            "triangle-alert",
            "note_ink",
            _hint(status, _next_attempt(status, now)),
            click="Click to try again now (F5)",
        )
    text = _joined("Online", _waiting(status), _synced(status, now))
    return StatusLine(
        text, "cloud", "muted", _hint(status, "Live: changes arrive by themselves." if status.live else "")
    )


def need_you_text(count: int) -> str:
    """Return "1 needs you" or "3 need you": changes that go nowhere until the agent decides."""
    return f"{count:,} need{'s' if count == 1 else ''} you"


def need_you_parts(status: SyncStatus) -> str:
    """Return what the changes are that need the agent: "2 conflicts, 1 refused"."""
    conflicts = f"{status.conflicts:,} conflict{'' if status.conflicts == 1 else 's'}" if status.conflicts else ""
    refused = f"{status.refused:,} refused" if status.refused else ""
    held = f"{status.held:,} held back" if status.held else ""
    return ", ".join(part for part in (conflicts, refused, held) if part)


def _progress(status: SyncStatus) -> str:
    if status.total:
        return f"Syncing {status.done:,} of {status.total:,} tickets"
    return f"Syncing · {status.done:,} so far" if status.done else "Syncing…"


def _changes(count: int) -> str:
    return f"{count:,} change{'' if count == 1 else 's'}"


def _waiting(status: SyncStatus) -> str:
    return f"{_changes(status.will_go)} waiting" if status.will_go else ""


def _why(status: SyncStatus) -> str:
    """Say what is wrong, without its code in parentheses; that a network is away needs no words beside "Offline"."""
    reason, _, rest = status.problem.partition(" (")
    if not status.online and status.data_as_of is not None and reason.startswith(_AWAY):
        return ""
    return (reason + (rest.partition(")")[2] if rest else "")).rstrip(".")


def _as_of(status: SyncStatus, now: Instant, zone: tzinfo | None) -> str:
    if status.data_as_of is None:
        return "no data yet"
    then, today = local(status.data_as_of, zone), local(now, zone)
    same_day = then.date() == today.date()
    return f"data as of {then:%H:%M}" if same_day else f"data as of {then.day} {then:%b %H:%M}"


def _synced(status: SyncStatus, now: Instant) -> str:
    if status.last_sync_at is None:
        return "not synced yet"
    past = now - status.last_sync_at
    if past < 2 * SECOND:
        return "synced just now"
    if past < MINUTE:
        return f"synced {past // SECOND} s ago"
    return f"synced {ago(status.last_sync_at, now)}"


def _next_attempt(status: SyncStatus, now: Instant) -> str:
    if status.next_attempt_at is None:
        return ""
    left = max(0, status.next_attempt_at - now) // SECOND
    return "Trying again now." if left < 1 else f"Trying again in {left} s."


def _hint(status: SyncStatus, more: str = "") -> str:
    return "\n".join(part for part in (status.problem, status.advice, more) if part)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
