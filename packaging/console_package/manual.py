"""Writes the manual page from what the command line says of itself."""

from __future__ import annotations

from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from datetime import UTC, datetime

from agentconsole import __version__
from agentconsole.cli.main import build_parser

_DESCRIPTION = """\
Without a command the window opens on the first profile, or asks which help desk to connect. Every command but
.B serve
and
.B sync
works without a network; changes go to the outbox and are sent once, in order. Every listing takes
.BR \\-\\-json .
.PP
An address such as
.I support:ticket/1042
opens that ticket, in the window that is open already or in a new one.
"""

_FILES = """\
.TP
.I ~/.local/share/agentconsole
profiles, tickets (encrypted), policy packs of one's own, logs. Removing the package leaves it;
.B agentconsole wipe
removes a profile from it.
"""

_ENVIRONMENT = (
    ("AGENTCONSOLE_HOME", "keep everything under this folder"),
    ("AGENTCONSOLE_PROFILE", "which connection"),
    ("AGENTCONSOLE_PASSPHRASE", "opens a home that a passphrase guards"),
)


def manual_page(epoch: int) -> str:
    """Return the page agentconsole(1), dated *epoch*."""
    # a word that is no command has every group of commands in it
    parser = build_parser(["every command"])
    day = datetime.fromtimestamp(epoch, UTC).date().isoformat()
    return "".join(
        (
            f'.TH AGENTCONSOLE 1 {day} "agentconsole {__version__}"\n',
            ".SH NAME\nagentconsole \\- desktop console for support agents\n",
            ".SH SYNOPSIS\n.B agentconsole\n[\\-\\-home DIR] [\\-\\-profile NAME] [COMMAND ...]\n.br\n",
            ".B agentconsole\nsupport:ticket/NUMBER\n",
            f".SH DESCRIPTION\n{_DESCRIPTION}",
            ".SH COMMANDS\n",
            *_commands(parser, ""),
            ".SH ENVIRONMENT\n",
            *(f".TP\n.B {name}\n{_plain(about)}\n" for name, about in _ENVIRONMENT),
            f".SH FILES\n{_FILES}",
        )
    )


def _commands(parser: ArgumentParser, before: str) -> Iterator[str]:
    for action in parser._actions:  # argparse has no other way to ask what it knows
        if not isinstance(action, _SubParsersAction):
            continue
        told = {choice.dest: choice.help or "" for choice in action._choices_actions}
        for name, inner in action.choices.items():
            yield f".TP\n.B {_plain(f'{before}{name}')}\n{_plain(told.get(name, ''))}\n"
            yield from _commands(inner, f"{before}{name} ")


def _plain(text: str) -> str:
    """Return *text* as troff shows it to the letter."""
    text = text.replace("%%", "%").replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
