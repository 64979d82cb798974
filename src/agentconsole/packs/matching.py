"""Find the words of a pack in what people write.

Case and diacritics don't count ("Rückerstattung" is found by "ruckerstattung"); ``refund*`` finds "refunds" and
"refunded", never "prerefund"; the words of a phrase must follow each other, whatever stands between them that is not a
letter or digit. A ``*`` between two words of a phrase stands for up to four words: "charged * twice". Scripts without
spaces are read sign by sign.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from agentconsole.packs.model import Words

Key = TypeVar("Key", bound=Hashable)

_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_PHRASE_WORD = re.compile(rf"(?:[{_UNSPACED}]|[^\W_{_UNSPACED}]+)\*?|(?<=\s)\*(?=\s)")
_GAP = "*"
_LONGEST_GAP = 4


class Span(NamedTuple):
    """Where something was found: ``text[start:end]`` of what was searched."""

    start: int
    end: int


class Text:
    """A text read into words once, to be searched many times."""

    __slots__ = ("original", "spans", "words")

    def __init__(self, original: str) -> None:
        self.original = original
        folded, origin = _folded(original)
        self.words: list[str] = []
        self.spans: list[Span] = []
        for found in _WORD.finditer(folded):
            start, end = found.span()
            self.words.append(found.group())
            self.spans.append(Span(start, end) if origin is None else Span(origin[start], origin[end - 1] + 1))

    def quote(self, span: Span) -> str:
        """Return what stands at *span*."""
        return self.original[span.start : span.end]


class Vocabulary(Generic[Key]):
    """Many entries' words, looked for in one pass over a text."""

    def __init__(self, entries: Iterable[tuple[Key, Words]]) -> None:
        self._entries: dict[Key, Words] = {}
        self._exact: dict[str, list[_Phrase]] = {}
        self._stems: dict[str, list[_Phrase]] = {}
        compiled: dict[str, _Phrase] = {}
        for key, words in entries:
            self._entries[key] = words
            for entry in (*words.any, *words.all, *words.none):
                if entry not in compiled:
                    phrase = compiled[entry] = _compiled(entry)
                    place = self._stems if phrase.parts[0].is_stem else self._exact
                    place.setdefault(phrase.parts[0].text, []).append(phrase)
        self._shortest = min(map(len, self._stems), default=0)
        self._longest = max(map(len, self._stems), default=0)

    def fitting(self, text: Text, counts: Callable[[Span], bool] | None = None) -> dict[Key, tuple[Span, ...]]:
        """Return the entries that *text* fits, in their order, each with where its words were first found.

        Words at a place that *counts* denies are not there: asked only of places where an entry's words stand.
        """
        found = self._found(text, counts)
        fits: dict[Key, tuple[Span, ...]] = {}
        for key, words in self._entries.items():
            any_of = [found[entry] for entry in words.any if entry in found]
            if (words.any and not any_of) or not (words.any or words.all):
                continue
            if any(entry in found for entry in words.none) or not all(entry in found for entry in words.all):
                continue
            fits[key] = tuple(sorted({*any_of, *(found[entry] for entry in words.all)}))
        return fits

    def _found(self, text: Text, counts: Callable[[Span], bool] | None) -> dict[str, Span]:
        """The entries that are in *text*, as the pack writes them, each with its first place."""
        found: dict[str, Span] = {}
        words = text.words
        for index, word in enumerate(words):
            for phrase in self._beginning_with(word):
                if phrase.entry in found:
                    continue
                last = _end(phrase.parts, 1, words, index + 1)
                if last is not None:
                    span = Span(text.spans[index].start, text.spans[last].end)
                    if counts is None or counts(span):
                        found[phrase.entry] = span
        return found

    def _beginning_with(self, word: str) -> Iterable[_Phrase]:
        yield from self._exact.get(word, ())
        if self._stems:
            for length in range(self._shortest, min(self._longest, len(word)) + 1):
                yield from self._stems.get(word[:length], ())


def found_in(words: Words, text: Text) -> tuple[Span, ...] | None:
    """Return where the *words* of one entry are in *text*; None when the text does not fit them."""
    return Vocabulary([("", words)]).fitting(text).get("")


def problem_with(entry: str) -> str:
    """Return what is wrong with an *entry* of words, in words; empty when nothing is."""
    folded, _origin = _folded(entry)
    if not entry.strip():
        return "is empty"
    if not _WORD.search(folded):
        return "has no letter and no digit, and can't be found"
    if "*" in _PHRASE_WORD.sub("", folded):
        return "has a * that neither ends a word nor stands between two"
    parts = _PHRASE_WORD.findall(folded)
    if _GAP in (parts[0], parts[-1]):
        return "begins or ends with a * of its own"
    return ""


class _Part(NamedTuple):
    text: str
    is_stem: bool
    after_gap: bool

    def fits(self, word: str) -> bool:
        return word.startswith(self.text) if self.is_stem else word == self.text


class _Phrase(NamedTuple):
    entry: str
    parts: tuple[_Part, ...]


def _compiled(entry: str) -> _Phrase:
    """Read an entry. Raises ValueError for one that :func:`problem_with` finds wrong."""
    folded, _origin = _folded(entry)
    problem = problem_with(entry)
    if problem:
        raise ValueError(f"{entry!r} {problem}")
    found = _PHRASE_WORD.findall(folded)
    parts = [
        _Part(word.rstrip("*"), word.endswith("*"), before == _GAP)
        for before, word in zip(["", *found], found, strict=False)
        if word != _GAP
    ]
    return _Phrase(entry, tuple(parts))


def _end(parts: tuple[_Part, ...], number: int, words: list[str], at: int) -> int | None:
    """Return the index of the last word of what fits *parts* from *number* on, at *at* or after a gap; None if none."""
    if number == len(parts):
        return at - 1
    part = parts[number]
    for index in range(at, min(at + (_LONGEST_GAP if part.after_gap else 0) + 1, len(words))):
        if part.fits(words[index]):
            last = _end(parts, number + 1, words, index + 1)
            if last is not None:
                return last
    return None


def _folded(text: str) -> tuple[str, list[int] | None]:
    """Return *text* without case and diacritics, and for each of its characters the index it came from.

    The list is None where both have the same indexes.
    """
    if text.isascii():
        return text.lower(), None
    pieces: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text):
        piece = _folded_char(char)
        pieces.append(piece)
        origin.extend([index] * len(piece))
    return "".join(pieces), origin


@lru_cache(maxsize=4096)
def _folded_char(char: str) -> str:
    apart = unicodedata.normalize("NFKD", char).casefold()
    return "".join(one for one in unicodedata.normalize("NFKD", apart) if not unicodedata.combining(one))
