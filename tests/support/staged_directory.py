"""The directory on the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentconsole.domain.instant import HOUR, MINUTE, Instant
from agentconsole.domain.records import (
    ContactRecord,
    OrganizationRecord,
    PersonRecord,
)
from agentconsole.domain.rows import (
    DirectoryRow,
    QueueRow,
)
from agentconsole.services import api
from tests.support.staged_rows import ORGANIZATIONS, PEOPLE

if TYPE_CHECKING:
    from tests.support.stage import StagedWorkspace


class StagedDirectory(api.Directory):
    """Contacts, people and organizations of the stage."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        office = {day: [("09:00", "17:30")] for day in ("mon", "tue", "wed", "thu", "fri")}
        now = stage.now()

        def contact(
            section: str, purpose: str, department: str, method: str, details: str, **more: Any
        ) -> ContactRecord:
            return ContactRecord(
                ref=purpose,
                section=section,
                purpose=purpose,
                department=department,
                method=method,
                details=details,
                **more,
            )

        listed = (
            (contact("Emergency", "Checkout is down for everyone", "Incident desk", "phone", "+1 555 0199",
                     address="tel:+15550199", availability="At any time", emergency=True,
                     tiers=("Platinum",)), True, None),
            (contact("Emergency", "Suspected data leak", "Security", "email", "security@desk.example",
                     address="mailto:security@desk.example", availability="At any time", emergency=True), True, None),
            (contact("Billing", "Refunds and disputed invoices", "Billing", "email", "billing@desk.example",
                     address="mailto:billing@desk.example", availability="Mon–Fri 9:00–17:30 Lisbon", hours=office,
                     time_zone="Europe/Lisbon", region="EMEA"), True, now + 5 * HOUR + 26 * MINUTE),
            (contact("Integrations", "Webhooks, API limits, single sign-on", "Integrations", "chat", "#integrations",
                     availability="Mon–Fri 9:00–17:30 Chicago", hours=office, time_zone="America/Chicago",
                     region="Americas"), False, now + 2 * HOUR + 56 * MINUTE),
            (contact("Legal", "Data processing agreements", "Legal", "web", "Contract portal",
                     address="https://legal.example", availability="Mon–Fri 9:00–17:30 Berlin", hours=office,
                     time_zone="Europe/Berlin", region="EMEA"), True, now + 4 * HOUR + 26 * MINUTE),
            (contact("Leadership", "Head of support", "Support", "phone", "+1 555 0142", executive=True,
                     address="tel:+15550142", notes="Only after the steps before"), None, None),
        )  # fmt: skip
        self._rows = [
            DirectoryRow(
                title=each.purpose,
                subtitle=f"{each.department} · {each.details}",
                section=each.section,
                contact=each,
                open_now=is_open,
                changes_at=changes_at,
            )
            for each, is_open, changes_at in listed
        ]
        self._rows += [
            DirectoryRow(
                title=name,
                subtitle=f"{email} · {ORGANIZATIONS[organization][0]}",
                section="People",
                person=PersonRecord(ref=f"p{i}", name=name, email=email, organization=f"o{organization}"),
            )
            for i, (name, email, organization) in enumerate(PEOPLE)
        ]
        self._rows += [
            DirectoryRow(
                title=name,
                subtitle=tier,
                section="Organizations",
                organization=OrganizationRecord(ref=f"o{i}", name=name, fields={"tier": tier}),
            )
            for i, (name, tier) in enumerate(ORGANIZATIONS)
        ]

    def search(self, text: str, at: Instant | None = None, limit: int = 500) -> tuple[DirectoryRow, ...]:
        words = text.casefold().split()
        return tuple(r for r in self._rows if all(w in f"{r.title} {r.subtitle}".casefold() for w in words))[:limit]

    def tickets_of(self, row: DirectoryRow, limit: int = 50) -> tuple[QueueRow, ...]:
        rows = self._stage.rows.values()
        return tuple(each for each in rows if row.title in (each.requester, each.organization))[:limit]
