"""A store of its own for every test, migrated once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentconsole.store.store import Store
from tests.store.making import Clock, opened


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the newest schema with nothing in it."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    opened(path).close()
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(empty_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty_file, tmp_path / "console.db"))


@pytest.fixture
def store(path: Path, clock: Clock) -> Iterator[Store]:
    store = opened(path, clock)
    yield store
    store.close()
