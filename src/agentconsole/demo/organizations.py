# ruff: noqa: E501 (tables of names)
"""The customers: agencies with a tier, shops with a plan, members of other desks; each looks after a few stores."""

import random
from typing import Any, NamedTuple

from agentconsole.demo.cultures import CULTURES, Culture
from agentconsole.demo.memberships import PARTNER, STORE, Membership, membership_of
from agentconsole.demo.people import PEOPLE_PER_ORGANIZATION, NameBook, Person, latin, make_person
from agentconsole.demo.timing import REGION_INDEX, REGIONS

Row = dict[str, Any]

FIRST_ORGANIZATION = 20_001
TICKETS_PER_ORGANIZATION = 12
MOST_ORGANIZATIONS = 4000
STORES_PER_ORGANIZATION = 7

TIERS = ("standard", "gold", "platinum")
PLANS = ("flagship", "emporium", "boutique", "pop_up")
_PLAN_WEIGHTS = (18, 30, 32, 20)

_ADDENDA = ("North", "Central", "West", "Collective", "Works", "Partners", "Bureau", "Guild", "Exchange", "Depot", "Lab",
            "Harbour", "Workshop", "Network", "House", "Atelier", "Twenty-One", "Crew", "Arcade", "Market")  # fmt: skip

_STORE_HEADS = (
    "Amber", "Anchor", "Apple Tree", "Arctic", "Ashen", "Attic", "Basil", "Bluebird", "Brass", "Brindle", "Canvas",
    "Cardinal", "Chalk", "Cinder", "Clover", "Cobalt", "Comet", "Coral", "Crane", "Daybreak", "Dune", "Ember",
    "Fennel", "Fern", "Finch", "Flint", "Gilded", "Ginger", "Glacier", "Hazel", "Heron", "Hollow Oak", "Honey",
    "Indigo", "Iron Gate", "Ivory", "Jasmine", "Juniper", "Kettle", "Lantern", "Larch", "Lemon", "Linen", "Lotus",
    "Lumen", "Marble", "Meadow", "Mint", "Mosaic", "Nettle", "Nimbus", "Nutmeg", "Olive", "Onyx", "Opal", "Orchid",
    "Otter", "Paper", "Pebble", "Pepper", "Pine", "Plum", "Poppy", "Quill", "Raven", "Reef", "River", "Rosewood",
    "Saffron", "Sage", "Sequoia", "Silver", "Sparrow", "Spruce", "Stellar", "Sundial", "Swift", "Tansy", "Teal",
    "Thimble", "Timber", "Topaz", "Tulip", "Umber", "Velvet", "Violet", "Walnut", "Willow", "Winter", "Wren",
    "Yarrow", "Zephyr",
)  # fmt: skip
_STORE_TAILS = (
    "Apparel", "Audio", "Baby", "Bakery Supply", "Bikes", "Books", "Botanicals", "Candles", "Ceramics", "Cheese",
    "Chocolate", "Coffee", "Cosmetics", "Cycling", "Denim", "Electronics", "Eyewear", "Fabrics", "Flowers",
    "Footwear", "Furniture", "Games", "Garden", "Guitars", "Hardware", "Home", "Instruments", "Jewellery", "Kitchen",
    "Knitwear", "Leather", "Lighting", "Outdoor", "Pets", "Posters", "Records", "Running", "Skincare", "Spices",
    "Sports", "Stationery", "Surf", "Tea", "Tools", "Toys", "Vintage", "Watches", "Wine", "Workwear", "Yarn",
)  # fmt: skip


class Store(NamedTuple):
    """A client's store: *domain* is its public address."""

    name: str
    domain: str


class Organization(NamedTuple):
    """A customer. *region* is an index into REGIONS; *people* are its members.

    *tier* is empty but for partners, *plan* but for stores.
    """

    id: int
    name: str
    domain: str
    membership: Membership
    tier: str
    plan: str
    region: int
    culture: Culture
    people: tuple[Person, ...]
    stores: tuple[Store, ...]
    phone: str

    @property
    def served_as(self) -> str:
        """The tier whose pace the desk works at for it; who has none is served as a standard partner is."""
        return self.tier or TIERS[0]

    @property
    def support_pin(self) -> str:
        """The digits by which its first member proves on the phone whose account it is."""
        return str(100_000 + self.id * 7919 % 900_000)

    @property
    def level_tags(self) -> tuple[str, ...]:
        """What marks it and its tickets: its tier, its plan, or whose member it is."""
        return tuple(
            tag
            for tag in (self.tier and f"tier_{self.tier}", self.plan and f"plan_{self.plan}", self.membership.tag)
            if tag
        )


