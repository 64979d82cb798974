"""Make the connector for a profile's connection."""

from __future__ import annotations

from agentconsole.connectors.api import Connection, Connector, SecretKeeper
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import SignIn, plain_token
from agentconsole.connectors.rt.connector import RequestTrackerConnector
from agentconsole.connectors.rt.signing import PasswordSession

IDLE = 0.6
"""Seconds. RT's own server gives up a connection that was idle for one."""


def open_connector(
    connection: Connection,
    secret: str,
    keep: SecretKeeper,  # noqa: ARG001 - neither a password nor a token is ever renewed by RT
) -> Connector:
    """Return a connector that signs in as *connection* says, by password or token."""
    sign_in: SignIn = (
        plain_token(secret) if connection.way == "token" else PasswordSession(connection.person.strip(), secret)
    )
    http = HttpClient(connection.url, sign_in, authority=connection.authority, idle=IDLE)
    return RequestTrackerConnector(http, connection.person.strip(), by_token=connection.way == "token")
