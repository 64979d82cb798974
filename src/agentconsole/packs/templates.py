"""Fill the placeholders of a pack's ready texts and links: ``{{ticket.id}}``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from agentconsole.domain.rows import Me, TicketDetail
from agentconsole.packs.model import Contact, Pack

PLACEHOLDERS = {
    "ticket.id": "the ticket's number",
    "ticket.subject": "its subject",
    "ticket.status": "its status",
    "ticket.priority": "its priority",
    "ticket.group.name": "the group it belongs to",
    "ticket.assignee.name": "who works on it",
    "ticket.requester.name": "who asked",
    "ticket.requester.first_name": "their first name",
    "ticket.requester.email": "their e-mail address",
    "ticket.organization.name": "their organization",
    "agent.name": "the agent who writes",
    "agent.first_name": "the agent's first name",
    "agent.email": "the agent's e-mail address",
    "level.title": "the customer's tier or plan",
    "region.title": "the customer's region",
    "intake.missing": "the questions whose answers are missing, one a line",
    "sla.first_reply": "how soon the first reply is due, in words",
    "sla.next_reply": "how soon the next reply is due, in words",
    "sla.resolution": "how soon the ticket must be solved, in words",
    "scope.text": "the rule of scope that applies",
    "scope.reason": "its reason",
    "duplicate.id": "the number of the ticket that this one repeats",
    "sanction.title": "the step of the conduct policy that was taken",
    "sanction.until": "when it ends",
    "pin.where": "where the requester finds the PIN",
    "pack.title": "the pack's title",
    "pack.organization": "the organization that the pack speaks for",
    "pack.case": "what a ticket is called there",
}
"""What a placeholder of this name becomes. ``link.ID`` and ``contact.ID`` come on top, for the ids of the pack."""

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def placeholders(text: str) -> Iterator[str]:
    """Yield the names that stand in double braces in *text*; raises ValueError for braces that are not closed."""
    yield from (found.group(1) for found in _PLACEHOLDER.finditer(text))
    rest = _PLACEHOLDER.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise ValueError("double braces are opened and not closed, or closed and not opened")


def values_of(ticket: TicketDetail, me: Me | None) -> dict[str, str]:
    """Return what *ticket* and the agent *me* tell; unknown things are left out."""
    requester, organization = ticket.requester, ticket.organization
    found = {
        "ticket.id": ticket.ref,
        "ticket.subject": ticket.subject,
        "ticket.status": ticket.status.value,
        "ticket.priority": ticket.priority.value if ticket.priority else "",
        "ticket.group.name": ticket.group,
        "ticket.assignee.name": ticket.assignee,
        "ticket.requester.name": requester.name if requester else "",
        "ticket.requester.first_name": _first(requester.name) if requester else "",
        "ticket.requester.email": (requester.email or "") if requester else "",
        "ticket.organization.name": organization.name if organization else "",
        "agent.name": me.name if me else "",
        "agent.first_name": _first(me.name) if me else "",
        "agent.email": me.email if me else "",
    }
    return {name: value for name, value in found.items() if value}


def unfilled(text: str) -> tuple[str, ...]:
    """Return the placeholders that still stand in *text*, as they are written. Braces of another kind are none."""
    return tuple(
        found.group(0)
        for found in _PLACEHOLDER.finditer(text)
        if found.group(1) in PLACEHOLDERS or found.group(1).startswith(("link.", "contact."))
    )


def fill(text: str, pack: Pack, values: Mapping[str, str]) -> str:
    """Return *text* with the placeholders filled from *values* and *pack*.

    One that can't be filled stays as it is written, so that the agent sees it before the requester does.
    """
    return _PLACEHOLDER.sub(lambda found: _value(found.group(1), pack, values) or found.group(0), text)


def fill_url(url: str, pack: Pack, values: Mapping[str, str]) -> str:
    """Return *url* with the placeholders filled, escaped as a part of a URL; what can't be filled becomes empty."""
    return _PLACEHOLDER.sub(lambda found: quote(_value(found.group(1), pack, values), safe=""), url)


def _value(name: str, pack: Pack, values: Mapping[str, str]) -> str:
    if name in values:
        return values[name]
    kind, _dot, wanted = name.partition(".")
    if kind == "link":
        link = next((one for one in pack.links if one.id == wanted), None)
        # a link's own placeholders are plain values: one that names a link could name itself
        return "" if link is None else _in_url(link.url, values) or link.printed
    if kind == "contact":
        return next((reach(contact) for contact in pack.contacts if contact.id == wanted), "")
    return {
        "pack.title": pack.pack.title,
        "pack.organization": pack.pack.organization or pack.pack.title,
        "pack.case": pack.pack.case,
        "pin.where": pack.pin.where if pack.pin else "",
    }.get(name, "")


def _in_url(url: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: quote(values.get(found.group(1), ""), safe=""), url)


def reach(contact: Contact) -> str:
    """Return how *contact* is reached, as it is printed."""
    return contact.email or contact.phone or contact.url or contact.address or contact.details


def _first(name: str) -> str:
    return next(iter(name.split()), "")
