"""Users: agents and requesters alike."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import ColumnElement, Connection, Row, func, or_, select
from sqlalchemy import delete as sql_delete

from agentconsole.server import errors, sideloads, wire
from agentconsole.server.bodies import Body, BodyId, Line, Prose, TagValues
from agentconsole.server.call import Call, ReadCall, Reply, WriteCall, encode, optional_call
from agentconsole.server.database import WriteTransaction
from agentconsole.server.paging import PagingQuery, paged
from agentconsole.server.params import Id, IdList, id_list
from agentconsole.server.schema import group_memberships, organizations, support_pins, users
from agentconsole.server.sideloads import Include
from agentconsole.server.tags import clean_tags

router = APIRouter(tags=["users"])

UserRole = Literal["end-user", "agent", "admin"]


class UserInput(Body):
    """What a client may say about a user."""

    name: Line | None = None
    email: Line | None = None
    role: UserRole | None = None
    organization_id: BodyId | None = None
    default_group_id: BodyId | None = None
    phone: Line | None = None
    alias: Line | None = None
    external_id: Line | None = None
    details: Prose | None = None
    notes: Prose | None = None
    signature: Prose | None = None
    locale: Annotated[str, Query(max_length=16)] | None = None
    time_zone: Line | None = None
    iana_time_zone: Line | None = None
    tags: TagValues | None = None
    user_fields: dict[str, Any] | None = None
    verified: bool | None = None
    suspended: bool | None = None


class UserBody(Body):
    """The envelope."""

    user: UserInput


def list_statement(where: ColumnElement[bool] | None = None) -> Any:
    """Users that were not deleted, and for whom *where* holds."""
    statement = select(users).where(users.c.active)
    return statement if where is None else statement.where(where)


SORTS = {"id": users.c.id, "name": users.c.name, "created_at": users.c.created_at, "updated_at": users.c.updated_at}


def _list(call: Call, paging: PagingQuery, include: str | None, where: ColumnElement[bool] | None) -> Response:
    with call.read() as db:
        page = paged(call, db, list_statement(where), paging, id_column=users.c.id, sorts=SORTS)
        shapes = [wire.user(row, call.api) for row in page.rows]
        return call.json({"users": shapes, **sideloads.of_users(call, db, include, page.rows), **page.links})


@router.get("/api/v2/users")
def list_users(
    call: ReadCall,
    paging: PagingQuery,
    include: Include = None,
    role: Annotated[list[UserRole] | None, Query()] = None,
    roles: Annotated[list[UserRole] | None, Query(alias="role[]")] = None,
    external_id: Annotated[str | None, Query(max_length=255)] = None,
) -> Response:
    """All users, or those with certain roles."""
    wanted = [*(role or ()), *(roles or ())]
    where: ColumnElement[bool] | None = users.c.role.in_(wanted) if wanted else None
    if external_id is not None:
        where = users.c.external_id == external_id
    return _list(call, paging, include, where)


@router.get("/api/v2/users/me")
def show_me(request: Request, include: Include = None) -> Response:
    """Who you are; without credentials an anonymous user, as the real service answers."""
    call = optional_call(request)
    if call is None:
        return Response(encode({"user": wire.ANONYMOUS}), media_type="application/json")
    with call.read() as db:
        row = user_row(db, call.user_id)
        return call.json({"user": own_shape(call, row), **sideloads.of_users(call, db, include, [row])})


def own_shape(call: Call, row: Row[Any]) -> wire.Shape:
    """The caller as the role of their token makes them."""
    shape = wire.user(row, call.api)
    shape["role"] = "admin" if call.principal.is_admin else "agent"
    shape["role_type"] = row.role_type if call.principal.may_write else 1
    shape["restricted_agent"] = not call.principal.may_write
    return shape


@router.get("/api/v2/users/show_many")
def show_many_users(call: ReadCall, ids: IdList, include: Include = None) -> Response:
    """Up to 100 users by id."""
    with call.read() as db:
        rows = [row for row in sideloads.fetch(db, users, id_list(ids)) if row.active]
        shapes = [wire.user(row, call.api) for row in rows]
        return call.json(
            {
                "users": shapes,
                **sideloads.of_users(call, db, include, rows),
                "count": len(shapes),
                "next_page": None,
                "previous_page": None,
            }
        )


@router.get("/api/v2/users/search")
def search_users(
    call: ReadCall,
    paging: PagingQuery,
    query: Annotated[str | None, Query(max_length=500)] = None,
    external_id: Annotated[str | None, Query(max_length=255)] = None,
    include: Include = None,
) -> Response:
    """Users whose name or address contains *query*, or that carry *external_id*."""
    if external_id is not None:
        return _list(call, paging, include, users.c.external_id == external_id)
    words = (query or "").strip().lower().replace("\x00", "")
    pattern = f"%{words.removeprefix('email:').strip(chr(34))}%"
    where = or_(func.lower(users.c.name).like(pattern), users.c.email.like(pattern)) if words else None
    return _list(call, paging, include, where)


@router.get("/api/v2/users/autocomplete")
def autocomplete_users(
    call: ReadCall, paging: PagingQuery, name: Annotated[str, Query(min_length=2, max_length=255)]
) -> Response:
    """Users whose name starts with *name*."""
    start = name.lower().replace("\x00", "")
    return _list(call, paging, None, func.lower(users.c.name).startswith(start, autoescape=True))


@router.get("/api/v2/users/{user_id:int}")
def show_user(call: ReadCall, user_id: Id, include: Include = None) -> Response:
    """One user; deleted ones too, with ``active`` false."""
    with call.read() as db:
        row = user_row(db, user_id)
        return call.json({"user": wire.user(row, call.api), **sideloads.of_users(call, db, include, [row])})


@router.get("/api/v2/organizations/{organization_id:int}/users")
def list_organization_users(
    call: ReadCall, organization_id: Id, paging: PagingQuery, include: Include = None
) -> Response:
    """The people of one organization."""
    return _list(call, paging, include, users.c.organization_id == organization_id)


@router.get("/api/v2/groups/{group_id:int}/users")
def list_group_users(call: ReadCall, group_id: Id, paging: PagingQuery, include: Include = None) -> Response:
    """The agents of one group."""
    members = select(group_memberships.c.user_id).where(group_memberships.c.group_id == group_id)
    return _list(call, paging, include, users.c.id.in_(members))


@router.post("/api/v2/users", status_code=201)
def create_user(call: WriteCall, body: UserBody) -> Response:
    """Create a user. Only admins make agents."""

    def create(tx: WriteTransaction) -> Reply:
        values = _values(call, tx.db, body.user)
        if not values.get("name"):
            raise errors.record_invalid({"name": "Name: is too short (minimum one characters)"})
        user_id = tx.add(users, **{key: value for key, value in values.items() if value is not None})
        shape = wire.user(user_row(tx.db, user_id), call.api)
        return Reply(201, {"user": shape}, {"Location": shape["url"]})

    return call.write(create)


@router.put("/api/v2/users/{user_id:int}")
def update_user(call: WriteCall, user_id: Id, body: UserBody) -> Response:
    """Change what the body names. Agents may change requesters and themselves."""

    def change(tx: WriteTransaction) -> Reply:
        row = user_row(tx.db, user_id)
        if row.role != "end-user" and row.id != call.user_id:
            call.require_admin()
        values = _values(call, tx.db, body.user, row)
        if values:
            tx.change(users, user_id, **values)
        return Reply(200, {"user": wire.user(user_row(tx.db, user_id), call.api)})

    return call.write(change)


@router.delete("/api/v2/users/{user_id:int}")
def delete_user(call: WriteCall, user_id: Id) -> Response:
    """Deactivate a user; their tickets stay. Admins only."""

    def delete(tx: WriteTransaction) -> Reply:
        call.require_admin()
        row = user_row(tx.db, user_id)
        if row.id == call.user_id:
            raise errors.record_invalid({"base": "You cannot delete yourself."})
        tx.change(users, user_id, active=False)
        tx.db.execute(sql_delete(support_pins).where(support_pins.c.user_id == user_id))
        return Reply(200, {"user": wire.user(user_row(tx.db, user_id), call.api)})

    return call.write(delete)


def user_row(db: Connection, user_id: int) -> Row[Any]:
    """The stored user; raises `Problem` 404."""
    row = db.execute(select(users).where(users.c.id == user_id)).one_or_none()
    if row is None:
        raise errors.not_found()
    return row


def _values(call: Call, db: Connection, given: UserInput, row: Row[Any] | None = None) -> dict[str, Any]:
    """The columns that *given* names, checked. *row* is the user as stored, None for a new one."""
    given.warn(call)
    values = given.given(*UserInput.model_fields)
    for name in ("tags", "user_fields"):
        if name in values:
            value = values[name]
            values[name] = msgspec.json.encode(clean_tags(value or []) if name == "tags" else value or {}).decode()
    for name in ("name", "role", "locale", "verified", "suspended"):
        if name in values and values[name] is None:
            del values[name]
    if "name" in values and not values["name"].strip():
        raise errors.record_invalid({"name": "Name: is too short (minimum one characters)"})
    if values.get("role") not in {None, "end-user", row.role if row is not None else "end-user"}:
        call.require_admin()
    if values.get("email"):
        values["email"] = values["email"].strip().lower()
        own_id = row.id if row is not None else 0
        twin = db.execute(
            select(users.c.id).where(users.c.email == values["email"], users.c.active, users.c.id != own_id)
        ).first()
        if twin is not None:
            raise errors.record_invalid({"email": "Email: is already being used by another user"})
    organization_id = values.get("organization_id")
    if (
        organization_id is not None
        and not db.execute(
            select(organizations.c.id).where(organizations.c.id == organization_id, ~organizations.c.deleted)
        ).first()
    ):
        raise errors.record_invalid({"organization_id": "Organization: does not exist"})
    return values
