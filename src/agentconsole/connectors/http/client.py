"""One help desk's HTTP: signed in, paced, bounded, and failing in one vocabulary."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
from httpx_sse import EventSource, ServerSentEvent, SSEError

from agentconsole import __version__
from agentconsole.connectors.api import (
    ConnectorError,
    NeedsLogin,
    NotAHelpDesk,
    RateLimited,
    Unanswered,
    Unreachable,
    UnusableAuthority,
)
from agentconsole.connectors.http.bodies import LARGEST_ANSWER, TooLarge, bounded, hand_on
from agentconsole.connectors.http.clock import ClockOffset
from agentconsole.connectors.http.faults import fault_of_answer, fault_of_exception, looks_like_markup
from agentconsole.connectors.http.pacing import Pace
from agentconsole.connectors.http.signing import RawAnswer, SignIn
from agentconsole.domain.instant import Instant

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds that a request waits for the sake of a rate limit; for longer, its caller is told."""

API_TAILS = ("/api/v2", "/api/v1", "/REST/2.0")
"""What people copy along with the address of a help desk; each connector puts its own behind it."""

REDIRECTS = 5
LOOPBACK = ("127.0.0.1", "localhost", "::1")
IDLE = 30.0
"""Seconds after which a connection that nothing was asked over is not used again."""

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
SILENCE = httpx.Timeout(30.0, connect=10.0, read=45.0)
"""An event stream says something at least every 15 seconds."""


