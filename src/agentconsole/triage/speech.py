"""What is said with the words of a rule, and what merely has them in it.

A word that is denied ("the checkout is not down anymore"), that is over ("was down, works again") or only supposed
("if the shop goes down") says nothing. The reading is simple on purpose: each answer can be told in a sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TypeVar

from agentconsole.packs.matching import Span, Text, Vocabulary
from agentconsole.triage.base import Evidence
from agentconsole.triage.reading import Message

Key = TypeVar("Key")

_GAP = "\n\n"
_NEAR = 5
"""Words between a denial and what it denies, at most."""

_CLAUSE = 90
"""Characters before a word in which its clause begins."""

_MOST_EVIDENCE = 4

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_BREAK = re.compile(r"[.!?;:\n,。！？；，、…()]")
_STOP = re.compile(r"[.!?\n。！？…]")
_DENIES = re.compile(
    r"not|never|no|neither|nor|without|isnt|wasnt|arent|dont|doesnt|didnt|\w+n't"
    r"|nicht|keine?[nmrs]?|nie|ohne|pas|jamais|sans|aucune?|niet|geen|nooit|zonder|non|senza"
    r"|sin|ning[uú]n[ao]?|nunca|n[aã]o|sem|nem|bez|не|нет|без"
)
_DENIES_FAR = re.compile(r"anymore|longer|mehr|meer|plus|pi[uù]|m[aá]s|mais")
_CANNOT = re.compile(r"can't|won't|couldn't|wouldn't|cant")
_ABLE = re.compile(
    r"able|can|could|kann|können|konnte[n]?|peux|peut|pouvons|pouvez|peuvent|arrive[ns]?|arrivons|puedo|puede[ns]?"
    r"|podemos|podido|consigo|conseguimos|consegue[m]?|posso|riesco|riusciamo|possiamo|lukt|kan|kunnen"
)
"""What somebody can't do is the problem itself: it denies nothing. The verbs stand next to the denial."""

_SUPPOSES = re.compile(r"if|whenever|unless|wenn|falls|si|indien|caso|если")
_ASKS_WHETHER = re.compile(r"check|know|confirm|tell|see|wonder(?:ing)?|sure|verify|prüfen|wissen")
_JOINS = re.compile(
    r"but|because|and|so|since|although|however|though|while|or|aber|weil|und|denn|obwohl|oder|mais|car|et|donc|ou"
    r"|pero|porque|y|e|ma|perch[eé]|en|maar|omdat|но|и|потому"
)
_MORE_THAN = re.compile(r"only|just|nur|seulement|solo|sure|know|understand")
_OVER = re.compile(
    r"\b(?:back (?:up|online|to normal)|work(?:s|ing)? (?:again|now|fine)|is (?:now )?(?:fixed|resolved|solved)"
    r"|is (?:up|ok|fine) (?:now|again)|(?:has|have) been (?:fixed|resolved|solved)"
    r"|(?:we|i) (?:fixed|solved|resolved) it|(?:problem|issue) (?:is )?(?:solved|gone|resolved)"
    r"|(?:läuft|geht|funktioniert) wieder|fonctionne (?:de|à) nouveau|funciona de nuevo|werkt weer)\b",
    re.IGNORECASE,
)

_CONFIRMS = re.compile(
    r"\b(?:confirm(?:ed|s)?|that (?:helped|did it|worked|works)|it work(?:s|ed)|all good|solved|resolved|fixed|works"
    r"|perfect|(?:many )?thanks|thank you|danke|merci|gracias|grazie|bedankt|obrigad[oa]|спасибо)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\b(?:still|but|however|not|n't|\w+n['’]t|again (?:down|broken|failing)|unfortunately|until|question|please"
    r"|immer noch|leider|aber|nicht|toujours|mais|pas|todavía|pero|ancora|ma|nog steeds|maar|niet|ainda|mas)\b|\?",
    re.IGNORECASE,
)


