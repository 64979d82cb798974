"""What a policy pack says, typed. The keys of a pack's TOML file are the names of these fields.

Every part is optional: a pack that gives contacts only is a pack. Unknown keys are mistakes. ``source`` names the
heading of the document that a rule was read from; ``assumed`` says in words what the document leaves open and which
reading was chosen, so that an administrator can put the real figure there.
"""

from agentconsole.packs.model.cases import (
    Conduct,
    Demand,
    Duplicates,
    FollowUp,
    Infraction,
    Intake,
    IntakeItem,
    LifecycleStage,
    Pin,
    Route,
    Sanction,
    ScopeRule,
)
from agentconsole.packs.model.contacts import Contact, Escalation, EscalationStep
from agentconsole.packs.model.customers import Header, Level, Match, Region
from agentconsole.packs.model.pack import Pack
from agentconsole.packs.model.parts import Part, Words
from agentconsole.packs.model.service import Condition, Entitlement, PriorityRule, ScheduleRule, Sla, TargetRule
from agentconsole.packs.model.texts import Channel, Chapter, Link, Privacy, Reminder, Survey, Template

__all__ = [
    "Channel",
    "Chapter",
    "Condition",
    "Conduct",
    "Contact",
    "Demand",
    "Duplicates",
    "Entitlement",
    "Escalation",
    "EscalationStep",
    "FollowUp",
    "Header",
    "Infraction",
    "Intake",
    "IntakeItem",
    "Level",
    "LifecycleStage",
    "Link",
    "Match",
    "Pack",
    "Part",
    "Pin",
    "PriorityRule",
    "Privacy",
    "Region",
    "Reminder",
    "Route",
    "Sanction",
    "ScheduleRule",
    "ScopeRule",
    "Sla",
    "Survey",
    "TargetRule",
    "Template",
    "Words",
]
