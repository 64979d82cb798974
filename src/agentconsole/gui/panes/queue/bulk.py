"""Changing many tickets at once: what can be set, and the bar that floats over the list while rows are selected."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from agentconsole.domain.rows import Choice
from agentconsole.domain.values import Priority, Status, TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.models.views_model import tickets_in_words
from agentconsole.gui.panes.ticket.composing_words import undo_delay
from agentconsole.gui.panes.ticket.guidance.demand_guard import DemandGuard
from agentconsole.gui.typed_menu import TypedMenu

STATUSES = (
    (Status.OPEN, "Open"),
    (Status.PENDING, "Pending"),
    (Status.HOLD, "On hold"),
    (Status.SOLVED, "Solved"),
    (Status.CLOSED, "Closed"),
)
PRIORITIES = (
    (Priority.URGENT, "Urgent"),
    (Priority.HIGH, "High"),
    (Priority.NORMAL, "Normal"),
    (Priority.LOW, "Low"),
)
CLOSED = "Closed tickets can't be changed; a new reply needs a follow-up ticket."
NOT_SOLVED = "Only a solved ticket can be closed. Press E to solve it."
NOBODY = Choice(ref="", title="Nobody")


class BulkEdit(QObject):
    """Sets fields of several tickets in one batch, which one undo takes back.

    *tickets* tells which ones; a reviewer may not change any, and is told why.
    """

    def __init__(self, context: WindowContext, tickets: Callable[[], list[TicketId]], parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._tickets = tickets
        self._widget = parent
        self._guard = DemandGuard(context, parent)

    @property
    def refusal(self) -> str:
        """Why nothing can be changed here, "" when it can."""
        me = self._context.workspace.me()
        if me is None or not me.reads_only:
            return ""
        if me.archive:
            return "Tickets in an archive can't be changed."
        return "Reviewers read tickets and can't change them."

    def _open_ones(self, tickets: Sequence[TicketId]) -> list[TicketId]:
        """Return which of *tickets* can still be changed: the closed ones can't."""
        rows = self._context.workspace.queue.rows(tickets)
        closed = {row.id for row in rows if row.status is Status.CLOSED}
        return [ticket for ticket in tickets if ticket not in closed]

    def no_closing(self) -> str:
        """Why none of the tickets can be closed, "" when one can: only solved ones can."""
        tickets = self._tickets()
        if not self._open_ones(tickets):
            return CLOSED
        return self._context.workspace.tickets.no_closing() or ("" if self._solved(tickets) else NOT_SOLVED)

    def _no_status(self, status: Status) -> str:
        """Why none of the tickets can get *status*, "" when one can."""
        if status is Status.CLOSED:
            return self.no_closing()
        return self._context.workspace.tickets.lack(f"statuses:{status}")

    def _solved(self, tickets: Sequence[TicketId]) -> list[TicketId]:
        solved = {row.id for row in self._context.workspace.queue.rows(tickets) if row.status is Status.SOLVED}
        return [ticket for ticket in tickets if ticket in solved]

    def set_status(self, status: Status) -> None:
        """Set the status of the tickets; what their lifecycle wants to be done before is asked first.

        Of several tickets those that are solved are closed, and the others left alone.
        """
        tickets = self._tickets()
        if not tickets or not self._may():
            return
        if status is Status.CLOSED:
            if refusal := self.no_closing():
                self._context.messages.tell("Not closed", refusal)
                return
            chosen, left_alone = self._solved(tickets), "not solved"
        else:
            chosen, left_alone = self._open_ones(tickets), "closed"
        done = "closed" if status is Status.CLOSED else f"set to {dict(STATUSES)[status].lower()}"
        skipped = len(tickets) - len(chosen)
        said = done + (f", {skipped:,} {left_alone} skipped" if skipped else "")

        def go() -> None:
            delay = undo_delay(self._context, len(chosen), status)
            work = self._context.workspace.tickets.set_fields(chosen, {"status": status.value}, delay=delay)
            words = f"{tickets_in_words(len(chosen))} {said}"
            self._context.tasks.run(work, lambda batch: self._context.messages.undoable(words, batch))

        self._guard.ask_all(chosen, status, go)

    def set_priority(self, priority: Priority) -> None:
        """Set the priority of the tickets."""
        self._set({"priority": priority.value}, f"set to {priority.value} priority")

    def assign(self, agent: Choice) -> None:
        """Give the tickets to *agent*, or to nobody."""
        self._set({"assignee": agent.ref or None}, f"assigned to {agent.title}" if agent.ref else "unassigned")

    def assign_to_me(self) -> None:
        """Give the tickets to whoever is signed in."""
        me = self._context.workspace.me()
        if me is not None:
            self._set({"assignee": me.ref}, "assigned to you")

    def move_to(self, group: Choice) -> None:
        """Give the tickets to *group*."""
        self._set({"group": group.ref}, f"moved to {group.title}")

    def change_tags(self, text: str) -> None:
        """Add the tags named in *text* and remove those with a minus before them."""
        words = text.replace(",", " ").split()
        add = [word.lstrip("+") for word in words if not word.startswith("-") and word.lstrip("+")]
        remove = [word[1:] for word in words if word.startswith("-") and len(word) > 1]
        tickets = self._tickets()
        if tickets and (add or remove) and self._may():
            tickets = self._open_ones(tickets)
            done = ", ".join([*(f"+{tag}" for tag in add), *(f"−{tag}" for tag in remove)])
            delay = undo_delay(self._context, len(tickets))
            work = self._context.workspace.tickets.change_tags(tickets, add, remove, delay=delay)
            self._run(work, tickets, f"tagged {done}")

    def _set(self, values: dict[str, Any], done: str) -> None:
        tickets = self._tickets()
        if tickets and self._may():
            tickets = self._open_ones(tickets)
            delay = undo_delay(self._context, len(tickets))
            self._run(self._context.workspace.tickets.set_fields(tickets, values, delay=delay), tickets, done)

    def _may(self) -> bool:
        refusal, tickets = self.refusal, self._tickets()
        if not refusal and tickets and not self._open_ones(tickets):
            refusal = CLOSED
        if refusal:
            self._context.messages.tell("Nothing was changed", refusal)
            self._context.actions.ignore_writing()
        return not refusal

    def _run(self, work: Coroutine[Any, Any, str], tickets: Sequence[TicketId], done: str) -> None:
        skipped = max(len(self._tickets()) - len(tickets), 0)
        said = f"{tickets_in_words(len(tickets))} {done}" + (f", {skipped:,} closed skipped" if skipped else "")
        self._context.tasks.run(work, lambda batch: self._context.messages.undoable(said, batch))

    # Asking what to set

    def status_menu(self, parent: QWidget) -> QMenu:
        """Return a menu of statuses."""
        menu = TypedMenu(parent)
        for status, title in STATUSES:
            action = menu.addAction(title, partial(self.set_status, status))
            if refusal := self._no_status(status):
                action.setEnabled(False)
                action.setToolTip(refusal)
        menu.setToolTipsVisible(True)
        return menu

    def priority_menu(self, parent: QWidget) -> QMenu:
        """Return a menu of priorities."""
        menu = TypedMenu(parent)
        for priority, title in PRIORITIES:
            menu.addAction(title, partial(self.set_priority, priority))
        return menu

    def menu(
        self, corner: QPoint, open_ticket: Callable[[], object] | None, merge: Callable[[], object] | None = None
    ) -> QMenu:
        """Return a menu of all that can be done; further questions open at *corner*. It deletes itself.

        *open_ticket* and *merge* are about one ticket: None when there are several.
        """
        menu = TypedMenu(self._widget)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if open_ticket is not None:
            menu.addAction("Open", open_ticket)
            menu.addSeparator()
        changes: list[tuple[QAction, str]] = []
        for title, part in (("Status", self.status_menu(menu)), ("Priority", self.priority_menu(menu))):
            part.setTitle(title)
            changes.append((menu.addMenu(part), f"settable:{title.lower()}"))
        changes.append((menu.addAction("Assign to…", lambda: self.ask_assignee(corner)), "settable:assignee"))
        changes.append((menu.addAction("Move to group…", lambda: self.ask_group(corner)), "settable:group"))
        changes.append((menu.addAction("Tags…", self.ask_tags), "tags"))
        if merge is not None:
            menu.addSeparator()
            changes.append((menu.addAction("Merge into another ticket…", merge), "merge"))
        for action, needs in changes:
            refusal = self.refusal or self._context.workspace.tickets.lack(needs)
            action.setEnabled(not refusal)
            action.setToolTip(refusal)
        menu.setToolTipsVisible(True)
        return menu

    def ask_status(self, corner: QPoint) -> None:
        """Ask which status the tickets get."""
        hints = {Status.CLOSED: "Final"}
        offered = [(each, title, hints.get(each, ""), self._no_status(each)) for each, title in STATUSES]
        self._choose("Set status…", offered, self.set_status, corner)

    def ask_priority(self, corner: QPoint) -> None:
        """Ask which priority the tickets get."""
        self._choose("Set priority…", PRIORITIES, self.set_priority, corner)

    def ask_assignee(self, corner: QPoint) -> None:
        """Ask whom to give the tickets to."""
        me = self._context.workspace.me()
        agents = self._context.workspace.tickets.agents()
        mine = [agent for agent in agents if me is not None and agent.ref == me.ref]
        others = [agent for agent in agents if agent not in mine]
        people = [(agent, agent.title, agent.detail) for agent in (*mine, NOBODY, *others)]
        self._choose("Assign to…", people, self.assign, corner)

    def ask_group(self, corner: QPoint) -> None:
        """Ask which group gets the tickets."""
        groups = [(group, group.title, group.detail) for group in self._context.workspace.tickets.groups()]
        self._choose("Move to group…", groups, self.move_to, corner)

    def _choose(
        self, title: str, choices: Sequence[tuple[Any, ...]], chosen: Callable[[Any], object], corner: QPoint
    ) -> None:
        """Let the agent choose one of *choices* at *corner*: (value, words), then hint and refusal if they have one."""
        if not self._may():
            return
        # whoever only opens the window should not wait for what one key may ask later
        from agentconsole.gui.panes.ticket.choice_popup import ChoicePopup, Option

        options = [Option(words, value, *hint) for value, words, *hint in choices]
        popup = ChoicePopup(title, options, None, self._widget)
        popup.chosen.connect(chosen)
        popup.open_under(self._widget)
        screen = self._widget.screen().availableGeometry()
        popup.resize(300, popup.height())
        popup.move(
            max(screen.left(), min(corner.x(), screen.right() - popup.width())),
            max(screen.top(), min(corner.y(), screen.bottom() - popup.height())),
        )

    def ask_tags(self) -> None:
        """Ask for tags to add and to remove."""
        if not self._may():
            return
        # a dialog's type costs milliseconds to make; the window should not wait for it
        from agentconsole.gui.dialogs.line_question import LineQuestion

        why = f"Tags to add to {tickets_in_words(len(self._tickets()))}, with blanks between them; “-tag” removes one."
        dialog = LineQuestion("Change tags", why, "Change tags", self._widget)
        dialog.setObjectName("queueTagsDialog")
        dialog.answered.connect(self.change_tags)
        dialog.open()


