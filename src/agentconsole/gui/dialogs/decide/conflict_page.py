"""A change that contradicts another: field by field, mine or theirs."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agentconsole.domain.unsent import Conflict, Decision, Side
from agentconsole.gui.context import WindowContext
from agentconsole.gui.dialogs.decide.field_choice import FieldChoice
from agentconsole.gui.dialogs.decide.page import Act, DecisionPage, Words, scrolled

_LONG = 40


class ConflictPage(DecisionPage):
    """Shows the fields below each other; one key decides each, Enter decides."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(context, "conflictPage", parent)
        self._conflict: Conflict | None = None
        self._fields: list[FieldChoice] = []
        self._intro = self.label("conflictIntro", "muted")
        self._list = QWidget(self)
        self._list.setObjectName("conflictList")
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        self._scroll = scrolled("conflictFields", self._list, self)
        self._body_title = self.label("conflictBodyTitle", "section")
        self._body = Words("conflictBody", "The words that go with it", self, lines=4)
        self._outcome = self.label("conflictOutcome", "strong")
        self._decide = self.button("conflictDecide", "Decide", "Ctrl+Return", self.decide, look="primary")
        self._decide.setDefault(True)
        self._decide.setToolTip("Decide  (Enter)")
        mine = self.button("conflictAllMine", "All mine", "Alt+1", partial(self.all, Side.MINE))
        theirs = self.button("conflictAllTheirs", "All theirs", "Alt+2", partial(self.all, Side.THEIRS))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(mine)
        buttons.addWidget(theirs)
        buttons.addStretch(1)
        buttons.addWidget(self._decide)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._intro)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._body_title)
        column.addWidget(self._body)
        column.addWidget(self._outcome)
        column.addLayout(buttons)

    def show_conflict(self, conflict: Conflict) -> None:
        """Ask about *conflict*; what was decided of the same one stays."""
        if conflict == self._conflict:
            return
        former = self._conflict
        kept: dict[str, Decision | None] = {}
        if former is not None and former.key == conflict.key:
            kept = {each.field.name: each.decision for each in self._fields if each.field in conflict.fields}
        self._conflict = conflict
        for field in self._fields:
            self._column.removeWidget(field)
            field.hide()
            field.deleteLater()
        self._fields = [FieldChoice(self._context, field, self._list) for field in conflict.fields]
        for number, choice in enumerate(self._fields):
            self._column.insertWidget(number, choice)
            if (decision := kept.get(choice.field.name)) is not None:
                choice.decide(decision)
            choice.changed.connect(partial(self._decided, number))
            choice.step_asked.connect(partial(self._step, number))
        who = sorted({field.who for field in conflict.fields if field.who})
        names = " and ".join(who) or "Somebody"
        fields = "this field" if len(conflict.fields) == 1 else "these fields"
        self._intro.setText(
            f"{names} changed {fields} while you did. ↑ ↓ field · 1 yours · 2 theirs · 3 another value · Enter decides"
        )
        self._body_title.setText(
            "Your internal note goes with it" if conflict.public is False else "Your reply goes with it"
        )
        self._body.show_words(conflict.body)
        for part in (self._body_title, self._body):
            part.setVisible(bool(conflict.body))
        self._tell_outcome()

    def begin(self) -> None:
        """Take the keyboard to the first field that is not decided."""
        undecided = next((field for field in self._fields if field.decision is None), None)
        target = undecided or (self._fields[0] if self._fields else None)
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def all(self, side: Side) -> None:
        """Decide every field for *side*."""
        for field in self._fields:
            field.decide(side)
        self._decide.setFocus()

    def decide(self) -> None:
        """Let it be so; a field that is not decided is shown instead."""
        conflict = self._conflict
        open_ = next((field for field in self._fields if field.decision is None), None)
        if conflict is None:
            return
        if open_ is not None:
            self._outcome.setText(f"Choose for “{open_.title}” first: 1 yours, 2 theirs, 3 another value.")
            open_.setFocus()
            self._scroll.ensureWidgetVisible(open_)
            return
        decisions = {field.field.name: field.decision for field in self._fields if field.decision is not None}
        outbox = self._context.workspace.outbox
        said = f"Decided: {self._outcome_words()}"
        self.decided.emit(Act(lambda: outbox.decide(conflict.key, decisions), said))

    def _decided(self, number: int) -> None:
        self._tell_outcome()
        self._scroll.ensureWidgetVisible(self._fields[number])
        # one key a field: the next one that is open is ready, and after the last one Enter decides
        following = next((each for each in self._fields[number + 1 :] if each.decision is None), None)
        if following is not None and self._fields[number].hasFocus():
            following.setFocus()
            self._scroll.ensureWidgetVisible(following)

    def _step(self, number: int, by: int) -> None:
        target = self._fields[min(max(number + by, 0), len(self._fields) - 1)]
        target.setFocus()
        self._scroll.ensureWidgetVisible(target)

    def _tell_outcome(self) -> None:
        self._outcome.setText(self._outcome_words())

    def _outcome_words(self) -> str:
        """Say what is going to be sent as it is decided now."""
        conflict = self._conflict
        if conflict is None:
            return ""
        left = sum(field.decision is None for field in self._fields)
        if left:
            return f"{left} of {len(self._fields)} still to decide"
        sent = [
            f"{field.title} → {_short(field.chosen_words)}"
            for field in self._fields
            if field.decision is not Side.THEIRS
        ]
        if conflict.agreed:
            sent.append(conflict.agreed)
        if conflict.body:
            sent.append("your internal note" if conflict.public is False else "your reply")
        return f"Will be sent: {', '.join(sent)}" if sent else "Nothing is sent: theirs stays as it is"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONG else f"{line[:_LONG]}…"
