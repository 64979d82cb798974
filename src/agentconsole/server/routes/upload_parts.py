"""Large files in parts: a connection that breaks costs the part that was under way, not the whole file.

An extra of this server. Once the last part is there, the file is an upload like any other, and its token goes into a
comment.
"""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy import Connection, Row, delete, insert, select, update

from agentconsole.server import errors
from agentconsole.server.call import Call, ReadCall, Reply, WriteCall
from agentconsole.server.database import WriteTransaction
from agentconsole.server.instants import from_epoch
from agentconsole.server.routes.uploads import FILE_NAME_LENGTH, RAW_BODY, forget_expired, store_file
from agentconsole.server.schema import begun_uploads, upload_parts, uploads

router = APIRouter(prefix="/api/agentconsole/v1/uploads", tags=["files"])

Token = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
LARGEST_SIZE = 2**40


@router.post("", status_code=201)
def begin(
    call: WriteCall,
    filename: Annotated[str, Query(min_length=1, max_length=FILE_NAME_LENGTH)],
    size: Annotated[int, Query(ge=1, le=LARGEST_SIZE)],
) -> Response:
    """Begin a file of *size* bytes; the request's content type is the file's."""
    if size > call.desk.settings.upload_limit:
        raise errors.Problem(413, {"error": "AttachmentTooLarge", "description": "The file is too large"})
    content_type = call.request.headers.get("content-type", "application/octet-stream")[:255]

    def start(tx: WriteTransaction) -> Reply:
        forget_expired(tx)
        token = secrets.token_urlsafe(24)
        tx.db.execute(
            insert(begun_uploads).values(
                token=token,
                user_id=call.user_id,
                file_name=filename.replace("\x00", ""),
                content_type=content_type.replace("\x00", ""),
                size=size,
                received=0,
                expires_at=from_epoch(tx.epoch + call.desk.settings.upload_kept_for),
            )
        )
        return Reply(201, _shape(_begun(tx.db, call, token)))

    return call.write(start)


@router.get("/{token}")
def show(call: ReadCall, token: Token) -> Response:
    """How much of a file is there."""
    with call.read() as db:
        return call.json(_shape(_begun(db, call, token)))


@router.put("/{token}", openapi_extra=RAW_BODY)
def add(call: WriteCall, token: Token, at: Annotated[int, Query(ge=0, le=LARGEST_SIZE)]) -> Response:
    """Add the raw body, which begins at byte *at* of the file. The answer says how much is there.

    A part that is there already, or that leaves a gap, changes nothing: the next one begins where the answer says.
    """

    def append(tx: WriteTransaction) -> Reply:
        whole = _whole(tx.db, call, token)
        if whole is not None:
            return Reply(200, whole)
        row = _begun(tx.db, call, token)
        if at != row.received or not call.body:
            return Reply(200, _shape(row))
        if row.received + len(call.body) > row.size:
            raise errors.bad_request("AttachmentUnprocessable", "The file is longer than was said")
        tx.db.execute(insert(upload_parts).values(token=token, position=at, content=call.body))
        received = row.received + len(call.body)
        tx.db.execute(update(begun_uploads).where(begun_uploads.c.token == token).values(received=received))
        if received < row.size:
            return Reply(200, _shape(_begun(tx.db, call, token)))
        parts = tx.db.scalars(
            select(upload_parts.c.content).where(upload_parts.c.token == token).order_by(upload_parts.c.position)
        )
        content = b"".join(parts)
        tx.db.execute(
            insert(uploads).values(token=token, user_id=call.user_id, created_at=tx.at, expires_at=row.expires_at)
        )
        store_file(tx, token, row.file_name, row.content_type, content)
        tx.db.execute(delete(upload_parts).where(upload_parts.c.token == token))
        tx.db.execute(delete(begun_uploads).where(begun_uploads.c.token == token))
        return Reply(200, _whole(tx.db, call, token))

    return call.write(append)


def _begun(db: Connection, call: Call, token: str) -> Row[Any]:
    """The file that was begun; raises `Problem` 404 for one that is forgotten or somebody else's."""
    row = db.execute(
        select(begun_uploads).where(begun_uploads.c.token == token, begun_uploads.c.user_id == call.user_id)
    ).one_or_none()
    if row is None:
        raise errors.not_found()
    return row


def _whole(db: Connection, call: Call, token: str) -> dict[str, Any] | None:
    """What is said of a file of which the last part has come; None while one is missing."""
    row = db.execute(select(uploads).where(uploads.c.token == token, uploads.c.user_id == call.user_id)).one_or_none()
    if row is None:
        return None
    return {"upload": {"id": token, "received": None, "token": token, "expires_at": row.expires_at}}


def _shape(row: Row[Any]) -> dict[str, Any]:
    return {"upload": {"id": row.token, "received": row.received, "token": None, "expires_at": row.expires_at}}
