"""Counts the targets that the policy packs promise, for the store to keep."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

import msgspec

from agentconsole.domain.instant import Instant, to_datetime
from agentconsole.domain.rows import TargetRow, TicketTarget
from agentconsole.domain.service_levels import Circumstances, ComputedTarget, History
from agentconsole.domain.values import Metric
from agentconsole.packs.model import Pack
from agentconsole.packs.service_levels import policy_of, subject_of
from agentconsole.packs.standing import Customer, Standing, standing
from agentconsole.sla.open_time import OpenTime
from agentconsole.sla.policy import Policy, Reckoned, Subject

_EDITION = 1
"""Raise it when the same pack comes to other results than before."""

_REMEMBERED_AT_MOST = 20_000


class Applied(NamedTuple):
    """The policy that counts for a ticket, and what of the ticket its rules look at."""

    policy: Policy
    subject: Subject


class PackReckoner:
    """See :class:`agentconsole.domain.service_levels.Reckoner`.

    The first of *packs* that has a rule for a ticket counts. Public holidays are known from five years before *now* to
    five years after it.
    """

    def __init__(self, packs: Sequence[Pack], now: Instant) -> None:
        self.packs = packs
        year = to_datetime(now).year
        self._policies: list[tuple[Pack, Policy]] = []
        for pack in packs:
            policy = policy_of(pack, range(year - 5, year + 6))
            if policy is not None:
                self._policies.append((pack, policy))
        self.fingerprint = _fingerprint([pack for pack, _ in self._policies], year)
        self._stands: dict[tuple[str, bytes], list[tuple[Policy, Standing]]] = {}
        matches = [pack.match for pack, _ in self._policies]
        self._tags = frozenset(tag for match in matches for tag in match.ticket_tags)
        self._prefixes = tuple(prefix for match in matches for prefix in (match.level_tag, match.region_tag) if prefix)
        self._hours: dict[tuple[str, str, str], OpenTime] | None = None

    def metrics(self, circumstances: Circumstances) -> frozenset[Metric]:
        applied = self.applied(circumstances)
        return frozenset() if applied is None else frozenset(applied.policy.assigned(applied.subject))

    def reckon(self, circumstances: Circumstances, history: History) -> list[ComputedTarget]:
        applied = self.applied(circumstances)
        if applied is None:
            return []
        policy, subject = applied
        return [computed(one, policy) for one in policy.reckon(history, subject)]

    def applied(self, circumstances: Circumstances) -> Applied | None:
        """Return the first policy with a rule for a ticket, None when there is none."""
        for policy, stands in self._standings(circumstances):
            subject = subject_of(stands, circumstances.priority, circumstances.group)
            if policy.assigned(subject):
                return Applied(policy, subject)
        return None

    def opening(self, target: TargetRow | TicketTarget) -> OpenTime | None:
        """Return the opening hours that *target* counts in; None for one that counts around the clock."""
        if self._hours is None:
            self._hours = {}
            for pack, policy in self._policies:
                for schedule in {rule.schedule for rule in policy.rules}:
                    for region in ("", *(region.id for region in pack.regions)):
                        hours = policy.hours_of(schedule, region)
                        if hours is not None:
                            self._hours[policy.name, hours.title, hours.schedule.tz] = hours.schedule.hours
        return self._hours.get((target.source, target.schedule, target.zone))

    def _standings(self, circumstances: Circumstances) -> list[tuple[Policy, Standing]]:
        """Where the ticket's customer stands; remembered, for there are far fewer customers than tickets."""
        tags = tuple(tag for tag in circumstances.ticket_tags if tag in self._tags or tag.startswith(self._prefixes))
        key = (
            circumstances.group,
            msgspec.json.encode(
                (
                    circumstances.organization,
                    circumstances.organization_tags,
                    circumstances.fields,
                    tags,
                )
            ),
        )
        found = self._stands.get(key)
        if found is None:
            if len(self._stands) >= _REMEMBERED_AT_MOST:
                self._stands.clear()
            customer = Customer(
                organization=circumstances.organization,
                organization_tags=circumstances.organization_tags,
                fields=circumstances.fields,
                ticket_tags=tags,
                group=circumstances.group,
            )
            found = self._stands[key] = [
                (policy, stands) for pack, policy in self._policies if (stands := standing(pack, customer)) is not None
            ]
        return found


def computed(one: Reckoned, policy: Policy) -> ComputedTarget:
    """Return *one* as the store keeps it."""
    progress, (rule, hours), stage, (due_at, breach_at) = one
    return ComputedTarget(
        metric=progress.metric,
        stage=stage,
        due_at=due_at,
        breach_at=breach_at,
        source=policy.name,
        goal=rule.target.in_words(),
        started_at=progress.started_at,
        cycle=progress.cycle,
        schedule="" if hours is None else hours.title,
        zone="" if hours is None else hours.schedule.tz,
        paused_since=progress.paused_since,
        paused_by=progress.paused_by,
        fulfilled_at=progress.fulfilled_at,
    )


def _fingerprint(packs: Sequence[Pack], year: int) -> str:
    """What the results depend on beside the tickets: the rules, and who knows holidays and time zones."""
    seen = [
        (pack.pack.id, pack.pack.title, pack.match, pack.levels, pack.regions, pack.schedules, pack.sla)
        for pack in packs
    ]
    parts = (_EDITION, year, _version("holidays"), _version("tzdata"), seen)
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
