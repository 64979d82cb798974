"""Everything that can go wrong with a request, in one vocabulary."""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agentconsole.connectors.api import (
    BadCertificate,
    ConnectorError,
    Forbidden,
    Missing,
    NeedsLogin,
    NotAHelpDesk,
    Outdated,
    RateLimited,
    Refused,
    ServerFailed,
    Unanswered,
    Unreachable,
    Unsupported,
    UnusableAuthority,
)
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http import client as client_module
from agentconsole.connectors.http.faults import retry_after
from agentconsole.connectors.http.signing import email_token
from agentconsole.services.authorities import read_authority

Answering = Callable[[httpx.Request], httpx.Response]


def client_of(answering: Answering, **more: object) -> HttpClient:
    return HttpClient(
        "https://desk.example/api/v2/",
        email_token("ben@desk.example", "s3cret"),
        transport=httpx.MockTransport(answering),
        **more,  # type: ignore[arg-type]
    )


def answered(status: int, content: bytes = b"", headers: dict[str, str] | None = None) -> HttpClient:
    return client_of(lambda _request: httpx.Response(status, content=content, headers=headers or {}))


async def error_of(doing: Awaitable[object]) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        await doing
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason"),
    [
        (401, b'{"error":"Couldn\'t authenticate you"}', NeedsLogin, "does not accept your sign-in"),
        (403, b'{"error":{"title":"Forbidden","message":"Not for agents."}}', Forbidden, "Not for agents."),
        (403, b"", Forbidden, "not allowed"),
        (404, b'{"error":"RecordNotFound","description":"Not found"}', Missing, "does not know this"),
        (404, b"", Missing, "does not know this"),
        (404, b'{"error":"InvalidEndpoint","description":"Not on this plan"}', Unsupported, "Not on this plan"),
        (404, b"<html>nginx</html>", NotAHelpDesk, "web page"),
        (409, b'{"error":"UpdateConflict","description":"Safe Update prevented it."}', Outdated, "Safe Update"),
        (400, b'{"error":"TooManyValues","description":"Maximum 100 users","max_count":100}', Refused, "Maximum 100"),
        (422, b'{"errors":[{"code":"X","title":"T","detail":"Too long."}]}', Refused, "Too long."),
        (400, b'"bare words"', Refused, "bare words"),
        (422, b"", Refused, "error 422"),
        (400, b'{"error":"IdempotentRequestError","description":"used"}', Unanswered, "already seen"),
    ],
)
async def test_every_shape_of_an_error_is_understood(
    status: int, body: bytes, kind: type[ConnectorError], reason: str
) -> None:
    error = await error_of(answered(status, body).write("PUT", "/api/v2/tickets/1.json", {"ticket": {}}))
    assert type(error) is kind
    assert reason in str(error)
    assert error.advice


async def test_a_refusal_keeps_its_reasons_by_field() -> None:
    body = (
        b'{"error":"RecordInvalid","description":"Record validation errors","details":'
        b'{"status":[{"description":"closed prevents ticket update"}],"base":[{"description":"No."}]}}'
    )
    error = await error_of(answered(422, body).write("PUT", "/x", {}))
    assert isinstance(error, Refused)
    assert error.details == {"status": "closed prevents ticket update", "base": "No."}
    assert str(error) == "status: closed prevents ticket update; No."


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
async def test_a_failing_server_is_tried_again_but_a_write_may_have_happened(status: int) -> None:
    client = answered(status, b"<html>Bad gateway</html>", {"Retry-After": "7"})
    read = await error_of(client.get("/x"))
    assert isinstance(read, ServerFailed)
    assert read.retry_after == 7
    assert type(await error_of(client.write("PUT", "/x", {}))) is Unanswered


