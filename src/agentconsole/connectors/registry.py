"""The kinds of help desks that a profile may name: what each offers, and its connector.

Each is a package here of its kind's name, with ``offers.py`` (the constant OFFERS; imports no client library) and
``opening.py`` (the function ``open_connector``, of the shape of :func:`open_connector`). One whose agents can sign in
with the web browser has ``authorizing.py`` (the function ``sign_in_by_browser``).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType

from agentconsole.connectors.api import (
    Capabilities,
    Connection,
    Connector,
    SecretInMemory,
    SecretKeeper,
    Unsupported,
)
from agentconsole.domain.desk_kinds import DESK_KINDS


def offers_of(kind: str) -> Capabilities:
    """Return what help desks of *kind* offer, as far as it is known without asking one. Unsupported."""
    offers: Capabilities = _part_of(kind, "offers").OFFERS
    return offers


def open_connector(connection: Connection, secret: str, keep: SecretKeeper | None = None) -> Connector:
    """Return a connector for *connection*. Nothing is sent yet; a wrong address raises NotAHelpDesk. Unsupported.

    *keep* is called with a secret that takes the place of *secret*, before it is used: of those that rotate, the one
    before is worth nothing any more. Without it the secret is kept in memory.

    The client libraries are imported here, when a connection is wanted, for they take longer than showing the window.
    """
    keeper = SecretInMemory(secret) if keep is None else keep
    opened: Connector = _part_of(connection.kind, "opening").open_connector(connection, secret, keeper)
    return opened


async def sign_in_by_browser(connection: Connection, open_page: Callable[[str], object]) -> str:
    """Have the agent sign in at *connection* with the web browser; returns the secret. Unsupported where none can.

    *open_page* is called with the address to show in the browser, which is worth nothing to anybody else. Takes as long
    as the agent does, five minutes at most; cancel it to give up. A ConnectorError says what is wrong.
    """
    kind = DESK_KINDS.get(connection.kind)
    if kind is not None and all(way.secret for way in kind.ways):
        raise Unsupported(f"Nobody signs in to {kind.title} with the web browser from here.")
    secret: str = await _part_of(connection.kind, "authorizing").sign_in_by_browser(connection, open_page)
    return secret


def _part_of(kind: str, part: str) -> ModuleType:
    if kind not in DESK_KINDS:
        raise Unsupported(f"There is no kind of help desk called {kind}; known are {', '.join(DESK_KINDS)}.")
    return import_module(f"agentconsole.connectors.{kind}.{part}")
