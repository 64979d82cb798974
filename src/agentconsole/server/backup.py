"""Backups: one file of everything in the database, made while the server runs, restored into either kind of database.

The file is a zip: ``manifest.json``, and for each table ``tables/NAME`` with its rows in batches, each four bytes of
length and MessagePack. All is read in one transaction, so that it is of one moment. A backup is restored with the
schema that it was made with, and brought up to date then; it also moves a server from SQLite to PostgreSQL.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, LargeBinary, MetaData, Table, bindparam, func, insert, inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from agentconsole import __version__
from agentconsole.server.database import Database
from agentconsole.server.failures import CannotServe, DatabaseUnusable, SchemaTooNew
from agentconsole.server.instants import epoch, from_epoch, to_text
from agentconsole.server.migrating import (
    ADVISORY_LOCK,
    current_revision,
    known_revisions,
    newest_revision,
    upgrade_within,
)
from agentconsole.server.schema import clock, metadata, tickets

FORMAT = "agentconsole server backup"
_MANIFEST = "manifest.json"
_ROWS = 200
_LARGEST = 512 * 1024 * 1024
_LEVEL = 3
_REVISION = "alembic_version"

Tell = Callable[[str, int], object]
"""Hears which table is at hand, and how many of its rows are done."""


class NoBackup(CannotServe):
    """A file is no backup, or can't be restored there."""

    title = "The backup can't be used"

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


class _Clock(NamedTuple):
    """The numbers that a help desk goes on from."""

    seq: int
    next_ticket_id: int
    next_id: int


