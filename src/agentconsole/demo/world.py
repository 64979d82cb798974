"""The whole demo world: reference data first, then story after story, in bounded memory."""

import random
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from agentconsole.demo import reference
from agentconsole.demo.arrivals import PLACES as ARRIVAL_PLACES
from agentconsole.demo.attachments import pool
from agentconsole.demo.casting import Cast
from agentconsole.demo.draft import COMMENTS_PER_TICKET, Draft, Story
from agentconsole.demo.memberships import PARTNER, PIN_DESK, POLICY_DESK
from agentconsole.demo.organizations import found, organization_count
from agentconsole.demo.story import PLACES, Subject, arrival_subject, draw_subject, staged_subject
from agentconsole.demo.timing import RECENT, Calendar

Row = dict[str, Any]

BLOCK = 500
_MERGED_SHARE = 0.010
_TWICE_SHARE = 0.004
_DELETED_SHARE = 0.0025
_SHOPPING_SHARE = 0.6
_STAGED_FROM = 500
_REDRAWS = 20
# What everybody who opens the demo shall find open, by the distance from its last ticket.
_STAGED = {
    35: (POLICY_DESK, "agent_shopping"),
    45: (POLICY_DESK, "abuse"),
    55: (PIN_DESK, "account_change"),
    60: (PIN_DESK, "account_change"),
    65: (PARTNER, "gdpr"),
    75: (PIN_DESK, "account_change"),
}
_OUTAGES = frozenset({"store_down", "checkout_outage", "payment_all", "vulnerability"})


class _Again(NamedTuple):
    """The next tickets tell *earlier* again, *times* of them; *merged* says that the lead joins them with it."""

    subject: Subject
    earlier: Story
    merged: bool
    times: int


