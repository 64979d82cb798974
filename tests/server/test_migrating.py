"""The schema: migrations lead to it, newer ones are refused, several processes may start at once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from agentconsole.server.database import Database
from agentconsole.server.failures import CannotServe, DatabaseUnusable, SchemaTooNew
from agentconsole.server.schema import metadata
from tests.support.postgres import Cluster


def differences(database: Database) -> list[object]:
    with database.read() as db:
        context = MigrationContext.configure(db, opts={"target_metadata": metadata})
        return list(compare_metadata(context, metadata))


def test_the_migrations_lead_to_the_tables_of_the_code(database: Database) -> None:
    assert differences(database) == []


@pytest.mark.postgres
def test_on_postgresql_too(cluster: Cluster) -> None:
    with cluster.database() as name:
        database = Database(cluster.url(name))
        database.upgrade()
        assert differences(database) == []
        database.close()


def test_upgrading_again_changes_nothing(database: Database) -> None:
    with database.read() as db:
        before = database.revisions(db)
    database.upgrade()
    with database.read() as db:
        assert database.revisions(db) == before


def test_a_newer_schema_is_refused_with_a_way_out(database: Database) -> None:
    with database.engine.connect().execution_options(agentconsole_writes=True) as db, db.begin():
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew, match="9999") as refused:
        database.upgrade()
    assert "Install" in refused.value.advice


def test_several_processes_may_start_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    failures: list[Exception] = []

    def start() -> None:
        database = Database(url)
        try:
            database.upgrade()
        except Exception as failure:
            failures.append(failure)
        database.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/db", "nonsense", ""])
def test_an_address_that_cannot_serve_is_refused_at_once(url: str) -> None:
    with pytest.raises(DatabaseUnusable):
        Database(url)


@pytest.mark.parametrize("name", ["folder", "text.db"])
def test_what_is_no_database_is_refused_with_a_way_out(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.db").write_text("Dear database, " * 100)
    database = Database(f"sqlite:///{tmp_path / name}")
    with pytest.raises(CannotServe) as refused:
        database.upgrade()
    assert (refused.value.title, bool(refused.value.advice)) == (DatabaseUnusable.title, True)
    database.close()


def test_an_unreachable_postgresql_is_named_without_its_password() -> None:
    database = Database("postgresql://me:secret@127.0.0.1:1/desk")
    with pytest.raises(DatabaseUnusable) as refused:
        database.upgrade()
    assert "secret" not in str(refused.value)
