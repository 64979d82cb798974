"""Builds the statement that lists the tickets of a query."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from agentconsole.domain.query import QueueQuery, Term, Word, parse
from agentconsole.domain.rows import ViewItem
from agentconsole.store import driver
from agentconsole.store.filtering import Asking, Filter, filters
from agentconsole.store.views import BUILT_IN, EVERYTHING, RECENT, SORTS, View

_MARK = re.compile(r":(me|recent)\b")


class Statement(NamedTuple):
    """SQL with its parameters in order."""

    sql: str
    parameters: tuple[Any, ...]


class Listing(NamedTuple):
    """What a query means: a view of the table, further conditions, and an order."""

    view: View
    conditions: list[Filter]
    sort: str
    descending: bool


def listing(db: driver.Connection, query: QueueQuery, found: ViewItem | None, asking: Asking) -> Listing:
    """Read *query*; *found* is its view when that is a saved one or the server's, None for a built-in one.

    Terms that make no sense are left out (the search field tells them), so that the queue stays while one types.
    """
    view = EVERYTHING if found is not None else BUILT_IN.get(query.view, BUILT_IN["all-open"])
    terms: tuple[Term, ...] = () if found is None else parse(found.query).terms
    terms += parse(query.text).terms
    sort, descending = query.sort or "", query.descending
    if sort not in SORTS:
        searching = any(isinstance(term, Word) and not term.negated for term in terms)
        sort, descending = ("updated", True) if searching else (view.sort, view.descending)
    conditions = filters(db, terms, asking)
    if view.condition:
        values = {"me": asking.me, "recent": asking.now - RECENT}
        named = tuple(values[mark] for mark in _MARK.findall(view.condition))
        conditions.insert(0, Filter(_MARK.sub("?", view.condition), named))
    return Listing(view, conditions, sort, descending)


def ids_statement(asked: Listing, limit: int | None) -> Statement:
    """Return the statement whose rows begin with the ids of *asked*, in its order."""
    view = asked.view
    index, columns = SORTS[asked.sort]
    by_set = any(condition.by_words for condition in asked.conditions)
    plain = len(asked.conditions) <= bool(view.condition)
    if view.walks is not None and plain and (asked.sort == view.sort or view.walks != "ticket_of_assignee"):
        index = view.walks
    # a search with few hits begins with them; everything else is read in the order of the index, never sorted
    hint = "" if by_set or (view.walks is not None and not plain) else f" INDEXED BY {index}"
    direction = " DESC" if asked.descending else ""
    selected = ", ".join(("t.id", *(f"t.{column}" for column in columns)))
    where = "".join(f" AND {condition.sql}" for condition in asked.conditions)
    values = tuple(value for condition in asked.conditions for value in condition.parameters)
    places = view.places
    if by_set and len(places) > 1:
        places = ()
        where += " AND t.place > 0"
    arms = [
        f"SELECT {selected} FROM ticket t{hint} WHERE {'t.place = ' + str(place) if place else '1'}{where}"
        for place in places or (0,)
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
    where = " AND ".join(
        [
            f"t.place IN ({', '.join(map(str, asked.view.places))})" if asked.view.places else "1",
            *(condition.sql for condition in asked.conditions),
        ]
    )
    values = tuple(value for condition in asked.conditions for value in condition.parameters)
    return Statement(f"SELECT count(*) FROM ticket t WHERE {where}", values)
