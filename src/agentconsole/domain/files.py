"""Files that belong to unsent work."""

from __future__ import annotations

from pathlib import Path

import msgspec


class LocalFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that waits to be uploaded with a comment; ``path`` is the store's own copy, safe from the original."""

    key: str
    file_name: str
    content_type: str
    path: Path
