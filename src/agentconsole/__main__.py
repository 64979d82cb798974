"""``python -m agentconsole`` and the ``agentconsole`` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Carry out the command line and exit with its code."""
    from agentconsole.late_imports import import_late

    import_late()
    from agentconsole.cli.main import run

    sys.exit(run())


if __name__ == "__main__":
    main()
