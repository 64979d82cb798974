"""The kinds of help desks: what each is called, how its address is written, and what it asks for to sign in."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from msgspec import Struct

from agentconsole.domain.once import late_pattern

Person: TypeAlias = Literal["", "email", "user"]
"""What names the person who signs in, beside their secret: nothing, their e-mail address, or a user name."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")

ARCHIVE = "archive"
"""The kind of a profile that holds what was exported of a help desk, and has none. Nobody signs in to it."""

_subdomain = late_pattern(r"[a-z0-9][a-z0-9-]*", re.IGNORECASE)
_email = late_pattern(r"[^@\s]+@[^@\s]+")


class Way(Struct, frozen=True):
    """One way to sign in.

    ``person`` says who has to be named; ``secret`` is what the secret is called, "" for one that is fetched by the
    web browser, which asks for the ``client_id`` of the console instead. ``hint`` tells where to get it.
    """

    name: str
    title: str
    person: Person
    secret: str
    hint: str


class DeskKind(Struct, frozen=True):
    """One kind of help desk.

    ``domain`` is what a bare name is completed with. ``proof`` says what the console's work with it was proven on.
    ``paths`` says that its address may have a path of its own.
    """

    kind: str
    title: str
    example: str
    address_hint: str
    ways: tuple[Way, ...]
    proof: str
    domain: str = ""
    paths: bool = True

    def way(self, name: str) -> Way:
        """Return the way to sign in that is called *name*; the first for a name that it does not have."""
        return next((way for way in self.ways if way.name == name), self.ways[0])


FAKES_ONLY = (
    "Written from the vendor's documentation and verified against imitations of it only, never against a live "
    "{title}. Try it with a few tickets before a team relies on it, and tell us what you find."
)

DESK_KINDS: dict[str, DeskKind] = {
    each.kind: each
    for each in (
        DeskKind(
            "zendesk",
            "Zendesk Support",
            "acme",
            "The first part of your Zendesk address is enough: “acme” for acme.zendesk.com.",
            (
                Way(
                    "token",
                    "API token",
                    "email",
                    "API token",
                    "In Zendesk: Admin Center → Apps and integrations → API tokens.",
                ),
                Way(
                    "browser",
                    "Web browser (OAuth)",
                    "",
                    "",
                    "In Zendesk: Admin Center → Apps and integrations → OAuth clients. An administrator makes one for "
                    "the console, once, with the redirect URL http://127.0.0.1:47813/zendesk, and tells everybody its "
                    "unique identifier.",
                ),
            ),
            "Verified against the console's own server, which speaks Zendesk's dialect, and against an imitation of "
            "what is peculiar to Zendesk; not against a live account.",
            domain="zendesk.com",
            paths=False,
        ),
        DeskKind(
            "rt",
            "Request Tracker 5",
            "https://rt.company.example",
            "The address of RT's web pages, such as https://rt.company.example or https://company.example/rt.",
            (
                Way(
                    "password",
                    "User name and password",
                    "user",
                    "Password",
                    "The name and password that you sign in to RT's web pages with. It is the faster way: RT checks "
                    "a token anew for each request.",
                ),
                Way(
                    "token",
                    "Authentication token",
                    "user",
                    "Token",
                    "In RT: Logged in as → Settings → Auth Tokens. Where your company signs in elsewhere (single "
                    "sign-on), this is the way.",
                ),
            ),
            "Verified against a live Request Tracker 5.0.3, that of Debian 12.",
        ),
        DeskKind(
            "zammad",
            "Zammad",
            "https://support.company.example",
            "The address of Zammad's web pages; “acme” for acme.zammad.com.",
            (
                Way(
                    "token",
                    "Access token",
                    "",
                    "Access token",
                    "In Zammad: your picture → Profile → Token Access → Create, with the permission ticket.agent.",
                ),
            ),
            FAKES_ONLY.format(title="Zammad"),
            domain="zammad.com",
        ),
        DeskKind(
            "freshdesk",
            "Freshdesk",
            "acme",
            "The first part of your Freshdesk address is enough: “acme” for acme.freshdesk.com.",
            (
                Way(
                    "key",
                    "API key",
                    "",
                    "API key",
                    "In Freshdesk: your picture → Profile settings → View API key.",
                ),
            ),
            FAKES_ONLY.format(title="Freshdesk"),
            domain="freshdesk.com",
            paths=False,
        ),
        DeskKind(
            "agentconsole",
            "agentconsole's own server",
            "https://desk.company.example",
            "The address that “agentconsole serve” prints, such as https://desk.company.example.",
            (
                Way(
                    "token",
                    "API token",
                    "email",
                    "API token",
                    "Your administrator gives you one; each token belongs to one person.",
                ),
            ),
            "The console and its server are tested together.",
        ),
    )
}
"""By kind, in the order in which they are offered."""


def complete_address(kind: str, typed: str) -> str:
    """Return the full address that *typed* means: a bare name gets its vendor's domain, a bare host gets https."""
    desk = DESK_KINDS[kind]
    text = typed.strip().rstrip("/")
    if not text:
        return ""
    if desk.domain and _subdomain().fullmatch(text) and text.lower() not in LOOPBACK:
        return f"https://{text.lower()}.{desk.domain}"
    if "://" not in text:
        host = text.partition("/")[0].rpartition(":")[0] or text.partition("/")[0]
        text = f"{'http' if host in LOOPBACK else 'https'}://{text}"
    # people paste the address of a page: where a help desk has no path of its own, only the site matters
    parts = urlsplit(text)
    return text if desk.paths or not parts.netloc else f"{parts.scheme}://{parts.netloc}"


def is_open_to_listeners(url: str) -> bool:
    """Say whether what is sent to *url* could be read on the way: plain http to another computer. Raises ValueError."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in LOOPBACK


def wire_problem(url: str) -> str:
    """Return why no token may be sent to *url*, or an empty text."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        usable = False
    if not usable:
        return f"{url!r} is not a web address. It looks like https://desk.example.com"
    if is_open_to_listeners(url):
        return "Over plain http your token could be read on the way; use https (http is for this computer only)."
    return ""


def person_problem(kind: str, way: str, person: str) -> str:
    """Return what is wrong with the name of the *person* who signs in, or an empty text."""
    match DESK_KINDS[kind].way(way).person:
        case "email" if not _email().fullmatch(person.strip()):
            return "Enter the e-mail address that you sign in with."
        case "user" if not person.strip():
            return "Enter the user name that you sign in with."
        case _:
            return ""
