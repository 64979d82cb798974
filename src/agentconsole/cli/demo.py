"""``demo``: the embedded server with the demo world, and the console on it."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agentconsole.cli.opening import home_of, profiles_of
from agentconsole.platform.home import Home
from agentconsole.services.profiles import Profile

if TYPE_CHECKING:
    from argparse import _SubParsersAction

TICKETS = 2000
SEED = 1


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's command."""
    demo = commands.add_parser("demo", parents=[common], help="try the console on a made-up help desk")
    demo.add_argument("--tickets", type=int, default=TICKETS, metavar="N")
    demo.add_argument("--seed", type=int, default=SEED, metavar="S")
    demo.add_argument("--tour", type=Path, metavar="DIR", help="no interaction: save a picture of every pane to DIR")
    demo.set_defaults(run=run_demo)


def run_demo(options: Namespace) -> int:
    """Start the server, add a profile for it in a home of its own, and open the window on that (or take the tour)."""
    from agentconsole.app import run_tour, run_window
    from agentconsole.cli.embedded import ServerProcess
    from agentconsole.demo.world import World

    # the first start offers the demo without any of its options
    tickets, seed = getattr(options, "tickets", TICKETS), getattr(options, "seed", SEED)
    tour: Path | None = getattr(options, "tour", None)
    email = World(tickets=tickets, seed=seed, now=datetime.now(UTC)).agent_email
    token = secrets.token_urlsafe(24)
    with (
        _demo_home(options) as home,
        _made_up_tickets_gone_in_the_end(home.root / "server"),
        ServerProcess(home.root, tickets=tickets, seed=seed, grants=[f"{email}={token}"]) as server,
    ):
        profile = Profile(name="demo", kind="agentconsole", url=server.url, email=email)
        profiles = profiles_of(home)
        profiles.add(profile, token)
        if tour is not None:
            return run_tour(home, profiles, profile, tour.resolve())
        return run_window(home, profiles, profile)


@contextmanager
def _made_up_tickets_gone_in_the_end(folder: Path) -> Iterator[None]:
    """Remove the help desk's own database: a help desk is elsewhere, and what the console keeps can't be read."""
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _demo_home(options: Namespace) -> Iterator[Home]:
    """A home for the demo alone: below a named home, else temporary. Each demo begins afresh, with the user's packs."""
    outer = home_of(options)
    if outer.explicit:
        folder = outer.root / "demo"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        yield Home(folder, explicit=True, packs=outer.packs)
        return
    with tempfile.TemporaryDirectory(prefix="agentconsole-demo-", ignore_cleanup_errors=True) as name:
        yield Home(Path(name), explicit=True, packs=outer.packs)