class World:
    """A desk of *tickets* tickets over the ninety days before *now*.

    The same three arguments always give the same rows. Tickets come in blocks that depend on nothing but the seed and
    their number, so a million of them need no more memory than a thousand.

    Attributes:
        agent_email: whose seat the demo takes; a supervisor with open tickets of their own.
    """

    def __init__(self, tickets: int, seed: int, now: datetime) -> None:
        if tickets < 1:
            raise ValueError("a world has at least one ticket")
        self._tickets, self._seed, self._now = tickets, seed, now
        self._calendar = Calendar(now)
        self._cast = Cast(found(random.Random(f"{seed}/partners"), organization_count(tickets)))  # noqa: S311  (as below)
        self._files = pool()
        self.agent_email = self._cast.lead.email

    def reference(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield (kind, rows) of everything that is no ticket, each kind after those it refers to."""
        return reference.rows(self._cast, self._now)

    def stories(self, batch: int = 500) -> Iterator[list[Story]]:
        """Yield the tickets in lists of *batch*, ids ascending from 1, created in the same sequence."""
        waiting: list[Story] = []
        for first in range(1, self._tickets + 1, BLOCK):
            waiting += self._block(first, min(first + BLOCK, self._tickets + 1))
            while len(waiting) >= batch:
                yield waiting[:batch]
                waiting = waiting[batch:]
        if waiting:
            yield waiting

    def _block(self, first: int, end: int) -> list[Story]:
        """Write the tickets *first* … *end* − 1."""
        rng = random.Random(f"{self._seed}/{first}")  # noqa: S311 (a world to look at, no secret)
        calendar, cast, files = self._calendar, self._cast, self._files
        stories: list[Story] = []
        again: _Again | None = None
        problems: dict[str, Story] = {}
        told: set[tuple[int, str]] = set()
        for number in range(first, end):
            created, slot = calendar.arrival((number - 1 + rng.random()) / self._tickets)
            region = calendar.region(slot, rng.random())
            age = calendar.now - created
            # Those who are served around the clock are also the ones heard right now, nights and Sundays included.
            tries = 5 if age < 75 * 60 else 3 if age < RECENT else 1
            place = self._tickets - number if self._tickets >= _STAGED_FROM else -1
            staged, arrival = _STAGED.get(place), ARRIVAL_PLACES.get(place)
            if arrival is not None:
                # it stands by itself; who tells an earlier story again does so after it
                subject = arrival_subject(self._seed, cast, arrival)
                stories.append(Draft(cast, calendar, files, rng, number, created, subject).finish())
                continue
            if again:
                subject = again.subject
            elif staged:
                subject = staged_subject(rng, cast, *staged)
            else:
                subject = self._new_trouble(rng, region, tries, first // BLOCK, told)
            draft = Draft(cast, calendar, files, rng, number, created, subject)
            story = draft.finish()
            if again:
                self._second(story, again.earlier, again.merged, created)
                again = again._replace(times=again.times - 1) if again.times > 1 else None
            else:
                self._relate(rng, story, subject.family.key, problems)
                draw = rng.random()
                repeated = subject._replace(before=draft.told)
                if subject.family.key == "agent_shopping":
                    # Who was told no tries the next agent, and the one after that.
                    again = _Again(repeated, story, False, 2) if staged or draw < _SHOPPING_SHARE else None
                elif draw < _MERGED_SHARE + _TWICE_SHARE and story.ticket["status"] != "deleted":
                    again = _Again(repeated, story, draw < _MERGED_SHARE, 1)
                elif draw > 1 - (0.2 if subject.family.key == "spam" else _DELETED_SHARE):
                    story.ticket["status"] = "deleted"
            stories.append(story)
        return stories

    def _new_trouble(
        self, rng: random.Random, region: int, tries: int, block: int, told: set[tuple[int, str]]
    ) -> Subject:
        """Draw a story; a customer has the same kind of trouble soon again only by telling it again.

        *told* are the customers' ids and families of this block, kept up to date. The blocks before and after this one
        are not known here: in every other block a customer tells every other family's stories.
        """
        for _ in range(_REDRAWS):
            subject = draw_subject(rng, self._cast, region, tries)
            customer, family = subject.organization.id, subject.family.key
            if (customer, family) not in told and (customer + PLACES[family] + block) % 2 == 0:
                break
        told.add((customer, family))
        return subject

    def _relate(self, rng: random.Random, story: Story, key: str, problems: dict[str, Story]) -> None:
        """Make an outage the problem behind those that follow it, or one of its incidents."""
        if key not in _OUTAGES:
            return
        known = problems.get(key)
        if known is None or rng.random() < 0.2:
            story.ticket["type"] = "problem"
            problems[key] = story
        elif rng.random() < 0.5:
            story.ticket["type"] = "incident"
            story.ticket["problem_id"] = known.ticket["id"]
            known.ticket["has_incidents"] = True

    def _second(self, story: Story, earlier: Story, merged: bool, created: int) -> None:
        """Turn *story* into a repeated telling of *earlier*: joined with it, or waiting beside it for another agent."""
        story.ticket["tags"] = sorted({*story.ticket["tags"], "duplicate"})
        if not merged:
            return
        calendar, lead = self._calendar, self._cast.lead
        at = calendar.iso(min(created + 1500, calendar.now - 1))
        target = earlier.ticket["id"]
        # Nobody worked on it: it goes back to the desk it arrived at, and only the joining remains.
        for event in story.events:
            if event["field_name"] == "group_id":
                story.ticket["group_id"] = event["previous_value"]
                break
        del story.comments[1:], story.events[:]
        story.ticket["assignee_id"] = None
        number = story.ticket["id"]
        story.comments.append(
            _note(
                number * COMMENTS_PER_TICKET + 1,
                lead.id,
                at,
                f"This request was closed and merged into request #{target}.",
            )
        )
        story.events.append(
            {"at": at, "author_id": lead.id, "field_name": "status", "previous_value": "new", "value": "closed"}
        )
        story.ticket.update(
            status="closed",
            merged_into_id=target,
            satisfaction_rating=None,
            updated_at=at,
            tags=sorted({*story.ticket["tags"], "closed_by_merge"}),
        )
        # The last number of a ticket's range is kept for this note, wherever in the talk it falls.
        note = _note(
            (target + 1) * COMMENTS_PER_TICKET - 1,
            lead.id,
            at,
            f"Request #{number} “{story.ticket['subject']}” was closed and merged into this request.",
        )
        place = sum(1 for comment in earlier.comments if comment["created_at"] <= at)
        earlier.comments.insert(place, note)
        earlier.ticket["updated_at"] = max(earlier.ticket["updated_at"], at)


def _note(number: int, author: int, at: str, body: str) -> Row:
    return {
        "id": number,
        "author_id": author,
        "body": body,
        "html_body": None,
        "public": False,
        "created_at": at,
        "via": {"channel": "web"},
        "attachments": [],
    }
