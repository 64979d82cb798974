"""A PostgreSQL cluster of the tests' own: in a temporary folder, on a free loopback port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

OWNER = "agentconsole"
INSTALL = "apt-get install -y --no-install-recommends postgresql"


class NotInstalled(Exception):
    """There is no PostgreSQL server program; the message says how to get one."""

    def __init__(self) -> None:
        super().__init__(f"PostgreSQL's server program is not installed. As root: {INSTALL}")


def programs() -> Path:
    """The folder with initdb and pg_ctl, the newest if there are several. Raises NotInstalled."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if found:
        return max(found, key=lambda path: [int(part) for part in path.parent.name.split(".") if part.isdigit()])
    if on_path:
        return Path(on_path).parent
    raise NotInstalled


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Cluster:
    """A running cluster."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._made = 0

    def url(self, database: str) -> str:
        """The address of a database, as the server takes it."""
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The name of a new database, a copy of *template*; dropped at the end whoever is still connected."""
        self._made += 1
        name = f"desk_{self._made}"
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield name
        finally:
            self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=OWNER, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """Start a cluster and stop it at the end; *durable* when its speed counts. Raises NotInstalled."""
    tools = programs()
    account = _unprivileged()
    # Not below pytest's folders, which only their owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="agentconsole-postgres-"))
    data, port = folder / "data", free_port()
    try:
        if account is not None:
            shutil.chown(folder, account)
        _run(account, tools / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder}"
        if not durable:
            options += " -c fsync=off -c full_page_writes=off"
        control = (tools / "pg_ctl", "-D", data)
        _run(account, *control, "start", "-w", "-t", "60", "-l", folder / "log", "-o", options)
        try:
            yield Cluster(port)
        finally:
            _run(account, *control, "stop", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> str | None:
    """Who the server runs as: itself refuses root. None when we are not root ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(account: str | None, *command: object) -> None:
    words = [str(word) for word in command]
    gid = None if account is None else pwd.getpwnam(account).pw_gid
    # What pg_ctl starts keeps its outputs open; a pipe would never end.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            user=account,
            group=gid,
            extra_groups=None if gid is None else [gid],
            check=False,
            timeout=90,
        )
        if done.returncode != 0:
            output.seek(0)
            raise RuntimeError(f"{' '.join(words)} failed:\n{output.read().decode(errors='replace')}")
