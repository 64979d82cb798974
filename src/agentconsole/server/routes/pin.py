"""Support PINs of requesters: agents have one checked, nobody can read one.

These routes take no Idempotency-Key: the answer would be kept with a digest of the body, and a digest of a few digits
gives them away.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy import Connection, Row, select

from agentconsole.server import errors
from agentconsole.server.bodies import Body
from agentconsole.server.call import Call, ReadCall
from agentconsole.server.params import Id
from agentconsole.server.pins import check_pin, set_pin
from agentconsole.server.routes.users import user_row
from agentconsole.server.schema import pin_checks

router = APIRouter(prefix="/api/agentconsole/v1", tags=["pins"])

MOST_SHOWN = 100

Digits = Annotated[str, Field(pattern=r"^[0-9]{4,8}$", repr=False)]


class PinBody(Body):
    """A PIN: four to eight digits."""

    pin: Digits


@router.post("/users/{user_id:int}/pin_checks")
def check(call: ReadCall, user_id: Id, body: PinBody) -> Response:
    """Whether the PIN is this requester's. Every check is counted and written down, the PIN never is."""
    _may_check(call)
    call.limit("pin-checks")
    with call.read() as db:
        _requester(db, user_id)
    outcome = check_pin(call.desk.database, call.desk.settings.pins, user_id, body.pin, call.user_id)
    return _private(call.json(outcome._asdict()))


@router.get("/users/{user_id:int}/pin_checks")
def list_checks(call: ReadCall, user_id: Id) -> Response:
    """Who had this requester's PIN checked when, and how it ended, the newest first. Admins only."""
    call.require_admin()
    with call.read() as db:
        _requester(db, user_id)
        rows = db.execute(
            select(pin_checks.c.id, pin_checks.c.checked_by, pin_checks.c.result, pin_checks.c.at)
            .where(pin_checks.c.user_id == user_id)
            .order_by(pin_checks.c.id.desc())
            .limit(MOST_SHOWN)
        ).all()
    return _private(call.json({"pin_checks": [row._asdict() for row in rows]}))


@router.put("/users/{user_id:int}/pin", status_code=204)
def give(call: ReadCall, user_id: Id, body: PinBody) -> Response:
    """Give this requester a PIN, or another one. Admins only: this is for the platform that shows it to them."""
    return _set(call, user_id, body.pin)


@router.delete("/users/{user_id:int}/pin", status_code=204)
def remove(call: ReadCall, user_id: Id) -> Response:
    """Take this requester's PIN away. Admins only."""
    return _set(call, user_id, None)


def _set(call: Call, user_id: int, pin: str | None) -> Response:
    call.require_admin()
    call.limit("pin-checks")
    with call.read() as db:
        _requester(db, user_id)
    with call.desk.database.write() as tx:
        _requester(tx.db, user_id)
        set_pin(tx, user_id, pin, call.user_id)
    return Response(status_code=204)


def _may_check(call: Call) -> None:
    if not call.principal.may_write:
        raise errors.forbidden("Your role may read but not check PINs.")


def _requester(db: Connection, user_id: int) -> Row[Any]:
    """The stored requester; raises `Problem` 404 for everybody else."""
    row = user_row(db, user_id)
    if row.role != "end-user" or not row.active:
        raise errors.not_found()
    return row


def _private(response: Response) -> Response:
    """What says whether somebody is who they say they are is kept by nobody on the way."""
    response.headers["Cache-Control"] = "no-store"
    if "etag" in response.headers:
        del response.headers["ETag"]
    return response
