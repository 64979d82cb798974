"""The desk's own furniture, as rows of the wire: groups, people, fields, macros, views, service levels, schedules."""

import random
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from agentconsole.demo.casting import Cast, group_id
from agentconsole.demo.contact_rows import contact_rows
from agentconsole.demo.macros import MACROS
from agentconsole.demo.memberships import PIN_DESK
from agentconsole.demo.notices import announcements, status_summary
from agentconsole.demo.organizations import organization_row
from agentconsole.demo.people import DESK_TITLES, DESKS, agent_row, person_row
from agentconsole.demo.service_levels import holiday_rows, policy_rows, schedule_rows
from agentconsole.demo.story import FAMILIES
from agentconsole.demo.ticket_row import FIELDS, PLATFORMS
from agentconsole.demo.timing import REGIONS
from agentconsole.demo.wire import Row, condition, iso, stamped

_SYSTEM_FIELDS = (
    ("subject", "Subject", "subject"),
    ("description", "Description", "description"),
    ("status", "Status", "status"),
    ("tickettype", "Type", "tickettype"),
    ("priority", "Priority", "priority"),
    ("group", "Group", "group"),
    ("assignee", "Assignee", "assignee"),
)
_MOST_PINS = 60
_IMPACTS = {
    "none": "No store affected",
    "cosmetic": "Appearance only",
    "internal": "Partner's own work",
    "one_store": "One store",
    "some_customers": "Some customers cannot buy",
    "all_customers": "No customer can buy",
}


def rows(cast: Cast, now: datetime) -> Iterator[tuple[str, list[Row]]]:
    """Yield (kind, rows) in an order in which every reference is already known."""
    opened = iso(now - timedelta(days=900))
    yield "groups", _groups(opened)
    yield (
        "organizations",
        [
            organization_row(
                organization,
                iso(now - timedelta(days=120 + (organization.id * 37) % 700, minutes=organization.id % 900)),
            )
            for organization in cast.organizations
        ],
    )
    yield "users", _users(cast, opened, now)
    yield "support_pins", _pins(cast)
    yield "group_memberships", _memberships(cast, opened)
    yield "ticket_fields", _fields(opened)
    yield "macros", _macros(opened)
    yield "views", _views(opened)
    yield "sla_policies", policy_rows(opened)
    yield "schedules", schedule_rows(opened)
    yield "holidays", holiday_rows(now)
    yield "articles", _articles(now)
    yield "contacts", contact_rows()
    yield "announcements", announcements(now)
    yield "status_summary", [status_summary(now)]


def _groups(opened: str) -> list[Row]:
    return [
        stamped(
            {
                "id": group_id(index, desk),
                "name": f"{region.title} · {DESK_TITLES[desk]}",
                "description": f"{DESK_TITLES[desk]} desk, {region.title}",
                "default": index == 0 and desk == "tier1",
                "deleted": False,
                "is_public": True,
            },
            opened,
        )
        for index, region in enumerate(REGIONS)
        for desk in DESKS
    ]


def _users(cast: Cast, opened: str, now: datetime) -> list[Row]:
    users = [agent_row(agent, group_id(agent.region, agent.desks[0]), opened) for agent in cast.agents]
    for organization in cast.organizations:
        for person in organization.people:
            # About half of them left a telephone number; always the same half.
            phone = organization.phone if person.id % 2 else None
            joined = now - timedelta(days=92 + (person.id * 31) % 600, seconds=person.id % 80_000)
            users.append(person_row(person, organization.id, iso(joined), phone))
    return users


def _pins(cast: Cast) -> list[Row]:
    """Return the PINs of those who verify themselves by one: the first member of each customer of that desk.

    A slow hash is kept of each, so that a large world has the first ones only.
    """
    members = [organization for organization in cast.organizations if organization.membership is PIN_DESK]
    return [{"user_id": one.people[0].id, "pin": one.support_pin} for one in members[:_MOST_PINS]]


def _memberships(cast: Cast, opened: str) -> list[Row]:
    members: list[Row] = []
    for agent in cast.agents:
        for place, desk in enumerate(agent.desks):
            members.append(
                stamped(
                    {
                        "id": 3001 + len(members),
                        "user_id": agent.id,
                        "group_id": group_id(agent.region, desk),
                        "default": place == 0,
                    },
                    opened,
                )
            )
    return members


def _field(number: int, kind: str, title: str, position: int, **extra: Any) -> Row:
    return {
        "id": number,
        "type": kind,
        "title": title,
        "raw_title": title,
        "description": "",
        "position": position,
        "active": True,
        "required": False,
        "removable": number >= 7000,
        "visible_in_portal": True,
        "editable_in_portal": number < 7000,
        **extra,
    }


def _options(prefix: str, names: dict[str, str]) -> list[Row]:
    return [
        {"id": 70_000 + _stable_number(prefix + key), "name": name, "raw_name": name, "value": f"{prefix}_{key}"}
        for key, name in names.items()
    ]


