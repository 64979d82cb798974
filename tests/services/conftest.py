"""A store and the services over it, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agentconsole.services.tickets import TicketService
from agentconsole.store.store import Store
from tests.store.making import NOON, opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = opened(tmp_path / "console.db")
    yield store
    store.close()


@pytest.fixture
def tickets(store: Store) -> TicketService:
    """The service as it is offline, before anybody has signed in."""
    return TicketService(store, None, lambda: None, lambda: NOON)
