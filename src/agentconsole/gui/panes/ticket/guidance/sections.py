"""The parts of the side panel that the policy packs fill."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from agentconsole.domain.instant import Instant
from agentconsole.gui.actions import Actions
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.guidance.checklist import Lifecycle
from agentconsole.gui.panes.ticket.guidance.conduct import Conduct
from agentconsole.gui.panes.ticket.guidance.desk import GuidanceDesk
from agentconsole.gui.panes.ticket.guidance.entitlements import Entitlements, Scope
from agentconsole.gui.panes.ticket.guidance.hints import Hints
from agentconsole.gui.panes.ticket.guidance.intake import Intake
from agentconsole.gui.panes.ticket.guidance.links import ContextLinks, Desks
from agentconsole.gui.panes.ticket.guidance.related import Related
from agentconsole.gui.panes.ticket.guidance.verification import Verification
from agentconsole.gui.panes.ticket.section import Section
from agentconsole.triage.values import IntakeState, Proposal, TicketGuidance


class GuidanceSections(QObject):
    """Hints, lifecycle, intake, scope, duplicates, entitlements, desks and links; empty ones don't show.

    Attributes:
        desk: Fetches the guidance and carries out what the agent decides.
        sections: The sections by name, for the panel to place.

    Signals:
        link_asked: address, words (str, str).
        ticket_asked: Another ticket to show (int, as object).
        pin_asked, conduct_asked, privacy_asked: The agent wants to check a PIN, to decide on the conduct, to record
            a privacy request.
        page_asked: A page of the handbook: "pack/chapter" (str).
        about_to_act: A key acts on a ticket; the last moment to show the one that is meant.
        focus_given: The part of the panel that a key went to, to be scrolled to (QWidget).
        room_asked: What has the keyboard next stands in the panel, which may be out of sight.
    """

    link_asked = Signal(str, str)
    ticket_asked = Signal(object)
    pin_asked = Signal()
    conduct_asked = Signal()
    privacy_asked = Signal()
    page_asked = Signal(str)
    about_to_act = Signal()
    room_asked = Signal()
    focus_given = Signal(QWidget)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._messages = context.messages
        self.desk = GuidanceDesk(context, self)
        self.hints = Hints(context, parent)
        self._lifecycle = Lifecycle(context, parent)
        self.intake = Intake(context, parent)
        self._scope = Scope(context, parent)
        self._related = Related(context, parent)
        self._entitlements = Entitlements(context, parent)
        self._verification = Verification(context, parent)
        self._conduct = Conduct(context, parent)
        self._desks = Desks(context, parent)
        self._links = ContextLinks(context, parent)
        self.sections = {
            name: Section(name, title, content, context, parent, is_open=is_open)
            for name, title, content, is_open in (
                ("hints", "Hints", self.hints, True),
                ("lifecycle", "Lifecycle", self._lifecycle, True),
                ("intake", "What the request should say", self.intake, False),
                ("scope", "Scope", self._scope, True),
                ("related", "Possible duplicates", self._related, True),
                ("entitlements", "Open to them now", self._entitlements, True),
                ("verification", "Verification", self._verification, True),
                ("conduct", "Conduct", self._conduct, True),
                ("desks", "Who handles it", self._desks, True),
                ("links", "Tools, links and handbook", self._links, False),
            )
        }
        self.desk.changed.connect(self._show)
        self.desk.link_asked.connect(self.link_asked)
        self.hints.apply_asked.connect(self.desk.apply)
        self.hints.dismiss_asked.connect(self.desk.dismiss)
        self.hints.restore_asked.connect(self.desk.restore)
        self._lifecycle.apply_asked.connect(self.desk.apply)
        self._lifecycle.tick_asked.connect(lambda demand, done: self.desk.tick(demand, done=done))
        self.intake.ask_asked.connect(self._ask_for_missing)
        self._related.ticket_asked.connect(self.ticket_asked)
        self._related.merge_asked.connect(self.desk.merge_asked)
        self._desks.contact_asked.connect(self.desk.contact_asked)
        self._verification.check_asked.connect(self.pin_asked)
        self._conduct.record_asked.connect(self.conduct_asked)
        self._conduct.ticket_asked.connect(self.ticket_asked)
        self.desk.dialog_asked.connect(self._open_dialog)
        self._scope.linkActivated.connect(lambda address: self.link_asked.emit(address, ""))
        self._links.link_asked.connect(self.link_asked)
        self._links.page_asked.connect(self.page_asked)
        self._show(None)

    def register(self, actions: Actions, pane: QWidget) -> None:
        """Add what can be done here to *actions*. The keys work from the queue, too, except where it has its own."""
        section = "Guidance"
        add = actions.register
        add("hint.apply", "Apply the first hint", "Y", self._apply_first, section=section, keywords="proposal")
        add("hint.dismiss", "Dismiss the first hint", "Shift+Y", self._dismiss_first, section=section)
        add("hint.focus", "Go to the hints", "Shift+H", self.focus_hints, section=section)
        add(
            "hint.ask_missing",
            "Ask for what is missing",
            "I",
            self.intake.ask,
            pane,
            section=section,
            keywords="intake",
        )
        add("ticket.pin", "Check the Support PIN…", "V", self._check_pin, section=section)
        add("ticket.conduct", "Decide on the conduct…", "Shift+C", self._decide_conduct, section=section)
        add("lifecycle.focus", "Go to the lifecycle checklist", "L", self._focus_lifecycle, section=section)

    def tell_time(self, now: Instant) -> None:
        """Bring what says the time up to date; once a minute is enough."""
        self._entitlements.tell_time(now)
        self._verification.tell_time(now)

    def _open_dialog(self, name: str) -> None:
        if name == "pin":
            self.pin_asked.emit()
        elif name == "conduct":
            self.conduct_asked.emit()
        elif name == "privacy":
            self.privacy_asked.emit()

    def focus_hints(self) -> None:
        """Show the hints, wherever they are, and give the first the keyboard."""
        self.about_to_act.emit()
        if self._first() is not None:
            self.room_asked.emit()
            self.hints.focus_first()
            self.focus_given.emit(self.sections["hints"])

    def _focus_lifecycle(self) -> None:
        self.about_to_act.emit()
        self.room_asked.emit()
        self._lifecycle.focus_stage()
        self.focus_given.emit(self.sections["lifecycle"])

    def _check_pin(self) -> None:
        self.about_to_act.emit()
        self.pin_asked.emit()

    def _decide_conduct(self) -> None:
        self.about_to_act.emit()
        self.conduct_asked.emit()

    def _apply_first(self) -> None:
        self.about_to_act.emit()
        first = self._first()
        if first is not None:
            self.desk.apply(first.key)

    def _dismiss_first(self) -> None:
        self.about_to_act.emit()
        first = self._first()
        if first is not None:
            self.desk.dismiss(first.key)

    def _first(self) -> Proposal | None:
        """The hint that a key is about; what there is none of is said."""
        if self.desk.first is None:
            self._messages.tell("No hint to apply", "The policy packs propose nothing for this ticket now.")
        return self.desk.first

    def _ask_for_missing(self, state: IntakeState) -> None:
        if state.proposal and self.desk.guidance is not None and self.desk.guidance.proposal(state.proposal):
            self.desk.apply(state.proposal)
        else:
            self.desk.write(state.reply)

    def _show(self, guidance: TicketGuidance | None) -> None:
        told = guidance or TicketGuidance(ticket=0, at=0)
        self.hints.show_proposals(told.proposals, told.dismissed)
        self._lifecycle.show_checklist(next((each for each in told.checklists if each.stages), None))
        self.intake.show_intake(told.intake)
        self._scope.show_scope(told.scope)
        self._related.show_related(told.duplicates, told.shopping)
        self._entitlements.show_entitlements(told.packs, told.entitlements)
        self._verification.show_pin(told.pin)
        self._conduct.show_conduct(told.conduct)
        self._desks.show_contacts(told.contacts)
        self._links.show_links(told.links, told.chapters)
        missing = self.intake.missing
        self.sections["intake"].set_title(
            f"What it should say · {missing} missing" if missing else "What the request should say"
        )
        for name, filled in (
            ("hints", bool(told.proposals) or told.dismissed > 0),
            ("lifecycle", bool(told.checklists)),
            ("intake", bool(told.intake)),
            ("scope", bool(told.scope)),
            ("related", bool(told.duplicates) or told.shopping is not None),
            ("entitlements", bool(told.entitlements)),
            ("verification", told.pin is not None),
            ("conduct", told.conduct is not None and self._conduct.has_news),
            ("desks", bool(told.contacts)),
            ("links", bool(told.links or told.chapters)),
        ):
            self.sections[name].setVisible(filled)
