"""What every value of triage is, and the words of a ticket that one was read from."""

from __future__ import annotations

import msgspec

from agentconsole.domain.values import Ref


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all values here."""


class Evidence(Value, frozen=True, kw_only=True):
    """Words of the ticket that a rule was read from: ``comment`` is the comment's ref, or "subject".

    A comment that waits in the outbox has its key there. ``start`` and ``end`` are offsets in its body (or in the
    subject), in characters; ``text`` is what stands between them.
    """

    comment: Ref
    start: int
    end: int
    text: str
