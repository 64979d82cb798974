"""The server keeps the promises of its own OpenAPI, whatever it is sent."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.python import asgi
from schemathesis.specs.openapi import checks

from agentconsole.server.access import grant
from agentconsole.server.app import create_app
from agentconsole.server.database import Database
from agentconsole.server.loading import load
from agentconsole.server.settings import Limit, ServerSettings
from tests.server.conftest import GRANTS, NOW
from tests.support import account

# The description is needed while tests are collected, the database only when they run.
_folder = Path(tempfile.mkdtemp(prefix="agentconsole-api-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
_database = Database(f"sqlite:///{_folder / 'server.db'}", now=lambda: NOW)
# wrong credentials are offered by the hundred: who guesses is not listened to after a while
_app = create_app(_database, ServerSettings(wrong_sign_ins=Limit(1_000_000)))


def _tried_on_others() -> Iterator[str]:
    """Operations whose every parameter is tried to the last corner on another one.

    All lists page alike, tickets are created and changed in bulk as one is changed; for these a few random requests do.
    """
    yield "POST /api/v2/tickets"
    yield "POST /api/v2/tickets/create_many"
    yield "PUT /api/v2/tickets/update_many"
    yield "PUT /api/agentconsole/v1/status/summary"
    for path, operations in _app.openapi()["paths"].items():
        parameters = {each["name"] for each in operations.get("get", {}).get("parameters", ())}
        if "page[size]" in parameters and path not in {"/api/v2/tickets", "/api/v2/users/search", "/api/v2/search"}:
            yield f"GET {path}"


_config = SchemathesisConfig.from_dict(
    {
        "operations": [
            {"include-name": name, "phases": {"coverage": {"enabled": False}}} for name in _tried_on_others()
        ],
        "checks": {"negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 413, 422]}},
    }
)
api = schemathesis.openapi.from_asgi("/openapi.json", _app, config=_config).exclude(path_regex="/events$")
"""All but the event stream, which never ends."""


@pytest.fixture(scope="module")
def client() -> Iterator[asgi.ASGIClient]:
    """Reaches the small account, to which the examples may do what they like."""
    _database.upgrade()
    load(_database, account.reference(), account.stories())
    grant(_database, GRANTS)
    with asgi.get_client(cast(Any, _app)) as client:
        yield client
    _database.close()


@api.parametrize()
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
def test_promises_are_kept(case: schemathesis.Case[Any], client: asgi.ASGIClient) -> None:
    case.call_and_validate(
        session=client,
        headers={"Authorization": "Bearer ada-token"},
        # Values that the description allows may still be refused for what they mean: a query, a ticket that is closed.
        excluded_checks=[checks.positive_data_acceptance],
    )
