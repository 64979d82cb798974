"""Where the words of a query begin and end, for completing, toggling and underlining them."""

from __future__ import annotations


def words_of(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of each blank-separated word; blanks within double quotes don't separate."""
    words: list[tuple[int, int]] = []
    start, quoted = -1, False
    for place, sign in enumerate(text):
        if sign == '"':
            quoted = not quoted
        if sign.isspace() and not quoted:
            if start >= 0:
                words.append((start, place))
            start = -1
        elif start < 0:
            start = place
    if start >= 0:
        words.append((start, len(text)))
    return words


def word_at(text: str, cursor: int) -> tuple[int, int]:
    """Return the (start, end) of the word that *cursor* touches, (cursor, cursor) between words."""
    for start, end in words_of(text):
        if start <= cursor <= end:
            return start, end
    return cursor, cursor


def complete(text: str, cursor: int, completion: str) -> tuple[str, int]:
    """Return *text* with the word at *cursor* replaced by *completion*, and where the cursor goes.

    A finished word is followed by a blank; one that still waits for its value ("tier:") is not.
    """
    start, end = word_at(text, cursor)
    rest = text[end:]
    if completion[-1:] not in ":<>=" and not rest.startswith(" "):
        completion += " "
    return text[:start] + completion + rest, start + len(completion) + (completion[-1:] not in ":<>= ")


def has_word(text: str, word: str) -> bool:
    """Return whether *word* stands in *text* by itself, in any case."""
    return any(text[start:end].casefold() == word.casefold() for start, end in words_of(text))


def toggled(text: str, word: str) -> str:
    """Return *text* without *word* if it was there, else with it at the end."""
    if not has_word(text, word):
        return f"{text.strip()} {word}".strip()
    return " ".join(text[a:b] for a, b in words_of(text) if text[a:b].casefold() != word.casefold())
