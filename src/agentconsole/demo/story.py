"""What a ticket is about: draws the requester, the problem and the language in which it is told."""

import random
from bisect import bisect
from itertools import accumulate
from typing import NamedTuple

from agentconsole.demo.casting import Cast
from agentconsole.demo.organizations import Organization
from agentconsole.demo.people import Person
from agentconsole.demo.scenarios import (
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
)
BY_KEY = {family.key: family for family in FAMILIES}
TELLINGS = {**tongues_west.TELLINGS, **tongues_east.TELLINGS}
_TOTALS = tuple(accumulate(family.weight for family in FAMILIES))
NATIVE_SHARE = 0.42


class Subject(NamedTuple):
    """What a ticket is about and who asks: kept, so that the same trouble can be told twice."""

    family: Family
    telling: Telling | None
    language: str
    organization: Organization
    person: Person
    slots: Slots


def draw_subject(rng: random.Random, cast: Cast, region: int, tries: int = 1) -> Subject:
    """Draw who writes from *region*, and about what; see `Cast.partner` for *tries*."""
    organization = cast.partner(rng, region, tries)
    people, stores = organization.people, organization.stores
    person = people[int(rng.random() * len(people))]
    tellings = TELLINGS.get(person.language)
    telling: Telling | None = None
    if tellings is not None and rng.random() < NATIVE_SHARE:
        telling = tellings[int(rng.random() * len(tellings))]
        family = BY_KEY[telling.family]
    else:
        family = FAMILIES[bisect(_TOTALS, rng.random() * _TOTALS[-1])]
    slots = Slots(rng)
    store = stores[int(rng.random() * len(stores))]
    slots["store"], slots["domain"] = store.name, store.domain
    slots["other"] = stores[int(rng.random() * len(stores))].name
    slots["partner"] = organization.name
    return Subject(family, telling, person.language if telling else "en", organization, person, slots)
