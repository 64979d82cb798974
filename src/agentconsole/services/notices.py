"""Banners: what the status page and the announcements say right now."""

from __future__ import annotations

from typing import Any

from agentconsole.domain.instant import DAY, Instant, from_iso
from agentconsole.domain.records import AnnouncementRecord
from agentconsole.domain.rows import Notice

_LEVELS = {"none": "info", "minor": "warning", "maintenance": "info", "major": "critical", "critical": "critical"}


def notices(
    summary: dict[str, Any] | None, announcements: tuple[AnnouncementRecord, ...], now: Instant
) -> tuple[Notice, ...]:
    """Return what is worth a banner at *now*, the worst first.

    *summary* is a status page's summary in the Statuspage format: unresolved incidents, degraded components without an
    incident, and maintenance that runs or starts within a day. Announcements show between their start and end.
    """
    found = [*_incidents(summary or {}), *_maintenance(summary or {}, now)]
    if not found:
        found += _components(summary or {})
    found += [
        Notice(
            ref=f"announcement:{item.ref}",
            level="warning" if item.kind == "maintenance" else "info",
            title=item.title,
            text=item.body,
            url=item.url,
        )
        for item in announcements
        if (item.starts_at is None or item.starts_at <= now) and (item.ends_at is None or now < item.ends_at)
    ]
    order = {"critical": 0, "warning": 1, "info": 2}
    return tuple(sorted(found, key=lambda notice: order[notice.level]))


def _incidents(summary: dict[str, Any]) -> list[Notice]:
    found = []
    for incident in summary.get("incidents") or ():
        if incident.get("status") in ("resolved", "postmortem"):
            continue
        updates = incident.get("incident_updates") or ()
        found.append(
            Notice(
                ref=f"incident:{incident.get('id')}",
                level=_LEVELS.get(str(incident.get("impact")), "warning"),
                title=str(incident.get("name", "Incident")),
                text=str(updates[0].get("body", "")) if updates else "",
                url=str(incident.get("shortlink") or ""),
            )
        )
    return found


def _maintenance(summary: dict[str, Any], now: Instant) -> list[Notice]:
    found = []
    for item in summary.get("scheduled_maintenances") or ():
        starts, ends = _instant(item.get("scheduled_for")), _instant(item.get("scheduled_until"))
        if item.get("status") == "completed" or (ends is not None and ends <= now):
            continue
        if starts is not None and starts > now + DAY:
            continue
        found.append(
            Notice(
                ref=f"maintenance:{item.get('id')}",
                level="warning",
                title=str(item.get("name", "Maintenance")),
                url=str(item.get("shortlink") or ""),
            )
        )
    return found


def _components(summary: dict[str, Any]) -> list[Notice]:
    ailing = [
        component
        for component in summary.get("components") or ()
        if component.get("status") not in ("operational", None) and not component.get("group")
    ]
    return [
        Notice(
            ref=f"component:{component.get('id')}",
            level="critical" if component["status"] == "major_outage" else "warning",
            title=f"{component.get('name')}: {str(component['status']).replace('_', ' ')}",
            text=str(component.get("description") or ""),
            url=str((summary.get("page") or {}).get("url") or ""),
        )
        for component in ailing
    ]


def _instant(text: object) -> Instant | None:
    try:
        return from_iso(text) if isinstance(text, str) else None
    except ValueError:
        return None