@pytest.mark.parametrize(
    ("failure", "read", "write"),
    [
        (httpx.ConnectError("refused"), Unreachable, Unreachable),
        (httpx.ConnectTimeout("slow"), Unreachable, Unreachable),
        (httpx.ReadTimeout("slow"), Unreachable, Unanswered),
        (httpx.ReadError("reset"), Unreachable, Unanswered),
        (httpx.WriteError("reset"), Unreachable, Unanswered),
        (httpx.RemoteProtocolError("closed"), Unreachable, Unanswered),
        (httpx.DecodingError("gzip"), Unreachable, Unanswered),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.__name__,
)
async def test_a_broken_connection_leaves_a_write_unanswered_only_if_it_was_sent(
    failure: Exception, read: type[ConnectorError], write: type[ConnectorError]
) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise failure

    client = client_of(fail)
    assert type(await error_of(client.get("/x"))) is read
    assert type(await error_of(client.write("POST", "/x", {}))) is write


async def test_after_too_many_requests_nothing_is_sent_until_the_time_has_passed() -> None:
    now = 100.0
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.url.path)
        return httpx.Response(429, headers={"Retry-After": "20"}) if len(sent) == 1 else httpx.Response(200)

    client = client_of(answer, seconds=lambda: now)
    first = await error_of(client.get("/a"))
    assert isinstance(first, RateLimited)
    assert first.retry_after == 20
    now += 5
    second = await error_of(client.get("/b"))
    assert isinstance(second, RateLimited)
    assert second.retry_after == pytest.approx(15)
    assert sent == ["/a"]
    now += 15
    await client.get("/c")
    assert sent == ["/a", "/c"]


async def test_a_nearly_used_up_limit_slows_down() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    headers = {"ratelimit-limit": "100", "ratelimit-remaining": "9", "ratelimit-reset": "20"}
    client = client_of(lambda _request: httpx.Response(200, headers=headers), seconds=lambda: 0.0, sleep=sleep)
    await client.get("/x")
    assert slept == []
    await client.get("/x")
    assert slept == [2.0]


async def test_credentials_stay_at_home() -> None:
    seen: list[tuple[str, bool]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((request.url.host, "authorization" in request.headers))
        return httpx.Response(302, headers={"location": "https://login.example/"})

    client = client_of(answer)
    assert isinstance(await error_of(client.get("/api/v2/users/me.json")), NotAHelpDesk)
    assert isinstance(await error_of(client.write("PUT", "/x", {})), Unanswered)
    assert seen == [("desk.example", True)] * 2


async def test_a_download_shows_credentials_to_its_own_host_only() -> None:
    seen: list[tuple[str, bool]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((request.url.host, "authorization" in request.headers))
        if request.url.host == "desk.example":
            return httpx.Response(302, headers={"location": "https://files.example/signed"})
        return httpx.Response(200, content=b"bytes")

    target = bytearray()
    told: list[int] = []
    await client_of(answer).download("/attachments/1", target.extend, told.append)
    assert seen == [("desk.example", True), ("files.example", False)]
    assert target == b"bytes"
    assert told[-1] == 5


async def test_a_download_that_breaks_hands_nothing_on() -> None:
    target = bytearray()
    error = await error_of(answered(404).download("/attachments/1", target.extend))
    assert isinstance(error, Missing)
    assert target == b""


async def test_an_answer_beyond_all_measure_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "LARGEST_ANSWER", 1000)
    client = answered(200, b"x" * 1001)
    assert isinstance(await error_of(client.get("/x")), NotAHelpDesk)
    assert isinstance(await error_of(client.write("PUT", "/x", {})), Unanswered)


async def test_secrets_are_in_no_repr_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = answered(200, b"{}")
    await client.get("/api/v2/search.json", {"query": "requester:dan@acme.example"})
    assert "s3cret" not in repr(client)
    assert "s3cret" not in caplog.text
    assert "dan@acme.example" not in caplog.text


@pytest.mark.parametrize("said", ["https://desk.example:99999/x", "https://[::1/x", "https://a\x00b/", "//desk:x/1"])
async def test_an_address_that_a_help_desk_says_and_that_is_none_is_told(said: str) -> None:
    moved = client_of(lambda _request: httpx.Response(302, headers=[(b"location", said.encode())]))
    assert isinstance(await error_of(answered(200).download(said, bytearray().extend)), NotAHelpDesk)
    assert isinstance(await error_of(moved.download("/attachments/1", bytearray().extend)), NotAHelpDesk)
    assert isinstance(await error_of(moved.get("/api/v2/users/me.json")), NotAHelpDesk)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://desk.example",
        "https://",
        "http:///x",
        "mailto:x",
        "https://desk:port",
        "https://desk:99999",
        "https://[::1",
    ],
)
def test_an_address_that_cannot_be_one_is_refused(address: str) -> None:
    with pytest.raises(NotAHelpDesk):
        HttpClient(address, email_token("a", "b"))


