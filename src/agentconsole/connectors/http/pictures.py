"""Fetch the pictures that a mail points to: as a stranger, bounded, and never from the agent's own network.

Whoever wrote the mail chose the addresses. So nothing that identifies the agent is sent (no credentials, cookies,
referrer), only public addresses are connected to, and what a name resolves to is looked at once and then used: a name
that is public for the look and private for the connection opens nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

import httpx

from agentconsole.domain.pictures import FetchedPictures

MOST_PICTURES = 40
"""Of one mail."""

LARGEST_PICTURE = 4 * 1024 * 1024
LARGEST_SUM = 24 * 1024 * 1024
PATIENCE = 20.0
"""Seconds for all pictures of one mail."""

REDIRECTS = 3
SIDE_BY_SIDE = 4
TIMEOUT = httpx.Timeout(10.0, connect=5.0)

Resolve = Callable[[str, int], Awaitable[list[str]]]


class _NotShown(Exception):
    """Why one picture is not shown, in a few words."""


async def resolve(host: str, port: int) -> list[str]:
    """Return the numeric addresses of *host*."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


async def fetch_pictures(
    addresses: Iterable[str], *, transport: httpx.AsyncBaseTransport | None = None, resolve: Resolve = resolve
) -> FetchedPictures:
    """Fetch *addresses* (http ones by https) and return what came. Never raises for what the web does.

    *transport* replaces the network, *resolve* the look-up of names.
    """
    wanted = list(dict.fromkeys(addresses))
    found: dict[str, bytes] = {}
    failed = dict.fromkeys(wanted[MOST_PICTURES:], "too many pictures")
    gate = asyncio.Semaphore(SIDE_BY_SIDE)
    left = LARGEST_SUM
    context = ssl.create_default_context()
    # the environment may name a proxy, which would look the names up anew
    async with httpx.AsyncClient(
        verify=context, trust_env=False, timeout=TIMEOUT, follow_redirects=False, transport=transport
    ) as client:
        client.headers = httpx.Headers({"Accept": "image/png,image/jpeg,image/gif,image/webp", "User-Agent": "mail"})

        async def one(address: str) -> None:
            nonlocal left
            async with gate:
                try:
                    data = await _picture(client, address, min(LARGEST_PICTURE, left), resolve)
                except _NotShown as reason:
                    failed[address] = str(reason)
                except (httpx.HTTPError, httpx.InvalidURL, OSError):
                    failed[address] = "not reachable"
                else:
                    left -= len(data)
                    found[address] = data

        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*(one(address) for address in wanted[:MOST_PICTURES]))
    for address in wanted:
        if address not in found:
            failed.setdefault(address, "took too long")
    return FetchedPictures(found=found, failed=failed)


async def _picture(client: httpx.AsyncClient, address: str, most: int, resolve: Resolve) -> bytes:
    url = httpx.URL(address)
    for _ in range(REDIRECTS + 1):
        if url.scheme == "http" and url.port in (None, 80):
            url = url.copy_with(scheme="https", port=None)
        if url.scheme != "https" or not url.host:
            raise _NotShown("not a web address")
        number = await _public_address(url, resolve)
        client.cookies.clear()
        async with client.stream(
            "GET",
            url.copy_with(host=number, username=None, password=None),
            headers={"Host": url.netloc.decode("ascii")},
            # the certificate is still the name's
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        ) as response:
            if response.is_redirect:
                url = url.join(response.headers.get("location", ""))
                continue
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if response.status_code != 200:
                raise _NotShown(f"refused (error {response.status_code})")
            if not kind.startswith("image/") or "svg" in kind:
                raise _NotShown("not a picture")
            return await _bounded(response, most)
    raise _NotShown("leads only elsewhere")


async def _public_address(url: httpx.URL, resolve: Resolve) -> str:
    """Return one numeric address of *url*'s host; _NotShown unless all it has are on the public Internet."""
    numbers = await resolve(url.raw_host.decode("ascii").strip("[]"), url.port or 443)
    known = [ipaddress.ip_address(number.partition("%")[0]) for number in numbers]
    if not known or not all(_is_public(number) for number in known):
        raise _NotShown("not on the public Internet")
    return str(known[0])


def _is_public(number: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(number, "ipv4_mapped", None) or getattr(number, "sixtofour", None)
    return number.is_global and not number.is_multicast and (inner is None or inner.is_global)


async def _bounded(response: httpx.Response, most: int) -> bytes:
    data = bytearray()
    async for chunk in response.aiter_bytes():
        data += chunk
        if len(data) > most:
            raise _NotShown("too large")
    return bytes(data)
