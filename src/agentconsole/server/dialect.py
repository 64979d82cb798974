"""Habits of the dialect that concern every request: addresses with ``.json``, headers that tell of limits."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SUFFIX = ".json"


class Dialect:
    """Middleware: strips ``.json`` below ``/api/`` and adds what the call left in ``agentconsole_headers``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

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

        await self._app(scope, receive, send_with_headers)
