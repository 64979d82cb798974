"""The packs that there are, and what is the matter with those that can't be used."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from agentconsole.packs.mistakes import Mistake
from agentconsole.packs.model import Pack


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A pack and the file it came from.

    Attributes:
        origin: "shipped" with the console, or the user's "own".
        used: whether the profile uses it.
        last_good: whether this is what the file said before the mistakes that are in it now.
    """

    pack: Pack
    path: Path
    origin: Literal["shipped", "own"]
    used: bool = False
    last_good: bool = False


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Something about packs that a person should see to.

    Attributes:
        title: what is the case, in words.
        advice: what to do.
        path: the file it is about; None where it is about no file.
        mistakes: all that are in the file.
    """

    title: str
    advice: str
    path: Path | None = None
    mistakes: tuple[Mistake, ...] = ()


class Choice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a profile says about packs.

    Attributes:
        use: ids of the packs to use, the first of them asked first; None leaves it to :func:`used_by_default`.
        match: by a pack's id, keys of ``[match]`` that are otherwise for this help desk.
    """

    use: tuple[str, ...] | None = None
    match: dict[str, dict[str, str | tuple[str, ...]]] = {}


def used_by_default(entry: Entry) -> bool:
    """Whether a profile that says nothing uses *entry*: the user's own, and what says itself whose tickets it is for.

    A shipped pack that would be for every ticket waits until somebody chooses it.
    """
    match = entry.pack.match
    says_whose = (
        *(match.organizations, match.organization_tags, match.ticket_tags, match.groups, match.field),
        *(match.level_field, match.level_tag),
    )
    return entry.origin == "own" or any(says_whose)
