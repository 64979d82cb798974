"""Sign in by OAuth: access tokens of half an hour, and refresh tokens that are good for one use.

Who loses the newest refresh token is signed out. So a renewal is had by one process at a time, begins by looking what
another one has kept since, proves that a secret can be kept at all, runs to its end though whoever wanted it has gone,
and keeps what it got before anything is signed with it. What a full disk refuses all the same is kept as soon as it can
be. A renewal whose answer is lost is asked for again with the same token. Should that be refused, the
access token at hand is used until it ends; only then is the agent asked to sign in again, and nothing else is lost.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from agentconsole.connectors.api import ConnectorError, NeedsLogin, RateLimited, SecretKeeper, ServerFailed, Unreachable
from agentconsole.connectors.http.faults import RETRY_AFTER, looks_like_markup, retry_after
from agentconsole.connectors.http.signing import Ask, RawAnswer
from agentconsole.domain.instant import SECOND, Instant

_log = logging.getLogger(__name__)

TOKENS = "/oauth/tokens"
SCOPE = "read write"
REFRESH_LASTS = 7_700_000
"""Seconds for which a refresh token is asked to last: nearly ninety days, the longest there is."""

AHEAD = 300 * SECOND
"""How long before its end an access token is renewed; of a short one, a third of its life."""

PAUSE = 60 * SECOND
"""How long a renewal ahead is left alone after it failed: the token at hand is still good."""


class SignInAgain(NeedsLogin):
    """The refresh token is used up, expired or revoked."""

    title = "Your sign-in at the help desk has ended"
    advice = (
        "Sign in again with your web browser. Everything you wrote is kept here, and what was not sent is sent then."
    )


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What the help desk granted: the secret of a connection that signs in by the browser.

    ``ends_at`` is when the access token ends, 0 for never; ``lasts`` for how long it was granted (microseconds).
    ``before`` is the refresh token that came before this one.
    """

    access: str
    refresh: str = ""
    ends_at: Instant = 0
    lasts: int = 0
    scope: str = ""
    before: str = ""

    def is_good(self, now: Instant) -> bool:
        """Say whether the access token has not ended at *now*."""
        return not self.ends_at or now < self.ends_at

    def is_due(self, now: Instant) -> bool:
        """Say whether it is time to renew the access token."""
        return bool(self.ends_at) and now >= self.ends_at - min(AHEAD, self.lasts // 3)


class _Granted(msgspec.Struct):
    access_token: str
    refresh_token: str | None = None
    expires_in: int | None = None
    scope: str | None = None


def write_grant(grant: Grant) -> str:
    """Return *grant* as the secret that is kept."""
    return msgspec.json.encode(grant).decode()


def read_grant(secret: str) -> Grant:
    """Read what :func:`write_grant` wrote; SignInAgain for anything else."""
    try:
        return msgspec.json.decode(secret, type=Grant)
    except msgspec.DecodeError:
        raise SignInAgain from None  # what was wrong with it would name parts of the secret


def granted(answer: RawAnswer, now: Instant, before: str = "") -> Grant:
    """Read the grant that *answer* brought at *now*; the error that it is otherwise."""
    if answer.status not in (200, 201):
        raise _fault(answer)
    try:
        said = msgspec.json.decode(answer.body, type=_Granted)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ServerFailed("The help desk's answer to the sign-in can't be read.") from None
    lasts = (said.expires_in or 0) * SECOND
    return Grant(
        access=said.access_token,
        refresh=said.refresh_token or before,
        ends_at=now + lasts if lasts else 0,
        lasts=lasts,
        scope=said.scope or "",
        before=before,
    )


class OAuthSignIn:
    """Signs requests with the access token of *secret*, and renews it.

    *client_id* is what the help desk calls the console. *keep* keeps each new secret. *clock* is our wall clock.
    """

    def __init__(
        self,
        client_id: str,
        secret: str,
        keep: SecretKeeper,
        clock: Callable[[], Instant] = lambda: time.time_ns() // 1000,
    ) -> None:
        self._client_id = client_id
        self._grant = read_grant(secret)
        self._keep = keep
        self._clock = clock
        self._renewing: asyncio.Task[bool] | None = None
        self._not_before: Instant = 0
        self._is_kept = True

    def __repr__(self) -> str:
        return "OAuthSignIn()"

    @property
    def digest(self) -> str:
        """Nobody but the help desk's own 401 takes an access token back."""
        return ""

    async def headers(self, ask: Ask) -> Mapping[str, str]:
        """Return the header, with an access token that has some time left where that can be had."""
        now = self._clock()
        if self._grant.is_due(now) and not (self._grant.is_good(now) and now < self._not_before):
            try:
                await self.renew(ask)
            except ConnectorError:
                if not self._grant.is_good(self._clock()):
                    raise
                self._not_before = self._clock() + PAUSE
        elif not self._is_kept and now >= self._not_before:
            await asyncio.to_thread(self._keep_late)
        return {"Authorization": f"Bearer {self._grant.access}"}

    def is_refusal(self, status: int, headers: Mapping[str, str]) -> bool:  # noqa: ARG002 - the protocol names it
        """Say whether the answer is a 401."""
        return status == 401

    async def renew(self, ask: Ask) -> bool:
        """Get another access token. One renewal at a time; it goes on when whoever waits for it is cancelled."""
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.ensure_future(self._renewed(ask, self._grant.access))
            # nobody may be left to hear how it ended
            self._renewing.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._renewing)

    async def _renewed(self, ask: Ask, refused: str) -> bool:
        alone = self._keep.alone()
        try:
            await asyncio.to_thread(alone.__enter__)
        except OSError as error:
            raise Unreachable("The sign-in could not be renewed: another console is busy with it.") from error
        try:
            kept = await asyncio.to_thread(self._newest)
            if kept.access != refused and kept.is_good(self._clock()):
                self._grant = kept
                return True
            await asyncio.to_thread(self._prove, kept)
            fresh = await self._refreshed(ask, kept)
            self._not_before = 0
            # from here on the former refresh token is worth nothing: kept or not, this is the one
            await asyncio.to_thread(self._take, fresh)
            return True
        finally:
            await asyncio.to_thread(alone.__exit__, None, None, None)

    def _newest(self) -> Grant:
        """The grant that is kept, for another process may have got it; our own where that one could not be kept yet."""
        try:
            kept = read_grant(self._keep.latest())
        except OSError as error:
            # a locked keychain: nothing is wrong with whatever was to be sent
            raise Unreachable("The sign-in can't be renewed: the one that is kept can't be read now.") from error
        own = self._grant
        # what the help desk gave us our own for is worth nothing any more
        is_newer = not self._is_kept and own.before in (kept.refresh, kept.before)
        return own if is_newer else kept

    def _prove(self, kept: Grant) -> None:
        """See that a secret can be kept, before the one that is kept becomes worthless."""
        try:
            self._keep(write_grant(kept))
        except OSError as error:
            raise Unreachable("The sign-in can't be renewed, for this computer can't keep a new one now.") from error

    def _take(self, fresh: Grant) -> None:
        try:
            self._keep(write_grant(fresh))
            self._is_kept = True
        except OSError:
            _log.warning("the renewed sign-in could not be kept; it is tried again")
            self._is_kept = False
        self._grant = fresh

    def _keep_late(self) -> None:
        self._not_before = self._clock() + PAUSE
        self._take(self._grant)

    async def _refreshed(self, ask: Ask, kept: Grant) -> Grant:
        """Exchange the refresh token of *kept*, or the one before it should the help desk have forgotten that."""
        refusal: ConnectorError = SignInAgain()
        for token in filter(None, dict.fromkeys((kept.refresh, kept.before))):
            answer = await ask("POST", TOKENS, body=self._request(token))
            try:
                return granted(answer, self._clock(), before=token)
            except SignInAgain as error:
                refusal = error
        raise refusal

    def _request(self, token: str) -> dict[str, Any]:
        return {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "client_id": self._client_id,
            "scope": SCOPE,
            "refresh_token_expires_in": REFRESH_LASTS,
        }


def _fault(answer: RawAnswer) -> ConnectorError:
    """The error of an answer that grants nothing. A page of somebody's network is none of the help desk's."""
    if answer.status == 429:
        return RateLimited(retry_after(answer.headers) or RETRY_AFTER)
    if answer.status >= 500 or looks_like_markup(answer.headers, answer.body) or 300 <= answer.status < 400:
        return ServerFailed("The help desk could not renew the sign-in.", retry_after(answer.headers))
    return SignInAgain()