def _stable_number(text: str) -> int:
    """Return a small number for *text* that is the same in every process."""
    total = 7
    for letter in text:
        total = (total * 131 + ord(letter)) % 999_983
    return total


def _fields(opened: str) -> list[Row]:
    fields = [_field(6001 + place, kind, title, place) for place, (_, title, kind) in enumerate(_SYSTEM_FIELDS)]
    topics = {family.key: family.key.replace("_", " ").capitalize() for family in FAMILIES}
    platforms = {name: name.replace("_", " ").capitalize() for name in PLATFORMS}
    fields += [
        _field(FIELDS["case_number"], "text", "Case number", 10),
        _field(FIELDS["affected_url"], "text", "Affected URL", 11),
        _field(FIELDS["order_id"], "text", "Order id", 12),
        _field(FIELDS["impact"], "tagger", "Impact", 13, custom_field_options=_options("impact", _IMPACTS)),
        _field(
            FIELDS["store_platform"],
            "tagger",
            "Store platform",
            14,
            custom_field_options=_options("platform", platforms),
        ),
        _field(FIELDS["pin_verified"], "checkbox", "Caller verified", 15),
        _field(FIELDS["topic"], "tagger", "Topic", 16, custom_field_options=_options("topic", topics)),
    ]
    return [stamped(field, opened) for field in fields]


def _macros(opened: str) -> list[Row]:
    technical = str(group_id(0, "technical"))
    billing = str(group_id(0, "billing"))
    security = str(group_id(0, "security"))
    groups = {"@technical": technical, "@billing": billing, "@security": security}
    result = []
    for place, (title, description, actions) in enumerate(MACROS):
        filled = [{"field": field, "value": groups.get(value, value)} for field, value in actions]
        result.append(
            stamped(
                {
                    "id": 4001 + place,
                    "title": title,
                    "description": description,
                    "active": True,
                    "position": place,
                    "actions": filled,
                    "restriction": None,
                },
                opened,
            )
        )
    return result


def _views(opened: str) -> list[Row]:
    unsolved = condition("status", "less_than", "solved")
    chosen: tuple[tuple[str, list[Row], list[Row], str, str], ...] = (
        (
            "Your unsolved tickets",
            [unsolved, condition("assignee_id", "is", "current_user")],
            [],
            "sla_next_breach_at",
            "asc",
        ),
        ("Unassigned tickets", [unsolved, condition("assignee_id", "is", "")], [], "created", "asc"),
        ("All unsolved tickets", [unsolved], [], "updated", "desc"),
        (
            "Platinum partners",
            [unsolved, condition("current_tags", "includes", "tier_platinum")],
            [],
            "sla_next_breach_at",
            "asc",
        ),
        (
            "Stores down or not selling",
            [unsolved],
            [condition("current_tags", "includes", "outage"), condition("current_tags", "includes", "checkout")],
            "priority",
            "desc",
        ),
        ("Waiting for the partner", [condition("status", "is", "pending")], [], "updated", "asc"),
        ("On hold with somebody else", [condition("status", "is", "hold")], [], "updated", "asc"),
        (
            "Security and privacy",
            [unsolved],
            [condition("current_tags", "includes", "security"), condition("current_tags", "includes", "privacy")],
            "created",
            "desc",
        ),
        ("Recently solved", [condition("status", "is", "solved")], [], "updated", "desc"),
    )
    titles = {"priority": "Priority", "subject": "Subject", "requester": "Requester", "updated": "Updated"}
    columns = [{"id": key, "title": title} for key, title in titles.items()]
    return [
        stamped(
            {
                "id": 5001 + place,
                "title": title,
                "raw_title": title,
                "description": "",
                "active": True,
                "position": place,
                "default": False,
                "restriction": None,
                "conditions": {"all": every, "any": some},
                "execution": {
                    "columns": columns,
                    "fields": columns,
                    "custom_fields": [],
                    "group_by": None,
                    "group_order": None,
                    "sort_by": order,
                    "sort_order": direction,
                },
            },
            opened,
        )
        for place, (title, every, some, order, direction) in enumerate(chosen)
    ]


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(files("agentconsole.demo").joinpath(name).read_text(encoding="utf-8"))


def _articles(now: datetime) -> list[Row]:
    rng = random.Random(3)  # noqa: S311 (dates of articles)
    result = []
    for place, article in enumerate(_data("articles.toml")["article"]):
        at = iso(now - timedelta(days=rng.randint(3, 700), seconds=rng.randint(0, 80_000)))
        body = "".join(f"<p>{paragraph.strip()}</p>" for paragraph in article["text"].strip().split("\n\n"))
        result.append(
            stamped(
                {
                    "id": 60_001 + place,
                    "title": article["title"],
                    "body": body,
                    "locale": "en-us",
                    "section": article["section"],
                    "label_names": article["labels"],
                    "draft": False,
                    "html_url": f"https://help.support.example/articles/{60_001 + place}",
                },
                at,
            )
        )
    return result
