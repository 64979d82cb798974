"""Profiles: which help desks this home knows, and with whose credentials."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from agentconsole.domain.desk_kinds import ARCHIVE, DESK_KINDS, person_problem, wire_problem
from agentconsole.domain.once import late_pattern
from agentconsole.platform.files import write_atomically
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import HomeKeychain, KeychainError
from agentconsole.platform.locks import FileLock
from agentconsole.store.cipher import KEY_SIZE, Seal, look_at
from agentconsole.store.errors import DatabaseBusy, KeyMissing, WrongKey

_name = late_pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LOCK_TRIES = 100
_LOCK_PAUSE = 0.1  # seconds


class ProfileError(Exception):
    """A profile that can't be made or found; the text says why and what to do."""


class DamagedProfiles(ProfileError):
    """The file that lists the profiles can't be read."""

    title = "The list of your help desks is damaged"


class Profile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One connection. The secret (token, key, password) is in the keychain, never here.

    ``email`` names who signs in as the kind wants it: their e-mail address, their user name, or not at all. ``way`` is
    one of the kind's ways to sign in, "" the first of them; ``client_id`` is what the help desk calls the console where
    that way is the web browser. ``authority`` are certificates (PEM) to trust beside the system's, for a company with
    an authority of its own.
    """

    name: str
    kind: str
    url: str
    email: str = ""
    way: str = ""
    client_id: str = ""
    authority: str = ""


class Profiles:
    """The profiles of one home. Every change is written at once, atomically.

    Attributes:
        keychain: keeps their tokens and the keys of their stores.
    """

    def __init__(self, home: Home, keychain: HomeKeychain) -> None:
        self._home = home
        self.keychain = keychain
        self._reading: threading.Thread | None = None
        self._ahead: dict[str, bytes | None] = {}

    def all(self) -> tuple[Profile, ...]:
        """Return the profiles, oldest first."""
        try:
            data = self._home.profiles_file.read_bytes()
        except FileNotFoundError:
            return ()
        try:
            return msgspec.json.decode(data, type=tuple[Profile, ...])
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise DamagedProfiles(
                f"{self._home.profiles_file} can't be read ({error}). "
                "Mend or remove that file, then add the profiles again; cached tickets and unsent changes stay."
            ) from error

    def get(self, name: str | None) -> Profile:
        """Return the profile *name*; without a name, the only one there is."""
        known = self.all()
        if name is None:
            if len(known) == 1:
                return known[0]
            if not known:
                raise ProfileError("There is no profile yet. Add one with: agentconsole profile add NAME --url URL ...")
            names = ", ".join(profile.name for profile in known)
            raise ProfileError(f"There are several profiles ({names}): choose one with --profile NAME.")
        for profile in known:
            if profile.name == name:
                return profile
        raise ProfileError(f"There is no profile called {name!r}. `agentconsole profile list` shows them all.")

    def add(self, profile: Profile, token: str) -> None:
        """Remember *profile* and its *token*; an existing profile of that name gets the new address and token."""
        problem = problem_with(profile)
        if problem:
            raise ProfileError(problem)
        if not token:
            raise ProfileError("The token is empty.")
        self.keychain.put(_secret_name(profile.name), token)
        others = [known for known in self.all() if known.name != profile.name]
        self._write((*others, profile))

    def add_archive(self, profile: Profile) -> None:
        """Remember the *profile* of an archive, which has no secret but the key of its store."""
        problem = problem_with(profile)
        if problem or profile.kind != ARCHIVE:
            raise ProfileError(problem or f"{profile.name!r} is no archive.")
        self._write((*(known for known in self.all() if known.name != profile.name), profile))

    def remove(self, name: str) -> Profile:
        """Forget the profile *name*, its token and the key of its store. Its folder is the caller's to deal with."""
        profile = self.get(name)
        self.forget(name)
        self.remove_secrets(name)
        return profile

    def forget(self, name: str) -> None:
        """Take *name* off the list; nothing happens when it is not on it."""
        known = self.all()
        if any(each.name == name for each in known):
            self._write(tuple(each for each in known if each.name != name))

    def remove_secrets(self, name: str) -> None:
        """Remove the key of the store of *name*, which nobody can read from then on, and its token. KeychainError."""
        self._ahead.pop(_key_name(name), None)
        self.keychain.remove(_key_name(name))
        self.keychain.remove(_secret_name(name))

    def token(self, profile: Profile) -> str:
        """Return the token of *profile*; ProfileError when the keychain has none."""
        token = self.keychain.get(_secret_name(profile.name))
        if token is None:
            raise ProfileError(f"{self.keychain.place} holds no token for {profile.name!r}. Add the profile again.")
        return token

    def keep_token(self, profile: Profile, token: str) -> None:
        """Replace the token of *profile*, which stays as it is otherwise. KeychainError."""
        self.keychain.put(_secret_name(profile.name), token)

    def store_key(self, profile: Profile) -> bytes:
        """Return the key that the store of *profile* is encrypted with, and every file beside it: 32 bytes.

        It is made when it is first asked for, and kept before anything is written with it. Raises KeyMissing when the
        keychain has none although there is an encrypted store: a new key would lock it for good. KeychainError.
        """
        name = _key_name(profile.name)
        key = self._read_ahead(name) or self.keychain.get_key(name)
        if key is None:
            with self._alone_with(profile):
                # another process may have made it while this one waited
                key = self.keychain.get_key(name)
                if key is None:
                    if look_at(self._home.database(profile.name), None) is Seal.OTHER:
                        raise KeyMissing
                    key = secrets.token_bytes(KEY_SIZE)
                    self.keychain.put_key(name, key)
        if len(key) != KEY_SIZE:
            raise WrongKey
        return key

    def read_ahead(self, profile: Profile) -> None:
        """Begin to ask for the key of *profile*'s store: a system keychain takes its time. Returns at once."""

        def read() -> None:
            # whatever is wrong is told to who wants the key
            with suppress(KeychainError, OSError):
                self._ahead[name] = self.keychain.get_key(name)

        name = _key_name(profile.name)
        self._reading = threading.Thread(target=read, name="keychain", daemon=True)
        self._reading.start()

    def _read_ahead(self, name: str) -> bytes | None:
        if self._reading is not None:
            self._reading.join()
            self._reading = None
        return self._ahead.pop(name, None)

    @contextmanager
    def _alone_with(self, profile: Profile) -> Iterator[None]:
        """Let nobody else make the key of *profile* meanwhile."""
        folder = self._home.profile(profile.name)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(folder / "key.lock")
        for _ in range(_LOCK_TRIES):
            if lock.take():
                break
            time.sleep(_LOCK_PAUSE)
        else:
            raise DatabaseBusy
        try:
            yield
        finally:
            lock.give_back()

    def set_aside(self) -> Path:
        """Give a damaged list another name, so that a new one is made; returns that name. Raises OSError."""
        listed = self._home.profiles_file
        kept = listed.with_name(f"profiles-damaged-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}.json")
        return listed.rename(kept)

    def _write(self, profiles: tuple[Profile, ...]) -> None:
        write_atomically(self._home.profiles_file, msgspec.json.format(msgspec.json.encode(profiles)) + b"\n")


