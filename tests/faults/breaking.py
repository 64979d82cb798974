"""Bugs to be found: the console broken on purpose, in the forked processes only.

A campaign that finds nothing proves something only if it would have found these.
"""

from __future__ import annotations

from collections.abc import Callable

BREAKAGES: dict[str, Callable[[], None]] = {}
