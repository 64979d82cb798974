"""The demo world is deterministic, whole and believable."""

import hashlib
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agentconsole.demo.draft import ATTACHMENTS_PER_COMMENT, COMMENTS_PER_TICKET, Story
from agentconsole.demo.ticket_row import FIELDS
from agentconsole.demo.world import World

Reference = dict[str, list[dict[str, Any]]]
NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
TICKETS = 2000
UNSOLVED = ("new", "open", "pending", "hold")


def stories_of(world: World) -> list[Story]:
    return [story for batch in world.stories() for story in batch]


@pytest.fixture(scope="module")
def reference() -> Reference:
    return dict(World(TICKETS, 7, NOW).reference())


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    return stories_of(World(TICKETS, 7, NOW))


def repeated(tickets: int, seed: int) -> str:
    world = World(tickets, seed, NOW)
    return hashlib.sha256(repr([list(world.reference()), stories_of(world)]).encode()).hexdigest()


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    assert repeated(700, 1) == repeated(700, 1)
    assert repeated(700, 1) != repeated(700, 2)


def test_batches_cut_the_same_stories_and_never_hold_more_than_asked() -> None:
    world = World(1100, 3, NOW)
    small = list(world.stories(90))
    assert {len(batch) for batch in small[:-1]} == {90}
    assert [story for batch in small for story in batch] == stories_of(world)


def test_a_million_tickets_begin_at_once() -> None:
    world = World(1_000_000, 1, NOW)
    first = next(world.stories(100))
    assert [story.ticket["id"] for story in first] == list(range(1, 101))


def test_ids_are_bounded_and_unique(stories: list[Story]) -> None:
    assert [story.ticket["id"] for story in stories] == list(range(1, TICKETS + 1))
    comments = [comment["id"] for story in stories for comment in story.comments]
    attached = [file["id"] for story in stories for comment in story.comments for file in comment["attachments"]]
    assert len(set(comments)) == len(comments)
    assert len(set(attached)) == len(attached)
    assert max(comments) < (TICKETS + 2) * COMMENTS_PER_TICKET
    assert max(attached) < (TICKETS + 2) * COMMENTS_PER_TICKET * ATTACHMENTS_PER_COMMENT


def test_every_reference_resolves(reference: Reference, stories: list[Story]) -> None:
    users = {row["id"]: row for row in reference["users"]}
    organizations = {row["id"] for row in reference["organizations"]}
    groups = {row["id"] for row in reference["groups"]}
    fields = {row["id"]: row for row in reference["ticket_fields"]}
    assert len(users) == len(reference["users"])
    assert len({row["email"] for row in reference["users"]}) == len(users)
    for member in reference["group_memberships"]:
        assert member["user_id"] in users
        assert member["group_id"] in groups
    schedules = {row["id"] for row in reference["schedules"]}
    assert {row["schedule_id"] for row in reference["holidays"]} == schedules
    for ticket, comments, events in stories:
        assert users[ticket["requester_id"]]["organization_id"] == ticket["organization_id"]
        assert ticket["organization_id"] in organizations
        assert ticket["group_id"] in groups
        assert ticket["assignee_id"] is None or users[ticket["assignee_id"]]["role"] != "end-user"
        assert {*ticket["email_cc_ids"], *(c["author_id"] for c in comments), *(e["author_id"] for e in events)} <= set(
            users
        )
        assert ticket["problem_id"] is None or ticket["problem_id"] < ticket["id"]
        assert ticket["merged_into_id"] is None or ticket["merged_into_id"] < ticket["id"]
        for value in ticket["custom_fields"]:
            options = fields[value["id"]].get("custom_field_options")
            assert options is None or value["value"] in {option["value"] for option in options}


def test_time_never_runs_backwards(stories: list[Story]) -> None:
    now = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    oldest = (NOW - timedelta(days=90)).strftime("%Y-%m-%dT%H:%M:%SZ")
    created = [story.ticket["created_at"] for story in stories]
    assert created == sorted(created)
    assert created[0] >= oldest
    for ticket, comments, events in stories:
        said = [comment["created_at"] for comment in comments]
        changed = [event["at"] for event in events]
        assert said == sorted(said)
        assert changed == sorted(changed)
        assert ticket["created_at"] == said[0]
        assert ticket["updated_at"] == max([*said, *changed])
        assert ticket["updated_at"] < now