def problem_with(profile: Profile) -> str:
    """Return what is wrong with *profile*, in words, or an empty text."""
    if not _name().fullmatch(profile.name):
        return "A profile's name has letters, digits, '.', '_' or '-', at most 64 of them, and starts with no sign."
    if profile.kind == ARCHIVE:
        return ""
    if profile.kind not in DESK_KINDS:
        return f"{profile.kind!r} is not a kind of help desk we know: {', '.join(DESK_KINDS)}."
    return wire_problem(profile.url) or _sign_in_problem(profile)


def _sign_in_problem(profile: Profile) -> str:
    ways = DESK_KINDS[profile.kind].ways
    if profile.way and all(way.name != profile.way for way in ways):
        known = ", ".join(way.name for way in ways)
        return f"{profile.way!r} is not a way to sign in to {DESK_KINDS[profile.kind].title}: {known}."
    way = DESK_KINDS[profile.kind].way(profile.way)
    if way.name == "browser" and not profile.client_id:
        return "To sign in by the web browser, the unique identifier of the console's OAuth client is needed."
    return person_problem(profile.kind, profile.way, profile.email)


def desk_of(profile: Profile) -> str:
    """Return which help desk *profile* names, however its address is written: host, unusual port and path."""
    parts = urlsplit(profile.url)
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    return f"{(parts.hostname or '').lower()}{port}{parts.path.rstrip('/')}"


def _secret_name(profile: str) -> str:
    return f"token:{profile}"


def _key_name(profile: str) -> str:
    return f"store:{profile}"
