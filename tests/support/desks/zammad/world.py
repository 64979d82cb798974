"""A Zammad without Zammad: its rows and its rules, as its documentation and traffic show them.

Peculiar on purpose: ids are numbers and ``number`` is another one; user 1 is nobody; statuses are rows of types; a
pending one wants a time; an article's size is a text; tags stand apart; what is deleted is just gone; a merge that
fails is answered with 200.
"""

from __future__ import annotations

import base64
import binascii
import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

Wire = dict[str, Any]

NOBODY, ADA, BEN, CLEO, DAN, EVE = 1, 3, 4, 5, 7, 8
"""Ada administrates, Ben is an agent of the front desk, Cleo may only read; Dan and Eve are customers."""
FRONT, BACK, SECRET = 1, 2, 3
ACME, BOLT = 2, 3
NEW, OPEN, REMINDER, CLOSED, MERGED, PENDING_CLOSE, WAITING, HOLD = 1, 2, 3, 4, 5, 7, 8, 9

TOKENS = {"ada-token": ADA, "ben-token": BEN, "cleo-token": CLEO, "dan-token": DAN}
ROLES = {1: "Admin", 2: "Agent", 3: "Customer"}
STATES = {
    NEW: ("new", "new"),
    OPEN: ("open", "open"),
    REMINDER: ("pending reminder", "pending reminder"),
    CLOSED: ("closed", "closed"),
    MERGED: ("merged", "merged"),
    PENDING_CLOSE: ("pending close", "pending action"),
    WAITING: ("waiting for customer", "pending reminder"),
    HOLD: ("on hold", "open"),
}
STATE_TYPES = {"new": 1, "open": 2, "pending reminder": 3, "pending action": 4, "closed": 5, "merged": 6, "removed": 7}
PRIORITIES = {1: "1 low", 2: "2 normal", 3: "3 high"}
ARTICLE_TYPES = {"email": 1, "sms": 2, "chat": 3, "fax": 4, "phone": 5, "note": 10, "web": 11}
SENDERS = {"Agent": 1, "Customer": 2, "System": 3}
COMMUNICATION = frozenset(ARTICLE_TYPES) - {"note"}

WRITABLE = (
    "title",
    "group_id",
    "priority_id",
    "state_id",
    "owner_id",
    "customer_id",
    "organization_id",
    "type",
    "note",
)
OWN_ATTRIBUTES = ("area", "affected_users")


