"""Which groups a pack speaks of, and which of the help desk's it means by a desk's name."""

from __future__ import annotations

from collections.abc import Iterable

from agentconsole.packs.model import Pack

SEPARATOR = " · "


def groups_in(pack: Pack) -> tuple[str, ...]:
    """Return the names of all groups that *pack* speaks of, in alphabetical order."""
    named = {*pack.match.groups, *(group for rule in pack.sla.targets for group in rule.groups)}
    named |= {contact.group for contact in pack.contacts}
    named |= {rule.group for rule in pack.scope} | {route.group for route in pack.routes}
    return tuple(sorted(named - {""}))


def group_for(name: str, groups: Iterable[str], near: str = "") -> str | None:
    """Return the one of *groups* that *name* means, None when the help desk has none like it.

    A group of that very name comes first. A desk that has one team per place calls them "Europe · Billing": then the
    part between the dots counts, and of several groups the one of the same place as *near*, the ticket's present group.
    """
    wanted = name.casefold().strip()
    if not wanted:
        return None
    names = list(groups)
    for group in names:
        if group.casefold().strip() == wanted:
            return group
    fitting = [group for group in names if wanted in _parts(group)]
    beside = _parts(near)
    return max(fitting, key=lambda group: len(_parts(group) & beside - {wanted}), default=None)


def _parts(group: str) -> set[str]:
    return {part.casefold().strip() for part in group.split(SEPARATOR)}
