"""Why the directory lists nobody, and what to do about it. Pure."""

from __future__ import annotations

from agentconsole.gui.empty_state import Emptiness

EMPTY = Emptiness(
    "contact",
    "The directory is empty",
    "Contacts come with the first sync from the help desk, or with a policy pack.",
)
NOTHING = Emptiness(
    "search",
    "Nothing found",
    "Try fewer or other words: a department, a purpose, a region, a name or an address. Escape clears the search.",
)
_FILTERED = Emptiness("list-filter", "Nobody fits these filters", "Alt+A shows everything again.")
_ASK = Emptiness(
    "search",
    "What is it about?",
    "Describe the problem in a sentence, or open a ticket: then its own words count. Escape goes back.",
)
_NOBODY = Emptiness(
    "search",
    "Nobody found for these words",
    "Say what it is about: refund, webhook, certification. Escape goes back to the directory.",
)


def why_nobody(*, asked: bool, ranked: bool, filtered: bool, has_ticket: bool) -> Emptiness:
    """Return why nobody is listed: whether words were *asked* for, *ranked* by, *filtered*, and a ticket is at hand."""
    if ranked:
        return _NOBODY if asked or has_ticket else _ASK
    if filtered:
        return _FILTERED
    return NOTHING if asked else EMPTY
