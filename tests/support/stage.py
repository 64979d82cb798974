"""A small theatre for panes: a workspace in memory with a believable day at a help desk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
from PySide6.QtWidgets import QApplication

from agentconsole.domain.capabilities import EVERYTHING, Capabilities
from agentconsole.domain.changes import Change
from agentconsole.domain.instant import SECOND, Instant
from agentconsole.domain.rows import (
    Me,
    Notice,
    QueueRow,
)
from agentconsole.domain.values import TicketId
from agentconsole.gui.actions import Actions
from agentconsole.gui.bridge import Bridge
from agentconsole.gui.clock import Clock
from agentconsole.gui.context import WindowContext
from agentconsole.gui.icons import IconSet
from agentconsole.gui.messages import Messages
from agentconsole.gui.tasks import Tasks
from agentconsole.gui.theming import Theming
from tests.support.staged_away import StagedAway
from tests.support.staged_directory import StagedDirectory
from tests.support.staged_exports import StagedExports
from tests.support.staged_guidance import StagedGuidance
from tests.support.staged_offline import StagedCache, StagedTrips
from tests.support.staged_outbox import StagedOutbox
from tests.support.staged_packs import StagedPacks
from tests.support.staged_pictures import StagedPictures
from tests.support.staged_reports import StagedReports
from tests.support.staged_rows import NOON, staged_row
from tests.support.staged_services import (
    StagedCountdown,
    StagedDrafts,
    StagedQueue,
    StagedSettings,
    StagedSync,
)
from tests.support.staged_sla import StagedSla
from tests.support.staged_tickets import StagedTickets


@dataclass(frozen=True)
class StagedProfile:
    """Which help desk the stage pretends to belong to."""

    name: str = "demo"
    kind: str = "agentconsole"
    url: str = "https://desk.example"
    email: str = "noor@desk.example"
    authority: str = ""
    way: str = ""
    client_id: str = ""


class StagedWorkspace:
    """A whole workspace in memory; ``rows`` may be edited before the panes look."""

    def __init__(self, rows: int = 40, now: Instant = NOON) -> None:
        self._now = now
        self._listeners: list[Callable[[Change], None]] = []
        self.rows: dict[TicketId, QueueRow] = {number: staged_row(number, now) for number in range(1, rows + 1)}
        self.settings = StagedSettings()
        self.queue = StagedQueue(self)
        self.drafts = StagedDrafts(self)
        self.tickets = StagedTickets(self)
        self.outbox = StagedOutbox(self)
        self.directory = StagedDirectory(self)
        self.countdown = StagedCountdown(self)
        self.away = StagedAway(self)
        self.sla = StagedSla(self)
        self.guidance = StagedGuidance(self)
        self.packs = StagedPacks()
        self.reports = StagedReports(self)
        self.sync = StagedSync(self)
        self.cache = StagedCache(self)
        self.trips = StagedTrips(self)
        self.pictures = StagedPictures()
        self.exports = StagedExports()
        self.shown_notices: tuple[Notice, ...] = ()
        self.profile = StagedProfile()
        self.tokens: list[str] = []
        self.ways: list[tuple[str | None, str]] = []
        self.role = "agent"
        self.offers = EVERYTHING

    def me(self) -> Me | None:
        return Me(ref="a0", name="Noor Haddad", email="noor@desk.example", role=self.role, profile="Demo")

    def capabilities(self) -> Capabilities:
        return self.offers

    def notices(self) -> tuple[Notice, ...]:
        return self.shown_notices

    async def sign_in(self, token: str, *, way: str | None = None, client_id: str = "") -> None:
        self.tokens.append(token)
        self.ways.append((way, client_id))

    async def totals(self) -> dict[str, int]:
        return {"tickets": len(self.rows), "comments": 4 * len(self.rows)}

    def now(self) -> Instant:
        return self._now

    def pass_time(self, microseconds: int) -> None:
        """Let *microseconds* pass; the caller ticks the clock."""
        self._now += microseconds

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, change: Change) -> None:
        """Tell the listeners, as the store would after a commit."""
        for listener in list(self._listeners):
            listener(change)

    def frame_begins(self) -> None:
        """Nobody else is at work here."""

    def frame_ends(self) -> None:
        """Nobody waited."""

    async def close(self) -> None:
        self._listeners.clear()


class Theatre:
    """A workspace, its context and the loop that drives both, for one test or one picture.

    Attributes:
        workspace: The staged services.
        context: What a pane's constructor takes.
    """

    def __init__(self, rows: int = 40, theme: str = "light", workspace: StagedWorkspace | None = None) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.workspace = workspace or StagedWorkspace(rows)
        self._loop = asyncio.new_event_loop()
        theming = Theming(app, choice=theme)
        theming.apply()
        self.context = WindowContext(
            workspace=self.workspace,
            theming=theming,
            icons=IconSet(theming),
            tasks=Tasks(self._loop),
            actions=Actions(),
            bridge=Bridge(self.workspace),
            clock=Clock(self.workspace.now),
            messages=Messages(),
        )

    def settle(self) -> None:
        """Run every started coroutine and deliver every queued signal until nothing is left to do."""
        for _ in range(20):
            self._deliver()
            self._loop.run_until_complete(self.context.tasks.settled())
            self._loop.run_until_complete(asyncio.sleep(0))
            if not self.context.tasks.running:
                self._deliver()
                if not self.context.tasks.running:
                    return
        raise AssertionError("the panes keep starting work")

    def _deliver(self) -> None:
        QCoreApplication.sendPostedEvents()
        QCoreApplication.processEvents()
        while self.context.bridge.is_telling:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def complete(self, awaitable: Awaitable[Any]) -> None:
        """Run the loop until *awaitable* is done."""

        async def wait() -> None:
            await awaitable

        self._loop.run_until_complete(wait())

    def tick(self, microseconds: int = SECOND) -> None:
        """Let time pass and tick once."""
        self.workspace.pass_time(microseconds)
        self.context.clock.tick()

    def close(self) -> None:
        """End the tasks and the loop; delete what waits for deletion."""
        self._loop.run_until_complete(self.context.tasks.end())
        self.context.bridge.close()
        self._loop.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