class Problem(Exception):
    """An answer that is an error: its status, and what its body says."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, "error_human": error}


class ZammadWorld:
    """The state of one Zammad. *now* is its clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._ids = itertools.count(100)
        self.without_preferences = False
        """Drop what clients put into preferences, as a desk of another version might."""
        self.users: dict[int, Wire] = {}
        self.organizations: dict[int, Wire] = {}
        self.groups: dict[int, Wire] = {}
        self.tickets: dict[int, Wire] = {}
        self.articles: dict[int, Wire] = {}
        self.files: dict[int, bytes] = {}
        self.tags: dict[int, list[str]] = {}
        self.history: list[Wire] = []
        self.priorities = dict(PRIORITIES)
        self._people()

    def stamp(self) -> str:
        """The time as this desk writes it: milliseconds, always three digits."""
        return self._now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    # people

    def _people(self) -> None:
        for number, name in ((FRONT, "Front desk"), (BACK, "Back office"), (SECRET, "Board")):
            self.groups[number] = {"id": number, "name": name, "active": True, "user_ids": [], "note": None}
        for number, name, domain, tier in ((ACME, "Acme", "acme.example", "platinum"), (BOLT, "Bolt", "", "standard")):
            self.organizations[number] = {
                "id": number,
                "name": name,
                "domain": domain,
                "note": "",
                "active": True,
                "shared": True,
                "tier": tier,
                "member_ids": [],
            }
        self.add_user(NOBODY, "-", "", "", [], active=False)
        both = {FRONT: ["full"], BACK: ["full"]}
        self.add_user(ADA, "Ada", "Admin", "ada@desk.example", [1, 2], {**both, SECRET: ["full"]})
        self.add_user(BEN, "Ben", "Bell", "ben@desk.example", [2], both)
        self.add_user(CLEO, "Cleo", "Cole", "cleo@desk.example", [2], {FRONT: ["read"], BACK: ["read"]})
        self.add_user(DAN, "Dan", "Dahl", "dan@acme.example", [3], organization=ACME)
        self.add_user(EVE, "Ève", "Ünal", "eve@bolt.example", [3], organization=BOLT)

    def add_user(
        self,
        number: int,
        first: str,
        last: str,
        email: str,
        roles: list[int],
        groups: dict[int, list[str]] | None = None,
        *,
        organization: int | None = None,
        active: bool = True,
    ) -> Wire:
        """Somebody more."""
        rights = {str(group): may for group, may in (groups or {}).items()}
        self.users[number] = {
            "id": number,
            "login": email or "-",
            "firstname": first,
            "lastname": last,
            "email": email,
            "phone": "",
            "mobile": "",
            "organization_id": organization,
            "active": active,
            "vip": False,
            "note": "",
            "preferences": {},
            "role_ids": roles,
            "group_ids": rights,
            "created_at": self.stamp(),
            "updated_at": self.stamp(),
        }
        for group in groups or {}:
            self.groups[group]["user_ids"].append(number)
        return self.users[number]

    def is_agent(self, user: int) -> bool:
        return bool({1, 2} & set(self.users[user]["role_ids"]))

    def may(self, user: int, ticket: Wire, right: str) -> bool:
        rights = self.users[user]["group_ids"].get(str(ticket["group_id"]), [])
        return "full" in rights or right in rights or ticket["customer_id"] == user

    # tickets

    def visible(self, user: int) -> list[Wire]:
        """The tickets that *user* may read, by id."""
        return [row for _, row in sorted(self.tickets.items()) if self.may(user, row, "read")]

    def ticket(self, number: int, user: int, right: str = "read") -> Wire:
        row = self.tickets.get(number)
        if row is None:
            raise Problem(404, f"Couldn't find Ticket with 'id'={number}")
        if not self.may(user, row, right):
            raise Problem(403, "Not authorized")
        return row

    def create(self, user: int, body: Wire) -> Wire:
        customer = body.get("customer_id")
        if isinstance(customer, str) and customer.startswith("guess:"):
            customer = self._found_or_made({"email": customer.removeprefix("guess:")})
        elif customer is None and isinstance(body.get("customer"), dict):
            customer = self._found_or_made(body["customer"])
        if customer not in self.users:
            raise Problem(422, f"Invalid value for param 'customer_id': {customer!r}")
        if not body.get("title") or body.get("group_id") not in self.groups:
            raise Problem(422, "Missing required value for field 'group_id'!")
        number = next(self._ids)
        row: Wire = {
            "id": number,
            "number": str(53_000 + number),
            "title": "",
            "group_id": None,
            "priority_id": 2,
            "state_id": NEW,
            "organization_id": self.users[int(customer)]["organization_id"],
            "owner_id": NOBODY,
            "customer_id": customer,
            "note": None,
            "type": None,
            "pending_time": None,
            "first_response_at": None,
            "first_response_escalation_at": None,
            "update_escalation_at": None,
            "close_at": None,
            "close_escalation_at": None,
            "escalation_at": None,
            "time_unit": None,
            "article_count": 0,
            "create_article_type_id": None,
            "preferences": {} if self.without_preferences else dict(body.get("preferences") or {}),
            "created_by_id": user,
            "updated_by_id": user,
            "created_at": self.stamp(),
            "updated_at": self.stamp(),
            **dict.fromkeys(OWN_ATTRIBUTES),
        }
        self._assign(row, {name: body[name] for name in body if name != "customer_id"})
        self.tickets[number] = row
        self.tags[number] = [tag.strip() for tag in str(body.get("tags") or "").split(",") if tag.strip()]
        self._remember(user, number, "Ticket", "created")
        if isinstance(body.get("article"), dict):
            article = self.write(user, number, body["article"])
            row["create_article_type_id"] = article["type_id"]
        return row

    def _found_or_made(self, customer: Wire) -> int:
        email = str(customer.get("email") or "").lower()
        known = next((number for number, user in self.users.items() if user["email"] == email and email), None)
        if known is not None:
            return known
        number = next(self._ids)
        self.add_user(number, customer.get("firstname") or "", customer.get("lastname") or "", email, [3])
        return number

    def update(self, user: int, number: int, body: Wire) -> Wire:
        """Change fields and write an article, both or neither."""
        row = self.ticket(number, user, "change")
        changed = dict(row)
        self._assign(changed, body)
        if isinstance(body.get("article"), dict):
            self._checked(body["article"])
        for name, value in changed.items():
            if value != row[name] and name in (*WRITABLE, *OWN_ATTRIBUTES, "pending_time"):
                self._remember(user, number, "Ticket", "updated", name.removesuffix("_id"), row[name], value)
        if changed != row:
            row |= changed
            self.touch(row, user)
        if isinstance(body.get("article"), dict):
            self.write(user, number, body["article"])
        return row

    def _assign(self, row: Wire, body: Wire) -> None:
        known: dict[str, Any] = {"group_id": self.groups, "state_id": STATES, "priority_id": self.priorities}
        known |= {"owner_id": self.users, "customer_id": self.users}
        for name in (*WRITABLE, *OWN_ATTRIBUTES, "pending_time"):
            if name not in body:
                continue
            value = body[name]
            if name in known and value not in known[name]:
                raise Problem(422, f"Invalid value for param '{name}': {value!r}")
            row[name] = value
        kind = STATES[row["state_id"]][1]
        if kind.startswith("pending"):
            if not row["pending_time"]:
                raise Problem(422, "Missing required value for field 'pending_time'!")
        else:
            row["pending_time"] = None
        if kind == "closed" and not row.get("close_at"):
            row["close_at"] = self.stamp()

    def touch(self, row: Wire, user: int) -> None:
        row["updated_at"] = self.stamp()
        row["updated_by_id"] = user

    def delete(self, number: int) -> None:
        """Remove a ticket with all that belongs to it; nothing is left that tells of it."""
        del self.tickets[number]
        self.tags.pop(number, None)
        for article in [each for each in self.articles.values() if each["ticket_id"] == number]:
            del self.articles[article["id"]]
        self.history = [each for each in self.history if each["ticket"] != number]

    # articles

    def _checked(self, body: Wire) -> list[tuple[Wire, bytes]]:
        if not body.get("body"):
            raise Problem(422, 'Need at least article: { body: "some text" }')
        if body.get("type", "note") not in ARTICLE_TYPES:
            raise Problem(422, f"No lookup value found for 'type': {body['type']!r}")
        if body.get("type") == "email" and not body.get("to"):
            raise Problem(422, "Sending an email without a valid recipient is not possible.")
        files = []
        for index, each in enumerate(body.get("attachments") or ()):
            for key in ("mime-type", "filename", "data"):
                if not each.get(key) and each.get(key) != "":
                    raise Problem(422, f"Attachment needs '{key}' param for attachment with index '{index}'")
            try:
                files.append((each, base64.b64decode(each["data"], validate=True)))
            except binascii.Error as error:
                raise Problem(422, f"Invalid base64 for attachment with index '{index}'") from error
        return files

    def write(self, user: int, number: int, body: Wire) -> Wire:
        """Write an article; the ticket is changed by that."""
        files = self._checked(body)
        kind, sender = (
            body.get("type") or "note",
            body.get("sender") or ("Agent" if self.is_agent(user) else "Customer"),
        )
        article_id = next(self._ids)
        attachments = []
        for said, content in files:
            file_id = next(self._ids)
            self.files[file_id] = content
            told = {"Mime-Type": said["mime-type"]}
            attachments.append(
                {"id": file_id, "filename": said["filename"], "size": str(len(content)), "preferences": told}
            )
        author = self.users[user]
        name = f"{author['firstname']} {author['lastname']}"
        row: Wire = {
            "id": article_id,
            "ticket_id": number,
            "type_id": ARTICLE_TYPES[kind],
            "sender_id": SENDERS[sender],
            "from": body.get("from") or (f"{name} <{author['email']}>" if kind == "email" else name),
            "to": body.get("to"),
            "cc": body.get("cc"),
            "subject": body.get("subject"),
            "reply_to": None,
            "message_id": f"<{article_id}@zammad.test>" if kind == "email" else None,
            "in_reply_to": body.get("in_reply_to"),
            "content_type": body.get("content_type") or "text/plain",
            "body": body["body"],
            "internal": bool(body.get("internal")),
            "preferences": {} if self.without_preferences else dict(body.get("preferences") or {}),
            "origin_by_id": body.get("origin_by_id"),
            "created_by_id": user,
            "updated_by_id": user,
            "created_at": self.stamp(),
            "updated_at": self.stamp(),
            "attachments": attachments,
            "type": kind,
            "sender": sender,
            "created_by": author["login"],
            "updated_by": author["login"],
        }
        self.articles[article_id] = row
        ticket = self.tickets[number]
        ticket["article_count"] += 1
        if sender == "Agent" and kind in COMMUNICATION and not row["internal"] and not ticket["first_response_at"]:
            ticket["first_response_at"] = self.stamp()
        if sender == "Customer" and STATES[ticket["state_id"]][1] not in ("new", "merged"):
            self._assign(ticket, {"state_id": OPEN})
        self.touch(ticket, user)
        self._remember(user, number, "Ticket::Article", "created")
        return row

    def articles_of(self, number: int) -> list[Wire]:
        found = [each for each in self.articles.values() if each["ticket_id"] == number]
        return sorted(found, key=lambda each: (each["created_at"], each["id"]))

    # tags, merging, history

    def tag(self, user: int, number: int, name: str, *, add: bool) -> None:
        row = self.ticket(number, user, "change")
        tags = self.tags[number]
        if add and name not in tags:
            tags.append(name)
        elif not add and name in tags:
            tags.remove(name)
        else:
            return
        self.touch(row, user)
        told = {"value_to": name} if add else {"value_to": name, "value_from": ""}
        self._remember(user, number, "Ticket", "added" if add else "removed", "tag", told.get("value_from"), name)

    def merge(self, user: int, source: int, target_number: str) -> Wire:
        target = next((row for row in self.tickets.values() if row["number"] == target_number), None)
        if target is None:
            return {"result": "failed", "message": "The target ticket number could not be found."}
        row = self.tickets.get(source)
        if row is None:
            return {"result": "failed", "message": "The source ticket could not be found."}
        self.ticket(target["id"], user, "change")
        self.ticket(source, user, "change")
        if STATES[target["state_id"]][1] == "merged" or target is row:
            raise Problem(422, "It is not possible to merge into an already merged ticket.")
        for article in self.articles_of(source):
            article["ticket_id"] = target["id"]
            target["article_count"] += 1
            row["article_count"] -= 1
        row |= {"state_id": MERGED, "owner_id": NOBODY, "pending_time": None}
        self.write(user, source, {"body": "merged", "type": "note", "internal": False, "sender": "System"})
        self.touch(row, user)
        self.touch(target, user)
        self._remember(user, source, "Ticket", "merged_into")
        self._remember(user, target["id"], "Ticket", "received_merge")
        return {"result": "success", "target_ticket": target, "source_ticket": row}

    def _remember(
        self,
        user: int,
        number: int,
        what: str,
        kind: str,
        attribute: str | None = None,
        old: Any = None,
        new: Any = None,
    ) -> None:
        item: Wire = {
            "id": len(self.history) + 1,
            "ticket": number,
            "o_id": number,
            "object": what,
            "type": kind,
            "created_by_id": user,
            "created_at": self.stamp(),
        }
        if attribute is not None:
            item |= {
                "attribute": attribute,
                "value_from": self._said(attribute, old),
                "value_to": self._said(attribute, new),
            }
            if isinstance(new, int) and attribute in ("state", "owner", "group", "priority", "customer"):
                item |= {"id_from": old, "id_to": new}
        self.history.append(item)

    def _said(self, attribute: str, value: Any) -> str:
        if attribute == "state" and value in STATES:
            return STATES[value][0]
        if attribute == "priority" and value in self.priorities:
            return self.priorities[value]
        if attribute in ("owner", "customer") and value in self.users:
            return f"{self.users[value]['firstname']} {self.users[value]['lastname']}".strip()
        if attribute == "group" and value in self.groups:
            return str(self.groups[value]["name"])
        return "" if value is None else str(value)
