"""Wiping a profile: nothing of it can be read afterwards, and nothing unsent is lost without anybody's knowing.

In this order: what was not sent is exported, encrypted, and the file read again; a mark says that the wipe has begun;
the key of the store goes, which makes everything unreadable at once; then token, database, log, backups, journal,
files, and the profile itself. Whatever ends the program in between, the next start finds the mark and goes on.
"""

from __future__ import annotations

import logging
import secrets
import shutil
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from agentconsole.platform.files import write_atomically
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import KeychainError
from agentconsole.services.profiles import Profile, Profiles, desk_of
from agentconsole.services.unsent_file import (
    SUFFIX,
    About,
    Attached,
    key_by_master,
    key_by_recovery,
    new_recovery_key,
    write_unsent,
)
from agentconsole.store import driver
from agentconsole.store.errors import DatabaseBusy, StoreError, translate
from agentconsole.store.journal import journal_of
from agentconsole.store.journal_file import Copy, JournalFile

log = logging.getLogger(__name__)

Why = Literal["agent", "help desk"]

BUSY_MS = 3000
_KEPT = 20


class CantExport(Exception):
    """What was not sent can't be exported, so nothing was removed."""

    title = "What was not sent can't be saved first, so nothing was removed"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.advice = "Mend that, or let go of unsent work too (command line: `agentconsole wipe --discard-unsent`)."


