"""A store of before encryption: encrypted whole when it is first opened, whatever ends that in between."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.commands import AddComment
from agentconsole.domain.query import QueueQuery
from agentconsole.store import driver
from agentconsole.store.cipher import PAGE_SIZE, Seal, look_at, mac_key_of, salt_of
from agentconsole.store.cipher import is_whole as page_is_whole
from agentconsole.store.desks import open_store_of, stores_aside, unsent_in
from agentconsole.store.encrypting import encrypt_store, steps_beside
from agentconsole.store.errors import CorruptDatabase, DatabaseBusy, NewerSchema, WrongKey
from agentconsole.store.files import Files
from agentconsole.store.opening import SCHEMA
from agentconsole.store.store import Store
from tests.store.making import comment, opened, pull, ticket
from tests.support.keys import KEY

WORD = "Quillfeather"
"""Stands in everything that the tests write, and may stand in no file in the end."""

LAST = "Zwickmuehle"
"""Was committed last: it is in the write-ahead log only."""

MOST_STEPS = 30


@pytest.fixture(scope="module")
def plain_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an earlier console left when it was killed: its store, a log, a backup, another desk, damage, files."""
    folder = tmp_path_factory.mktemp("plain")
    path = folder / "live" / "console.db"
    store = opened(path, key=None)
    kept = folder / "kept.txt"
    kept.write_text(f"{WORD} kept")
    key = store.files.keep(kept)
    pull(store, *(ticket(str(number), f"{WORD} {number}") for number in range(1, 200)))
    pull(store, *(comment(f"c{number}", "1", f"{WORD} wrote {number}") for number in range(300)))
    store.outbox.queue(
        [(1, AddComment(body=f"{WORD} says hello", public=True, attachments=(key,)))], batch="b"
    ).result()
    store.close()
    store = opened(path, key=None)
    store.drafts.save(2, f"{WORD} {LAST}", public=True, cursor=0).result()
    home = folder / "home"
    home.mkdir()
    for name in ("console.db", "console.db-wal"):
        shutil.copy(path.with_name(name), home)
    store.close()
    for name in ("console.db.v1.backup", "console@old.example.db"):
        shutil.copy(path, home / name)
    damaged = bytearray(path.read_bytes())
    damaged[: 2 * PAGE_SIZE] = bytes(2 * PAGE_SIZE)
    (home / "console-damaged-20260101-000000.db").write_bytes(damaged)
    (home / "console-damaged-20260202-000000.db").write_bytes(path.read_bytes()[: 10 * PAGE_SIZE + 5])
    (home / "console-damaged-20260202-000000.db-wal").write_bytes(f"{WORD} in a log".encode())
    (home / "console.db.v1.backup.partial").write_bytes(path.read_bytes()[: 3 * PAGE_SIZE])
    for files in (home / "files", home / "files@old.example"):
        (files / "kept").mkdir(parents=True)
        (files / "fetched" / "0123").mkdir(parents=True)
        (files / "kept" / key).write_text(f"{WORD} kept")
        (files / "kept" / ".part-1").write_text(f"{WORD} ke")
        (files / "fetched" / "0123" / f"{WORD}.txt").write_text(f"{WORD} fetched")
    (folder / "key").write_text(key)
    return folder


@pytest.fixture
def plain(plain_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(plain_home / "home", tmp_path / "home")) / "console.db"


def readable_in(folder: Path) -> list[str]:
    """The files that hold, or are named by, one of our words."""
    found = []
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        if any(word in path.name or word.encode() in data for word in (WORD, LAST)):
            found.append(str(path.relative_to(folder)))
    return found


def assert_all_is_there(store: Store, key: str) -> None:
    assert store.totals() == {"tickets": 199, "comments": 300}
    assert store.queue.all_ids(QueueQuery(view="everything", text=WORD)).tolist() != []
    assert [row.command for row in store.outbox.rows()] == [
        AddComment(body=f"{WORD} says hello", public=True, attachments=(key,))
    ]
    assert [draft.body for draft in store.drafts.all_drafts()] == [f"{WORD} {LAST}"]
    kept = store.files.local(key)
    assert kept is not None
    with kept.open() as content:
        assert content.read() == f"{WORD} kept".encode()
    assert store.integrity() == ""


def test_everything_is_encrypted_when_it_is_first_opened(plain: Path, plain_home: Path) -> None:
    assert len(readable_in(plain.parent)) > 8
    key = (plain_home / "key").read_text()
    store = opened(plain)
    try:
        assert_all_is_there(store, key)
        assert readable_in(plain.parent) == []
    finally:
        store.close()
    assert readable_in(plain.parent) == []
    for copy in (plain.with_name("console.db.v1.backup"), plain.with_name("console@old.example.db")):
        assert look_at(copy, KEY) is Seal.OURS
        with closing(driver.connect(copy, key=KEY)) as db:
            assert db.execute("SELECT count(*) FROM ticket").fetchone() == (199,)
            assert driver.pragma_number(db, "user_version") == SCHEMA
            assert driver.pragma_number(db, "application_id") == driver.APPLICATION_ID
    assert unsent_in(plain.with_name("console@old.example.db"), key=KEY) == (1, 1)
    assert len(list(plain.parent.glob("console-damaged-*.sealed"))) == 3
    again = opened(plain)
    assert_all_is_there(again, key)
    again.close()


