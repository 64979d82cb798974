"""``profile``: add, list, remove and test connections."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agentconsole.cli.failures import EXIT_USAGE, CommandFailed
from agentconsole.cli.opening import home_of, profiles_of
from agentconsole.cli.printing import print_json, print_table
from agentconsole.domain.capabilities import WORDS, Capabilities
from agentconsole.domain.desk_kinds import DESK_KINDS, complete_address
from agentconsole.services.authorities import AuthorityProblem, read_authority
from agentconsole.services.profiles import Profile, desk_of

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's commands."""
    profile = commands.add_parser("profile", help="connections to help desks")
    verbs = profile.add_subparsers(dest="verb", required=True, metavar="add|list|remove|test")

    add = verbs.add_parser("add", parents=[common], help="add a connection, or change its address and token")
    add.add_argument("name", metavar="NAME")
    add.add_argument(
        "--kind",
        choices=DESK_KINDS,
        default="agentconsole",
        help="; ".join(f"{each.kind}: {each.title}" for each in DESK_KINDS.values()),
    )
    add.add_argument("--url", required=True, help="the help desk's address; for zendesk and freshdesk its name will do")
    ways = "; ".join(f"{each.kind}: {', '.join(way.name for way in each.ways)}" for each in DESK_KINDS.values())
    add.add_argument("--way", default="", help=f"how to sign in; {ways}")
    who = add.add_mutually_exclusive_group()
    who.add_argument("--email", default="", help="who signs in (zendesk, agentconsole)")
    who.add_argument("--user", default="", help="the user name that signs in (rt)")
    secret = add.add_mutually_exclusive_group(required=True)
    secret.add_argument("--token-env", metavar="VAR", help="the environment variable that holds the token or password")
    secret.add_argument(
        "--oauth",
        metavar="CLIENT_ID",
        help="sign in with the web browser (zendesk), through the OAuth client that an administrator made",
    )
    add.add_argument("--ca-file", type=Path, metavar="FILE", help="certificates (PEM) to trust beside the system's")
    add.add_argument("--json", action="store_true")
    add.set_defaults(run=add_profile)

    listing = verbs.add_parser("list", parents=[common])
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=list_profiles)

    remove = verbs.add_parser("remove", parents=[common], help="forget a connection, its token and its cache")
    remove.add_argument("name", metavar="NAME")
    remove.add_argument("--discard-unsent", action="store_true", help="even if changes or drafts were never sent")
    remove.add_argument("--json", action="store_true")
    remove.set_defaults(run=remove_profile)

    test = verbs.add_parser("test", parents=[common], help="sign in and say what the help desk offers")
    test.add_argument("name", metavar="NAME", nargs="?")
    test.add_argument("--json", action="store_true")
    test.set_defaults(run=test_profile)


def add_profile(options: Namespace) -> int:
    profile = Profile(
        name=options.name,
        kind=options.kind,
        url=complete_address(options.kind, options.url),
        email=options.email or options.user,
        way="browser" if options.oauth else options.way,
        client_id=options.oauth or "",
        authority="" if options.ca_file is None else _authority(options.ca_file),
    )
    profile, token = asyncio.run(_by_browser(profile)) if options.oauth else (profile, _token_of(options.token_env))
    profiles = profiles_of(home_of(options))
    former = next((each for each in profiles.all() if each.name == profile.name), None)
    profiles.add(profile, token)
    if options.json:
        print_json(profile)
        return 0
    print(f"Profile {profile.name} added. `agentconsole sync` fetches its tickets.")
    if former is not None and desk_of(former) != desk_of(profile):
        print(
            f"What it had of {desk_of(former)}, unsent changes too, is set aside and comes back with that address. "
            "Nothing of it is sent to the new one."
        )
    return 0


def _token_of(variable: str) -> str:
    token = os.environ.get(variable, "").strip()
    if not token:
        raise CommandFailed(
            f"The environment variable {variable} is empty.",
            f"Put the token or password there first: export {variable}=...",
            EXIT_USAGE,
        )
    return token


