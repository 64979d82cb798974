"""Work done without a connection: ``python -m tests.bench.queued HOME CHANGES`` fills the outbox."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from agentconsole.domain.outbox_views import OutboxView
from agentconsole.domain.query import QueueQuery
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.opening import open_workspace
from agentconsole.services.profiles import Profiles
from agentconsole.services.workspace import OpenWorkspace
from tests.bench.asking import tell

_AT_ONCE = 1000
"""Tickets in one bulk edit."""
_REPLIES = 0.1
"""Share of the changes that are replies, each written for itself; the others come from bulk edits."""


async def queue(workspace: OpenWorkspace, changes: int) -> int:
    """Tag and edit all tickets that are not closed, many at a time and as often as it takes; answer some. The count."""
    listed = await workspace.queue.all_ids(QueueQuery(view="everything", text="-status:closed"))
    tickets = list(listed)
    replies = int(changes * _REPLIES)
    for ticket in (tickets * (replies // len(tickets) + 1))[:replies]:
        await workspace.tickets.comment(ticket, "We look into it and write again today.", public=True)
    queued, round_ = replies, 0
    while queued < changes:
        for first in range(0, len(tickets), _AT_ONCE):
            some = tickets[first : first + min(_AT_ONCE, changes - queued)]
            if round_ % 2:
                await workspace.tickets.set_fields(some, {"priority": ("high", "low", "normal", "urgent")[round_ % 4]})
            else:
                await workspace.tickets.change_tags(some, [f"bulk-{round_}"], [])
            queued += len(some)
            if queued >= changes:
                break
        round_ += 1
    return (await workspace.outbox.tally())[OutboxView.WAITING]


async def _main(home: Home, changes: int) -> None:
    profiles = Profiles(home, open_keychain(home))
    workspace = open_workspace(home, profiles.all()[0], profiles)
    try:
        tell(await queue(workspace, changes))
    finally:
        await workspace.close()


if __name__ == "__main__":
    asyncio.run(_main(Home(Path(sys.argv[1]), explicit=True), int(sys.argv[2])))
