"""The row of a ticket as it stands after its story: whose it is, what it is tagged with, how it was rated."""

import random
from collections.abc import Sequence
from typing import NamedTuple

from agentconsole.demo.scenarios.voices import VOICES
from agentconsole.demo.story import Subject
from agentconsole.demo.timing import REGIONS
from agentconsole.demo.wire import Row

FIELDS = {"case_number": 7001, "affected_url": 7002, "order_id": 7003, "impact": 7004, "store_platform": 7005,
          "pin_verified": 7006, "topic": 7007}  # fmt: skip
PLATFORMS = ("hosted", "headless", "point_of_sale", "marketplace")
SUPPORT_ADDRESS = "help@support.example"

_FAULTS = ("incident", "problem")
_TICKS_OPEN = ("case_first_steps", "case_reproduced", "case_logs_read")
_TICKS_SOLVED = ("case_solution", "case_verified", "case_documented")
_TICKS_CLOSED = ("case_satisfied", "case_finalized", "case_survey_sent", "case_knowledge_shared")


class Outcome(NamedTuple):
    """What a ticket has come to. *case* is the number that people call it by."""

    number: int
    title: str
    case: str
    channel: str
    status: str
    priority: str | None
    assignee: int | None
    group: int


def ticket_row(
    rng: random.Random, subject: Subject, outcome: Outcome, comments: Sequence[Row], events: Sequence[Row]
) -> Row:
    """Return the ticket in wire shape, with its *comments* and *events* already written."""
    slots, organization, person, family = subject.slots, subject.organization, subject.person, subject.family
    address: Row = {"from": {}, "to": {}, "rel": None}
    if outcome.channel == "email":
        address = {
            "from": {"address": person.email, "name": person.name},
            "to": {"address": SUPPORT_ADDRESS, "name": "Partner Support"},
            "rel": None,
        }
    copied = [colleague.id for colleague in organization.people if colleague.id != person.id]
    copied = copied[: rng.randint(1, 2)] if rng.random() < 0.08 else []
    rating = _rating(rng, subject, outcome.status)
    priority: str | None = outcome.priority
    if not events and subject.arrival is None and rng.random() < 0.25:
        # what nobody has looked at yet often has no priority, save where a tier is watched
        priority = None if organization.served_as == "standard" else priority
    opening = comments[0]
    return {
        "id": outcome.number,
        "external_id": None,
        "via": {"channel": outcome.channel, "source": address},
        "created_at": opening["created_at"],
        "updated_at": max(comments[-1]["created_at"], events[-1]["at"] if events else ""),
        "type": family.kind,
        "subject": outcome.title,
        "raw_subject": outcome.title,
        "description": opening["body"],
        "priority": priority,
        "status": outcome.status,
        "recipient": SUPPORT_ADDRESS if outcome.channel == "email" else None,
        "requester_id": person.id,
        "submitter_id": person.id,
        "assignee_id": outcome.assignee,
        "organization_id": organization.id,
        "group_id": outcome.group,
        "collaborator_ids": copied,
        "follower_ids": [],
        "email_cc_ids": copied,
        "problem_id": None,
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "tags": sorted(
            (
                *organization.level_tags,
                f"region_{REGIONS[organization.region].key}",
                f"lang_{subject.language}",
                *family.tags,
                *(_ticks(rng, subject, outcome.status, len(comments)) if organization.tier else ()),
            )
        ),
        "custom_fields": [
            {"id": FIELDS["case_number"], "value": outcome.case},
            {
                "id": FIELDS["affected_url"],
                "value": f"https://{slots['domain']}/" if family.impact != "none" else None,
            },
            {"id": FIELDS["order_id"], "value": slots.get("order")},
            {"id": FIELDS["impact"], "value": f"impact_{family.impact}"},
            {"id": FIELDS["store_platform"], "value": f"platform_{PLATFORMS[organization.id % 4]}"},
            {"id": FIELDS["pin_verified"], "value": outcome.channel == "phone"},
            {"id": FIELDS["topic"], "value": f"topic_{family.key}"},
        ],
        "satisfaction_rating": rating,
        "allow_attachments": True,
        "merged_into_id": None,
    }


def _rating(rng: random.Random, subject: Subject, status: str) -> Row | None:
    if status not in ("solved", "closed") or rng.random() >= 0.068:
        return None
    good = rng.random() < 0.82
    voice = VOICES[subject.language]
    subject.slots.setdefault("agent", "Support")
    return {
        "score": "good" if good else "bad",
        "comment": rng.choice(voice.praise if good else voice.complaint).format_map(subject.slots),
    }


def _ticks(rng: random.Random, subject: Subject, status: str, comments: int) -> tuple[str, ...]:
    """Return the steps of a partner's case that colleagues ticked, as tags: most when it is over, some before."""
    if status == "closed":
        return tuple(tick for tick in _TICKS_SOLVED + _TICKS_CLOSED if rng.random() < 0.93)
    if status == "solved":
        return tuple(tick for tick in _TICKS_SOLVED if rng.random() < 0.75)
    if subject.family.kind not in _FAULTS or comments < 3:
        return ()
    return tuple(tick for tick in _TICKS_OPEN if rng.random() < 0.3)
