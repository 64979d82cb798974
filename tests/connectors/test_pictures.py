"""Pictures of a mail are fetched as by a stranger, bounded, and never from the agent's own network."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from agentconsole.connectors.http import pictures
from agentconsole.connectors.http.pictures import LARGEST_PICTURE, MOST_PICTURES, fetch_pictures
from agentconsole.domain.pictures import FetchedPictures

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PUBLIC = "93.184.216.34"
Answer = Callable[[httpx.Request], httpx.Response]


def picture(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=PNG, headers={"Content-Type": "image/png", "Set-Cookie": "who=agent"})


class Web(httpx.AsyncBaseTransport):
    """Answers by *answer* and notes what was asked."""

    def __init__(self, answer: Answer = picture) -> None:
        self._answer = answer
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answer(request)


def names(table: dict[str, list[str]]) -> Callable[[str, int], Awaitable[list[str]]]:
    async def resolve(host: str, _port: int) -> list[str]:
        if host not in table:
            raise OSError("no such name")
        return table[host]

    return resolve


async def fetch(web: Web, *addresses: str, **hosts: list[str]) -> FetchedPictures:
    table = {"img.example": [PUBLIC], **{name.replace("_", "."): numbers for name, numbers in hosts.items()}}
    return await fetch_pictures(addresses, transport=web, resolve=names(table))


async def test_nothing_that_tells_who_asks_is_sent() -> None:
    web = Web()
    got = await fetch(web, "http://user:pw@img.example/a.png?id=7", "https://img.example/b.png")
    assert dict(got.found) == {"http://user:pw@img.example/a.png?id=7": PNG, "https://img.example/b.png": PNG}
    for request in web.requests:
        assert request.url.scheme == "https"
        assert request.url.host == PUBLIC
        assert request.headers["host"] == "img.example"
        assert request.extensions["sni_hostname"] == "img.example"
        assert not {"authorization", "cookie", "referer", "origin"} & set(request.headers)
        assert "agentconsole" not in str(request.headers)


@pytest.mark.parametrize(
    "number",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.5", "172.16.9.9", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *("::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "224.0.0.1", "ff02::1"),
    ],
)
async def test_the_own_network_is_never_asked(number: str) -> None:
    web = Web()
    got = await fetch(web, "https://inside.example/a.png", inside_example=[PUBLIC, number])
    assert dict(got.failed) == {"https://inside.example/a.png": "not on the public Internet"}
    assert web.requests == []


async def test_a_redirect_into_the_own_network_is_not_followed() -> None:
    web = Web(lambda _request: httpx.Response(302, headers={"Location": "https://inside.example/secret.png"}))
    got = await fetch(web, "https://img.example/a.png", inside_example=["10.0.0.7"])
    assert dict(got.failed) == {"https://img.example/a.png": "not on the public Internet"}
    assert len(web.requests) == 1


async def test_a_redirect_on_the_web_is_followed_without_cookies_and_not_for_ever() -> None:
    def lead_on(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/start":
            return httpx.Response(302, headers={"Location": "https://other.example/end", "Set-Cookie": "who=agent"})
        return picture(request) if request.url.path == "/end" else httpx.Response(302, headers={"Location": "/again"})

    web = Web(lead_on)
    got = await fetch(web, "https://img.example/start", "https://img.example/loop", other_example=["1.1.1.1"])
    assert list(got.found) == ["https://img.example/start"]
    assert dict(got.failed) == {"https://img.example/loop": "leads only elsewhere"}
    assert all("cookie" not in request.headers for request in web.requests)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (httpx.Response(404), "refused (error 404)"),
        (httpx.Response(200, content=b"<html>", headers={"Content-Type": "text/html"}), "not a picture"),
        (httpx.Response(200, content=b"<svg/>", headers={"Content-Type": "image/svg+xml"}), "not a picture"),
        (
            httpx.Response(200, content=bytes(LARGEST_PICTURE + 1), headers={"Content-Type": "image/png"}),
            "too large",
        ),
    ],
)
async def test_what_is_no_small_picture_is_left_out_with_the_reason(answer: httpx.Response, why: str) -> None:
    got = await fetch(Web(lambda _request: answer), "https://img.example/a.png")
    assert dict(got.failed) == {"https://img.example/a.png": why}
    assert not got.found


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://img.example/a", "https://", "javascript:1", "//x"])
async def test_other_addresses_ask_nobody(address: str) -> None:
    web = Web()
    assert list((await fetch(web, address)).failed) == [address]
    assert web.requests == []


async def test_a_mail_with_very_many_pictures_gets_a_limited_number() -> None:
    web = Web()
    addresses = [f"https://img.example/{number}.png" for number in range(MOST_PICTURES + 5)]
    got = await fetch(web, *addresses, *addresses)
    assert len(web.requests) == len(got.found) == MOST_PICTURES
    assert set(got.failed.values()) == {"too many pictures"}


async def test_a_web_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PATIENCE", 0.01)

    class Silent(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError

    got = await fetch_pictures(
        ["https://img.example/a.png"], transport=Silent(), resolve=names({"img.example": [PUBLIC]})
    )
    assert dict(got.failed) == {"https://img.example/a.png": "took too long"}
