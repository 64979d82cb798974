"""Files: uploaded first, then taken over by the comment that names their token."""

import hashlib
import secrets
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection, Row, delete, insert, select

from agentconsole.server import errors, wire
from agentconsole.server.call import Call, ReadCall, Reply, WriteCall, desk_of
from agentconsole.server.database import WriteTransaction
from agentconsole.server.instants import from_epoch
from agentconsole.server.params import Id
from agentconsole.server.purging import forget_unused
from agentconsole.server.schema import attachments, begun_uploads, blobs, upload_parts, uploads

router = APIRouter(tags=["files"])

Token = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
FILE_NAME_LENGTH = 255

RAW_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post(
    "/api/v2/uploads", status_code=201, openapi_extra=RAW_BODY, responses={201: {"content": {"text/plain": {}}}}
)
def upload(
    call: WriteCall,
    filename: Annotated[str, Query(min_length=1, max_length=FILE_NAME_LENGTH)],
    token: Token | None = None,
) -> Response:
    """Store the raw body as a file. With *token*, one more file of an upload that was begun before."""
    if not call.body:
        raise errors.bad_request("AttachmentUnprocessable", "The file is empty")
    if len(call.body) > call.desk.settings.upload_limit:
        raise errors.Problem(413, {"error": "AttachmentTooLarge", "description": "The file is too large"})
    content_type = call.request.headers.get("content-type", "application/octet-stream")[:255]

    def store(tx: WriteTransaction) -> Reply:
        forget_expired(tx)
        expires_at = from_epoch(tx.epoch + call.desk.settings.upload_kept_for)
        if token is None:
            upload_token = secrets.token_urlsafe(24)
            tx.db.execute(
                insert(uploads).values(
                    token=upload_token, user_id=call.user_id, created_at=tx.at, expires_at=expires_at
                )
            )
        else:
            upload_token = _own_upload(tx.db, call, token).token
        store_file(tx, upload_token, filename, content_type, call.body)
        files = [
            wire.attachment(row, call.base, call.api)
            for row in tx.db.execute(
                select(attachments).where(attachments.c.upload_token == upload_token).order_by(attachments.c.id)
            )
        ]
        answer = {"token": upload_token, "expires_at": expires_at, "attachment": files[-1], "attachments": files}
        # The real service says text/plain here, and its clients have learnt to live with it.
        return Reply(201, {"upload": answer}, {}, "text/plain; charset=utf-8")

    return call.write(store)


@router.delete("/api/v2/uploads/{token}", status_code=204)
def delete_upload(call: WriteCall, token: Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]) -> Response:
    """Throw away an upload that no comment has taken."""

    def discard(tx: WriteTransaction) -> Reply:
        _own_upload(tx.db, call, token)
        tx.db.execute(delete(attachments).where(attachments.c.upload_token == token))
        tx.db.execute(delete(uploads).where(uploads.c.token == token))
        return Reply(204)

    return call.write(discard)


@router.get("/api/v2/attachments/{attachment_id:int}")
def show_attachment(call: ReadCall, attachment_id: Id) -> Response:
    """What is known about a file; its content is at ``content_url``."""
    with call.read() as db:
        row = db.execute(select(attachments).where(attachments.c.id == attachment_id)).one_or_none()
        if row is None:
            raise errors.not_found()
        return call.json({"attachment": wire.attachment(row, call.base, call.api)})


@router.get(
    "/attachments/token/{key}",
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)
def download(request: Request, key: Annotated[str, Path(max_length=64)]) -> Response:
    """A file's content. The address is the permission: it cannot be guessed."""
    with desk_of(request).database.read() as db:
        row = db.execute(
            select(attachments.c.file_name, attachments.c.content_type, blobs.c.content)
            .join(blobs, blobs.c.digest == attachments.c.digest)
            .where(attachments.c.key == key.replace("\x00", ""))
        ).one_or_none()
    if row is None:
        raise errors.not_found()
    headers = {
        # Whatever was uploaded, a browser must neither guess at it nor run it under this address.
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.file_name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, max-age=86400, immutable",
    }
    try:
        return Response(row.content, headers=headers, media_type=row.content_type)
    except UnicodeEncodeError:
        return Response(row.content, headers=headers, media_type="application/octet-stream")


def store_file(tx: WriteTransaction, token: str, file_name: str, content_type: str, content: bytes) -> None:
    """Keep *content* as a file of the upload *token*."""
    digest = hashlib.sha256(content).hexdigest()
    if tx.db.execute(select(blobs.c.digest).where(blobs.c.digest == digest)).first() is None:
        tx.db.execute(insert(blobs).values(digest=digest, content=content))
    tx.db.execute(
        insert(attachments).values(
            id=tx.new_id(),
            upload_token=token,
            digest=digest,
            key=secrets.token_urlsafe(24),
            file_name=file_name.replace("\x00", ""),
            content_type=content_type.replace("\x00", ""),
            size=len(content),
            created_at=tx.at,
        )
    )


def _own_upload(db: Connection, call: Call, token: str) -> Row[Any]:
    row = db.execute(select(uploads).where(uploads.c.token == token, uploads.c.user_id == call.user_id)).one_or_none()
    if row is None:
        raise errors.not_found()
    return row


def forget_expired(tx: WriteTransaction) -> None:
    """Uploads that nothing came of; their contents stay as long as any other file has the same."""
    late = select(begun_uploads.c.token).where(begun_uploads.c.expires_at < tx.at)
    tx.db.execute(delete(upload_parts).where(upload_parts.c.token.in_(late)))
    tx.db.execute(delete(begun_uploads).where(begun_uploads.c.expires_at < tx.at))
    expired = select(uploads.c.token).where(uploads.c.expires_at < tx.at)
    digests = set(tx.db.scalars(select(attachments.c.digest).where(attachments.c.upload_token.in_(expired))))
    tx.db.execute(delete(attachments).where(attachments.c.upload_token.in_(expired)))
    tx.db.execute(delete(uploads).where(uploads.c.expires_at < tx.at))
    forget_unused(tx, digests)
