"""Whoever gets the disk gets no word of a ticket, no name, no token and no passphrase: the real programs, searched."""

from __future__ import annotations

import base64
import gzip
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

import agentconsole
from tests.store.making import opened, pull, ticket
from tests.support.processes import EMAIL, PROGRAM, TOKEN, DeskProcess
from tests.support.readable import found_in, words_of

PASSPHRASE = "Kartoffelpuffer mit Apfelmus"
DRAFT = "Draftquillon unfinished Schnurrbart"
REPLY = "Replyfeather was queued Zwetschgenknoedel"
FILE_NAME = "Invoicelantern.txt"
FILE = "Fileoctopus Mondscheintarif\n" * 5000
FETCHED = "Fetchedwalrus Sommerfrische\n" * 5000
FETCHED_NAME = "Receiptmarmot.pdf"
TAG = "tagsalamander"
OLD = ("rosa@shop.example", "Rosa Lind", "fails with error 502")
OWN = ("supervisor@desk.example", "supervisor", "example")
"""The agent's own address is how they sign in: ``profiles.json`` names it, and nothing of anybody else."""

AGENT_AT_WORK = """
import asyncio, os, pathlib, signal, sys
from agentconsole.cli.opening import profiles_of
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.records import AttachmentRecord
from agentconsole.platform.home import Home
from agentconsole.services.opening import open_workspace

draft, reply, file, ref = sys.argv[1:]
home = Home.locate(None)
profiles = profiles_of(home)


async def work():
    workspace = open_workspace(home, profiles.get(None), profiles)
    ticket = workspace.tickets.find(ref)
    await workspace.drafts.save(ticket, draft, public=True, cursor=3)
    await workspace.tickets.comment(ticket, reply, public=True, files=[pathlib.Path(file)], add_tags=["tagsalamander"])
    workspace.sync.start()
    found = workspace.tickets.detail(ticket)
    files = [each for comment in found.comments for each in comment.attachments]
    attachment = next(each for each in files if each.file_name.startswith("Receipt"))
    copy = await workspace.tickets.open_attachment(attachment)
    assert "Fetchedwalrus" in copy.read_text(), "the copy for another program can be read"
    print(copy, flush=True)
    # killed with everything open: logs that were not written back, files half way
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(work())
"""


