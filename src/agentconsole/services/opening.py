"""Open a profile: its store now, its connector when the exchange first needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentconsole.domain.desk_kinds import ARCHIVE
from agentconsole.platform.home import Home
from agentconsole.services.desk_clock import DeskClock
from agentconsole.services.kept_secret import KeptSecret
from agentconsole.services.pack_folders import SHIPPED_PACKS, PackFolders
from agentconsole.services.profiles import Profile, ProfileError, Profiles, desk_of
from agentconsole.services.settings import SettingsFile
from agentconsole.services.workspace import OpenWorkspace
from agentconsole.store.cipher import Seal, look_at
from agentconsole.store.desks import open_store_of
from agentconsole.store.errors import CorruptDatabase, DatabaseBusy, KeyMissing, WrongKey
from agentconsole.store.opening import open_store, wall_clock

WINDOW_LOCK = "window.lock"
"""The file in a profile's folder whose lock the process with the profile's window has."""

if TYPE_CHECKING:
    from pathlib import Path

    from agentconsole.connectors.api import Capabilities, Connection, Connector, Identity, SecretKeeper
    from agentconsole.store.salvaging import Salvaged


def open_workspace(home: Home, profile: Profile, profiles: Profiles, *, poll_interval: float = 15.0) -> OpenWorkspace:
    """Open the store of *profile*, ready to be read, written and synced; nothing goes to the network yet.

    Raises ``agentconsole.store.errors.StoreError`` when the store can't be used, and KeychainError.
    """

    def connect() -> Connector:
        from agentconsole.connectors.api import NeedsLogin
        from agentconsole.platform.keychain import KeychainError

        try:
            # signing in again may have changed how: the browser in the place of an API token
            now = profiles.get(profile.name)
            token = profiles.token(now)
        except (ProfileError, KeychainError) as error:
            # a token that can't be had is mended like one that is refused: by signing in again
            raise NeedsLogin(str(error)) from error
        return _connector(now, token, KeptSecret(home, now, profiles))

    def keep_token(signed_in: Profile, token: str) -> None:
        profiles.add(signed_in, token)

    clock = DeskClock(wall_clock)
    key = profiles.store_key(profile)
    store = open_store_of(desk_of(profile), home.database(profile.name), key=key, clock=clock)
    settings = SettingsFile(home.settings_file)
    folders = pack_folders(home, profile)
    return OpenWorkspace(
        profile, store, settings, connect, keep_token, folders, clock=clock, poll_interval=poll_interval
    )


def pack_folders(home: Home, profile: Profile) -> PackFolders:
    """Return where the policy packs of *profile* are."""
    return PackFolders(shipped=SHIPPED_PACKS, own=home.packs, kept=home.profile(profile.name) / "packs")


def rebuild(home: Home, profile: Profile, profiles: Profiles) -> Salvaged:
    """Set the damaged store of *profile* aside; what was not sent is saved first, and found by the next opening.

    One whose key is lost is set aside as it is, with the second copy of its unsent work: both can be read again should
    the key be found. Takes seconds for a large file. Raises StoreError, KeychainError and OSError; the store is as it
    was then.
    """
    from agentconsole.store.salvaging import salvage, set_locked_aside

    path = home.database(profile.name)
    try:
        key = profiles.store_key(profile)
    except (KeyMissing, WrongKey):
        return set_locked_aside(path)
    return set_locked_aside(path) if look_at(path, key) is Seal.OTHER else salvage(path, key=key)


def rebuild_if_damaged(home: Home, profile: Profile, profiles: Profiles) -> Salvaged | None:
    """Do that with the store of *profile* if it is damaged or its key is lost; a sound one is left alone.

    Raises another StoreError when the store can't be looked at, DatabaseBusy while a window has it open (which mends it
    itself), and what :func:`rebuild` raises.
    """
    from agentconsole.platform.locks import FileLock

    path = home.database(profile.name)
    if not path.exists():
        return None
    window = FileLock(home.profile(profile.name) / WINDOW_LOCK)
    if not window.take():
        raise DatabaseBusy("The window of this profile is open: close it first.")
    try:
        return None if _is_sound(path, profile, profiles) else rebuild(home, profile, profiles)
    finally:
        window.give_back()


def _is_sound(path: Path, profile: Profile, profiles: Profiles) -> bool:
    try:
        store = open_store(path, key=profiles.store_key(profile))
    except (CorruptDatabase, KeyMissing, WrongKey):
        return False
    try:
        return not store.integrity()
    finally:
        store.close()


async def try_profile(home: Home, profile: Profile, profiles: Profiles) -> tuple[Identity, Capabilities]:
    """Sign in to the help desk of *profile*, which is known, and leave again; a ConnectorError says what is wrong."""
    if profile.kind == ARCHIVE:
        from agentconsole.sync.archived import NotInArchive

        raise NotInArchive
    return await try_connection(profile, profiles.token(profile), KeptSecret(home, profile, profiles))


async def try_connection(
    profile: Profile, token: str, keep: SecretKeeper | None = None
) -> tuple[Identity, Capabilities]:
    """Sign in to *profile*'s help desk with *token* and leave again; a ConnectorError says what is wrong.

    *keep* keeps what takes the place of *token*, where it is one of those that are good for one use.
    """
    connector = _connector(profile, token, keep)
    try:
        return await connector.identify(), connector.capabilities
    finally:
        await connector.close()


def _connector(profile: Profile, token: str, keep: SecretKeeper | None) -> Connector:
    from agentconsole.connectors.registry import open_connector

    return open_connector(connection_of(profile), token, keep)


def connection_of(profile: Profile) -> Connection:
    """Return what is needed to connect to the help desk of *profile*, its secret apart."""
    from agentconsole.connectors.api import Connection

    return Connection(
        kind=profile.kind,
        url=profile.url,
        way=profile.way,
        person=profile.email,
        client_id=profile.client_id,
        authority=profile.authority,
    )
