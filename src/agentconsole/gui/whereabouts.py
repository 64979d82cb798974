"""Which ticket is open, remembered while the window runs: after a crash the agent is back where they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from agentconsole.domain.rows import TicketDetail
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext

if TYPE_CHECKING:
    from agentconsole.gui.main_window import MainWindow
    from agentconsole.gui.messages import Messages

OPEN_TICKET = "window.open_ticket"
"""The setting: the ticket's number and local id, whether somebody was writing there, and whether the window was left on
purpose. None once it was closed for good."""


class Place(Struct, frozen=True):
    """Where the agent was: at *ticket*, whether they were writing there, and whether the window was left on purpose."""

    ticket: TicketId
    writing: bool
    orderly: bool


class Whereabouts:
    """Reads where the agent was when the console ended without being closed.

    Attributes:
        before: That place, None after an orderly end or when the ticket is not here any more.
    """

    def __init__(self, context: WindowContext) -> None:
        self._settings = context.workspace.settings
        self.before = _place(self._settings.get(OPEN_TICKET), context)

    def left(self, *, coming_back: bool) -> None:
        """The window is closed as it should be: the next one begins at the queue, or here, when *coming_back*."""
        kept = self._settings.get(OPEN_TICKET)
        stays = {**kept, "orderly": True} if coming_back and isinstance(kept, dict) else None
        self._settings.set(OPEN_TICKET, stays)


def note_place(context: WindowContext, ticket: TicketDetail | None, *, writing: bool) -> None:
    """Remember that *ticket* is open, and whether the agent is *writing* there."""
    if ticket is not None:
        place = {"ref": ticket.ref, "ticket": ticket.id, "writing": writing}
        context.workspace.settings.set(OPEN_TICKET, place)


def return_to_work(window: MainWindow, place: Place | None, messages: Messages) -> None:
    """After a crash: open the ticket again that was open at *place*, with the caret where it stood."""
    if place is None or window.shown_ticket is not None:
        return
    window.open_ticket(place.ticket)
    pane: Any = window.pane("ticket")
    if place.writing and hasattr(pane, "go_on_writing"):
        pane.go_on_writing()
    if not place.orderly:
        messages.tell("You are back where you were", "The console did not end as it should. What you wrote is here.")


def _place(kept: object, context: WindowContext) -> Place | None:
    if not isinstance(kept, dict):
        return None
    ref, ticket = kept.get("ref"), kept.get("ticket")
    # a rebuilt store numbers its tickets anew; the help desk's numbers stay
    if isinstance(ref, str) and ref:
        ticket = context.workspace.tickets.find(ref)
    elif not isinstance(ticket, int) or not context.workspace.queue.rows([ticket]):
        ticket = None
    return None if ticket is None else Place(ticket, kept.get("writing") is True, kept.get("orderly") is True)
