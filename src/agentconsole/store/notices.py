"""Banners: incidents and maintenance of the status page, and announcements that are in force."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.domain.records import AnnouncementRecord
from agentconsole.domain.rows import Notice
from agentconsole.store.reading import Readers
from agentconsole.store.reference import STATUS_SUMMARY

_decode = msgspec.json.Decoder(AnnouncementRecord).decode
_LEVELS = {"none": "info", "maintenance": "info", "minor": "warning", "major": "critical", "critical": "critical"}
_OVER = ("resolved", "postmortem", "completed")
_ORDER = ("critical", "warning", "info")


def notices(readers: Readers, now: Instant) -> tuple[Notice, ...]:
    """Return what agents should know at *now*, the gravest first."""
    with readers.snapshot() as db:
        summary = db.execute("SELECT value FROM fact WHERE name = ?", (STATUS_SUMMARY,)).fetchone()
        news = db.execute("SELECT record FROM reference WHERE kind = 'announcement' ORDER BY position").fetchall()
    found = _of_summary(json.loads(summary[0])) if summary else []
    found += [_announcement(item) for item in (_decode(data) for (data,) in news) if _in_force(item, now)]
    return tuple(sorted(found, key=lambda notice: _ORDER.index(notice.level)))


def _of_summary(summary: dict[str, Any]) -> list[Notice]:
    """Read a status summary in the format of Statuspage: incidents and maintenances that are not over."""
    found = []
    for kind in ("incidents", "scheduled_maintenances"):
        for item in summary.get(kind) or ():
            if not isinstance(item, dict) or item.get("status") in _OVER:
                continue
            updates = item.get("incident_updates") or [{}]
            level = "info" if kind == "scheduled_maintenances" else _LEVELS.get(item.get("impact") or "", "warning")
            found.append(
                Notice(
                    ref=str(item.get("id", "")),
                    level=level,
                    title=str(item.get("name", "")),
                    text=str(updates[0].get("body") or ""),
                    url=str(item.get("shortlink") or ""),
                )
            )
    return found


def _in_force(item: AnnouncementRecord, now: Instant) -> bool:
    return (item.starts_at is None or item.starts_at <= now) and (item.ends_at is None or now < item.ends_at)


def _announcement(item: AnnouncementRecord) -> Notice:
    level = "warning" if item.kind == "maintenance" else "info"
    return Notice(ref=item.ref, level=level, title=item.title, text=item.body, url=item.url)
