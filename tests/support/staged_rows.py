"""Who and what is on the stage: people, organizations, and the queue's rows.

Nothing is random: the same stage looks the same in every run, so that pictures can be compared.
"""

from __future__ import annotations

from agentconsole.domain.instant import HOUR, MINUTE, SECOND, Instant, from_iso
from agentconsole.domain.rows import (
    QueueRow,
)
from agentconsole.domain.values import Metric, Priority, Stage, Status

NOON = from_iso("2026-11-20T12:04:18Z")
"""What time it is on the stage: a Friday."""

SUBJECTS = (
    "Refund for order 48213 has not arrived after nine days",
    "Webhook deliveries stop after a certificate was renewed",
    "Cannot log in: the one-time code never arrives",
    "Invoice 2026-1107 lists a plan we cancelled in September",
    "Checkout shows the wrong currency for customers in Norway",
    "Bulk import fails at row 1,204 with 'unexpected column'",
    "Please add our new warehouse address to the account",
    "Search returns discontinued products first",
    "API answers 429 although we are far below the limit",
    "How do we export all orders of the last fiscal year?",
    "Images are blurred on phones since Tuesday's release",
    "Gift cards are accepted twice when the page is reloaded",
    "SSO: users of the second domain land on an error page",
    "Tax is missing on partial shipments to Québec",
    "Delivery notes print in the wrong paper size",
    "Request for a signed data processing agreement",
    "The nightly stock sync ran three times and doubled counts",
    "Typo in the German order confirmation mail",
    "Permission denied when a manager approves a return",
    "Subscription renewed at the old price",
)
PEOPLE = (
    ("Ana Ferreira", "ana@northwind.example", 0),
    ("Jonas Lindqvist", "jonas.lindqvist@fjordhandel.example", 1),
    ("Priya Raghavan", "priya@lotusandlime.example", 2),
    ("Tom Okafor", "tom.okafor@brightparcel.example", 3),
    ("Mei-Ling Chou", "meiling@harbourtea.example", 4),
    ("Lucía Romero", "lucia@verdeviva.example", 5),
    ("Štěpán Novák", "stepan.novak@kolo-a-dilo.example", 6),
    ("Grace O'Donnell", "grace@lanternbooks.example", 7),
)
ORGANIZATIONS = (
    ("Northwind Traders", "Platinum"),
    ("Fjordhandel AS", "Gold"),
    ("Lotus & Lime", "Gold"),
    ("Bright Parcel", "Silver"),
    ("Harbour Tea Company", "Platinum"),
    ("Verde Viva", "Silver"),
    ("Kolo a dílo", "Gold"),
    ("Lantern Books", "Silver"),
)
AGENTS = ("Noor Haddad", "Sam Whitfield", "Keiko Tanabe", "Daniel Brandt", "")
GROUPS = ("Tier 1", "Billing", "Integrations", "Platform")
CHANNELS = ("email", "web", "chat", "phone", "api")
STATUSES = (Status.OPEN, Status.NEW, Status.OPEN, Status.PENDING, Status.OPEN, Status.HOLD, Status.OPEN, Status.SOLVED)
PRIORITIES = (Priority.HIGH, Priority.NORMAL, Priority.URGENT, Priority.NORMAL, Priority.LOW, None, Priority.NORMAL)
# Minutes until the breach; None is a paused target and "-" none at all.
BREACHES: tuple[int | str | None, ...] = (-47, 8, 96, 310, None, 14, -3, 1500, "-", 61, 220, 4400)
VIEWS = (
    ("my-open", "My open", "status<solved assignee:me", "user"),
    ("unassigned", "Unassigned", "status<solved is:unassigned", "user-x"),
    ("all-open", "All open", "status<solved", "inbox"),
    ("breaching-next", "Breaching next", "status<solved sla<4h", "timer"),
    ("waiting-on-requester", "Waiting on requester", "status:pending", "hourglass"),
    ("recently-solved", "Recently solved", "status:solved updated<7d", "circle-check"),
    ("changed-offline", "Changed offline", "is:unsent", "cloud-off"),
)


def staged_row(number: int, now: Instant = NOON) -> QueueRow:
    """Return the queue's row of ticket *number* (1 and up)."""
    person = number * 5 % len(PEOPLE)
    breach = BREACHES[number % len(BREACHES)]
    status = STATUSES[number % len(STATUSES)]
    organization, tier = ORGANIZATIONS[PEOPLE[person][2]]
    paused = breach is None or status in (Status.PENDING, Status.HOLD)
    stage = None if breach == "-" else Stage.ACHIEVED if status is Status.SOLVED else None
    if stage is None and breach != "-":
        stage = Stage.PAUSED if paused else Stage.ACTIVE
    return QueueRow(
        id=number,
        ref=str(48_000 + number),
        subject=SUBJECTS[number % len(SUBJECTS)],
        status=status,
        priority=PRIORITIES[number % len(PRIORITIES)],
        requester=PEOPLE[person][0],
        organization=organization,
        tier=tier,
        group=GROUPS[number % len(GROUPS)],
        assignee=AGENTS[number % len(AGENTS)],
        channel=CHANNELS[number % len(CHANNELS)],
        created_at=now - (number % 37 + 2) * HOUR,
        updated_at=now - (number % 23) * 7 * MINUTE - 20 * SECOND,
        stage=stage,
        breach_at=now + breach * MINUTE + number % 60 * SECOND if isinstance(breach, int) and not paused else None,
        metric=None if stage is None else (Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.RESOLUTION)[number % 3],
        unread=number % 4 == 1,
        waiting=1 if number % 13 == 2 else 0,
        has_draft=number % 11 == 3,
    )
