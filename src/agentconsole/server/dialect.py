"""Habits of the dialect that concern every request: addresses with ``.json``, headers that tell of limits.

And one of the house: nobody makes the server hold a body larger than it would take.
"""

import msgspec
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SUFFIX = ".json"


class Dialect:
    """Middleware: strips ``.json`` below ``/api/`` and adds what the call left in ``agentconsole_headers``.

    *body_limit* is in bytes.
    """

    def __init__(self, app: ASGIApp, body_limit: int) -> None:
        self._app = app
        self._body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith("/api/") and path.endswith(SUFFIX):
            scope = {**scope, "path": path.removesuffix(SUFFIX)}
            if raw := scope.get("raw_path"):
                scope["raw_path"] = raw.removesuffix(SUFFIX.encode())
        told: dict[str, str] = scope.setdefault("agentconsole_headers", {})

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and told:
                headers = MutableHeaders(scope=message)
                for name, value in told.items():
                    headers.setdefault(name, value)
            await send(message)

        if _declared_length(scope) > self._body_limit:
            await _refuse_body(send)
            return
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._body_limit:
                raise HTTPException(413, "The body is too large")
            return message

        await self._app(scope, receive_within_limit, send_with_headers)


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def _refuse_body(send: Send) -> None:
    body = msgspec.json.encode({"error": "RequestEntityTooLarge", "description": "The body is too large"})
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
