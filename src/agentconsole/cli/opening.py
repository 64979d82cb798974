"""Open what a command needs, and close it again."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.profiles import Profile, Profiles

if TYPE_CHECKING:
    from agentconsole.services.workspace import OpenWorkspace

PROFILE_VARIABLE = "AGENTCONSOLE_PROFILE"


def home_of(options: Namespace) -> Home:
    """Return the home that the command line names, made if need be."""
    home = Home.locate(options.home)
    home.prepare()
    return home


def profiles_of(home: Home) -> Profiles:
    """Return the profiles of *home*."""
    return Profiles(home, open_keychain(home))


def open_workspace(home: Home, profile: Profile, profiles: Profiles, *, poll_interval: float = 15.0) -> OpenWorkspace:
    """Open the store of *profile*, ready to be read, written and synced; nothing goes to the network yet."""
    from agentconsole.services.settings import SettingsFile
    from agentconsole.services.workspace import OpenWorkspace
    from agentconsole.store.opening import open_store

    def connect():  # type: ignore[no-untyped-def]  # the connector's type costs importing the HTTP client
        from agentconsole.connectors.registry import open_connector

        return open_connector(kind=profile.kind, url=profile.url, email=profile.email, token=profiles.token(profile))

    store = open_store(home.database(profile.name))
    return OpenWorkspace(profile, store, SettingsFile(home.settings_file), connect, poll_interval=poll_interval)


@asynccontextmanager
async def workspace_of(options: Namespace) -> AsyncIterator[OpenWorkspace]:
    """The workspace of the profile that the command line names, closed at the end."""
    home = home_of(options)
    profiles = profiles_of(home)
    profile = profiles.get(options.profile or os.environ.get(PROFILE_VARIABLE))
    workspace = open_workspace(home, profile, profiles)
    try:
        yield workspace
    finally:
        await workspace.close()
