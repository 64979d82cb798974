"""One field in conflict: what it was, the agent's value, the other's, and which of them it shall be."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from agentconsole.domain.unsent import ConflictField, Decision, Instead, Side
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.decide.page import Words
from agentconsole.gui.dialogs.decide.values import options_of, typed_value
from agentconsole.gui.panes.ticket.choice_popup import ChoicePopup
from agentconsole.gui.panes.ticket.field_words import value_words
from agentconsole.gui.spoken_time import ago
from agentconsole.gui.theming import colour

_LONG = 60


class ValueCard(QFrame):
    """One value; it can be taken unless it is only there to compare.

    Signals:
        taken: The agent clicked it.
    """

    taken = Signal()

    def __init__(self, context: WindowContext, name: str, heading: str, parent: QWidget, *, choosable: bool) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._context = context
        self._choosable, self.chosen = choosable, False
        self._mark = QLabel(self)
        self._heading = QLabel(heading, self)
        self._heading.setProperty("look", "section")
        self._who = QLabel(self)
        self._who.setProperty("look", "meta")
        self._who.hide()
        self._value = Words(f"{name}Value", heading, self, lines=14, focusable=False)
        self._value.viewport().installEventFilter(self)
        head = QHBoxLayout()
        head.setSpacing(6)
        self._mark.setVisible(choosable)
        if choosable:
            head.addWidget(self._mark)
        head.addWidget(self._heading)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._value)
        column.addWidget(self._who)
        column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.choose(chosen=False)

    def tell(self, text: str, who: str = "") -> None:
        """Show the value *text*, and *who* set it when."""
        self._value.show_words(text)
        self._who.setText(who)
        self._who.setVisible(bool(who))

    @property
    def text(self) -> str:
        """The value in words."""
        return self._value.toPlainText()

    def choose(self, *, chosen: bool) -> None:
        """Look chosen, or not."""
        self.chosen = chosen
        icon, role = ("circle-check", "link") if chosen else ("circle", "muted")
        self._mark.setPixmap(self._context.icons.pixmap(icon, 14, role, self.devicePixelRatioF()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._context.theming.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = theme.accent if self.chosen else theme.hairline
        painter.setPen(QPen(colour(edge), 2 if self.chosen else 1))
        painter.setBrush(colour(theme.selection if self.chosen else theme.surface if self._choosable else theme.ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._choosable:
            self.taken.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A press on the words is one on the card."""
        if event.type() == QEvent.Type.MouseButtonPress and self._choosable:
            self.taken.emit()
        return False


