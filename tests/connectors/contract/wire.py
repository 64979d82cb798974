"""A wire to any help desk that can be cut, tampered with and listened to. It knows nothing of what it carries."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeAlias

import httpx

Direction: TypeAlias = Literal["read", "write"]
Fault: TypeAlias = Literal[
    "refused",
    "lost answer",
    "lost request",
    "html",
    "html error",
    "truncated",
    "busy",
    "broken",
    "signed out",
    "still at work",
]
"""Named ways to go wrong.

refused: nothing listens. lost answer: it takes effect, the answer never arrives. lost request: it never arrives, which
looks the same. html: a sign-in page with status 200. html error: a proxy's page with status 503. truncated: it takes
effect, half of the answer arrives. busy: 429, come back in 9 seconds. broken: 500. signed out: 401.
still at work: the answer never arrives, and it takes effect later: see :meth:`FaultyWire.keep_at_work`.
"""

ELSEWHERE = "elsewhere.test"
"""A host that is not the help desk's. Whatever is asked there is answered, and noted."""

PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome to the hotel's network</body></html>"


class FaultyWire(httpx.AsyncBaseTransport):
    """Carries requests to *inner*. *is_write* tells requests that change tickets from others (signing in is none)."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        is_write: Callable[[httpx.Request], bool] = lambda request: request.method not in ("GET", "HEAD"),
        is_ours: Callable[[httpx.Request], bool] = lambda _request: True,
    ) -> None:
        """*is_ours* leaves requests alone that faults are not meant for, such as signing in."""
        self._inner = inner
        self._is_write = is_write
        self._is_ours = is_ours
        self._faults: dict[Direction, list[Fault | None]] = {"read": [], "write": []}
        self._lasting: dict[Direction, Fault] = {}
        self._left: int | None = None
        self._rewriting: Callable[[Any], Any] | None = None
        self._before_write: list[Callable[[], Awaitable[None]]] = []
        self._at_work: list[httpx.Request] = []
        self._is_finished: Callable[[], bool] = lambda: True
        self.heard: list[httpx.Request] = []
        self.failed: list[Fault] = []

    def next(self, direction: Direction, *faults: Fault) -> None:
        """Let the next requests of *direction* go wrong, one after the other."""
        self._faults[direction].extend(faults)

    def pass_then_fail(self, direction: Direction, passing: int, fault: Fault) -> None:
        """Let *passing* requests of *direction* through, and the one after them go wrong."""
        self._faults[direction].extend([*([None] * passing), fault])

    def every(self, direction: Direction, fault: Fault) -> None:
        """Let every request of *direction* go wrong until :meth:`heal`."""
        self._lasting[direction] = fault

    def cut_after(self, requests: int) -> None:
        """Let so many requests through, and none after them, until :meth:`heal`."""
        self._left = requests

    def heal(self) -> None:
        """From now on nothing goes wrong."""
        self._left = None
        self._lasting.clear()
        self._faults = {"read": [], "write": []}
        self._rewriting = None
        self._before_write.clear()

    def rewrite(self, rewriting: Callable[[Any], Any]) -> None:
        """Hand every JSON answer through *rewriting*."""
        self._rewriting = rewriting

    def before_next_write(self, happens: Callable[[], Awaitable[None]]) -> None:
        """*happens* is awaited just before the next write reaches the desk."""
        self._before_write.append(happens)

    def keep_at_work(self, is_finished: Callable[[], bool]) -> None:
        """The next write's answer is lost, and it takes effect before the first request after *is_finished* is true."""
        self._is_finished = is_finished
        self.next("write", "still at work")

    async def finish_work(self) -> None:
        """Let everything take effect that has not yet."""
        while self._at_work:
            await (await self._inner.handle_async_request(self._at_work.pop(0))).aread()

    def writes(self) -> list[httpx.Request]:
        """The writes that were sent so far, whatever became of them."""
        return [request for request in self.heard if self._is_write(request)]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request, or not."""
        if not self._is_ours(request):
            return await self._inner.handle_async_request(request)
        self.heard.append(request)
        if self._is_finished():
            await self.finish_work()
        if request.url.host == ELSEWHERE:
            return httpx.Response(200, content=b"a picture", request=request)
        direction: Direction = "write" if self._is_write(request) else "read"
        if direction == "write" and self._before_write:
            await self._before_write.pop(0)()
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                return await self._fail(request, "refused")
        waiting = self._faults[direction]
        fault = waiting.pop(0) if waiting else self._lasting.get(direction)
        if fault is not None:
            return await self._fail(request, fault)
        answer = await self._inner.handle_async_request(request)
        return answer if self._rewriting is None else await self._rewritten(request, answer, self._rewriting)

    async def _fail(self, request: httpx.Request, fault: Fault) -> httpx.Response:
        self.failed.append(fault)
        match fault:
            case "refused":
                raise httpx.ConnectError("All connection attempts failed", request=request)
            case "lost request":
                raise httpx.ReadError("connection reset", request=request)
            case "lost answer":
                await (await self._inner.handle_async_request(request)).aread()
                raise httpx.ReadError("connection reset", request=request)
            case "still at work":
                self._at_work.append(request)
                raise httpx.ReadTimeout("timed out", request=request)
            case "truncated":
                answer = await self._inner.handle_async_request(request)
                body = await answer.aread()
                headers = _without_length(answer)
                return httpx.Response(
                    answer.status_code, headers=headers, content=body[: len(body) // 2], request=request
                )
            case "html" | "html error":
                status = 200 if fault == "html" else 503
                return httpx.Response(status, headers={"Content-Type": "text/html"}, content=PAGE, request=request)
            case "busy":
                return httpx.Response(429, headers={"Retry-After": "9"}, json={}, request=request)
            case "broken":
                return httpx.Response(500, headers={"Content-Type": "application/json"}, request=request)
            case "signed out":
                return httpx.Response(401, json={"message": "Unauthorized"}, request=request)

    async def _rewritten(
        self, request: httpx.Request, answer: httpx.Response, rewriting: Callable[[Any], Any]
    ) -> httpx.Response:
        body = await answer.aread()
        if "json" in answer.headers.get("content-type", "") and body:
            body = json.dumps(rewriting(json.loads(body))).encode()
        return httpx.Response(answer.status_code, headers=_without_length(answer), content=body, request=request)

    async def aclose(self) -> None:
        """The wire outlives its users; the harness closes what is behind it."""


def _without_length(answer: httpx.Response) -> list[tuple[str, str]]:
    left_out = ("content-length", "content-encoding", "transfer-encoding")
    return [(name, value) for name, value in answer.headers.multi_items() if name.lower() not in left_out]
