"""Files of unsent changes that the help desk has already, or a part of them."""

from __future__ import annotations

from concurrent.futures import Future

from agentconsole.domain.files import Upload
from agentconsole.store.reading import Readers
from agentconsole.store.writer import Transaction, Urgency, Writer


class Uploads:
    """The table ``upload``: for each file of a change, by its place among them, how far it has got."""

    def __init__(self, readers: Readers, writer: Writer) -> None:
        self._readers = readers
        self._writer = writer

    def of(self, key: str) -> dict[int, Upload]:
        """Return how far the files of the change *key* have got; what was never begun is left out."""
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT place, file, token, begun, sent, expires_at, round FROM upload WHERE key = ?", (key,)
            ).fetchall()
        return {
            place: Upload(file=file, token=token, begun=begun, sent=sent, expires_at=expires_at, round=number)
            for place, file, token, begun, sent, expires_at, number in rows
        }

    def keep(self, key: str, place: int, upload: Upload) -> Future[None]:
        """Remember how far the file at *place* of the change *key* has got."""

        def work(tx: Transaction) -> None:
            tx.db.execute(
                "INSERT OR REPLACE INTO upload (key, place, file, token, begun, sent, expires_at, round) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    key,
                    place,
                    upload.file,
                    upload.token,
                    upload.begun,
                    upload.sent,
                    upload.expires_at,
                    upload.round,
                ),
            )

        return self._writer.submit(Urgency.PUSH, work, "push")
