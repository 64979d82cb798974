"""Small encodings: what a value looks like as a number or a sort key in the database."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Any

from agentconsole.domain.values import Metric, Priority, Ref, Stage, Status

STATUSES = tuple(Status)
STATUS_CODE = {status: code for code, status in enumerate(STATUSES)}

PRIORITIES: tuple[Priority | None, ...] = (None, Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT)
PRIORITY_CODE = {priority: code for code, priority in enumerate(PRIORITIES)}

STAGES = (Stage.ACTIVE, Stage.PAUSED, Stage.ACHIEVED)
STAGE_CODE = {stage: code for code, stage in enumerate(STAGES)}
ACTIVE, PAUSED, ACHIEVED = range(3)

METRICS = {str(metric): metric for metric in Metric}

HIDDEN, UNSOLVED, DONE = range(3)
"""Where a ticket is listed (column ``place``)."""

NO_BREACH = 1 << 61
"""Sort key of the countdown for what does not run: paused, then met, then no target, in steps of one."""

UNSENT_NUMBER = 1 << 62
"""Sort key of the number of a ticket that has none yet: newer than all."""

DOCUMENT_BITS = 13
"""A document of the index of words is ``ticket << DOCUMENT_BITS | n``; n = 0 is the subject, others are comments."""

LAST_DOCUMENT = (1 << DOCUMENT_BITS) - 1

_KEY_LENGTH = 40
_ALONE = (
    "[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\uff66-\uffdc\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)


@functools.cache
def _alone() -> re.Pattern[str]:
    """The pattern of characters that stand alone; making it takes four milliseconds, which no start should wait for."""
    return re.compile(_ALONE)


def sort_key(text: str) -> str:
    """Return *text* folded for sorting and matching: no case, no accents, at most 40 characters."""
    return folded(text)[:_KEY_LENGTH]


def folded(text: str) -> str:
    """Return *text* without case and accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def storable(text: str) -> str:
    """Return *text* without halves of letters (cut surrogate pairs), which can't be stored."""
    return text.encode("utf-8", "replace").decode()


def ticket_number(ref: Ref | None) -> int:
    """Return what sorts tickets by number; refs that are no numbers come first, unsent ones last."""
    if ref is None or not ref:
        return UNSENT_NUMBER
    return int(ref) if ref.isdecimal() and len(ref) < 18 else 0


def indexable(text: str) -> str:
    """Return *text* as the index of words takes it: characters of scripts that don't space words stand alone.

    The tokenizer would take a whole Chinese or Japanese sentence for one word.
    """
    if text.isascii():
        return text
    return _alone().sub(r" \g<0> ", text)


def stands_alone(letter: str) -> bool:
    """Whether *letter* is indexed as a word of its own."""
    return _alone().match(letter) is not None


def text_field(fields: dict[str, Any], tags: tuple[str, ...], name: str) -> str:
    """Return the organization's tier or plan: the field *name*, else the rest of a tag ``name_rest``."""
    value = fields.get(name)
    if value:
        return str(value)
    for tag in tags:
        if tag.startswith(f"{name}_"):
            return tag[len(name) + 1 :]
    return ""