class Answer(NamedTuple):
    """What came back, with a status of 2xx."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_write: bool

    def read(self, decoder: msgspec.json.Decoder[T]) -> T:
        """Decode the body.

        Something else than was asked for raises NotAHelpDesk; after a write Unanswered, for the write may be done.
        """
        try:
            return decoder.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self.garbled() from error

    def garbled(self) -> NotAHelpDesk | Unanswered:
        """The error for a body that is not what it should be."""
        if self.is_write:
            return Unanswered("The help desk's answer to the change can't be read.")
        if looks_like_markup(self.headers, self.body):
            return NotAHelpDesk("A web page answered instead of the help desk's API.")
        return NotAHelpDesk("The answer can't be read as the help desk's API.")


class HttpClient:
    """Requests to one help desk.

    The connection pool is built with the first request, by the loop that makes it. What *sign_in* says is put on
    requests to the help desk's own origin and on nothing else; when it is refused and can be renewed, the request is
    made once more. Cookies are nobody's but the sign-in's. *authority* are certificates (PEM) that are trusted as well
    as the system's; verifying can't be switched off. *transport* replaces the network; *seconds* and *sleep* are the
    clock of rate limits; *clock* is the wall clock that the server's is compared with. *idle* is how many seconds a
    connection may rest and be used again: less than the server keeps it, or requests are lost.
    """

    def __init__(
        self,
        base_url: str,
        sign_in: SignIn,
        *,
        authority: str = "",
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], Instant] = lambda: time.time_ns() // 1000,
        seconds: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        idle: float = IDLE,
    ) -> None:
        try:
            address = urlsplit(base_url.strip() if "://" in base_url else f"https://{base_url.strip()}")
            self._origin = (address.scheme, address.hostname or "", address.port)
        except ValueError as error:
            raise NotAHelpDesk(
                "The address can't be read: its server or its port is none that there can be."
            ) from error
        if address.scheme not in ("http", "https") or not address.hostname:
            raise NotAHelpDesk("The address of a help desk starts with https:// and names a server.")
        self.base_url = _without_api(f"{address.scheme}://{address.netloc}{address.path.rstrip('/')}")
        self._sign_in = sign_in
        self._renewing = asyncio.Lock()
        self._renewals = 0
        self._authority = authority
        self._transport = transport
        self._idle = idle
        self._clock = clock
        self._sleep = sleep
        self._pace = Pace(seconds)
        self._offset = ClockOffset()
        self._own: httpx.AsyncClient | None = None
        self._foreign: httpx.AsyncClient | None = None
        # the library reports every address with its query, and people search for people
        logging.getLogger("httpx").setLevel(logging.WARNING)

    def __repr__(self) -> str:
        return f"HttpClient({self.base_url!r})"

    @property
    def clock_offset(self) -> int:
        """The help desk's clock less ours, microseconds."""
        return self._offset.value

    async def get(self, path: str, params: Mapping[str, Any] | None = None, *, label: str = "") -> Answer:
        """Ask for *path*; parameters that are None are left out."""
        kept = {name: value for name, value in (params or {}).items() if value is not None}
        url = self.base_url + path
        for _ in range(REDIRECTS):
            answer = await self._exchange("GET", url, params=kept or None, label=label)
            if answer.status not in (301, 302, 303, 307, 308):
                return answer
            url = _joined(url, answer.headers.get("location", ""))
            kept = {}
            if not self._is_own(url):
                break
        raise NotAHelpDesk("This address redirects elsewhere: to a sign-in page, or to the address it has moved to.")

    async def write(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        content: bytes | None = None,
        content_type: str = "application/json",
        params: Mapping[str, Any] | None = None,
        if_match: str | None = None,
        label: str = "",
    ) -> Answer:
        """Change something; *body* is sent as JSON, or *content* as it is. *key* makes a repetition harmless.

        *if_match* is the entity tag of what is to be changed, where the help desk refuses the change of another one.
        Writes follow no redirects.
        """
        headers = {"Content-Type": content_type} if body is not None or content is not None else {}
        if key is not None:
            headers["Idempotency-Key"] = key
        if if_match is not None:
            headers["If-Match"] = if_match
        data = content if content is not None else (msgspec.json.encode(body) if body is not None else None)
        url = self.base_url + path
        return await self._exchange(
            method, url, params=params, content=data, headers=headers, label=label, is_write=True
        )

    async def renew(self) -> bool:
        """Get other credentials, for an answer that should have refused these and did not say so; False if none."""
        async with self._renewing:
            try:
                is_new = await self._sign_in.renew(self.ask)
            except Unanswered as error:
                raise Unreachable(str(error)) from error
            self._renewals += is_new
            return is_new

    async def events(self, path: str, params: Mapping[str, Any] | None = None) -> AsyncIterator[ServerSentEvent]:
        """Yield the server-sent events of *path* until the stream ends; a broken one raises Unreachable."""
        url = self.base_url + path
        extra = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        try:
            for is_again in (False, True):
                renewals = self._renewals
                headers = {**await self._credentials(), **extra}
                async with self._client().stream(
                    "GET", url, params=params, headers=headers, timeout=SILENCE
                ) as response:
                    if response.status_code != 200:
                        if not is_again and await self._renewed(response, renewals):
                            continue
                        body = await bounded(response, LARGEST_ANSWER)
                        raise self._fault(response.status_code, response.headers, body, is_own=True)
                    async for event in EventSource(response).aiter_sse():
                        yield event
                    return
        except SSEError as error:
            raise NotAHelpDesk("The event stream is not one.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise fault_of_exception(error, is_write=False) from error

    async def download(
        self, url: str, write: Callable[[bytes], object], progress: Callable[[int], None] | None = None
    ) -> None:
        """Hand what is at *url* to *write*, piece by piece and in a thread. Bytes so far are told to *progress*.

        The address, and every one it redirects to, gets the credentials only if it is of the help desk's own origin.
        """
        url = _joined(self.base_url + "/", url)
        try:
            is_again = False
            for _ in range(REDIRECTS):
                is_own = self._is_own(url)
                client = self._client() if is_own else self._stranger()
                renewals = self._renewals
                headers = await self._credentials() if is_own else {}
                async with client.stream("GET", url, headers=headers) as response:
                    if is_own and not is_again and await self._renewed(response, renewals):
                        is_again = True
                        continue
                    is_refused = is_own and self._sign_in.is_refusal(response.status_code, response.headers)
                    if not is_refused and response.status_code in (301, 302, 303, 307, 308):
                        url = _joined(url, response.headers.get("location", ""))
                        continue
                    if response.status_code != 200:
                        body = await bounded(response, LARGEST_ANSWER)
                        raise self._fault(response.status_code, response.headers, body, is_own=is_own)
                    await hand_on(response, write, progress)
                    return
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise fault_of_exception(error, is_write=False) from error
        raise NotAHelpDesk("The attachment's address only leads to other addresses.")

    async def close(self) -> None:
        """Give back all connections."""
        for client in (self._own, self._foreign):
            if client is not None:
                await client.aclose()
        self._own = self._foreign = None

    async def _exchange(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
        label: str = "",
        is_write: bool = False,
    ) -> Answer:
        wait = self._pace.wait_for(label)
        if wait > PATIENCE:
            raise RateLimited(wait)
        if wait > 0:
            await self._sleep(wait)
        renewals = self._renewals
        for is_again in (False, True):
            sent_at = self._clock()
            signed = {**await self._credentials(), **(headers or {})}
            response, body = await self._answer(method, url, params, content, signed, is_write=is_write)
            self._offset.learn(response.headers.get("date"), sent_at, self._clock())
            if is_again or not await self._renewed(response, renewals):
                break
        self._pace.learn(label, response.headers)
        status = response.status_code
        is_refusal = self._sign_in.is_refusal(status, response.headers)
        if not is_refusal and (200 <= status < 300 or (300 <= status < 400 and not is_write)):
            return Answer(status, response.headers, body, is_write)
        fault = self._fault(status, response.headers, body, is_write=is_write, is_own=self._is_own(url))
        if isinstance(fault, RateLimited) and not fault.one_ticket:
            self._pace.stop(label, fault.retry_after)
        raise fault

    async def _answer(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None,
        content: bytes | None,
        headers: Mapping[str, str],
        *,
        is_write: bool,
    ) -> tuple[httpx.Response, bytes]:
        for is_again in (False, True):
            try:
                async with self._client().stream(
                    method, url, params=params, content=content, headers=headers
                ) as response:
                    return response, await bounded(response, LARGEST_ANSWER)
            except TooLarge as error:
                message = f"The answer is larger than {LARGEST_ANSWER >> 20} MB."
                raise (Unanswered(message) if is_write else NotAHelpDesk(message)) from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                # a server may give up an idle connection just as it is used again; a read may be repeated
                if is_again or is_write or not isinstance(error, httpx.RemoteProtocolError):
                    raise fault_of_exception(error, is_write=is_write) from error
        raise AssertionError("the second time returns or raises")

    async def _credentials(self) -> Mapping[str, str]:
        """What to sign a request with. That it could not be had says nothing about the request: it never left."""
        try:
            return await self._sign_in.headers(self.ask)
        except Unanswered as error:
            raise Unreachable(str(error)) from error

    async def _renewed(self, response: httpx.Response, renewals: int) -> bool:
        """Say whether *response* refused credentials that have others in their place by now.

        *renewals* is how often that had happened when the request was signed: requests side by side are refused
        together, and what one of them renewed must not be renewed again by the next.
        """
        if not self._sign_in.is_refusal(response.status_code, response.headers):
            return False
        async with self._renewing:
            if self._renewals == renewals:
                try:
                    is_new = await self._sign_in.renew(self.ask)
                except Unanswered as error:
                    raise Unreachable(str(error)) from error
                if not is_new:
                    return False
                self._renewals += 1
            return True

    async def ask(
        self,
        method: str,
        path: str,
        *,
        form: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> RawAnswer:
        """Ask the help desk something without credentials: see :class:`agentconsole.connectors.http.signing.Ask`."""
        try:
            async with self._client().stream(
                method, self.base_url + path, data=form, json=body, headers=headers
            ) as response:
                content = await bounded(response, LARGEST_ANSWER)
        except TooLarge as error:
            raise NotAHelpDesk("The answer to the sign-in is too large to be one.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise fault_of_exception(error, is_write=True) from error
        cookies = tuple(response.headers.get_list("set-cookie"))
        return RawAnswer(response.status_code, response.headers, cookies, content)

    def _fault(
        self, status: int, headers: Mapping[str, str], body: bytes, *, is_own: bool, is_write: bool = False
    ) -> ConnectorError:
        digest = self._sign_in.digest if is_own else ""
        if is_own and status != 401 and self._sign_in.is_refusal(status, headers):
            return NeedsLogin()
        return fault_of_answer(status, headers, body, is_write=is_write, token_digest=digest)

    def _is_own(self, url: str) -> bool:
        address = urlsplit(url)
        return (address.scheme, address.hostname, address.port) == self._origin

    def _client(self) -> httpx.AsyncClient:
        if self._own is None:
            scheme, host, _ = self._origin
            # reading the authorities takes a tenth of a second, and plain http has no use for them
            context = self._trusting() if scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._own = self._new_client(context, trust_env=host not in LOOPBACK)
        return self._own

    def _stranger(self) -> httpx.AsyncClient:
        if self._foreign is None:
            self._foreign = self._new_client(self._trusting(), trust_env=True)
        return self._foreign

    def _trusting(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._authority:
            try:
                context.load_verify_locations(cadata=self._authority)
            except (ssl.SSLError, ValueError) as error:
                raise UnusableAuthority from error
        return context

    def _new_client(self, context: ssl.SSLContext, *, trust_env: bool) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=context,
            trust_env=trust_env,
            timeout=TIMEOUT,
            follow_redirects=False,
            transport=self._transport,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=self._idle),
            headers={
                "User-Agent": f"agentconsole/{__version__}",
                "Accept": "application/json",
                # between two programs of one machine packing costs more than the bytes it saves
                "Accept-Encoding": "identity" if self._origin[1] in LOOPBACK else "gzip, deflate",
            },
        )


def _joined(base: str, said: str) -> str:
    """Where the address *said* leads from *base*. NotAHelpDesk for what is no address: a server may say anything."""
    try:
        url = str(httpx.URL(base).join(said))
        _ = urlsplit(url).port  # which only looking at it proves to be one
    except (httpx.InvalidURL, ValueError) as error:
        raise NotAHelpDesk("The help desk named an address that can't be one.") from error
    return url


def _without_api(address: str) -> str:
    for tail in API_TAILS:
        address = address.removesuffix(tail)
    return address
