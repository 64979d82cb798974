"""The order in which each view was last sorted, kept in the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentconsole.gui.models.queue_columns import COLUMNS

if TYPE_CHECKING:
    from agentconsole.services.api import Settings

OWN = ("", False)
"""A view's own order."""

_NAME = "queue.sort"


def order_of(settings: Settings, view: str) -> tuple[str, bool]:
    """Return the (sort key, descending) of *view*, its own order when none was chosen or makes sense."""
    match (settings.get(_NAME) or {}).get(view):
        case [str(key), bool(descending)] if any(column.key == key for column in COLUMNS):
            return key, descending
    return OWN


def keep_order(settings: Settings, view: str, key: str, descending: bool) -> None:
    """Remember that *view* is sorted by *key*."""
    settings.set(_NAME, {**(settings.get(_NAME) or {}), view: [key, descending]})
