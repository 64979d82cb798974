"""Brings the files of a change to the help desk before the change itself, each from where it has got to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from errno import ENOENT

import msgspec

from agentconsole.connectors.api import Connector, Unanswered, Unreachable, UploadLost
from agentconsole.domain.files import LocalFile, Upload
from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.store.store import Store

TRIES = 3
"""How often one file, or the next part of it, is sent in one push because its answer was lost."""

EXPIRES_SOON = 5 * MINUTE
"""A token that is good for less is not trusted: the change that names it may take as long to get there."""


class Uploading:
    """Uploads from *store* to *connector*; *clock* is the help desk's time.

    What is there is remembered with every part, so that a push that ends in between goes on where it was. A file is
    never attached twice: a comment names tokens, and a file has one.
    """

    def __init__(self, store: Store, connector: Connector, clock: Callable[[], Instant]) -> None:
        self._store = store
        self._connector = connector
        self._clock = clock

    async def bring(self, key: str, files: Sequence[str]) -> tuple[str, ...]:
        """Upload what of the kept *files* of the change *key* is not there yet; returns their tokens, in order.

        Raises ConnectorError, Unreachable when answers keep getting lost; OSError for a file that can't be read.
        """
        known = self._store.uploads.of(key) if files else {}
        tokens = []
        for place, name in enumerate(files):
            upload = known.get(place)
            if upload is None or upload.file != name:
                upload = Upload(file=name, round=upload.round + 1 if upload is not None else 0)
            if not upload.token or self._is_old(upload):
                upload = await self._bring_one(key, place, self._file(name), _afresh(upload))
            tokens.append(upload.token)
        return tuple(tokens)

    async def forget(self, key: str) -> None:
        """The help desk has forgotten the files of the change *key*: they are uploaded again."""
        for place, upload in self._store.uploads.of(key).items():
            await self._keep(key, place, Upload(file=upload.file, round=upload.round + 1))

    async def _bring_one(self, key: str, place: int, file: LocalFile, upload: Upload) -> Upload:
        async def progressed(part: Upload) -> None:
            nonlocal upload
            upload = part
            await self._keep(key, place, part)

        for attempt in range(1, TRIES + 1):
            # another file, or another try at the same, is another request: its key must tell
            sent_as = f"{key}-file-{place}-{file.key[:8]}-{upload.round}"
            try:
                done = await self._connector.upload(file, sent_as, upload, progressed)
            except UploadLost:
                if attempt == TRIES:
                    raise
                await progressed(Upload(file=file.key, round=upload.round + 1))
            except Unanswered as error:
                if attempt == TRIES:
                    raise Unreachable(f"An attached file does not get through: {error}") from error
            else:
                await self._keep(key, place, done)
                return done
        raise AssertionError("the last try returns or raises")

    async def _keep(self, key: str, place: int, upload: Upload) -> None:
        await asyncio.wrap_future(self._store.uploads.keep(key, place, upload))

    def _is_old(self, upload: Upload) -> bool:
        return upload.expires_at is not None and upload.expires_at - EXPIRES_SOON < self._clock()

    def _file(self, key: str) -> LocalFile:
        """The file that waits under *key*; FileNotFoundError when somebody has removed it."""
        file = self._store.files.local(key)
        if file is None:
            raise FileNotFoundError(ENOENT, "it is gone")
        return file


def _afresh(upload: Upload) -> Upload:
    """Return *upload* to go on with; one whose token is no good any more begins anew."""
    return (
        msgspec.structs.replace(upload, token="", sent=0, begun="", round=upload.round + 1) if upload.token else upload
    )
