"""Read the command line and carry it out. Errors are translated here, once: the world's fault, or our bug."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from agentconsole import __version__
from agentconsole.cli.failures import EXIT_ERROR, CommandFailed
from agentconsole.platform.memory import keep_out_of_core_dumps

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

GROUPS = {
    "demo": ("demo",),
    "serve": ("serve",),
    "server": ("server",),
    "profiles": ("profile",),
    "offline": ("cache", "trip"),
    "exchange": ("sync", "outbox"),
    "tickets": ("tickets", "show", "reply", "set"),
    "sla": ("sla",),
    "directory": ("directory",),
    "pack": ("pack",),
    "report": ("report",),
    "exporting": ("export",),
    "importing": ("import",),
    "archives": ("open-archive",),
    "passphrase": ("passphrase",),
    "wiping": ("wipe", "unsent"),
    "doctor": ("doctor",),
}
"""The modules of this package that hold commands, and which."""


def build_parser(arguments: Sequence[str]) -> ArgumentParser:
    """Return the parser of all commands that *arguments* can mean; each sets ``run`` to what carries it out.

    The modules of other commands are not imported: the window should not wait for what it does not need.
    """
    parser = argparse.ArgumentParser(
        prog="agentconsole", parents=[_common(None)], description="A native desktop console for support agents."
    )
    parser.add_argument("--version", action="version", version=f"agentconsole {__version__}")
    parser.set_defaults(run=_open_window)
    named = [group for group, names in GROUPS.items() if set(names) & set(arguments)]
    _known, rest = _common(None).parse_known_args(arguments)
    if len(rest) == 1 and rest[0].lower().startswith("support:"):
        # a desktop starts us so when somebody follows such an address (see domain/links.py)
        parser.add_argument("address", metavar="support:ticket/NUMBER", help="open this ticket in the window")
    elif rest:
        commands = parser.add_subparsers(dest="command", metavar="COMMAND")
        # behind a command the same options have no default, or they would reset what stood before it
        behind = _common(argparse.SUPPRESS)
        for group in named or GROUPS:
            import_module(f"agentconsole.cli.{group}").add_parsers(commands, behind)
    return parser


def _open_window(options: Namespace) -> int:
    # what a start builds stays: looking it through for garbage delays the first frame (see app.py)
    gc.disable()
    from agentconsole.cli.window import open_window

    return open_window(options)


def _plain_start() -> Namespace:
    """Return what the parser makes of an empty command line."""
    plain = SimpleNamespace(home=None, profile=None, verbose=False, run=_open_window)
    return cast("Namespace", plain)


def _common(default: str | None) -> ArgumentParser:
    """Return the options that may stand before and behind a command."""
    parser = argparse.ArgumentParser(add_help=False, argument_default=default)
    parser.add_argument("--home", metavar="DIR", help="keep everything under DIR (or set AGENTCONSOLE_HOME)")
    parser.add_argument("--profile", metavar="NAME", help="which connection (or set AGENTCONSOLE_PROFILE)")
    parser.add_argument(
        "--verbose", action="store_true", default=default or False, help="log what happens to standard error"
    )
    return parser


def run(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command line and return its exit code."""
    # whatever this program writes is about customers: for its owner's eyes only
    os.umask(0o077)
    words = list(sys.argv[1:] if arguments is None else arguments)
    windowless = {name for names in GROUPS.values() for name in names} - {"demo", "open-archive"}
    keep_out_of_core_dumps(has_window=not windowless & set(words))
    options = read_command_line(words)
    shown = logging.StreamHandler()
    shown.setLevel(logging.DEBUG if options.verbose else logging.WARNING)
    shown.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.DEBUG if options.verbose else logging.WARNING, handlers=[shown])
    command: Callable[[Namespace], int] = options.run
    try:
        return command(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # the reader of our output has gone (`| head`): that is its right
        sys.stderr.close()
        return 0
    except Exception as error:
        failure = translated(error)
        if failure is None:
            raise
        print(f"agentconsole: {failure.title}", file=sys.stderr)
        if failure.advice:
            print(failure.advice, file=sys.stderr)
        if getattr(options, "json", False):
            from agentconsole.cli.printing import print_json

            print_json({"error": failure.title, "advice": failure.advice})
        return failure.code


def read_command_line(words: list[str]) -> Namespace:
    """Read the command line; a query may have words such as ``-tag:spam``, which are no options."""
    if not words:
        # as most starts are: argparse takes longer than the window's settings, its key and its first rows
        return _plain_start()
    parser = build_parser(words)
    options, rest = parser.parse_known_args(words)
    if any(word.startswith("--") or not hasattr(options, "query") for word in rest):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        options.query = [*options.query, *rest]
    return options


def translated(error: Exception) -> CommandFailed | None:
    """Return *error* as a failure that a person can act upon; None if it is a bug of ours."""
    if isinstance(error, CommandFailed):
        return error
    title, advice = getattr(error, "title", None), getattr(error, "advice", None)
    if isinstance(title, str) and isinstance(advice, str):
        said = str(error)
        # the reason often begins with what happened: once is enough
        told = said if said.startswith(title) else f"{title}: {said}" if said else title
        return CommandFailed(told, advice, EXIT_ERROR)
    from agentconsole.services.profiles import ProfileError

    if isinstance(error, ProfileError):
        return CommandFailed(str(error))
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return CommandFailed(
            f"{error.strerror or error}{where}", "Check that the folder exists, can be written and has space left."
        )
    return None
