"""Asks the index of words; whatever the agent types is text to it, never syntax."""

from __future__ import annotations

from typing import Any, NamedTuple

from agentconsole.domain.query import Word
from agentconsole.store import driver
from agentconsole.store.keys import DOCUMENT_BITS, LAST_DOCUMENT, indexable, stands_alone

_PREFIX_FROM = 3
"""Shorter beginnings of words are looked up as whole words: their lists would be as long as the index."""

COMMON = 20_000
"""More hits than this are not collected before the queue is read in its order; each ticket is asked instead."""


class Holding(NamedTuple):
    """A condition over ``ticket t`` with its parameters; ``drives``: few enough hits to begin with them."""

    sql: str
    parameters: tuple[Any, ...]
    drives: bool


def holds(db: driver.Connection, word: Word, *, every: bool) -> Holding | None:
    """Return the condition that a ticket's subject or a comment has *word*; None when there is nothing to look for.

    *every*: all tickets are wanted, not the first of many; then collecting the hits is always the shorter way.
    """
    match = match_of(word)
    if match is None:
        return None
    hits = db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)", (match, COMMON + 1)
    ).fetchone()[0]
    if hits <= COMMON or word.negated or every:
        return Holding(
            f"t.id IN (SELECT rowid >> {DOCUMENT_BITS} FROM words WHERE words MATCH ?)", (match,), hits <= COMMON
        )
    return Holding(
        f"EXISTS (SELECT 1 FROM words WHERE words MATCH ? AND rowid BETWEEN t.id << {DOCUMENT_BITS} "
        f"AND (t.id << {DOCUMENT_BITS}) + {LAST_DOCUMENT})",
        (match,),
        False,
    )


def match_of(word: Word) -> str | None:
    """Return *word* as an expression of FTS5: one phrase, its last word open when the agent may still be typing it."""
    text = indexable(word.text.replace("\0", " ")).strip()
    if not any(letter.isalnum() for letter in text):
        return None
    last = text.split()[-1]
    is_open = word.unfinished and len(last) >= _PREFIX_FROM and last[-1].isalnum() and not stands_alone(last[-1])
    quoted = text.replace('"', '""')
    return f'"{quoted}"{"*" if is_open else ""}'
