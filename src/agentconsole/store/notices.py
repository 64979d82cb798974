"""What banners are made of: the summary of the status page, and announcements."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from agentconsole.domain.records import AnnouncementRecord
from agentconsole.store.reading import Readers
from agentconsole.store.reference import STATUS_SUMMARY

_decode = msgspec.json.Decoder(AnnouncementRecord).decode


class Notices:
    """Reads what the help desk last said of its own state and plans."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def status_summary(self) -> dict[str, Any] | None:
        """The status page's summary in the format of Statuspage; None when the desk has no such page."""
        with self._readers.read() as db:
            row = db.execute("SELECT value FROM fact WHERE name = ?", (STATUS_SUMMARY,)).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def announcements(self) -> tuple[AnnouncementRecord, ...]:
        """Every announcement in the desk's order, also those that are over or still to come."""
        with self._readers.read() as db:
            rows = db.execute("SELECT record FROM reference WHERE kind = 'announcement' ORDER BY position").fetchall()
        return tuple(_decode(data) for (data,) in rows)
