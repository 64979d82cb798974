"""Sign in to Request Tracker as its web pages do: the password once, then the cookie of a session.

A token, or the password on every request, costs RT a whole bcrypt each time, a quarter of a second of its processor; a
session costs none. RT answers the sign-in page with 200 and a cookie whether the password was right or not, so that
only a look with the cookie tells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from agentconsole.connectors.api import NeedsLogin, NotAHelpDesk
from agentconsole.connectors.http.faults import looks_like_markup
from agentconsole.connectors.http.signing import Ask

API = "/REST/2.0"
SIGN_IN_PAGE = "/NoAuth/Login.html"
COOKIE = "RT_SID_"

LOGIN_REDIRECTS = frozenset((301, 302, 303, 307))
"""How RT refuses whoever shows a cookie of a session that is over: by the way to its sign-in page, not by 401."""


class PasswordSession:
    """A session of *user*, begun with the first request and again when it is over."""

    def __init__(self, user: str, password: str) -> None:
        self._user = user
        self._password = password
        self._cookie = ""

    def __repr__(self) -> str:
        return "PasswordSession()"

    @property
    def digest(self) -> str:
        """SHA-256 of the password."""
        return hashlib.sha256(self._password.encode()).hexdigest()

    async def headers(self, ask: Ask) -> Mapping[str, str]:
        """Return the session's cookie; begins a session when there is none."""
        if not self._cookie:
            self._cookie = await self._begin(ask)
        return {"Cookie": self._cookie}

    def is_refusal(self, status: int, headers: Mapping[str, str]) -> bool:  # noqa: ARG002 - the protocol names it
        """Say whether RT does not know the session (any more). A page of the API never redirects."""
        return status == 401 or status in LOGIN_REDIRECTS

    async def renew(self, ask: Ask) -> bool:
        """Begin another session."""
        self._cookie = ""
        self._cookie = await self._begin(ask)
        return True

    async def _begin(self, ask: Ask) -> str:
        answer = await ask("POST", SIGN_IN_PAGE, form={"user": self._user, "pass": self._password})
        cookie = next((each.partition(";")[0] for each in answer.set_cookies if each.startswith(COOKIE)), "")
        if not cookie:
            raise NotAHelpDesk("There is no sign-in page of Request Tracker at this address.")
        look = await ask("GET", f"{API}/rt", headers={"Cookie": cookie})
        if look.status == 200 and not looks_like_markup(look.headers, look.body):
            return cookie
        if look.status == 401 or look.status in LOGIN_REDIRECTS:
            raise NeedsLogin
        raise NotAHelpDesk("Request Tracker answers at this address, but its REST2 interface does not.")
