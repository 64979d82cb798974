"""``server``: what an administrator does to a ticket server's database: back up and restore."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from agentconsole.cli.printing import print_json
from agentconsole.cli.serve import database_url

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from agentconsole.server.backup import Manifest


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's command."""
    server = commands.add_parser("server", help="back up and restore the database of a ticket server")
    verbs = server.add_subparsers(dest="verb", required=True, metavar="backup|restore|check")

    backup = verbs.add_parser(
        "backup",
        parents=[common],
        help="write everything to one file, while the server runs",
        description="One file of one moment, for either kind of database. It holds all customers' data, and what "
        "tokens and Support PINs are checked against: keep it as you keep the database.",
    )
    backup.add_argument("file", type=Path, metavar="FILE")
    restoring = verbs.add_parser(
        "restore",
        parents=[common],
        help="bring a backup into a database, of either kind; no server may run on it meanwhile",
        description="All or nothing. An older backup is brought up to date. It also moves a help desk from SQLite to "
        "PostgreSQL.",
    )
    restoring.add_argument("file", type=Path, metavar="FILE")
    for each, what in ((backup, "replace the file"), (restoring, "even if there is a help desk: it is lost then")):
        each.add_argument("--db", metavar="URL", help="as for `serve`; default: the file under the home")
        each.add_argument("--force", action="store_true", help=what)
        each.add_argument("--json", action="store_true")
    backup.set_defaults(run=run_backup)
    restoring.set_defaults(run=run_restore)

    checking = verbs.add_parser("check", parents=[common], help="read a backup from end to end")
    checking.add_argument("file", type=Path, metavar="FILE")
    checking.add_argument("--json", action="store_true")
    checking.set_defaults(run=run_check)


def run_backup(options: Namespace) -> int:
    from agentconsole.server.backup import back_up
    from agentconsole.server.database import Database

    database = Database(database_url(options))
    try:
        manifest = back_up(database, options.file, _tell, overwrite=options.force)
    finally:
        database.close()
    _say("Backed up", manifest, options)
    return 0


def run_restore(options: Namespace) -> int:
    from agentconsole.server.backup import restore
    from agentconsole.server.database import Database

    database = Database(database_url(options))
    try:
        manifest = restore(database, options.file, _tell, overwrite=options.force)
    finally:
        database.close()
    _say("Restored", manifest, options)
    return 0


def run_check(options: Namespace) -> int:
    from agentconsole.server.backup import check

    _say("Whole:", check(options.file), options)
    return 0


def _say(what: str, manifest: Manifest, options: Namespace) -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
    counts = {name: contents.rows for name, contents in manifest.tables.items()}
    if options.json:
        size = os.stat(options.file).st_size
        print_json({"file": str(options.file), "bytes": size, "made_at": manifest.made_at, "rows": counts})
        return
    print(
        f"{what} {counts.get('tickets', 0):,} tickets, {counts.get('comments', 0):,} comments and "
        f"{counts.get('users', 0):,} people, as of {manifest.made_at}: {options.file}"
    )


def _tell(table: str, rows: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{table}: {rows:,}            ", end="", file=sys.stderr)
