# ruff: noqa: E501 (tables of names)
"""The people of the demo world: partners' staff, the support agents, their supervisors and the reviewer."""

import random
import unicodedata
from typing import Any, NamedTuple

from agentconsole.demo.cultures import CULTURES, Culture
from agentconsole.demo.timing import REGIONS

Row = dict[str, Any]

FIRST_AGENT = 1001
FIRST_PERSON = 100_001
PEOPLE_PER_ORGANIZATION = 5
DESKS = ("tier1", "technical", "billing", "security", "integrations")
DESK_TITLES = {
    "tier1": "Tier 1",
    "technical": "Technical",
    "billing": "Billing",
    "security": "Security",
    "integrations": "Integrations",
}

_LATIN = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "’": "", "'": "", "Đ": "D", "Ł": "L",
                        "Ø": "O", "Æ": "Ae", "ħ": "h"})  # fmt: skip


class Person(NamedTuple):
    """Somebody who writes tickets: *region* and *organization* are indexes, *given* is what a reply greets."""

    id: int
    name: str
    given: str
    email: str
    organization: int
    language: str
    locale: str
    time_zone: str


class Agent(NamedTuple):
    """Somebody who answers them. *role* is `agent`, `admin` (a supervisor) or `reviewer` (reads only)."""

    id: int
    name: str
    given: str
    email: str
    region: int
    desks: tuple[str, ...]
    role: str
    locale: str
    time_zone: str


def latin(text: str) -> str:
    """Return *text* in lower-case ASCII letters, digits and single hyphens, as a mail address or host spells it."""
    plain = unicodedata.normalize("NFKD", text.translate(_LATIN)).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())


def split_names(words: str) -> list[tuple[str, str]]:
    """Return (native, latin) pairs of a culture's list; `_` stands for a space inside a name."""
    pairs = []
    for word in words.split():
        native, _, roman = word.partition("|")
        pairs.append((native.replace("_", " "), (roman or native).replace("_", " ")))
    return pairs


class NameBook:
    """Draws names of each culture; parsing its lists once."""

    def __init__(self) -> None:
        self._sets = {
            culture.key: [(split_names(given), split_names(family)) for given, family in culture.names]
            for culture in CULTURES
        }

    def draw(self, rng: random.Random, culture: Culture) -> tuple[str, str, str]:
        """Return (full name as written at home, given name, local part of a mail address)."""
        given_names, surnames = rng.choice(self._sets[culture.key])
        given, given_latin = rng.choice(given_names)
        surname, surname_latin = rng.choice(surnames)
        full = surname + culture.joint + given if culture.family_first else given + culture.joint + surname
        first, last = latin(given_latin).replace("-", ""), latin(surname_latin).replace("-", "")
        local = rng.choice((f"{first}.{last}", f"{first[0]}.{last}", f"{first}{last[0]}", f"{last}.{first}"))
        # Where the family name comes first, the polite form of address is the whole name.
        return full, (full if culture.family_first else given), local


def make_person(
    rng: random.Random, book: NameBook, number: int, organization: int, culture: Culture, domain: str, taken: set[str]
) -> Person:
    """Return person *number* of the world, working at *organization*; *taken* holds local parts used there."""
    name, given, local = book.draw(rng, culture)
    stem, suffix = local, 2
    while local in taken:
        local = f"{stem}{suffix}"
        suffix += 1
    taken.add(local)
    return Person(
        FIRST_PERSON + number,
        name,
        given,
        f"{local}@{domain}",
        organization,
        culture.language,
        culture.locale,
        rng.choice(culture.time_zones),
    )


def person_row(person: Person, organization_id: int, created_at: str, phone: str | None) -> Row:
    """Return *person* in the wire shape of an end user."""
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "role": "end-user",
        "role_type": None,
        "active": True,
        "suspended": False,
        "verified": True,
        "phone": phone,
        "locale": person.locale,
        "time_zone": person.time_zone,
        "iana_time_zone": person.time_zone,
        "organization_id": organization_id,
        "default_group_id": None,
        "tags": [],
        "user_fields": {"language": person.language},
        "created_at": created_at,
        "updated_at": created_at,
    }


# Given name|surname, home locale; eight agents a region, the first of each region supervises.
_STAFF = {
    "eu": ("Europe/Amsterdam", "Mira Halvorsen;Jonas Brückner;Élise Fournier;Piotr Zawadzki;Σταύρος Ρήγας|Stavros Rigas;"
           "Noor de Wit;Tommaso Bellini;Aino Virtanen;Дарина Мельник|Daryna Melnyk"),
    "na": ("America/New_York", "Darnell Whitfield;Rosa Villanueva;Ji-woo Hanley;Beth Lindgren;Marcus Oyelaran;Sunita Rao;"
           "Camille Tremblay;Owen Blackwood"),
    "apac": ("Asia/Singapore", "Siew Ling Tay;藤井 恵|Megumi Fujii;Arvind Nair;박지호|Jiho Park;Nurul Hashim;陈思远|Siyuan Chen;"
             "พิมพ์ชนก สุขใจ|Pimchanok Sukjai;Jasmine Velasco"),
    "latam": ("America/Sao_Paulo", "Otávio Lacerda;Catalina Mosquera;Thiago Brandão;Ximena Paredes;Renata Figueiró;"
              "Emiliano Sosa;Luísa Prado;Nahuel Ferreyra"),
    "anz": ("Australia/Sydney", "Georgia Pattinson;Te Aroha Kingi;Declan Moyle;Hoang Minh Le;Sienna Castle;Rupert Ngata;"
            "Ines Abadi;Kieran Stott"),
}  # fmt: skip


def staff() -> list[Agent]:
    """Return the agents and supervisors of every region, then the reviewer."""
    agents: list[Agent] = []
    for index, region in enumerate(REGIONS):
        time_zone, names = _STAFF[region.key]
        for place, entry in enumerate(names.split(";")):
            name, _, roman = entry.partition("|")
            local = latin(roman or name).replace("-", ".")
            desks = DESKS if place == 0 else (DESKS[(place - 1) % 5], DESKS[(place + 1) % 5])
            agents.append(
                Agent(
                    FIRST_AGENT + len(agents),
                    name,
                    name.split()[0],
                    f"{local}@support.example",
                    index,
                    desks,
                    "admin" if place == 0 else "agent",
                    "en-US",
                    time_zone,
                )
            )
    agents.append(
        Agent(
            FIRST_AGENT + len(agents),
            "Ottilie Marchetti",
            "Ottilie",
            "ottilie.marchetti@support.example",
            0,
            ("tier1",),
            "reviewer",
            "en-GB",
            "Europe/London",
        )
    )
    return agents


def agent_row(agent: Agent, default_group_id: int, created_at: str) -> Row:
    """Return *agent* in the wire shape of a member of staff; the reviewer is a light agent (role_type 1)."""
    return {
        "id": agent.id,
        "name": agent.name,
        "email": agent.email,
        "role": "admin" if agent.role == "admin" else "agent",
        "role_type": {"admin": 4, "agent": 0, "reviewer": 1}[agent.role],
        "active": True,
        "suspended": False,
        "verified": True,
        "phone": None,
        "locale": agent.locale,
        "time_zone": agent.time_zone,
        "iana_time_zone": agent.time_zone,
        "organization_id": None,
        "default_group_id": default_group_id,
        "tags": ["supervisor"] if agent.role == "admin" else (["reviewer"] if agent.role == "reviewer" else []),
        "user_fields": {},
        "created_at": created_at,
        "updated_at": created_at,
    }
