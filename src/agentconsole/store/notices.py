"""Banners: what the status page and the announcements say right now."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from agentconsole.domain.instant import DAY, Instant, from_iso
from agentconsole.domain.records import AnnouncementRecord
from agentconsole.domain.rows import Notice
from agentconsole.store.reading import Readers
from agentconsole.store.reference import STATUS_SUMMARY

LEFT_BEHIND = "left behind"
"""The fact that tells of unsent work for another help desk, set aside: ``desk``, ``changes`` and ``drafts``."""

SALVAGED = "salvaged"
"""The fact of a damaged store: ``changes`` and ``drafts`` saved, ``is_whole``, and its new name, ``kept``."""

RESTORED = "restored"
"""The fact of unsent work put back into a store that had lost it: ``changes``, ``drafts``, ``unreadable``."""

_decode = msgspec.json.Decoder(AnnouncementRecord).decode
_LEVELS = {"none": "info", "maintenance": "info", "minor": "warning", "major": "critical", "critical": "critical"}
_ORDER = ("critical", "warning", "info")
_AHEAD = DAY


def notices(readers: Readers, now: Instant) -> tuple[Notice, ...]:
    """Return what agents should know at *now*, the gravest first.

    Of the status page (in the format of Statuspage): incidents that are not resolved, or else components that are not
    well, and maintenance that runs or begins within a day. Announcements show between their start and their end. What
    was not sent to the desk that the profile named before is told until it is dismissed.
    """
    with readers.snapshot() as db:
        row = db.execute("SELECT value FROM fact WHERE name = ?", (STATUS_SUMMARY,)).fetchone()
        left = db.execute("SELECT value FROM fact WHERE name = ?", (LEFT_BEHIND,)).fetchone()
        saved = db.execute("SELECT value FROM fact WHERE name = ?", (SALVAGED,)).fetchone()
        put_back = db.execute("SELECT value FROM fact WHERE name = ?", (RESTORED,)).fetchone()
        news = db.execute("SELECT record FROM reference WHERE kind = 'announcement' ORDER BY position").fetchall()
    summary: dict[str, Any] = json.loads(row[0]) if row else {}
    found = _incidents(summary) or _components(summary)
    found += _maintenance(summary, now)
    found += [_announcement(item) for item in (_decode(data) for (data,) in news) if _in_force(item, now)]
    found += [_left_behind(json.loads(left[0]))] if left else []
    found += [_salvaged(json.loads(saved[0]))] if saved else []
    found += [_restored(json.loads(put_back[0]))] if put_back and not saved else []
    return tuple(sorted(found, key=lambda notice: _ORDER.index(notice.level)))


def _incidents(summary: dict[str, Any]) -> list[Notice]:
    found = []
    for incident in summary.get("incidents") or ():
        if incident.get("status") in ("resolved", "postmortem"):
            continue
        updates = incident.get("incident_updates") or [{}]
        found.append(
            Notice(
                ref=f"incident:{incident.get('id')}",
                level=_LEVELS.get(str(incident.get("impact")), "warning"),
                title=str(incident.get("name") or "Incident"),
                text=str(updates[0].get("body") or ""),
                url=str(incident.get("shortlink") or ""),
            )
        )
    return found


def _components(summary: dict[str, Any]) -> list[Notice]:
    unwell = [
        component
        for component in summary.get("components") or ()
        if component.get("status") not in (None, "operational", "under_maintenance") and not component.get("group")
    ]
    return [
        Notice(
            ref=f"component:{component.get('id')}",
            level="critical" if component.get("status") == "major_outage" else "warning",
            title=f"{component.get('name')}: {str(component.get('status')).replace('_', ' ')}",
        )
        for component in unwell
    ]


def _maintenance(summary: dict[str, Any], now: Instant) -> list[Notice]:
    found = []
    for item in summary.get("scheduled_maintenances") or ():
        if item.get("status") == "completed" or _instant(item.get("scheduled_for"), now) > now + _AHEAD:
            continue
        updates = item.get("incident_updates") or [{}]
        found.append(
            Notice(
                ref=f"maintenance:{item.get('id')}",
                level="info",
                title=str(item.get("name") or "Maintenance"),
                text=str(updates[0].get("body") or ""),
                url=str(item.get("shortlink") or ""),
            )
        )
    return found


def _left_behind(left: dict[str, Any]) -> Notice:
    desk, changes, drafts = left["desk"], left["changes"], left["drafts"]
    one = changes + drafts == 1
    return Notice(
        ref=f"left:{desk}:{changes}:{drafts}",
        level="warning",
        title=f"{_amount(changes, drafts)} for {desk} {'is' if one else 'are'} set aside",
        text=f"Not sent, and never sent to another help desk. {'It comes' if one else 'They come'} back when this "
        f"profile has the address of {desk} again.",
    )


def _salvaged(saved: dict[str, Any]) -> Notice:
    """Tell what was saved from a damaged store, and what could not be."""
    changes, drafts, kept = saved["changes"], saved["drafts"], saved["kept"]
    amount = _amount(changes, drafts)
    was_saved = f"{amount} {'was' if changes + drafts == 1 else 'were'} saved" if amount else "Nothing waited in it"
    end = "nothing is lost" if saved["is_whole"] else "something may be missing"
    title = f"The local database was damaged. {was_saved}; {end}"
    looked = "Each change is looked for at the help desk before it is sent. " if changes else ""
    return Notice(
        ref=f"salvaged:{kept}",
        level="info" if saved["is_whole"] else "warning",
        title=title,
        text=f"{looked}Tickets are fetched anew. The old file is {kept}.",
    )


def _restored(put_back: dict[str, Any]) -> Notice:
    changes, drafts = put_back["changes"], put_back["drafts"]
    return Notice(
        ref=f"restored:{changes}:{drafts}:{put_back['unreadable']}",
        level="info",
        title=f"{_amount(changes, drafts) or 'Unsent work'} came back from the second copy",
        text="Each change is looked for at the help desk before it is sent.",
    )


def _amount(changes: int, drafts: int) -> str:
    parts = ((changes, "change"), (drafts, "draft"))
    return " and ".join(f"{number:,} {word}{'' if number == 1 else 's'}" for number, word in parts if number)


def _instant(text: object, otherwise: Instant) -> Instant:
    try:
        return from_iso(str(text))
    except ValueError:
        return otherwise


def _in_force(item: AnnouncementRecord, now: Instant) -> bool:
    return (item.starts_at is None or item.starts_at <= now) and (item.ends_at is None or now < item.ends_at)


def _announcement(item: AnnouncementRecord) -> Notice:
    return Notice(
        ref=f"announcement:{item.ref}",
        level="warning" if item.kind == "maintenance" else "info",
        title=item.title,
        text=item.body,
        url=item.url,
    )
