"""Connect to Zendesk."""

from __future__ import annotations

from collections.abc import Callable

from agentconsole.connectors.api import Connection
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import email_token
from agentconsole.connectors.zendesk.connector import ZendeskConnector


def open_connector(
    connection: Connection,
    secret: str,
    keep: Callable[[str], None],  # noqa: ARG001 - an API token stays what it is
) -> ZendeskConnector:
    """See :func:`agentconsole.connectors.registry.open_connector`."""
    sign_in = email_token(connection.person, secret)
    return ZendeskConnector(HttpClient(connection.url, sign_in, authority=connection.authority))
