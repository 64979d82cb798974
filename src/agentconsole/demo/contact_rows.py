"""The demo desk's contact directory: what the partner programme's pack says, one row a way to reach somebody."""

import tomllib
from importlib.resources import files
from typing import Any

from agentconsole.demo.wire import Row

_SOURCE = "_gen/packs/store-icu.toml"
_WAYS = {"email": "email", "phone": "phone", "url": "web"}
_OTHERWISE = {"email": "email", "phone": "phone", "chat": "chat"}


def contact_rows() -> list[Row]:
    """Return the directory as the ticket server takes it, in the order of the pack."""
    pack = tomllib.loads(files("agentconsole").joinpath(_SOURCE).read_text(encoding="utf-8"))
    schedules = {schedule["id"]: schedule for schedule in pack["schedules"]}
    contacts: list[Row] = []
    for entry in pack["contacts"]:
        ways = [(method, _reached(entry, key)) for key, method in _WAYS.items() if entry.get(key)]
        for method, details in ways or [(_OTHERWISE.get(entry["method"], "web"), entry["details"])]:
            contacts.append(
                {"id": len(contacts) + 1, "position": len(contacts), **_row(entry, method, details, schedules)}
            )
    return contacts


def _reached(entry: dict[str, Any], key: str) -> str:
    """Where *entry* is reached: a phone with what to press, a page by its whole address."""
    if key == "phone" and entry.get("option"):
        return f"{entry['phone']} (Option {entry['option']})"
    return str(entry["link"] if key == "url" else entry[key])


def _row(entry: dict[str, Any], method: str, details: str, schedules: dict[str, dict[str, Any]]) -> Row:
    schedule = schedules.get(entry.get("schedule", ""), {})
    notes = [entry.get("name"), entry.get("handle"), entry.get("notes")]
    if entry.get("details") not in (None, details):
        notes.append(entry["details"])
    when = [entry.get("when"), ", ".join(entry.get("topics", ()))]
    return {
        "section": entry["section"],
        "purpose": entry["purpose"],
        "department": entry["department"],
        "method": method,
        "details": details,
        "address": entry.get("address"),
        "availability": entry.get("availability"),
        "region": entry.get("region"),
        "time_zone": schedule.get("zone"),
        "hours": schedule.get("weekly"),
        "tiers": entry.get("levels", []),
        "emergency": bool(entry.get("emergency")),
        "executive": entry.get("executive", False),
        "when": " ".join(part for part in when if part) or None,
        "notes": ". ".join(note for note in notes if note) or None,
    }