class Wiped(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a profile. ``at`` is UTC, ISO 8601; ``export`` the file of unsent work, empty when there was none.

    ``opens_with`` says what opens it: "passphrase" or "recovery key".
    """

    profile: str
    at: str
    why: Why
    export: str = ""
    changes: int = 0
    drafts: int = 0
    opens_with: str = ""
    only_secrets: bool = False
    """All is removed but for entries of a keychain that could not be asked."""


class Outcome(NamedTuple):
    """A wipe that was done. *recovery_key* is to be shown to the person, where that is what opens the export."""

    wiped: Wiped
    recovery_key: str


class _Unsent(NamedTuple):
    copies: list[Copy]
    files: list[Attached]

    @property
    def changes(self) -> int:
        return sum(copy.table == "outbox" and _waits(copy) for copy in self.copies)

    @property
    def drafts(self) -> int:
        return sum(copy.table in ("draft", "form_draft") for copy in self.copies)


def wipe_profile(
    home: Home, profiles: Profiles, profile: Profile, *, why: Why, discard_unsent: bool = False
) -> Outcome:
    """Wipe *profile*, which nobody may have open. Blocks.

    *discard_unsent*: even if what was not sent can't be saved. Raises CantExport, DatabaseBusy while another program
    has the profile open, KeychainError and OSError.
    """
    now = datetime.now(UTC)
    wiped, recovery_key = Wiped(profile=profile.name, at=now.isoformat(timespec="seconds"), why=why), ""
    try:
        unsent = _unsent_of(home, profiles, profile)
        if unsent.changes or unsent.drafts:
            wiped, recovery_key = _export(home, profiles, profile, unsent, wiped, now)
    except DatabaseBusy:
        raise
    except (StoreError, KeychainError, OSError) as error:
        if not discard_unsent:
            raise CantExport(str(error) or getattr(error, "title", type(error).__name__)) from error
        log.warning("a profile is wiped although its unsent work could not be read: %s", type(error).__name__)
    _mark(home, [*_marked(home), wiped])
    left = finish_wipes(home, profiles)
    if left is not None:
        raise left
    return Outcome(wiped, recovery_key)


def finish_wipes(home: Home, profiles: Profiles) -> KeychainError | None:
    """Go on with wipes that were cut short. Raises OSError when a file can't be removed.

    Returns why entries of a keychain could not be removed: they go at the next start, what they opened is gone now.
    """
    left: KeychainError | None = None
    for wiped in _marked(home):
        if wiped.only_secrets and any(each.name == wiped.profile for each in profiles.all()):
            # the profile was made anew, and its secrets took the place of those
            _replace_mark(home, wiped, None)
            continue
        rest: Wiped | None = None
        try:
            profiles.remove_secrets(wiped.profile)
        except KeychainError as error:
            left, rest = error, msgspec.structs.replace(wiped, only_secrets=True)
        folder = home.profile(wiped.profile)
        while folder.exists():
            # another start may be at it as well
            with suppress(FileNotFoundError):
                shutil.rmtree(folder)
        profiles.forget(wiped.profile)
        if not wiped.only_secrets:
            _note(home, wiped)
        _replace_mark(home, wiped, rest)
    return left


def wipes_of(home: Home) -> tuple[Wiped, ...]:
    """Return the last wipes of *home*, oldest first."""
    return tuple(_listed(home.root / "wiped.json"))


def _unsent_of(home: Home, profiles: Profiles, profile: Profile) -> _Unsent:
    """Return what was not sent, also to help desks that the profile belonged to before. Raises StoreError, OSError."""
    from agentconsole.store.desks import stores_aside

    path = home.database(profile.name)
    stores = [each for each in (path, *stores_aside(path)) if each.exists() or journal_of(each).exists()]
    unsent = _Unsent([], [])
    if stores:
        key = profiles.store_key(profile)
        for store in stores:
            found = _gathered(store, key)
            unsent.copies.extend(found.copies)
            unsent.files.extend(found.files)
    return unsent


def _gathered(path: Path, key: bytes) -> _Unsent:
    from agentconsole.store.opening import open_store

    files: list[Attached] = []
    try:
        store = open_store(path, key=key)
        try:
            # opening has brought the journal in step with the store
            copies = _journalled(path, key)
            for copy in copies:
                local = store.files.local(str(copy.key[0])) if copy.table == "kept_file" else None
                if local is not None:
                    files.append(
                        Attached(
                            key=local.key, file_name=local.file_name, content_type=local.content_type, open=local.open
                        )
                    )
        finally:
            store.close()
        _let_nobody_in(path, key)
    except DatabaseBusy:
        raise
    except StoreError:
        # a damaged store: its journal is there for this
        copies = _journalled(path, key)
        if not copies:
            raise
    return _Unsent(copies, files)


def _journalled(path: Path, key: bytes) -> list[Copy]:
    reading = JournalFile(journal_of(path), key).read()
    found = reading.copies.values() if reading is not None else ()
    return [copy for copy in found if copy.row is not None and (copy.table != "outbox" or _waits(copy))]


def _waits(copy: Copy) -> bool:
    return copy.row is not None and copy.row["state"] not in ("sent", "withdrawn")


def _let_nobody_in(path: Path, key: bytes) -> None:
    """Raise DatabaseBusy while another program has the store open: it could still write into it."""
    try:
        with closing(driver.connect(path, key=key, writer=True, busy_ms=BUSY_MS)) as db:
            db.execute("PRAGMA journal_mode = DELETE")
    except driver.Error as error:
        raise translate(error, path) from error


def _export(
    home: Home, profiles: Profiles, profile: Profile, unsent: _Unsent, wiped: Wiped, now: datetime
) -> tuple[Wiped, str]:
    path = home.unsent / f"{profile.name}-{now:%Y%m%d-%H%M%S}{SUFFIX}"
    recovery_key, master, vault = "", b"", ""
    if profiles.keychain.guard == "passphrase":
        master, vault = profiles.keychain.portable()
    else:
        recovery_key = new_recovery_key()
        # kept before it is used: whoever is not there to read it finds the file readable all the same
        profiles.keychain.put(recovery_name(path), recovery_key)
    about = About(
        profile=profile.name,
        desk=desk_of(profile),
        made_at=wiped.at,
        changes=unsent.changes,
        drafts=unsent.drafts,
        files=len(unsent.files),
        salt=secrets.token_bytes(16),
        vault=vault,
    )
    key = key_by_recovery(about, recovery_key) if recovery_key else key_by_master(about, master)
    write_unsent(path, about, key, unsent.copies, unsent.files)
    told = msgspec.structs.replace(
        wiped, export=str(path), changes=about.changes, drafts=about.drafts, opens_with=about.opens_with
    )
    return told, recovery_key


def recovery_name(path: Path) -> str:
    """Return under which name the keychain keeps the recovery key of the export at *path*."""
    return f"unsent:{path.name}"


def _marked(home: Home) -> list[Wiped]:
    return _listed(home.root / "wiping.json")


def _replace_mark(home: Home, wiped: Wiped, rest: Wiped | None) -> None:
    others = [each for each in _marked(home) if each != wiped]
    _mark(home, others if rest is None else [*others, rest])


def _mark(home: Home, wipes: list[Wiped]) -> None:
    path = home.root / "wiping.json"
    if wipes:
        write_atomically(path, msgspec.json.encode(wipes))
    else:
        path.unlink(missing_ok=True)


def _note(home: Home, wiped: Wiped) -> None:
    write_atomically(home.root / "wiped.json", msgspec.json.encode([*wipes_of(home), wiped][-_KEPT:]))


def _listed(path: Path) -> list[Wiped]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Wiped])
    except FileNotFoundError:
        return []
    except (msgspec.DecodeError, UnicodeDecodeError):
        # written atomically by us: somebody's hand, and nothing can be told of it
        return []
