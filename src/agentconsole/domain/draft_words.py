"""Two hands on one draft: the composer writes on while the outbox gives words of a withdrawn reply back to it."""

from __future__ import annotations


def caret_after(text: str) -> int:
    """Return the offset of a caret behind *text*, in the units of an editor: a letter beyond the first plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def with_words_of(stored: str, written: str, base: str) -> str:
    """Return *written* with those words of *stored* that *base*, which both began from, did not have.

    What came to *stored* after its base follows after a blank line. Where it is no continuation of the base both texts
    are kept whole: an agent can delete words that are there twice, but not bring back those that are gone.
    """
    theirs, mine, before = stored.strip(), written.strip(), base.strip()
    if not theirs or theirs in (mine, before):
        return written
    added = theirs.removeprefix(before).strip() if before and theirs.startswith(before) else theirs
    if not mine:
        return added
    if mine.startswith(before) and mine.removeprefix(before).strip() == added:
        return written
    return f"{written.rstrip()}\n\n{added}"
