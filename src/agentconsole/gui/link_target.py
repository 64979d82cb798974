"""Where a link really leads, before anybody follows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
"""The only kinds of addresses that a message may open."""


def scheme_of(address: str) -> str:
    """Return what stands before the first colon, in small letters."""
    return address.partition(":")[0].strip().lower()


@dataclass(frozen=True)
class LinkTarget:
    """Where a link really goes: ``address`` as it will be opened, ``place`` the host, mailbox or number it reaches.

    ``warning`` is a sentence when the link pretends to lead elsewhere, else "".
    """

    address: str
    place: str
    warning: str = ""


_LOOKS_LIKE_HOST = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})\b", re.IGNORECASE)


def link_target(address: str, text: str = "") -> LinkTarget | None:
    """Return where *address* leads, judged against the *text* it hides behind; None when it must not be opened."""
    scheme = scheme_of(address)
    if scheme not in SCHEMES:
        return None
    if scheme in ("mailto", "tel"):
        return LinkTarget(address, address.partition(":")[2].partition("?")[0])
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        honest = host.encode("idna").decode("ascii") if host else ""
    except (ValueError, UnicodeError):
        return None
    if not honest:
        return None
    if parts.username is not None:
        return LinkTarget(address, honest, f"The part before @ is only decoration: the link opens {honest}.")
    claimed = _LOOKS_LIKE_HOST.fullmatch(text.strip().partition("/")[0]) or _LOOKS_LIKE_HOST.match(text.strip())
    if claimed and not _same_site(claimed[1].lower(), honest):
        return LinkTarget(address, honest, f"The text says {claimed[1]}, but the link opens {honest}.")
    if honest != host or "xn--" in honest:
        return LinkTarget(address, honest, "The name contains letters that can be mistaken for others.")
    return LinkTarget(address, honest)


def _same_site(claimed: str, actual: str) -> bool:
    claimed, actual = claimed.removeprefix("www."), actual.removeprefix("www.")
    return claimed == actual or actual.endswith("." + claimed)
