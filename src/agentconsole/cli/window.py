"""Without a command: open the window."""

from __future__ import annotations

import os
from argparse import Namespace

from agentconsole.cli.opening import PROFILE_VARIABLE, home_of, profiles_of


def open_window(options: Namespace) -> int:
    from agentconsole.app import run_window

    home = home_of(options)
    profiles = profiles_of(home)
    name = options.profile or os.environ.get(PROFILE_VARIABLE)
    known = profiles.all()
    profile = profiles.get(name) if name else (known[0] if known else None)
    return run_window(home, profiles, profile)
