"""Writes the small whole sets: groups, fields, macros, views, contacts, announcements and the status summary."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from agentconsole.domain.records import Page, Record
from agentconsole.store.facts import put_fact
from agentconsole.store.keys import sort_key
from agentconsole.store.writer import Transaction

STATUS_SUMMARY = "status summary"

_encode = msgspec.json.Encoder().encode


def confirm_reference(tx: Transaction, page: Page) -> None:
    """Replace each set that *page* brings; one that it does not name stays."""
    if page.groups is not None:
        _replace(tx, "group", [(group.ref, 0, group.name, group) for group in page.groups])
        _rename_groups(tx)
    if page.ticket_fields is not None:
        _replace(tx, "field", [(field.ref, field.position, field.title, field) for field in page.ticket_fields])
    if page.macros is not None:
        _replace(tx, "macro", [(macro.ref, macro.position, macro.title, macro) for macro in page.macros])
    if page.views is not None:
        _replace(tx, "view", [(view.ref, view.position, view.title, view) for view in page.views])
    if page.contacts is not None:
        _replace(tx, "contact", [(c.ref, c.position, c.purpose, c) for c in page.contacts], topic="contacts")
    if page.announcements is not None:
        rows = [(news.ref, number, news.title, news) for number, news in enumerate(page.announcements)]
        _replace(tx, "announcement", rows, topic="notices")
    if page.status_summary is not None and put_fact(tx, STATUS_SUMMARY, json.dumps(page.status_summary)):
        tx.touch("notices")


def _replace(
    tx: Transaction, kind: str, rows: Sequence[tuple[str, int, str, Record]], topic: str = "reference"
) -> None:
    wanted: list[tuple[Any, ...]] = sorted(
        {ref: (ref, position, title, _encode(record)) for ref, position, title, record in rows}.values()
    )
    had = tx.db.execute(
        "SELECT ref, position, title, record FROM reference WHERE kind = ? ORDER BY ref", (kind,)
    ).fetchall()
    if had == wanted:
        return
    tx.db.execute("DELETE FROM reference WHERE kind = ?", (kind,))
    tx.db.executemany(
        "INSERT INTO reference (kind, ref, position, title, record) VALUES (?, ?, ?, ?, ?)",
        [(kind, *row) for row in wanted],
    )
    tx.touch(topic)


def _rename_groups(tx: Transaction) -> None:
    tx.names.forget_groups()
    shown = tx.db.execute(
        "SELECT DISTINCT t.group_ref, t.group_name, coalesce(r.title, '') FROM ticket t "
        "LEFT JOIN reference r ON r.kind = 'group' AND r.ref = t.group_ref "
        "WHERE t.group_ref IS NOT NULL AND t.group_name <> coalesce(r.title, '')"
    ).fetchall()
    for ref, was, title in shown:
        changed = tx.db.execute(
            "UPDATE ticket SET group_name = ?, group_key = ? WHERE group_ref = ? AND group_name = ? RETURNING id",
            (title, sort_key(title), ref, was),
        ).fetchall()
        tx.touch(tickets=(row[0] for row in changed))
