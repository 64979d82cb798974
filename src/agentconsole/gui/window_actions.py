"""The actions of the window itself: where to go, what to open, and what concerns the console as a whole."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from agentconsole.gui.actions import Actions
from agentconsole.gui.context import WindowContext

if TYPE_CHECKING:
    from agentconsole.gui.main_window import MainWindow

NEW_TICKET = "window.new_ticket"


def register_window_actions(window: MainWindow, actions: Actions) -> None:
    """Offer in menus, palette and by keys what *window* can do, and its dialogs, which are made when one is wanted."""
    general: tuple[tuple[str, str, str | tuple[str, ...], Callable[[], object], str, str], ...] = (
        (
            "window.palette",
            "Find an action…",
            ("Ctrl+K", "Ctrl+Shift+P"),
            lambda: window.dialogs.open_palette(),
            "Help",
            "",
        ),
        ("window.search", "Search tickets", "/", window.search, "Go to", "find"),
        (
            NEW_TICKET,
            "New ticket…",
            ("C", "Ctrl+N"),
            lambda: window.dialogs.open_new_ticket(),
            "Ticket",
            "create compose",
        ),
        ("window.queue", "Queue", "Ctrl+1", partial(window.toggle_pane, "queue"), "Go to", "list inbox views"),
        ("window.ticket", "Ticket", "Ctrl+2", partial(window.toggle_pane, "ticket"), "Go to", "conversation"),
        (
            "window.directory",
            "Directory",
            "Ctrl+3",
            partial(window.toggle_pane, "directory"),
            "Go to",
            "contacts people",
        ),
        (
            "window.who_handles",
            "Who handles this ticket?",
            "W",
            window.ask_who_handles,
            "Ticket",
            "desk escalate contact",
        ),
        ("window.sla", "SLA countdown", "Ctrl+4", partial(window.toggle_pane, "sla"), "Go to", "targets breaches"),
        ("window.outbox", "Outbox", "Ctrl+5", partial(window.toggle_pane, "outbox"), "Go to", "waiting conflicts"),
        (
            "window.dashboard",
            "Dashboard",
            "Ctrl+6",
            partial(window.toggle_pane, "dashboard"),
            "Go to",
            "statistics report figures supervisor",
        ),
        (
            "window.while_away",
            "While you were away…",
            "Ctrl+Shift+W",
            lambda: window.dialogs.open_while_away(),
            "Go to",
            "digest news",
        ),
        (
            "window.drafts",
            "Drafts",
            "Ctrl+7",
            lambda: window.dialogs.open_drafts(),
            "Go to",
            "unfinished replies notes versions restore discarded",
        ),
        (
            "window.decide",
            "Decide what needs you…",
            "Ctrl+D",
            window.decide,
            "Go to",
            "conflict held refused merge resolve",
        ),
        (
            "window.trip",
            "Take tickets along…",
            "Ctrl+Shift+T",
            lambda: window.dialogs.open_trip(),
            "Console",
            "offline trip travel train plane keep download with you",
        ),
        ("window.undo", "Undo the last change", "Ctrl+Z", window.undo_last, "Edit", "withdraw"),
        ("window.sync", "Sync now", "F5", window.sync_now, "Console", "refresh fetch"),
        (
            "window.sign_in",
            "Sign in again…",
            "",
            lambda: window.dialogs.open_sign_in(),
            "Console",
            "token password login",
        ),
        (
            "window.preferences",
            "Preferences…",
            "Ctrl+,",
            lambda: window.dialogs.open_preferences(),
            "Console",
            "settings",
        ),
        (
            "window.export",
            "Export everything…",
            "",
            lambda: window.dialogs.open_export(),
            "Console",
            "archive backup save leave files zip json",
        ),
        (
            "window.open_archive",
            "Open an archive…",
            "",
            lambda: window.dialogs.open_archive(),
            "Console",
            "look into export offline old help desk",
        ),
        (
            "window.lock",
            "Lock the console",
            "Ctrl+Alt+L",
            window.lock_requested.emit,
            "Console",
            "hide away passphrase privacy",
        ),
        ("window.quit", "Quit", "Ctrl+Q", window.close, "Console", "exit close"),
        ("window.reset_layout", "Arrange the panes afresh", "", window.layout_of_panes.reset, "View", "layout dock"),
        (
            "window.handbook",
            "Handbook…",
            "F1",
            lambda: window.dialogs.open_handbook(),
            "Help",
            "guide manual help chapters",
        ),
        (
            "window.packs",
            "Policy packs…",
            "",
            lambda: window.dialogs.open_packs_in_use(),
            "Help",
            "rules mistakes toml",
        ),
        ("window.keys", "Show all keys", "?", lambda: window.dialogs.open_cheat_sheet(), "Help", "shortcuts"),
        (
            "window.desk",
            "What your help desk offers…",
            "",
            lambda: window.dialogs.open_desk(),
            "Help",
            "connection capabilities lacking disabled profile",
        ),
        ("window.about", "About and diagnostics…", "", lambda: window.dialogs.open_about(), "Help", "version report"),
    )
    for id, text, key, callback, section, keywords in general:  # noqa: A001  as actions.py calls it
        actions.register(id, text, key, callback, section=section, keywords=keywords)


def allow_writing(context: WindowContext) -> None:
    """Offer a new ticket to whoever may write one; the others read why not, in menu and palette."""
    me = context.workspace.me()
    reads_only = me is not None and bool(me.reads_only)
    action = context.actions.action(NEW_TICKET)
    action.setEnabled(not reads_only)
    why = "an archive can only be read" if me is not None and me.archive else "as a reviewer you can only read"
    action.setText(f"New ticket ({why})" if reads_only else "New ticket…")
