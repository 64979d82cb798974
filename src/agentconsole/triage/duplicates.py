"""Other tickets about the same problem, and the hunt for another agent with another answer.

Two tickets are as alike as the telling words that they share, in subject and first message. Words are compared by
their beginnings, in any language; the shared ones are shown, so that the agent can judge for themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from agentconsole.domain.rows import Neighbour, TicketDetail
from agentconsole.domain.values import Status
from agentconsole.packs.standing import Standing
from agentconsole.triage.case import Case, Texts, ground_of
from agentconsole.triage.values import DuplicateHit, Effect, Proposal, ShoppingAlert

COMPARED = 1500
"""Characters of a first message that are compared."""

_STEM = 6
"""Letters by which words are compared: "checkout" and "checkouts" are one."""

_SHORTEST = 3
_SUBJECT_ALONE = 0.85
_BODY_ALONE = 0.95
_TELLING_SUBJECT = 3
_TELLING_BODY = 8
_MOST_SHARED = 6
_MOST_HITS = 5
_WEIGHT = 90
_SHOPPING_WEIGHT = 85

_SIGNS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7ff\u0e00-\u0e7f"
_WORD = re.compile(rf"[{_SIGNS}]+|[^\W_{_SIGNS}]+")
_SIGN = re.compile(rf"[{_SIGNS}]")
_EMPTY = frozenset(
    re.split(
        r"\s+",
        """about after again also and any anyone are because been being but can cannot could dear did does don
        for from get getting had has have hello help here hey how into issue its just know let like may more morning
        need not now our out please problem question regarding regards same see since some sorry still such support
        team than thank thanks that the their them then there these they this those too trying try urgent use using
        want was way were what when where which while who why will with would yes you your
        und der die das den dem ein eine einen mit von wir uns nicht ist bei für auf bitte danke hallo guten tag
        les des une est pas pour nous vous avec dans bonjour merci sur que qui
        los las una por para con que hola gracias het een van niet met voor wij hallo dank""".strip(),
    )
)


class Likeness(NamedTuple):
    """How alike two tickets are (0…1), and telling words that both have."""

    share: float
    words: tuple[str, ...]


def likeness(subject: str, body: str, other_subject: str, other_body: str, ignored: Set[str] = frozenset()) -> Likeness:
    """Compare two tickets by the words of their subjects and first messages; it is the same both ways.

    *ignored* are words that all of somebody's tickets share (keys of :func:`telling_words`): their name, their company.

    Half of it is what the subjects share, half what the messages share (twice the shared over all, Dice); subjects or
    messages that say enough count alone, a little less.
    """
    mine, theirs = _without(subject, ignored), _without(other_subject, ignored)
    my_body, their_body = _without(body, ignored), _without(other_body, ignored)
    by_subject = _dice(mine.keys(), theirs.keys())
    by_body = _dice(my_body.keys(), their_body.keys())
    share = (by_subject + by_body) / 2
    if min(len(mine), len(theirs)) >= _TELLING_SUBJECT:
        share = max(share, _SUBJECT_ALONE * by_subject)
    if min(len(my_body), len(their_body)) >= _TELLING_BODY:
        share = max(share, _BODY_ALONE * by_body)
    if mine and mine.keys() == theirs.keys() and my_body.keys() == their_body.keys():
        share = 1.0
    everything, other = {**my_body, **mine}, {**their_body, **theirs}
    shared = sorted(everything.keys() & other.keys(), key=lambda stem: (stem not in mine, -len(everything[stem]), stem))
    return Likeness(share, tuple(everything[stem] for stem in shared[:_MOST_SHARED]))


def find_duplicates(case: Case, standing: Standing, neighbours: Sequence[Neighbour]) -> tuple[DuplicateHit, ...]:
    """Return those of *neighbours* that the pack counts as the same problem, the most alike first."""
    rule, ticket = standing.pack.duplicates, case.ticket
    body = opening_words(ticket)
    company = ticket.organization.name if ticket.organization else ""
    mine = telling_words(f"{company} {ticket.requester.name if ticket.requester else ''}").keys()
    about = telling_words(ticket.subject).keys()
    hits = []
    for other in neighbours:
        ignored = mine | telling_words(other.requester).keys()
        is_own = ticket.requester is not None and other.requester_ref == ticket.requester.ref
        if not is_own and not (about & telling_words(other.subject).keys()) - ignored:
            continue  # a colleague's ticket with nothing of this subject is not worth reading
        found = likeness(ticket.subject, body, other.subject, other.body, ignored)
        if found.share >= rule.likeness and found.words:
            hits.append(
                DuplicateHit(
                    ticket=other.ticket,
                    ref=other.ref,
                    subject=other.subject,
                    status=other.status,
                    created_at=other.created_at,
                    requester=other.requester,
                    assignee=other.assignee,
                    likeness=round(found.share, 3),
                    shared=found.words,
                    same_requester=is_own,
                    same_organization=bool(ticket.organization and other.organization_ref == ticket.organization.ref),
                )
            )
    return tuple(sorted(hits, key=lambda hit: (-hit.likeness, -hit.created_at))[:_MOST_HITS])


def propose_merge(case: Case, standing: Standing, hits: Sequence[DuplicateHit], texts: Texts) -> Proposal | None:
    """Return the proposal to merge this ticket into an older one of the same requester.

    Of several the oldest that is still worked on counts, so that all of them come together in one. Where the older one
    is closed, the pack's ready reply is proposed instead, if it has one. A colleague's ticket of
    the same organization is shown and never merged: their conversations are their own.
    """
    older = [hit for hit in hits if hit.same_requester and _is_older(hit, case.ticket)]
    if not older or case.is_done:
        return None
    pack, rule = standing.pack, standing.pack.duplicates
    hit = min(older, key=lambda one: (one.status in (Status.SOLVED, Status.CLOSED), one.created_at))
    number = f"#{hit.ref}" if hit.ref else f"“{hit.subject}”"
    draft = texts.template(rule.template, duplicate__id=hit.ref)
    if hit.status is Status.CLOSED:
        if not draft:
            return None
        title, effect = f"Answer that {number} was about this", Effect(draft=draft)
    else:
        title, effect = f"Merge into {number}", Effect(merge_into=hit.ticket, dialog="merge")
    return Proposal(
        key=f"{pack.pack.id}:duplicate:{hit.ticket}",
        kind="duplicate",
        pack=pack.pack.id,
        pack_title=pack.pack.title,
        title=title,
        why=f"The same requester wrote “{hit.subject}”; both have: {', '.join(hit.shared)}.",
        quote=rule.text,
        source=rule.source,
        assumed=rule.assumed,
        effect=effect,
        ground=ground_of(str(hit.ticket), str(hit.status)),
        weight=_WEIGHT,
    )


def find_shopping(case: Case, standing: Standing, hits: Sequence[DuplicateHit]) -> ShoppingAlert | None:
    """Return that the requester takes one problem to several tickets, or to several agents; None when they don't."""
    rule, ticket = standing.pack.duplicates, case.ticket
    own = [hit for hit in hits if hit.same_requester]
    agents = tuple(sorted({hit.assignee for hit in own if hit.assignee} | ({ticket.assignee} - {""})))
    if not own or max(len(own) + 1, len(agents)) < rule.shopping:
        return None
    told = f"{len(own) + 1} tickets" + (f" with {len(agents)} agents" if len(agents) > 1 else "")
    return ShoppingAlert(
        pack=standing.pack.pack.id,
        pack_title=standing.pack.pack.title,
        tickets=tuple(own),
        agents=agents,
        threshold=rule.shopping,
        text=f"{told} of this requester are about one problem.",
    )