async def _by_browser(profile: Profile) -> tuple[Profile, str]:
    """Have the agent sign in; returns the profile with their e-mail address, and its secret."""
    from agentconsole.services.browser_sign_in import sign_in_by_browser
    from agentconsole.services.opening import try_connection

    if all(way.name != "browser" for way in DESK_KINDS[profile.kind].ways):
        raise CommandFailed(
            f"Nobody signs in to {profile.kind} with the web browser from here.", "Use --token-env.", EXIT_USAGE
        )
    secret = await sign_in_by_browser(profile, _open_page)
    identity, _capabilities = await try_connection(profile, secret)
    return msgspec.structs.replace(profile, email=identity.email), secret


def _open_page(address: str) -> None:
    """Show *address* in the browser; who has none at hand can take it elsewhere on this computer."""
    import webbrowser  # most commands have no use for it

    print(f"Sign in with your web browser. If none opens, open this address:\n{address}", file=sys.stderr, flush=True)
    webbrowser.open(address)


def _authority(path: Path) -> str:
    try:
        return read_authority(path)
    except AuthorityProblem as problem:
        raise CommandFailed(f"{path}: {problem}", problem.advice, EXIT_USAGE) from problem


def list_profiles(options: Namespace) -> int:
    found = profiles_of(home_of(options)).all()
    if options.json:
        print_json(found)
    elif found:
        print_table(("NAME", "KIND", "ADDRESS", "SIGNS IN"), ((p.name, p.kind, p.url, p.email) for p in found))
    else:
        print("No profile yet. Add one with: agentconsole profile add NAME --url URL --email E --token-env VAR")
    return 0


def remove_profile(options: Namespace) -> int:
    return asyncio.run(_remove(options))


async def _remove(options: Namespace) -> int:
    from agentconsole.services.opening import open_workspace
    from agentconsole.store.desks import stores_aside, unsent_in

    home = home_of(options)
    profiles = profiles_of(home)
    profile = profiles.get(options.name)
    if home.database(profile.name).exists() and not options.discard_unsent:
        workspace = open_workspace(home, profile, profiles)
        unsent, drafts = len(workspace.outbox.rows()), len(workspace.drafts.all_drafts())
        await workspace.close()
        key = profiles.store_key(profile)
        for aside in stores_aside(home.database(profile.name)):
            more = unsent_in(aside, key=key)
            unsent, drafts = unsent + more[0], drafts + more[1]
        if unsent or drafts:
            raise CommandFailed(
                f"{profile.name} has {unsent} unsent changes and {drafts} drafts.",
                "Send them with `agentconsole sync`, or lose them with --discard-unsent.",
            )
    profiles.remove(profile.name)
    shutil.rmtree(home.profile(profile.name), ignore_errors=True)
    if options.json:
        print_json({"removed": profile.name})
    else:
        print(f"Profile {profile.name}, its token and its cache are removed.")
    return 0


def test_profile(options: Namespace) -> int:
    return asyncio.run(_test(options))


async def _test(options: Namespace) -> int:
    from agentconsole.services.opening import try_profile

    home = home_of(options)
    profiles = profiles_of(home)
    profile = profiles.get(options.name or options.profile)
    identity, capabilities = await try_profile(home, profile, profiles)
    if options.json:
        print_json({"profile": profile.name, "identity": identity, "capabilities": capabilities})
    else:
        print(f"Signed in to {profile.url} as {identity.name} ({identity.role}).")
        _print_offers(capabilities)
    return 0


def _print_offers(offers: Capabilities) -> None:
    """Say what the help desk offers, and for the rest what that means."""
    offered = [words.title for name, words in WORDS.items() if words.gain and offers.has(name)]
    print(f"Offered: {', '.join(offered)}.")
    lacking = [(words.title, offers.lack(name)) for name, words in WORDS.items() if not offers.has(name)]
    if lacking:
        print("Not offered:")
        for title, meaning in lacking:
            print(f"  {title}: {meaning}")
