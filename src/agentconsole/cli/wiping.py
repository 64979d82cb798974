"""``wipe``: remove a profile with everything that could be read; ``unsent``: open what it left behind."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentconsole.cli.asking import asked, confirmed, current_passphrase
from agentconsole.cli.failures import EXIT_USAGE, CommandFailed
from agentconsole.cli.opening import PROFILE_VARIABLE, home_of, profiles_of
from agentconsole.cli.printing import print_json

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from agentconsole.platform.home import Home
    from agentconsole.services.profiles import Profile, Profiles
    from agentconsole.services.unsent_file import About
    from agentconsole.services.wiping import Outcome
    from agentconsole.store.journal_file import Copy

RECOVERY_VARIABLE = "AGENTCONSOLE_RECOVERY_KEY"

_WIPE = """\
Remove a profile: the key of its database first, then its token, tickets, attachments, drafts, backups. What was not
sent is saved before, in an encrypted file under the home, which `agentconsole unsent open` reads. Nothing at the help
desk changes.
"""


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's commands."""
    wipe = commands.add_parser(
        "wipe", parents=[common], help="remove a profile so that nothing of it can be read", description=_WIPE
    )
    wipe.add_argument("--force", action="store_true", help="do not ask")
    wipe.add_argument(
        "--discard-unsent", action="store_true", help="even if what was not sent can't be read and saved first"
    )
    wipe.add_argument("--json", action="store_true")
    wipe.set_defaults(run=run_wipe)

    unsent = commands.add_parser("unsent", help="files of unsent work that a wipe left behind")
    verbs = unsent.add_subparsers(dest="verb", required=True, metavar="list|open")
    listing = verbs.add_parser("list", parents=[common], help="which there are")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=list_unsent)
    opening = verbs.add_parser(
        "open",
        parents=[common],
        help="read one, or bring it back into a profile",
        description="The passphrase of its home opens it, or the recovery key that was shown: typed when asked, piped "
        f"in, or in AGENTCONSOLE_PASSPHRASE or {RECOVERY_VARIABLE}.",
    )
    opening.add_argument("file", type=Path, metavar="FILE")
    opening.add_argument("--files", type=Path, metavar="DIR", help="save the files that waited with it there, in clear")
    opening.add_argument("--into", metavar="PROFILE", help="put it back: looked for at the help desk before it is sent")
    opening.add_argument("--json", action="store_true")
    opening.set_defaults(run=open_unsent)


def run_wipe(options: Namespace) -> int:
    from agentconsole.services.wiping import wipe_profile

    home = home_of(options)
    profiles = profiles_of(home)
    profile = profiles.get(options.profile or os.environ.get(PROFILE_VARIABLE))
    if not options.force:
        question = f"Everything of {profile.name} on this computer is removed. Type its name to go on:"
        if not confirmed(question, profile.name):
            raise CommandFailed("Nothing was removed.", "Type the profile's name, or use --force.", EXIT_USAGE)
    outcome = wipe_profile(home, profiles, profile, why="agent", discard_unsent=options.discard_unsent)
    if options.json:
        print_json({**_shape(outcome), "recovery_key": outcome.recovery_key})
    else:
        print("\n".join(_told(outcome)))
    return 0


def obey(home: Home, profiles: Profiles, profile: Profile) -> None:
    """The help desk took the access back and asks for a wipe: do it, and say so on standard error."""
    from agentconsole.services.wiping import wipe_profile

    outcome = wipe_profile(home, profiles, profile, why="help desk")
    print("An administrator of the help desk took your access back and asked for this.", file=sys.stderr)
    print("\n".join(_told(outcome)), file=sys.stderr)


def _told(outcome: Outcome) -> Iterator[str]:
    wiped = outcome.wiped
    yield f"Profile {wiped.profile} is wiped: its key, its token and everything it kept here are removed."
    if wiped.export:
        yield f"{wiped.changes} unsent changes and {wiped.drafts} drafts are saved, encrypted, in {wiped.export}"
        yield f"Read them with: agentconsole unsent open {wiped.export}"
    if outcome.recovery_key:
        yield f"It opens with this recovery key; write it down: {outcome.recovery_key}"
    elif wiped.export:
        yield "It opens with the passphrase of this home."


