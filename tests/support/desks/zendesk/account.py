"""What a Zendesk account holds, and what becomes of it: tickets, comments, audits, tombstones. No HTTP here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Row = dict[str, Any]

FRONT, BACK = 6_100_000_000_011, 6_100_000_000_012
ADMIN, AGENT, SUSPENDED, CUSTOMER = 6_200_000_000_101, 6_200_000_000_102, 6_200_000_000_103, 6_200_000_000_201
ACME = 6_300_000_000_021
AREA = 6_400_000_000_041
BRAND = 6_500_000_000_001
WAITING_FOR_PARTS, IN_REVIEW = 6_600_000_000_007, 6_600_000_000_008
"""Statuses of the account's own: one under pending, one under open."""

CATEGORIES = ("new", "open", "pending", "hold", "solved")
DEFAULT_STATUS = {name: 6_600_000_000_000 + place for place, name in enumerate(CATEGORIES)}
WRITABLE = frozenset(
    (
        *("subject", "comment", "status", "custom_status_id", "priority", "type", "requester_id", "requester"),
        *("assignee_id", "group_id", "organization_id", "due_at", "tags", "custom_fields", "external_id", "metadata"),
        *("via_followup_source_id", "safe_update", "updated_stamp", "macro_ids"),
    )
)


class Refusal(Exception):
    """What the account says no with: a status of HTTP and the body of the answer."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


def invalid(**details: str) -> Refusal:
    """What a record that can't be so is answered with."""
    said = {name: [{"description": text, "error": "InvalidValue"}] for name, text in details.items()}
    return Refusal(422, {"error": "RecordInvalid", "description": "Record validation errors", "details": said})


MISSING = Refusal(404, {"error": "RecordNotFound", "description": "Not found"})


@dataclass
class Ticket:
    """A ticket with everything that was said and done. ``values`` are those of the wire."""

    id: int
    values: Row
    created_at: str
    updated_at: str
    comments: list[Row] = field(default_factory=list)
    audits: list[Row] = field(default_factory=list)
    deleted_at: str | None = None
    followups: list[int] = field(default_factory=list)


