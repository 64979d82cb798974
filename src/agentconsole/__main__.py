"""``python -m agentconsole`` and the ``agentconsole`` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Carry out the command line and exit with its code."""
    # no command: a window will be opened
    is_window = not any(word.isalpha() for word in sys.argv[1:])
    from agentconsole.late_imports import import_late

    import_late()
    if is_window:
        from agentconsole.loading_ahead import load_ahead

        load_ahead()
    from agentconsole.cli.main import run

    sys.exit(run())


if __name__ == "__main__":
    main()
