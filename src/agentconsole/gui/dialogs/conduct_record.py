"""Enters infractions into a requester's record, and takes the step that the policy foresees."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.spoken_time import exact
from agentconsole.triage.record import ConductEntry, ConductState, SanctionState

_MOST_SHOWN = 4


class WordsOfBox(QLabel):
    """The words of a check box that need several lines."""

    def __init__(self, words: str, box: QCheckBox, parent: QWidget) -> None:
        super().__init__(words, parent)
        self._box = box
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._box.click()
        event.accept()


class ConductRecord(QDialog):
    """What happened, in the agent's words, and what is to follow. Everything becomes an internal note of the ticket.

    Signals:
        decided: What was done in words, and the batch that undoes it (str, str).
        text_ready: A reply that goes with it, for the composer (str).
    """

    decided = Signal(str, str)
    text_ready = Signal(str)
    WIDTH = 480

    def __init__(
        self, context: WindowContext, ticket: TicketId, requester: str, conduct: ConductState, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("conductRecord")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Conduct")
        self.setFixedWidth(self.WIDTH)
        self._context, self._ticket, self._conduct = context, ticket, conduct
        self._busy = False
        me = context.workspace.me()
        self._is_supervisor = me is not None and me.role == "admin"
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(8)
        column.addWidget(self._label(f"Conduct of {requester}", "title"))
        if conduct.text:
            column.addWidget(self._label(conduct.text, "muted"))
        found = {each.infraction for each in conduct.findings if not each.recorded}
        self._kinds: dict[str, QCheckBox] = {}
        for name, words in conduct.kinds:
            box = QCheckBox(self)
            box.setObjectName(f"infraction_{name}")
            box.setAccessibleName(words)
            box.setChecked(name in found)
            box.toggled.connect(lambda _on: self._show_ready())
            self._kinds[name] = box
            column.addLayout(self._beside(box, words))
        column.addSpacing(4)
        column.addWidget(self._label("What happened (an internal note; the requester does not see it)", "meta"))
        self._words = QPlainTextEdit(self)
        self._words.setObjectName("conductWords")
        self._words.setAccessibleName("What happened")
        self._words.setTabChangesFocus(True)
        self._words.setFixedHeight(72)
        said = [each.text for finding in conduct.findings for each in finding.evidence[:2]]
        self._quoted = "; ".join(f"“{text}”" for text in said)
        self._words.setPlainText(self._quoted)
        self._words.textChanged.connect(self._show_ready)
        column.addWidget(self._words)
        self._problem = self._label("", "error")
        self._problem.setObjectName("conductProblem")
        column.addWidget(self._problem)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        close = QPushButton("Cancel", self)
        close.setObjectName("conductClose")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        buttons.addWidget(close)
        self._record = self._button("conductRecordGo", "Record", self._enter)
        buttons.addWidget(self._record)
        self._step: QPushButton | None = None
        current = conduct.current
        self._add_record(column)
        if current is not None and current.state == "proposed":
            self._add_decisions(column, current)
        elif conduct.next_step is not None:
            step = conduct.next_step
            verb = f"Propose {step.title.lower()}" if step.needs_supervisor and not self._is_supervisor else step.title
            self._step = self._button("conductStep", verb, self._impose)
            self._step.setToolTip(step.text)
            buttons.addWidget(self._step)
            if step.needs_supervisor and not self._is_supervisor:
                column.insertWidget(column.count() - 2, self._label("A supervisor must confirm it.", "meta"))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            # within the words Enter begins a line
            QShortcut(QKeySequence(keys), self).activated.connect(self._go)
        column.addLayout(buttons)
        self._show_ready()

    def _add_decisions(self, column: QVBoxLayout, sanction: SanctionState) -> None:
        """Offer what can be done about *sanction*, which waits for a supervisor."""
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._label(f"{sanction.title} waits for a supervisor", "strong"), 1)
        confirm = self._button("conductConfirm", "Confirm", lambda: self._confirm(sanction))
        lift = self._button("conductLift", "Refuse", lambda: self._lift(sanction))
        for button in (confirm, lift):
            button.setEnabled(self._is_supervisor)
            if not self._is_supervisor:
                button.setToolTip("Only a supervisor can decide this")
            line.addWidget(button)
        column.insertLayout(column.count() - 2, line)

    def _add_record(self, column: QVBoxLayout) -> None:
        """Offer to end what is in force early, and to withdraw what was entered by mistake."""
        for sanction in self._conduct.sanctions:
            if sanction.state == "active":
                until = f" until {exact(sanction.until)}" if sanction.until else ""
                lift = self._button("conductEnd", "Lift", partial(self._end, sanction))
                self._allow(lift, not sanction.guarded or self._is_supervisor, "Only a supervisor can lift this")
                self._add_line(column, f"{sanction.title} stands{until}", lift)
        me = self._context.workspace.me()
        for entry in self._conduct.standing[-_MOST_SHOWN:]:
            withdraw = self._button("conductWithdraw", "Withdraw", partial(self._withdraw, entry))
            is_own = me is not None and me.name == entry.by
            self._allow(withdraw, is_own or self._is_supervisor, "Who recorded it can withdraw it, and supervisors")
            self._add_line(column, f"On record: {entry.title}, by {entry.by}", withdraw)

    def _add_line(self, column: QVBoxLayout, text: str, button: QPushButton) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._label(text, "muted"), 1)
        button.setAccessibleName(f"{button.text()}: {text}")
        line.addWidget(button)
        column.insertLayout(column.count() - 2, line)

    def _allow(self, button: QPushButton, is_allowed: bool, why_not: str) -> None:
        button.setEnabled(is_allowed)
        if not is_allowed:
            button.setToolTip(why_not)

    def _beside(self, box: QCheckBox, words: str) -> QHBoxLayout:
        """Return *box* with its words, which may take several lines; a click on them ticks it."""
        line = QHBoxLayout()
        line.setSpacing(8)
        label = WordsOfBox(words, box, self)
        line.addWidget(box, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label, 1)
        return line

    def _go(self) -> None:
        """Do what Enter would: record what is ticked, else take the step that is due."""
        main = next((button for button in (self._record, self._step) if button and button.isEnabled()), None)
        if main is not None:
            main.click()

    def _label(self, text: str, look: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("look", look)
        label.setWordWrap(True)
        return label

    def _button(self, name: str, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: act())
        return button

    @property
    def _chosen(self) -> list[str]:
        return [name for name, box in self._kinds.items() if box.isChecked()]

    def _text(self) -> str:
        return self._words.toPlainText().strip()

    def _own_words(self) -> str:
        """What the agent wrote themselves: what was quoted for an infraction explains no other decision."""
        text = self._text()
        return "" if text == self._quoted else text

    def _show_ready(self) -> None:
        told = bool(self._text()) and not self._busy
        self._record.setEnabled(told and bool(self._chosen))
        if self._step is not None:
            self._step.setEnabled(told and (bool(self._chosen) or self._conduct.infractions > 0))
        step_is_next = self._step is not None and self._step.isEnabled() and not self._record.isEnabled()
        for button, is_main in ((self._record, not step_is_next), (self._step, step_is_next)):
            if button is not None and button.isDefault() != is_main:
                button.setDefault(is_main)
                button.setProperty("look", "primary" if is_main else "")
                button.style().polish(button)

    def _enter(self) -> None:
        self._do(self._record_it(), "Infraction recorded" if len(self._chosen) == 1 else "Infractions recorded")

    async def _record_it(self) -> str:
        return await self._context.workspace.guidance.record_infractions(self._ticket, self._chosen, self._text())

    def _impose(self) -> None:
        step = self._conduct.next_step
        if step is None:
            return

        async def impose() -> str:
            if self._chosen:
                await self._record_it()
            return await self._context.workspace.guidance.sanction(self._ticket, step.id, self._text())

        proposed = step.needs_supervisor and not self._is_supervisor
        words = f"{step.title} proposed to a supervisor" if proposed else f"{step.title} recorded"
        self._do(impose(), words, reply="" if proposed else step.draft)

    def _confirm(self, sanction: SanctionState) -> None:
        service = self._context.workspace.guidance
        self._do(
            service.confirm_sanction(self._ticket, sanction.entry, self._own_words()), f"{sanction.title} confirmed"
        )

    def _lift(self, sanction: SanctionState) -> None:
        service = self._context.workspace.guidance
        self._do(service.lift_sanction(self._ticket, sanction.entry, self._own_words()), f"{sanction.title} refused")

    def _end(self, sanction: SanctionState) -> None:
        service = self._context.workspace.guidance
        self._do(service.lift_sanction(self._ticket, sanction.entry, self._own_words()), f"{sanction.title} lifted")

    def _withdraw(self, entry: ConductEntry) -> None:
        service = self._context.workspace.guidance
        self._do(service.withdraw_infraction(self._ticket, entry.entry, self._own_words()), "Infraction withdrawn")

    def _do(self, work: Coroutine[Any, Any, str], words: str, reply: str = "") -> None:
        self._busy = True
        self._show_ready()

        def done(batch: str) -> None:
            self.decided.emit(words, batch)
            if reply:
                self.text_ready.emit(reply)
            self.accept()

        def failed(error: BaseException) -> None:
            self._busy = False
            said = [str(getattr(error, "title", "")) or "This could not be recorded", str(getattr(error, "advice", ""))]
            self._problem.setText(". ".join(part for part in said if part))
            self._show_ready()

        self._context.tasks.run(work, done=done, failed=failed)
