"""A console's store and a help desk, joined by a wire that tests listen to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentconsole.store.opening import open_store
from agentconsole.store.store import Store
from tests.support.desk import KINDS, Desk, Time, copy_account, new_account
from tests.support.keys import KEY
from tests.sync.console import Console


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(scope="session")
def account_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small account, loaded once."""
    path = tmp_path_factory.mktemp("desk") / "server.db"
    new_account(path)
    return path


@pytest.fixture
def desk(account_file: Path, tmp_path: Path, time: Time) -> Iterator[Desk]:
    database = copy_account(account_file, tmp_path / "server.db", time)
    yield Desk(database, time)
    database.close()


@pytest.fixture(scope="session")
def empty_store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without anything in it, migrated once."""
    path = tmp_path_factory.mktemp("console") / "console.db"
    open_store(path, key=KEY).close()
    return path


@pytest.fixture
def store(empty_store_file: Path, tmp_path: Path, time: Time) -> Iterator[Store]:
    folder = tmp_path / "console"
    folder.mkdir()
    shutil.copy(empty_store_file, folder / "console.db")
    store = open_store(folder / "console.db", key=KEY, clock=time.instant)
    yield store
    store.close()


@pytest.fixture
def console(desk: Desk, store: Store) -> Console:
    return Console(desk, store)


@pytest.fixture(params=KINDS)
async def kind(request: pytest.FixtureRequest, console: Console) -> str:
    """Each test with this speaks to both kinds of help desk, after a first pull."""
    name: str = request.param
    console.connect(name)
    await console.pull()
    return name
