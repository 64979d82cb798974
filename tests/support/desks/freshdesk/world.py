"""A Freshdesk without Freshdesk: its rows and its rules, as its documentation and samples show them.

Peculiar on purpose: statuses, priorities and sources are numbers; the description is none of the conversations; tags
are replaced as a whole; what is deleted goes to the trash and what is spam to its own list; times are whole seconds.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

Wire = dict[str, Any]

ADA, BEN, CLEO, DAN, EVE, FAY = 101, 102, 103, 201, 202, 203
"""Ada and Ben are agents, Cleo a collaborator; Dan and Eve ask for help, Fay is copied in."""
FRONT, BACK = 11, 12
ACME, BOLT = 21, 22
OPEN, PENDING, RESOLVED, CLOSED, WAITING, THIRD_PARTY = 2, 3, 4, 5, 6, 7

KEYS = {"ada-key": ADA, "ben-key": BEN, "cleo-key": CLEO}
STATUSES = {
    OPEN: ["Open", "Being Processed"],
    PENDING: ["Pending", "Awaiting your Reply"],
    RESOLVED: ["Resolved", "This ticket has been Resolved"],
    CLOSED: ["Closed", "This ticket has been Closed"],
    WAITING: ["Waiting on Customer", "Awaiting your Reply"],
    THIRD_PARTY: ["Waiting on Third Party", "Being Processed"],
}
SETTABLE = {
    "subject": str,
    "description": str,
    "status": int,
    "priority": int,
    "source": int,
    "type": str,
    "requester_id": int,
    "responder_id": int,
    "group_id": int,
    "tags": list,
    "custom_fields": dict,
}
NULLABLE = ("type", "responder_id", "group_id")
CUSTOM = {"cf_area": ["DNS", "Mail"], "cf_seats": None}


class Problem(Exception):
    """An answer that is an error: its status and its body, None for an empty one."""

    def __init__(self, status: int, body: Any = None) -> None:
        super().__init__(f"{status}")
        self.status = status
        self.body = body


def invalid(field: str, message: str, code: str = "invalid_value") -> Problem:
    """The answer to a request that does not make sense."""
    errors = [{"field": field, "message": message, "code": code}]
    return Problem(400, {"description": "Validation failed", "errors": errors})


class FreshdeskWorld:
    """The state of one Freshdesk. *now* is its clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._ids = itertools.count(1_000)
        self._numbers = itertools.count(1)
        self.tickets: dict[int, Wire] = {}
        self.conversations: dict[int, Wire] = {}
        self.files: dict[int, bytes] = {}
        self.contacts: dict[int, Wire] = {}
        self.agents: dict[int, Wire] = {}
        self.groups: dict[int, Wire] = {
            FRONT: {"id": FRONT, "name": "Front desk", "agent_ids": [ADA, BEN]},
            BACK: {"id": BACK, "name": "Back office", "agent_ids": [BEN]},
        }
        self.companies: dict[int, Wire] = {}
        for number, name, tier in ((ACME, "Acme", "Premium"), (BOLT, "Bolt", "Basic")):
            known = {
                "id": number,
                "name": name,
                "description": None,
                "note": None,
                "domains": [f"{name.lower()}.example"],
            }
            self.companies[number] = known | {
                "account_tier": tier,
                "custom_fields": {"region": "EMEA"},
                "industry": None,
            }
        for number, name, email, kind in (
            (ADA, "Ada Admin", "ada@desk.example", "support_agent"),
            (BEN, "Ben Bell", "ben@desk.example", "support_agent"),
            (CLEO, "Cleo Cole", "cleo@desk.example", "collaborator"),
        ):
            contact = {"active": True, "name": name, "email": email, "phone": None, "mobile": None, "language": "en"}
            self.agents[number] = {"id": number, "type": kind, "contact": contact | {"time_zone": "Berlin"}}
        for number, name, email, company in (
            (DAN, "Dan Dahl", "dan@acme.example", ACME),
            (EVE, "Ève Ünal", "eve@bolt.example", BOLT),
            (FAY, "Fay Fox", "fay@else.example", None),
        ):
            self.add_contact(name, email, company, number)

    def stamp(self) -> str:
        """The time as this desk writes it: whole seconds."""
        return self._now().astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    def now(self) -> datetime:
        return self._now()

    def add_contact(self, name: str, email: str, company: int | None = None, number: int | None = None) -> int:
        number = number or next(self._ids)
        self.contacts[number] = {
            "id": number,
            "name": name,
            "email": email,
            "phone": None,
            "mobile": None,
            "company_id": company,
            "description": None,
            "language": "en",
            "time_zone": "Eastern Time (US & Canada)",
            "tags": [],
            "active": True,
            "created_at": self.stamp(),
            "updated_at": self.stamp(),
        }
        return number

    # tickets

    def ticket(self, number: int, *, writing: bool = False) -> Wire:
        row = self.tickets.get(number)
        if row is None:
            raise Problem(404)
        if writing and (row["deleted"] or row["spam"]):
            raise Problem(405)
        return row

    def create(self, body: Wire, files: list[tuple[str, str, bytes]] | None = None, author: int | None = None) -> Wire:
        """Open a ticket; *author* is whom the desk takes the description to be of."""
        requester = body.pop("requester_id", None) or author
        email, name = body.pop("email", None), body.pop("name", None)
        if requester is None and email:
            known = next((key for key, row in self.contacts.items() if row["email"] == email), None)
            requester = known or self.add_contact(name or email, email)
        if requester not in self.contacts and requester not in self.agents:
            raise invalid("requester_id", "There is no contact matching the given requester_id")
        for field in ("status", "priority", "source", "description", "subject"):
            if body.get(field) in (None, "") and field not in ("subject",):
                raise invalid(field, "It should not be blank as this is a mandatory field", "missing_field")
        number = next(self._numbers)
        row: Wire = {
            "id": number,
            "subject": "",
            "description": "",
            "status": OPEN,
            "priority": 1,
            "source": 2,
            "type": None,
            "requester_id": requester,
            "responder_id": None,
            "group_id": None,
            "company_id": self.contacts.get(int(requester or 0), {}).get("company_id"),
            "product_id": None,
            "tags": [],
            "custom_fields": dict.fromkeys(CUSTOM),
            "cc_emails": [],
            "fwd_emails": [],
            "reply_cc_emails": [],
            "to_emails": None,
            "email_config_id": None,
            "spam": False,
            "deleted": False,
            "due_by": "2026-11-20T10:00:00Z",
            "fr_due_by": "2026-11-18T10:00:00Z",
            "is_escalated": False,
            "fr_escalated": False,
            "attachments": self._kept(files or []),
            "created_at": self.stamp(),
            "updated_at": self.stamp(),
        }
        self._assign(row, body)
        self.tickets[number] = row | {"stats": {"first_responded_at": None, "resolved_at": None, "closed_at": None}}
        return self.tickets[number]

    def update(self, number: int, body: Wire) -> Wire:
        row = self.ticket(number, writing=True)
        before = {name: row[name] for name in SETTABLE}
        self._assign(row, body)
        if any(row[name] != before[name] for name in SETTABLE):
            row["updated_at"] = self.stamp()
        if row["status"] in (RESOLVED, CLOSED) and row["stats"]["resolved_at"] is None:
            row["stats"]["resolved_at"] = self.stamp()
        return row

    def _assign(self, row: Wire, body: Wire) -> None:
        for name, value in body.items():
            if name not in SETTABLE:
                raise invalid(name, "Unexpected/invalid field in request", "invalid_field")
            if value is None and name in NULLABLE:
                continue
            if not isinstance(value, SETTABLE[name]) or isinstance(value, bool):
                kind = SETTABLE[name].__name__
                raise invalid(
                    name, f"Value set is of type {type(value).__name__}. It should be a/an {kind}", "datatype_mismatch"
                )
        if body.get("status", OPEN) not in STATUSES:
            raise invalid("status", f"It should be one of these values: '{','.join(map(str, STATUSES))}'")
        if body.get("priority", 1) not in (1, 2, 3, 4):
            raise invalid("priority", "It should be one of these values: '1,2,3,4'")
        if body.get("responder_id") is not None and body["responder_id"] not in self.agents:
            raise invalid("responder_id", "There is no agent matching the given responder_id")
        if body.get("group_id") is not None and body["group_id"] not in self.groups:
            raise invalid("group_id", "There is no group matching the given group_id")
        for name, value in (body.get("custom_fields") or {}).items():
            if name not in CUSTOM:
                raise invalid(name, "Unexpected/invalid field in request", "invalid_field")
            choices = CUSTOM[name]
            if choices is not None and value is not None and value not in choices:
                raise invalid(name, f"It should be one of these values: '{','.join(choices)}'")
        for name, value in body.items():
            row[name] = row["custom_fields"] | value if name == "custom_fields" else value

    def shown(self, row: Wire, include: set[str], *, in_list: bool) -> Wire:
        """A ticket as it is answered: what has to be asked for is left out."""
        found = {name: value for name, value in row.items() if name != "stats"}
        if in_list:
            found.pop("attachments")
        if in_list and "description" not in include:
            found.pop("description")
        else:
            found["description_text"] = text_of(row["description"])
        if not row["deleted"]:
            found.pop("deleted")  # only what was thrown away says so
        if "stats" in include:
            found["stats"] = row["stats"]
        if "requester" in include:
            person = self.contacts.get(row["requester_id"]) or self.agents[row["requester_id"]]["contact"]
            found["requester"] = {name: person.get(name) for name in ("name", "email", "mobile", "phone")}
            found["requester"]["id"] = row["requester_id"]
        if "company" in include and row["company_id"]:
            found["company"] = {"id": row["company_id"], "name": self.companies[row["company_id"]]["name"]}
        if "conversations" in include:
            found["conversations"] = self.conversations_of(row["id"])[:10]
        found["attachments"] = [self.signed(each) for each in row["attachments"]]
        return found

    def delete(self, number: int) -> None:
        """Throw a ticket away."""
        self.ticket(number, writing=True) | {}
        self.tickets[number] |= {"deleted": True, "updated_at": self.stamp()}

    def call_spam(self, number: int) -> None:
        self.tickets[number] |= {"spam": True, "updated_at": self.stamp()}

    def merge(self, body: Wire) -> None:
        into = self.ticket(body["primary_id"], writing=True)
        for number in body["ticket_ids"]:
            source = self.ticket(number, writing=True)
            if source is into:
                continue
            told = body.get("note_in_secondary") or {"body": f"Merged into ticket {into['id']}", "private": False}
            self.say(number, ADA, told["body"], private=told["private"], source=2)
            source |= {"status": CLOSED, "updated_at": self.stamp()}
            told = body.get("note_in_primary") or {"body": f"Merged from ticket {number}", "private": False}
            self.say(into["id"], ADA, told["body"], private=told["private"], source=2)

    # conversations

    def say(
        self,
        number: int,
        who: int,
        body: str,
        *,
        private: bool = False,
        incoming: bool = False,
        source: int = 0,
        files: list[tuple[str, str, bytes]] | None = None,
    ) -> Wire:
        """Add a reply or a note. A customer's opens the ticket again."""
        ticket = self.ticket(number, writing=True)
        identity = next(self._ids)
        row: Wire = {
            "id": identity,
            "body": body,
            "body_text": text_of(body),
            "incoming": incoming,
            "private": private,
            "source": source,
            "user_id": who,
            "ticket_id": number,
            "support_email": None,
            "to_emails": None,
            "from_email": None,
            "cc_emails": [],
            "attachments": self._kept(files or []),
            "created_at": self.stamp(),
            "updated_at": self.stamp(),
        }
        self.conversations[identity] = row
        if incoming and ticket["status"] != OPEN:
            ticket["status"] = OPEN
        if not incoming and not private and ticket["stats"]["first_responded_at"] is None:
            ticket["stats"]["first_responded_at"] = self.stamp()
        ticket["updated_at"] = self.stamp()
        return row

    def conversations_of(self, number: int) -> list[Wire]:
        rows = [row for row in self.conversations.values() if row["ticket_id"] == number]
        return [
            row | {"attachments": [self.signed(each) for each in row["attachments"]]}
            for row in sorted(rows, key=lambda row: (row["created_at"], row["id"]))
        ]

    def _kept(self, files: list[tuple[str, str, bytes]]) -> list[Wire]:
        found = []
        for name, kind, content in files:
            identity = next(self._ids)
            self.files[identity] = content
            known = {"id": identity, "name": name, "content_type": kind, "size": len(content)}
            found.append(known | {"created_at": self.stamp(), "updated_at": self.stamp()})
        return found

    def signed(self, file: Wire) -> Wire:
        """*file* with an address that is good for five minutes."""
        expires = int(self._now().timestamp()) + 300
        return file | {"attachment_url": f"http://cdn.test/files/{file['id']}?expires={expires}&signature=s{expires}"}


def text_of(markup: str) -> str:
    """Plain text as this desk makes it: all on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())
