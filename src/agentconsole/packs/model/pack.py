"""A policy pack as a whole."""

from __future__ import annotations

from agentconsole.packs.model.cases import Conduct, Duplicates, FollowUp, Intake, LifecycleStage, Pin, Route, ScopeRule
from agentconsole.packs.model.contacts import Contact, Escalation
from agentconsole.packs.model.customers import Header, Level, Match, Region
from agentconsole.packs.model.parts import Part
from agentconsole.packs.model.service import Entitlement, PriorityRule, ScheduleRule, Sla
from agentconsole.packs.model.texts import Channel, Chapter, Link, Privacy, Reminder, Survey, Template


class Pack(Part, frozen=True, kw_only=True):
    """A whole policy pack."""

    pack: Header
    match: Match = Match()
    levels: tuple[Level, ...] = ()
    priorities: tuple[PriorityRule, ...] = ()
    schedules: tuple[ScheduleRule, ...] = ()
    regions: tuple[Region, ...] = ()
    sla: Sla = Sla()
    entitlements: tuple[Entitlement, ...] = ()
    contacts: tuple[Contact, ...] = ()
    escalation: Escalation | None = None
    lifecycle: tuple[LifecycleStage, ...] = ()
    intake: Intake = Intake()
    scope: tuple[ScopeRule, ...] = ()
    routes: tuple[Route, ...] = ()
    conduct: Conduct | None = None
    duplicates: Duplicates = Duplicates()
    pin: Pin | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    templates: tuple[Template, ...] = ()
    links: tuple[Link, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    survey: Survey | None = None
    privacy: Privacy | None = None
    handbook: tuple[Chapter, ...] = ()
    news: tuple[Channel, ...] = ()