def organization_count(tickets: int) -> int:
    """Return how many customers a world of *tickets* tickets has: never fewer than fit every region and tier."""
    return max(30, min(MOST_ORGANIZATIONS, tickets // TICKETS_PER_ORGANIZATION))


def found(rng: random.Random, count: int) -> list[Organization]:
    """Return *count* customers with their people and stores; names and domains are unique."""
    book = NameBook()
    cultures, weights = list(CULTURES), [culture.weight for culture in CULTURES]
    names: set[str] = set()
    domains: set[str] = set()
    organizations: list[Organization] = []
    number = 0
    for index in range(count):
        # The first ones walk through every culture, so that even a small world speaks all its scripts.
        culture = cultures[(index * 7) % len(cultures)] if index < 42 else rng.choices(cultures, weights)[0]
        name, domain = _name(rng, culture, names, domains)
        membership = membership_of(rng, index)
        tier = plan = ""
        if membership is PARTNER:
            tier = TIERS[index % 3] if index < 12 else rng.choices(TIERS, (48, 32, 20))[0]
        elif membership is STORE:
            plan = rng.choices(PLANS, _PLAN_WEIGHTS)[0]
        taken: set[str] = set()
        people = []
        for _ in range(rng.randint(2, PEOPLE_PER_ORGANIZATION)):
            # Agencies hire abroad as well: now and then a colleague of another country sits in the same office.
            home = culture if rng.random() < 0.9 else rng.choices(cultures, weights)[0]
            person = make_person(rng, book, number, index, home, domain, taken)
            people.append(person)
            number += 1
        stores = []
        for _ in range(STORES_PER_ORGANIZATION):
            head, tail = rng.choice(_STORE_HEADS), rng.choice(_STORE_TAILS)
            host = latin(f"{head} {tail}")
            stores.append(Store(f"{head} {tail}", f"{rng.choice(('www.', 'shop.', '', ''))}{host}.example"))
        organizations.append(
            Organization(
                FIRST_ORGANIZATION + index,
                name,
                domain,
                membership,
                tier,
                plan,
                REGION_INDEX[culture.region],
                culture,
                tuple(people),
                tuple(stores),
                f"+{rng.choice((1, 31, 44, 49, 55, 61, 65, 81))} 555 01{rng.randint(0, 99):02d} {rng.randint(100, 999)}",
            )
        )
    return organizations


def _name(rng: random.Random, culture: Culture, names: set[str], domains: set[str]) -> tuple[str, str]:
    """Return a legal name and a domain nobody has yet, and note both as taken."""
    stems = culture.firms.split(";")
    attempt = 0
    while True:
        native, _, roman = rng.choice(stems).partition("|")
        form = rng.choice(culture.forms)
        extra = ""
        if attempt > 3:
            extra = rng.choice(_ADDENDA)
        if attempt > 40:
            extra = f"{rng.choice(_STORE_HEADS)} {extra}"
        stem = f"{native} {extra}".strip()
        ending = rng.choice(("commerce", "digital", "agency", "shops", "studio", "retail"))
        name = form.format(stem)
        domain = f"{latin(f'{roman or native} {extra}')}-{ending}.example"
        if name not in names and domain not in domains:
            names.add(name)
            domains.add(domain)
            return name, domain
        attempt += 1


def organization_row(organization: Organization, created_at: str) -> Row:
    """Return *organization* in the wire shape."""
    region = REGIONS[organization.region].key
    return {
        "id": organization.id,
        "name": organization.name,
        "domain_names": [organization.domain],
        "details": f"{organization.culture.country}. Looks after "
        + ", ".join(s.name for s in organization.stores[:4])
        + ".",
        "notes": None,
        "shared_tickets": organization.tier in ("gold", "platinum"),
        "shared_comments": False,
        "group_id": None,
        "external_id": f"{organization.membership.key}-{organization.id}",
        "tags": [*organization.level_tags, f"region_{region}"],
        "organization_fields": {
            key: value
            for key, value in (("tier", organization.tier), ("plan", organization.plan), ("region", region))
            if value
        },
        "created_at": created_at,
        "updated_at": created_at,
    }