class Contents(msgspec.Struct, frozen=True):
    """Of a table: its columns, how many rows, and the SHA-256 of its file."""

    columns: tuple[str, ...]
    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup is of. ``revision`` is the schema."""

    format: str = FORMAT
    version: int = 1
    made_by: str = f"agentconsole {__version__}"
    made_at: str
    revision: str
    tables: dict[str, Contents]


def back_up(database: Database, path: Path, tell: Tell = lambda _table, _rows: None, *, overwrite: bool) -> Manifest:
    """Write everything in *database* to *path*, which appears when it is whole and was read again.

    Raises `NoBackup` when *path* is there and not to be overwritten, or the database is not of this version; OSError.
    """
    if path.exists() and not overwrite:
        raise NoBackup(f"{path} is there already", "Name another file, or use --force to replace it.")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
            with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
                manifest = _write(database, archive, tell)
            output.flush()
            os.fsync(output.fileno())
        check(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def check(path: Path) -> Manifest:
    """Read all of the backup at *path*. Raises `NoBackup` when it is damaged, OSError."""
    with _opened(path) as (archive, manifest):
        for name, contents in manifest.tables.items():
            rows = sum(len(batch) for batch in _batches(archive, name, contents))
            if rows != contents.rows:
                raise _damaged(path)
    return manifest


def restore(database: Database, path: Path, tell: Tell = lambda _table, _rows: None, *, overwrite: bool) -> Manifest:
    """Bring the backup at *path* into *database*; all of it or nothing. No server may use it meanwhile.

    A help desk that was there has given out numbers: no ticket gets one of them again, and every restored row is
    numbered as changed after them, so that consoles which had read on fetch it anew.

    Raises `NoBackup` when it is damaged, when *database* is no help desk's of a version that is known, or when it holds
    anything and is not to be overwritten; `DatabaseUnusable`.
    """
    manifest = check(path)
    if manifest.revision not in known_revisions():
        raise SchemaTooNew(manifest.revision)
    with _opened(path) as (archive, _again), _writing(database) as db:
        if not database.is_sqlite:
            db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
        tables = frozenset(inspect(db).get_table_names())
        before: _Clock | None = None
        changes: Mapping[int, str] = {}
        if tables:
            _require_ours(db, tables)
            if not overwrite and _holds_anything(db):
                raise NoBackup(
                    "there is a help desk in that database",
                    "Name an empty one, or use --force: what is there is lost then.",
                )
            before, changes = _clock(db), _last_changes(db)
            _empty(db, tables)
        upgrade_within(db, manifest.revision)
        _insert(db, archive, manifest, tell)
        upgrade_within(db, "head")
        if before is not None:
            _go_on_from(db, before, changes)
    return manifest


def _write(database: Database, archive: zipfile.ZipFile, tell: Tell) -> Manifest:
    tables: dict[str, Contents] = {}
    engine = database.engine
    if not database.is_sqlite:
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        # SQLite's readers see the moment of their first look
        with engine.connect() as db, db.begin():
            revision = current_revision(db)
            if revision != newest_revision():
                raise NoBackup(
                    f"the database has the schema {revision}, this version's is {newest_revision()}",
                    "Use the version that serves it, or start this one's server once.",
                )
            for table in metadata.sorted_tables:
                tables[str(table.name)] = _dump(db, table, archive, tell)
            made_at = to_text(database.now())
    except DatabaseError as fault:
        raise NoBackup(str(fault.orig).strip(), "Check the address given with --db.") from fault
    manifest = Manifest(made_at=made_at, revision=str(revision), tables=tables)
    archive.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    return manifest


def _dump(db: Connection, table: Table, archive: zipfile.ZipFile, tell: Tell) -> Contents:
    digest, count = sha256(), 0
    columns = tuple(str(column.name) for column in table.columns)
    order = list(table.primary_key.columns)
    at_once = _rows_at_once(table)
    rows = db.execution_options(stream_results=True, yield_per=at_once).execute(select(table).order_by(*order))
    with archive.open(f"tables/{table.name}", "w", force_zip64=True) as stream:
        for batch in rows.partitions(at_once):
            packed = msgspec.msgpack.encode([tuple(row) for row in batch])
            piece = len(packed).to_bytes(4, "big") + packed
            stream.write(piece)
            digest.update(piece)
            count += len(batch)
            tell(table.name, count)
    return Contents(columns, count, digest.hexdigest())


def _rows_at_once(table: Table) -> int:
    """Return how many rows one batch has: a file may have 50 MiB, and each batch is in memory whole, here and there."""
    return 1 if any(isinstance(column.type, LargeBinary) for column in table.columns) else _ROWS


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = msgspec.json.decode(archive.read(_MANIFEST), type=Manifest)
            if manifest.format != FORMAT or manifest.version != 1:
                raise NoBackup(f"{path} is of a newer version", "Restore it with that version.")
            yield archive, manifest
    except (zipfile.BadZipFile, KeyError, msgspec.MsgspecError, EOFError) as error:
        raise _damaged(path) from error


@contextmanager
def _writing(database: Database) -> Iterator[Connection]:
    with ExitStack() as opened:
        try:
            db = opened.enter_context(database.engine.connect().execution_options(agentconsole_writes=True))
            opened.enter_context(db.begin())
        except DatabaseError as fault:
            raise DatabaseUnusable(str(fault.orig).strip()) from fault
        yield db


def _batches(archive: zipfile.ZipFile, name: str, contents: Contents) -> Iterator[list[list[Any]]]:
    """Yield the rows of a table. Raises zipfile.BadZipFile at the end of one that is not as it was written."""
    digest = sha256()
    with archive.open(f"tables/{name}") as stream:
        while head := _exactly(stream, 4):
            length = int.from_bytes(head, "big")
            packed = _exactly(stream, length) if length <= _LARGEST else b""
            if not packed:
                raise zipfile.BadZipFile(name)
            digest.update(head + packed)
            yield msgspec.msgpack.decode(packed, type=list[list[Any]])
    if digest.hexdigest() != contents.sha256:
        raise zipfile.BadZipFile(name)


def _exactly(stream: IO[bytes], count: int) -> bytes:
    """Return the next *count* bytes, none at the end. Raises zipfile.BadZipFile for fewer."""
    found = b""
    while len(found) < count and (piece := stream.read(count - len(found))):
        found += piece
    if found and len(found) < count:
        raise zipfile.BadZipFile
    return found


def _insert(db: Connection, archive: zipfile.ZipFile, manifest: Manifest, tell: Tell) -> None:
    """Insert all rows into tables that have the schema of *manifest*."""
    present = MetaData()
    present.reflect(db)
    names = [table.name for table in present.sorted_tables if table.name in manifest.tables]
    for name in names:
        contents, table, done = manifest.tables[name], present.tables[name], 0
        if name in _SEEDED:
            db.execute(table.delete())
        for batch in _batches(archive, name, contents):
            db.execute(insert(table), [dict(zip(contents.columns, row, strict=True)) for row in batch])
            done += len(batch)
            tell(name, done)


_SEEDED = frozenset({"clock", "presence_clock"})
"""Tables that a migration puts a first row into."""


def _holds_anything(db: Connection) -> bool:
    present = MetaData()
    present.reflect(db, only=["users", "tickets"])
    return any(db.scalar(select(func.count()).select_from(table)) for table in present.sorted_tables)


def _require_ours(db: Connection, tables: Set[str]) -> None:
    """Raise `NoBackup` unless *tables*, which are in that database, are a help desk's of a version that is known.

    Alembic keeps the revisions of other programs, too, and under numbers like ours: the clocks tell them apart.
    """
    revisions = MigrationContext.configure(db).get_current_heads() if _REVISION in tables else ()
    if not tables >= _SEEDED or len(revisions) != 1 or revisions[0] not in known_revisions():
        raise NoBackup("that database is something else's, or of a newer version", "Name an empty one.")


def _empty(db: Connection, tables: Set[str]) -> None:
    """Remove those of *tables* that are a help desk's, of whatever version; what else is there stays."""
    ours = sorted(tables & {_REVISION, *(str(table.name) for table in metadata.sorted_tables)})
    present = MetaData()
    present.reflect(db, only=ours)
    try:
        present.drop_all(db, tables=[present.tables[name] for name in ours])
    except DatabaseError as fault:
        raise NoBackup(
            f"what is in that database can't be removed: {str(fault.orig).strip()}", "Name an empty one."
        ) from fault