def test_field_changes_lead_to_the_ticket_as_it_is(stories: list[Story]) -> None:
    for ticket, _, events in stories:
        for name in ("status", "assignee_id", "group_id"):
            changes = [event for event in events if event["field_name"] == name]
            for earlier, later in pairwise(changes):
                assert later["previous_value"] == earlier["value"]
            if changes and ticket["status"] != "deleted":
                assert changes[-1]["value"] == ticket[name]
            if name == "status" and changes:
                assert changes[0]["previous_value"] == "new"


def test_the_desk_looks_at_work(stories: list[Story]) -> None:
    statuses = Counter(story.ticket["status"] for story in stories)
    unsolved = sum(statuses[status] for status in UNSOLVED)
    assert 0.08 * TICKETS < unsolved < 0.16 * TICKETS
    assert all(statuses[status] >= 15 for status in (*UNSOLVED, "solved", "closed"))
    assert 2 <= statuses["deleted"] <= 30
    assert 8 <= sum(story.ticket["merged_into_id"] is not None for story in stories) <= 45
    assert 0.03 < sum(story.ticket["satisfaction_rating"] is not None for story in stories) / TICKETS < 0.09
    assert {story.ticket["via"]["channel"] for story in stories} == {"web", "email", "chat", "phone", "api"}
    assert {story.ticket["type"] for story in stories} >= {"problem", "incident", "question", "task"}
    recent = (NOW - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert sum(story.ticket["created_at"] > recent for story in stories) > 0.06 * TICKETS


def test_platinum_partners_wait_at_every_distance_from_the_deadline() -> None:
    """Unanswered first messages are past the hour, close to it, and fresh."""
    waits = []
    for seed in range(3):
        for ticket, comments, _ in stories_of(World(TICKETS, seed, NOW)):
            if ticket["status"] in ("new", "open") and "tier_platinum" in ticket["tags"]:
                last = [comment for comment in comments if comment["public"]][-1]
                if last["author_id"] == ticket["requester_id"]:
                    spoken = datetime.fromisoformat(last["created_at"])
                    waits.append((NOW - spoken).total_seconds() / 60)
    assert any(wait < 30 for wait in waits)
    assert any(30 <= wait <= 60 for wait in waits)
    assert any(wait > 90 for wait in waits)


def test_tiers_plans_regions_and_tags_agree(reference: Reference, stories: list[Story]) -> None:
    organizations = {row["id"]: row for row in reference["organizations"]}
    fields = [row["organization_fields"] for row in organizations.values()]
    assert {one["tier"] for one in fields if "tier" in one} == {"standard", "gold", "platinum"}
    assert {one["plan"] for one in fields if "plan" in one} == {"flagship", "emporium", "boutique", "pop_up"}
    assert {one["region"] for one in fields} == {"na", "eu", "apac", "latam", "anz"}
    for story in stories:
        organization = organizations[story.ticket["organization_id"]]
        assert set(organization["tags"]) <= set(story.ticket["tags"])
        for key in ("tier", "plan"):
            value = organization["organization_fields"].get(key)
            assert value is None or f"{key}_{value}" in organization["tags"]


def test_every_organization_is_one_desk_s_customer_and_partners_are_the_majority(reference: Reference) -> None:
    kinds = Counter(
        tag.split("_")[0] if tag.startswith(("tier_", "plan_")) else tag
        for row in reference["organizations"]
        for tag in row["tags"]
        if not tag.startswith("region_")
    )
    assert set(kinds) == {"tier", "plan", "americommerce", "support_desk"}
    assert sum(kinds.values()) == len(reference["organizations"])
    assert kinds["tier"] > len(reference["organizations"]) / 2
    assert all(count >= 5 for count in kinds.values())


def test_small_worlds_have_customers_of_every_desk_too() -> None:
    tags = {tag for row in dict(World(1, 5, NOW).reference())["organizations"] for tag in row["tags"]}
    assert {"tier_standard", "tier_gold", "tier_platinum", "americommerce", "support_desk"} <= tags
    assert any(tag.startswith("plan_") for tag in tags)


def topics_of(story: Story) -> str:
    return next(str(field["value"]) for field in story.ticket["custom_fields"] if field["id"] == FIELDS["topic"])


def test_every_hint_has_a_story_that_shows_it(stories: list[Story]) -> None:
    """Each family that a hint lives on is told among the customers whose pack gives the hint."""
    told = {(topics_of(story).removeprefix("topic_"), tag) for story in stories for tag in story.ticket["tags"]}
    for family, tag in (
        ("theme_scope", "americommerce"),
        ("import_export", "americommerce"),
        ("training", "americommerce"),
        ("billing_dispute", "americommerce"),
        ("seo", "americommerce"),
        ("abuse", "americommerce"),
        ("agent_shopping", "americommerce"),
        ("account_change", "support_desk"),
        ("vague", "support_desk"),
        ("usage_question", "tier_gold"),
        ("gdpr", "tier_standard"),
        ("wrong_prices", "plan_boutique"),
    ):
        assert (family, tag) in told, (family, tag)


def test_some_ask_agent_after_agent_the_same_thing(stories: list[Story]) -> None:
    """Three tickets in a row by one person with the words of the first in each."""
    rows = [
        (story.ticket["requester_id"], story.ticket["created_at"], story)
        for story in stories
        if topics_of(story) == "topic_agent_shopping" and "americommerce" in story.ticket["tags"]
    ]
    by_person = Counter(requester for requester, _, _ in rows)
    assert max(by_person.values()) >= 3


@pytest.mark.parametrize("day", [18, 22, 23])
def test_whoever_opens_the_demo_finds_each_hard_case_open(day: int) -> None:
    world = World(TICKETS, 1, datetime(2026, 11, day, 9, 30, tzinfo=UTC))
    pins = {row["user_id"]: row["pin"] for row in dict(world.reference())["support_pins"]}
    still = [story for story in stories_of(world) if story.ticket["status"] in UNSOLVED]
    topics = Counter(topics_of(story) for story in still)
    assert all(topics[f"topic_{family}"] for family in ("abuse", "account_change", "gdpr"))
    shoppers = Counter(s.ticket["requester_id"] for s in still if topics_of(s) == "topic_agent_shopping")
    assert max(shoppers.values()) >= 3
    assert any(pins.get(s.ticket["requester_id"], "-") in s.comments[0]["body"] for s in still)


def test_people_are_named_in_many_scripts(reference: Reference) -> None:
    letters = {letter for row in reference["users"] for letter in row["name"] if letter.isalpha()}
    scripts = {unicodedata.name(letter).split()[0] for letter in letters}
    assert scripts >= {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "CJK", "HANGUL", "DEVANAGARI", "THAI"}
    for row in reference["users"]:
        assert row["email"].isascii()
        assert row["email"].endswith(".example")
        ZoneInfo(row["iana_time_zone"])


def test_messages_come_in_many_languages_right_to_left_ones_too(stories: list[Story]) -> None:
    tags = Counter(tag for story in stories for tag in story.ticket["tags"] if tag.startswith("lang_"))
    assert len(tags) >= 12
    assert any('dir="rtl"' in (c["html_body"] or "") for story in stories for c in story.comments)


def test_rows_of_a_queue_do_not_look_alike(stories: list[Story]) -> None:
    subjects = [story.ticket["subject"] for story in stories]
    assert len(set(subjects)) >= 0.9 * TICKETS
    assert not any("{" in subject for subject in subjects)
    neighbours = sum(a == b for a, b in pairwise(subjects))
    assert neighbours < 10
    openings = [story.comments[0]["body"] for story in stories]
    assert len(set(openings)) >= 0.95 * TICKETS


def test_bodies_are_dressed_and_some_are_hostile(stories: list[Story]) -> None:
    comments = [comment for story in stories for comment in story.comments]
    html = [comment["html_body"] for comment in comments if comment["html_body"]]
    assert 0.25 < len(html) / len(comments) < 0.45
    text = "\n".join(html)
    for mark in ("<script>", "onerror=", "javascript:", "position:fixed", "<form", "<blockquote", "<table", "<ul"):
        assert mark in text
    names = {file["file_name"].rpartition(".")[2] for comment in comments for file in comment["attachments"]}
    assert names >= {"png", "log", "csv", "pdf", "json", "har", "exe"}


def test_the_demo_agent_supervises_and_has_work(reference: Reference, stories: list[Story]) -> None:
    email = World(TICKETS, 7, NOW).agent_email
    agent = next(row for row in reference["users"] if row["email"] == email)
    assert agent["role"] == "admin"
    mine = [s for s in stories if s.ticket["assignee_id"] == agent["id"] and s.ticket["status"] in UNSOLVED]
    assert len(mine) >= 12
    reviewers = [row for row in reference["users"] if row["role_type"] == 1]
    assert len(reviewers) == 1


@pytest.mark.parametrize("tickets", [1, 3, 60])
def test_small_worlds_are_whole_too(tickets: int) -> None:
    world = World(tickets, 5, NOW)
    assert len(stories_of(world)) == tickets
    assert [kind for kind, _ in world.reference()][:3] == ["groups", "organizations", "users"]


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        World(10, 1, datetime(2026, 1, 1))  # noqa: DTZ001 (that is the point)
