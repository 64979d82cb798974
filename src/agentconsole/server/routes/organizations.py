"""Organizations: whom requesters belong to."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field
from sqlalchemy import ColumnElement, Connection, Row, func, select

from agentconsole.server import errors, sideloads, wire
from agentconsole.server.audit_trail import json_text
from agentconsole.server.bodies import Body, BodyId, Line, Prose, TagValues
from agentconsole.server.call import Call, ReadCall, Reply, WriteCall
from agentconsole.server.database import WriteTransaction
from agentconsole.server.paging import PagingQuery, paged
from agentconsole.server.params import Id, IdList, id_list
from agentconsole.server.schema import groups, organizations, users
from agentconsole.server.tags import clean_tags

router = APIRouter(tags=["organizations"])

SORTS = {
    "id": organizations.c.id,
    "name": organizations.c.name,
    "created_at": organizations.c.created_at,
    "updated_at": organizations.c.updated_at,
}


class OrganizationInput(Body):
    """What a client may say about an organization."""

    name: Line | None = None
    external_id: Line | None = None
    details: Prose | None = None
    notes: Prose | None = None
    domain_names: Annotated[list[Line], Field(max_length=200)] | None = None
    tags: TagValues | None = None
    organization_fields: dict[str, Any] | None = None
    group_id: BodyId | None = None
    shared_tickets: bool | None = None
    shared_comments: bool | None = None


class OrganizationBody(Body):
    """The envelope."""

    organization: OrganizationInput


def _list(call: Call, paging: PagingQuery, *conditions: ColumnElement[bool]) -> Response:
    with call.read() as db:
        statement = select(organizations).where(~organizations.c.deleted, *conditions)
        page = paged(call, db, statement, paging, id_column=organizations.c.id, sorts=SORTS)
        return call.json({"organizations": [wire.organization(row, call.api) for row in page.rows], **page.links})


@router.get("/api/v2/organizations")
def list_organizations(call: ReadCall, paging: PagingQuery) -> Response:
    """All organizations."""
    return _list(call, paging)


@router.get("/api/v2/users/{user_id:int}/organizations")
def list_user_organizations(call: ReadCall, user_id: Id, paging: PagingQuery) -> Response:
    """The organization of one user."""
    own = select(users.c.organization_id).where(users.c.id == user_id)
    return _list(call, paging, organizations.c.id.in_(own))


@router.get("/api/v2/organizations/show_many")
def show_many_organizations(call: ReadCall, ids: IdList) -> Response:
    """Up to 100 organizations by id."""
    with call.read() as db:
        rows = [row for row in sideloads.fetch(db, organizations, id_list(ids)) if not row.deleted]
        shapes = [wire.organization(row, call.api) for row in rows]
        paging = {"count": len(shapes), "next_page": None, "previous_page": None}
        return call.json({"organizations": shapes, **paging})


@router.get("/api/v2/organizations/search")
def search_organizations(
    call: ReadCall,
    paging: PagingQuery,
    name: Annotated[str | None, Query(max_length=255)] = None,
    external_id: Annotated[str | None, Query(max_length=255)] = None,
) -> Response:
    """Organizations with exactly this name (in any case) or external id."""
    conditions: list[ColumnElement[bool]] = []
    if name is not None:
        conditions.append(func.lower(organizations.c.name) == name.lower().replace("\x00", ""))
    if external_id is not None:
        conditions.append(organizations.c.external_id == external_id.replace("\x00", ""))
    if not conditions:
        raise errors.bad_request("RequiredParameterMissing", "Give name or external_id")
    return _list(call, paging, *conditions)


@router.get("/api/v2/organizations/autocomplete")
def autocomplete_organizations(
    call: ReadCall, paging: PagingQuery, name: Annotated[str, Query(min_length=2, max_length=255)]
) -> Response:
    """Organizations whose name starts with *name*."""
    start = name.lower().replace("\x00", "")
    return _list(call, paging, func.lower(organizations.c.name).startswith(start, autoescape=True))


@router.get("/api/v2/organizations/{organization_id:int}")
def show_organization(call: ReadCall, organization_id: Id) -> Response:
    """One organization."""
    with call.read() as db:
        return call.json({"organization": wire.organization(organization_row(db, organization_id), call.api)})


@router.post("/api/v2/organizations", status_code=201)
def create_organization(call: WriteCall, body: OrganizationBody) -> Response:
    """Create an organization. Admins only."""

    def create(tx: WriteTransaction) -> Reply:
        call.require_admin()
        values = _values(call, tx.db, body.organization)
        if "name" not in values:
            raise errors.record_invalid({"name": "Name: cannot be blank"})
        new_id = tx.add(organizations, **{name: value for name, value in values.items() if value is not None})
        shape = wire.organization(organization_row(tx.db, new_id), call.api)
        return Reply(201, {"organization": shape}, {"Location": shape["url"]})

    return call.write(create)


@router.put("/api/v2/organizations/{organization_id:int}")
def update_organization(call: WriteCall, organization_id: Id, body: OrganizationBody) -> Response:
    """Change what the body names. Agents may change notes and details, admins everything."""

    def change(tx: WriteTransaction) -> Reply:
        row = organization_row(tx.db, organization_id)
        values = _values(call, tx.db, body.organization, row)
        if values.keys() - {"notes", "details"}:
            call.require_admin()
        if values:
            tx.change(organizations, organization_id, **values)
        return Reply(200, {"organization": wire.organization(organization_row(tx.db, organization_id), call.api)})

    return call.write(change)


@router.delete("/api/v2/organizations/{organization_id:int}", status_code=204)
def delete_organization(call: WriteCall, organization_id: Id) -> Response:
    """Delete an organization; its people stay. Admins only."""

    def remove(tx: WriteTransaction) -> Reply:
        call.require_admin()
        organization_row(tx.db, organization_id)
        tx.change(organizations, organization_id, deleted=True)
        members = select(users.c.id).where(users.c.organization_id == organization_id).order_by(users.c.id)
        for user_id in tx.db.scalars(members).all():
            tx.change(users, user_id, organization_id=None)
        return Reply(204)

    return call.write(remove)


def organization_row(db: Connection, organization_id: int) -> Row[Any]:
    """The stored organization; raises `Problem` 404."""
    row = db.execute(
        select(organizations).where(organizations.c.id == organization_id, ~organizations.c.deleted)
    ).one_or_none()
    if row is None:
        raise errors.not_found()
    return row


def _values(call: Call, db: Connection, given: OrganizationInput, row: Row[Any] | None = None) -> dict[str, Any]:
    given.warn(call)
    values = given.given(*OrganizationInput.model_fields)
    for name in ("name", "shared_tickets", "shared_comments"):
        if name in values and values[name] is None:
            del values[name]
    for name, empty in (("domain_names", []), ("organization_fields", {})):
        if name in values:
            values[name] = json_text(values[name] or empty)
    if "tags" in values:
        values["tags"] = json_text(clean_tags(values["tags"] or []))
    if "name" in values:
        values["name"] = values["name"].strip()
        if not values["name"]:
            raise errors.record_invalid({"name": "Name: cannot be blank"})
        twin = select(organizations.c.id).where(
            func.lower(organizations.c.name) == values["name"].lower(),
            ~organizations.c.deleted,
            organizations.c.id != (row.id if row is not None else 0),
        )
        if db.execute(twin).first() is not None:
            raise errors.record_invalid({"name": "Name: has already been taken"})
    if (
        values.get("group_id") is not None
        and not db.execute(select(groups.c.id).where(groups.c.id == values["group_id"], ~groups.c.deleted)).first()
    ):
        raise errors.record_invalid({"group_id": "Group: does not exist"})
    return values
