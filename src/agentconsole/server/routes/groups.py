"""Groups of agents, and who is in them."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from agentconsole.server import errors, sideloads, wire
from agentconsole.server.bodies import Body, BodyId, Line, Prose
from agentconsole.server.call import Call, ReadCall, Reply, WriteCall
from agentconsole.server.database import WriteTransaction
from agentconsole.server.paging import PagingQuery, paged
from agentconsole.server.params import Id
from agentconsole.server.schema import group_memberships, groups, users
from agentconsole.server.sideloads import Include

router = APIRouter(tags=["groups"])

SORTS = {"id": groups.c.id, "name": groups.c.name, "updated_at": groups.c.updated_at}
MEMBER_SORTS = {"id": group_memberships.c.id, "updated_at": group_memberships.c.updated_at}


class GroupInput(Body):
    """What a client may say about a group."""

    name: Line | None = None
    description: Prose | None = None
    is_public: bool | None = None


class GroupBody(Body):
    """The envelope."""

    group: GroupInput


class MembershipInput(Body):
    """Who is in which group."""

    user_id: BodyId
    group_id: BodyId
    default: bool | None = None


class MembershipBody(Body):
    """The envelope."""

    group_membership: MembershipInput


def _list(call: Call, paging: PagingQuery, *conditions: ColumnElement[bool]) -> Response:
    with call.read() as db:
        statement = select(groups).where(~groups.c.deleted, *conditions)
        page = paged(call, db, statement, paging, id_column=groups.c.id, sorts=SORTS)
        return call.json({"groups": [wire.group(row, call.api) for row in page.rows], **page.links})


@router.get("/api/v2/groups")
def list_groups(call: ReadCall, paging: PagingQuery) -> Response:
    """All groups."""
    return _list(call, paging)


@router.get("/api/v2/groups/assignable")
def list_assignable_groups(call: ReadCall, paging: PagingQuery) -> Response:
    """The groups that tickets may be given to."""
    return _list(call, paging)


@router.get("/api/v2/users/{user_id:int}/groups")
def list_user_groups(call: ReadCall, user_id: Id, paging: PagingQuery) -> Response:
    """The groups of one agent."""
    own = select(group_memberships.c.group_id).where(group_memberships.c.user_id == user_id)
    return _list(call, paging, groups.c.id.in_(own))


@router.get("/api/v2/groups/{group_id:int}")
def show_group(call: ReadCall, group_id: Id) -> Response:
    """One group."""
    with call.read() as db:
        return call.json({"group": wire.group(group_row(db, group_id), call.api)})


@router.post("/api/v2/groups", status_code=201)
def create_group(call: WriteCall, body: GroupBody) -> Response:
    """Create a group. Admins only."""

    def create(tx: WriteTransaction) -> Reply:
        call.require_admin()
        values = _values(call, body.group)
        if "name" not in values:
            raise errors.record_invalid({"name": "Name: cannot be blank"})
        shape = wire.group(group_row(tx.db, tx.add(groups, **values)), call.api)
        return Reply(201, {"group": shape}, {"Location": shape["url"]})

    return call.write(create)


@router.put("/api/v2/groups/{group_id:int}")
def update_group(call: WriteCall, group_id: Id, body: GroupBody) -> Response:
    """Change what the body names. Admins only."""

    def change(tx: WriteTransaction) -> Reply:
        call.require_admin()
        group_row(tx.db, group_id)
        values = _values(call, body.group)
        if values:
            tx.change(groups, group_id, **values)
        return Reply(200, {"group": wire.group(group_row(tx.db, group_id), call.api)})

    return call.write(change)


@router.delete("/api/v2/groups/{group_id:int}", status_code=204)
def delete_group(call: WriteCall, group_id: Id) -> Response:
    """Delete a group; its tickets keep its id. Admins only."""

    def remove(tx: WriteTransaction) -> Reply:
        call.require_admin()
        group_row(tx.db, group_id)
        tx.change(groups, group_id, deleted=True)
        tx.db.execute(delete(group_memberships).where(group_memberships.c.group_id == group_id))
        return Reply(204)

    return call.write(remove)


def _list_members(call: Call, paging: PagingQuery, include: str | None, *conditions: ColumnElement[bool]) -> Response:
    with call.read() as db:
        statement = select(group_memberships).where(*conditions)
        page = paged(call, db, statement, paging, id_column=group_memberships.c.id, sorts=MEMBER_SORTS)
        shapes = [wire.group_membership(row, call.api) for row in page.rows]
        beside = sideloads.of_memberships(call, db, include, page.rows)
        return call.json({"group_memberships": shapes, **beside, **page.links})


@router.get("/api/v2/group_memberships")
def list_memberships(call: ReadCall, paging: PagingQuery, include: Include = None) -> Response:
    """Who is in which group."""
    return _list_members(call, paging, include)


@router.get("/api/v2/groups/{group_id:int}/memberships")
def list_group_memberships(call: ReadCall, group_id: Id, paging: PagingQuery, include: Include = None) -> Response:
    """Who is in one group."""
    return _list_members(call, paging, include, group_memberships.c.group_id == group_id)


@router.get("/api/v2/users/{user_id:int}/group_memberships")
def list_user_memberships(call: ReadCall, user_id: Id, paging: PagingQuery, include: Include = None) -> Response:
    """Where one agent is in."""
    return _list_members(call, paging, include, group_memberships.c.user_id == user_id)


@router.get("/api/v2/group_memberships/{membership_id:int}")
def show_membership(call: ReadCall, membership_id: Id) -> Response:
    """One membership."""
    with call.read() as db:
        return call.json({"group_membership": wire.group_membership(_membership_row(db, membership_id), call.api)})


@router.post("/api/v2/group_memberships", status_code=201)
def create_membership(call: WriteCall, body: MembershipBody) -> Response:
    """Put an agent into a group. Admins only."""

    def create(tx: WriteTransaction) -> Reply:
        call.require_admin()
        given = body.group_membership
        given.warn(call)
        group_row(tx.db, given.group_id)
        user = tx.db.execute(select(users.c.role).where(users.c.id == given.user_id, users.c.active)).one_or_none()
        if user is None or user.role == "end-user":
            raise errors.record_invalid({"user_id": "User: must be an agent"})
        own = group_memberships.c.user_id == given.user_id
        if tx.db.execute(
            select(group_memberships.c.id).where(own, group_memberships.c.group_id == given.group_id)
        ).first():
            raise errors.record_invalid({"user_id": "User: has already been taken"})
        if given.default:
            tx.db.execute(update(group_memberships).where(own).values(is_default=False))
            tx.change(users, given.user_id, default_group_id=given.group_id)
        new_id = tx.add(
            group_memberships, user_id=given.user_id, group_id=given.group_id, is_default=bool(given.default)
        )
        shape = wire.group_membership(_membership_row(tx.db, new_id), call.api)
        return Reply(201, {"group_membership": shape}, {"Location": shape["url"]})

    return call.write(create)


@router.delete("/api/v2/group_memberships/{membership_id:int}", status_code=204)
def delete_membership(call: WriteCall, membership_id: Id) -> Response:
    """Take an agent out of a group. Admins only."""

    def remove(tx: WriteTransaction) -> Reply:
        call.require_admin()
        row = _membership_row(tx.db, membership_id)
        tx.db.execute(delete(group_memberships).where(group_memberships.c.id == membership_id))
        tx.change(groups, row.group_id)  # a membership that is gone has no row to number; its group tells the news
        return Reply(204)

    return call.write(remove)


def group_row(db: Connection, group_id: int) -> Row[Any]:
    """The stored group; raises `Problem` 404."""
    row = db.execute(select(groups).where(groups.c.id == group_id, ~groups.c.deleted)).one_or_none()
    if row is None:
        raise errors.not_found()
    return row


def _membership_row(db: Connection, membership_id: int) -> Row[Any]:
    row = db.execute(select(group_memberships).where(group_memberships.c.id == membership_id)).one_or_none()
    if row is None:
        raise errors.not_found()
    return row


def _values(call: Call, given: GroupInput) -> dict[str, Any]:
    given.warn(call)
    values = {name: value for name, value in given.given(*GroupInput.model_fields).items() if value is not None}
    if "name" in values:
        values["name"] = values["name"].strip()
        if not values["name"]:
            raise errors.record_invalid({"name": "Name: cannot be blank"})
    return values
