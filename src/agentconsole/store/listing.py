"""Builds the statement that lists the tickets of a query."""

from __future__ import annotations

from typing import Any, NamedTuple

from msgspec import Struct

from agentconsole.domain.once import late_pattern
from agentconsole.domain.query import AnyOf, Condition, QueueQuery, Term, Word, parse
from agentconsole.domain.rows import ViewItem
from agentconsole.domain.values import UNSOLVED as UNSOLVED_STATUSES
from agentconsole.domain.values import Status
from agentconsole.store import driver
from agentconsole.store.filtering import Asking, Filter, filters
from agentconsole.store.keys import DONE, UNSOLVED
from agentconsole.store.views import BUILT_IN, DONE_INDEX, EVERYTHING, RECENT, SORTS, View

_mark = late_pattern(r":(me|recent)\b")


_PLACE_WORDS = {"unsolved": UNSOLVED, "breached": UNSOLVED, "solved": DONE}


class Statement(NamedTuple):
    """SQL with its parameters in order."""

    sql: str
    parameters: tuple[Any, ...]


class Listing(Struct, frozen=True):
    """What a query means: where to look (no place: everywhere), what must hold, and an order.

    ``walks`` is the index to read, None to leave that to SQLite; ``few`` when so few tickets fit that it is best to
    begin with those and to sort them.
    """

    places: tuple[int, ...]
    conditions: list[Filter]
    sort: str
    descending: bool
    walks: str | None
    few: bool


def listing(db: driver.Connection, query: QueueQuery, found: ViewItem | None, asking: Asking) -> Listing:
    """Read *query*; *found* is its view when that is a saved one or the server's, None for a built-in one.

    Terms that make no sense are left out (the search field tells them), so that the queue stays while one types.
    """
    view = EVERYTHING if found is not None else BUILT_IN.get(query.view, BUILT_IN["all-open"])
    terms: tuple[Term, ...] = () if found is None else parse(found.query).terms
    terms += parse(query.text).terms
    sort, descending = query.sort or "", query.descending
    if sort not in SORTS:
        searching = any(isinstance(term, Word) and not term.negated for term in _parts(terms))
        sort, descending = ("updated", True) if searching else (view.sort, view.descending)
    conditions = filters(db, terms, asking)
    begun = [condition for condition in conditions if condition.few]
    few = bool(begun) or (view.few and sort != view.sort)
    # among several conditions that few tickets meet, SQLite chooses
    walks = (begun[0].walks if len(begun) == 1 else None) if few else view.walks or SORTS[sort][0]
    if view.condition:
        values = {"me": asking.me, "recent": asking.now - RECENT}
        named = tuple(values[mark] for mark in _mark().findall(view.condition))
        conditions.insert(0, Filter(_mark().sub("?", view.condition), named))
    return Listing(_places(view, terms), conditions, sort, descending, walks, few)


def _places(view: View, terms: tuple[Term, ...]) -> tuple[int, ...]:
    """Return the places of *view* that *terms* leave possible; there is no need to look into the others."""
    places = view.places
    for term in terms:
        possible = _possible(term)
        if possible is not None:
            places = tuple(place for place in places if place in possible) or places[:1]
    return places


def _parts(terms: tuple[Term, ...]) -> list[Term]:
    """Return *terms* with those that OR joins one by one."""
    return [part for term in terms for part in (term.terms if isinstance(term, AnyOf) else (term,))]


def _possible(term: Term) -> set[int] | None:
    """Return the places in which *term* can hold, None for any."""
    if isinstance(term, AnyOf):
        of_parts = [_possible(part) for part in term.terms]
        return None if None in of_parts else set().union(*(part for part in of_parts if part is not None))
    if not isinstance(term, Condition) or term.negated:
        return None
    if term.field == "status":
        return {UNSOLVED if Status(str(value)) in UNSOLVED_STATUSES else DONE for value in term.values}
    if term.field == "sla" and not {"met", "none"} & set(term.values):
        return {UNSOLVED}
    if term.field == "is" and set(term.values) <= _PLACE_WORDS.keys():
        return {_PLACE_WORDS[str(value)] for value in term.values}
    return None


def ids_statement(asked: Listing, limit: int | None) -> Statement:
    """Return the statement whose rows begin with the ids of *asked*, in its order."""
    columns = SORTS[asked.sort][1]
    direction = " DESC" if asked.descending else ""
    selected = ", ".join(("t.id", *(f"t.{column}" for column in columns)))
    where = "".join(f" AND {condition.sql}" for condition in asked.conditions)
    values = tuple(value for condition in asked.conditions for value in condition.parameters)
    if asked.few:
        hint = "" if asked.walks is None else f" INDEXED BY {asked.walks}"
        arms = [f"SELECT {selected} FROM ticket t{hint} WHERE {_placed(asked.places)}{where}"]
    else:
        arms = [
            f"SELECT {selected} FROM ticket t INDEXED BY {DONE_INDEX if place == DONE else asked.walks} "
            f"WHERE {_placed((place,) if place else ())}{where}"
            for place in asked.places or (0,)
        ]
    order = ", ".join(f"{number}{direction}" for number in (*range(2, len(columns) + 2), 1))
    sql = f"{' UNION ALL '.join(arms)} ORDER BY {order}"
    parameters = values * len(arms)
    if limit is not None:
        sql += " LIMIT ?"
        parameters += (limit,)
    return Statement(sql, parameters)


def count_statement(asked: Listing) -> Statement:
    """Return the statement that counts the tickets of *asked*."""
    where = "".join(f" AND {condition.sql}" for condition in asked.conditions)
    values = tuple(value for condition in asked.conditions for value in condition.parameters)
    return Statement(f"SELECT count(*) FROM ticket t WHERE {_placed(asked.places)}{where}", values)


def _placed(places: tuple[int, ...]) -> str:
    if not places:
        return "1"
    return f"t.place = {places[0]}" if len(places) == 1 else f"t.place IN ({', '.join(map(str, places))})"
