"""A fake help desk as a process of its own, on loopback: ``python -m tests.support.desks.serving zammad``."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from tests.support.desks.freshdesk import world as freshdesk
from tests.support.desks.freshdesk.app import FreshdeskApi
from tests.support.desks.zammad import world as zammad
from tests.support.desks.zammad.app import ZammadApi

ROOT = Path(__file__).parents[3]
TICKETS = ("Checkout is down", "Certificate übermorgen abgelaufen", "Wrong price on an invoice")


def zammad_app() -> Starlette:
    """A Zammad with three tickets."""
    world = zammad.ZammadWorld(lambda: datetime.now(UTC))
    for subject in TICKETS:
        article = {"body": f"{subject}. Please help!", "type": "email", "to": "help@desk.example", "sender": "Customer"}
        said = {"title": subject, "group_id": zammad.FRONT, "customer_id": zammad.DAN, "article": article}
        world.create(zammad.DAN, said)
    return ZammadApi(world).app


def freshdesk_app() -> Starlette:
    """A Freshdesk with three tickets."""
    world = freshdesk.FreshdeskWorld(lambda: datetime.now(UTC))
    for subject in TICKETS:
        said = {"subject": subject, "description": f"<div>{subject}. Please help!</div>", "source": 1}
        world.create({**said, "status": 2, "priority": 2, "group_id": freshdesk.FRONT}, author=freshdesk.DAN)
    return FreshdeskApi(world).app


APPS = {"zammad": zammad_app, "freshdesk": freshdesk_app}


@contextmanager
def served(kind: str) -> Iterator[str]:
    """Serve a fake of *kind* by a process; yields its address."""
    command = [sys.executable, "-m", "tests.support.desks.serving", kind]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    with process, process.stdout as lines:
        try:
            said = lines.readline()
            assert said.startswith("serving http://"), f"the fake said {said!r}"
            threading.Thread(target=lines.read, daemon=True).start()
            yield said.removeprefix("serving ").strip()
        finally:
            process.terminate()
            process.wait(20)


def main() -> None:
    """Serve until somebody ends this process."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        print(f"serving http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        config = uvicorn.Config(APPS[sys.argv[1]](), log_level="error", lifespan="off")
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
