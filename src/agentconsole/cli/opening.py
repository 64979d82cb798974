"""Open what a command needs, and close it again."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.profiles import Profiles

if TYPE_CHECKING:
    from argparse import Namespace

    from agentconsole.services.workspace import OpenWorkspace

PROFILE_VARIABLE = "AGENTCONSOLE_PROFILE"


def home_of(options: Namespace) -> Home:
    """Return the home that the command line names, made if need be."""
    home = Home.locate(options.home)
    home.prepare()
    return home


def profiles_of(home: Home) -> Profiles:
    """Return the profiles of *home*; where its passphrase is needed, whoever sits at the terminal is asked for it."""
    from agentconsole.cli.asking import passphrase_of_home

    profiles = Profiles(home, open_keychain(home, passphrase_of_home))
    finish_begun_wipes(home, profiles)
    return profiles


def finish_begun_wipes(home: Home, profiles: Profiles) -> None:
    """Go on with a wipe that was cut short; what it needs is imported only then."""
    if (home.root / "wiping.json").exists():
        from agentconsole.services.wiping import finish_wipes

        finish_wipes(home, profiles)


@asynccontextmanager
async def workspace_of(options: Namespace) -> AsyncIterator[OpenWorkspace]:
    """The workspace of the profile that the command line names, closed at the end."""
    from agentconsole.services.opening import open_workspace

    home = home_of(options)
    profiles = profiles_of(home)
    profile = profiles.get(options.profile or os.environ.get(PROFILE_VARIABLE))
    workspace = open_workspace(home, profile, profiles)
    try:
        yield workspace
    finally:
        wipe_requested = workspace.sync.status().wipe_requested
        await workspace.close()
        if wipe_requested:
            from agentconsole.cli.wiping import obey

            obey(home, profiles, profile)