def _shape(outcome: Outcome) -> dict[str, Any]:
    wiped = outcome.wiped
    return {
        "wiped": wiped.profile,
        "export": wiped.export or None,
        "changes": wiped.changes,
        "drafts": wiped.drafts,
        "opens_with": wiped.opens_with or None,
    }


def list_unsent(options: Namespace) -> int:
    from agentconsole.services.unsent_file import SUFFIX, about_of

    folder = home_of(options).unsent
    found = [(path, about_of(path)) for path in sorted(folder.glob(f"*{SUFFIX}"))]
    if options.json:
        print_json([{"file": str(path), **_about_shape(about)} for path, about in found])
    elif not found:
        print("No wipe has left unsent work behind here.")
    for path, about in () if options.json else found:
        print(f"{path}\n    {_summary(about)}")
    return 0


def open_unsent(options: Namespace) -> int:
    from agentconsole.services.unsent_file import FileBegins, Piece, Rows, about_of, read_unsent, words_of

    home = home_of(options)
    given = home.take_passphrase()
    about = about_of(options.file)
    key = _key(options, home, about, given)
    copies: list[Copy] = []
    names: list[str] = []
    target = None
    for record in read_unsent(options.file, key):
        match record:
            case Rows(found):
                copies.extend(found)
            case FileBegins(_key_of, file_name, _content_type):
                names.append(file_name)
                target = _place_for(options.files, file_name) if options.files is not None else None
            case Piece(data) if target is not None:
                with target.open("ab") as stream:
                    stream.write(data)
    words = [told for copy in copies if (told := words_of(copy)) is not None]
    restored = None
    if options.into is not None:
        from agentconsole.services.unsent_return import bring_back

        profiles = profiles_of(home)
        restored = bring_back(home, profiles, profiles.get(options.into), options.file, key)
    if options.json:
        print_json({**_about_shape(about), "work": words, "file_names": names, "restored": restored})
        return 0
    print(_summary(about))
    for told in words:
        print(f"\n{told['what']} · {told['ticket']} {told['subject']}".rstrip())
        for name, value in told.get("set", {}).items():
            print(f"    {name}: {value}")
        if told["text"]:
            print("\n".join(f"    {line}" for line in told["text"].splitlines()))
    for name in names:
        print(f"\nfile: {name}" + (f" saved in {options.files}" if options.files is not None else ""))
    if restored is not None:
        print(f"\n{restored['changes']} changes and {restored['drafts']} drafts are back in {options.into}.")
    return 0


def _key(options: Namespace, home: Home, about: About, given: str | None) -> bytes:
    from agentconsole.services.unsent_file import key_by_passphrase, key_by_recovery
    from agentconsole.services.wiping import recovery_name

    if about.vault:
        return key_by_passphrase(about, current_passphrase(given), options.file)
    recovery_key = os.environ.pop(RECOVERY_VARIABLE, "")
    if not recovery_key:
        home.keep_passphrase(given)
        recovery_key = profiles_of(home).keychain.get(recovery_name(options.file)) or ""
    if not recovery_key:
        recovery_key = asked("Recovery key: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    return key_by_recovery(about, recovery_key)


def _place_for(folder: Path, file_name: str) -> Path:
    """Return a new file of *folder* for *file_name*, which somebody else chose. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    name = Path(file_name.replace("\\", "/")).name.lstrip(".") or "file"
    place, number = folder / name, 1
    while place.exists():
        number += 1
        place = folder / f"{number} {name}"
    place.touch(mode=0o600)
    return place


def _summary(about: About) -> str:
    return (
        f"{about.changes} unsent changes and {about.drafts} drafts of {about.profile} ({about.desk}), "
        f"saved {about.made_at}; opens with the {about.opens_with}"
    )


def _about_shape(about: About) -> dict[str, Any]:
    return {
        "profile": about.profile,
        "desk": about.desk,
        "made_at": about.made_at,
        "changes": about.changes,
        "drafts": about.drafts,
        "files": about.files,
        "opens_with": about.opens_with,
    }
