"""Zendesk's OAuth for public clients: codes with PKCE, access tokens of half an hour, refresh tokens for one use."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

CLIENT = "agentconsole"
LASTS = timedelta(seconds=1800)
CODE_LASTS = timedelta(seconds=120)


class Grants:
    """What one OAuth client was granted. ``refused`` lists why requests for tokens were."""

    def __init__(self, now: Callable[[], datetime], user: int, redirect: str, scope: str = "read write") -> None:
        self._now = now
        self._user = user
        self._redirect = redirect
        self._scope = scope
        self._codes: dict[str, tuple[str, datetime]] = {}
        self._access: dict[str, datetime] = {}
        self._refresh: set[str] = set()
        self.refreshes = 0
        self.refused: list[str] = []

    def allow(self, params: dict[str, str]) -> str:
        """Do what an agent does who allows it on the page; returns where the browser is sent."""
        assert params["response_type"] == "code"
        assert params["code_challenge_method"] == "S256"
        if params["client_id"] != CLIENT or params["redirect_uri"] != self._redirect:
            return ""  # Zendesk shows an error of its own and sends the browser nowhere
        code = secrets.token_hex(16)
        self._codes[code] = (params["code_challenge"], self._now() + CODE_LASTS)
        return f"{self._redirect}?code={code}&state={params['state']}"

    def token(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Answer ``POST /oauth/tokens``."""
        why = self._refusal(asked)
        if why:
            self.refused.append(why)
            return 400, {"error": "invalid_grant", "error_description": why}
        return 200, self.issue()

    def issue(self) -> dict[str, Any]:
        """Grant a new pair of tokens."""
        access, refresh = secrets.token_hex(16), secrets.token_hex(16)
        self._access[access] = self._now() + LASTS
        self._refresh.add(refresh)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "token_type": "bearer",
            "scope": self._scope,
            "expires_in": int(LASTS.total_seconds()),
            "refresh_token_expires_in": 7_700_000,
        }

    def user_of(self, access: str) -> int | None:
        """Return whose *access* token this is, None for one that has ended."""
        return (
            self._user
            if self._access.get(access, datetime.min.replace(tzinfo=self._now().tzinfo)) > self._now()
            else None
        )

    def revoke(self) -> None:
        """Take all of it back."""
        self._access.clear()
        self._refresh.clear()

    def end_access(self) -> None:
        """Let the access tokens end before their time."""
        self._access.clear()

    def _refusal(self, asked: dict[str, Any]) -> str:
        if asked.get("client_id") != CLIENT:
            return "unknown client"
        match asked.get("grant_type"):
            case "authorization_code":
                challenge, ends = self._codes.pop(asked["code"], ("", self._now()))
                digest = hashlib.sha256(str(asked.get("code_verifier")).encode()).digest()
                if base64.urlsafe_b64encode(digest).decode().rstrip("=") != challenge:
                    return "the code or its verifier is wrong"
                if asked.get("redirect_uri") != self._redirect:
                    return "another redirect URL"
                return "" if self._now() < ends else "the code has ended"
            case "refresh_token":
                self.refreshes += 1
                if asked["refresh_token"] not in self._refresh:
                    return "the refresh token was used already"
                self._refresh.discard(asked["refresh_token"])
                return ""
            case _:
                return "unsupported grant type"
