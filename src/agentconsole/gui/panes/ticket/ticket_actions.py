"""What can be done to the open ticket, in its conversation and in its composer: names, keys and words to find it by."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from agentconsole.domain.values import Status
from agentconsole.gui.actions import Actions
from agentconsole.gui.panes.ticket.composer import Composer
from agentconsole.gui.panes.ticket.conversation import ConversationView
from agentconsole.gui.panes.ticket.merged_words import MergedWords

if TYPE_CHECKING:
    from agentconsole.gui.panes.ticket_pane import TicketPane

_TICKET, _WRITING = "Ticket", "Composer"
_WITH_STATUS = ((Status.OPEN, "open"), (Status.PENDING, "pending"), (Status.HOLD, "on hold"))


def register_ticket_actions(pane: TicketPane, actions: Actions, toggle_side: Callable[[], object]) -> None:
    """Register what *pane* does to its ticket."""
    add, edit = partial(actions.register, section=_TICKET), pane.edit_field
    add("ticket.reply", "Reply", "R", pane.reply, keywords="answer write public")
    add("ticket.follow_up", "Follow up on a closed ticket…", "Shift+R", pane.follow_up, pane, keywords="reopen")
    add("ticket.note", "Write internal note", "N", pane.note, keywords="comment private")
    add("ticket.status", "Set status…", "S", lambda: edit("status"), pane)
    add("ticket.priority", "Set priority…", "P", lambda: edit("priority"), pane)
    add("ticket.assign", "Assign…", "A", lambda: edit("assignee"), pane)
    add("ticket.group", "Move to group…", "G", lambda: edit("group"), pane)
    add("ticket.tags", "Edit tags", "T", lambda: edit("tags"), pane)
    add("ticket.solve", "Solve", "E", pane.solve, pane)
    add("ticket.close", "Close", "Shift+E", pane.close_ticket, pane, keywords="finish final")
    add("ticket.macro", "Use macro…", "M", pane.macro, keywords="template canned")
    add("ticket.merge", "Merge into another ticket…", "Shift+M", pane.merge, pane, keywords="duplicate")
    add("ticket.refresh", "Fetch ticket anew", "Shift+F5", pane.fetch, pane)
    add("ticket.why", "Why this SLA time?", "Shift+W", pane.ask_why, pane, keywords="ledger target")
    add("ticket.side", "Show or hide details", "Ctrl+.", toggle_side)
    add("ticket.copy_link", "Copy ticket number", "Ctrl+Shift+C", pane.copy_number, pane)
    add("ticket.back", "Back to the queue", "Escape", pane.escape, pane, hidden=True)


def register_conversation_actions(pane: QWidget, actions: Actions, conversation: ConversationView) -> None:
    """Register how *conversation* is shown, for when the keyboard is in *pane*."""
    add, move = partial(actions.register, section=_TICKET), conversation.go
    add("ticket.quotes", "Show or hide quoted text", "X", conversation.toggle_quotes, pane)
    add("ticket.plain", "Show HTML mail as plain text", "H", conversation.toggle_plain, pane)
    pictures = conversation.show_pictures
    add("ticket.pictures", "Show pictures from the web", "Shift+I", pictures, pane, keywords="images remote")
    add("ticket.next_comment", "Next comment", "J", lambda: move(1), pane, hidden=True)
    add("ticket.previous_comment", "Previous comment", "K", lambda: move(-1), pane, hidden=True)


def register_composer_actions(pane: QWidget, actions: Actions, composer: Composer, merged: MergedWords) -> None:
    """Register what is done with what is being written."""
    add = partial(actions.register, section=_WRITING)
    add("composer.send", "Send", ("Ctrl+Return", "Ctrl+Enter"), composer.send, pane)
    solve = ("Ctrl+Shift+Return", "Ctrl+Shift+Enter")
    add("composer.send_solve", "Send and solve", solve, lambda: composer.send(Status.SOLVED), pane)
    for status, words in _WITH_STATUS:
        add(f"composer.send_{status}", f"Send and set {words}", "", partial(composer.send, status), pane)
    add("composer.take_over", "Take over words of a merged ticket", "Ctrl+Alt+V", merged.take, pane)
    add("composer.attach", "Attach files…", "Ctrl+Shift+A", composer.choose_files, pane)
