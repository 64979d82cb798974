"""``serve``: the reference ticket server."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agentconsole.cli.failures import EXIT_USAGE, CommandFailed
from agentconsole.cli.opening import home_of

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from agentconsole.server.settings import Grant

ROLES = ("admin", "agent", "reviewer")

MOST_DAYS = 36_500

TOKENS_VARIABLE = "AGENTCONSOLE_SERVE_TOKENS"
"""More ``EMAIL=TOKEN[:ROLE]``, a line each: unlike arguments, the environment is not shown to other users."""

DATABASE_VARIABLE = "AGENTCONSOLE_SERVE_DB"
"""The address of the database, which may hold its password."""

MOST_WORKERS = 64


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's command."""
    serve = commands.add_parser("serve", parents=[common], help="run the reference ticket server")
    serve.add_argument("--port", type=int, default=8765, metavar="P", help="0 takes any free one (default 8765)")
    serve.add_argument("--host", default="127.0.0.1", help="where to listen (default: this computer only)")
    serve.add_argument("--db", metavar="URL", help="sqlite:///FILE or postgresql://...; default: a file under the home")
    serve.add_argument("--demo", action="store_true", help="fill an empty database with the demo world")
    serve.add_argument("--tickets", type=int, default=2000, metavar="N", help="how many tickets the demo world has")
    serve.add_argument("--seed", type=int, default=1, metavar="S", help="which demo world")
    serve.add_argument(
        "--import",
        dest="archive",
        type=Path,
        metavar="PATH",
        help="first bring an archive of `agentconsole export` in; may be repeated, nothing is doubled",
    )
    serve.add_argument(
        "--close-after",
        type=days,
        default=4.0,
        metavar="DAYS",
        help="close tickets that have been solved this long (default 4); 0 leaves closing to people",
    )
    serve.add_argument(
        "--token",
        type=grant,
        action="append",
        default=[],
        metavar="EMAIL=TOKEN[:ROLE]",
        help=f"let EMAIL in with TOKEN; ROLE is {', '.join(ROLES)} (default admin); may be repeated",
    )
    serve.add_argument(
        "--workers",
        type=workers,
        default=1,
        metavar="N",
        help="processes behind the one address (default 1)",
    )
    serve.add_argument(
        "--metrics-port", type=int, metavar="P", help="figures for Prometheus at this port (default: none); 0 takes any"
    )
    serve.add_argument(
        "--metrics-host",
        default="127.0.0.1",
        metavar="HOST",
        help="where those are served (default: here only)",
    )
    serve.add_argument(
        "--revoke", metavar="EMAIL", help="take back all tokens of EMAIL and end; a running server obeys at once"
    )
    serve.add_argument(
        "--wipe", action="store_true", help="with --revoke: their consoles remove what they keep of this help desk"
    )
    serve.set_defaults(run=run_server)


def days(text: str) -> float:
    """Read a number of days, from 0 on; ArgumentTypeError for anything else."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= MOST_DAYS:
        raise ArgumentTypeError(f"must be a number of days from 0 to {MOST_DAYS:,}")
    return value


def workers(text: str) -> int:
    """Read a number of processes; ArgumentTypeError for anything else."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise ArgumentTypeError(f"must be a number from 1 to {MOST_WORKERS}")
    return int(text)


def grant(text: str) -> Grant:
    """Read ``EMAIL=TOKEN[:ROLE]``; ArgumentTypeError for anything else."""
    from agentconsole.server.settings import Grant

    email, sign, rest = text.partition("=")
    token, colon, role = rest.rpartition(":")
    if not colon or role not in ROLES:
        token, role = rest, "admin"
    if not sign or "@" not in email or not token:
        # the text holds a secret, so it is not repeated
        raise ArgumentTypeError("must look like ana@example.org=TOKEN or ana@example.org=TOKEN:agent")
    return Grant(email=email, token=token, role=role)  # type: ignore[arg-type]  # checked against ROLES above


def run_server(options: Namespace) -> int:
    from agentconsole.server.running import check_address, run
    from agentconsole.server.settings import ServerSettings

    url = database_url(options)
    if options.wipe and not options.revoke:
        raise CommandFailed("--wipe goes with --revoke EMAIL.", "Nothing was changed.", EXIT_USAGE)
    if options.revoke:
        return take_back(url, options.revoke, wipe=options.wipe)
    check_address(options.host, options.port)
    if options.demo:
        load_demo(url, options.tickets, options.seed)
    if options.archive is not None:
        from agentconsole.cli.importing import import_into

        import_into(url, options.archive)
    more = [grant(line) for line in os.environ.get(TOKENS_VARIABLE, "").splitlines() if line.strip()]
    return run(
        ServerSettings(
            host=options.host,
            port=options.port,
            database_url=url,
            grants=(*options.token, *more),
            close_after=round(options.close_after * 86_400),
            workers=options.workers,
            metrics_host=options.metrics_host,
            metrics_port=options.metrics_port,
        )
    )


def database_url(options: Namespace) -> str:
    """Return the address of the database: of ``--db``, of the environment, or that of a file under the home."""
    url: str | None = options.db or os.environ.get(DATABASE_VARIABLE)
    if url is None:
        folder = home_of(options).root / "server"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        url = f"sqlite:///{folder / 'desk.db'}"
    return url


def take_back(url: str, email: str, *, wipe: bool) -> int:
    """Take back all tokens of the agent *email* in the database at *url*; *wipe*: and what their consoles keep."""
    from agentconsole.server.database import Database
    from agentconsole.server.revoking import revoke, user_of

    database = Database(url)
    try:
        database.upgrade()
        with database.read() as db:
            user = user_of(db, email)
        if user is None:
            raise CommandFailed(f"No agent has the address {email}.", "Nothing was changed.")
        with database.write() as tx:
            count = revoke(tx, user, wipe=wipe, by=None)
    finally:
        database.close()
    print(f"{count} {'token is' if count == 1 else 'tokens are'} taken back.")
    if wipe:
        print("A console that still has one exports what was not sent, encrypted, and removes the rest.")
    return 0


def load_demo(url: str, tickets: int, seed: int) -> None:
    """Fill the database at *url* with the demo world, unless it has tickets already.

    It comes before anybody is let in, so that a token's address finds its agent in the demo world. Progress goes to
    standard error.
    """
    from agentconsole.demo.world import World
    from agentconsole.server.database import Database
    from agentconsole.server.loading import NotEmpty, load

    world = World(tickets=tickets, seed=seed, now=datetime.now(UTC).replace(microsecond=0))

    def tell(done: int) -> None:
        if sys.stderr.isatty():
            print(f"\rPreparing the demo world: {done:,} of {tickets:,} tickets", end="", file=sys.stderr)

    database = Database(url)
    try:
        database.upgrade()
        load(database, world.reference(), world.stories(), tell)
    except NotEmpty:
        print("The database has tickets already; they are served as they are.", file=sys.stderr)
    else:
        tell(tickets)
        if sys.stderr.isatty():
            print(file=sys.stderr)
    finally:
        database.close()
