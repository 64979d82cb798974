"""Builds the panes of the window and connects what each tells with what the window can do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDockWidget, QWidget

from agentconsole.gui.tasks import trouble_of

if TYPE_CHECKING:
    from agentconsole.gui.context import WindowContext
    from agentconsole.gui.main_window import MainWindow

_log = logging.getLogger(__name__)


def pane_or_error(
    name: str, context: WindowContext, window: MainWindow, dock: QDockWidget, again: Callable[[], None]
) -> QWidget:
    """Return the pane *name* of *window*, or what says why it could not be built, and asks for it *again*."""
    pane: QWidget
    try:
        pane = build_pane(name, context, window, dock)
    except Exception as error:
        _log.exception("the %s pane could not be built", name)
        from agentconsole.gui.pane_error import PaneError

        pane = broken = PaneError(name, trouble_of(error))
        broken.retry_requested.connect(again)
    pane.setObjectName(f"{name}PaneContents")
    return pane


def build_pane(name: str, context: WindowContext, window: MainWindow, dock: QDockWidget) -> QWidget:
    """Return the pane *name* of *window*, a child of *dock* from the beginning: moving it there styles it once more.

    The imports are here because a pane that is not shown costs nothing.
    """
    match name:
        case "queue":
            from agentconsole.gui.panes.queue_pane import QueuePane

            queue = QueuePane(context, dock)
            queue.ticket_opened.connect(window.open_ticket)
            queue.walked.connect(window.preview.follow)
            queue.merge_requested.connect(lambda ticket: window.dialogs.open_merge(ticket))
            return queue
        case "ticket":
            from agentconsole.gui.panes.ticket_pane import TicketPane

            ticket = TicketPane(context, dock)
            ticket.back_requested.connect(window.go_back)
            ticket.ticket_finished.connect(window.open_next)
            ticket.ticket_opened.connect(window.mark_in_queue)
            ticket.merge_requested.connect(window.dialogs.open_merge)
            ticket.page_asked.connect(window.dialogs.open_handbook)
            ticket.about_to_write.connect(window.open_meant)
            ticket.contact_asked.connect(window.show_contact)
            ticket.why_asked.connect(window.dialogs.open_ledger)
            ticket.decide_asked.connect(window.dialogs.open_decisions)
            ticket.follow_up_asked.connect(window.dialogs.open_follow_up)
            return ticket
        case "directory":
            from agentconsole.gui.panes.directory_pane import DirectoryPane

            directory = DirectoryPane(context, dock)
            directory.ticket_opened.connect(window.open_ticket)
            directory.left.connect(window.go_back)
            directory.show_ticket(window.shown_ticket)
            return directory
        case "sla":
            from agentconsole.gui.panes.sla_pane import SlaPane

            sla = SlaPane(context, dock)
            sla.ticket_opened.connect(window.open_ticket)
            sla.why_asked.connect(window.dialogs.open_ledger)
            return sla
        case "dashboard":
            from agentconsole.gui.dashboard.pane import DashboardPane

            dashboard = DashboardPane(context, dock)
            dashboard.tickets_asked.connect(window.search_for)
            dashboard.left.connect(window.go_back)
            return dashboard
        case _:
            from agentconsole.gui.panes.outbox_pane import OutboxPane

            outbox = OutboxPane(context, dock)
            outbox.ticket_opened.connect(window.open_ticket)
            outbox.edit_asked.connect(window.edit_again)
            outbox.write_asked.connect(window.write_on)
            outbox.form_asked.connect(window.dialogs.open_form_again)
            outbox.decide_asked.connect(window.dialogs.open_decisions)
            return outbox
