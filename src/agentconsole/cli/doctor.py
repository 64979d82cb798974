"""``doctor``: is everything that the console needs in order? Each finding says what to do."""

from __future__ import annotations

import asyncio
import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from agentconsole import __version__
from agentconsole.cli.custody_findings import custody
from agentconsole.cli.finding import Finding
from agentconsole.cli.opening import home_of, profiles_of
from agentconsole.cli.printing import print_json
from agentconsole.domain.capabilities import WORDS, Capabilities
from agentconsole.domain.desk_kinds import ARCHIVE, DESK_KINDS
from agentconsole.services.profiles import DamagedProfiles

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from agentconsole.platform.home import Home
    from agentconsole.services.profiles import Profile, Profiles

_MOST_KINDS = 10
_ROOM = 500 * 1024 * 1024


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's command."""
    doctor = commands.add_parser("doctor", parents=[common], help="check the installation, the stores, the connections")
    doctor.add_argument("--json", action="store_true")
    doctor.add_argument(
        "--set-aside",
        action="store_true",
        help="save what was not sent from damaged databases and rename them; sync fetches the tickets anew",
    )
    doctor.set_defaults(run=run_doctor)


def run_doctor(options: Namespace) -> int:
    home = home_of(options)
    profiles = profiles_of(home)
    findings = list(_examine(home, profiles))
    if options.set_aside and any(finding.level == "error" for finding in findings):
        findings = [*_set_aside(home, profiles), *_examine(home, profiles)]
    healthy = all(finding.level != "error" for finding in findings)
    if options.json:
        print_json({"healthy": healthy, "version": __version__, "findings": findings})
        return 0 if healthy else 1
    for finding in findings:
        sign = {"ok": "ok      ", "warning": "warning ", "error": "ERROR   "}[finding.level]
        print(f"{sign} {finding.check}: {finding.message}")
        if finding.advice:
            print(f"         {finding.advice}")
    return 0 if healthy else 1


def _examine(home: Home, profiles: Profiles) -> Iterator[Finding]:
    yield Finding(check="python", level="ok", message=f"{sys.version.split()[0]} at {sys.executable}")
    yield _tried("qt", _qt, "Install the system libraries that the README lists.")
    yield _tried("database driver", _driver, "Install a Python whose SQLite has FTS5.")
    yield _room(home)
    yield from _writable(home)
    try:
        known = profiles.all()
    except DamagedProfiles as error:
        yield Finding(check="profiles", level="error", message=error.title, advice=str(error))
        return
    if not known:
        yield Finding(
            check="profiles",
            level="warning",
            message="there is none",
            advice="Add one with `agentconsole profile add`, or look around with `agentconsole demo`.",
        )
    yield from _packs(home)
    yield from custody(home, profiles, known)
    for profile in known:
        yield from asyncio.run(_profile(home, profile, profiles))


def _set_aside(home: Home, profiles: Profiles) -> Iterator[Finding]:
    """Rename the stores that are damaged; tell under which name each can be found."""
    from agentconsole.services.opening import rebuild_if_damaged

    try:
        known = profiles.all()
    except DamagedProfiles:
        return
    for profile in known:
        saved = rebuild_if_damaged(home, profile, profiles)
        if saved is None:
            continue
        missing = "" if saved.is_whole else "; something that was not sent may be missing"
        yield Finding(
            check=f"{profile.name}: store",
            level="warning",
            message=f"the damaged database is now {saved.kept}; {saved.changes} changes and {saved.drafts} drafts that "
            f"were not sent are saved{missing}",
            advice="`agentconsole sync` fetches the tickets anew, and looks for each saved change before it sends it."
            + ("" if saved.is_whole else " Keep that file until you know that nothing is missing."),
        )


def _tried(check: str, look: Callable[[], str], advice: str) -> Finding:
    try:
        return Finding(check=check, level="ok", message=look())
    except (ImportError, OSError, RuntimeError) as error:
        return Finding(check=check, level="error", message=str(error), advice=advice)


def _qt() -> str:
    from PySide6 import QtCore, QtWidgets

    return f"Qt {QtCore.qVersion()}, {QtWidgets.__name__} loads"


def _driver() -> str:
    from agentconsole.store.driver import describe

    return describe()


def _room(home: Home) -> Finding:
    free = shutil.disk_usage(home.root).free
    low = free < _ROOM
    return Finding(
        check="disk",
        level="warning" if low else "ok",
        message=f"{free // 1024**2:,} MB free at {home.root}",
        advice="Make room: without it new tickets can't be cached and changes can't be accepted." if low else "",
    )


def _writable(home: Home) -> Iterator[Finding]:
    probe = home.root / ".doctor"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        yield Finding(
            check="home",
            level="error",
            message=f"{home.root} can't be written: {error.strerror}",
            advice="Correct the folder's permissions, or choose another with --home.",
        )
    else:
        yield Finding(check="home", level="ok", message=str(home.root))


