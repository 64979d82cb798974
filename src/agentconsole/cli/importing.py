"""``import``: bring an archive into a reference server, so that a team can leave any help desk."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from agentconsole.archive.bringing import Brought, Outcome, bring
from agentconsole.cli.asking import asked, current_passphrase
from agentconsole.cli.failures import EXIT_USAGE, CommandFailed
from agentconsole.cli.printing import print_json

if TYPE_CHECKING:
    from argparse import _SubParsersAction
    from collections.abc import Awaitable

    from agentconsole.archive.format import Line
    from agentconsole.archive.reading import Archive
    from agentconsole.connectors.http import HttpClient
    from agentconsole.server.database import Database

T = TypeVar("T")

TOKEN_VARIABLE = "AGENTCONSOLE_IMPORT_TOKEN"  # noqa: S105  the name of a variable
PASSPHRASE_VARIABLE = "AGENTCONSOLE_ARCHIVE_PASSPHRASE"  # noqa: S105  so is this
_PATH = "/api/agentconsole/v1/imports"
_TRIES = 6
_LONGEST_PAUSE = 60.0
"""Seconds before a server that has trouble is asked again."""

_DESCRIPTION = """\
Bring an archive that `agentconsole export` wrote into a reference server: people, organizations, groups, fields,
macros, contacts, tickets with comments and attachments, with their numbers and times where those are free. It may be
repeated: nothing is there twice, and what was broken off goes on. What could not be taken is listed, with the reason.
"""


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's command."""
    importing = commands.add_parser(
        "import", parents=[common], help="bring an archive into a reference server", description=_DESCRIPTION
    )
    importing.add_argument(
        "path", type=Path, metavar="PATH", help="the archive: a folder, a .zip file, or a sealed one"
    )
    importing.add_argument("--server", required=True, metavar="URL", help="where the server is")
    importing.add_argument(
        "--token-env",
        default=TOKEN_VARIABLE,
        metavar="VAR",
        help=f"the environment variable with an administrator's token (default {TOKEN_VARIABLE}); else it is asked for",
    )
    importing.add_argument("--ca-file", type=Path, metavar="FILE", help="certificates (PEM) to trust as well")
    importing.add_argument("--json", action="store_true")
    importing.set_defaults(run=run_import)


def run_import(options: Namespace) -> int:
    from agentconsole.connectors.http import HttpClient
    from agentconsole.connectors.http.signing import bearer
    from agentconsole.domain.desk_kinds import wire_problem
    from agentconsole.services.authorities import AuthorityProblem, read_authority

    problem = wire_problem(options.server)
    if problem:
        # before anybody is asked for anything: the archive is as secret as the token
        raise CommandFailed(
            problem, "Nothing was sent. Put the server behind https, or import on the server itself.", EXIT_USAGE
        )
    token = os.environ.get(options.token_env, "").strip() or asked("Token of an administrator: ")
    if not token:
        raise CommandFailed("There is no token.", f"Put an administrator's token into {options.token_env}.", EXIT_USAGE)
    authority = ""
    if options.ca_file is not None:
        try:
            authority = read_authority(options.ca_file)
        except AuthorityProblem as error:
            raise CommandFailed(f"{options.ca_file}: {error}", error.advice, EXIT_USAGE) from error
    with open_given(options.path) as archive, asyncio.Runner() as runner:
        client = HttpClient(options.server, bearer(token), authority=authority)
        try:
            brought = bring(archive, HttpTaker(client, runner.run), tell)
        finally:
            runner.run(client.close())
        report(archive, brought, as_json=options.json)
    return 0


def open_given(path: Path) -> Archive:
    """Open the archive at *path*; whoever sits at the terminal is asked for the passphrase of a sealed one."""
    from agentconsole.archive.reading import open_archive

    given = os.environ.pop(PASSPHRASE_VARIABLE, None)
    archive = open_archive(path, lambda: current_passphrase(given, PASSPHRASE_VARIABLE))
    damage = archive.damage()
    if damage:
        archive.close()
        raise CommandFailed(f"{path} is not what was exported: {'; '.join(damage)}.", "Bring it back from a backup.")
    return archive


