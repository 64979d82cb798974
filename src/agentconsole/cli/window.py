"""Without a command: open the window."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agentconsole.cli.opening import PROFILE_VARIABLE, finish_begun_wipes
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.profiles import DamagedProfiles, Profile, Profiles

if TYPE_CHECKING:
    from argparse import Namespace


def open_window(options: Namespace) -> int:
    home = Home.locate(options.home)
    # whoever starts a window is asked there, not in a terminal that they may not see
    profiles = Profiles(home, open_keychain(home))
    address: str = getattr(options, "address", "")
    name = options.profile or _profile_in(address) or os.environ.get(PROFILE_VARIABLE)
    while True:
        known = _known(home, profiles)
        if name or known:
            profile = profiles.get(name) if name else known[0]
            # a system keychain answers, and a passphrase from the environment opens, while Qt is imported
            profiles.read_ahead(profile)
        from agentconsole.app import WIPED, run_first_start, run_window

        if not name and not known:
            choice = run_first_start(home, profiles)
            if choice is None:
                return 0
            if choice == "demo":
                from agentconsole.cli.demo import run_demo

                return run_demo(options)
            profile = choice
        code = run_window(home, profiles, profile, address)
        if code != WIPED:
            return code
        name, address = None, ""


def _profile_in(address: str) -> str:
    """Return whose ticket *address* names, where it says so. What is wrong with it is told in the window."""
    if not address:
        return ""
    from agentconsole.domain.links import NotALink, read_link

    try:
        return read_link(address).profile
    except NotALink:
        return ""


def _known(home: Home, profiles: Profiles) -> tuple[Profile, ...]:
    """Return the profiles of *home*, made if need be. Who started a window may see no terminal: trouble is shown."""
    while True:
        try:
            home.prepare()
            finish_begun_wipes(home, profiles)
            return profiles.all()
        except (DamagedProfiles, OSError) as error:
            from agentconsole.app import run_start_trouble

            if not run_start_trouble(home, profiles, error):
                raise