class Computer:
    """One agent's computer: a home, temporary files, and where a session keeps what is gone when it ends."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.user, self.temporary, self.memory = (folder / name for name in ("user", "tmp", "run"))
        for made in (self.user, self.temporary, self.memory):
            made.mkdir(mode=0o700)
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("XDG_")},
            "AGENTCONSOLE_HOME": str(self.home),
            "AGENTCONSOLE_PASSPHRASE": PASSPHRASE,
            "DESK_TOKEN": TOKEN,
            "HOME": str(self.user),
            "TMPDIR": str(self.temporary),
            "XDG_RUNTIME_DIR": str(self.memory),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    @property
    def disk(self) -> tuple[Path, ...]:
        """What is still there when the computer is taken away."""
        return self.home, self.user, self.temporary

    def run(self, *arguments: str, program: tuple[str, ...] = PROGRAM, expect: int = 0) -> str:
        done = subprocess.run(
            [*program, *arguments], env=self._environment, capture_output=True, text=True, timeout=110, check=False
        )
        assert done.returncode == expect, f"{arguments} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*PROGRAM, *arguments], env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    with DeskProcess(tmp_path_factory.mktemp("desk"), tickets=40) as running:
        yield running


class Desk:
    """What the help desk knows, asked by its API."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)
        self.close = self._client.close

    def rows(self, path: str, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for page in range(1, 100):
            answer = self._client.get(f"/api/v2/{path}.json", params={"page": page, "per_page": 100})
            answer.raise_for_status()
            found += answer.json()[name]
            if not answer.json().get("next_page"):
                return found
        raise AssertionError("there is no last page")

    def attach(self, number: int) -> None:
        """A customer's file comes with a comment."""
        upload = self._client.post(
            "/api/v2/uploads.json",
            params={"filename": FETCHED_NAME},
            content=FETCHED.encode(),
            headers={"Content-Type": "application/pdf"},
        )
        token = upload.json()["upload"]["token"]
        comment = {"body": "Here is the receipt.", "uploads": [token]}
        self._client.put(f"/api/v2/tickets/{number}.json", json={"ticket": {"comment": comment}}).raise_for_status()

    def secrets(self) -> set[str]:
        """Words of every ticket and comment, names and addresses of everybody: all that is not the program's own."""
        tickets = self.rows("tickets", "tickets")
        texts = [f"{row['subject']} {row['description']} {' '.join(row['tags'])}" for row in tickets]
        for row in tickets:
            texts += [each["body"] for each in self.rows(f"tickets/{row['id']}/comments", "comments")]
        people = self.rows("users", "users")
        names = [str(row["name"]) for row in (*people, *self.rows("organizations", "organizations"))]
        addresses = {str(row["email"]).lower() for row in people if row["email"]}
        subjects = {str(row["subject"]).lower() for row in tickets if len(row["subject"]) > 20}
        secrets = (words_of(texts) | words_of(names) | addresses | subjects | {name.lower() for name in names}) - {""}
        return {secret for secret in secrets if len(secret) > 6 and not any(own in secret for own in OWN)}


def own_words() -> str:
    """All words of the program itself: of its sources and of what it ships, but for the demo's made-up people."""
    root = Path(agentconsole.__file__).parent
    sources = [path for path in root.rglob("*.py") if "demo" not in path.relative_to(root).parts]
    shipped = [path for path in Path(__file__).parents[2].glob("resources/**/*") if path.suffix in (".md", ".toml")]
    return "\n".join(path.read_text(encoding="utf-8").lower() for path in (*sources, *shipped))


def wait_for(path: Path, text: str) -> None:
    for _ in range(600):
        if path.exists() and text in path.read_text():
            return
        time.sleep(0.05)  # another process's start
    raise AssertionError(f"{path.name} never said {text!r}")


@pytest.mark.timeout(300)
def test_the_disk_tells_nothing_of_what_was_worked_on(desk: DeskProcess, tmp_path: Path) -> None:
    with closing(Desk(desk.url)) as at_desk:
        search_after_work(Computer(tmp_path), at_desk, desk.url, tmp_path)


def search_after_work(computer: Computer, at_desk: Desk, url: str, tmp_path: Path) -> None:
    computer.home.mkdir()
    store = computer.home / "profiles" / "desk" / "console.db"
    # an earlier version was at work here, which encrypted nothing
    store.parent.mkdir(parents=True)
    store.write_bytes(gzip.decompress((Path(__file__).parents[1] / "data" / "store_v1.db.gz").read_bytes()))
    waiting = store.parent / "files" / "kept" / "0123456789abcdef0123456789abcdef"
    waiting.parent.mkdir(parents=True)
    waiting.write_text(FILE)
    assert found_in(computer.disk, [OLD[0], "Mondscheintarif"]).keys() == {str(store), str(waiting)}

    account = ("--url", url, "--email", EMAIL, "--token-env", "DESK_TOKEN")
    computer.run("passphrase", "set")
    computer.run("profile", "add", "desk", *account)
    computer.run("tickets")
    assert list(store.parent.glob("*.backup")), "the migration of the old store left a copy"
    computer.run("sync")
    (number, *_) = (
        row["id"] for row in at_desk.rows("tickets", "tickets") if row["status"] in ("new", "open", "pending")
    )
    at_desk.attach(number)
    computer.run("sync")
    computer.run("reply", str(number), "--text", REPLY)
    computer.run("set", str(number), "priority=high", f"tags=+{TAG}")
    attached = tmp_path / FILE_NAME
    attached.write_text(FILE)
    worked = (sys.executable, "-c", AGENT_AT_WORK)
    copy = Path(computer.run(DRAFT, REPLY, str(attached), str(number), program=worked, expect=-signal.SIGKILL).strip())
    assert copy.is_file(), "killed before it could tidy up"
    assert copy.is_relative_to(computer.memory), "the readable copy is in memory"
    attached.unlink()
    assert store.with_name("console.db-wal").stat().st_size > 0
    written = {word.lower() for text in (DRAFT, REPLY, FILE, FETCHED) for word in text.split() if len(word) > 8}
    ours = {*written, *(word.lower() for word in (*OLD, TOKEN, PASSPHRASE, FILE_NAME, FETCHED_NAME, TAG))}
    known = own_words()
    theirs = {secret for secret in at_desk.secrets() if secret not in known}
    assert len(theirs) > 300, "there is much to be found"
    secrets = ours | theirs
    assert found_in(computer.disk, secrets) == {}
    assert len(list((store.parent / "files" / "attachments").iterdir())) == 1

    # the window, killed as well
    window = computer.start()
    try:
        wait_for(computer.home / "logs" / "agentconsole.log", "first paint after")
        wait_until_gone(copy)
    finally:
        window.kill()
        window.wait(10)
    assert found_in(computer.disk, secrets) == {}

    computer.run("tickets", "--limit", "5")
    computer.run("show", str(number))
    computer.run("doctor", "--json")
    computer.run("sync")
    sent = at_desk.rows(f"tickets/{number}/comments", "comments")
    assert [each["body"] for each in sent].count(REPLY) == 2
    assert [each["file_name"] for each in sent[-1]["attachments"]] == [FILE_NAME]
    assert found_in(computer.disk, secrets) == {}
    assert re.search(r"\w", (computer.home / "profiles.json").read_text())


def wait_until_gone(copy: Path) -> None:
    """The next start removes what a killed console left open for another program."""
    for _ in range(200):
        if not copy.exists():
            return
        time.sleep(0.05)  # another process's work
    raise AssertionError("the readable copy of an attachment was left behind")


def test_what_is_readable_would_be_found(tmp_path: Path) -> None:
    secret = "Zwetschgenknoedel"
    store = opened(tmp_path / "console.db", key=None)
    pull(store, ticket("1", f"About {secret} again"))
    (tmp_path / secret).touch()
    (tmp_path / "wide").write_text(f"... {secret}", encoding="utf-16-le")
    (tmp_path / "hex").write_bytes(b"\x00\x01" + f"a{secret}".encode().hex().encode())
    for number in range(3):
        (tmp_path / f"base{number}").write_bytes(base64.b64encode(b"xyz"[:number] + f"{secret} and more".encode()))
    try:
        shown = {Path(path).name for path in found_in([tmp_path], [secret])}
        assert shown >= {"console.db-wal", secret, "wide", "hex", "base0", "base1", "base2"}
    finally:
        store.close()
    (tmp_path / "umlaut").write_text("Grüße aus Würzburg")
    assert Path(*found_in([tmp_path], ["würzburg"])).name == "umlaut"
    assert "console.db" in {Path(path).name for path in found_in([tmp_path], [secret])}