class Speech:
    """Several messages read as one text: an entry's words may be spread over them, a phrase may not."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = [message for message in messages if message.own.strip()]
        self._starts: list[int] = []
        at = 0
        for message in self._messages:
            self._starts.append(at)
            at += len(message.own) + len(_GAP)
        self.text = Text(_GAP.join(message.own for message in self._messages))

    def said(self, vocabulary: Vocabulary[Key]) -> dict[Key, tuple[Evidence, ...]]:
        """Return the entries of *vocabulary* that are said, with the words that say so."""
        return self._fitting(vocabulary, self._counts)

    def mentioned(self, vocabulary: Vocabulary[Key]) -> dict[Key, tuple[Evidence, ...]]:
        """Like :meth:`said`, of what is merely written, be it denied, over or supposed."""
        return self._fitting(vocabulary, self._is_whole)

    def evidence(self, span: Span) -> Evidence:
        """Return the words at *span* of the whole text, by the message that they are in."""
        message, start = self._at(span.start)
        begin, end = span.start - start, span.end - start
        return Evidence(comment=message.ref, start=begin, end=end, text=message.body[begin:end])

    def _fitting(self, vocabulary: Vocabulary[Key], counts: Callable[[Span], bool]) -> dict[Key, tuple[Evidence, ...]]:
        if not self._messages:
            return {}
        return {
            key: tuple(self.evidence(span) for span in _apart(spans)[:_MOST_EVIDENCE])
            for key, spans in vocabulary.fitting(self.text, counts).items()
        }

    def _at(self, offset: int) -> tuple[Message, int]:
        number = bisect_right(self._starts, offset) - 1
        return self._messages[number], self._starts[number]

    def _is_whole(self, span: Span) -> bool:
        """Whether *span* is of one message."""
        return bisect_right(self._starts, span.start) == bisect_right(self._starts, span.end - 1)

    def _counts(self, span: Span) -> bool:
        if not self._is_whole(span):
            return False
        message, start = self._at(span.start)
        return is_meant(message.own, span.start - start, span.end - start)


def is_meant(text: str, start: int, end: int) -> bool:
    """Whether what stands at ``text[start:end]`` is neither denied, nor supposed, nor over."""
    clause = _clause_before(text, start)
    if any(map(_SUPPOSES.fullmatch, clause)) and not any(map(_ASKS_WHETHER.fullmatch, clause)):
        return False
    if _denied(clause):
        return False
    # on to the end of the sentence: "… but it works again"
    stop = _STOP.search(text, end)
    return _OVER.search(text, end, stop.start() if stop else len(text)) is None


def is_over(message: Message) -> Evidence | None:
    """The words by which *message* says that a problem is gone, None when it doesn't."""
    for match in _OVER.finditer(message.own):
        if not _denied(_clause_before(message.own, match.start())):
            return Evidence(comment=message.ref, start=match.start(), end=match.end(), text=match[0])
    return None


def confirms(message: Message) -> bool:
    """Whether *message* says that the answer helped: that it is over, or thanks without a "but" or a "still"."""
    if is_over(message) is not None:
        return True
    text = message.own
    return _CONFIRMS.search(text) is not None and _GOES_ON.search(text) is None


def _clause_before(text: str, start: int) -> list[str]:
    """The words of the clause before *start*, folded: back to a sign that parts, or a word that joins."""
    begin = max(0, start - _CLAUSE)
    before = text[begin:start]
    parts = [match.end() for match in _BREAK.finditer(before)]
    if parts:
        before = before[parts[-1] :]
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(before)]
    for at in range(len(words) - 1, -1, -1):
        if _JOINS.fullmatch(words[at]):
            return words[at + 1 :]
    return words


def _denied(clause: list[str]) -> bool:
    for at in range(len(clause) - 1, -1, -1):
        if not _DENIES.fullmatch(clause[at]) or _CANNOT.fullmatch(clause[at]):
            continue
        following = clause[at + 1 :]
        if any(map(_ABLE.fullmatch, (*clause[max(0, at - 3) : at], *following[:1]))):
            continue
        if following and _MORE_THAN.fullmatch(following[0]):
            return False  # "not only down": more than down
        if len(following) <= _NEAR or any(map(_DENIES_FAR.fullmatch, following)):
            return True
    return False


def _apart(spans: Sequence[Span]) -> list[Span]:
    """*spans* in order, without those that lie within another."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
