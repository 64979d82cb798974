"""Bringing another help desk's archive in. Admins only; every call may be repeated."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import AfterValidator, Field

from agentconsole.server import errors
from agentconsole.server.bodies import Body, Line
from agentconsole.server.call import ReadCall, Reply, WriteCall
from agentconsole.server.database import WriteTransaction
from agentconsole.server.importing.taking import KINDS, LINES_AT_ONCE, missing_files, take_file, take_in
from agentconsole.server.routes.uploads import RAW_BODY

router = APIRouter(prefix="/api/agentconsole/v1/imports", tags=["imports"])

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _few_enough(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(lines) > LINES_AT_ONCE:
        raise ValueError(f"are more than {LINES_AT_ONCE}")
    return lines


class LinesBody(Body):
    """Lines of one *kind* from the archive of the help desk *source*, in the order of the archive's files."""

    source: Annotated[Line, Field(min_length=1, max_length=255)]
    kind: Annotated[str, Field(max_length=32)]
    lines: Annotated[list[dict[str, Any]], AfterValidator(_few_enough)]


class DigestsBody(Body):
    """SHA-256 of files, hexadecimal."""

    digests: Annotated[list[Digest], Field(max_length=1_000)]


@router.post("/lines")
def take_lines(call: WriteCall, body: LinesBody) -> Response:
    """Take the lines that are new here; says how many, how many were known, and what could not be taken and why."""
    call.require_admin()
    if body.kind not in KINDS:
        raise errors.record_invalid({"kind": f"must be one of {', '.join(KINDS)}"})

    def work(tx: WriteTransaction) -> Reply:
        return Reply(body=take_in(tx, body.source, body.kind, body.lines))

    return call.write(work)


@router.post("/missing")
def list_missing(call: ReadCall, body: DigestsBody) -> Response:
    """Which of these files are not here yet."""
    call.require_admin()
    return call.json({"missing": missing_files(call.desk.database, body.digests)})


@router.put("/files/{digest}", status_code=204, openapi_extra=RAW_BODY)
def put_file(call: WriteCall, digest: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]) -> Response:
    """Keep the raw body for tickets that are to come; it must have this SHA-256."""
    call.require_admin()
    if hashlib.sha256(call.body).hexdigest() != digest:
        raise errors.bad_request("DigestMismatch", "The content has another SHA-256")

    def work(tx: WriteTransaction) -> Reply:
        take_file(tx, call.body)
        return Reply(204)

    return call.write(work)
