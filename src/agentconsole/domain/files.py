"""Files that belong to unsent work, or that came with a ticket: kept encrypted, read as they are needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

import msgspec

from agentconsole.domain.instant import Instant


class FileDamaged(OSError):
    """A kept file is not what was written: a bad disk, or somebody's hand. Nothing of the bad part is given out."""


class LocalFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that waits to be uploaded with a comment; the store's own copy, safe from the original.

    ``open()`` gives its ``size`` bytes as they were, from any place (``seek``); reading raises FileDamaged. On the disk
    it is encrypted only, so that there is no path that another program could open.
    """

    key: str
    file_name: str
    content_type: str
    size: int
    open: Callable[[], BinaryIO]


class FetchedFile(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment that is on this computer; ``open()`` as for :class:`LocalFile`."""

    file_name: str
    size: int
    open: Callable[[], BinaryIO]


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """How far the help desk has the file with the key ``file``.

    ``token`` is what a comment names it by, once it is there whole, good until ``expires_at`` (None: nobody said).
    Before that, ``sent`` bytes are there under the name ``begun``. ``round`` counts how often it was begun anew.
    """

    file: str
    token: str = ""
    begun: str = ""
    sent: int = 0
    expires_at: Instant | None = None
    round: int = 0
