"""Connect to Zendesk."""

from __future__ import annotations

from agentconsole.connectors.api import Connection, SecretKeeper
from agentconsole.connectors.http import HttpClient, SignIn
from agentconsole.connectors.http.signing import email_token
from agentconsole.connectors.zendesk.connector import ZendeskConnector
from agentconsole.connectors.zendesk.oauth import OAuthSignIn


def open_connector(connection: Connection, secret: str, keep: SecretKeeper) -> ZendeskConnector:
    """See :func:`agentconsole.connectors.registry.open_connector`."""
    if connection.way == "browser":
        sign_in: SignIn = OAuthSignIn(connection.client_id, secret, keep)
    else:
        sign_in = email_token(connection.person, secret)
    return ZendeskConnector(HttpClient(connection.url, sign_in, authority=connection.authority))