class HttpTaker:
    """A server at the other end of a wire; *run* carries out what it is asked. What may help is tried again."""

    def __init__(
        self, client: HttpClient, run: Callable[[Any], Any], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._run = run
        self._sleep = sleep

    def take(self, source: str, kind: str, lines: Sequence[Line]) -> Outcome:
        body = {"source": source, "kind": kind, "lines": lines}
        answer = self._again(lambda: self._client.write("POST", f"{_PATH}/lines", body))
        return answer.read(msgspec.json.Decoder(Outcome))

    def missing(self, digests: Sequence[str]) -> list[str]:
        found: list[str] = []
        for start in range(0, len(digests), 1000):
            body = {"digests": digests[start : start + 1000]}
            answer = self._again(lambda: self._client.write("POST", f"{_PATH}/missing", body))  # noqa: B023  at once
            found += answer.read(msgspec.json.Decoder(dict[str, list[str]])).get("missing", [])
        return found

    def keep(self, digest: str, content: bytes) -> None:
        self._again(
            lambda: self._client.write(
                "PUT", f"{_PATH}/files/{digest}", content=content, content_type="application/octet-stream"
            )
        )

    def _again(self, request: Callable[[], Awaitable[T]]) -> T:
        """Carry out *request*, which may be repeated; ConnectorError when it fails for good."""
        from agentconsole.connectors.api import ConnectorError, Missing, RateLimited

        for attempt in range(_TRIES):
            try:
                done: T = self._run(request())
            except Missing as error:
                raise CommandFailed(
                    "The server takes no archives.", "It must be agentconsole's own, of this version or newer."
                ) from error
            except ConnectorError as error:
                if not error.retryable or attempt == _TRIES - 1:
                    raise
                pause = error.retry_after if isinstance(error, RateLimited) else 2.0**attempt
                self._sleep(min(pause, _LONGEST_PAUSE))
            else:
                return done
        raise AssertionError


class DatabaseTaker:
    """A server's database, without the server; its tables are up to date."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, source: str, kind: str, lines: Sequence[Line]) -> Outcome:
        from agentconsole.server.importing.taking import take

        return msgspec.convert(take(self._database, source, kind, lines), Outcome)

    def missing(self, digests: Sequence[str]) -> list[str]:
        from agentconsole.server.importing.taking import missing_files

        return missing_files(self._database, digests)

    def keep(self, digest: str, content: bytes) -> None:  # noqa: ARG002  it counts for itself
        from agentconsole.server.importing.taking import take_file

        with self._database.write() as tx:
            take_file(tx, content)


def import_into(url: str, path: Path) -> None:
    """Bring the archive at *path* into the database at *url*."""
    from agentconsole.server.database import Database

    database = Database(url)
    try:
        database.upgrade()
        with open_given(path) as archive:
            report(archive, bring(archive, DatabaseTaker(database), tell), as_json=False, out=sys.stderr)
    finally:
        database.close()


def tell(kind: str, done: int, total: int) -> None:
    """Say on the terminal how far it is."""
    if sys.stderr.isatty():
        print(f"\rImporting {kind.replace('_', ' ')}: {done:,} of {total:,} ", end="", file=sys.stderr)


def report(archive: Archive, brought: Brought, *, as_json: bool, out: Any = None) -> None:
    """Say what was taken and what was not."""
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if as_json:
        print_json(
            {
                "source": archive.manifest.desk,
                "taken": dict(brought.taken),
                "known": dict(brought.known),
                "renewed": dict(brought.renewed),
                "troubles": brought.troubles,
            }
        )
        return
    print(f"From {archive.manifest.desk}, as of {archive.manifest.data_as_of or archive.manifest.made_at}:", file=out)
    for title, counts in (("new", brought.taken), ("here already", brought.known), ("renewed", brought.renewed)):
        if counts:
            told = ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in counts.items())
            print(f"  {title}: {told}", file=out)
    for trouble in brought.troubles:
        what = "not taken" if trouble.refused else "taken, but"
        named = f" ({', '.join(trouble.ids)}{', …' if trouble.count > len(trouble.ids) else ''})" if trouble.ids else ""
        print(f"  {trouble.count:,} {trouble.kind.replace('_', ' ')} {what}: {trouble.reason}{named}", file=out)