class FieldChoice(QFrame):
    """Asks which value one field shall have. Takes the keyboard as a whole.

    Signals:
        changed: It was decided, or decided otherwise.
        step_asked: To the field below (1) or above (-1).
    """

    changed = Signal()
    step_asked = Signal(int)

    def __init__(self, context: WindowContext, field: ConflictField, parent: QWidget) -> None:
        super().__init__(parent)
        name = field.name.replace(":", "_")
        self.setObjectName(f"conflictField_{name}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._context = context
        self.field = field
        self.decision: Decision | None = None
        self.title: str = field.label[:1].upper() + field.label[1:]
        title = QLabel(self.title, self)
        title.setProperty("look", "strong")
        self._state = QLabel(self)
        self._state.setObjectName(f"conflictState_{name}")
        self._state.setProperty("look", "meta")
        self._base = ValueCard(context, f"conflictBase_{name}", "You saw", self, choosable=False)
        self._mine = ValueCard(context, f"conflictMine_{name}", "1  Yours", self, choosable=True)
        self._theirs = ValueCard(context, f"conflictTheirs_{name}", "2  Theirs", self, choosable=True)
        self._base.tell(field.base_text)
        self._mine.tell(field.mine_text)
        when = ago(field.at, context.clock.now()) if field.at is not None else ""
        self._theirs.tell(field.theirs_text, " · ".join(part for part in (field.who, when) if part))
        self._mine.taken.connect(lambda: self.decide(Side.MINE))
        self._theirs.taken.connect(lambda: self.decide(Side.THEIRS))
        self._line = QLineEdit(self)
        self._line.setObjectName(f"conflictOther_{name}")
        self._line.setAccessibleName(f"Another value for {field.label}")
        self._line.setPlaceholderText("Another value; Enter takes it")
        self._line.installEventFilter(self)
        self._line.hide()
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self._state)
        cards = QHBoxLayout()
        cards.setSpacing(8)
        for card in (self._base, self._mine, self._theirs):
            cards.addWidget(card, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(cards)
        column.addWidget(self._line)
        self._tell()

    def decide(self, decision: Decision | None) -> None:
        """Take *decision*."""
        self.decision = decision
        self._mine.choose(chosen=decision is Side.MINE)
        self._theirs.choose(chosen=decision is Side.THEIRS)
        if not isinstance(decision, Instead):
            self._line.hide()
        self._tell()
        self.changed.emit()

    @property
    def chosen_words(self) -> str:
        """The value that was decided on, in words; "" while it is undecided."""
        if isinstance(self.decision, Instead):
            return value_words(self._context.workspace.tickets, self.field.name, self.decision.value)
        if self.decision is None:
            return ""
        return self.field.mine_text if self.decision is Side.MINE else self.field.theirs_text

    def ask_other(self) -> None:
        """Ask for a value that is neither's."""
        tickets = self._context.workspace.tickets
        options = options_of(tickets, self.field.name)
        if options is None:
            self._line.setText(self.field.mine_text if self.field.mine else "")
            self._line.show()
            self._line.setFocus()
            self._line.selectAll()
            return
        popup = ChoicePopup(f"Set {self.field.label}", options, self.field.mine, self)
        popup.chosen.connect(self._take_other)
        popup.open_under(self._mine)

    def _take_typed(self) -> None:
        try:
            value = typed_value(self.field.name, self._line.text(), self._context.workspace.tickets)
        except ValueError:
            self._state.setText("That is no value of this field")
            return
        self.decide(Instead(value))
        self.setFocus()

    def _take_other(self, value: str | bool | None) -> None:
        self.decide(Instead(value))
        self.setFocus()

    def _tell(self) -> None:
        match self.decision:
            case None:
                words = "Not decided"
            case Side.MINE:
                words = "Yours will be set"
            case Side.THEIRS:
                words = "Theirs stays"
            case Instead():
                chosen = self.chosen_words
                words = f"Will be set to: {chosen if len(chosen) <= _LONG else chosen[:_LONG] + '…'}"
        self._state.setText(words)
        field = self.field
        theirs = f"theirs {field.theirs_text}" + (f" by {field.who}" if field.who else "")
        self.setAccessibleName(
            f"{field.label}: you saw {field.base_text}, yours {field.mine_text}, {theirs}. {words}. "
            "1 takes yours, 2 theirs, 3 another value"
        )

    # -- Qt's calls

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_1 | Qt.Key.Key_Left | Qt.Key.Key_H:
                self.decide(Side.MINE)
            case Qt.Key.Key_2 | Qt.Key.Key_Right | Qt.Key.Key_L:
                self.decide(Side.THEIRS)
            case Qt.Key.Key_3 | Qt.Key.Key_E:
                self.ask_other()
            case Qt.Key.Key_Down | Qt.Key.Key_J:
                self.step_asked.emit(1)
            case Qt.Key.Key_Up | Qt.Key.Key_K:
                self.step_asked.emit(-1)
            case _:
                super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape leaves the line, not the window; Enter in it takes the value only."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self._line.hide()
                self.setFocus()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take_typed()
                return True
        return super().eventFilter(watched, event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._context.theming.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        painter.setPen(QPen(colour(theme.focus if focused else theme.raised), 2 if focused else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
