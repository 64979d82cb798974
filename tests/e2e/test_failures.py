"""What the world does to us: each failure a clear message with a way out, and nothing lost."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.profiles import Profiles
from agentconsole.store import driver
from tests.support.processes import ConsoleCli, DeskProcess, free_port


class _WebPage(http.server.BaseHTTPRequestHandler):
    """Answers everything with a sign-in page, as a captive network does."""

    def do_GET(self) -> None:
        body = b"<!doctype html><title>Sign in</title><form></form>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the library's name
        """Keep the test's output clean."""


@contextmanager
def _web_server(context: ssl.SSLContext | None = None) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _WebPage)
    scheme = "http"
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
        # the client hangs up on a bad certificate; the server's complaint about that is not news
        server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _expired_certificate(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now - timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


@pytest.fixture
def console(tmp_path: Path) -> ConsoleCli:
    return ConsoleCli(tmp_path / "home")


def test_a_wrong_token(console: ConsoleCli, tmp_path: Path) -> None:
    with DeskProcess(tmp_path / "desk", tickets=5) as desk:
        console.add_profile(desk.url, token="t0ken-nobody-knows")
        done = console.run("sync", expect=1)
    assert "does not accept your sign-in" in done.stderr
    assert "token" in done.stderr
    assert "t0ken-nobody-knows" not in done.stderr


def test_a_token_that_the_keychain_lost(console: ConsoleCli, tmp_path: Path) -> None:
    console.add_profile(f"http://127.0.0.1:{free_port()}")
    (sealed,) = (tmp_path / "home" / "keys").glob("*.sealed")
    sealed.unlink()
    done = console.run("sync", expect=1)
    assert "no token" in done.stderr
    assert "Enter a new token" in done.stderr


def test_an_unreachable_host(console: ConsoleCli) -> None:
    console.add_profile(f"http://127.0.0.1:{free_port()}")
    done = console.run("sync", expect=1)
    assert "can't be reached" in done.stderr
    assert "go on working" in done.stderr


def test_a_web_page_where_the_api_should_be(console: ConsoleCli) -> None:
    with _web_server() as url:
        console.add_profile(url)
        done = console.run("sync", expect=1)
    assert "web page answered instead of the help desk's API" in done.stderr
    assert "Check the address" in done.stderr


def test_an_expired_certificate(console: ConsoleCli, tmp_path: Path) -> None:
    with _web_server(_expired_certificate(tmp_path)) as url:
        console.add_profile(url)
        done = console.run("sync", expect=1)
    assert "certificate" in done.stderr


def test_a_database_of_a_newer_version(console: ConsoleCli, tmp_path: Path) -> None:
    with DeskProcess(tmp_path / "desk", tickets=5) as desk:
        console.add_profile(desk.url)
        console.run("sync")
    (database,) = (tmp_path / "home").rglob("console.db")
    before = database.read_bytes()
    home = Home(tmp_path / "home", explicit=True)
    profiles = Profiles(home, open_keychain(home))
    with closing(driver.connect(database, key=profiles.store_key(profiles.get(None)), writer=True)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.execute("pragma user_version = 999999")
    done = console.run("tickets", expect=1)
    assert "newer" in done.stderr.lower()
    assert "update" in done.stderr.lower()
    assert len(database.read_bytes()) >= len(before)


def test_a_corrupt_database_says_so_and_is_left_as_it_is(console: ConsoleCli, tmp_path: Path) -> None:
    with DeskProcess(tmp_path / "desk", tickets=5) as desk:
        console.add_profile(desk.url)
        console.run("sync")
    (database,) = (tmp_path / "home").rglob("console.db")
    for companion in (database.with_name("console.db-wal"), database.with_name("console.db-shm")):
        companion.unlink(missing_ok=True)
    damaged = b"not a database at all" * 1000
    database.write_bytes(damaged)
    done = console.run("tickets", expect=1)
    assert "agentconsole: The local database is damaged (" in done.stderr
    assert "doctor --set-aside" in done.stderr
    assert "Traceback" not in done.stderr
    assert database.read_bytes() == damaged

    found = console.json("doctor", "--set-aside", expect=None)["findings"]
    assert any("damaged database is now" in finding["message"] for finding in found)
    # what anybody could read is kept sealed
    (kept,) = database.parent.glob("console-damaged-*")
    assert b"not a database" not in kept.read_bytes()
    assert console.json("tickets") == []


def test_a_damaged_list_of_profiles_is_told_by_name_and_by_the_doctor(console: ConsoleCli, tmp_path: Path) -> None:
    listed = tmp_path / "home" / "profiles.json"
    listed.parent.mkdir()
    listed.write_text('[{"name": "de')
    told = console.run("tickets", expect=1)
    assert str(listed) in told.stderr
    assert "Traceback" not in told.stderr
    report = console.json("doctor", "--set-aside", expect=1)
    assert report["findings"][-1]["check"] == "profiles"
    assert str(listed) in report["findings"][-1]["advice"]
    assert listed.read_text() == '[{"name": "de'
