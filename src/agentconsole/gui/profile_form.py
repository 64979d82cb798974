"""What the connection wizard asks for, what a test of it tells, and how addresses are read. Pure."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

from agentconsole.domain.desk_kinds import DESK_KINDS, LOOPBACK, complete_address, is_open_to_listeners, person_problem


@dataclass(frozen=True, slots=True)
class ProfileForm:
    """A profile as the agent filled it in. ``kind`` is one of ``DESK_KINDS``; ``url`` is complete.

    ``email`` names who signs in as the kind wants it (address, user name, or ""), ``way`` how, "" its first way.
    ``authority_file`` names a file with certificates to trust, ``authority`` are those of a profile that is known.
    """

    name: str
    kind: str
    url: str
    email: str
    token: str = field(repr=False)
    authority_file: str = ""
    authority: str = field(default="", repr=False)
    way: str = ""
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionReport:
    """What came of a test. ``facts`` are lines to read ("Signed in as Ana, agent"); a problem says what to do.

    ``lacks`` names what this help desk does not offer. ``form`` is the form as it is to be kept, where the test has
    learnt more than was filled in: the secret that the web browser brought, and whose it is.
    """

    ok: bool
    facts: tuple[str, ...] = ()
    lacks: str = ""
    problem: str = ""
    advice: str = ""
    form: ProfileForm | None = None


Connect: TypeAlias = Callable[[ProfileForm], Awaitable[ConnectionReport]]
"""Tries a profile. A failure may also be raised, as an error with ``title`` and ``advice``."""


def address_problem(kind: str, typed: str) -> str:
    """Return what is wrong with the address, or an empty text."""
    if not typed.strip():
        return "Enter the address of your help desk."
    try:
        parts = urlsplit(complete_address(kind, typed))
        host = parts.hostname
        _ = parts.port
    except ValueError:
        host = None
    if not host or " " in typed.strip() or parts.scheme not in ("http", "https"):
        return "This is not a web address. It looks like https://desk.company.example"
    if is_open_to_listeners(parts.geturl()):
        return "Over plain http your token could be read on the way. Use https."
    return ""


def suggested_name(url: str) -> str:
    """Return a profile's name for *url*: the first part of its host."""
    host = urlsplit(url).hostname or ""
    return "local" if host in LOOPBACK else re.sub(r"[^A-Za-z0-9._-]", "-", host.partition(".")[0])


def mid_sentence(name: str) -> str:
    """Return *name* as it is written within a sentence; what begins with an abbreviation stays."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def sign_in_problem(kind: str, way: str, person: str, secret: str, client_id: str) -> str:
    """Return what is wrong with the credentials, or an empty text."""
    asked = DESK_KINDS[kind].way(way)
    if problem := person_problem(kind, way, person):
        return problem
    if asked.secret and not secret.strip():
        return f"Enter your {mid_sentence(asked.secret)}."
    if not asked.secret and not client_id.strip():
        return "Enter the unique identifier of the console's OAuth client: your administrator has it."
    return ""
