"""What a new ticket says: the values of its form, their problems, and how they are kept between two openings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from agentconsole.domain.commands import CreateTicket
from agentconsole.domain.values import Ref

_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+\Z")
_NAMED = re.compile(r"\s*\"?(?P<name>[^<>\"]*?)\"?\s*<(?P<address>[^<>]*)>\s*\Z")


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks. ``ref`` is empty for somebody whom the help desk does not know yet."""

    ref: Ref
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class NewTicketForm:
    """The fields of the form as the agent left them.

    ``requester_ref`` is set once a known person was chosen. ``follows`` is the closed ticket that is followed up.
    """

    requester: str = ""
    requester_ref: Ref = ""
    subject: str = ""
    body: str = ""
    public: bool = True
    priority: str = ""
    group: Ref = ""
    assignee: Ref = ""
    tags: str = ""
    follows: Ref = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written that would be missed."""
        return not any(text.strip() for text in (self.requester, self.subject, self.body, self.tags))

    def problem(self) -> tuple[str, str]:
        """Return the name of the first field that keeps the ticket from being created and why; "" and "" if none."""
        if not self.requester_ref and somebody_new(self.requester) is None:
            words = "Choose who asks, or write a name and an e-mail address: Ana Silva <ana@acme.example>"
            return "requesterField", words
        if not self.subject.strip():
            return "subjectField", "Give the ticket a subject"
        if not self.body.strip():
            return "commentText", "Write a first comment: what the ticket is about"
        return "", ""

    def values(self) -> dict[str, Any]:
        """Return the fields that were set, as the ticket service takes them."""
        chosen = {"priority": self.priority, "group": self.group, "assignee": self.assignee}
        return {name: value for name, value in chosen.items() if value}

    def tag_list(self) -> tuple[str, ...]:
        """Return the tags, each once, in the order they were written."""
        return tuple(dict.fromkeys(tag for tag in re.split(r"[\s,;]+", self.tags.lower()) if tag))

    def content(self) -> str:
        """Return the form as the drafts keep it, "" for an empty one."""
        return "" if self.is_empty else json.dumps(asdict(self))


def form_of(command: CreateTicket) -> NewTicketForm:
    """Return the form that *command* was made from, as far as it says."""
    values = {name: str(command.values.get(name) or "") for name in ("priority", "group", "assignee")}
    person = f"{command.requester_name} <{command.requester_email}>" if command.requester_email else ""
    return NewTicketForm(
        requester=person or command.requester_name,
        requester_ref=command.requester or "",
        subject=command.subject,
        body=command.body,
        public=command.public,
        tags=" ".join(command.tags),
        follows=command.follows or "",
        **values,
    )


def unfinished_form(content: str) -> NewTicketForm:
    """Return the form that :meth:`NewTicketForm.content` made; what makes no sense is left out."""
    try:
        return kept_form(json.loads(content)) if content else NewTicketForm()
    except ValueError:
        return NewTicketForm()


def kept_form(kept: object) -> NewTicketForm:
    """Return the form of *kept*, its values by name; what makes no sense is left out."""
    if not isinstance(kept, Mapping):
        return NewTicketForm()
    empty = NewTicketForm()
    known = {each.name for each in fields(NewTicketForm)}
    fitting = {k: v for k, v in kept.items() if k in known and type(v) is type(getattr(empty, k))}
    return replace(empty, **fitting)


def somebody_new(text: str) -> Requester | None:
    """Return the person that *text* introduces ("Ana Silva <ana@acme.example>" or an address), None if it does not."""
    named = _NAMED.match(text)
    address = (named["address"] if named else text).strip()
    if not _ADDRESS.match(address):
        return None
    name = named["name"].strip() if named else ""
    return Requester("", name or address.partition("@")[0], address)
