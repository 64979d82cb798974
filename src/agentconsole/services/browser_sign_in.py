"""Sign in with the web browser, where a help desk offers that."""

from __future__ import annotations

from collections.abc import Callable


async def sign_in_by_browser(
    url: str, client_id: str, *, authority: str = "", open_page: Callable[[str], object]
) -> str:
    """Have the agent sign in at the help desk at *url*; returns the secret to keep as the profile's token.

    *client_id* is what the help desk calls the console. *open_page* is called with the address to show in the browser,
    which is worth nothing to anybody else. Takes as long as the agent does, five minutes at most; cancel it to give up.
    A ConnectorError says what is wrong.
    """
    from agentconsole.connectors.http import HttpClient
    from agentconsole.connectors.http.signing import FixedSignIn
    from agentconsole.connectors.zendesk.authorizing import authorize

    http = HttpClient(url, FixedSignIn("", secret=""), authority=authority)
    try:
        return await authorize(http, client_id, open_page)
    finally:
        await http.close()
