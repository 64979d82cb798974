"""The queue's keys, each an action that the palette lists and the agent may remap."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from agentconsole.domain.values import Status
from agentconsole.gui.actions import Actions

if TYPE_CHECKING:
    from agentconsole.gui.panes.queue_pane import QueuePane

SECTION = "Queue"


def register_queue_actions(pane: QueuePane, actions: Actions) -> None:
    """Register everything that the queue can do. Letters work while the list has the focus."""
    table = pane.table

    def page() -> int:
        return max(table.viewport().height() // max(table.rowHeight(0), 1) - 1, 1)

    for name, text, keys, callback in (
        ("next", "Go to the next ticket", ("J", "Down"), lambda: table.go_by(1)),
        ("previous", "Go to the previous ticket", ("K", "Up"), lambda: table.go_by(-1)),
        ("extend-down", "Extend the selection down", ("Shift+J", "Shift+Down"), lambda: table.go_by(1, extend=True)),
        ("extend-up", "Extend the selection up", ("Shift+K", "Shift+Up"), lambda: table.go_by(-1, extend=True)),
        ("page-down", "Go a page down", ("PgDown",), lambda: table.go_by(page())),
        ("page-up", "Go a page up", ("PgUp",), lambda: table.go_by(-page())),
        ("first", "Go to the first ticket", ("Home",), lambda: table.go_to(0)),
        ("last", "Go to the last ticket", ("End",), lambda: table.go_to(pane.model.rowCount() - 1)),
    ):
        actions.register(f"queue.{name}", text, keys, callback, table, section=SECTION, hidden=True)
    for name, text, keys, callback in (
        ("open", "Open the ticket", ("Return", "Enter"), table.open_current),
        ("toggle", "Select or unselect the ticket", ("X", "Space"), table.toggle_current),
        ("select-all", "Select all tickets", ("Ctrl+A",), table.selectAll),
        ("clear-selection", "Clear the selection", ("Esc",), pane.clear_selection),
        ("assign", "Assign to…", ("A",), lambda: pane.edit.ask_assignee(table.menu_point())),
        ("take", "Assign to me", ("I",), lambda: pane.edit.assign_to_me()),
        ("status", "Set the status…", ("S",), lambda: pane.edit.ask_status(table.menu_point())),
        ("priority", "Set the priority…", ("P",), lambda: pane.edit.ask_priority(table.menu_point())),
        ("group", "Move to group…", ("G",), lambda: pane.edit.ask_group(table.menu_point())),
        ("tags", "Change tags…", ("T",), lambda: pane.edit.ask_tags()),
        ("solve", "Solve", ("E",), lambda: pane.edit.set_status(Status.SOLVED)),
        ("close", "Close", ("Shift+E",), lambda: pane.edit.set_status(Status.CLOSED)),
        ("merge", "Merge into another ticket…", ("Shift+M",), pane.merge),
    ):
        actions.register(f"queue.{name}", text, keys, callback, table, section=SECTION)
    for name, text, keys, callback in (
        ("refresh", "Show the updated order", (".",), pane.refresh),
        ("next-view", "Open the next view", ("]",), lambda: pane.step_view(1)),
        ("previous-view", "Open the previous view", ("[",), lambda: pane.step_view(-1)),
    ):
        actions.register(f"queue.{name}", text, keys, callback, pane, section=SECTION)
    for name, text, callback in (
        ("save-search", "Save the search as a view…", pane.search.save_requested.emit),
        ("fold-views", "Show or hide the views", pane.fold_views),
        ("standard-columns", "Use the standard columns", table.reset_columns),
    ):
        actions.register(f"queue.{name}", text, callback=callback, section=SECTION)
    for view in pane.views.model.views():
        actions.register(
            f"queue.view.{view.key}",
            f"Show {view.title.lower() if view.section == 'built-in' else view.title}",
            callback=partial(pane.open_view, view.key),
            section=SECTION,
            keywords=f"view {view.query}",
        )
