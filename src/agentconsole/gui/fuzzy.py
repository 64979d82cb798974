"""How well a few typed letters fit a title."""

from __future__ import annotations


def fit(typed: str, title: str) -> int | None:
    """Return how well *typed* fits *title* (higher is better), or None when it does not.

    The letters must occur in order. Whole words and word beginnings count most, runs of letters more than scattered
    ones, and short titles win among equals. Several words may come in any order.
    """
    wanted = typed.casefold().split()
    words = title.casefold()
    total = 0
    for part in wanted:
        found = _fit_word(part, words)
        if found is None:
            return None
        total += found
    return total - len(words) // 8 if wanted else 0


def _fit_word(part: str, title: str) -> int | None:
    at = title.find(part)
    if at >= 0:
        starts_word = at == 0 or not title[at - 1].isalnum()
        return 100 + 10 * len(part) + (60 if starts_word else 0) + (20 if at == 0 else 0)
    # initials of words first ("ss" finds "send and solve"), then letters in order anywhere
    initials = "".join(word[0] for word in title.replace("-", " ").split())
    if part in initials:
        return 80 + 5 * len(part)
    score, position, run = 0, -1, 0
    for letter in part:
        found = title.find(letter, position + 1)
        if found < 0:
            return None
        run = run + 1 if found == position + 1 else 0
        score += 1 + 2 * run + (4 if found == 0 or not title[found - 1].isalnum() else 0)
        position = found
    # letters scattered over half the title are a coincidence, not a match
    return score if score >= 3 * len(part) else None
