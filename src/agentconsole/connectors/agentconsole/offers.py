"""What the reference server offers."""

from __future__ import annotations

from agentconsole.domain.capabilities import Capabilities

OFFERS = Capabilities(
    safe_update=True,
    idempotent_writes=True,
    tombstones=True,
    push=True,
    presence=True,
    server_sla=True,
    merge=True,
    follow_up=True,
    closing=True,
    attachments="upload",
    history=True,
    macros=True,
    views=True,
    articles=True,
    contacts=True,
    pin=True,
)
