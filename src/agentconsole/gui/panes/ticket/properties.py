"""The fields of a ticket, each edited where it stands: a list under it, or a line to type in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QIcon, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QStackedWidget, QWidget

from agentconsole.domain.capabilities import CHOSEN_STATUSES
from agentconsole.domain.records import FieldRecord
from agentconsole.domain.rows import TicketDetail
from agentconsole.domain.values import Priority, Status
from agentconsole.gui.context import WindowContext
from agentconsole.gui.delegates.priority_bars import priority_bars
from agentconsole.gui.delegates.queue_cells import status_mark
from agentconsole.gui.panes.ticket.choice_popup import ChoicePopup, Option
from agentconsole.gui.panes.ticket.composing_words import refusal_words
from agentconsole.gui.panes.ticket.field_words import custom_words
from agentconsole.gui.panes.ticket.tags_editor import TagsEditor
from agentconsole.gui.panes.ticket.wording import PRIORITY_WORDS, STATUS_HINTS, STATUS_WORDS

TYPES = ("question", "incident", "problem", "task")
_CHOSEN = ("tagger", "dropdown", "checkbox")
_TYPED = ("text", "textarea", "integer", "decimal", "regexp", "date")


class ValueButton(QPushButton):
    """Shows one value; pressing it edits it."""

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("look", "value")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(26)
        self.setIconSize(QSize(16, 14))
        self._title, self._whole, self._tip = title, "", ""
        self._told: tuple[str, int, str] | None = None

    def tell(self, text: str, picture: QPixmap | None = None, tip: str = "") -> None:
        """Show *text* with *picture* before it."""
        told = (text, picture.cacheKey() if picture is not None else 0, tip)
        if told == self._told:
            return
        self._told, self._whole, self._tip = told, text, tip
        self.setIcon(QIcon(picture) if picture is not None else QIcon())
        self.setAccessibleName(f"{self._title}: {text}")
        self._fit()

    def _fit(self) -> None:
        room = max(self.width() - (40 if not self.icon().isNull() else 16), 20)
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        self.setText(shown.replace("&", "&&"))
        whole = f"{self._whole}\n" if shown != self._whole else ""
        self.setToolTip(f"{whole}{self._tip}".strip())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class Properties(QWidget):
    """Status, priority, assignee, group, type, tags and custom fields of the ticket.

    Signals:
        set_asked: Field values by name that the agent wants (dict, as object).
        tags_asked: Tags to add and tags to remove (tuple, tuple).
    """

    set_asked = Signal(object)
    tags_asked = Signal(object, object)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ticketProperties")
        self._context = context
        self._ticket: TicketDetail | None = None
        self._refusal = ""
        self._leaving = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnMinimumWidth(0, 88)
        self._grid.setColumnStretch(1, 1)
        self._buttons: dict[str, ValueButton] = {}
        for name, title, key in (
            ("status", "Status", "S"),
            ("priority", "Priority", "P"),
            ("assignee", "Assignee", "A"),
            ("group", "Group", ""),
            ("type", "Type", ""),
        ):
            button = self._row(name, title)
            button.setProperty("key", key)
            button.clicked.connect(lambda _checked=False, name=name: self.edit(name))
        self.tags = TagsEditor(context, self)
        self.tags.asked.connect(self.tags_asked)
        row = self._grid.rowCount()
        self._label("Tags", row, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(self.tags, row + 1, 0, 1, 2)
        self._custom: tuple[FieldRecord, ...] = ()
        self._lines: dict[str, QLineEdit] = {}
        self._stacks: dict[str, QStackedWidget] = {}
        self._customs: list[QWidget] = []
        context.theming.changed.connect(self._show)

    def show_ticket(self, ticket: TicketDetail) -> None:
        """Show the fields of *ticket*; a line that is being typed in is left alone."""
        another = self._ticket is None or self._ticket.id != ticket.id
        self._ticket = ticket
        self._refusal = refusal_words(self._context, ticket)
        fields = tuple(
            sorted((each for each in self._context.workspace.tickets.fields() if each.active), key=_by_position)
        )
        if fields != self._custom:
            self._rebuild(fields)
        if another:
            self._leave_lines()
        self._show()

    def can_edit(self, name: str) -> bool:
        """Whether the field *name* ("status" …, "tags", "field:REF") has an editor here."""
        return name == "tags" or (name in self._buttons and self._buttons[name].isEnabled())

    def edit(self, name: str, anchor: QWidget | None = None, *, wanted: Any = None) -> None:
        """Open the editor of *name* ("status" …, "tags", "field:REF"), under its field or under *anchor*.

        *wanted* is the value to begin with instead of the ticket's.
        """
        if self._ticket is None or self._refusal:
            return
        if name == "tags":
            self.tags.focus()
            return
        if name in self._lines:
            self._type_in(next(each for each in self._custom if f"field:{each.ref}" == name), wanted)
            return
        options, current = self._options(name, self._ticket)
        current = current if wanted is None else wanted
        button = self._buttons[name]
        popup = ChoicePopup(
            f"Set {button.accessibleName().partition(':')[0].lower()}", options, current, anchor or button
        )
        popup.chosen.connect(lambda value: self._set(name, value))
        popup.open_under(anchor or button)

    def _options(self, name: str, ticket: TicketDetail) -> tuple[Sequence[Option], Any]:
        tickets = self._context.workspace.tickets
        match name:
            case "status":
                return self._statuses(ticket), ticket.status.value
            case "priority":
                current = ticket.priority.value if ticket.priority else None
                return [Option(PRIORITY_WORDS[p], p.value) for p in Priority], current
            case "assignee":
                me = self._context.workspace.me()
                people = [Option(each.title, each.ref, each.detail) for each in tickets.agents()]
                mine = [Option(f"{o.title} (me)", o.value, o.hint) for o in people if me and o.value == me.ref]
                others = [o for o in people if not me or o.value != me.ref]
                return [*mine, Option("Nobody", None), *others], ticket.assignee_ref
            case "group":
                return [Option(each.title, each.ref, each.detail) for each in tickets.groups()], ticket.group_ref
            case "type":
                return [Option("None", None), *(Option(each.capitalize(), each) for each in TYPES)], ticket.type
        field = next(each for each in self._custom if f"field:{each.ref}" == name)
        value = ticket.fields.get(field.ref)
        if field.type == "checkbox":
            return [Option("Yes", True), Option("No", False)], value
        return [Option("None", None), *(Option(each.name, each.value) for each in field.options)], value

    def _statuses(self, ticket: TicketDetail) -> list[Option]:
        """The statuses that *ticket* can get; only a solved one can be closed."""
        offered = [
            Option(STATUS_WORDS[each], each.value, STATUS_HINTS[each], self._lack_of(each))
            for each in Status
            if each is ticket.status or each not in (Status.CLOSED, Status.NEW)
        ]
        if ticket.status is Status.SOLVED:
            closed, refusal = Status.CLOSED, self._context.workspace.tickets.no_closing()
            offered.append(Option(STATUS_WORDS[closed], closed.value, STATUS_HINTS[closed], refusal))
        return offered

    def _lack_of(self, status: Status) -> str:
        """Why no ticket can get *status* with this help desk, "" when one can."""
        return self._context.workspace.tickets.lack(f"statuses:{status}") if status in CHOSEN_STATUSES else ""

    def _lack(self, name: str) -> str:
        """Why the field *name* can't be changed with this help desk, "" when it can."""
        capability = "custom_fields" if name.startswith("field:") else f"settable:{name}"
        return self._context.workspace.tickets.lack(capability)

    def _set(self, name: str, value: Any) -> None:
        if self._ticket is not None and value != self._options(name, self._ticket)[1]:
            self.set_asked.emit({name: value})

    # -- rows

    def _row(self, name: str, title: str) -> ValueButton:
        row = self._grid.rowCount()
        button = ValueButton(f"property_{name}", title, self)
        self._label(title, row)
        self._grid.addWidget(button, row, 1)
        self._buttons[name] = button
        return button

    def _label(self, title: str, row: int, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter) -> QLabel:
        label = QLabel(self)
        label.setProperty("look", "muted")
        label.setText(label.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, 88))
        label.setToolTip(title)
        label.setContentsMargins(0, 5 if align == Qt.AlignmentFlag.AlignTop else 0, 0, 0)
        self._grid.addWidget(label, row, 0, align | Qt.AlignmentFlag.AlignLeft)
        return label

    def _rebuild(self, fields: tuple[FieldRecord, ...]) -> None:
        for widget in self._customs:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._customs, self._custom = [], fields
        self._lines.clear()
        self._stacks.clear()
        self._buttons = {name: button for name, button in self._buttons.items() if not name.startswith("field:")}
        for field in fields:
            self._add_custom(field)

    def _add_custom(self, field: FieldRecord) -> None:
        name, row = f"field:{field.ref}", self._grid.rowCount()
        stack = QStackedWidget(self)
        stack.setFixedHeight(28)
        button = ValueButton(f"property_field_{field.ref}", field.title, stack)
        stack.addWidget(button)
        self._buttons[name] = button
        if field.type in _TYPED:
            line = QLineEdit(stack)
            line.setObjectName(f"edit_field_{field.ref}")
            line.setAccessibleName(field.title)
            line.setProperty("look", "value")
            line.setPlaceholderText("YYYY-MM-DD" if field.type == "date" else "")
            line.installEventFilter(self)
            line.returnPressed.connect(lambda: self._typed(field))
            stack.addWidget(line)
            self._lines[name], self._stacks[name] = line, stack
            button.clicked.connect(lambda _checked=False: self._type_in(field))
        elif field.type in _CHOSEN:
            button.clicked.connect(lambda _checked=False: self.edit(name))
        self._customs += [self._label(field.title, row), stack]
        self._grid.addWidget(stack, row, 1)

    def _type_in(self, field: FieldRecord, wanted: Any = None) -> None:
        name = f"field:{field.ref}"
        if self._ticket is None or self._refusal:
            return
        value = self._ticket.fields.get(field.ref) if wanted is None else wanted
        line = self._lines[name]
        line.setText("" if value is None else str(value))
        self._stacks[name].setCurrentIndex(1)
        line.setFocus()
        line.selectAll()

    def _typed(self, field: FieldRecord) -> None:
        name = f"field:{field.ref}"
        text = self._lines[name].text().strip()
        try:
            value: Any = text or None
            if text and field.type == "integer":
                value = int(text)
            elif text and field.type == "decimal":
                value = float(text.replace(",", "."))
        except ValueError:
            self._context.messages.error(f"{field.title} takes a number", f"“{text}” is not one; nothing was changed.")
            return
        self._leave(name)
        if self._ticket is not None and value != self._ticket.fields.get(field.ref):
            self.set_asked.emit({name: value})

    def _left(self, name: str, line: QLineEdit, reason: Qt.FocusReason) -> None:
        """Keep what was typed: every way out of a line but Escape does, unless another window only came in front."""
        if self._leaving or self._stacks[name].currentIndex() == 0:
            return
        if reason in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            return
        field = next((each for each in self._custom if f"field:{each.ref}" == name), None)
        if field is not None and line.text().strip():
            self._typed(field)
        else:
            self._stacks[name].setCurrentIndex(0)

    def _leave(self, name: str) -> None:
        # hiding the line takes its focus, which must not count as leaving it with what was typed
        self._leaving = True
        self._stacks[name].setCurrentIndex(0)
        self._buttons[name].setFocus()
        self._leaving = False

    def _leave_lines(self) -> None:
        self._leaving = True
        for stack in self._stacks.values():
            stack.setCurrentIndex(0)
        self._leaving = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        for name, line in self._lines.items():
            if watched is not line:
                continue
            if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                if event.type() == QEvent.Type.ShortcutOverride:
                    # or the pane's way back would start
                    event.accept()
                elif event.type() == QEvent.Type.KeyPress:
                    self._leave(name)
                    return True
            elif event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
                self._left(name, line, event.reason())
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        ticket = self._ticket
        if ticket is None:
            return
        theme, ratio = self._context.theming.theme, self.devicePixelRatioF()
        self._tell(
            "status", ticket.native_status or STATUS_WORDS[ticket.status], status_mark(ticket.status, theme.text, ratio)
        )
        words = PRIORITY_WORDS[ticket.priority] if ticket.priority else "None"
        self._tell("priority", words, priority_bars(ticket.priority, theme, ratio))
        self._tell("assignee", ticket.assignee or "Nobody")
        self._tell("group", ticket.group or "None")
        self._tell("type", ticket.type.capitalize() if ticket.type else "None")
        for field in self._custom:
            self._tell(f"field:{field.ref}", custom_words(field, ticket.fields.get(field.ref)))
        refusal = self._refusal or self._context.workspace.tickets.lack("tags")
        self.tags.show_tags(ticket.tags, read_only=bool(refusal))
        self.tags.setToolTip(refusal)

    def _tell(self, name: str, text: str, picture: QPixmap | None = None) -> None:
        button = self._buttons[name]
        key = button.property("key")
        editable = not name.startswith("field:") or any(
            f"field:{each.ref}" == name and each.type in (*_CHOSEN, *_TYPED) for each in self._custom
        )
        refusal = self._refusal or self._lack(name)
        tip = refusal or (f"Press {key} to change" if key else "" if editable else "Changed at the help desk only")
        button.setEnabled(not refusal and editable)
        button.tell(text, picture, tip)


def _by_position(field: FieldRecord) -> tuple[int, str]:
    return field.position, field.title
