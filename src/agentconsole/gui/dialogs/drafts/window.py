"""All drafts: found, opened where the caret stood, compared with what they were, discarded and brought back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.changes import Change
from agentconsole.domain.drafts import REASONS, DraftItem, DraftVersion
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.drafts.comparing import TextView
from agentconsole.gui.dialogs.drafts.model import FORM, DraftDelegate, DraftModel, fits, kind, whose
from agentconsole.gui.dialogs.new_ticket import FORM as NEW_TICKET
from agentconsole.gui.dialogs.new_ticket_form import unfinished_form
from agentconsole.gui.dialogs.ticket_choice import TicketChoice
from agentconsole.gui.empty_state import Emptiness, EmptyState
from agentconsole.gui.spoken_time import ago, exact

_NONE = Emptiness("square-pen", "No drafts", "What you begin to write and don’t send is kept here, whatever happens.")
_NOT_FOUND = Emptiness("search", "No draft has these words", "Escape empties the search.")
_NONE_DISCARDED = Emptiness("trash-2", "Nothing was discarded", "The last text of a discarded draft stays for 90 days.")


class DraftsWindow(QDialog):
    """Drafts on the left, the chosen one with its versions beside them. It stays open while the agent works.

    Signals:
        write_asked: A ticket's local id, and whether its reply or its note is to be written on (object, bool).
        form_asked: The form for new tickets is to be opened.
    """

    write_asked = Signal(object, bool)
    form_asked = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._drafts = context.workspace.drafts
        self._item: DraftItem | None = None
        self._versions: tuple[DraftVersion, ...] = ()
        self._choice: TicketChoice | None = None
        self.setObjectName("drafts")
        self.setWindowTitle("Drafts")
        self.resize(1000, 660)
        self._build()
        context.bridge.changed.connect(self._changed)
        self.refresh()
        self._list.setFocus()

    def refresh(self) -> None:
        """Read the drafts again; the chosen one stays chosen."""
        discarded = self._discarded_chip.isChecked()
        begun, gone = self._begun(), self._drafts.discarded()
        self._begun_chip.setText(f"Drafts  {len(begun):,}" if begun else "Drafts")
        self._discarded_chip.setText(f"Discarded  {len(gone):,}" if gone else "Discarded")
        known, text = gone if discarded else begun, self._search.text()
        items = [item for item in known if fits(item, text)]
        chosen, number = self._item, self._list.currentIndex().row()
        followed = self._model.show(items, self._context.clock.now())
        self._stack.setCurrentIndex(0 if items else 1)
        self._empty.tell(_NOT_FOUND if known else _NONE_DISCARDED if discarded else _NONE)
        if not followed or not self._list.currentIndex().isValid():
            found = self._model.number_of(chosen.ticket, chosen.public) if chosen is not None else -1
            found = found if found >= 0 else min(max(number, 0), len(items) - 1)
            self._list.setCurrentIndex(self._model.index(found))
        self._show_current()

    def _begun(self) -> tuple[DraftItem, ...]:
        items = self._drafts.items()
        form = unfinished_form(self._drafts.form(NEW_TICKET))
        if form.is_empty:
            return items
        new = DraftItem(
            ticket=FORM, ref="", subject=form.subject, body=form.body, public=form.public, cursor=0, saved_at=0
        )
        return (new, *items)

    # -- showing

    def _show_current(self) -> None:
        item = self._item = self._model.item(self._list.currentIndex().row())
        self._side.setVisible(item is not None)
        if item is None:
            return
        discarded = self._discarded_chip.isChecked()
        self._title.setText(f"{kind(item)} · {whose(item)}")
        saved = exact(item.saved_at) if item.saved_at else "Kept until it is created or discarded"
        self._when.setText(f"Discarded {saved}" if discarded else f"Saved {saved}" if item.saved_at else saved)
        self._open.setVisible(not discarded)
        self._restore.setText("Bring back" if discarded else "Restore this version")
        self._move.setVisible(not discarded and item.ticket != FORM)
        self._discard.setVisible(not discarded)
        versions = self._drafts.versions(item.ticket, item.public) if item.ticket != FORM else ()
        if versions != self._versions or self._history.count() == 0:
            self._list_versions(versions)
        self._show_version()

    def _list_versions(self, versions: tuple[DraftVersion, ...]) -> None:
        self._versions = versions
        now = self._context.clock.now()
        self._history.blockSignals(True)
        self._history.clear()
        self._history.addItem(_line("Now"))
        for version in versions:
            words = f"{ago(version.saved_at, now)}\n{REASONS.get(version.why, REASONS[''])}"
            self._history.addItem(_line(words))
        self._history.setCurrentRow(0)
        self._history.blockSignals(False)

    def _show_version(self) -> None:
        item, number = self._item, self._history.currentRow()
        if item is None:
            return
        version = self._versions[number - 1] if 0 < number <= len(self._versions) else None
        self._restore.setVisible(version is not None or self._discarded_chip.isChecked())
        if version is None:
            self._how.setText("")
            self._text.show_text(item.body)
        else:
            self._how.setText("− only in this version   + only now")
            self._text.show_compared(version.body, item.body)
        self._how.setVisible(version is not None)

    # -- doing

    def write_on(self) -> None:
        """Write on where the caret stood."""
        item = self._item
        if item is None or self._discarded_chip.isChecked():
            return
        if item.ticket == FORM:
            self.form_asked.emit()
        else:
            self.write_asked.emit(item.ticket, item.public)
        self.accept()

    def restore(self) -> None:
        """Bring the chosen version back, or a discarded draft; what is there now becomes a version."""
        item, number = self._item, self._history.currentRow()
        if item is None or not self._restore.isVisibleTo(self):
            return
        chosen = self._versions[number - 1].id if 0 < number <= len(self._versions) else item.version

        def done(count: int) -> None:
            if count:
                kept = "" if self._discarded_chip.isChecked() else "What was there is a version now."
                self._context.messages.tell("The draft is back", kept, level="success")
            self.refresh()

        self._context.tasks.run(self._drafts.restore([chosen]), done=done)

    def discard(self) -> None:
        """Remove the chosen drafts; Ctrl+Z brings them back."""
        if self._discarded_chip.isChecked():
            return
        rows = sorted(index.row() for index in self._list.selectionModel().selectedIndexes())
        items = [item for row in rows if (item := self._model.item(row)) is not None]
        form = self._drafts.form(NEW_TICKET) if any(item.ticket == FORM for item in items) else ""

        async def run() -> list[int]:
            if form:
                await self._drafts.keep_form(NEW_TICKET, "")
            return await self._drafts.discard([(item.ticket, item.public) for item in items if item.ticket != FORM])

        def done(versions: list[int]) -> None:
            async def back() -> int:
                if form:
                    await self._drafts.keep_form(NEW_TICKET, form)
                return await self._drafts.restore(versions) + bool(form)

            what = f"Draft discarded: {whose(items[0])}" if len(items) == 1 else f"{len(items):,} drafts discarded"
            self._context.messages.reversible(what, back)
            self.refresh()

        if items:
            self._context.tasks.run(run(), done=done)

    def move_words(self) -> None:
        """Ask for another ticket that the words are to go to."""
        item = self._item
        if item is None or item.ticket == FORM or self._discarded_chip.isChecked():
            return
        if self._choice is None:
            into = self._context.workspace.tickets.find(item.merged_into) if item.merged_into else None
            self._choice = TicketChoice(self._context, into, self._side)
            self._choice.changed.connect(self._tell_choice)
            self._slot.addWidget(self._choice)
            self._take.show()
        self._tell_choice()
        if not self._choice.begin():
            self._take.setFocus()

    def _tell_choice(self) -> None:
        self._take.setEnabled(self._choice is not None and self._choice.ticket is not None)

    def _moved(self) -> None:
        item, choice = self._item, self._choice
        if item is None or choice is None or choice.ticket is None:
            return
        target, number, public = choice.ticket, choice.words, item.public

        def done(words: str) -> None:
            self._drop_choice()
            if words:
                self._context.messages.tell(f"The words are in the draft of {number}", level="success")
            self.refresh()

        self._context.tasks.run(self._drafts.take_over(item.ticket, target, public=public), done=done)

    def _drop_choice(self) -> None:
        if self._choice is not None:
            self._slot.removeWidget(self._choice)
            self._choice.hide()
            self._choice.deleteLater()
            self._choice = None
        self._take.hide()

    # -- building

    def _build(self) -> None:
        context = self._context
        self._search = QLineEdit(self)
        self._search.setObjectName("draftSearch")
        self._search.setPlaceholderText("Search drafts")
        self._search.setAccessibleName("Search drafts")
        self._search.textChanged.connect(lambda _text: self.refresh())
        self._begun_chip = self._chip("draftsBegun", "Drafts", "1")
        self._discarded_chip = self._chip("draftsDiscarded", "Discarded", "2")
        self._begun_chip.setChecked(True)
        self._model = DraftModel(self)
        self._list = QListView(self)
        self._list.setObjectName("draftList")
        self._list.setAccessibleName("Drafts")
        self._list.setModel(self._model)
        self._list.setItemDelegate(DraftDelegate(context, self._list))
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.selectionModel().currentChanged.connect(lambda _now, _before: self._chosen())
        self._list.activated.connect(lambda _index: self.write_on())
        self._empty = EmptyState(context.theming, context.icons, "draftsEmpty", self, why=_NONE)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._list)
        self._stack.addWidget(self._empty)
        chips = QHBoxLayout()
        chips.setSpacing(6)
        chips.addWidget(self._begun_chip)
        chips.addWidget(self._discarded_chip)
        chips.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self._search)
        left.addLayout(chips)
        left.addWidget(self._stack, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(16)
        whole.addLayout(left, 4)
        whole.addWidget(self._build_side(), 5)
        for key, do in (
            ("J", partial(self._step, 1)),
            ("K", partial(self._step, -1)),
            ("D", self.discard),
            ("Del", self.discard),
            ("R", self.restore),
            ("M", self.move_words),
            ("V", self._history.setFocus),
            ("1", self._begun_chip.click),
            ("2", self._discarded_chip.click),
        ):
            for place in (self._list, self._history, self._text):
                self._key(key, do, place)
        for place in (self._history, self._text):
            self._key("Return", self.write_on, place)
        self._key("/", self._search.setFocus, self._list)
        self._key("Ctrl+F", self._search.setFocus, self)
        self._key("Down", self._list.setFocus, self._search)
        self._key("Return", self.write_on, self._search)

    def _build_side(self) -> QWidget:
        self._side = QWidget(self)
        self._title = self._label("draftTitle", "strong")
        self._when = self._label("draftWhen", "meta")
        self._history = QListWidget(self._side)
        self._history.setObjectName("draftVersions")
        self._history.setAccessibleName("Versions of the draft")
        self._history.setFixedWidth(196)
        self._history.setWordWrap(True)
        self._history.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._history.currentRowChanged.connect(lambda _row: self._show_version())
        self._text = TextView(self._context, self._side)
        self._how = self._label("draftLegend", "meta")
        self._open = self._button("draftOpen", "Write on", "Enter", self.write_on, "primary")
        self._restore = self._button("draftRestore", "Restore this version", "R", self.restore)
        self._move = self._button("draftMove", "Move to another ticket…", "M", self.move_words)
        self._discard = self._button("draftDiscard", "Discard", "D", self.discard, "danger")
        self._take = self._button("draftTake", "Move it there", "Ctrl+Enter", self._moved, "primary")
        self._take.hide()
        self._slot = QVBoxLayout()
        self._key("Ctrl+Return", lambda: self._take.click() if self._take.isEnabled() else None, self)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self._history)
        middle.addWidget(self._text, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._open, self._restore, self._move):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self._discard)
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._when)
        column.addLayout(middle, 1)
        column.addWidget(self._how)
        column.addLayout(self._slot)
        column.addWidget(self._take, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(buttons)
        return self._side

    def _chip(self, name: str, text: str, key: str) -> QPushButton:
        chip = QPushButton(text, self)
        chip.setObjectName(name)
        chip.setProperty("look", "chip")
        chip.setCheckable(True)
        chip.setAutoExclusive(True)
        chip.setAutoDefault(False)
        chip.setToolTip(f"{text}  ({key})")
        chip.clicked.connect(lambda _checked=False: self._listed())
        return chip

    def _button(self, name: str, text: str, key: str, do: Callable[[], object], look: str = "") -> QPushButton:
        button = QPushButton(text, self._side)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.setToolTip(f"{text}  ({key})")
        if look:
            button.setProperty("look", look)
        button.clicked.connect(lambda _checked=False: do())
        return button

    def _label(self, name: str, look: str) -> QLabel:
        label = QLabel(self._side)
        label.setObjectName(name)
        label.setProperty("look", look)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label

    def _key(self, key: str, do: Callable[[], Any], place: QWidget) -> None:
        shortcut = QShortcut(QKeySequence(key), place)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda: do())

    def _listed(self) -> None:
        self._item = None
        self._history.clear()
        self.refresh()
        self._list.setFocus()

    def _chosen(self) -> None:
        self._drop_choice()
        self._history.clear()
        self._show_current()

    def _step(self, by: int) -> None:
        if self._history.hasFocus():
            self._history.setCurrentRow(min(max(self._history.currentRow() + by, 0), self._history.count() - 1))
            return
        number = min(max(self._list.currentIndex().row() + by, 0), self._model.rowCount() - 1)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self._list.selectionModel().setCurrentIndex(self._model.index(number), flag)

    def _changed(self, change: Change) -> None:
        if change.everything or "drafts" in change.topics:
            self.refresh()

    def reject(self) -> None:
        """Escape first empties the search."""
        if self._search.text():
            self._search.clear()
            self._list.setFocus()
        else:
            super().reject()


def _line(text: str) -> QListWidgetItem:
    item = QListWidgetItem(text)
    item.setSizeHint(QSize(0, 46 if "\n" in text else 30))
    item.setData(Qt.ItemDataRole.AccessibleTextRole, text.replace("\n", ", "))
    return item
