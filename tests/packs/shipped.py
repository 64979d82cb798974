"""The packs that ship with the console, read once for all tests of them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from agentconsole.packs.loading import read_pack
from agentconsole.packs.model import Pack

FOLDER = Path(__file__).parents[2] / "resources" / "packs"
NAMES = ("americommerce", "store-icu", "storeconnect", "support-desk")

_PART = re.compile(r"(?P<name>[^.\[\]]+)|\[(?P<place>\d+)\]")


@cache
def shipped(name: str) -> Pack:
    """Return the pack *name*."""
    return read_pack(FOLDER / f"{name}.toml")


def at(name: str, path: str) -> Any:
    """Return what stands at *path* in the pack *name*: ``contacts.general_questions``, ``handbook.journey.steps[0]``.

    Raises LookupError when there is nothing.
    """
    found: Any = shipped(name)
    for part in _PART.finditer(path):
        key, place = part["name"], part["place"]
        if place is not None:
            found = found[int(place)]
        elif isinstance(found, tuple):
            found = next((one for one in found if getattr(one, "id", None) == key), None)
        elif isinstance(found, dict):
            found = found.get(key)
        else:
            found = getattr(found, key, None)
        if found in (None, (), ""):
            raise LookupError(f"{name}: nothing at {path}")
    return found


def identified(name: str) -> dict[str, msgspec.Struct]:
    """Return everything with an id in the pack *name*, by its path."""
    found: dict[str, msgspec.Struct] = {}

    def collect(value: Any, path: str) -> None:
        if isinstance(value, msgspec.Struct):
            for field in value.__struct_fields__:
                collect(getattr(value, field), f"{path}.{field}" if path else field)
        elif isinstance(value, tuple):
            for one in value:
                if isinstance(one, msgspec.Struct) and hasattr(one, "id"):
                    found[f"{path}.{one.id}"] = one
                    collect(one, f"{path}.{one.id}")

    collect(shipped(name), "")
    return found
