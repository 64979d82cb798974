"""A real Request Tracker for the tests that need one, started once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import postgres
from tests.support.rt.server import Installation, NotInstalled, RequestTracker, installation

FAULT_OF_ALL = "lost answer"
"""What `make test` lets go wrong with a live RT; `make test-rt` has all faults, each of which takes it a second."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes long because a whole RT works for it."""
    for item in items:
        if "request tracker" not in item.name:
            continue
        is_another_fault = "test_faults" in item.nodeid and FAULT_OF_ALL not in item.name
        if is_another_fault or "a_pull_that_dies" in item.name:
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def rt_installation() -> Iterator[Installation]:
    """RT's database, filled once. Without RT's packages the tests that ask for it say so, and do not run."""
    try:
        with installation() as found:
            yield found
    except (NotInstalled, postgres.NotInstalled) as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def request_tracker(rt_installation: Installation) -> Iterator[RequestTracker]:
    """A running RT that tests share; each begins with what tickets it makes."""
    with rt_installation.serve() as server:
        yield server
