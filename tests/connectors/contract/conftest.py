"""Each test of the suite gets each help desk, a console at it, and nothing that it could tell them apart by."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from agentconsole.store.opening import open_store
from agentconsole.store.store import Store
from tests.connectors.contract.console import Console
from tests.connectors.contract.desks import DESKS, READERS
from tests.connectors.contract.harness import ContractDesk
from tests.support.desk import new_account
from tests.support.keys import KEY


@pytest.fixture(scope="session")
def account_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small account of the reference server, loaded once."""
    path = tmp_path_factory.mktemp("desk") / "server.db"
    new_account(path)
    return path


@pytest.fixture(scope="session")
def empty_store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without anything in it, migrated once."""
    path = tmp_path_factory.mktemp("console") / "console.db"
    open_store(path, key=KEY).close()
    return path


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is read otherwise but written alike is not asked to write again: that takes a while."""
    if "desk" in metafunc.fixturenames:
        is_reading = metafunc.module.__name__.rpartition(".")[2] in ("test_reading", "test_oddities")
        desks = [name for name in DESKS if is_reading or name not in READERS]
        metafunc.parametrize("desk", desks, indirect=True)


@pytest.fixture
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ContractDesk]:
    """Each help desk."""
    async with DESKS[request.param](request, tmp_path) as desk:
        yield desk


@pytest.fixture
def store(empty_store_file: Path, tmp_path: Path, desk: ContractDesk) -> Iterator[Store]:
    """What the console keeps: nothing yet."""
    folder = tmp_path / "console"
    folder.mkdir()
    shutil.copy(empty_store_file, folder / "console.db")
    store = open_store(folder / "console.db", key=KEY, clock=desk.now)
    yield store
    store.close()


@pytest.fixture
async def console(desk: ContractDesk, store: Store) -> AsyncIterator[Console]:
    """The agent's console."""
    console = Console(desk, store)
    yield console
    await console.connector.close()
