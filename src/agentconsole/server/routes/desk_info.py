"""The extras around the tickets: the session, support contacts, announcements, the system status, stored answers."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Path, Response
from msgspec import Raw
from pydantic import Field
from sqlalchemy import Row, delete, select

from agentconsole import __version__
from agentconsole.server import errors, idempotency
from agentconsole.server.audit_trail import json_text
from agentconsole.server.bodies import Body, BodyId, Instant, Line, Prose
from agentconsole.server.call import ReadCall, Reply, WriteCall
from agentconsole.server.database import WriteTransaction
from agentconsole.server.instants import to_text
from agentconsole.server.routes.users import own_shape, user_row
from agentconsole.server.schema import announcements, contacts, status_summary

router = APIRouter(prefix="/api/agentconsole/v1", tags=["extras"])

ALL_WELL: Mapping[str, Any] = {
    "page": {"id": "agentconsole", "name": "agentconsole", "url": None, "time_zone": "Etc/UTC", "updated_at": None},
    "status": {"indicator": "none", "description": "All Systems Operational"},
    "components": [],
    "incidents": [],
    "scheduled_maintenances": [],
}
"""The summary of an account that never stored one."""


@router.get("/session")
def show_session(call: ReadCall) -> Response:
    """Who is asking, in which role, and what time the server has."""
    with call.read() as db:
        user = own_shape(call, user_row(db, call.user_id))
    return call.json(
        {
            "user": user,
            "role": call.principal.role,
            "server": "agentconsole",
            "version": __version__,
            "time": to_text(call.desk.database.now()),
        }
    )


@router.get("/idempotency/{key}")
def show_answer(call: ReadCall, key: Annotated[str, Path(min_length=1, max_length=255)]) -> Response:
    """The first answer to your write with this key."""
    with call.read() as db:
        answer = idempotency.find(db, call.user_id, key.replace("\x00", ""))
    if answer is None:
        raise errors.not_found()
    return call.json(
        {
            "key": key,
            "method": answer.method,
            "path": answer.path,
            "status": answer.status,
            "body": Raw(answer.body) if answer.body else None,
        }
    )


class ContactInput(Body):
    """One way to reach somebody."""

    id: BodyId | None = None
    section: Line
    purpose: Line
    department: Line | None = None
    method: Literal["email", "phone", "web", "chat"]
    details: Prose
    address: Line | None = None
    availability: Line | None = None
    region: Line | None = None
    time_zone: Line | None = None
    hours: dict[str, list[tuple[Line, Line]]] | None = None
    tiers: Annotated[list[Line], Field(max_length=50)] = Field(default_factory=list)
    emergency: bool = False
    executive: bool = False
    when: Line | None = None
    notes: Prose | None = None


class ContactsBody(Body):
    """The whole directory, in the order in which it is shown."""

    contacts: Annotated[list[ContactInput], Field(max_length=2_000)]


CONTACT_FIELDS = (
    *("id", "section", "purpose", "department", "method", "details", "address", "availability", "region"),
    *("time_zone", "emergency", "executive", "when", "notes", "position", "updated_at"),
)


def _contact(row: Row[Any]) -> dict[str, Any]:
    shape = {name: getattr(row, name) for name in CONTACT_FIELDS}
    return {**shape, "hours": Raw(row.hours), "tiers": Raw(row.tiers)}


@router.get("/contacts")
def list_contacts(call: ReadCall) -> Response:
    """The support contacts of the directory."""
    with call.read() as db:
        rows = db.execute(select(contacts).order_by(contacts.c.position, contacts.c.id)).all()
    return call.json({"contacts": [_contact(row) for row in rows]})


@router.put("/contacts")
def replace_contacts(call: WriteCall, body: ContactsBody) -> Response:
    """Replace the whole directory. Admins only."""

    def replace(tx: WriteTransaction) -> Reply:
        call.require_admin()
        known = set(tx.db.scalars(select(contacts.c.id)))
        tx.db.execute(delete(contacts))
        for position, given in enumerate(body.contacts):
            given.warn(call)
            values = given.given(*ContactInput.model_fields)
            contact_id = values.pop("id", None)
            tx.add(
                contacts,
                **{
                    **values,
                    "id": contact_id if contact_id in known else None,
                    "hours": json_text(given.hours),
                    "tiers": json_text(given.tiers),
                    "position": position,
                },
            )
            known.discard(contact_id)
        rows = tx.db.execute(select(contacts).order_by(contacts.c.position)).all()
        return Reply(200, {"contacts": [_contact(row) for row in rows]})

    return call.write(replace)


class AnnouncementInput(Body):
    """Something that everybody should know."""

    title: Line
    body: Prose = ""
    kind: Literal["announcement", "maintenance", "release"] = "announcement"
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    url: Line | None = None


class AnnouncementBody(Body):
    """The envelope."""

    announcement: AnnouncementInput


ANNOUNCEMENT_FIELDS = ("id", "title", "body", "kind", "starts_at", "ends_at", "url", "created_at", "updated_at")


def _announcement(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ANNOUNCEMENT_FIELDS}


@router.get("/announcements")
def list_announcements(call: ReadCall) -> Response:
    """Announcements, the latest first."""
    with call.read() as db:
        order = (announcements.c.starts_at.desc(), announcements.c.id.desc())
        rows = db.execute(select(announcements).order_by(*order)).all()
    return call.json({"announcements": [_announcement(row) for row in rows]})


@router.post("/announcements", status_code=201)
def create_announcement(call: WriteCall, body: AnnouncementBody) -> Response:
    """Announce something. Admins only."""

    def create(tx: WriteTransaction) -> Reply:
        call.require_admin()
        body.announcement.warn(call)
        new_id = tx.add(
            announcements, **{name: getattr(body.announcement, name) for name in AnnouncementInput.model_fields}
        )
        row = tx.db.execute(select(announcements).where(announcements.c.id == new_id)).one()
        return Reply(201, {"announcement": _announcement(row)})

    return call.write(create)


@router.get("/status/summary")
def show_status(call: ReadCall) -> Response:
    """The system status in the form of a Statuspage v2 summary."""
    with call.read() as db:
        stored = db.scalar(select(status_summary.c.summary).where(status_summary.c.id == 1))
    return call.json(Raw(stored) if stored is not None else ALL_WELL)


Records = Annotated[list[dict[str, Any]], Field(max_length=200)]


class StatusIndicator(Body):
    """The state of everything in one word."""

    indicator: Literal["none", "minor", "major", "critical", "maintenance"]
    description: Line


class StatusBody(Body):
    """A Statuspage v2 summary; keys beyond these are kept as they are."""

    page: dict[str, Any] | None = None
    status: StatusIndicator
    components: Records = Field(default_factory=list)
    incidents: Records = Field(default_factory=list)
    scheduled_maintenances: Records = Field(default_factory=list)


@router.put("/status/summary")
def replace_status(call: WriteCall, body: StatusBody) -> Response:
    """Replace the summary. Admins only."""

    def replace(tx: WriteTransaction) -> Reply:
        call.require_admin()
        summary = {**ALL_WELL, **body.model_dump(exclude_unset=True)}
        summary["page"] = {**ALL_WELL["page"], **(body.page or {}), "updated_at": tx.at}
        stored = msgspec.json.encode(summary).decode()
        if tx.db.execute(select(status_summary.c.id)).first() is None:
            tx.add(status_summary, id=1, summary=stored)
        else:
            tx.change(status_summary, 1, summary=stored)
        return Reply(200, summary)

    return call.write(replace)
