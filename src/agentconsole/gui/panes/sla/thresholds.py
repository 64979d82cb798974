"""When a target counts as due now and due soon, as the agent set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentconsole.domain.countdown import Thresholds
from agentconsole.domain.instant import MINUTE

if TYPE_CHECKING:
    from agentconsole.services.api import Settings

DUE_NOW_MINUTES = 15
DUE_SOON_MINUTES = 120


def thresholds_from(settings: Settings) -> Thresholds:
    """Return the thresholds of the settings ``sla.due_now_minutes`` and ``sla.due_soon_minutes``."""
    due_now = _minutes(settings.get("sla.due_now_minutes"), DUE_NOW_MINUTES)
    due_soon = _minutes(settings.get("sla.due_soon_minutes"), DUE_SOON_MINUTES)
    return Thresholds(due_now=due_now * MINUTE, due_soon=max(due_soon, due_now) * MINUTE)


def _minutes(value: object, standard: int) -> int:
    # settings are a file that people edit: what is no count of minutes falls back to the standard
    return value if isinstance(value, int) and value > 0 else standard
