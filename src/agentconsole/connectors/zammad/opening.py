"""Connect to a Zammad."""

from __future__ import annotations

from collections.abc import Callable

from agentconsole.connectors.api import Connection
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import token_field
from agentconsole.connectors.zammad.connector import ZammadConnector


def open_connector(
    connection: Connection,
    secret: str,
    keep: Callable[[str], None],  # noqa: ARG001 - an access token stays what it is
) -> ZammadConnector:
    """See :func:`agentconsole.connectors.registry.open_connector`."""
    return ZammadConnector(HttpClient(connection.url, token_field(secret), authority=connection.authority))
