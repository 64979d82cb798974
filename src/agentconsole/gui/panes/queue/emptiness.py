"""Why the queue is empty, in words that lead on."""

from __future__ import annotations

from collections.abc import Callable

from agentconsole.domain.rows import SyncStatus
from agentconsole.gui.empty_state import Emptiness

_FIRST_SYNC = ("connecting", "initial")

_VIEWS = {
    "my-open": (
        "inbox",
        "Nothing waits for you",
        "Every ticket of yours is answered. Take the next one when you like.",
    ),
    "unassigned": ("user", "Every ticket has an owner", "New ones show up here the moment they arrive."),
    "all-open": ("circle-check", "No open tickets", "The desk is clear."),
    "breaching-next": ("timer", "Nothing is about to breach", "Targets that come close to their deadline gather here."),
    "waiting-on-requester": (
        "hourglass",
        "Nobody owes you an answer",
        "Tickets that wait on their requester rest here.",
    ),
    "recently-solved": ("circle-check", "Nothing was solved lately", "What you solve can be looked up here."),
    "changed-offline": (
        "cloud",
        "Everything has been sent",
        "What you change without a connection waits here until the help desk has it.",
    ),
}


def why_empty(
    view: str,
    text: str,
    status: SyncStatus,
    *,
    within: bool,
    clear: Callable[[], object],
    widen: Callable[[], object],
    open_view: Callable[[str], object],
    missing: str = "",
) -> Emptiness:
    """Return why there is nothing to see of *view*, or of the search for *text*, with the step that helps.

    *within* says that the search stayed in the view; *widen* would let it look everywhere. *missing* says what of the
    help desk is not on this computer, where that may be the reason.
    """
    if status.data_as_of is None and status.phase in _FIRST_SYNC:
        told = f"{status.done:,} of {status.total:,} fetched" if status.total else "The first ones are on their way."
        return Emptiness(
            "download",
            "Fetching your tickets",
            f"{told} You can start as soon as the first row is here.",
            done=status.done,
            total=status.total,
        )
    if status.data_as_of is None and status.problem:
        return Emptiness("cloud-off", status.problem, status.advice)
    if text and within:
        return Emptiness(
            "search",
            f"No ticket of this view matches “{_short(text)}”",
            "Other views may hold one, and so may solved tickets.",
            "Search everywhere",
            widen,
        )
    if text:
        return Emptiness(
            "search",
            f"No ticket matches “{_short(text)}”",
            f"{missing} Preferences, Offline, fetch more."
            if missing
            else "Words were looked for in every subject and every comment.",
            "Clear the search",
            clear,
        )
    icon, title, words = _VIEWS.get(view, ("list", "No ticket is in this view", "Tickets that fit it show up here."))
    if view == "my-open":
        return Emptiness(icon, title, words, "Show unassigned", lambda: open_view("unassigned"))
    if view == "unassigned":
        return Emptiness(icon, title, words, "Show all open", lambda: open_view("all-open"))
    return Emptiness(icon, title, f"{words} {missing}".strip())


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
