"""The kinds of help desks that a profile may name."""

from __future__ import annotations

from agentconsole.connectors.api import Connector, Unsupported

KINDS = {
    "agentconsole": "The console's own ticket server, with all extras",
    "zendesk": "Zendesk Support, or any server of its dialect",
}
"""Kind to what it is called in the connection wizard."""


def open_connector(kind: str, url: str, email: str, token: str, authority: str = "") -> Connector:
    """Return a connector to the help desk at *url*. Nothing is sent yet; a wrong address raises NotAHelpDesk.

    *authority* are certificates (PEM) to trust beside the system's.

    The client libraries are imported here, when a connection is wanted, for they take longer than showing the window.
    """
    from agentconsole.connectors.http import HttpClient
    from agentconsole.connectors.http.signing import email_token

    http = HttpClient(url, email_token(email, token), authority=authority)
    if kind == "agentconsole":
        from agentconsole.connectors.agentconsole.connector import AgentConsoleConnector

        return AgentConsoleConnector(http)
    if kind == "zendesk":
        from agentconsole.connectors.zendesk.connector import ZendeskConnector

        return ZendeskConnector(http)
    raise Unsupported(f"There is no kind of help desk called {kind}; known are {', '.join(KINDS)}.")
