"""Sign in with the web browser, where a help desk offers that."""

from __future__ import annotations

from collections.abc import Callable

from agentconsole.services.profiles import Profile


async def sign_in_by_browser(profile: Profile, open_page: Callable[[str], object]) -> str:
    """Have the agent sign in at the help desk of *profile*; returns the secret to keep as its token.

    *open_page* is called with the address to show in the browser, which is worth nothing to anybody else. Takes as long
    as the agent does, five minutes at most; cancel it to give up. A ConnectorError says what is wrong.
    """
    from agentconsole.connectors import registry
    from agentconsole.services.opening import connection_of

    return await registry.sign_in_by_browser(connection_of(profile), open_page)
