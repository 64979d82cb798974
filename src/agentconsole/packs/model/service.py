"""What customers are promised: priorities, business hours, targets and entitlements."""

from __future__ import annotations

from typing import Literal

import msgspec

from agentconsole.packs.model.parts import Calendar, Clock, Date, Day, Id, LevelId, Part, Target, Time, Words, Zone


class Condition(Part, frozen=True, kw_only=True):
    """One sentence that qualifies a ticket for a priority, quoted to the agent, and the words that tell it."""

    text: str
    words: Words = Words()


class PriorityRule(Part, frozen=True, kw_only=True):
    """A priority as the help desk has it (``id``), as the document calls it (``title``), and what qualifies for it."""

    id: Literal["urgent", "high", "normal", "low"]
    title: str
    about: str = ""
    conditions: tuple[Condition, ...] = ()


class ScheduleRule(Part, frozen=True, kw_only=True):
    """Business hours. ``weekly`` is ``{mon = [["09:00", "18:00"]], …}``, as in ``agentconsole.sla.Schedule``.

    Without ``zone`` the hours are those of the requester's region. ``holidays`` names country calendars ("NL",
    "DE-BE", "US-NY"), ``closed`` gives dates of one's own, ``open`` dates on which a country's holiday is worked.
    ``always`` is the 24×7 clock and takes no hours.
    """

    id: Id
    title: str
    zone: Zone = ""
    weekly: dict[Day, list[tuple[Time, Time]]] = msgspec.field(default_factory=dict)
    always: bool = False
    holidays: tuple[Calendar, ...] = ()
    closed: tuple[Date, ...] = ()
    open: tuple[Date, ...] = ()


class TargetRule(Part, frozen=True, kw_only=True):
    """How soon something must happen; the first rule of a metric that fits a ticket counts.

    ``target`` is "4 business hours", "30 business minutes", "1 hour", "45 minutes", "2 business days", "next business
    day", "2 weeks" or "none" ("no explicit SLA": a state of its own). ``schedule`` names a schedule, or "region" for
    that of the requester's region. Empty ``levels``, ``priorities`` or ``groups`` mean all.
    """

    metric: Literal["first_reply", "next_reply", "resolution"]
    target: Target
    schedule: Clock = ""
    levels: tuple[LevelId, ...] = ()
    priorities: tuple[Literal["urgent", "high", "normal", "low"], ...] = ()
    groups: tuple[str, ...] = ()
    text: str = ""


class Sla(Part, frozen=True, kw_only=True):
    """Targets, and the statuses in which a metric's clock stands still."""

    targets: tuple[TargetRule, ...] = ()
    pauses: dict[
        Literal["first_reply", "next_reply", "resolution"], tuple[Literal["new", "open", "pending", "hold"], ...]
    ] = msgspec.field(default_factory=lambda: {"resolution": ("pending", "hold")})
    note: str = ""


class Entitlement(Part, frozen=True, kw_only=True):
    """A channel or service and what each level gets of it, by level id, in the document's words.

    ``schedule`` gives, by level id, when a channel is open ("region" as in :class:`TargetRule`); a level without one
    is not bound to hours, or doesn't have it. ``channel`` is email, phone, chat, portal or empty for other services.
    ``closed_to`` are levels that don't have it at all.
    """

    id: Id
    title: str
    channel: Literal["", "email", "phone", "chat", "portal"] = ""
    levels: dict[LevelId, str] = msgspec.field(default_factory=dict)
    schedule: dict[LevelId, Clock] = msgspec.field(default_factory=dict)
    closed_to: tuple[LevelId, ...] = ()
