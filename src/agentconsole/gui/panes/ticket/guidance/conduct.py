"""The requester's conduct: what shows in this ticket, their record, and what the policy foresees."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.people import Facts
from agentconsole.gui.spoken_time import ago, exact
from agentconsole.triage.record import ConductState, SanctionState

_STATES = {
    "proposed": "◔ waits for a supervisor",
    "active": "▲ in force",
    "expired": "– over",
    "lifted": "– lifted",
}
_MOST = 4


class Conduct(QWidget):
    """Findings first, then what is in force, then the record.

    Signals:
        record_asked: The agent wants to enter an infraction, or take the next step.
        ticket_asked: The ticket (int, as object) of an entry of the record.
    """

    record_asked = Signal()
    ticket_asked = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ticketConduct")
        self._context = context
        self._shown: ConductState | None = None
        self._facts = Facts("conductFacts", self)
        self._facts.linkActivated.connect(lambda address: self.ticket_asked.emit(int(address.removeprefix("ticket:"))))
        self._act = QPushButton("Record an infraction…", self)
        self._act.setObjectName("conductAct")
        self._act.setProperty("look", "inline")
        self._act.clicked.connect(lambda _checked=False: self.record_asked.emit())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._facts)
        layout.addWidget(self._act, 0, Qt.AlignmentFlag.AlignLeft)
        context.theming.changed.connect(self._tell)

    def show_conduct(self, conduct: ConductState | None) -> None:
        """Show *conduct*."""
        self._shown = conduct
        self._tell()

    @property
    def conduct(self) -> ConductState | None:
        """What is shown."""
        return self._shown

    @property
    def has_news(self) -> bool:
        """Whether anything is to be said; a clean record needs no room."""
        state = self._shown
        return state is not None and bool(state.findings or state.sanctions or state.record)

    def _tell(self) -> None:
        state = self._shown
        if state is None:
            return
        theme, now = self._context.theming.theme, self._context.clock.now()
        lines: list[str] = []
        for finding in state.findings:
            said = ", ".join(f"“{escape(each.text)}”" for each in finding.evidence[:2])
            mark = "recorded" if finding.recorded else "not recorded"
            lines.append(f"▲ <b>{escape(finding.text)}</b> · {mark}")
            if said:
                lines.append(f'<span style="color:{theme.muted}">They wrote {said}</span>')
        for sanction in state.sanctions:
            lines.append(f"<b>{escape(sanction.title)}</b> {_STATES[sanction.state]}{_until(sanction)}")
            names = [f"by {sanction.by}" if sanction.by else ""]
            names.append(f"confirmed by {sanction.confirmed_by}" if sanction.confirmed_by else "")
            names.append(f"lifted by {sanction.lifted_by}" if sanction.lifted_by else "")
            told = ", ".join(name for name in names if name)
            if told:
                lines.append(f'<span style="color:{theme.muted}">{escape(told)}</span>')
        if state.record:
            count = state.infractions
            lines.append(f"{count} {'infraction' if count == 1 else 'infractions'} on record")
            for entry in state.record[-_MOST:]:
                style = f"color:{theme.link}; text-decoration:none"
                where = f'<a href="ticket:{entry.ticket}" style="{style}">#{escape(entry.ticket_ref or "new")}</a>'
                waiting = " · not sent yet" if entry.waiting else ""
                lines.append(
                    f'<span style="color:{theme.muted}">{ago(entry.at, now)} · {escape(entry.title)} · </span>{where}'
                    f'<span style="color:{theme.muted}">{waiting}</span>'
                )
        self._facts.tell(lines)
        self._act.setText("Decide on the conduct…" if state.findings or state.current else "Record an infraction…")


def _until(sanction: SanctionState) -> str:
    return f" until {exact(sanction.until)}" if sanction.until and sanction.state in ("active", "proposed") else ""
