"""The help desks that the contract suite is run against, each by a function of the test's own fixtures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.connectors.contract.desks.freshdesk import FreshdeskDesk
from tests.connectors.contract.desks.reference import ReferenceDesk
from tests.connectors.contract.desks.rt import RequestTrackerDesk
from tests.connectors.contract.desks.zammad import ZammadDesk
from tests.connectors.contract.desks.zendesk import ZendeskDesk
from tests.connectors.contract.harness import ContractDesk

MakeDesk: TypeAlias = Callable[[pytest.FixtureRequest, Path], ContractDesk]
"""Makes the desk of one test in a folder of its own; fixtures that are kept longer are had of the request."""


def _reference(kind: str, who: str) -> MakeDesk:
    return lambda request, folder: ReferenceDesk(request.getfixturevalue("account_file"), folder, kind, who)


DESKS: dict[str, MakeDesk] = {
    "reference server": _reference("agentconsole", "ben"),
    "zendesk, an agent": _reference("zendesk", "ben"),
    "zendesk, an admin": _reference("zendesk", "ada"),
    "zendesk": lambda _request, folder: ZendeskDesk(folder),
    "freshdesk": lambda _request, _folder: FreshdeskDesk(),
    "zammad": lambda _request, _folder: ZammadDesk(),
    "request tracker": lambda request, _folder: RequestTrackerDesk(request.getfixturevalue("request_tracker")),
}

READERS = ("zendesk, an admin",)
"""Desks that only read otherwise than another one of the list: by the exports, which not every sign-in may have."""
