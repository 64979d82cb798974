"""The services as the window and the command line see them.

Two kinds of calls. Plain methods are keyed, indexed and measured reads of the local store for what is on the screen
now: they may be called on the main thread and from any other. ``async`` methods may take longer (a write that is
fsynced, a count over everything, the network) and never block the loop that awaits them.

A write returns once it is committed to the outbox; the change feed then names what changed.
"""

from agentconsole.services.api.directory import Directory
from agentconsole.services.api.guidance import Guidance, Packs
from agentconsole.services.api.offline import Cache, Trips
from agentconsole.services.api.overview import Away, Countdown, Reports, Sla
from agentconsole.services.api.tickets import Drafts, Outbox, Queue, Tickets
from agentconsole.services.api.workspace import Connection, Pictures, Settings, Sync, Workspace

__all__ = [
    "Away",
    "Cache",
    "Connection",
    "Countdown",
    "Directory",
    "Drafts",
    "Guidance",
    "Outbox",
    "Packs",
    "Pictures",
    "Queue",
    "Reports",
    "Settings",
    "Sla",
    "Sync",
    "Tickets",
    "Trips",
    "Workspace",
]
