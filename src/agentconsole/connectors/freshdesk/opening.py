"""Connect to a Freshdesk."""

from __future__ import annotations

from collections.abc import Callable

from agentconsole.connectors.api import Connection
from agentconsole.connectors.freshdesk.connector import FreshdeskConnector
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import api_key


def open_connector(
    connection: Connection,
    secret: str,
    keep: Callable[[str], None],  # noqa: ARG001 - an API key stays what it is
) -> FreshdeskConnector:
    """See :func:`agentconsole.connectors.registry.open_connector`."""
    return FreshdeskConnector(HttpClient(connection.url, api_key(secret), authority=connection.authority))
