"""Without a command: open the window."""

from __future__ import annotations

import os
from argparse import Namespace

from agentconsole.cli.demo import run_demo
from agentconsole.cli.opening import PROFILE_VARIABLE, profiles_of
from agentconsole.platform.home import Home
from agentconsole.services.profiles import DamagedProfiles, Profile, Profiles


def open_window(options: Namespace) -> int:
    from agentconsole.app import run_first_start, run_window

    home = Home.locate(options.home)
    profiles = profiles_of(home)
    name = options.profile or os.environ.get(PROFILE_VARIABLE)
    known = _known(home, profiles)
    if name or known:
        return run_window(home, profiles, profiles.get(name) if name else known[0])
    choice = run_first_start(home, profiles)
    if choice is None:
        return 0
    if choice == "demo":
        return run_demo(options)
    return run_window(home, profiles, choice)


def _known(home: Home, profiles: Profiles) -> tuple[Profile, ...]:
    """Return the profiles of *home*, made if need be. Who started a window may see no terminal: trouble is shown."""
    while True:
        try:
            home.prepare()
            return profiles.all()
        except (DamagedProfiles, OSError) as error:
            from agentconsole.app import run_start_trouble

            if not run_start_trouble(home, profiles, error):
                raise