def _packs(home: Home) -> Iterator[Finding]:
    """Examine the policy packs, shipped and the user's own."""
    from agentconsole.services.pack_folders import SHIPPED_PACKS, PackFolders
    from agentconsole.services.pack_shelf import PackShelf

    shelf = PackShelf(PackFolders(shipped=SHIPPED_PACKS, own=home.packs, kept=None))
    shelf.refresh()
    entries, troubles = shelf.entries()
    for trouble in troubles:
        yield Finding(check="policy packs", level="warning", message=trouble.title, advice=trouble.advice)
    own = sum(entry.origin == "own" for entry in entries)
    yield Finding(check="policy packs", level="ok", message=f"{len(entries) - own} shipped, {own} in {home.packs}")


async def _profile(home: Home, profile: Profile, profiles: Profiles) -> list[Finding]:
    """Examine one profile: its token, its store, its outbox, its help desk."""
    from agentconsole.cli.main import translated
    from agentconsole.services.opening import open_workspace
    from agentconsole.store.errors import CorruptDatabase

    found: list[Finding] = []

    def failed(check: str, error: Exception, level: str = "error") -> Finding:
        failure = translated(error)
        if failure is None:
            raise error
        return Finding(check=f"{profile.name}: {check}", level=level, message=failure.title, advice=failure.advice)

    try:
        workspace = open_workspace(home, profile, profiles)
    except Exception as error:  # the translation lets our own bugs through
        return [failed("store", error)]
    try:
        problem = workspace.integrity()
        found.append(
            Finding(
                check=f"{profile.name}: store",
                level="error" if problem else "ok",
                message=_first_line(problem) or "opens clean, and passes the integrity check",
                advice=CorruptDatabase.advice if problem else "",
            )
        )
        found.append(_second_copy(home, profile, profiles))
        if problem:
            return found  # what a damaged store says of its outbox is nothing to go by
        waiting = workspace.outbox.rows()
        stuck = [row for row in waiting if row.state in ("refused", "conflict", "held")]
        found.append(
            Finding(
                check=f"{profile.name}: outbox",
                level="warning" if stuck else "ok",
                message=f"{len(waiting)} changes wait, {len(stuck)} of them for a decision of yours",
                advice="See `agentconsole outbox list`." if stuck else "",
            )
        )
        found.extend(_unread(profile, workspace.sync.status().unread))
    finally:
        await workspace.close()
    if profile.kind == ARCHIVE:
        return found  # it has no help desk
    try:
        found.append(await _signed_in(home, profile, profiles))
    except Exception as error:  # the translation lets our own bugs through
        found.append(failed("help desk", error, level="warning"))
    return found


def _unread(profile: Profile, unread: Mapping[str, int]) -> Iterator[Finding]:
    """Tell what of the help desk's answers could not be read, the most frequent first."""
    if not unread:
        return
    told = sorted(unread.items(), key=lambda each: -each[1])
    parts = "; ".join(f"{what} ({times}×)" for what, times in told[:_MOST_KINDS])
    more = f"; and {len(told) - _MOST_KINDS} more kinds" if len(told) > _MOST_KINDS else ""
    yield Finding(
        check=f"{profile.name}: answers",
        level="warning",
        message=f"the help desk sent what the console does not know: {parts}{more}",
        advice="All else was read. Send us this line, so that the console learns it; no text of a ticket is in it.",
    )


def _second_copy(home: Home, profile: Profile, profiles: Profiles) -> Finding:
    """Examine the journal, from which unsent work comes back when the store is lost."""
    from agentconsole.store.journal import journal_of
    from agentconsole.store.journal_file import JournalFile

    reading = JournalFile(journal_of(home.database(profile.name)), profiles.store_key(profile)).read()
    check = f"{profile.name}: second copy"
    if reading is None:
        return Finding(check=check, level="ok", message="of unsent work: none yet, it comes with the first change")
    kept = [copy for copy in reading.copies.values() if copy.row is not None]
    changes, drafts = (sum(copy.table == table for copy in kept) for table in ("outbox", "draft"))
    return Finding(
        check=check,
        level="ok" if reading.is_whole else "warning",
        message=f"of unsent work: {'whole' if reading.is_whole else 'damaged in part'}, "
        f"{changes} changes and {drafts} drafts",
        advice="" if reading.is_whole else "The next change that you make writes it anew.",
    )


def _first_line(text: str) -> str:
    """Return what a damaged file has to say first; it goes on for a page about each of its pages."""
    return text.partition("\n")[0]


async def _signed_in(home: Home, profile: Profile, profiles: Profiles) -> Finding:
    from agentconsole.services.opening import try_profile

    identity, offers = await try_profile(home, profile, profiles)
    kind = DESK_KINDS[profile.kind].title if profile.kind in DESK_KINDS else profile.kind
    return Finding(
        check=f"{profile.name}: help desk",
        level="ok",
        message=f"{profile.url} ({kind}) knows you; your role is {identity.role}{_without(offers)}",
    )


def _without(offers: Capabilities) -> str:
    """What the help desk does not offer, for a line; `agentconsole profile test` says what that means."""
    lacking = [words.title.lower() for name, words in WORDS.items() if words.gain and not offers.has(name)]
    return f"; not offered: {', '.join(lacking)}" if lacking else ""
