"""The routes, one module a resource. Each spells its full path, without ``.json``."""

from fastapi import APIRouter

from agentconsole.server.routes import (
    comments,
    desk_info,
    events,
    export,
    fields,
    groups,
    help_center,
    incremental,
    jobs,
    macros,
    organizations,
    pin,
    revocations,
    satisfaction,
    search,
    sla,
    ticket_bulk,
    tickets,
    upload_parts,
    uploads,
    users,
    views,
)

# The first path that fits is taken, so "tickets/update_many" (bulk) must come before "tickets/{id}".
ROUTERS: tuple[APIRouter, ...] = (
    ticket_bulk.router,
    tickets.router,
    comments.router,
    uploads.router,
    upload_parts.router,
    users.router,
    pin.router,
    revocations.router,
    organizations.router,
    groups.router,
    search.router,
    views.router,
    macros.router,
    fields.router,
    sla.router,
    satisfaction.router,
    help_center.router,
    jobs.router,
    incremental.router,
    export.router,
    desk_info.router,
    events.router,
)
