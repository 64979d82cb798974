"""How this program is started once more: by its interpreter, or, where it was packaged, by its own file."""

from __future__ import annotations

import sys


def own_command() -> list[str]:
    """Return the words that start this very program; what it is to do comes behind them."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "agentconsole"]