def test_addresses_are_read_as_people_type_them() -> None:
    for typed in ("desk.example", "https://desk.example/", " https://desk.example/api/v2 "):
        assert HttpClient(typed, email_token("a", "b")).base_url == "https://desk.example"


async def test_the_server_s_clock_is_learnt() -> None:
    ours = 1_800_000_000_000_000
    client = client_of(
        lambda _request: httpx.Response(200, headers={"Date": "Fri, 15 Jan 2027 09:00:00 GMT"}), clock=lambda: ours
    )
    await client.get("/x")
    theirs = datetime(2027, 1, 15, 9, tzinfo=UTC).timestamp() * 1e6
    assert abs(client.clock_offset - (theirs - ours)) < 2_000_000


@asynccontextmanager
async def raw_server(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], context: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """A server on a real socket that talks as badly as it is told to."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"{'https' if context else 'http'}://127.0.0.1:{port}"


async def test_a_body_cut_short_is_told_apart_for_reads_and_writes() -> None:
    async def cut(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{"tickets":[')
        await writer.drain()

    async with raw_server(cut) as address:
        client = HttpClient(address, email_token("a", "b"))
        assert type(await error_of(client.get("/x"))) is Unreachable
        assert type(await error_of(client.write("PUT", "/x", {}))) is Unanswered
        await client.close()


async def test_nothing_listening_is_said_so() -> None:
    async def silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        return

    async with raw_server(silent) as address:
        pass
    client = HttpClient(address, email_token("a", "b"))
    error = await error_of(client.write("PUT", "/x", {}))
    assert type(error) is Unreachable
    assert "nothing listens" in str(error)
    await client.close()


async def test_an_expired_certificate_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    certificate, key = _certificate(tmp_path, now - timedelta(days=30), now - timedelta(days=1))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def never(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        raise AssertionError("a request was sent")

    async with raw_server(never, context) as address:
        client = HttpClient(address, email_token("a", "b"))
        error = await error_of(client.write("PUT", "/x", {}))
        assert type(error) is BadCertificate
        assert "expired" in str(error)
        await client.close()


async def test_an_authority_of_ones_own_is_trusted_and_nothing_else_is(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    certificate, key = _certificate(tmp_path, now - timedelta(days=1), now + timedelta(days=1))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}")
        await writer.drain()

    async with raw_server(answer, context) as address:
        stranger = HttpClient(address, email_token("a", "b"))
        error = await error_of(stranger.get("/x"))
        assert type(error) is BadCertificate
        assert "certificate authority of its own" in error.advice
        colleague = HttpClient(address, email_token("a", "b"), authority=read_authority(certificate))
        assert (await colleague.get("/x")).body == b"{}"
        broken = HttpClient(address, email_token("a", "b"), authority="-----BEGIN CERTIFICATE-----")
        assert type(await error_of(broken.get("/x"))) is UnusableAuthority
        for client in (stranger, colleague, broken):
            await client.close()


def _certificate(folder: Path, begins: datetime, ends: datetime) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("7", 7.0),
        ("-5", 0.0),
        ("inf", 3600.0),
        ("1e300", 3600.0),
        ("nan", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600.0),
    ],
)
def test_how_long_to_wait_is_believed_within_reason(said: str, meant: float | None) -> None:
    assert retry_after({"retry-after": said}) == meant


async def test_a_download_writes_outside_of_the_loop() -> None:
    threads: list[int] = []
    written = bytearray()

    def write(data: bytes) -> None:
        threads.append(threading.get_ident())
        written.extend(data)

    transport = httpx.MockTransport(lambda _request: httpx.Response(200, content=b"content"))
    client = HttpClient("http://desk.test", email_token("a@desk.example", "t"), transport=transport)
    await client.download("/file", write)
    await client.close()
    assert threads
    assert threading.get_ident() not in threads
    assert written == b"content"
