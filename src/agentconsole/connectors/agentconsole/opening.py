"""Connect to the reference server."""

from __future__ import annotations

from collections.abc import Callable

from agentconsole.connectors.agentconsole.connector import AgentConsoleConnector
from agentconsole.connectors.api import Connection
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import email_token


def open_connector(
    connection: Connection,
    secret: str,
    keep: Callable[[str], None],  # noqa: ARG001 - an API token stays what it is
) -> AgentConsoleConnector:
    """See :func:`agentconsole.connectors.registry.open_connector`."""
    sign_in = email_token(connection.person, secret)
    return AgentConsoleConnector(HttpClient(connection.url, sign_in, authority=connection.authority))
