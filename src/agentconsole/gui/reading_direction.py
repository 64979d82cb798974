"""Which way a text is read: for lines that Qt would lay out by their first letter, or by the window's."""

from __future__ import annotations

import unicodedata

from agentconsole.domain.once import late_pattern

_FIRST_HEBREW = "\u0590"
"""The scripts that run from right to left begin here; a text without a character from here on needs no counting."""

_LEFT_TO_RIGHT_ISOLATE, _RIGHT_TO_LEFT_ISOLATE, _POP_ISOLATE = "\u2066", "\u2067", "\u2069"
_in_order = late_pattern(r"(?<![\w./-])\+?\d[\d ().-]{5,}\d|(?<![\w:/.])/[\w/.-]*\w")
_A_SENTENCE = 6
"""Fewer words than this are a name or a greeting, not a block in a language of its own."""

_address = late_pattern(r"[@/]|\w\.\w")


def runs_right_to_left(text: str) -> bool:
    """Return whether most words of *text* run from right to left; the first one decides a tie.

    The first letter alone says little: "Kettle Audio is down" is Hebrew when everything but the shop's name is.
    Addresses don't count, they are written in Latin letters everywhere.
    """
    if not text or max(text) < _FIRST_HEBREW:
        return False
    balance, first = 0, 0
    for word in text.split():
        way = 0 if _address().search(word) else _way_of(word)
        first = first or way
        balance += way
    return balance < 0 or (balance == 0 and first < 0)


def _way_of(word: str) -> int:
    """Return -1 for a word that runs to the left, 1 for one that runs to the right, 0 for figures and signs."""
    for letter in word:
        if _leftward(letter):
            return -1
        if unicodedata.bidirectional(letter) == "L":
            return 1
    return 0


def isolated(text: str, whole: str = "") -> str:
    """Return *text* so that it reads in its own direction inside of a line that runs from left to right.

    *whole* is what *text* was shortened from: what is left of a line may seem to run the other way.
    """
    return f"{_RIGHT_TO_LEFT_ISOLATE}{text}{_POP_ISOLATE}" if runs_right_to_left(whole or text) else text


def is_latin(line: str) -> bool:
    """Return whether no letter of *line* runs from right to left."""
    return max(line, default="") < _FIRST_HEBREW or not any(map(_leftward, line))


def kept_together(line: str) -> str:
    """Return *line*, which runs from right to left, with its telephone numbers and paths in the order they are read in.

    Left alone, the groups of "+972 3 555" would change places, and the first slash of "/cart" would go to its end.
    """
    return _in_order().sub(rf"{_LEFT_TO_RIGHT_ISOLATE}\g<0>{_POP_ISOLATE}", line)


def _leftward(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in ("R", "AL")


def directions(lines: list[str]) -> list[bool]:
    """Return for each of the *lines* of a message whether it is laid out from right to left.

    A message keeps one edge, so that a signature ("Mira", a phone number, an address) stays below the text it belongs
    to. Only a block between empty lines that has no word in the message's direction goes its own way: the English half
    of a bilingual notice.
    """
    text = "\n".join(lines)
    if not text or max(text) < _FIRST_HEBREW:
        return [False] * len(lines)
    whole = runs_right_to_left(text)
    found = [whole] * len(lines)
    start = 0
    for end in (*(number for number, line in enumerate(lines) if not line.strip()), len(lines)):
        ways = [way for line in lines[start:end] for word in line.split() if (way := _way_of(word))]
        if len(ways) >= _A_SENTENCE and all(way == (1 if whole else -1) for way in ways):
            found[start:end] = [not whole] * (end - start)
        start = end
    return found
