"""What the connection wizard asks for, what a test of it tells, and how addresses are read. Pure."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class ProfileForm:
    """A profile as the agent filled it in. ``kind`` is a connector's name; ``url`` is complete.

    ``authority_file`` names a file with certificates to trust, ``authority`` are those of a profile that is known.
    """

    name: str
    kind: str
    url: str
    email: str
    token: str = field(repr=False)
    authority_file: str = ""
    authority: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ConnectionReport:
    """What came of a test. ``facts`` are lines to read ("Signed in as Ana, agent"); a problem says what to do."""

    ok: bool
    facts: tuple[str, ...] = ()
    problem: str = ""
    advice: str = ""


Connect: TypeAlias = Callable[[ProfileForm], Awaitable[ConnectionReport]]
"""Tries a profile. A failure may also be raised, as an error with ``title`` and ``advice``."""

KINDS = ("zendesk", "agentconsole")
"""Kinds of help desks in the order in which the wizard lists them."""

ADDRESS_HINTS = {
    "zendesk": "The first part of your Zendesk address is enough: “acme” for acme.zendesk.com.",
    "agentconsole": "The address that “agentconsole serve” prints, such as https://desk.company.example.",
}
TOKEN_HINTS = {
    "zendesk": "In Zendesk: Admin Center → Apps and integrations → API tokens.",
    "agentconsole": "Your administrator gives you one; each token belongs to one person.",
}
_SUBDOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*", re.IGNORECASE)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def complete_address(kind: str, typed: str) -> str:
    """Return the full address that *typed* means: a Zendesk name gets its domain, a bare host gets https."""
    text = typed.strip().rstrip("/")
    if not text:
        return ""
    if kind == "zendesk" and _SUBDOMAIN.fullmatch(text):
        return f"https://{text.lower()}.zendesk.com"
    if "://" not in text:
        host = text.partition("/")[0].rpartition(":")[0] or text.partition("/")[0]
        text = f"{'http' if host in _LOOPBACK else 'https'}://{text}"
    # people paste the address of a page: only the site matters
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc and kind == "zendesk" else text


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
    if parts.scheme == "http" and host not in _LOOPBACK:
        return "Over plain http your token could be read on the way. Use https."
    return ""


def suggested_name(url: str) -> str:
    """Return a profile's name for *url*: the first part of its host."""
    host = urlsplit(url).hostname or ""
    return "local" if host in _LOOPBACK else re.sub(r"[^A-Za-z0-9._-]", "-", host.partition(".")[0])


def sign_in_problem(email: str, token: str) -> str:
    """Return what is wrong with the credentials, or an empty text."""
    if not _EMAIL.fullmatch(email.strip()):
        return "Enter the e-mail address that you sign in with."
    if not token.strip():
        return "Enter your API token."
    return ""
