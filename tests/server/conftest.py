"""A loaded server in this process, asked over ASGI."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from agentconsole.server.access import grant
from agentconsole.server.app import Application, create_app
from agentconsole.server.database import Database
from agentconsole.server.loading import load
from agentconsole.server.settings import Grant, ServerSettings
from tests.support import account, postgres

NOW = datetime(2026, 11, 17, 10, 10, tzinfo=UTC)
"""Ten minutes after the account's newest ticket."""


class Clock:
    """A clock that stands at NOW until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Move it on; takes what timedelta takes."""
        self.now += timedelta(**by)


GRANTS = (
    Grant("ada@desk.example", "ada-token", "admin"),
    Grant("ben@desk.example", "ben-token", "agent"),
    Grant("cleo@desk.example", "cleo-token", "reviewer"),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database whose time stands still at NOW."""
    database = Database(f"sqlite:///{tmp_path / 'server.db'}", now=lambda: NOW)
    database.upgrade()
    yield database
    database.close()


@pytest.fixture(scope="session")
def _account_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small account of `tests.support.account`, with tokens for its three agents, loaded once."""
    path = tmp_path_factory.mktemp("account") / "server.db"
    database = Database(f"sqlite:///{path}", now=lambda: NOW)
    database.upgrade()
    load(database, account.reference(), account.stories())
    grant(database, GRANTS)
    database.close()
    return path


@pytest.fixture
def clock() -> Clock:
    """The time by which the account's copies live."""
    return Clock()


@pytest.fixture
def loaded(_account_file: Path, tmp_path: Path, clock: Clock) -> Iterator[Database]:
    """A copy of that account, at NOW."""
    shutil.copy(_account_file, tmp_path / "account.db")
    database = Database(f"sqlite:///{tmp_path / 'account.db'}", now=clock)
    yield database
    database.close()


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL cluster; fails, with what to install, where there is no PostgreSQL."""
    try:
        with postgres.cluster() as running:
            yield running
    except postgres.NotInstalled as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def _account_template(cluster: postgres.Cluster) -> Iterator[str]:
    """The name of a PostgreSQL database with the small account, loaded once, to copy."""
    with cluster.database() as name:
        database = Database(cluster.url(name), now=lambda: NOW)
        database.upgrade()
        load(database, account.reference(), account.stories())
        grant(database, GRANTS)
        database.close()
        yield name


@pytest.fixture
def postgres_url(cluster: postgres.Cluster, _account_template: str) -> Iterator[str]:
    """The address of a PostgreSQL database with the small account."""
    with cluster.database(_account_template) as name:
        yield cluster.url(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Database]:
    """The small account on each kind of database, at NOW."""
    if request.param == "sqlite":
        yield request.getfixturevalue("loaded")
        return
    database = Database(request.getfixturevalue("postgres_url"), now=clock)
    yield database
    database.close()


_idle: list[Application] = []
_serving: dict[int, Application] = {}


@pytest.fixture(autouse=True)
def _give_back() -> Iterator[None]:
    """Let the next test have the applications of this one."""
    yield
    _idle.extend(_serving.values())
    _serving.clear()


def client_of(database: Database, token: str) -> TestClient:
    """A client of *database* by *token*. Applications are used again: their routes take a tenth of a second."""
    app = _serving.get(id(database))
    if app is None:
        made = create_app(database, ServerSettings(grants=GRANTS))
        app = _serving[id(database)] = _idle.pop() if _idle else made
        app.state.desk = made.state.desk
    return TestClient(app, base_url="http://desk.example", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def ada(loaded: Database) -> TestClient:
    """The admin."""
    return client_of(loaded, "ada-token")


@pytest.fixture
def ben(loaded: Database) -> TestClient:
    """The agent."""
    return client_of(loaded, "ben-token")


@pytest.fixture
def cleo(loaded: Database) -> TestClient:
    """Who may only read."""
    return client_of(loaded, "cleo-token")