def killed_after(step: int, path: Path) -> bool:
    """Encrypt in a process that is killed after *step* steps; False when it came to the end before."""
    script = (
        "import os, pathlib, signal\n"
        "from agentconsole.store.cipher import plain_beside\n"
        "from agentconsole.store.encrypting import steps, steps_beside\n"
        f"path, key = pathlib.Path({str(path)!r}), bytes.fromhex({KEY.hex()!r})\n"
        "def all_steps():\n"
        "    yield from steps(path, key)\n"
        "    for found in plain_beside(path, key):\n"
        "        yield from steps_beside(found, key)\n"
        "for number, _ in enumerate(all_steps()):\n"
        f"    if number == {step}:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


@pytest.mark.timeout(300)
def test_killed_after_any_step_nothing_is_lost_and_the_next_start_goes_on(plain_home: Path, tmp_path: Path) -> None:
    key = (plain_home / "key").read_text()
    for step in range(2 * MOST_STEPS):
        home = Path(shutil.copytree(plain_home / "home", tmp_path / str(step)))
        path = home / "console.db"
        if not killed_after(step, path):
            break
        again = step % 4 == 0 and killed_after(step // 2, path)  # and killed once more, elsewhere
        store = opened(path)
        assert_all_is_there(store, key)
        store.close()
        assert readable_in(home) == [], (step, again)
        assert [name for name in os.listdir(home) if name.endswith((".plain", ".encrypting", ".partial"))] == []
    else:
        pytest.fail("there is no end of steps")
    assert step > 20


def test_killed_at_any_moment_nothing_is_lost(plain_home: Path, tmp_path: Path) -> None:
    key = (plain_home / "key").read_text()
    script = (
        "import pathlib, sys\n"
        "from agentconsole.store.encrypting import encrypt_store, encrypt_beside\n"
        f"key = bytes.fromhex({KEY.hex()!r})\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "print('go', flush=True)\n"
        "encrypt_store(path, key)\n"
        "encrypt_beside(path, key)\n"
    )
    for number in range(8):
        home = Path(shutil.copytree(plain_home / "home", tmp_path / str(number)))
        path = home / "console.db"
        with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(number * 0.004)  # the moment is what is tried, not waited for
            process.kill()
        store = opened(path)
        assert_all_is_there(store, key)
        store.close()
        assert readable_in(home) == []


def test_a_store_that_somebody_has_open_is_left_alone(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agentconsole.store.encrypting._BUSY_MS", 10)
    with closing(driver.connect(plain, key=None)) as other:
        assert other.execute("SELECT count(*) FROM ticket").fetchone() == (199,)
        with pytest.raises(DatabaseBusy):
            opened(plain)
        assert other.execute("SELECT count(*) FROM draft").fetchone() == (1,)
    opened(plain).close()
    assert look_at(plain, KEY) is Seal.OURS


def test_who_comes_second_does_not_put_the_old_store_back(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = driver.connect

    def connect_late(path: Path, **options: Any) -> driver.Connection:
        """Another console encrypts the store, and writes to it, after this one has seen that it is readable."""
        monkeypatch.undo()
        store = opened(plain)
        store.drafts.save(3, "Written meanwhile", public=True, cursor=0).result()
        store.close()
        return real(path, **options)

    monkeypatch.setattr(driver, "connect", connect_late)
    encrypt_store(plain, KEY)
    store = opened(plain)
    assert "Written meanwhile" in [draft.body for draft in store.drafts.all_drafts()]
    store.close()


def test_consoles_that_start_at_once_encrypt_once(plain: Path) -> None:
    script = (
        "import pathlib, sys, time\n"
        "from agentconsole.store.errors import DatabaseBusy\n"
        "from agentconsole.store.opening import open_store\n"
        f"path, key = pathlib.Path({str(plain)!r}), bytes.fromhex({KEY.hex()!r})\n"
        "sys.stdin.readline()\n"
        "store = open_store(path, key=key)\n"
        "store.drafts.save(int(sys.argv[1]), 'By ' + sys.argv[1], public=True, cursor=0).result()\n"
        "store.close()\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script, str(number)], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for number in (10, 11, 12)
    ]
    said = [process.communicate(b"go\n", timeout=60)[1].decode() for process in running]
    # who finds it busy says so, and has lost nothing
    assert all("DatabaseBusy" in text or not text for text in said)
    assert not all(said)
    store = opened(plain)
    written = {draft.body for draft in store.drafts.all_drafts()}
    assert {f"By {number}" for number, text in zip((10, 11, 12), said, strict=True) if not text} <= written
    assert store.totals() == {"tickets": 199, "comments": 300}
    store.close()


def test_one_that_is_damaged_or_not_ours_is_left_as_it_is(plain: Path) -> None:
    with closing(sqlite3.connect(plain)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    before = plain.read_bytes()
    with pytest.raises(NewerSchema):
        opened(plain)
    assert plain.read_bytes() == before
    with closing(sqlite3.connect(plain)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA}")
        root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'comment'").fetchone()[0]
    data = bytearray(plain.read_bytes())
    data[(root - 1) * PAGE_SIZE : root * PAGE_SIZE] = b"\xff" * PAGE_SIZE
    plain.write_bytes(data)
    with pytest.raises(CorruptDatabase):
        opened(plain)
    assert look_at(plain, KEY) is Seal.PLAIN
    assert not plain.with_name("console.db.encrypting").exists()


def test_a_second_name_is_never_overwritten_while_the_store_is_readable(plain: Path) -> None:
    second = plain.with_name("console.db.plain")
    os.link(plain, second)
    for _ in steps_beside(second, KEY):
        pass
    with closing(sqlite3.connect(plain)) as db:
        assert db.execute("SELECT count(*) FROM ticket").fetchone() == (199,)
    assert not second.exists()
    second.write_bytes(b"who knows what")
    for _ in steps_beside(second, KEY):
        pass
    assert second.read_bytes() == b"who knows what"


def test_a_store_that_was_only_begun_is_encrypted_too(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
    assert look_at(path, KEY) is Seal.PLAIN
    opened(path).close()
    assert look_at(path, KEY) is Seal.OURS


def test_a_desk_that_comes_back_is_found_encrypted(plain: Path) -> None:
    open_store_of("new.example", plain, key=KEY).close()
    assert readable_in(plain.parent) == []
    store = open_store_of("old.example", plain, key=KEY)
    assert store.totals()["tickets"] == 199
    store.close()
    assert [path.name for path in stores_aside(plain)] == ["console@new.example.db"]


def test_nothing_is_done_to_what_is_encrypted_already(path: Path) -> None:
    before = path.read_bytes()
    encrypt_store(path, KEY)
    assert path.read_bytes() == before


# another key, or damage


def test_another_key_is_told_from_damage(path: Path) -> None:
    with pytest.raises(WrongKey) as caught:
        opened(path, key=bytes(32))
    assert "key" in caught.value.advice
    data = bytearray(path.read_bytes())
    data[:16] = os.urandom(16)
    path.write_bytes(data)
    assert look_at(path, KEY) is Seal.OURS
    opened(path).close()
    data[:PAGE_SIZE] = os.urandom(PAGE_SIZE)
    path.write_bytes(data)
    with pytest.raises(CorruptDatabase):
        opened(path)
    with pytest.raises(WrongKey):
        opened(path, key=bytes(32))


def test_a_wrong_key_is_not_complained_of_on_the_terminal(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(driver.Error), closing(driver.connect(path, key=bytes(32))) as db:
        db.execute("SELECT 1 FROM ticket")
    assert capfd.readouterr().err == ""


def test_the_log_the_copies_and_what_is_attached_are_encrypted(path: Path, tmp_path: Path) -> None:
    store = opened(path)
    pull(store, *(ticket(str(number), f"{WORD} {number}") for number in range(1, 500)))
    store.drafts.save(2, f"{WORD} draft", public=True, cursor=0).result()
    assert path.with_name("console.db-wal").stat().st_size > PAGE_SIZE
    assert readable_in(path.parent) == []
    copy, attached = tmp_path / "copy.db", tmp_path / "attached.db"
    with closing(driver.connect(path, key=KEY, writer=True)) as db:
        db.execute("VACUUM INTO ?", (str(copy),))
        db.execute("ATTACH ? AS other", (str(attached),))
        db.execute("CREATE TABLE other.t AS SELECT subject FROM ticket")
        db.execute("CREATE TEMP TABLE u AS SELECT subject FROM ticket ORDER BY random()")
    store.close()
    assert readable_in(tmp_path) == []
    for file in (copy, attached):
        pages = file.read_bytes()
        assert pages.startswith(salt_of(KEY))
        mac_key = mac_key_of(KEY)
        count = len(pages) // PAGE_SIZE
        assert all(page_is_whole(pages[n * PAGE_SIZE : (n + 1) * PAGE_SIZE], n + 1, mac_key) for n in range(count))


def test_files_of_a_store_without_encryption_are_sealed_all_the_same(tmp_path: Path) -> None:
    store = opened(tmp_path / "console.db", key=None)
    assert isinstance(store.files, Files)
    receiving = store.files.receive("1", WORD)
    receiving.write(WORD.encode())
    receiving.finish()
    store.close()
    assert [name for name in readable_in(tmp_path) if name.startswith("files")] == []


def test_opening_a_store_opens_no_second_handle_to_what_is_open_already(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touched: list[str] = []
    real = Path.open

    def noting(self: Path, *arguments: Any, **values: Any) -> Any:
        touched.append(self.name)
        return real(self, *arguments, **values)

    store = opened(path)
    try:
        pull(store, ticket("1"))
        monkeypatch.setattr(Path, "open", noting)
        # closing such a handle would give back the locks of the first one: another process could take its log away
        opened(path).close()
    finally:
        store.close()
    assert not {"console.db", "console.db-wal", "console.db-shm"} & set(touched)
