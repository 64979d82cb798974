"""Who handles this? Ranks desks by the words of a sentence or of a ticket, and shows which words told.

A word counts for more the fewer desks it points to, and where it stands: a desk's own words and topics say more than
its department. Nothing is learned and nothing is random: the same text ranks the same desks in the same order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from agentconsole.packs.matching import Span, Text, Vocabulary
from agentconsole.packs.model import Words

OWN = 3.0
"""What a word weighs that the pack names for a desk."""

SUBJECT = 2.0
"""How much more a word of the subject weighs than one of the text below it."""

FAINT = 0.25
"""Share of the best score below which a desk fits by accident."""

_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ies", "ers", "ed", "es", "er", "s", "y")
_EMPTY = frozenset(
    """
    a able about advance after again all also an and another any are as at back be been best but by can change
    changed changes contact could customer customers day days did different do does email for from get got had
    handle handles has have he hello help hi how i if in into is issue issues it its just like list listed made
    make makes many me month more most much my need needed needs new no not now of on one or other our out over
    partner please problem problems product products question questions really regards request requests said
    same say says see she should since so some still store support team tell thank thanks that the their them
    then there they thing things this three to today told too tried try trying two unable up us use using very
    want was we week were what when where which who whom why will with work working works would you your
    """.split()  # noqa: SIM905  a list of these is a page long
)
"""Words of every ticket: they point to nobody."""


class Desk(NamedTuple):
    """Somebody who handles something. ``said`` are (weight, text): what the directory says of it, weighed.

    ``words`` are the pack's own. They are one way to be found among others, but their ``none`` rules the desk out.
    """

    key: str
    said: tuple[tuple[float, str], ...]
    words: Words = Words()


class Match(NamedTuple):
    """A desk that fits; ``spans`` are where the words that told stand in the text, in its order."""

    key: str
    score: float
    spans: tuple[Span, ...]

    def words(self, text: str) -> tuple[str, ...]:
        """Return the words that told, each once, as *text* has them."""
        return tuple({text[start:end].casefold(): text[start:end] for start, end in self.spans}.values())


class Ranking:
    """Desks made ready to be ranked again and again."""

    def __init__(self, desks: Iterable[Desk]) -> None:
        self._desks = tuple(desks)
        self._weights: list[dict[str, float]] = []
        known: dict[str, int] = {}
        for desk in self._desks:
            weights: dict[str, float] = {}
            for weight, text in desk.said:
                for stem in _stems(Text(text)):
                    weights[stem] = max(weights.get(stem, 0.0), weight)
            self._weights.append(weights)
            for stem in weights:
                known[stem] = known.get(stem, 0) + 1
        self._rarity = {stem: math.log(1 + len(self._desks) / count) for stem, count in known.items()}
        # what the pack names for a desk points to it alone, whoever else may say the word
        self._own_rarity = math.log(1 + len(self._desks))
        named = ((desk.key, Words(any=(*desk.words.any, *desk.words.all))) for desk in self._desks)
        self._named = Vocabulary(pair for pair in named if pair[1].any)
        forbidden = ((desk.key, Words(any=desk.words.none)) for desk in self._desks if desk.words.none)
        self._forbidden = Vocabulary(forbidden)

    def rank(
        self, text: str, limit: int = 12, factors: Mapping[str, float] | None = None, *, subject: int = 0
    ) -> list[Match]:
        """Return the desks that *text* asks for, the best first; *factors* scale scores, by a desk's key.

        The first *subject* characters say in few words what it is about: they count for more.
        """
        read = Text(text)
        places = _stems(read)
        named, forbidden = self._named.fitting(read), self._forbidden.fitting(read)
        matches = []
        for desk, weights in zip(self._desks, self._weights, strict=True):
            if desk.key in forbidden:
                continue
            told = {span: OWN * self._own_rarity * _length(read, span) for span in named.get(desk.key, ())}
            for stem in places.keys() & weights.keys():
                span = places[stem]
                if not any(start <= span.start and span.end <= end for start, end in told):
                    told[span] = weights[stem] * self._rarity[stem]
            if told:
                score = sum(weight * (SUBJECT if start < subject else 1.0) for (start, _end), weight in told.items())
                matches.append(Match(desk.key, score, tuple(sorted(told))))
        # who fits by accident is told by the words alone: another region makes nobody an accident
        best = max((match.score for match in matches), default=0.0)
        fitting = [match for match in matches if match.score >= FAINT * best]
        if factors:
            fitting = [match._replace(score=match.score * factors.get(match.key, 1.0)) for match in fitting]
        # equal scores keep the directory's order
        fitting.sort(key=lambda match: -match.score)
        return fitting[:limit]


def stem_of(word: str) -> str:
    """Return a folded *word* without its common English ending, so that "refunds" finds "refund"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not (ending == "s" and word.endswith("ss")):
            return word[: -len(ending)]
    return word


def _stems(text: Text) -> dict[str, Span]:
    """Return the telling words of *text*, by their stems, each with its first place."""
    found: dict[str, Span] = {}
    for word, span in zip(text.words, text.spans, strict=True):
        # "na" is North America in one text and "in the" in a Portuguese one
        if word not in _EMPTY and (len(word) > 2 or not word.isascii()):
            found.setdefault(stem_of(word), span)
    return found


def _length(text: Text, span: Span) -> float:
    """A phrase says more than a word: one and a half times as much for two words, twice for three."""
    return 1 + 0.5 * (len(text.quote(span).split()) - 1)
