"""Where policy packs and the pages of the help are."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

_GENERATED = Path(__file__).resolve().parent.parent / "_gen"

SHIPPED_PACKS = _GENERATED / "packs"
"""The packs that come with the console, put there when it is built."""

HELP = _GENERATED / "help"
"""The pages of the help, in Markdown."""


class PackFolders(Struct, frozen=True):
    """``shipped`` with the console, the user's ``own``, and what is ``kept`` of both for a profile, if there is one."""

    shipped: Path
    own: Path
    kept: Path | None
