"""What opens over the window: palette, forms, preferences, about. Each is imported when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from agentconsole.domain.commands import CreateTicket
from agentconsole.domain.values import Metric, TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.composing_words import undo_seconds

if TYPE_CHECKING:
    from agentconsole.gui.cheat_sheet import CheatSheet
    from agentconsole.gui.command_palette import CommandPalette, Offer
    from agentconsole.gui.dialogs.new_ticket_form import NewTicketForm
    from agentconsole.gui.profile_form import Connect, ProfileForm
    from agentconsole.gui.while_away import WhileAway


class WindowDialogs(QObject):
    """Opens dialogs over *window*, never blocking: each is shown, not executed.

    Signals:
        edit_asked: A change (OutboxRow) that the agent wants to make otherwise in its ticket.
        write_asked: A ticket's local id, and whether its reply or its note is to be written on (object, bool).
        lock_asked: Lock the console now.
        wipe_asked: Everything of this profile is to be removed; the agent has confirmed it.
    """

    edit_asked = Signal(object)
    write_asked = Signal(object, bool)
    lock_asked = Signal()
    wipe_asked = Signal()

    def __init__(
        self,
        window: QWidget,
        context: WindowContext,
        open_ticket: Callable[[TicketId], object],
        open_view: Callable[[str], object],
        go_to_ticket: Callable[[TicketId], object],
        connect: Connect | None = None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._context = context
        self._open_ticket = open_ticket
        self._open_view = open_view
        self._go_to_ticket = go_to_ticket
        self._connect = connect
        self._palette: CommandPalette | None = None
        self._cheat_sheet: CheatSheet | None = None
        self._open: dict[str, QDialog] = {}
        self._created: dict[str, NewTicketForm] = {}
        self.away: WhileAway | None = None
        """What happened while nobody was here; the window sets it once it is furnished."""

    def open_palette(self) -> None:
        """Show the command palette."""
        if self._palette is None:
            from agentconsole.gui.command_palette import CommandPalette

            self._palette = CommandPalette(
                self._window, self._context.actions, self._context.theming, self._more_offers
            )
        self._palette.open()

    def open_cheat_sheet(self) -> None:
        """Show all keys."""
        if self._cheat_sheet is None:
            from agentconsole.gui.cheat_sheet import CheatSheet

            self._cheat_sheet = CheatSheet(self._window, self._context.actions)
        self._cheat_sheet.open()

    def open_preferences(self) -> None:
        """Show the preferences."""
        from agentconsole.gui.dialogs.preferences import Preferences

        def build() -> QDialog:
            preferences = Preferences(self._context, self._window)
            preferences.lock_asked.connect(self.lock_asked)
            preferences.wipe_asked.connect(self.wipe_asked)
            preferences.sign_in_asked.connect(self.open_sign_in)
            return preferences

        self._show("preferences", build)

    def open_desk(self) -> None:
        """Show what the help desk offers, and what not and why."""
        from agentconsole.gui.dialogs.preferences import DESK

        self.open_preferences()
        preferences: Any = self._open["preferences"]
        preferences.show_page(DESK)

    def open_trip(self) -> None:
        """Take tickets along, or show how that gets on."""

        def build() -> QDialog:
            from agentconsole.gui.dialogs.trip import TripDialog

            dialog = TripDialog(self._context, self._window)
            dialog.ticket_wanted.connect(self._open_ticket)
            return dialog

        self._show("trip", build)

    def open_export(self) -> None:
        """Export everything that is kept here, or show how that gets on."""

        def build() -> QDialog:
            from agentconsole.gui.dialogs.export import ExportDialog

            return ExportDialog(self._context, self._window)

        self._show("export", build)

    def open_archive(self) -> None:
        """Look into what was exported once, or show how opening it gets on."""
        archives = self._context.archives
        if archives is None:
            return

        def build() -> QDialog:
            from agentconsole.gui.dialogs.open_archive import OpenArchive

            return OpenArchive(self._context, archives, self._window)

        self._show("archive", build)

    def open_about(self) -> None:
        """Show version and diagnostics."""
        from agentconsole.gui.dialogs.about import About

        self._show("about", lambda: About(self._context, self._window))

    def open_handbook(self, page: str = "") -> None:
        """Show the handbook, at *page* or where it was left."""

        def build() -> QDialog:
            from agentconsole.gui.dialogs.handbook import Handbook

            return Handbook(self._context, self._window, page=page)

        self._show("handbook", build)
        if page:
            handbook: Any = self._open["handbook"]
            handbook.open_page(page)

    def open_packs_in_use(self) -> None:
        """Show which policy packs are in use, and what is wrong with any."""
        self.open_handbook("packs")

    def open_ledger(self, ticket: TicketId, metric: Metric | None = None) -> None:
        """Tell how the targets of *ticket* came about, beginning with that of *metric*."""

        def build() -> QDialog:
            from agentconsole.gui.dialogs.ledger import LedgerWindow

            return LedgerWindow(self._context, self._window)

        self._show("ledger", build)
        ledger: Any = self._open["ledger"]
        ledger.show_ticket(ticket, metric)

    def open_while_away(self) -> None:
        """Tell what happened while the agent was away."""
        away = self.away
        if away is None:
            return

        def build() -> QDialog:
            from agentconsole.gui.dialogs.while_away import WhileAwayWindow

            dialog = WhileAwayWindow(self._context, away, self._window)
            dialog.ticket_chosen.connect(self._open_ticket)
            return dialog

        self._show("while_away", build)

    def open_new_ticket(self) -> None:
        """Ask for a new ticket; what was written the last time and not created is still there."""

        def build() -> QDialog:
            from agentconsole.gui.dialogs.new_ticket import NewTicket

            dialog = NewTicket(self._context, self._window)
            dialog.created.connect(self._ticket_created)
            return dialog

        self._show("new_ticket", build)

    def open_form_again(self, command: CreateTicket) -> None:
        """Put a creation that was taken back into the form for new tickets; what is written there already stays."""
        from agentconsole.gui.dialogs.new_ticket import FORM
        from agentconsole.gui.dialogs.new_ticket_form import form_of

        drafts = self._context.workspace.drafts
        if drafts.form(FORM):
            self._context.messages.tell("The form for new tickets is not empty", "Its text was kept under “Withdrawn”.")
            self.open_new_ticket()
        else:
            keeping = drafts.keep_form(FORM, form_of(command).content())
            self._context.tasks.run(keeping, done=lambda _none: self.open_new_ticket())

    def open_follow_up(self, command: CreateTicket) -> None:
        """Put a ticket that follows a closed one into the form for new tickets; what is written there already stays."""
        from agentconsole.gui.dialogs.new_ticket import FORM
        from agentconsole.gui.dialogs.new_ticket_form import form_of

        drafts = self._context.workspace.drafts
        untied = self._context.workspace.tickets.lack("follow_up")
        if untied:
            self._context.messages.tell("A new ticket for the same customer", untied)
        if drafts.form(FORM):
            words = "Create or discard what is written there, then follow up again."
            self._context.messages.tell("The form for new tickets is not empty", words)
            self.open_new_ticket()
        else:
            keeping = drafts.keep_form(FORM, form_of(command).content())
            self._context.tasks.run(keeping, done=lambda _none: self.open_new_ticket())

    def open_drafts(self) -> None:
        """Show all drafts."""

        def build() -> QDialog:
            from agentconsole.gui.dialogs.drafts.window import DraftsWindow

            drafts = DraftsWindow(self._context, self._window)
            drafts.write_asked.connect(self.write_asked)
            drafts.form_asked.connect(self.open_new_ticket)
            return drafts

        self._show("drafts", build)

    def open_decisions(self, key: str = "") -> None:
        """Show what needs a decision, one change after the other, beginning with *key*."""

        def build() -> QDialog:
            from agentconsole.gui.dialogs.decide.window import DecisionWindow

            window = DecisionWindow(self._context, self._window)
            window.ticket_asked.connect(self._open_ticket)
            window.edit_asked.connect(self.edit_asked)
            window.write_asked.connect(self.write_asked)
            return window

        self._show("decisions", build)
        decisions: Any = self._open["decisions"]
        decisions.begin(key)

    def open_merge(self, ticket: TicketId, into: TicketId | None = None) -> None:
        """Ask which ticket *ticket* is to be merged into (*into* is proposed), or say why it can't be merged."""
        from agentconsole.gui.dialogs.merge_ticket import MergeTicket, merge_refusal

        source = self._context.workspace.tickets.detail(ticket)
        if source is None:
            return
        refusal = merge_refusal(self._context, source)
        if refusal:
            self._context.messages.tell("This ticket can’t be merged", refusal)
            return

        def build() -> QDialog:
            dialog = MergeTicket(self._context, source, self._window)
            dialog.merged.connect(self._merged)
            if into is not None:
                dialog.propose(into)
            return dialog

        self._show("merge_ticket", build)

    def keep(self) -> None:
        """Save what is written in an open form."""
        dialog: Any = self._open.get("new_ticket")
        if dialog is not None:
            dialog.keep()

    def leave(self) -> None:
        """Save what is written in an open form, and close it."""
        dialog = self._open.get("new_ticket")
        if dialog is not None:
            dialog.close()

    def undone(self, batch: str) -> None:
        """*batch* was withdrawn: when it was a new ticket, its words come back to the form."""
        form = self._created.pop(batch, None)
        drafts = self._context.workspace.drafts
        if form is not None:
            from agentconsole.gui.dialogs.new_ticket import FORM

            if not drafts.form(FORM):
                self._context.tasks.run(drafts.keep_form(FORM, form.content()))
                self._context.messages.tell("The new ticket was not sent", "Its text is back in the form: press C.")

    def _ticket_created(self, ticket: TicketId, form: NewTicketForm) -> None:
        rows = self._context.workspace.outbox.rows()
        batch = next((row.batch for row in rows if row.ticket == ticket and isinstance(row.command, CreateTicket)), "")
        self._open_ticket(ticket)
        seconds = undo_seconds(self._context.workspace.settings.get("undo_send_seconds", 5))
        if batch:
            self._created[batch] = form
            self._context.messages.undoable("Ticket created", batch, delay_ms=seconds * 1000)
        else:
            self._context.messages.tell("Ticket created", level="success")

    def _merged(self, target: TicketId, words: str, batch: str) -> None:
        seconds = undo_seconds(self._context.workspace.settings.get("undo_send_seconds", 5))
        self._context.messages.undoable(words, batch, delay_ms=seconds * 1000)
        self._open_ticket(target)

    def open_sign_in(self) -> None:
        """Ask for a new token of this profile, test it, and go on with it."""
        me = self._context.workspace.me()
        if me is not None and me.archive:
            self._context.messages.tell("Nobody signs in to an archive", "It holds what was exported of a help desk.")
            return
        if self._connect is None:
            self._context.messages.tell("Sign in again from the command line", "Use: agentconsole profile add")
            return
        connect = self._connect

        def build() -> QDialog:
            from agentconsole.gui.dialogs.connection_wizard import ConnectionWizard
            from agentconsole.gui.profile_form import ProfileForm

            profile = self._context.workspace.profile
            known = ProfileForm(
                name=profile.name,
                kind=profile.kind,
                url=profile.url,
                email=profile.email,
                token="",
                authority=profile.authority,
                way=profile.way,
                client_id=profile.client_id,
            )
            wizard = ConnectionWizard(self._context.tasks, connect, self._window, known=known)
            wizard.connected.connect(self._sign_in)
            return wizard

        self._show("sign_in", build)

    def _sign_in(self, form: ProfileForm) -> None:
        mine = self._context.workspace.profile.email
        if mine and form.email and form.email.lower() != mine.lower():
            # a browser may be signed in as somebody else, under whose name all that waits would be sent
            words = f"The browser signed in {form.email}; this profile is of {mine}. Sign out there, and try again."
            self._context.messages.tell("That is somebody else", words, level="error")
            return
        self._context.tasks.run(
            self._context.workspace.sign_in(form.token, way=form.way, client_id=form.client_id),
            done=lambda _none: self._context.messages.tell("Signed in", "Waiting changes go out now.", level="success"),
        )

    def _show(self, name: str, build: Callable[[], QDialog]) -> None:
        dialog = self._open.get(name)
        if dialog is None:
            dialog = self._open[name] = build()
            dialog.finished.connect(lambda _result: self._forget(name))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _forget(self, name: str) -> None:
        dialog = self._open.pop(name, None)
        if dialog is not None:
            dialog.deleteLater()

    def _more_offers(self, typed: str) -> list[Offer]:
        """Offer the ticket of a typed number."""
        from agentconsole.gui.command_palette import Offer

        number = typed.removeprefix("#").strip()
        if not number.isdigit():
            return [*self._view_offers(typed), *self._chapter_offers(typed)]
        ticket = self._context.workspace.tickets.find(number)
        if ticket is None:
            return [Offer(f"No ticket #{number} in the cache", "Ticket", "", lambda: None, enabled=False)]
        rows = self._context.workspace.queue.rows([ticket])
        title = f"Open #{number}: {rows[0].subject}" if rows else f"Open #{number}"
        return [Offer(title, "Ticket", "Enter", lambda: self._go_to_ticket(ticket))]

    def _view_offers(self, typed: str) -> list[Offer]:
        """Offer the queue's views by name."""
        from agentconsole.gui.command_palette import Offer
        from agentconsole.gui.fuzzy import fit

        if len(typed) < 2:
            return []
        fitting = [(fit(typed, view.title), view) for view in self._context.workspace.queue.views()]
        found = sorted((pair for pair in fitting if pair[0] is not None), key=lambda pair: -(pair[0] or 0))
        return [
            Offer(
                f"View: {view.title}",
                "Help desk" if view.section == "server" else "Go to",
                "",
                partial(self._open_view, view.key),
            )
            for score, view in found[:3]
            if (score or 0) >= 100
        ]

    def _chapter_offers(self, typed: str) -> list[Offer]:
        """Offer chapters of the packs in use, by title."""
        from agentconsole.gui.command_palette import Offer
        from agentconsole.gui.fuzzy import fit

        if len(typed) < 3:
            return []
        packs = self._context.workspace.packs.used()
        chapters = [(pack.pack.id, chapter) for pack in packs for chapter in pack.handbook]
        fitting = [(fit(typed, chapter.title) or 0, pack, chapter) for pack, chapter in chapters]
        best = sorted((one for one in fitting if one[0] >= 100), key=lambda one: -one[0])
        return [
            Offer(f"Read: {chapter.title}", "Handbook", "", partial(self.open_handbook, f"{pack}/{chapter.id}"))
            for _score, pack, chapter in best[:3]
        ]
