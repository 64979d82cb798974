"""Read what comes over the wire no further than is sensible."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx

from agentconsole.connectors.api import Refused

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes, unpacked, beyond which an answer is not believed."""

LARGEST_FILE = 512 * 1024 * 1024


class TooLarge(Exception):
    """There is more of a body than is believed."""


async def bounded(response: httpx.Response, limit: int) -> bytes:
    """Return the body; raises TooLarge beyond *limit* bytes, unpacked."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > limit:
            raise TooLarge
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def hand_on(
    response: httpx.Response, write: Callable[[bytes], object], progress: Callable[[int], None] | None
) -> None:
    """Hand the body to *write*; raises Refused when it is larger than any attachment may be."""
    size = 0
    async for chunk in response.aiter_bytes(256 * 1024):
        size += len(chunk)
        if size > LARGEST_FILE:
            raise Refused(f"The attachment is larger than {LARGEST_FILE >> 20} MB.")
        # a disk may take its time, and the loop has an exchange to keep going
        await asyncio.to_thread(write, chunk)
        if progress is not None:
            progress(size)
