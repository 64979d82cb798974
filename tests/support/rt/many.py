"""Many tickets in no time: the ones that RT made itself, copied in its database with all that belongs to them.

Making ten thousand tickets through RT takes an hour. A copy has everything that RT would have written for it: role
groups with their principals and members, transactions, mails, values of custom fields. Its times lie a few minutes
before those of the ticket it is a copy of, and all ids grow in the order of the copies.
"""

from __future__ import annotations

import psycopg

from tests.support import postgres
from tests.support.rt.server import RequestTracker

MINUTES_APART = 7

_ROLES = "domain = 'RT::Ticket-Role' AND instance IN (SELECT old FROM m_tickets)"

_TABLES: tuple[tuple[str, str, dict[str, str], tuple[str, ...]], ...] = (
    # name, whose rows, columns that refer to copied tables, columns that are shifted in time
    ("tickets", "id IN (SELECT old FROM m_tickets)", {}, ("created", "lastupdated", "started", "told", "resolved")),
    ("transactions", "objecttype = 'RT::Ticket'", {"objectid": "tickets"}, ("created",)),
    ("attachments", "transactionid IN (SELECT old FROM m_transactions)", {"transactionid": "transactions"}, ()),
    (
        "objectcustomfieldvalues",
        "objecttype = 'RT::Ticket' AND objectid IN (SELECT old FROM m_tickets)",
        {"objectid": "tickets"},
        (),
    ),
)
"""The tables that hold what belongs to a ticket, but for its roles, whose ids are shared with principals."""


def multiply(server: RequestTracker, times: int) -> int:
    """Copy every ticket of *server* *times* times; returns how many tickets there are then."""
    with psycopg.connect(
        host="127.0.0.1", port=server.cluster.port, user=postgres.OWNER, dbname=server.database
    ) as connection:
        run = connection.execute
        run("CREATE TEMP TABLE m_tickets AS SELECT id AS old, row_number() OVER (ORDER BY id) - 1 AS rank FROM tickets")
        for table, which, references, shifted in _TABLES:
            if table != "tickets":
                run(
                    f"CREATE TEMP TABLE m_{table} AS SELECT id AS old, row_number() OVER (ORDER BY id) - 1 AS rank "
                    f"FROM {table} WHERE {which}"
                )
            _copy(connection, table, times, references, shifted)
        _copy_roles(connection, times)
        for table in ("principals", "groups", "groupmembers", "cachedgroupmembers"):
            run(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        (count,) = run("SELECT count(*) FROM tickets").fetchone() or (0,)
        connection.commit()
        connection.autocommit = True
        run("VACUUM ANALYZE")
        return int(count)


def _columns(connection: psycopg.Connection, table: str) -> list[str]:
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position", (table,)
    )
    return [str(name) for (name,) in rows]


def _new_id(table: str) -> str:
    """The id of copy ``k`` of a row whose place among those copied is ``rank``."""
    return f"(b_{table}.base + (k - 1) * b_{table}.many + m_{table}.rank)"


def _base(connection: psycopg.Connection, table: str) -> None:
    connection.execute(
        f"CREATE TEMP TABLE b_{table} AS SELECT (SELECT max(id) + 1 FROM {table}) AS base, "
        f"(SELECT count(*) FROM m_{table}) AS many"
    )


def _copy(
    connection: psycopg.Connection, table: str, times: int, references: dict[str, str], shifted: tuple[str, ...]
) -> None:
    _base(connection, table)
    joins, values = "", []
    for column in _columns(connection, table):
        if column == "id":
            values.append(_new_id(table))
        elif column == "effectiveid":
            values.append(_new_id("tickets"))
        elif column == "parent":
            joins += " LEFT JOIN m_attachments AS p ON p.old = rows.parent"
            values.append(
                "CASE WHEN p.old IS NULL THEN 0 ELSE b_attachments.base + (k - 1) * b_attachments.many + p.rank END"
            )
        elif column in references:
            of = references[column]
            joins += f" JOIN m_{of} ON m_{of}.old = rows.{column} CROSS JOIN b_{of}"
            values.append(_new_id(of))
        elif column in shifted:
            # what RT writes for "never" stays what it is
            values.append(
                f"CASE WHEN rows.{column} < '1971-01-01' THEN rows.{column} "
                f"ELSE rows.{column} - ({times} - k + 1) * interval '{MINUTES_APART} minutes' END"
            )
        elif table == "tickets" and column == "subject":
            values.append("left(rows.subject, 180) || ' #' || k")
        else:
            values.append(f"rows.{column}")
    connection.execute(
        f"INSERT INTO {table} SELECT {', '.join(values)} FROM {table} AS rows "
        f"JOIN m_{table} ON m_{table}.old = rows.id CROSS JOIN b_{table}{joins} "
        f"CROSS JOIN generate_series(1, {times}) AS k"
    )
    sequence = "objectcustomfieldvalues_id_s" if table == "objectcustomfieldvalues" else f"{table}_id_seq"
    connection.execute(f"SELECT setval('{sequence}', (SELECT max(id) FROM {table}))")


def _copy_roles(connection: psycopg.Connection, times: int) -> None:
    """The groups that hold who asked, who owns and who follows a ticket: each is a principal of the same id."""
    run = connection.execute
    run(
        "CREATE TEMP TABLE m_groups AS SELECT id AS old, row_number() OVER (ORDER BY id) - 1 AS rank "
        f"FROM groups WHERE {_ROLES}"
    )
    run(
        "CREATE TEMP TABLE b_groups AS SELECT (SELECT max(id) + 1 FROM principals) AS base, "
        "(SELECT count(*) FROM m_groups) AS many"
    )
    series = f"CROSS JOIN b_groups CROSS JOIN generate_series(1, {times}) AS k"
    new = _new_id("groups")
    run(f"INSERT INTO principals SELECT {new}, 'Group', 0 FROM m_groups {series}")
    run(
        f"INSERT INTO groups SELECT {new}, g.name, g.description, g.domain, {_new_id('tickets')}, g.creator, "
        "g.created, g.lastupdatedby, g.lastupdated FROM groups AS g JOIN m_groups ON m_groups.old = g.id "
        f"JOIN m_tickets ON m_tickets.old = g.instance CROSS JOIN b_tickets {series}"
    )
    run(
        f"INSERT INTO groupmembers (groupid, memberid, creator, created) SELECT {new}, r.memberid, r.creator, "
        f"r.created FROM groupmembers AS r JOIN m_groups ON m_groups.old = r.groupid {series}"
    )
    # a group is its own member there, and every row says by which row it came about: all of ours are direct
    run("CREATE TEMP TABLE was AS SELECT coalesce(max(id), 0) AS newest FROM cachedgroupmembers")
    run(
        "INSERT INTO cachedgroupmembers (groupid, memberid, via, immediateparentid, disabled) "
        f"SELECT {new}, CASE WHEN r.memberid = r.groupid THEN {new} ELSE r.memberid END, 0, {new}, r.disabled "
        f"FROM cachedgroupmembers AS r JOIN m_groups ON m_groups.old = r.groupid {series}"
    )
    run("UPDATE cachedgroupmembers SET via = id WHERE id > (SELECT newest FROM was)")
