"""What a macro would do to one ticket. The action names are those of Zendesk's macros."""

from __future__ import annotations

import re
from typing import Any

from agentconsole.domain.records import MacroRecord
from agentconsole.domain.rows import MacroEffect, Me, TicketDetail

_FIELDS = {
    "status": "status",
    "priority": "priority",
    "type": "type",
    "group_id": "group",
    "assignee_id": "assignee",
    "subject": "subject",
}
_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")


def effect(macro: MacroRecord, ticket: TicketDetail, me: Me | None) -> MacroEffect:
    """Return what *macro* would change on *ticket* when *me* applies it; nothing is changed yet.

    Actions that the console does not know are left out. A placeholder that can't be filled stays as it is written, so
    that the agent sees it before the requester does.
    """
    values: dict[str, Any] = {}
    add: set[str] = set()
    remove: set[str] = set()
    texts: list[str] = []
    public: bool | None = None
    for field, value in macro.actions:
        if field in _FIELDS:
            values[_FIELDS[field]] = _value(_FIELDS[field], value, me)
        elif field.startswith("custom_fields_"):
            values[f"field:{field.removeprefix('custom_fields_')}"] = value
        elif field in ("current_tags", "set_tags"):
            tags = set(_text(value).split())
            add |= tags
            if field == "set_tags":
                remove |= set(ticket.tags) - tags
        elif field == "remove_tags":
            remove |= set(_text(value).split())
        elif field in ("comment_value", "comment_value_html"):
            # Zendesk writes either the text or [channel, text]
            text = value[-1] if isinstance(value, list | tuple) and value else value
            texts.append(_plain(_text(text)) if field.endswith("_html") else _text(text))
        elif field == "comment_mode_is_public":
            public = str(value).lower() in ("true", "1", "yes")
    return MacroEffect(
        macro=macro.ref,
        values=values,
        add_tags=tuple(sorted(add - remove)),
        remove_tags=tuple(sorted(remove)),
        body=fill("\n\n".join(filter(None, texts)), ticket, me),
        public=public,
    )


def fill(text: str, ticket: TicketDetail, me: Me | None) -> str:
    """Return *text* with its ``{{placeholders}}`` filled from *ticket* and *me*."""
    known: dict[str, str | None] = {
        "ticket.id": ticket.ref or None,
        "ticket.title": ticket.subject,
        "ticket.subject": ticket.subject,
        "ticket.status": ticket.status.value,
        "ticket.priority": ticket.priority.value if ticket.priority else None,
        "ticket.group.name": ticket.group or None,
        "ticket.assignee.name": ticket.assignee or None,
        "ticket.assignee.first_name": _first(ticket.assignee),
    }
    if ticket.requester:
        known |= {
            "ticket.requester.name": ticket.requester.name,
            "ticket.requester.first_name": _first(ticket.requester.name),
            "ticket.requester.email": ticket.requester.email,
        }
    if ticket.organization:
        known["ticket.organization.name"] = ticket.organization.name
    if me:
        known |= {
            "current_user.name": me.name,
            "current_user.first_name": _first(me.name),
            "current_user.email": me.email,
        }

    def replacement(match: re.Match[str]) -> str:
        return known.get(match.group(1)) or match.group(0)

    return _PLACEHOLDER.sub(replacement, text)


def _value(name: str, value: Any, me: Me | None) -> Any:
    if name == "assignee" and value == "current_user":
        return me.ref if me else None
    if value in ("", None):
        return None
    return str(value)


def _text(value: Any) -> str:
    """Return *value* as words: a list is its parts, and nothing is nothing."""
    if isinstance(value, list | tuple):
        return " ".join(filter(None, map(_text, value)))
    return "" if value is None else str(value)


def _first(name: str) -> str | None:
    return name.split()[0] if name.split() else None


def _plain(html: str) -> str:
    """Reduce the simple HTML of a macro's text to plain text; it is the desk's own, not a stranger's."""
    text = re.sub(r"(?i)<br\s*/?>", "\n", html)
    text = re.sub(r"(?i)</(p|div|li|h[1-6])>", "\n", text)
    text = re.sub(r"(?i)<li[^>]*>", "- ", text)
    text = re.sub(r"<[^>]+>", "", text)
    for entity, char in (
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ):
        text = text.replace(entity, char)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
