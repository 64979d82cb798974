"""A Request Tracker with many tickets, and a console's home that is to be synced from it."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.profiles import Profile, Profiles
from tests.support.rt.hands import Hands
from tests.support.rt.many import multiply
from tests.support.rt.server import AGENT, COLLEAGUE, ROOT, RequestTracker

PROFILE = "rt"
ORIGINALS = 20
"""Tickets that RT makes itself; the others are copies of these."""

_SUBJECTS = ("The printer jams", "Invoice is too high", "No sound in meetings", "Can't sign in", "Order is late")
_TEXT = "Hello,\n\nsince this morning it does not work any more. We have tried everything in the handbook. "


def fill(server: RequestTracker, tickets: int) -> int:
    """Fill *server* with about *tickets* tickets of customers; returns how many there are."""
    asyncio.run(_originals(server))
    return multiply(server, max(1, tickets // ORIGINALS - 1))


async def _originals(server: RequestTracker) -> None:
    hands = Hands(server)
    for number in range(ORIGINALS):
        subject = f"{_SUBJECTS[number % len(_SUBJECTS)]} ({number})"
        sender = f"customer{number}@firm{number % 6}.example"
        await hands.mail(subject, _TEXT * (1 + number % 4), sender=sender)
        ticket = await hands.newest()
        for reply in range(1 + number % 4):
            await hands.write(
                ticket, f"We look into it ({reply}).\n\n" + _TEXT, public=True, who=(AGENT, COLLEAGUE)[reply % 2]
            )
            await hands.mail(f"Re: [rt.example #{ticket}] {subject}", _TEXT, sender=sender)
        await hands.write(ticket, "Seen before in another queue.", public=False)
        tier = ("Basic", "Pro", "Enterprise")[number % 3]
        values = {"Priority": str(number * 5), "CustomFields": {"Tier": tier, "Tags": ["office", f"batch{number % 3}"]}}
        await hands.set(ticket, values, ROOT)
        if number % 3 == 1:
            await hands.set(ticket, {"Status": "resolved"})
        elif number % 3 == 2:
            await hands.set(ticket, {"Owner": COLLEAGUE.name})
    await hands.close()


def home_for(server: RequestTracker, folder: Path) -> Path:
    """A home in *folder* with one profile for *server* and nothing synced."""
    shutil.rmtree(folder, ignore_errors=True)
    home = Home(folder, explicit=True)
    home.prepare()
    profile = Profile(name=PROFILE, kind="rt", url=server.url, email=AGENT.name, way="password")
    Profiles(home, open_keychain(home)).add(profile, AGENT.password)
    home.settings_file.write_text(json.dumps({"queue.view": "all-open"}))
    return folder
