"""Passphrases are typed, or come from a pipe or the environment: never from arguments, which everybody can read."""

from __future__ import annotations

import getpass
import os
import sys
from contextlib import suppress

from agentconsole.cli.failures import EXIT_USAGE, CommandFailed

NEW_VARIABLE = "AGENTCONSOLE_NEW_PASSPHRASE"


def asked(prompt: str) -> str:
    """Return what is typed, unseen; an empty text where nobody can be asked or they would rather not."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return ""
    try:
        with suppress(EOFError):
            return getpass.getpass(prompt, stream=sys.stderr)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        raise
    return ""


def passphrase_of_home() -> str:
    """Ask for the passphrase of the home when a command meets a locked one."""
    return asked("Passphrase: ")


def current_passphrase(given: str | None, variable: str = "AGENTCONSOLE_PASSPHRASE") -> str:
    """Return the passphrase in force: *given* by the environment (*variable*), typed, or the next line of a pipe."""
    return given or _from_person_or_pipe("Passphrase: ", variable)


def new_passphrase() -> str:
    """Return the passphrase to come: from its variable, typed twice, or the next line of a pipe."""
    given = os.environ.pop(NEW_VARIABLE, "")
    if given:
        return given
    new = _from_person_or_pipe("New passphrase: ", NEW_VARIABLE)
    if sys.stdin.isatty() and asked("Once more: ") != new:
        raise CommandFailed("The two differ.", "Nothing was changed. Try again.", EXIT_USAGE)
    return new


def confirmed(question: str, answer: str) -> bool:
    """Say whether somebody typed *answer* to *question*."""
    if not sys.stdin.isatty():
        return False
    print(question, end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip() == answer


def _from_person_or_pipe(prompt: str, variable: str) -> str:
    text = asked(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise CommandFailed(
            "No passphrase was given.", f"Type it when asked, pipe it in, or set {variable}.", EXIT_USAGE
        )
    return text
