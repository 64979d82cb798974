"""Without a command: open the window."""

from __future__ import annotations

import os
from argparse import Namespace

from agentconsole.cli.demo import run_demo
from agentconsole.cli.opening import PROFILE_VARIABLE, home_of, profiles_of


def open_window(options: Namespace) -> int:
    from agentconsole.app import run_first_start, run_window

    home = home_of(options)
    profiles = profiles_of(home)
    name = options.profile or os.environ.get(PROFILE_VARIABLE)
    known = profiles.all()
    if name or known:
        return run_window(home, profiles, profiles.get(name) if name else known[0])
    choice = run_first_start(home, profiles)
    if choice is None:
        return 0
    if choice == "demo":
        return run_demo(options)
    return run_window(home, profiles, choice)
