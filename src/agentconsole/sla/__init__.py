"""Service levels: schedules of open hours, targets, clocks of tickets, and why a due time is what it is. All pure."""

from agentconsole.sla.schedule import Schedule

__all__ = ["Schedule"]
