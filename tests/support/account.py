"""A small account, written out, that tests of the server start from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Wire = dict[str, Any]

ADA, BEN, CLEO, DAN, EVE = 101, 102, 103, 201, 202
"""Ada is an admin, Ben an agent, Cleo reads only; Dan (platinum) and Eve (standard) ask for help."""
FRONT, BACK = 11, 12
ACME, BOLT = 21, 22

ALL_DAY = [{"start_time": day * 1_440 + 540, "end_time": day * 1_440 + 1_020} for day in range(1, 6)]


def reference() -> Iterator[tuple[str, list[Wire]]]:
    """Everything but tickets, in an order that satisfies references."""
    yield "groups", [{"id": FRONT, "name": "Front desk", "is_default": True}, {"id": BACK, "name": "Back office"}]
    yield (
        "organizations",
        [
            {"id": ACME, "name": "Acme", "organization_fields": {"tier": "platinum"}, "domain_names": ["acme.example"]},
            {"id": BOLT, "name": "Bolt", "organization_fields": {"tier": "standard"}, "tags": ["trial"]},
        ],
    )
    yield (
        "users",
        [
            {"id": ADA, "name": "Ada Admin", "email": "ada@desk.example", "role": "admin", "default_group_id": FRONT},
            {"id": BEN, "name": "Ben Bell", "email": "ben@desk.example", "role": "agent", "default_group_id": FRONT},
            {"id": CLEO, "name": "Cleo Cole", "email": "cleo@desk.example", "role": "agent", "role_type": 1},
            {"id": DAN, "name": "Dan Dahl", "email": "dan@acme.example", "organization_id": ACME},
            {"id": EVE, "name": "Ève Ünal", "email": "eve@bolt.example", "organization_id": BOLT},
        ],
    )
    yield (
        "group_memberships",
        [
            {"id": 31, "user_id": ADA, "group_id": FRONT},
            {"id": 32, "user_id": BEN, "group_id": FRONT},
            {"id": 33, "user_id": BEN, "group_id": BACK},
        ],
    )
    yield (
        "ticket_fields",
        [
            {
                "id": 41,
                "type": "tagger",
                "title": "Area",
                "custom_field_options": [{"id": 1, "name": "DNS", "value": "dns"}],
            }
        ],
    )
    yield (
        "macros",
        [
            {
                "id": 51,
                "title": "Ask for logs",
                "actions": [
                    {"field": "status", "value": "pending"},
                    {"field": "current_tags", "value": "logs asked"},
                    {"field": "comment_value", "value": "Hello {{ticket.requester.name}}, please send the log."},
                    {"field": "comment_mode_is_public", "value": "true"},
                ],
            },
            {
                "id": 52,
                "title": "Take it",
                "actions": [{"field": "assignee_id", "value": "current_user"}, {"field": "status", "value": "open"}],
            },
        ],
    )
    yield (
        "views",
        [
            {
                "id": 61,
                "title": "All unsolved",
                "position": 1,
                "conditions": {"all": [{"field": "status", "operator": "less_than", "value": "solved"}], "any": []},
                "execution": {"sort_by": "id", "sort_order": "asc", "columns": [{"id": "subject", "title": "Subject"}]},
            },
            {
                "id": 62,
                "title": "Mine",
                "position": 2,
                "conditions": {"all": [{"field": "assignee_id", "operator": "is", "value": "current_user"}], "any": []},
                "execution": {"sort_by": "updated", "sort_order": "desc", "columns": []},
            },
        ],
    )
    yield "schedules", [{"id": 71, "name": "Office", "time_zone": "Berlin", "intervals": ALL_DAY}]
    yield (
        "holidays",
        [{"id": 72, "schedule_id": 71, "name": "Winter", "start_date": "2026-12-24", "end_date": "2026-12-26"}],
    )
    yield (
        "sla_policies",
        [
            {
                "id": 81,
                "title": "Platinum",
                "position": 1,
                "filter": {
                    "all": [{"field": "organization.custom_fields.tier", "operator": "is", "value": "platinum"}],
                    "any": [],
                },
                "policy_metrics": [
                    {"priority": "high", "metric": "first_reply_time", "target": 30, "business_hours": False},
                    {"priority": "high", "metric": "total_resolution_time", "target": 480, "business_hours": True},
                ],
            },
            {
                "id": 82,
                "title": "Everyone",
                "position": 2,
                "filter": {"all": [], "any": []},
                "policy_metrics": [
                    {"priority": "normal", "metric": "first_reply_time", "target": 480, "business_hours": True}
                ],
            },
        ],
    )
    yield "articles", [{"id": 91, "title": "How DNS records travel", "body": "<p>Wait for the TTL to pass.</p>"}]


def comment(number: int, author: int, at: str, body: str, *, public: bool = True, **more: Any) -> Wire:
    return {
        "id": number,
        "author_id": author,
        "body": body,
        "html_body": None,
        "public": public,
        "created_at": at,
        "via": {"channel": "email"},
        "attachments": [],
    } | more


def change(at: str, author: int, field: str, before: Any, after: Any) -> Wire:
    return {"at": at, "author_id": author, "field_name": field, "previous_value": before, "value": after}


def ticket(number: int, requester: int, at: str, subject: str, **more: Any) -> Wire:
    return {
        "id": number,
        "subject": subject,
        "description": subject,
        "type": "incident",
        "priority": "high",
        "status": "open",
        "requester_id": requester,
        "submitter_id": requester,
        "assignee_id": None,
        "organization_id": {DAN: ACME, EVE: BOLT}.get(requester),
        "group_id": FRONT,
        "tags": [],
        "custom_fields": [],
        "via": {"channel": "email"},
        "created_at": at,
        "updated_at": at,
        "satisfaction_rating": None,
    } | more


def stories() -> Iterator[list[tuple[Wire, list[Wire], list[Wire]]]]:
    """Four tickets: waiting, answered and pending, solved and rated, deleted."""
    yield [
        (
            ticket(1, DAN, "2026-11-17T10:00:00Z", "Checkout is down", tags=["checkout", "vip"]),
            [comment(1_001, DAN, "2026-11-17T10:00:00Z", "Since nine nobody can pay: error 503.")],
            [],
        ),
        (
            ticket(
                2,
                EVE,
                "2026-11-16T08:00:00Z",
                "Certificate übermorgen abgelaufen",
                status="pending",
                priority="normal",
                assignee_id=BEN,
                updated_at="2026-11-16T09:30:00Z",
                custom_fields=[{"id": 41, "value": "dns"}],
            ),
            [
                comment(1_002, EVE, "2026-11-16T08:00:00Z", "Our certificate ends soon."),
                comment(
                    1_003,
                    BEN,
                    "2026-11-16T09:30:00Z",
                    "Which name is on it?",
                    attachments=[
                        {"id": 1_900, "file_name": "how.txt", "content_type": "text/plain", "content": b"openssl x509"}
                    ],
                ),
            ],
            [
                change("2026-11-16T09:00:00Z", BEN, "assignee_id", None, str(BEN)),
                change("2026-11-16T09:30:00Z", BEN, "status", "new", "pending"),
            ],
        ),
    ]
    yield [
        (
            ticket(
                3,
                DAN,
                "2026-11-12T08:00:00Z",
                "Wrong price on an invoice",
                status="solved",
                priority="low",
                assignee_id=BEN,
                group_id=BACK,
                updated_at="2026-11-13T08:00:00Z",
                satisfaction_rating={"score": "good", "comment": "Quick!"},
            ),
            [
                comment(1_004, DAN, "2026-11-12T08:00:00Z", "Invoice 77 says 10 % too much."),
                comment(1_005, BEN, "2026-11-12T09:00:00Z", "Refund it?", public=False),
                comment(1_006, BEN, "2026-11-13T08:00:00Z", "We sent a new invoice."),
            ],
            [change("2026-11-13T08:00:00Z", BEN, "status", "open", "solved")],
        ),
        (
            ticket(4, EVE, "2026-11-10T08:00:00Z", "Spam", status="deleted", updated_at="2026-11-10T09:00:00Z"),
            [comment(1_007, EVE, "2026-11-10T08:00:00Z", "Buy now")],
            [],
        ),
    ]
