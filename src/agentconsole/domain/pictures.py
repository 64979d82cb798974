"""Pictures that a mail only points to: asked for by the agent, mail by mail."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class FetchedPictures(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a wish to see pictures, by the address that stands in the mail.

    ``found`` holds the bytes of a raster picture each; ``failed`` says in a few words why one is missing.
    """

    found: Mapping[str, bytes] = {}
    failed: Mapping[str, str] = {}
