"""The secret of a profile, shared by all processes that use it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from agentconsole.platform.home import Home
from agentconsole.platform.keychain import KeychainError
from agentconsole.platform.locks import FileLock
from agentconsole.services.profiles import Profile, ProfileError, Profiles

LOCK = "sign-in.lock"
_TRIES = 1200
_PAUSE = 0.05
"""Seconds. Whoever renews a sign-in waits for a help desk that may take half a minute to answer."""


class KeptSecret:
    """See :class:`agentconsole.connectors.api.SecretKeeper`. *sleep* passes seconds."""

    def __init__(
        self, home: Home, profile: Profile, profiles: Profiles, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._folder = home.profile(profile.name)
        self._profile = profile
        self._profiles = profiles
        self._sleep = sleep

    def __call__(self, secret: str) -> None:
        try:
            self._profiles.keep_token(self._profile, secret)
        except KeychainError as error:
            raise OSError(error.title) from error

    def latest(self) -> str:
        """Return the secret as it is kept now."""
        try:
            return self._profiles.token(self._profile)
        except (KeychainError, ProfileError) as error:
            raise OSError("the keychain has no secret") from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Have the lock that processes of this profile share."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(self._folder / LOCK)
        for _ in range(_TRIES):
            if lock.take():
                break
            self._sleep(_PAUSE)
        else:
            raise OSError("another console is busy with the sign-in")
        try:
            yield
        finally:
            lock.give_back()