def _clock(db: Connection) -> _Clock:
    row = db.execute(select(clock.c.seq, clock.c.next_ticket_id, clock.c.next_id).where(clock.c.id == 1)).one()
    return _Clock(row.seq, row.next_ticket_id, row.next_id)


def _last_changes(db: Connection) -> dict[int, str]:
    return {row.id: row.updated_at for row in db.execute(select(tickets.c.id, tickets.c.updated_at))}


def _go_on_from(db: Connection, before: _Clock, changes: Mapping[int, str]) -> None:
    """Number all changes after *before*, and what is to come after both what was there and what is restored.

    Without it a console whose cursor is further than the backup would hear of nothing until the numbers had caught up,
    and what was written under a lost ticket's number would be about another ticket. *changes* says when each ticket
    was last changed: one that went back counts as changed just after that, as consoles let the newer one stand.
    """
    back = [
        {"ticket": ticket, "at": from_epoch(epoch(changes[ticket]) + 1)}
        for ticket, at in _last_changes(db).items()
        if changes.get(ticket, "") > at
    ]
    if back:
        db.execute(
            update(tickets).where(tickets.c.id == bindparam("ticket")).values(updated_at=bindparam("at")),
            back,
        )
    restored = _clock(db)
    # beyond both, so that no new number is one that a row of the same table still has
    ahead = max(before.seq, restored.seq) if before.seq else 0
    if ahead:
        for table in metadata.sorted_tables:
            if "seq" in table.c and table is not clock:
                db.execute(update(table).values(seq=table.c.seq + ahead))
    db.execute(
        update(clock)
        .where(clock.c.id == 1)
        .values(
            seq=restored.seq + ahead,
            next_ticket_id=max(before.next_ticket_id, restored.next_ticket_id),
            next_id=max(before.next_id, restored.next_id),
        )
    )


def _damaged(path: Path) -> NoBackup:
    return NoBackup(f"{path} is no backup, or damaged", "Take another one.")
