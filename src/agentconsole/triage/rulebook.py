"""A pack's words made ready to be looked for: all rules of a kind in one pass over a ticket."""

from __future__ import annotations

from functools import cached_property

from agentconsole.packs.matching import Vocabulary
from agentconsole.packs.model import Pack
from agentconsole.packs.patterns import Pattern

Key = tuple[str, str]
"""Kind and id of a rule: ("scope", "accounting"), ("priority", "urgent/3")."""


class Rulebook:
    """One pack. Built once for each version of it, then used for every ticket."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    def prepare(self) -> None:
        """Make everything ready now."""
        _ = self.told, self.given, self.misconduct, self.patterns

    @cached_property
    def told(self) -> Vocabulary[Key]:
        """Rules about what the requester wants: what is denied, over or supposed is not told."""
        pack = self.pack
        entries = [
            (("priority", f"{rule.id}/{number}"), condition.words)
            for rule in pack.priorities
            for number, condition in enumerate(rule.conditions)
        ]
        entries += [(("scope", rule.id), rule.words) for rule in pack.scope]
        entries += [(("route", rule.id), rule.words) for rule in pack.routes]
        entries += [(("link", link.id), link.words) for link in pack.links]
        entries += [(("only", item.id), item.only) for item in pack.intake.items]
        if pack.pin is not None:
            entries.append((("pin", ""), pack.pin.words))
        entries += [(("executive", contact.id), contact.words) for contact in pack.contacts if contact.executive]
        if pack.privacy is not None:
            entries.append((("privacy", ""), pack.privacy.words))
        return Vocabulary(entries)

    @cached_property
    def given(self) -> Vocabulary[str]:
        """Things that a request should contain, by their ids."""
        return Vocabulary((item.id, item.words) for item in self.pack.intake.items)

    @cached_property
    def misconduct(self) -> Vocabulary[str]:
        """Words that are not tolerated, by the ids of infractions."""
        conduct = self.pack.conduct
        return Vocabulary((one.id, one.words) for one in (conduct.infractions if conduct else ()))

    @cached_property
    def patterns(self) -> dict[str, Pattern]:
        """Regular expressions of the intake, by ids of its items."""
        return {item.id: Pattern(item.pattern) for item in self.pack.intake.items if item.pattern}
