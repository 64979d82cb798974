"""One request as the routes see it: who asks, how to read, how to write once and only once."""

import hashlib
from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager
from typing import Annotated, Any, NamedTuple

import msgspec
from fastapi import Depends, Header, Request, Response, Security
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPBase
from sqlalchemy import Connection

from agentconsole.server import errors
from agentconsole.server.access import Principal, authenticate
from agentconsole.server.database import WriteTransaction
from agentconsole.server.desk import Desk
from agentconsole.server.idempotency import recall, remember

JSON = "application/json; charset=utf-8"
encode = msgspec.json.Encoder().encode


class Reply(NamedTuple):
    """The answer to a write. *body* is anything msgspec can encode; None answers without a body."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = {}
    media_type: str = JSON


Action = Callable[[WriteTransaction], Reply]


class Call:
    """One authenticated request."""

    def __init__(self, request: Request, desk: Desk, principal: Principal) -> None:
        self.request = request
        self.desk = desk
        self.principal = principal
        self.base = str(request.base_url).rstrip("/")
        self.body = b""
        self.key: str | None = None
        self.ignored: list[str] = []

    @property
    def api(self) -> str:
        """The address that resource addresses start with, without a slash at the end."""
        return f"{self.base}/api/v2"

    @property
    def user_id(self) -> int:
        return self.principal.user_id

    def read(self) -> AbstractContextManager[Connection]:
        return self.desk.database.read()

    def limit(self, endpoint: str, *also: Hashable) -> None:
        """Count this request against *endpoint*; by default per token, finer by what *also* names."""
        self._tell(self.desk.limiter.count_endpoint(endpoint, (self.principal.token, *also)))

    def _tell(self, headers: Mapping[str, str]) -> None:
        self.request.scope.setdefault("agentconsole_headers", {}).update(headers)

    def require_admin(self) -> None:
        if not self.principal.is_admin:
            raise errors.forbidden("You must be an admin to do this.")

    def ignore(self, keys: list[str]) -> None:
        """Remember keys of the body that mean nothing here; the answer lists them as the real service does."""
        self.ignored.extend(keys)

    def json(self, body: Any, status: int = 200) -> Response:
        """Answer a read, with a validator so that an unchanged answer need not be sent again."""
        content = encode(body)
        etag = f'W/"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
        headers = {"ETag": etag, "Cache-Control": "max-age=0, private, must-revalidate"}
        if status == 200 and etag in self.request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, status, headers, JSON)

    def write(self, action: Action, *, reviewers_may: bool = False) -> Response:
        """Run *action* in a write transaction and answer what it returns.

        With an Idempotency-Key the answer is committed with the write; hearing the same request again answers the
        same and changes nothing. Raises `Problem` 403 for readers, 400 when the key was used for something else.
        """
        if not (self.principal.may_write or reviewers_may):
            raise errors.forbidden("Your role may read but not change anything.")
        with self.desk.database.write() as tx:
            if self.key is not None:
                kept_for = self.desk.settings.idempotency_kept_for
                known = recall(tx, self.user_id, self.key, self._fingerprint(), kept_for)
                if known is not None:
                    return Response(
                        known.body, known.status, {**known.headers, "x-idempotency-lookup": "hit"}, known.media_type
                    )
            reply = action(tx)
            content = b"" if reply.body is None else encode(reply.body)
            headers = dict(reply.headers)
            if self.ignored:
                names = " ".join(dict.fromkeys(self.ignored))
                headers["x-zendesk-api-warn"] = f"Removed restricted keys {names!a} from parameters"
            if self.key is not None:
                remember(
                    tx, self.user_id, self.key, self._fingerprint(), reply.status, headers, content, reply.media_type
                )
                headers["x-idempotency-lookup"] = "miss"
        return Response(content, reply.status, headers, reply.media_type if content else None)

    def _fingerprint(self) -> tuple[str, str, str]:
        query = self.request.url.query
        path = self.request.url.path.removesuffix(".json")
        return self.request.method, f"{path}?{query}" if query else path, hashlib.sha256(self.body).hexdigest()


def desk_of(request: Request) -> Desk:
    """The desk this application serves."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


def _call(
    request: Request,
    # Declared for the OpenAPI description only; both kinds are read by `authenticate`.
    _basic: Annotated[Any, Security(HTTPBase(scheme="basic", auto_error=False, description="EMAIL/token:TOKEN"))],
    _bearer: Annotated[Any, Security(HTTPBearer(auto_error=False))],
) -> Call:
    call = optional_call(request)
    if call is None:
        raise errors.unauthenticated()
    return call


def optional_call(request: Request) -> Call | None:
    """The call, or None when the request carries no credentials; wrong ones are refused all the same."""
    desk = desk_of(request)
    header = request.headers.get("authorization")
    address = request.client.host if request.client is not None else ""
    if header:
        desk.sign_ins.check(address, header)
    try:
        with desk.database.read() as db:
            principal = authenticate(db, header)
    except errors.Problem:
        desk.sign_ins.was_wrong(address)
        raise
    if principal is None:
        return None
    desk.sign_ins.was_right(header or "")
    call = Call(request, desk, principal)
    call._tell(desk.limiter.count_account(principal.token))
    return call


async def _write_call(
    request: Request,
    call: Annotated[Call, Depends(_call)],
    idempotency_key: Annotated[
        str | None, Header(min_length=1, max_length=255, description="Makes a repeated request take effect once")
    ] = None,
) -> Call:
    call.body = await request.body()
    call.key = idempotency_key
    return call


ReadCall = Annotated[Call, Depends(_call)]
"""For handlers that only read."""

WriteCall = Annotated[Call, Depends(_write_call)]
"""For handlers that change something: knows the raw body and the idempotency key."""
