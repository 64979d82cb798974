"""Merges a ticket into another one: which, what that does, and how long it can be taken back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QListWidgetItem, QWidget

from agentconsole._gen.ui_merge_ticket import Ui_MergeTicket
from agentconsole.domain.instant import SECOND
from agentconsole.domain.rows import DirectoryRow, QueueRow, TicketDetail
from agentconsole.domain.values import Status, TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.choice_items import HINT, ChoiceItems
from agentconsole.gui.panes.ticket.composing_words import undo_seconds
from agentconsole.gui.panes.ticket.wording import STATUS_WORDS
from agentconsole.gui.spoken_time import ago

_TICKET = Qt.ItemDataRole.UserRole
_MOST = 30


class MergeTicket(QDialog):
    """Asks which ticket *source* belongs to.

    Signals:
        merged: The target (object: its id), what was done in words, and the batch that undoes it.
    """

    merged = Signal(object, str, str)

    def __init__(self, context: WindowContext, source: TicketDetail, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._source = source
        self._recent = self._recent_tickets()
        self._target: QueueRow | None = None
        self._busy = False
        self._form = form = Ui_MergeTicket()
        form.setupUi(self)  # type: ignore[no-untyped-call]
        self.setObjectName("mergeTicket")
        form.mergeTitle.setText(f"Merge #{source.ref} into another ticket")
        form.sourceText.setText(source.subject)
        form.sourceText.setTextFormat(Qt.TextFormat.PlainText)
        form.targetField.textChanged.connect(self._narrow)
        form.targetField.installEventFilter(self)
        form.targetField.returnPressed.connect(self.merge)
        form.targetList.setItemDelegate(ChoiceItems(form.targetList, ticks=False))
        form.targetList.currentItemChanged.connect(lambda _now, _before: self._choose_current())
        form.targetList.itemActivated.connect(lambda _item: self.merge())
        form.closeButton.clicked.connect(self.reject)
        form.mergeButton.clicked.connect(self.merge)
        for button in (form.closeButton, form.mergeButton):
            button.setAutoDefault(False)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.merge)
        self._narrow("")
        form.targetField.setFocus()

    @property
    def target(self) -> TicketId | None:
        """The ticket that is chosen."""
        return self._target.id if self._target else None

    def propose(self, target: TicketId) -> None:
        """Have *target* chosen, for the agent to confirm."""
        rows = self._context.workspace.queue.rows([target])
        if rows and rows[0].ref:
            self._form.targetField.setText(rows[0].ref)

    def merge(self) -> None:
        """Queue the merge, when it can be done."""
        target = self._target
        if target is None or self._busy or not self._form.mergeButton.isEnabled():
            return
        self._busy = True
        self._form.mergeButton.setEnabled(False)
        seconds = undo_seconds(self._context.workspace.settings.get("undo_send_seconds", 5))
        words = f"#{self._source.ref} merged into #{target.ref}"

        def done(batch: str) -> None:
            self.merged.emit(target.id, words, batch)
            self.accept()

        def failed(error: BaseException) -> None:
            self._busy = False
            title = str(getattr(error, "title", "")) or "The merge could not be saved"
            self._form.problemText.setText(f"{title}. {getattr(error, 'advice', '') or 'Try again.'}")
            self._form.mergeButton.setEnabled(True)

        self._context.tasks.run(
            self._context.workspace.tickets.merge(self._source.id, target.id, delay=seconds * SECOND), done, failed
        )

    # Choosing

    def _recent_tickets(self) -> tuple[QueueRow, ...]:
        person = self._source.requester
        if person is None or not person.ref:
            return ()
        row = DirectoryRow(title=person.name, subtitle="", section="People", person=person)
        rows = self._context.workspace.directory.tickets_of(row, limit=_MOST)
        return tuple(each for each in rows if each.id != self._source.id and not refusal_of(self._source, each))

    def _narrow(self, text: str) -> None:
        """List the tickets that *text* may mean: by number any of the cache, by words those of the requester."""
        typed = text.strip().removeprefix("#")
        words = typed.casefold().split()
        found = [row for row in self._recent if all(word in f"{row.ref} {row.subject}".casefold() for word in words)]
        by_number = self._context.workspace.tickets.find(typed) if typed.isdigit() else None
        if by_number is not None and all(row.id != by_number for row in found):
            found = [*self._context.workspace.queue.rows([by_number]), *found]
        requester = self._source.requester.name if self._source.requester else ""
        heading = f"Other tickets of {requester}" if self._recent else ""
        self._form.listLabel.setText("Found by its number" if by_number is not None else heading)
        listed, now = self._form.targetList, self._context.clock.now()
        listed.blockSignals(True)
        listed.clear()
        for row in found:
            status, said = STATUS_WORDS[row.status].lower(), ago(row.updated_at, now)
            item = QListWidgetItem(f"#{row.ref or 'new'}  {row.subject}")
            item.setData(_TICKET, row)
            item.setData(HINT, f"{status}, {said}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}, {status}, {said}")
            listed.addItem(item)
        # a number names one ticket; words and an empty field choose nothing on the agent's behalf
        exact = next((i for i, row in enumerate(found) if typed and row.ref == typed), -1)
        listed.setCurrentRow(exact if exact >= 0 or not typed else (0 if len(found) == 1 else -1))
        listed.blockSignals(False)
        self._choose_current()
        if not found and typed:
            self._form.problemText.setText(
                f"No ticket #{typed} is on this computer" if typed.isdigit() else "No ticket of this requester fits"
            )

    def _choose_current(self) -> None:
        item = self._form.targetList.currentItem()
        # there is none while nothing is chosen, which Qt's type hints don't say
        row = item.data(_TICKET) if item is not None else None  # type: ignore[redundant-expr]
        self._target = row if isinstance(row, QueueRow) else None
        target, form = self._target, self._form
        refusal = refusal_of(self._source, target) if target else ""
        form.problemText.setText(refusal)
        form.mergeButton.setEnabled(target is not None and not refusal)
        form.mergeButton.setText(f"Merge into #{target.ref}" if target and target.ref else "Merge")
        if target is None or refusal:
            form.effectText.setText("Choose the ticket that goes on.")
        else:
            form.effectText.setText(
                f"#{self._source.ref} is closed, and “{target.subject}” (#{target.ref}) goes on with a note about it. "
                "You can undo this until it is sent. After that it can’t be undone."
            )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows walk the list while the caret stays in the field."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in steps:
            listed = self._form.targetList
            row = listed.currentRow() + steps[Qt.Key(event.key())]
            listed.setCurrentRow(max(0, min(row, listed.count() - 1)))
            return True
        return super().eventFilter(watched, event)


def refusal_of(source: TicketDetail, target: QueueRow) -> str:
    """Return why *source* can't be merged into *target*, "" when it can."""
    if target.id == source.id:
        return "A ticket can’t be merged into itself"
    if not target.ref:
        return "This ticket has not reached the help desk yet. Merge when it has a number"
    if target.status is Status.CLOSED:
        return f"#{target.ref} is closed for good; nothing can be merged into it"
    return ""


def merge_refusal(context: WindowContext, ticket: TicketDetail) -> str:
    """Return why *ticket* can't be merged into any other, "" when it can."""
    me = context.workspace.me()
    if me is not None and me.reads_only:
        return me.reads_only if me.archive else "You are signed in as a reviewer and can only read."
    if lack := context.workspace.tickets.lack("merge"):
        return lack
    if not ticket.ref:
        return "It has not reached the help desk yet. Merge it when it has a number."
    if ticket.deleted or ticket.merged_into or ticket.status is Status.CLOSED:
        return "It is closed already."
    return ""
