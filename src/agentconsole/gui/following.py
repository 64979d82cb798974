"""Follows an address of the scheme ``support:`` in the window: shows the ticket, or says why it can't."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentconsole.domain.links import NotALink, read_link

if TYPE_CHECKING:
    from agentconsole.gui.context import WindowContext
    from agentconsole.gui.main_window import MainWindow


def follow(address: str, window: MainWindow, context: WindowContext) -> None:
    """Show what *address* names and give it the keyboard. What is being written elsewhere stays as a draft."""
    try:
        link = read_link(address)
    except NotALink as error:
        context.messages.error(error.title, error.advice)
        return
    ticket = context.workspace.tickets.find(link.ticket)
    if ticket is None or context.workspace.tickets.detail(ticket) is None:
        context.messages.error(
            f"Ticket {link.ticket} is not on this computer",
            "It is of another help desk, was deleted, lies outside of what is kept here, or was not fetched yet.",
        )
        return
    window.go_to_ticket(ticket)
