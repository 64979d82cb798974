"""Start Debian's Request Tracker on a database and in a folder of its own; nothing of ``/etc`` is read or written.

An RT takes about fifteen seconds to fill its first database, so that is done once (:func:`installation`), and every
server gets a copy (:meth:`Installation.serve`), which takes two.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import httpx

from tests.support import postgres

SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
SETUP = Path("/usr/sbin/rt-setup-database-5")
OWN_DATA = Path("/usr/share/request-tracker5/etc/initialdata")
INSTALL = (
    "apt-get install -y --no-install-recommends request-tracker5 rt5-standalone rt5-db-postgresql starman "
    "dbconfig-no-thanks postgresql"
)
HERE = Path(__file__).parent

AGENT_PASSWORD = "agent-password"
ROOT_PASSWORD = "root-password"
CHEAP = 4
"""Rounds of bcrypt, as a power of two: tests sign in often. RT's own default is 12."""

PATIENCE = 60.0
"""Seconds for a server to answer after its start."""


class NotInstalled(Exception):
    """Request Tracker is not here; the message says how to get it."""

    def __init__(self) -> None:
        super().__init__(f"Debian's Request Tracker 5 is not installed. As root: {INSTALL}")


class Account(NamedTuple):
    """Who signs in."""

    name: str
    password: str


AGENT = Account("agent01", AGENT_PASSWORD)
COLLEAGUE = Account("agent02", AGENT_PASSWORD)
THIRD = Account("agent03", AGENT_PASSWORD)
READER = Account("reader", AGENT_PASSWORD)
ROOT = Account("root", ROOT_PASSWORD)


class RequestTracker:
    """A running server. ``folder`` has its configuration, its log, and in ``mail`` a file for each mail it sent.

    ``sessions`` and ``ids`` are what people at it remember: how they are signed in, and the numbers of accounts.
    """

    def __init__(
        self,
        folder: Path,
        port: int,
        database: str,
        cluster: postgres.Cluster,
        workers: int,
        extra: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.folder = folder
        self.port = port
        self.database = database
        self.cluster = cluster
        self._workers = workers
        self._extra = extra
        self._process: subprocess.Popen[bytes] | None = None
        self.sessions: dict[Account, httpx.Cookies] = {}
        self.ids: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> int:
        """The id of the server's first process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *("perl", str(SERVER), "--server", "Starman", "--host", "127.0.0.1", "--port", str(self.port)),
                    *("--workers", str(self._workers), "--max-requests", "100000"),
                ],
                env={**_environment(self.folder), **self._extra},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                httpx.get(f"{self.url}/REST/2.0/rt", trust_env=False, timeout=10)
            except httpx.HTTPError:
                if self._process.poll() is not None or time.monotonic() > ends:
                    raise RuntimeError(f"Request Tracker did not start:\n{self.log()}") from None
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop it, if it runs."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                process.wait(10)

    def log(self) -> str:
        """What it has said."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def mails(self) -> list[str]:
        """The mails that it has sent, oldest first."""
        files = sorted((self.folder / "mail").iterdir(), key=lambda path: path.stat().st_mtime_ns)
        return [path.read_text("utf-8", "replace") for path in files]

    def perl(self, program: str, *arguments: str) -> str:
        """Run *program* in a Perl that has loaded this RT (``RT->SystemUser`` is at hand); returns what it printed."""
        head = 'use lib "/usr/share/request-tracker5/lib"; use RT -init; use utf8; binmode STDOUT, ":utf8";\n'
        return _run(self.folder, "perl", "-e", head + program, *arguments)


class Installation:
    """A database that RT has filled, and from which servers get copies."""

    def __init__(self, cluster: postgres.Cluster, template: str) -> None:
        self._cluster = cluster
        self._template = template

    @contextmanager
    def serve(
        self,
        *,
        workers: int = 4,
        bcrypt: int = CHEAP,
        zone: str = "Europe/Berlin",
        extra: Mapping[str, str] = MappingProxyType({}),
    ) -> Iterator[RequestTracker]:
        """Start a server on a new copy, with *extra* in its environment; it is stopped and removed at the end."""
        folder = Path(tempfile.mkdtemp(prefix="agentconsole-rt-"))
        try:
            with self._cluster.database(self._template) as database:
                port = postgres.free_port()
                configure(folder, database, self._cluster, port=port, bcrypt=bcrypt, zone=zone)
                server = RequestTracker(folder, port, database, self._cluster, workers, extra)
                try:
                    server.start()
                    yield server
                finally:
                    server.stop()
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def installation() -> Iterator[Installation]:
    """Fill a database with RT's own data and the tests' world. Raises NotInstalled, or postgres.NotInstalled."""
    if not SERVER.exists() or shutil.which("starman") is None:
        raise NotInstalled
    folder = Path(tempfile.mkdtemp(prefix="agentconsole-rt-"))
    try:
        with postgres.cluster() as cluster, cluster.database() as template:
            configure(folder, template, cluster, port=80, bcrypt=CHEAP, zone="UTC")
            secret = folder / "root-password"
            secret.write_text(ROOT_PASSWORD)
            setup = ("perl", str(SETUP), "--dba", postgres.OWNER, "--dba-password", "none", "--action")
            _run(folder, *setup, "schema,coredata")
            _run(folder, *setup, "insert", "--datafile", str(OWN_DATA), "--root-password-file", str(secret))
            _run(folder, *setup, "insert", "--datafile", str(HERE / "world.pl"))
            yield Installation(cluster, template)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def configure(folder: Path, database: str, cluster: postgres.Cluster, *, port: int, bcrypt: int, zone: str) -> None:
    """Write the configuration of an RT into *folder*."""
    for name in ("mason", "sessions", "var", "mail", "site.d"):
        (folder / name).mkdir(exist_ok=True)
    values = {
        "FOLDER": folder,
        "PORT": port,
        "ZONE": zone,
        "DATABASE_PORT": cluster.port,
        "DATABASE": database,
        "DATABASE_USER": postgres.OWNER,
        "BCRYPT": bcrypt,
    }
    text = (HERE / "RT_SiteConfig.pm.in").read_text("utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    (folder / "RT_SiteConfig.pm").write_text(text, "utf-8")
    sendmail = folder / "sendmail"
    sendmail.write_text(f'#!/bin/sh\nexec cat > "$(mktemp "{folder}/mail/XXXXXXXX")"\n')
    sendmail.chmod(0o755)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "RT_SITE_CONFIG": str(folder / "RT_SiteConfig.pm"),
        "RT_SITE_CONFIG_DIR": str(folder / "site.d"),
    }


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command,
        env=_environment(folder),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=300,
    )
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:2])} failed:\n{said}")
    return said
