"""A new ticket, written online or offline. What is written is kept until it is created or discarded."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QComboBox, QDialog, QWidget
from shiboken6 import isValid

from agentconsole._gen.ui_new_ticket import Ui_NewTicket
from agentconsole.domain.instant import SECOND
from agentconsole.domain.values import Priority, Ref, TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.new_ticket_form import (
    NewTicketForm,
    Requester,
    kept_form,
    somebody_new,
    unfinished_form,
)
from agentconsole.gui.dialogs.person_field import PersonField
from agentconsole.gui.panes.ticket.composing_words import undo_seconds

FORM = "new_ticket"
"""The name under which the drafts keep an unfinished ticket."""

_FORMER_SETTING = "new_ticket.draft"
"""Where it was kept before: in the settings, which are not encrypted."""

_PAUSE_MS = 500
_PRIORITIES = ((Priority.LOW, "Low"), (Priority.NORMAL, "Normal"), (Priority.HIGH, "High"), (Priority.URGENT, "Urgent"))


def take_in_former(context: WindowContext) -> None:
    """Move a form that an older console left in the settings, which anybody can read, to the drafts."""
    settings = context.workspace.settings
    former = settings.get(_FORMER_SETTING)
    if former is not None:
        content = kept_form(former).content()
        moving = context.workspace.drafts.keep_form(FORM, content)
        context.tasks.run(moving, done=lambda _nothing: settings.set(_FORMER_SETTING, None))


class NewTicket(QDialog):
    """Asks for everything a ticket needs to begin with.

    Signals:
        created: The new ticket's id (object) and the form it was made from (:class:`NewTicketForm`).
    """

    created = Signal(object, object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._settings = context.workspace.settings
        self._busy = False
        self._follows: Ref = ""
        self._form = form = Ui_NewTicket()
        form.setupUi(self)  # type: ignore[no-untyped-call]
        self.setObjectName("newTicket")
        context.icons.bind(form.kindPublic, "reply")
        context.icons.bind(form.kindInternal, "sticky-note")
        self._kinds = QButtonGroup(self)
        self._kinds.addButton(form.kindPublic)
        self._kinds.addButton(form.kindInternal)
        self._fill_choices()
        for field, need in ((form.tagsField, "tags"), (form.groupChoice, "settable:group")):
            if lack := context.workspace.tickets.lack(need):
                field.setEnabled(False)
                field.setToolTip(lack)
        self.person = PersonField(form.requesterField, context.workspace.directory, self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        self._drafts = context.workspace.drafts
        self._show(self._unfinished())
        form.draftState.setText("" if self.form().is_empty else "Restored from last time")
        self._listen()
        form.requesterField.setFocus()

    def form(self) -> NewTicketForm:
        """Return what is written now."""
        form = self._form
        return NewTicketForm(
            requester=form.requesterField.text(),
            requester_ref=self.person.chosen.ref if self.person.chosen else "",
            subject=form.subjectField.text(),
            body=form.commentText.toPlainText(),
            public=form.kindPublic.isChecked(),
            priority=str(form.priorityChoice.currentData() or ""),
            group=str(form.groupChoice.currentData() or ""),
            assignee=str(form.assigneeChoice.currentData() or ""),
            tags=form.tagsField.text(),
            follows=self._follows,
        )

    def keep(self, then: Callable[[], object] = lambda: None) -> None:
        """Remember what is written, for the next time the form opens; *then* once it is on the disk."""
        self._pause.stop()
        form = self.form()

        def done(_nothing: None) -> None:
            if not isValid(self):
                return
            self._form.draftState.setText("" if form.is_empty or form != self.form() else "Draft saved")
            then()

        def failed(_error: BaseException) -> None:
            if isValid(self):
                self._form.draftState.setText("Draft not saved yet: the disk refused it. Trying again.")
                self._pause.start()

        self._context.tasks.run(self._drafts.keep_form(FORM, form.content()), done=done, failed=failed)

    def _unfinished(self) -> NewTicketForm:
        """Return what was written the last time, here or with an older console."""
        former = self._settings.get(_FORMER_SETTING)
        if former is None:
            return unfinished_form(self._drafts.form(FORM))
        take_in_former(self._context)
        return kept_form(former)

    def submit(self) -> None:
        """Create the ticket, or say what is missing."""
        if self._busy:
            return
        form = self.form()
        where, why = form.problem()
        self._form.problemText.setText(why)
        if where:
            field: QWidget = getattr(self._form, where)
            field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        person = self.person.chosen or somebody_new(form.requester)
        seconds = undo_seconds(self._settings.get("undo_send_seconds", 5))
        self._set_busy(busy=True)
        self._context.tasks.run(
            self._context.workspace.tickets.create(
                form.subject.strip(),
                form.body.strip(),
                requester=person.ref or None if person else None,
                requester_name=person.name if person else "",
                requester_email=person.email if person else "",
                public=form.public,
                follows=form.follows or None,
                values=form.values(),
                tags=form.tag_list(),
                delay=seconds * SECOND,
            ),
            done=lambda ticket: self._done(ticket, form),
            failed=self._failed,
        )

    def done(self, result: int) -> None:
        """Close; what was not created is kept first, and the form stays open while the disk refuses that."""
        if self._pause.isActive():
            self.keep(lambda: QDialog.done(self, result))
        else:
            super().done(result)

    def _done(self, ticket: TicketId, form: NewTicketForm) -> None:
        self._empty()
        self.created.emit(ticket, form)
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self._set_busy(busy=False)
        title = str(getattr(error, "title", "")) or "The ticket could not be saved"
        advice = str(getattr(error, "advice", "")) or "What you wrote is still here. Try again."
        self._form.problemText.setText(f"{title}. {advice}")

    def _discard(self) -> None:
        self._empty()
        self.reject()

    def _empty(self) -> None:
        self._show(NewTicketForm())
        self.keep()

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self._form.createButton.setEnabled(not busy)

    # Filling and reading

    def _fill_choices(self) -> None:
        form, tickets, me = self._form, self._context.workspace.tickets, self._context.workspace.me()
        form.priorityChoice.addItem("No priority", "")
        for priority, title in _PRIORITIES:
            form.priorityChoice.addItem(title, priority.value)
        form.groupChoice.addItem("No group", "")
        for group in tickets.groups():
            form.groupChoice.addItem(group.title, group.ref)
        form.assigneeChoice.addItem("Unassigned", "")
        agents = tickets.agents()
        mine = [agent for agent in agents if me is not None and agent.ref == me.ref]
        for agent in mine:
            form.assigneeChoice.addItem(f"{agent.title} (you)", agent.ref)
        for agent in agents:
            if agent not in mine:
                form.assigneeChoice.addItem(agent.title, agent.ref)

    def _show(self, kept: NewTicketForm) -> None:
        form = self._form
        known = Requester(kept.requester_ref, kept.requester, "") if kept.requester_ref else None
        self.person.show_person(kept.requester, known)
        form.subjectField.setText(kept.subject)
        form.commentText.setPlainText(kept.body)
        (form.kindPublic if kept.public else form.kindInternal).setChecked(True)
        for choice, value in (
            (form.priorityChoice, kept.priority),
            (form.groupChoice, kept.group),
            (form.assigneeChoice, kept.assignee),
        ):
            _choose(choice, value)
        form.tagsField.setText(kept.tags)
        self._follows = kept.follows
        self.setWindowTitle(f"Follow-up of #{kept.follows}" if kept.follows else "New ticket")
        form.problemText.clear()
        self._tell_kind()
        self._tell_person()

    def _listen(self) -> None:
        form = self._form
        self.person.changed.connect(self._tell_person)
        form.kindPublic.toggled.connect(self._tell_kind)
        for signal in (
            self.person.changed,
            form.subjectField.textEdited,
            form.commentText.textChanged,
            form.kindPublic.toggled,
            form.priorityChoice.activated,
            form.groupChoice.activated,
            form.assigneeChoice.activated,
            form.tagsField.textEdited,
        ):
            signal.connect(self._edited)
        form.createButton.clicked.connect(self.submit)
        form.closeButton.clicked.connect(self.reject)
        form.discardButton.clicked.connect(self._discard)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.submit)

    def _edited(self) -> None:
        self._form.problemText.clear()
        self._form.draftState.clear()
        self._pause.start()

    def _tell_kind(self) -> None:
        public = self._form.kindPublic.isChecked()
        self._form.kindHint.setText("The requester gets it by e-mail" if public else "Only your team sees it")
        for button in (self._form.kindPublic, self._form.kindInternal):
            button.style().polish(button)

    def _tell_person(self) -> None:
        text, chosen = self._form.requesterField.text(), self.person.chosen
        new = None if chosen else somebody_new(text)
        if chosen is not None:
            words = "Known to the help desk"
        elif new is not None:
            words = f"New to the help desk: {new.name}, {new.email}"
        elif text.strip():
            words = "Choose from the list, or add an e-mail address in < > for somebody new"
        else:
            words = "Who asks for help"
        self._form.requesterHint.setText(words)


def _choose(choice: QComboBox, value: str) -> None:
    choice.setCurrentIndex(max(choice.findData(value), 0))
