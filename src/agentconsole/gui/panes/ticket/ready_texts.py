"""Macros of the help desk and templates of the policy packs, in one list."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from agentconsole.domain.rows import MacroEffect
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.choice_popup import ChoicePopup, Option
from agentconsole.triage.values import ReadyText, TicketGuidance


class ReadyTexts(QObject):
    """Lets the agent choose a text and hands over what it would do; nothing is sent.

    Signals:
        chosen: A :class:`MacroEffect` for the composer (object).
    """

    chosen = Signal(object)

    def __init__(self, context: WindowContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    def choose(self, ticket: TicketId, guidance: TicketGuidance | None, under: QWidget) -> None:
        """List what there is for *ticket* below *under*; typing narrows it."""
        macros = self._context.workspace.tickets.macros()
        options = [Option(each.title, each.ref, each.detail) for each in macros]
        packs = {pack.pack: pack.title for pack in guidance.packs} if guidance else {}
        templates = guidance.templates if guidance else ()
        options += [Option(each.title, each, packs.get(each.pack, each.pack)) for each in templates]
        popup = ChoicePopup("Use macro or template", options, None, under)
        popup.chosen.connect(lambda value: self.use(ticket, value))
        popup.open_under(under)

    def use(self, ticket: TicketId, what: str | ReadyText) -> None:
        """Hand over what the macro (its ref) or the template *what* does to *ticket*."""
        if isinstance(what, ReadyText):
            self.chosen.emit(effect_of(what))
            return
        effect = self._context.workspace.tickets.macro_effect(ticket, what)
        if effect is None:
            self._context.messages.error(
                "This macro can't be used here", "It may have been removed. Choose another one."
            )
        else:
            self.chosen.emit(effect)


def effect_of(text: ReadyText) -> MacroEffect:
    """Return what a template does: its words for the composer, its status and tags as choices to confirm."""
    return MacroEffect(
        macro="",
        values={"status": text.status} if text.status else {},
        add_tags=text.tags,
        body=text.body,
        public=text.public,
    )
