"""Which tickets are kept on this computer, chosen for a profile. What is not kept stays at the help desk.

Kept are: tickets that are unsolved, and those that were solved or closed but changed within so many days, of the chosen
groups; tickets of nobody's group, and those that are assigned to whoever is signed in, whatever their group; and
everything in the chosen views. Besides, whatever the scope says: all that has unsent work, drafts or files that wait,
what is open in a window, and what is taken along on a trip (see ``store/evicting.py``).
"""

from __future__ import annotations

import msgspec

from agentconsole.domain.instant import DAY, Instant
from agentconsole.domain.values import Ref

LEAST_DAYS = 1
MOST_DAYS = 3650


class CacheScope(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent chose.

    ``days``: solved and closed tickets are kept that changed within so many days, None: all. ``groups``: refs of the
    groups whose tickets are kept, None: of all. ``views``: keys of views that are kept as they are. ``most_bytes``: how
    large the database may grow before solved and closed tickets go, those first that changed longest ago; 0: no limit.
    """

    days: int | None = None
    groups: tuple[Ref, ...] | None = None
    views: tuple[str, ...] = ()
    most_bytes: int = 0

    @property
    def is_everything(self) -> bool:
        """Whether nothing at all is left out."""
        return self.days is None and self.groups is None and not self.most_bytes


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """A scope as of one moment: ``before``, solved tickets that changed earlier are not kept; ``me`` is signed in."""

    before: Instant
    groups: frozenset[Ref] | None = None
    me: Ref | None = None

    def keeps(self, *, done: bool, updated_at: Instant, group: Ref | None, assignee: Ref | None) -> bool:
        """Whether a ticket belongs here; the views of the scope are not asked."""
        if done and updated_at < self.before:
            return False
        if self.groups is None or group is None or group in self.groups:
            return True
        return assignee is not None and assignee == self.me


def cut_of(scope: CacheScope, now: Instant, me: Ref | None, squeezed: Instant = 0) -> Cut:
    """Return what *scope* means at *now* for the agent *me*.

    *squeezed* is how far back the limit of the size reaches: up to there, solved tickets had to go.
    """
    aged = 0 if scope.days is None else now - scope.days * DAY
    before = max(aged, squeezed if scope.most_bytes else 0)
    return Cut(before=before, groups=None if scope.groups is None else frozenset(scope.groups), me=me)


class CacheCovers(msgspec.Struct, frozen=True, kw_only=True):
    """How far this computer's copy reaches, to be told wherever somebody might take it for everything.

    ``left_out`` tickets are at the help desk only; ``wanted`` of them are being fetched. ``done_since``: solved tickets
    that changed earlier are not here, None: all are. ``groups`` names those whose tickets are kept, None: all.
    """

    tickets: int = 0
    left_out: int = 0
    wanted: int = 0
    done_since: Instant | None = None
    groups: tuple[str, ...] | None = None


class CacheUse(msgspec.Struct, frozen=True, kw_only=True):
    """What is on the disk, in bytes. ``free`` bytes of the database hold nothing; ``shrinks``: it gives them back."""

    database: int = 0
    free: int = 0
    attachments: int = 0
    files: int = 0
    shrinks: bool = True


class ScopeEffect(msgspec.Struct, frozen=True, kw_only=True):
    """What another scope would do: tickets that ``go`` from here (about ``bytes``), and those to be ``fetched``.

    ``protected`` tickets are outside of it and stay: they have unsent work, are open, or are taken along. ``squeezed``
    bytes are above the limit of the size even then: of solved tickets more will go, the oldest first.
    """

    go: int = 0
    bytes: int = 0
    fetched: int = 0
    protected: int = 0
    squeezed: int = 0


class SweepReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an eviction did. ``over``: by how many bytes the database is still larger than its limit."""

    tickets: int = 0
    comments: int = 0
    freed: int = 0
    over: int = 0
    stopped: bool = False
