"""The lifecycle of a ticket as a checklist: what each stage demands, what is done and by whom."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.guidance.stage_track import StageTrack
from agentconsole.gui.spoken_time import ago
from agentconsole.triage.values import Checklist, DemandState, StageState


class Lifecycle(QWidget):
    """The stages of one ticket; the current one is open, others by choice.

    Signals:
        tick_asked: A demand's key, and whether it is met (str, bool).
        apply_asked: The key of the proposal that serves a demand (str).
    """

    tick_asked = Signal(str, bool)
    apply_asked = Signal(str)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ticketLifecycle")
        self._context = context
        self._shown: Checklist | None = None
        self._chosen: str | None = None
        self._track = StageTrack(context, self)
        self._track.chosen.connect(self._choose)
        self._about = QLabel(self)
        self._about.setObjectName("stageAbout")
        self._about.setProperty("look", "muted")
        self._about.setWordWrap(True)
        self._about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._rows: list[QWidget] = []
        context.theming.changed.connect(self._build)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.addWidget(self._track)
        self._layout.addWidget(self._about)

    def show_checklist(self, checklist: Checklist | None) -> None:
        """Show *checklist*; the stage that the agent chose stays chosen while the ticket is in the same stage."""
        if checklist == self._shown:
            return
        before = self._shown.current if self._shown else None
        now = checklist.current if checklist else None
        same_pack = checklist is not None and self._shown is not None and checklist.pack == self._shown.pack
        if not same_pack or before is None or now is None or now.id != before.id:
            self._chosen = None
        self._shown = checklist
        self._build()

    @property
    def stage(self) -> StageState | None:
        """The stage whose demands are listed."""
        if self._shown is None:
            return None
        stages = self._shown.stages
        chosen = next((stage for stage in stages if stage.id == self._chosen), None)
        return chosen or self._shown.current or (stages[-1] if stages else None)

    def focus_stage(self) -> None:
        """Give the stages the keyboard."""
        self._track.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _choose(self, stage: str) -> None:
        self._chosen = stage
        self._build()

    def _build(self) -> None:
        boxes = [row for row in self._rows if isinstance(row, DemandBox)]
        focused = next((each.demand.key for each in boxes if each.box.hasFocus()), None)
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        stage = self.stage
        stages = self._shown.stages if self._shown else ()
        self._track.show_stages(stages, stage.id if stage else "")
        about = stage.about if stage else ""
        self._about.setText(about)
        self._about.setVisible(bool(about))
        for number, demand in enumerate(stage.demands if stage else ()):
            self._add(self._demand(number, demand))
            if demand.proposal and not demand.done:
                self._add(self._serving(number, demand))
        self._order(focused)

    def _order(self, focused: str | None) -> None:
        """Let Tab lead from the stages through what they demand; who ticks one stays with it (*focused*: its key)."""
        before: QWidget = self._track
        for row in self._rows:
            target = row.box if isinstance(row, DemandBox) else row
            QWidget.setTabOrder(before, target)
            before = target
            if isinstance(row, DemandBox) and row.demand.key == focused:
                (target if target.isEnabled() else self._track).setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, row: QWidget) -> None:
        self._layout.addWidget(row)
        self._rows.append(row)

    def _demand(self, number: int, demand: DemandState) -> QWidget:
        box = DemandBox(demand, self._context.theming.theme.muted, self)
        box.setObjectName(f"demand{number}")
        box.tell_who(self._who(demand))
        box.toggled_by_agent.connect(lambda done, key=demand.key: self.tick_asked.emit(key, done))
        return box

    def _serving(self, number: int, demand: DemandState) -> QPushButton:
        button = QPushButton("Write it", self)
        button.setObjectName(f"demandServe{number}")
        button.setProperty("look", "inline")
        button.setAccessibleName(f"Write what serves: {demand.text}")
        button.clicked.connect(lambda _checked=False, key=demand.proposal: self.apply_asked.emit(key))
        button.setStyleSheet("margin-left: 24px;")
        return button

    def _who(self, demand: DemandState) -> str:
        when = ago(demand.at, self._context.clock.now()) if demand.at is not None else ""
        return " · ".join(part for part in (demand.who, when) if part)


class DemandBox(QWidget):
    """One demand: a box that is ticked by the agent, or by what the ticket shows (then it can't be unticked).

    Signals:
        toggled_by_agent: Whether it is met (bool).
    """

    toggled_by_agent = Signal(bool)

    def __init__(self, demand: DemandState, muted: str, parent: QWidget) -> None:
        """*muted* is the colour of what is said in small print."""
        super().__init__(parent)
        self.demand = demand
        self._muted = muted
        self.box = QCheckBox(self)
        self.box.setObjectName("demandBox")
        self.box.setChecked(demand.done)
        # what is seen in the ticket itself is not a matter of opinion
        self.box.setEnabled(demand.state != "met")
        self.box.setAccessibleName(self._spoken())
        self.box.clicked.connect(lambda done: self.toggled_by_agent.emit(done))
        self._words = QLabel(self)
        self._words.setObjectName("demandWords")
        self._words.setTextFormat(Qt.TextFormat.RichText)
        self._words.setWordWrap(True)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._words.setBuddy(self.box)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._words, 1)
        self.tell_who("")
        if demand.source:
            self.setToolTip(demand.source)

    def tell_who(self, who: str) -> None:
        """Say who met the demand, and when."""
        demand = self.demand
        notes = []
        if demand.optional:
            notes.append("if it applies")
        if demand.required_before and not demand.done:
            notes.append(f"before {demand.required_before}")
        if who:
            notes.append(who)
        elif demand.automatic and not demand.done:
            notes.append("the console sees it")
        small = f'<span style="color:{self._muted}"><small>{escape(" · ".join(notes))}</small></span>'
        self._words.setText(f"{escape(demand.text)}<br>{small}" if notes else escape(demand.text))

    def _spoken(self) -> str:
        state = {"met": "done, seen in the ticket", "ticked": "ticked", "open": "open"}[self.demand.state]
        return f"{self.demand.text}: {state}"
