"""Asks the index of words; whatever the agent types is text to it, never syntax."""

from __future__ import annotations

from typing import Any, NamedTuple

from agentconsole.domain.query import Word
from agentconsole.store import driver
from agentconsole.store.keys import DOCUMENT_BITS, indexable, stands_alone

_PREFIX_FROM = 3
"""Shorter beginnings of words are looked up as whole words: their lists would be as long as the index."""

FEW = 2_000
"""With at most so many hits it is best to begin with them and to sort; with more, to walk the queue in its order."""

FEW_OF_ALL = 20_000
"""The same when all tickets are wanted, so that a walk could not end early."""


class Holding(NamedTuple):
    """A condition over ``ticket t`` with its parameters; ``few``: begin with it."""

    sql: str
    parameters: tuple[Any, ...]
    few: bool


def holds(db: driver.Connection, word: Word, *, every: bool) -> Holding | None:
    """Return the condition that a ticket's subject or a comment has *word*; None when there is nothing to look for.

    The hits are collected once, even those of a word that nearly every ticket has: asking the index ticket by ticket
    takes longer. *every*: all tickets are wanted, not the first of many.
    """
    match = match_of(word)
    if match is None:
        return None
    few = FEW_OF_ALL if every else FEW
    hits = db.execute("SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)", (match, few + 1))
    return Holding(
        f"t.id IN (SELECT rowid >> {DOCUMENT_BITS} FROM words WHERE words MATCH ?)",
        (match,),
        few=hits.fetchone()[0] <= few,
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
