"""What a ticket is about: draws the requester, the problem and the language in which it is told."""

import random
from bisect import bisect
from itertools import accumulate
from typing import NamedTuple

from agentconsole.demo.arrivals import ARRIVALS, Arrival
from agentconsole.demo.casting import Cast
from agentconsole.demo.memberships import MEMBERSHIPS, Membership
from agentconsole.demo.organizations import Organization
from agentconsole.demo.people import Person
from agentconsole.demo.scenarios import (
    counter,
    integrations,
    partnership,
    payments,
    storefront,
    tongues_east,
    tongues_west,
    trust,
)
from agentconsole.demo.scenarios.family import Family
from agentconsole.demo.scenarios.telling import Telling
from agentconsole.demo.slots import Slots

FAMILIES: tuple[Family, ...] = (
    *storefront.FAMILIES,
    *payments.FAMILIES,
    *integrations.FAMILIES,
    *partnership.FAMILIES,
    *trust.FAMILIES,
    *counter.FAMILIES,
)
BY_KEY = {family.key: family for family in FAMILIES}
PLACES = {family.key: place for place, family in enumerate(FAMILIES)}
TELLINGS = {**tongues_west.TELLINGS, **tongues_east.TELLINGS}
_TOTALS = {
    membership.key: tuple(accumulate(family.weight * membership.likelier.get(family.key, 1.0) for family in FAMILIES))
    for membership in MEMBERSHIPS
}
NATIVE_SHARE = 0.42


class Subject(NamedTuple):
    """What a ticket is about and who asks: kept, so that the same trouble can be told twice.

    *before* is (title, opening) of the first telling when this is another one. An *arrival* is told in its own words.
    """

    family: Family
    telling: Telling | None
    language: str
    organization: Organization
    person: Person
    slots: Slots
    before: tuple[str, str] | None = None
    arrival: Arrival | None = None


def draw_subject(rng: random.Random, cast: Cast, region: int, tries: int = 1) -> Subject:
    """Draw who writes from *region*, and about what; see `Cast.partner` for *tries*."""
    organization = cast.partner(rng, region, tries)
    people = organization.people
    person = people[int(rng.random() * len(people))]
    tellings = TELLINGS.get(person.language)
    telling: Telling | None = None
    if tellings is not None and rng.random() < NATIVE_SHARE:
        telling = tellings[int(rng.random() * len(tellings))]
        if organization.membership.likelier.get(telling.family, 1.0) == 0:
            telling = None
    if telling is not None:
        family = BY_KEY[telling.family]
    else:
        totals = _TOTALS[organization.membership.key]
        family = FAMILIES[bisect(totals, rng.random() * totals[-1])]
    return _subject(rng, organization, person, family, telling)


def staged_subject(rng: random.Random, cast: Cast, membership: Membership, family: str) -> Subject:
    """Draw a customer of *membership* who tells of *family*, by its key, in English."""
    organization = rng.choice([one for one in cast.organizations if one.membership is membership])
    return _subject(rng, organization, rng.choice(organization.people), BY_KEY[family], None)


def arrival_subject(seed: int, cast: Cast, number: int) -> Subject:
    """Return the subject of the arrival *number*: its customer is of the first region if one of its kind is there."""
    arrival = ARRIVALS[number]
    keys = [each.key for each in ARRIVALS]
    whose = keys.index(arrival.again) if arrival.again else number
    rng = random.Random(f"{seed}/{keys[whose]}")  # noqa: S311 (a world to look at, no secret)
    fitting = [
        each
        for each in cast.organizations
        if each.membership is arrival.membership and arrival.level in ("", each.tier, each.plan)
    ]
    fitting = fitting or [each for each in cast.organizations if each.membership is arrival.membership]
    speaking = [each for each in fitting if any(person.language == arrival.language for person in each.people)]
    near = [each for each in (speaking or fitting) if each.region == cast.lead.region]
    candidates = near or speaking or fitting
    organization = candidates[whose % len(candidates)]
    spoken = [person for person in organization.people if person.language == arrival.language]
    person = (spoken or organization.people)[0]
    return _subject(rng, organization, person, BY_KEY[arrival.family], None)._replace(
        arrival=arrival, language=arrival.language
    )


def _subject(
    rng: random.Random, organization: Organization, person: Person, family: Family, telling: Telling | None
) -> Subject:
    stores = organization.stores
    if family.key == "account_change":
        # The account's owner asks, who knows its PIN.
        person = organization.people[0]
    slots = Slots(rng)
    slots["pin"] = organization.support_pin
    store = stores[int(rng.random() * len(stores))]
    slots["store"], slots["domain"] = store.name, store.domain
    slots["other"] = stores[int(rng.random() * len(stores))].name
    slots["partner"] = organization.name
    return Subject(family, telling, person.language if telling else "en", organization, person, slots)
