"""``open-archive``: look into what was exported, offline and without a help desk."""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from agentconsole.cli.importing import open_given
from agentconsole.cli.opening import home_of, profiles_of
from agentconsole.cli.printing import print_json

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from agentconsole.services.api.archives import ExportProgress

_PROBLEMS_TOLD = 20

_DESCRIPTION = """\
Bring an archive that `agentconsole export` wrote into a profile of its own, encrypted as every profile is, and open the
window on it. It is never online; everything in it can be read and searched, and nothing can be changed. A later archive
of the same help desk renews it. `agentconsole wipe` removes it again.
"""


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's command."""
    opening = commands.add_parser(
        "open-archive", parents=[common], help="look into an archive, offline", description=_DESCRIPTION
    )
    opening.add_argument("path", type=Path, metavar="PATH", help="a folder, a .zip file, or a sealed one")
    opening.add_argument("--name", metavar="NAME", help="what the profile is called (default: by its help desk)")
    opening.add_argument("--no-window", action="store_true", help="only make the profile")
    opening.add_argument("--json", action="store_true", help="say as JSON what was read; opens no window")
    opening.set_defaults(run=run_open)


def run_open(options: Namespace) -> int:
    from agentconsole.services.archiving import name_for, take_in

    home = home_of(options)
    profiles = profiles_of(home)
    stopped = Event()
    before = signal.signal(signal.SIGINT, lambda _number, _frame: stopped.set())
    try:
        with open_given(options.path) as archive:
            name = options.name or name_for(archive)
            opened = take_in(home, profiles, archive, name, _tell, stopped.is_set)
    finally:
        signal.signal(signal.SIGINT, before)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if options.json:
        print_json(opened)
        return 0
    counts = opened.counts
    print(
        f"{counts['tickets']:,} tickets, {counts['comments']:,} comments and {counts['attachments']:,} attachments of "
        f"{opened.desk} are in the profile {name}."
    )
    for problem in opened.problems[:_PROBLEMS_TOLD]:
        print(f"  could not be read: {problem}", file=sys.stderr)
    if len(opened.problems) > _PROBLEMS_TOLD:
        print(f"  and {len(opened.problems) - _PROBLEMS_TOLD:,} more (--json tells all)", file=sys.stderr)
    if options.no_window:
        return 0
    from agentconsole.cli.window import open_window

    options.profile = name
    return open_window(options)


def _tell(progress: ExportProgress) -> None:
    if sys.stderr.isatty():
        print(f"\rReading {progress.doing}: {progress.done:,} of {progress.total:,} ", end="", file=sys.stderr)
