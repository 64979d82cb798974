"""``export``: everything that is kept of a help desk, as files that any program can read."""

from __future__ import annotations

import asyncio
import signal
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from agentconsole.cli.asking import new_passphrase
from agentconsole.cli.failures import EXIT_USAGE, CommandFailed
from agentconsole.cli.opening import workspace_of
from agentconsole.cli.printing import print_json

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from agentconsole.services.api.archives import Exported, ExportProgress

_DESCRIPTION = """\
Write everything that this profile keeps of its help desk, and the attachments' files, to PATH: a folder of JSON Lines,
or one .zip file. Anybody who has it can read it, unless --passphrase seals it. What was not sent yet is not in it. A
folder that was stopped goes on where it was; the format is described in the handbook, page "Archives".
"""


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's command."""
    export = commands.add_parser(
        "export", parents=[common], help="write everything that is kept here to files", description=_DESCRIPTION
    )
    export.add_argument("path", type=Path, metavar="PATH", help="a folder, or a file that ends in .zip")
    export.add_argument(
        "--passphrase", action="store_true", help="seal it: one file that only the passphrase opens, typed or piped in"
    )
    export.add_argument("--no-files", action="store_true", help="without the attachments' files")
    export.add_argument("--no-fetch", action="store_true", help="with those files only that are on this computer")
    export.add_argument("--force", action="store_true", help="replace a file that is there already")
    export.add_argument("--json", action="store_true")
    export.set_defaults(run=run_export)


def run_export(options: Namespace) -> int:
    from agentconsole.services.api.archives import ExportChoice

    if options.passphrase and options.path.is_dir():
        raise CommandFailed("A sealed export is one file, not a folder.", "Name a file.", EXIT_USAGE)
    choice = ExportChoice(
        path=options.path,
        passphrase=new_passphrase() if options.passphrase else None,
        overwrite=options.force,
        files=not options.no_files,
        fetch=not options.no_fetch,
    )
    exported = asyncio.run(_export(options, choice))
    if options.json:
        print_json(_shape(exported))
    else:
        print(told(exported))
    return 0


async def _export(options: Namespace, choice: Any) -> Exported:
    async with workspace_of(options) as workspace:
        stopped = Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        try:
            return await workspace.exports.export(choice, _tell, stopped.is_set)
        finally:
            if sys.stderr.isatty():
                print(file=sys.stderr)


def _tell(progress: ExportProgress) -> None:
    if sys.stderr.isatty():
        print(f"\rExporting {progress.doing}: {progress.done:,} of {progress.total:,} ", end="", file=sys.stderr)


def told(exported: Exported) -> str:
    """Say in words what was written."""
    counts = exported.counts
    lines = [
        f"Exported {counts['tickets']:,} tickets, {counts['comments']:,} comments and {counts['attachments']:,} "
        f"attachments to {exported.path}"
    ]
    if counts["missing"]:
        why = f": {exported.why_missing}" if exported.why_missing else "."
        lines.append(f"{counts['missing']:,} attachments are listed but not in it{why}")
    if exported.unsent:
        lines.append(f"{exported.unsent:,} changes that were not sent yet are not in it.")
    lines.append(
        "Only its passphrase opens it." if exported.sealed else "It is not encrypted: keep it where only you can read."
    )
    return "\n".join(lines)


def _shape(exported: Exported) -> dict[str, Any]:
    return {
        "path": str(exported.path),
        "sealed": exported.sealed,
        "desk": exported.desk,
        "counts": exported.counts,
        "fetched": exported.fetched,
        "why_missing": exported.why_missing or None,
        "unsent": exported.unsent,
    }
