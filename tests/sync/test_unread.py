"""What of a help desk's answers could not be read is remembered, and told."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from agentconsole.connectors.api import Connector
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import email_token
from agentconsole.connectors.zendesk.connector import ZendeskConnector
from agentconsole.store.store import Store
from agentconsole.sync.exchange import Exchange
from agentconsole.sync.standing import Standing
from tests.support.desk import Time
from tests.support.desks.zendesk.account import CUSTOMER, Account
from tests.support.desks.zendesk.server import BASE, ZendeskServer

pytestmark = pytest.mark.expects_log
TOLD = "tickets[].priority: the word whenever is not known"


class Strange(httpx.AsyncBaseTransport):
    """An account of a later version, whose tickets have a priority that nobody knows."""

    def __init__(self, server: ZendeskServer) -> None:
        self._inner = httpx.ASGITransport(app=server)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        said: Any = json.loads(await answer.aread())
        for row in said.get("tickets", ()):
            row["priority"] = "whenever"
        headers = {"date": answer.headers["date"]}
        return httpx.Response(answer.status_code, json=said, headers=headers, request=request)


class Free:
    """A turn that is always to be had."""

    def take(self) -> bool:
        return True

    def give_back(self) -> None:
        """Nobody waits for it."""


async def test_what_was_not_understood_is_told_after_the_next_start_too(store: Store, time: Time) -> None:
    account = Account(time.now)
    account.create({"subject": "S", "comment": {"body": "B", "public": True}}, CUSTOMER)
    server = ZendeskServer(account)

    def connect() -> Connector:
        http = HttpClient(
            BASE,
            email_token("ben@desk.example", server.token),
            transport=Strange(server),
            clock=time.instant,
            seconds=time.seconds,
            sleep=time.sleep,
        )
        return ZendeskConnector(http, time.sleep, time.seconds, time.instant)

    standing = Standing(store, lambda _status: None)
    exchange = Exchange(store, connect, time.instant, standing, lambda: None, Free())
    await exchange.begin()
    await exchange.pull()
    first = standing.status().unread[TOLD]
    assert first >= 1
    await exchange.end()
    again = Standing(store, lambda _status: None)
    assert again.status().unread == {TOLD: first}
    assert not again.status().problem
