"""The window: it puts panes into docks and connects what they tell with what others can do. Nothing else."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QWidget

from agentconsole._gen.ui_main_window import Ui_MainWindow
from agentconsole.domain.changes import Change
from agentconsole.domain.rows import OutboxRow
from agentconsole.domain.values import TicketId
from agentconsole.gui.appearance import Appearance
from agentconsole.gui.context import WindowContext
from agentconsole.gui.first_paint import FirstPaint
from agentconsole.gui.late_toasts import LateToasts
from agentconsole.gui.pane_builders import pane_or_error
from agentconsole.gui.pane_layout import PaneLayout
from agentconsole.gui.pane_title import give_title
from agentconsole.gui.preview import QueuePreview
from agentconsole.gui.rail import WindowRail
from agentconsole.gui.whereabouts import Whereabouts, return_to_work
from agentconsole.gui.window_actions import allow_writing, register_window_actions

if TYPE_CHECKING:
    from agentconsole.gui.profile_form import Connect
    from agentconsole.gui.undo import Undo
    from agentconsole.gui.window_dialogs import WindowDialogs

PANES = ("queue", "ticket", "directory", "sla", "outbox", "dashboard")
"""The short names of what can be shown; the dock of "queue" is ``queuePane``."""

_STATUS_HEIGHT = 30
"""Pixels that the sentence of the status bar takes, which comes after the first frame: no pane may move then."""

HOME_OF_FOCUS = {
    "queue": ("queueView", "queueSearch"),
    "ticket": ("conversationView", "replyEditor"),
    "directory": ("directorySearch", "directoryView"),
    "sla": ("slaView",),
    "outbox": ("outboxView",),
    "dashboard": ("dashboardTile_open",),
}
"""Which control of a pane takes the keyboard when the agent goes there, the first that exists and can."""


class MainWindow(QMainWindow):
    """One open profile on the screen.

    Attributes:
        layout_of_panes: Which panes are where; remembers it.

    Signals:
        close_requested: The agent wants to leave. Whoever owns the window awaits :meth:`may_leave`, then
            :meth:`finish`, and then deletes it.
        lock_requested: The agent wants nothing of this to be seen or read until they are back.
        wipe_requested: Everything of this profile is to be removed; the agent has confirmed it.
    """

    close_requested = Signal()
    lock_requested = Signal()
    wipe_requested = Signal()

    def __init__(self, context: WindowContext, connect: Connect | None = None) -> None:
        """*connect* tries a new token when the agent signs in again; without it that is not offered."""
        super().__init__()
        self._context = context
        self._finishing = False
        self._panes: dict[str, QWidget] = {}
        self._later: list[str] | None = []
        self._form = Ui_MainWindow()
        self._form.setupUi(self)  # type: ignore[no-untyped-call]
        context.actions.attach(self)

        docks = {name: getattr(self._form, f"{name}Pane") for name in PANES}
        self._whereabouts = Whereabouts(context)
        self.layout_of_panes = PaneLayout(self, docks, context.workspace.settings, self._furnish)
        self.layout_of_panes.changed.connect(self._panes_changed)

        self._connect = connect
        self.preview = QueuePreview(context.workspace.settings, self._may_preview, self._show_preview, self)
        self._toasts = LateToasts(context, self)
        self._form.statusBar.setMinimumHeight(_STATUS_HEIGHT)
        register_window_actions(self, context.actions)
        for name in PANES:
            context.actions.action(f"window.{name}").setCheckable(True)
        allow_writing(context)
        self._appearance = Appearance(context, self._form.menuBar)
        self._rail = WindowRail(self._form.rail, context.theming, context.icons, context.actions.action)
        context.bridge.changed.connect(self._changed)
        context.bridge.frames.watch(self)
        self.layout_of_panes.start()
        self._form.rail.setVisible(True)
        self._form.banners.hide()
        self._name_window()
        FirstPaint(self).painted.connect(self._furnish_rest)

    @cached_property
    def dialogs(self) -> WindowDialogs:
        """What opens over the window."""
        from agentconsole.gui.window_dialogs import WindowDialogs

        ours = (self.open_ticket, self.open_view, self.go_to_ticket)
        dialogs = WindowDialogs(self, self._context, *ours, self._connect)
        dialogs.edit_asked.connect(self.edit_again)
        dialogs.write_asked.connect(self.write_on)
        dialogs.lock_asked.connect(self.lock_requested)
        dialogs.wipe_asked.connect(self.wipe_requested)
        return dialogs

    @cached_property
    def _undo(self) -> Undo:
        from agentconsole.gui.undo import Undo

        context, workspace = self._context, self._context.workspace
        undo = Undo(lambda: workspace.tickets, context.tasks, context.messages, self, outbox=lambda: workspace.outbox)
        undo.undone.connect(self.dialogs.undone)
        return undo

    # What others may ask of the window

    def undo_last(self) -> None:
        """Take back what the agent did last."""
        self._undo.undo_last()

    def show_pane(self, name: str) -> None:
        """Show the pane *name*, one of :data:`PANES`, and give it the keyboard."""
        self.layout_of_panes.reveal(name)
        self._furnish_now(name)
        self._focus(name)

    def toggle_pane(self, name: str) -> None:
        """Show the pane *name*, go to it when it is shown already, and hide it when the keyboard is in it."""
        if self.layout_of_panes.is_open(name) and name != "queue" and self._has_keyboard(self._dock(name)):
            self.layout_of_panes.conceal(name)
            self._focus("queue")
        else:
            self.show_pane(name)

    def open_ticket(self, ticket: TicketId) -> None:
        """Show *ticket* in the ticket pane. The keyboard stays where it is unless its pane had to give way."""
        self.layout_of_panes.reveal("ticket")
        self._furnish_now("ticket")
        pane: Any = self._panes["ticket"]
        if hasattr(pane, "show_ticket"):
            pane.show_ticket(ticket)
        self._tell_directory()
        self.mark_in_queue(ticket)
        self.preview.cancel()
        if self.layout_of_panes.is_narrow:
            self._focus("ticket")

    def write_on(self, ticket: TicketId, public: bool) -> None:
        """Open *ticket* and give the keyboard to its begun reply (*public*) or note."""
        self.open_ticket(ticket)
        self._focus("ticket")
        pane: Any = self._panes["ticket"]
        if hasattr(pane, "write_on"):
            # once the pane has its size: what is written is then in sight
            QTimer.singleShot(0, pane, lambda: pane.write_on(public=public))

    def decide(self) -> None:
        """Show what needs a decision, one change after the other."""
        self.dialogs.open_decisions()

    def go_to_ticket(self, ticket: TicketId) -> None:
        """Show *ticket* and give it the keyboard: who asked for it by its number means it, not the queue's row."""
        self.open_ticket(ticket)
        self._focus("ticket")

    def show_contact(self, pack: str, contact: str) -> None:
        """Show the contact with this id of *pack* in the directory."""
        self.show_pane("directory")
        directory: Any = self._panes["directory"]
        if hasattr(directory, "show_contact"):
            directory.show_contact(pack, contact)

    def ask_who_handles(self) -> None:
        """Show in the directory who handles the ticket that is open, or else the one under the queue's cursor."""
        queue: Any = self._panes.get("queue")
        if self._has_keyboard(self._dock("queue")):
            self.open_meant()
        ticket = self.shown_ticket
        if ticket is None and hasattr(queue, "table"):
            ticket = queue.table.current_ticket()
        self.show_pane("directory")
        directory: Any = self._panes["directory"]
        if hasattr(directory, "ask_who_handles"):
            directory.ask_who_handles(ticket)

    def open_view(self, key: str) -> None:
        """Show the view *key* in the queue."""
        self.show_pane("queue")
        queue: Any = self._panes["queue"]
        if hasattr(queue, "open_view"):
            queue.open_view(key)

    def search_for(self, query: str) -> None:
        """Show the tickets of *query* in the queue, whatever view is open there."""
        self.show_pane("queue")
        queue: Any = self._panes["queue"]
        if hasattr(queue, "search_for"):
            queue.search_for(query)

    def search(self) -> None:
        """Take the keyboard to the field in which tickets are searched."""
        self.layout_of_panes.back()
        queue: Any = self._panes.get("queue")
        if hasattr(queue, "focus_search"):
            queue.focus_search()

    def queue_place(self) -> tuple[str, str]:
        """Return the queue's view and what is searched there."""
        queue: Any = self._panes.get("queue")
        return (queue.view, queue.search.text()) if hasattr(queue, "search_for") else ("", "")

    def go_to_queue(self, view: str, searched: str) -> None:
        """Show *view* in the queue, and there what answers *searched*; the keyboard stays where it is."""
        queue: Any = self._panes.get("queue")
        if hasattr(queue, "search_for"):
            if view:
                queue.open_view(view)
            if searched:
                queue.search_for(searched)

    @property
    def shows_wallboard(self) -> bool:
        """Whether a wallboard hangs there, which is meant to be left alone."""
        return any(board.isVisible() for board in self.findChildren(QWidget, "wallboard"))

    def sync_now(self) -> None:
        """Exchange with the help desk now, or ask for what that needs."""
        sync = self._context.workspace.sync
        status = sync.status()
        if status.needs_login:
            self.dialogs.open_sign_in()
        elif status.phase == "stopped":
            sync.start()
        else:
            sync.nudge()

    def pane(self, name: str) -> QWidget | None:
        """Return what stands in the dock *name*, or None before it was first shown."""
        return self._panes.get(name)

    def finish(self, *, coming_back: bool = False) -> Awaitable[None]:
        """Save what the panes hold and the layout; await the result before anything is torn down.

        *coming_back*: the next window opens where this one was.
        """
        self._finishing = True
        self._flush()
        if "dialogs" in vars(self):
            self.dialogs.leave()
        self.layout_of_panes.save()
        self._whereabouts.left(coming_back=coming_back)
        return self._context.tasks.settled(within=3.0)

    def keep_words(self) -> Awaitable[None]:
        """Save everything that is being written; before the window is locked, signed out or taken to another profile.

        Await the result before the store goes away.
        """
        self.save_words()
        return self._context.tasks.settled(within=3.0)

    def save_words(self) -> None:
        """Begin to save everything that is being written; returns at once."""
        self._flush()
        if "dialogs" in vars(self):
            self.dialogs.keep()

    def may_leave(self) -> Awaitable[bool]:
        """Say whether the window may be closed: words that can't be saved are not dropped without asking."""
        from agentconsole.gui.leaving import may_leave

        self._flush()
        return may_leave(self._context.tasks, lambda: self.holds_unsaved, self)

    @property
    def holds_unsaved(self) -> bool:
        """Whether there are words that are not on the disk."""
        return any(getattr(pane, "holds_unsaved", False) for pane in self._panes.values())

    def _flush(self) -> None:
        for pane in self._panes.values():
            flush = getattr(pane, "flush", None)
            if callable(flush):
                flush()

    # Qt's calls

    def createPopupMenu(self) -> QMenu | None:
        """Offer no menu of Qt's own: it would show and hide docks behind the layout's back."""
        return None

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the owner instead of closing: what is unsaved must be saved first."""
        if self._finishing:
            event.accept()
        else:
            event.ignore()
            self.close_requested.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the panes to the new width."""
        super().resizeEvent(event)
        self.layout_of_panes.width_changed()

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the panes to the size that the window was given before it was shown; start at the queue."""
        super().showEvent(event)
        self.layout_of_panes.width_changed()
        if self.focusWidget() is None:
            self._focus("queue")

    # Building

    def _dock(self, name: str) -> QDockWidget:
        dock: QDockWidget = getattr(self._form, f"{name}Pane")
        return dock

    def _furnish(self, name: str) -> None:
        """Put the pane into its dock when it is shown for the first time; before the first frame, only the queue's.

        The others follow as soon as the agent sees their queue: it is what they wait for.
        """
        if self._later is not None and name != "queue":
            self._later.append(name)
            # so that no title moves when the pane comes
            give_title(self._dock(name), self._context.icons)
        else:
            self._furnish_now(name)

    def _furnish_rest(self) -> None:
        """Build what the first frame did not wait for, one pane at a time."""
        from agentconsole.gui.banners import Banners
        from agentconsole.gui.menus import Menus
        from agentconsole.gui.status_bar import StatusSentence
        from agentconsole.gui.while_away import WhileAway

        # from now on it listens to what is done
        _ = self._undo
        status = StatusSentence(self._context, self._form.statusBar)
        status.sync_requested.connect(self.sync_now)
        status.outbox_requested.connect(self._show_needs)
        self._rail.count_waiting(self._context.workspace.sync.status())
        names, self._later = self._later or [], None
        # the ticket's too where it has no room yet: its keys answer what is under the queue's cursor
        for name in (*names, "ticket"):
            self._furnish_now(name)
        # once all panes have said what they can do; whatever fails from here on, there are menus
        Menus(self._form, self._context.actions)
        queue: Any = self._panes.get("queue")
        if hasattr(queue, "furnish"):
            queue.furnish()
        self._toasts.build()
        away = WhileAway(self._context, self)
        self.dialogs.away = away
        Banners(self._context, away, self._form.banners)
        self._context.tasks.run(self._context.workspace.directory.prepare())
        return_to_work(self, self._whereabouts.before, self._context.messages)
        self._context.actions.refused.connect(self._context.messages.tell)
        self._refuse_what_is_lacking()
        from agentconsole.gui.pack_news import PackNews

        PackNews(self._context, self)

    def _furnish_now(self, name: str) -> None:
        if name in self._panes:
            return
        dock = self._dock(name)
        pane = self._panes[name] = pane_or_error(name, self._context, self, dock, lambda: self._rebuild(name))
        give_title(dock, self._context.icons)
        dock.setWidget(pane)

    def _rebuild(self, name: str) -> None:
        broken = self._panes.pop(name)
        self._furnish_now(name)
        broken.deleteLater()

    # Reacting

    def _changed(self, change: Change) -> None:
        if self._later is None and (change.everything or change.topics & {"outbox", "sync"}):
            self._rail.count_waiting(self._context.workspace.sync.status())
        if "settings" in change.topics or "people" in change.topics:
            self._name_window()
            allow_writing(self._context)
            self._refuse_what_is_lacking()

    def _refuse_what_is_lacking(self) -> None:
        """Disable what this help desk can't do; before the first frame there is nothing to disable yet."""
        if self._later is None:
            from agentconsole.gui.offered import refuse_what_is_lacking

            refuse_what_is_lacking(self._context)

    def _show_needs(self) -> None:
        """Show in the outbox what needs the agent; Enter decides there."""
        self.show_pane("outbox")
        pane: Any = self._panes["outbox"]
        if hasattr(pane, "show_view"):
            from agentconsole.domain.outbox_views import OutboxView

            pane.show_view(OutboxView.NEEDS_YOU)

    def _name_window(self) -> None:
        me = self._context.workspace.me()
        # the program's name comes after it by itself
        self.setWindowTitle(me.profile if me else "")

    def _panes_changed(self) -> None:
        for name in PANES:
            self._context.actions.action(f"window.{name}").setChecked(self.layout_of_panes.is_open(name))
        ticket: Any = self._panes.get("ticket")
        if hasattr(ticket, "show_back"):
            ticket.show_back(self.layout_of_panes.is_narrow)

    def _focus(self, name: str) -> None:
        pane = self._panes.get(name)
        if pane is None:
            return
        self.activateWindow()
        for wanted in HOME_OF_FOCUS[name]:
            found = pane.findChild(QWidget, wanted)
            if found is not None and not found.isHidden() and found.isEnabled():
                found.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return
        pane.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _has_keyboard(self, part: QWidget) -> bool:
        focused = self.focusWidget()
        # None while nothing has the focus, which Qt's type hints don't say
        return isinstance(focused, QWidget) and part.isAncestorOf(focused)  # type: ignore[redundant-expr]

    def go_back(self) -> None:
        self.layout_of_panes.back()
        self._focus("queue")

    def open_next(self, ticket: TicketId) -> None:
        """After a ticket is done with, the next one of the queue is ready."""
        queue: Any = self._panes.get("queue")
        following = queue.next_ticket(ticket) if hasattr(queue, "next_ticket") else None
        if following is None:
            self.go_back()
        else:
            self.open_ticket(following)
            # not in the editor: the next letter must be a command, not the first of a reply to somebody else
            self._focus("ticket")

    def _may_preview(self) -> bool:
        """Only beside the queue, and while the agent walks through it: elsewhere it would take away what they see."""
        beside = self.layout_of_panes.is_open("ticket") and not self.layout_of_panes.is_narrow
        return beside and self._has_keyboard(self._dock("queue"))

    def _show_preview(self, ticket: TicketId) -> None:
        pane: Any = self._panes.get("ticket")
        if hasattr(pane, "preview_ticket"):
            pane.preview_ticket(ticket)
            self._tell_directory()

    def open_meant(self) -> None:
        """From the queue one answers the ticket under its cursor, whichever was opened before."""
        queue: Any = self._panes.get("queue")
        if hasattr(queue, "table") and self._has_keyboard(self._dock("queue")):
            under_cursor = queue.table.current_ticket()
            if under_cursor is not None:
                self.open_ticket(under_cursor)
        self.layout_of_panes.reveal("ticket")

    def edit_again(self, change: OutboxRow) -> None:
        self.open_ticket(change.ticket)
        self._focus("ticket")
        pane: Any = self._panes["ticket"]
        if hasattr(pane, "edit_again"):
            # once the pane has its size: the editor opens at its field
            QTimer.singleShot(0, pane, lambda: pane.edit_again(change))

    def _tell_directory(self) -> None:
        """Let the directory tell regional hours, tiers and "who handles" for the ticket that the agent sees."""
        directory: Any = self._panes.get("directory")
        if hasattr(directory, "show_ticket"):
            directory.show_ticket(self.shown_ticket)

    @property
    def shown_ticket(self) -> TicketId | None:
        """The ticket in the ticket pane."""
        return getattr(self._panes.get("ticket"), "ticket", None)

    def mark_in_queue(self, ticket: TicketId) -> None:
        """Let the queue's cursor follow, so that "next" means next to what the agent sees."""
        queue: Any = self._panes.get("queue")
        if hasattr(queue, "select_ticket"):
            queue.select_ticket(ticket)
