"""``passphrase``: protect a home by a passphrase, change it, or do without it again."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from agentconsole.cli.asking import NEW_VARIABLE, current_passphrase, new_passphrase
from agentconsole.cli.opening import home_of
from agentconsole.cli.printing import print_json
from agentconsole.platform.keychain import HomeKeychain

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_EPILOG = f"""\
The passphrase is asked for without being shown. Scripts put it into AGENTCONSOLE_PASSPHRASE, a new one into
{NEW_VARIABLE}, or pipe them in, a line each: the passphrase in force first. Nobody can bring a forgotten
passphrase back: what is at the help desk is fetched anew after `agentconsole wipe`, what was not sent is lost.
"""


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's command."""
    passphrase = commands.add_parser(
        "passphrase", help="protect tokens and tickets by a passphrase", epilog=_EPILOG, description=__doc__
    )
    verbs = passphrase.add_subparsers(dest="verb", required=True, metavar="set|change|remove")
    for verb, run, what in (
        ("set", _set, "protect this home: everything kept needs the passphrase from then on"),
        ("change", _change, "take another passphrase; nothing is encrypted anew"),
        ("remove", _remove, "go back to the system keychain, or to a key file in a named home"),
    ):
        each = verbs.add_parser(verb, parents=[common], help=what, description=what, epilog=_EPILOG)
        each.add_argument("--json", action="store_true")
        each.set_defaults(run=run)


def _set(options: Namespace) -> int:
    keychain, given = _keychain(options)
    # where there is none yet, either variable can only mean the new one
    keychain.set_passphrase(given if given and NEW_VARIABLE not in os.environ else new_passphrase())
    return _told(options, keychain, "From now on the passphrase opens this home.")


def _change(options: Namespace) -> int:
    keychain, given = _keychain(options)
    keychain.change_passphrase(current_passphrase(given), new_passphrase())
    return _told(options, keychain, "The new passphrase opens this home; the old one does not.")


def _remove(options: Namespace) -> int:
    keychain, given = _keychain(options)
    keychain.remove_passphrase(current_passphrase(given))
    return _told(options, keychain, f"No passphrase is needed any more. Keys and tokens are in {keychain.place}.")


def _keychain(options: Namespace) -> tuple[HomeKeychain, str | None]:
    """Return the keychain of the home, and the passphrase that the environment gave."""
    home = home_of(options)
    given = home.take_passphrase()
    return HomeKeychain(home.keys, may_use_system=not home.explicit), given


def _told(options: Namespace, keychain: HomeKeychain, sentence: str) -> int:
    if options.json:
        print_json({"guard": keychain.guard, "place": keychain.place})
    else:
        print(sentence)
    return 0