def opening_words(ticket: TicketDetail) -> str:
    """The beginning of the first message of *ticket*, as much as is compared."""
    return ticket.comments[0].body[:COMPARED] if ticket.comments else ""


@lru_cache(maxsize=512)
def telling_words(text: str) -> dict[str, str]:
    """Return the words of *text* that tell something, by what they are compared by. The dict is not to be changed."""
    found: dict[str, str] = {}
    for match in _WORD.finditer(text):
        word = match[0].casefold()
        if _is_sign(word[0]):
            pairs = [word[at : at + 2] for at in range(len(word) - 1)] or [word]
            found.update((pair, pair) for pair in pairs)
        elif len(word) >= _SHORTEST and word not in _EMPTY:
            found.setdefault(_plain(word)[:_STEM], word)
    return found


def _without(text: str, ignored: Set[str]) -> dict[str, str]:
    return {stem: word for stem, word in telling_words(text).items() if stem not in ignored}


def _is_older(hit: DuplicateHit, ticket: TicketDetail) -> bool:
    return (hit.created_at, hit.ticket) < (ticket.created_at, ticket.id)


def _dice(mine: Set[str], theirs: Set[str]) -> float:
    both = len(mine) + len(theirs)
    return 2 * len(mine & theirs) / both if both else 0.0


def _is_sign(letter: str) -> bool:
    return letter > "\u0e00" and _SIGN.match(letter) is not None


def _plain(word: str) -> str:
    if word.isascii():
        return word
    return "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))
