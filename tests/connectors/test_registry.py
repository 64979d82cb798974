"""Every kind that a profile may name has its connector, and says beforehand what it offers."""

from __future__ import annotations

import pytest

from agentconsole.connectors.api import Connection, NotAHelpDesk, Unsupported
from agentconsole.connectors.http.loopback import PortTaken
from agentconsole.connectors.registry import offers_of, open_connector, sign_in_by_browser
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
async def test_the_browser_is_opened_where_a_way_to_sign_in_asks_for_it_and_nowhere_else(kind: str) -> None:
    class Opened(Exception):
        """Instead of a browser."""

    def open_page(address: str) -> None:
        assert address.startswith("https://desk.example/")
        raise Opened

    fetched = any(not way.secret for way in DESK_KINDS[kind].ways)
    # a console that is waiting for its own browser has the port, and there is but one
    with pytest.raises((Opened, PortTaken) if fetched else Unsupported):
        await sign_in_by_browser(Connection(kind=kind, url="https://desk.example", client_id="console"), open_page)


@pytest.mark.parametrize("kind", DESK_KINDS)
def test_what_is_offered_is_known_without_asking(kind: str) -> None:
    offers = offers_of(kind)
    assert offers.statuses
    assert "status" in offers.settable
