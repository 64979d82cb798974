"""The tour: without anybody touching it, the window shows each pane, and a picture of each is kept."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDockWidget, QWidget

from agentconsole.domain.query import QueueQuery
from agentconsole.domain.values import TicketId
from agentconsole.gui.context import WindowContext
from agentconsole.gui.main_window import MainWindow

SIZE = (1280, 800)
PANE_SIZE = (1080, 760)
PANES = {
    "queue": "queuePane",
    "ticket": "ticketPane",
    "directory": "directoryPane",
    "sla": "slaPane",
    "dashboard": "dashboardPane",
}
THEMES = ("light", "dark")

_SETTLING_FRAMES = 12


async def take_tour(window: MainWindow, context: WindowContext, folder: Path) -> dict[str, Any]:
    """Wait for the first sync, then save ``{window,queue,…}-{light,dark}.png`` to *folder*: each of :data:`PANES`.

    The exchange must have been started. Returns what it found: counts of tickets and comments, seconds until the cache
    was complete, and the pictures' paths. Raises TourFailed when the help desk can't be synced.
    """
    started = time.perf_counter()
    await _synced(context)
    synced_in = time.perf_counter() - started
    window.resize(*SIZE)
    ticket = await _telling_ticket(context)
    pictures: list[str] = []
    for theme in THEMES:
        context.theming.choose(theme)
        window.show_pane("queue")
        if ticket is not None:
            window.open_ticket(ticket)
        await _settled(context)
        pictures.append(_save(window, folder / f"window-{theme}.png"))
        for name, object_name in PANES.items():
            window.show_pane(name)
            pane = window.findChild(QDockWidget, object_name)
            if pane is None:
                raise TourFailed(f"the window has no {object_name}")
            # on its own, as on a second screen: docked it would be cut to its share of the window
            pane.setFloating(True)
            pane.resize(*PANE_SIZE)
            # floated by hand, the title bar's button would have the focus and show it
            if pane.widget() is not None:
                pane.widget().setFocus()
            await _settled(context)
            pictures.append(_save(pane, folder / f"{name}-{theme}.png"))
            pane.setFloating(False)
    facts = await context.workspace.totals()
    return {**facts, "synced_in_s": round(synced_in, 2), "pictures": pictures}


class TourFailed(Exception):
    """The tour could not show what it wanted to."""

    title = "The tour could not be finished"
    advice = "Run `agentconsole doctor`; the reason is above."


async def _synced(context: WindowContext) -> None:
    """Return once the cache is complete."""
    over = asyncio.Event()

    def look(_change: object = None) -> None:
        status = context.workspace.sync.status()
        if status.last_sync_at is not None or status.needs_login or status.problem:
            over.set()

    context.bridge.changed.connect(look)
    look()
    await over.wait()
    context.bridge.changed.disconnect(look)
    status = context.workspace.sync.status()
    if status.last_sync_at is None:
        raise TourFailed(f"{status.problem} {status.advice}".strip())


async def _telling_ticket(context: WindowContext) -> TicketId | None:
    """Return a ticket that shows what the pane can do: a longer conversation with an internal note."""
    queue = context.workspace.queue
    # one of the first of the view that the window opens with, so that the queue shows which one it is
    ids = queue.first_ids(QueueQuery(view="my-open"), 12) or queue.first_ids(QueueQuery(view="all-open"), 12)
    best, most = None, -1
    for ticket in ids:
        detail = context.workspace.tickets.detail(ticket)
        if detail is None:
            continue
        notes = sum(not comment.public for comment in detail.comments)
        files = sum(len(comment.attachments) for comment in detail.comments)
        telling = len(detail.comments) + 4 * bool(notes) + 3 * bool(files)
        if telling > most:
            best, most = ticket, telling
    return best


async def _settled(context: WindowContext) -> None:
    """Return when what was started has finished and been painted."""
    for _frame in range(_SETTLING_FRAMES):
        await asyncio.sleep(0.02)
    # only what is not this tour itself: its own coroutine does not run under the window's tasks
    await context.tasks.settled()
    # what the answers brought is shown bit by bit
    for _frame in range(_SETTLING_FRAMES):
        await asyncio.sleep(0.02)


def _save(widget: QWidget, path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not widget.grab().save(str(path)):
        raise TourFailed(f"{path} could not be written")
    return str(path)
