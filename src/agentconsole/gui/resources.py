"""Fonts, icons and drawings of the themes: one file beside the program, mapped into memory when first used.

As a Python module the same bytes would be read, checked and copied at every start, fonts included.
"""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import QResource

from agentconsole import _gen

_FILE = Path(_gen.__path__[0]) / "agentconsole.rcc"


@functools.cache
def load_resources() -> None:
    """Make ``:/agentconsole/…`` readable. FileNotFoundError when the build has not made the file."""
    if not QResource.registerResource(str(_FILE)):
        raise FileNotFoundError(f"{_FILE} can't be read; `python packaging/hatch_build.py` makes it")
