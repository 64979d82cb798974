"""Every kind that a profile may name has its connector, and says beforehand what it offers."""

from __future__ import annotations

import pytest

from agentconsole.connectors.api import Connection, NotAHelpDesk, Unsupported
from agentconsole.connectors.registry import offers_of, open_connector
from agentconsole.domain.desk_kinds import DESK_KINDS


@pytest.mark.parametrize("kind", DESK_KINDS)
async def test_each_kind_is_opened_without_a_word_to_the_network(kind: str) -> None:
    connector = open_connector(Connection(kind=kind, url="https://desk.example", person="a@b.example"), "secret")
    assert connector.kind == kind
    assert connector.capabilities == offers_of(kind)
    await connector.close()


@pytest.mark.parametrize("kind", DESK_KINDS)
def test_an_address_that_is_none_is_told_at_once(kind: str) -> None:
    with pytest.raises(NotAHelpDesk):
        open_connector(Connection(kind=kind, url="ftp://desk.example", person="a@b.example"), "secret")


def test_another_kind_is_unknown() -> None:
    with pytest.raises(Unsupported, match="pigeon"):
        offers_of("pigeon")
    with pytest.raises(Unsupported, match=", ".join(DESK_KINDS)):
        open_connector(Connection(kind="pigeon", url="https://desk.example"), "")


@pytest.mark.parametrize("kind", DESK_KINDS)
def test_what_is_offered_is_known_without_asking(kind: str) -> None:
    offers = offers_of(kind)
    assert offers.statuses
    assert "status" in offers.settable