class Account:
    """One account. *now* is its clock, of which it keeps whole seconds."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.tickets: dict[int, Ticket] = {}
        self.files: dict[str, tuple[str, str, bytes]] = {}
        self.groups = [_group(FRONT, "Front desk"), _group(BACK, "Back office")]
        self.organizations = [_organization(ACME, "Acme")]
        self.users = [
            _user(ADMIN, "Ada Admin", "ada@desk.example", "admin"),
            _user(AGENT, "Ben Bell", "ben@desk.example", "agent", time_zone="Central Time (US & Canada)"),
            _user(SUSPENDED, "Sue Gone", "sue@desk.example", "agent", suspended=True, time_zone="Kyev"),
            _user(CUSTOMER, "Dan Dahl", "dan@acme.example", "end-user", organization_id=ACME),
        ]
        self.statuses = [_status(number, name, name, default=True) for name, number in DEFAULT_STATUS.items()]
        self.statuses += [
            _status(WAITING_FOR_PARTS, "pending", "Waiting for parts"),
            _status(IN_REVIEW, "open", "In review"),
        ]
        self.fields = [_area()]
        self._next = 0
        self._next_id = 6_900_000_000_000

    def stamp(self) -> str:
        """Return the time, in whole seconds."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def new_id(self) -> int:
        """Return an id of anything but a ticket."""
        self._next_id += 1
        return self._next_id

    def create(self, given: Row, author: int, channel: str = "api") -> Ticket:
        """Open a ticket."""
        source = given.get("via_followup_source_id")
        if source is not None:
            closed = self.tickets.get(int(source))
            if closed is None or closed.values["status"] != "closed":
                raise invalid(base="Via followup source: must be a closed ticket")
        comment = given.get("comment") or {}
        if not str(comment.get("body") or "").strip():
            raise invalid(base="Description: cannot be blank")
        self._next += 1
        stamp = self.stamp()
        values: Row = {
            **dict.fromkeys(
                ("external_id", "type", "priority", "assignee_id", "group_id", "organization_id", "due_at")
            ),
            "subject": None,
            "status": "new",
            "custom_status_id": DEFAULT_STATUS["new"],
            "requester_id": given.get("requester_id") or self._requester(given.get("requester"), author),
            "tags": [],
            "custom_fields": {AREA: None},
            "via": {"channel": channel, "source": {"from": {}, "to": {}, "rel": "follow_up" if source else None}},
        }
        ticket = Ticket(self._next, values, stamp, stamp)
        self.tickets[ticket.id] = ticket
        person = self.user(values["requester_id"])
        values["organization_id"] = person["organization_id"]
        if source is not None:
            self.tickets[int(source)].followups.append(ticket.id)
        self.change(ticket, given, comment.get("author_id") or author, is_new=True)
        return ticket

    def change(self, ticket: Ticket, given: Row, author: int, *, is_new: bool = False) -> Row:
        """Change *ticket*; returns the audit. A change that changes nothing leaves the stamp as it is."""
        if ticket.values["status"] == "closed":
            raise invalid(status="closed prevents ticket update")
        events: list[Row] = []
        assignee = given.get("assignee_id")
        if assignee is not None and all(row["id"] != assignee or row["role"] == "end-user" for row in self.users):
            raise invalid(assignee_id="User is not an agent")
        for name in ("subject", "priority", "type", "requester_id", "assignee_id", "group_id", "due_at", "external_id"):
            if name in given:
                self._set(ticket, name, given[name], events)
        self._set_status(ticket, given, events)
        if "organization_id" in given:
            self._set(ticket, "organization_id", given["organization_id"], events)
        if "tags" in given:
            self._set(ticket, "tags", sorted(dict.fromkeys(given["tags"])), events)
        for each in given.get("custom_fields") or ():
            number = int(each["id"])
            if number in ticket.values["custom_fields"] and ticket.values["custom_fields"][number] != each["value"]:
                before = ticket.values["custom_fields"][number]
                ticket.values["custom_fields"][number] = each["value"]
                events.append(_changed(self.new_id(), str(number), before, each["value"]))
        audit = {
            "id": self.new_id(),
            "ticket_id": ticket.id,
            "created_at": self.stamp(),
            "author_id": author,
            "metadata": {"system": {"client": "agentconsole", "location": None}, "custom": _custom(given)},
            "via": {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}},
            "events": events,
        }
        comment = given.get("comment")
        if comment:
            if is_new:
                events.append({"id": self.new_id(), "type": "Create", "field_name": "status", "value": "new"})
            events.append(self._say(ticket, comment, audit))
            events.append(
                {"id": self.new_id(), "type": "Notification", "via": {"channel": "rule", "source": {"rel": "trigger"}}}
            )
        if events:
            ticket.updated_at = self.stamp()
            ticket.audits.append(audit)
        return audit

    def delete(self, ticket: Ticket) -> None:
        """Delete softly: its content stays for a while."""
        ticket.deleted_at = self.stamp()

    def merge(self, source: Ticket, into: Ticket, author: int) -> None:
        """Merge *source* into *into*, and close it. What the merge writes names the other ticket."""
        rel = {"from": {}, "to": {"ticket_id": into.id}, "rel": "merge"}
        self.change(
            source,
            {"comment": {"body": f"This request was closed and merged into request #{into.id}.", "public": False}},
            author,
        )
        for holder in (source.comments[-1], source.audits[-1]):
            holder["via"] = {"channel": "web", "source": rel}
        self.change(
            into, {"comment": {"body": f"Request #{source.id} was closed and merged.", "public": False}}, author
        )
        self._set(source, "status", "closed", source.audits[-1]["events"])
        source.updated_at = self.stamp()

    def close(self, ticket: Ticket) -> None:
        """Do what Zendesk does some days after a ticket was solved."""
        self._set(ticket, "status", "closed", [])
        ticket.updated_at = self.stamp()

    def user(self, number: int | None) -> Row:
        """Return a user."""
        found = next((row for row in self.users if row["id"] == number), None)
        if found is None:
            raise MISSING
        return found

    def _requester(self, given: Row | None, author: int) -> int:
        if not given:
            return author
        for row in self.users:
            if row["email"] == given.get("email"):
                return int(row["id"])
        self.users.append(_user(self.new_id(), given["name"], given["email"], "end-user"))
        return int(self.users[-1]["id"])

    def _set(self, ticket: Ticket, name: str, value: Any, events: list[Row]) -> None:
        before = ticket.values[name]
        if before != value:
            ticket.values[name] = value
            events.append(_changed(self.new_id(), name, before, value))

    def _set_status(self, ticket: Ticket, given: Row, events: list[Row]) -> None:
        """A status of the account's own outranks its category; a category alone means its usual status."""
        number = given.get("custom_status_id")
        word = given.get("status")
        if number is not None:
            found = next((row for row in self.statuses if row["id"] == number), None)
            if found is None:
                raise invalid(custom_status_id="is invalid")
            word = found["status_category"]
        elif word is None:
            return
        if word not in (*CATEGORIES, "closed"):
            raise invalid(status=f"{word} is not valid")
        self._set(ticket, "status", word, events)
        self._set(ticket, "custom_status_id", number or DEFAULT_STATUS.get(word), events)

    def _say(self, ticket: Ticket, given: Row, audit: Row) -> Row:
        files = []
        for token in given.get("uploads") or ():
            if token not in self.files:
                raise invalid(base="Attachment: upload token is invalid")
            name, kind, content = self.files[token]
            files.append(_attachment(self.new_id(), token, name, kind, len(content)))
        public = given.get("public")
        if public is None:
            public = bool(ticket.comments[0]["public"]) if ticket.comments else True
        comment = {
            "id": self.new_id(),
            "type": "Comment",
            "author_id": given.get("author_id") or audit["author_id"],
            "body": given["body"],
            "html_body": f'<div class="zd-comment" dir="auto"><p dir="auto">{given["body"]}</p></div>',
            "plain_body": given["body"],
            "public": public,
            "attachments": files,
            "audit_id": audit["id"],
            "via": audit["via"],
            "created_at": audit["created_at"],
            "metadata": audit["metadata"],
        }
        ticket.comments.append(comment)
        told = ("id", "type", "author_id", "body", "html_body", "plain_body", "public", "attachments", "audit_id")
        return {name: comment[name] for name in told}


