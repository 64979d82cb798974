"""A real Request Tracker for the tests that need one, started once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import postgres
from tests.support.rt.server import Installation, NotInstalled, RequestTracker, installation


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
