"""Addresses of the scheme ``support:``, by which a mail, a wiki or a script points at a ticket.

``support:ticket/1042`` names a ticket by the help desk's number; ``?profile=work`` says of which connection. Anybody
can write such an address, so it only ever shows something.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from agentconsole.domain.values import Ref

SCHEME = "support:"

_PATH = re.compile(r"/*ticket/([A-Za-z0-9._~-]{1,64})/?")
_PROFILE = re.compile(r"[\w.-]{1,64}")
_LONGEST = 512


class NotALink(ValueError):
    """An address that the console does not know what to do with."""

    title = "This address names no ticket"
    advice = "It has to look like support:ticket/1042, with ?profile=NAME behind it for another connection."


class TicketLink(NamedTuple):
    """A ticket by the help desk's number; ``profile`` is empty where the address doesn't say whose."""

    ticket: Ref
    profile: str = ""


def is_link(word: str) -> bool:
    """Tell whether *word* is an address of the console's scheme, a good one or not."""
    return word[: len(SCHEME)].lower() == SCHEME


def read_link(address: str) -> TicketLink:
    """Return what *address* names; raises NotALink."""
    # line breaks and tabs would be dropped silently, and another ticket be shown than the one that was written
    if not is_link(address) or len(address) > _LONGEST or not address.isprintable() or " " in address:
        raise NotALink
    try:
        parts = urlsplit(address)
        # support://ticket/1042 is what some programs make of it
        found = _PATH.fullmatch(unquote(f"{parts.netloc}{parts.path}", errors="strict"))
        named = parse_qs(parts.query, errors="strict", max_num_fields=8).get("profile", [""])
    except ValueError as error:
        raise NotALink from error
    if found is None or (named[-1] and not _PROFILE.fullmatch(named[-1])):
        raise NotALink
    return TicketLink(Ref(found[1]), named[-1])