def _changed(number: int, name: str, before: Any, value: Any) -> Row:
    return {"id": number, "type": "Change", "field_name": name, "previous_value": before, "value": value}


def _custom(given: Row) -> Row:
    metadata = given.get("metadata")
    return dict(metadata.get("custom") or {}) if isinstance(metadata, dict) else {}


def _group(number: int, name: str) -> Row:
    return {"id": number, "name": name, "description": "", "default": False, "deleted": False, "is_public": True}


def _organization(number: int, name: str) -> Row:
    empty = dict.fromkeys(("details", "notes", "group_id", "external_id"))
    return {
        "id": number,
        "name": name,
        "domain_names": [],
        "tags": [],
        "organization_fields": {"tier": "gold"},
        **empty,
    }


def _user(number: int, name: str, email: str, role: str, **more: Any) -> Row:
    empty = dict.fromkeys(
        ("phone", "photo", "details", "notes", "signature", "alias", "external_id", "organization_id", "role_type")
    )
    usual = {"locale": "en-US", "active": True, "suspended": False, "verified": True, "tags": [], "user_fields": {}}
    zone = {"time_zone": "London", "iana_time_zone": None}
    return {"id": number, "name": name, "email": email, "role": role, **empty, **usual, **zone, **more}


def _status(number: int, category: str, label: str, *, default: bool = False) -> Row:
    return {
        "id": number,
        "status_category": category,
        "agent_label": {"hold": "On-hold"}.get(label, label.capitalize() if default else label),
        "end_user_label": label,
        "description": "",
        "active": True,
        "default": default,
    }


def _area() -> Row:
    options = [{"id": place, "name": name.upper(), "value": name} for place, name in enumerate(("dns", "mail"))]
    return {
        "id": AREA,
        "type": "tagger",
        "title": "Area",
        "active": True,
        "required": False,
        "position": 9,
        "description": None,
        "regexp_for_validation": None,
        "custom_field_options": options,
    }


def _attachment(number: int, token: str, name: str, kind: str, size: int) -> Row:
    url = f"https://files.desk-content.test/attachments/token/{token}/?name={name}"
    empty = dict.fromkeys(("width", "height", "mapped_content_url"))
    scan = {"malware_scan_result": "malware_not_found", "malware_access_override": False}
    return {
        "id": number,
        "file_name": name,
        "content_type": kind,
        "size": size,
        "content_url": url,
        "inline": False,
        "deleted": False,
        "thumbnails": [],
        **empty,
        **scan,
    }
