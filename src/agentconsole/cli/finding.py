"""What ``doctor`` found about one thing."""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One check. ``level`` is ok, warning or error."""

    check: str
    level: str
    message: str
    advice: str = ""