class BulkBar(QFrame):
    """Floats over the foot of the list while several rows are selected.

    Signals:
        dismissed: Take the selection away.
    """

    dismissed = Signal()

    def __init__(self, context: WindowContext, edit: BulkEdit, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("queueBulkBar")
        self.setProperty("look", "card")
        self._edit = edit
        self._count = QLabel(self)
        self._count.setObjectName("queueBulkCount")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.setSpacing(4)
        layout.addWidget(self._count)
        layout.addSpacing(8)
        self._buttons: list[QPushButton] = []
        for name, title, ask in (
            ("queueBulkStatus", "Status", edit.ask_status),
            ("queueBulkPriority", "Priority", edit.ask_priority),
            ("queueBulkAssignee", "Assignee", edit.ask_assignee),
            ("queueBulkGroup", "Group", edit.ask_group),
        ):
            button = self._button(name, title)
            button.clicked.connect(lambda _on, ask=ask, button=button: ask(_above(button)))
        self._button("queueBulkTags", "Tags").clicked.connect(lambda: edit.ask_tags())
        close = QToolButton(self)
        close.setObjectName("queueBulkClose")
        close.setAccessibleName("Clear the selection")
        close.setToolTip("Clear the selection (Esc)")
        context.icons.bind(close, "x")
        close.clicked.connect(self.dismissed)
        layout.addWidget(close)
        self.hide()

    def _button(self, name: str, title: str) -> QPushButton:
        button = QPushButton(title, self)
        button.setObjectName(name)
        button.setAccessibleName(f"Change {title.lower()} of the selected tickets")
        button.setProperty("look", "quiet")
        layout = self.layout()
        assert layout is not None
        layout.addWidget(button)
        self._buttons.append(button)
        return button

    def show_count(self, count: int) -> None:
        """Show the bar for *count* selected rows; below two it goes away."""
        self._count.setText(f"<b>{count:,}</b> selected")
        refusal = self._edit.refusal
        for button in self._buttons:
            button.setEnabled(not refusal)
            button.setToolTip(refusal)
        self.setVisible(count > 1)
        self.place()

    def place(self) -> None:
        """Keep to the middle of the parent's foot."""
        parent = self.parentWidget()
        if parent is not None and self.isVisible():
            self.adjustSize()
            width = min(self.width(), parent.width() - 16)
            self.setGeometry((parent.width() - width) // 2, parent.height() - self.height() - 16, width, self.height())
            self.raise_()


def _above(button: QWidget) -> QPoint:
    return button.mapToGlobal(QPoint(0, button.height() + 4))
