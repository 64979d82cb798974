"""Files beside the store: encrypted, under names that tell nothing, and never given out damaged."""

from __future__ import annotations

import io
import os
import random
from contextlib import closing
from pathlib import Path

import pytest

from agentconsole.domain.commands import AddComment
from agentconsole.domain.files import FileDamaged, LocalFile
from agentconsole.store import driver
from agentconsole.store.sealed import CHUNK, SealedFile, SealedWriter, hidden_name
from agentconsole.store.store import Store
from tests.store.making import opened, pull, ticket
from tests.support.keys import KEY

SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 77)


def sealed(path: Path, content: bytes, what: str = "test", key: bytes = KEY) -> SealedFile:
    """Seal *content* at *path*, in pieces of odd sizes, as they come from a network."""
    writing = SealedWriter(path, key, what, "näme.txt")
    for begin in range(0, len(content), 10_007):
        assert not path.exists()
        writing.write(content[begin : begin + 10_007])
    writing.finish()
    return SealedFile(path, key, what)


def content_of(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def receive(store: Store, ref: str, content: bytes = b"x" * 100, name: str = "a.bin") -> Path:
    """Keep an attachment and return where it is on the disk."""
    folder = store.path.parent / "files" / "attachments"
    before = set(folder.glob("*"))
    receiving = store.files.receive(ref, name)
    receiving.write(content)
    receiving.finish()
    (path,) = set(folder.glob("*")) - before
    return path


def on_disk(store: Store, kept: LocalFile) -> Path:
    """Where a kept file is on the disk."""
    return store.path.parent / "files" / "waiting" / hidden_name(KEY, f"kept {kept.key}")


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_comes_back_from_any_place(tmp_path: Path, size: int) -> None:
    content = content_of(size)
    file = sealed(tmp_path / "a", content)
    assert (file.name, file.size) == ("näme.txt", size)
    assert b"".join(file.chunks()) == content
    with file.open() as stream:
        assert stream.read() == content
        assert stream.read(1) == b""
        for place in sorted({0, 1, size // 2, max(0, size - 1), size, size + 5}, reverse=True):
            stream.seek(place)
            assert stream.read(CHUNK + 3) == content[place : place + CHUNK + 3]
        assert stream.seek(0, io.SEEK_END) == size
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("size", SIZES)
def test_a_file_that_was_cut_off_anywhere_is_not_given_out(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a"
    sealed(path, content_of(size))
    whole = path.read_bytes()
    step = CHUNK + 16
    cuts = {len(whole) - 1, len(whole) // 2, 0, 10, 30, *range(len(whole) - size % CHUNK - 16, 40, -step)}
    for cut in sorted(cuts - {len(whole)}):
        path.write_bytes(whole[:cut])
        with pytest.raises(FileDamaged):
            b"".join(SealedFile(path, KEY, "test").chunks())


def test_no_bit_can_be_changed_and_no_chunk_moved(tmp_path: Path) -> None:
    path = tmp_path / "a"
    sealed(path, content_of(3 * CHUNK + 5))
    whole = path.read_bytes()
    chance = random.Random(7)
    for _ in range(40):
        place = chance.randrange(len(whole))
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        with pytest.raises(FileDamaged):
            b"".join(SealedFile(path, KEY, "test").chunks())
    step, tail = CHUNK + 16, 5 + 16
    begin = len(whole) - 3 * step - tail
    first, second = whole[begin : begin + step], whole[begin + step : begin + 2 * step]
    path.write_bytes(whole[:begin] + second + first + whole[begin + 2 * step :])
    with pytest.raises(FileDamaged):
        b"".join(SealedFile(path, KEY, "test").chunks())
    path.write_bytes(whole[:begin] + first + whole[begin + 2 * step :])
    with pytest.raises(FileDamaged):
        b"".join(SealedFile(path, KEY, "test").chunks())


def test_another_key_or_another_purpose_opens_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a"
    sealed(path, b"secret")
    for key, what in ((bytes(32), "test"), (KEY, "other")):
        with pytest.raises(FileDamaged):
            SealedFile(path, key, what)


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    writing = SealedWriter(tmp_path / "a", KEY, "test", "a")
    writing.write(bytes(200_000))
    writing.abandon()
    assert list(tmp_path.iterdir()) == []


def test_a_kept_file_outlives_its_original(store: Store, tmp_path: Path) -> None:
    original = tmp_path / "bill.pdf"
    original.write_bytes(b"%PDF of Mrs Quillfeather")
    key = store.files.keep(original)
    assert store.files.keep(original) == key
    original.unlink()
    kept = store.files.local(key)
    assert kept is not None
    assert (kept.file_name, kept.content_type, kept.size) == ("bill.pdf", "application/pdf", 24)
    with kept.open() as content:
        assert content.read() == b"%PDF of Mrs Quillfeather"
    path = on_disk(store, kept)
    assert b"Quillfeather" not in path.read_bytes()
    assert "bill" not in str(path)
    assert key not in str(path)
    assert [other.name for other in path.parent.iterdir()] == [path.name]
    assert store.files.local("unknown") is None
    with pytest.raises(FileNotFoundError):
        store.files.keep(original)


def test_a_kept_file_that_is_damaged_is_said_and_can_be_kept_again(store: Store, tmp_path: Path) -> None:
    original = tmp_path / "bill.pdf"
    original.write_bytes(content_of(3 * CHUNK))
    key = store.files.keep(original)
    kept = store.files.local(key)
    assert kept is not None
    path = on_disk(store, kept)
    data = bytearray(path.read_bytes())
    data[-CHUNK] ^= 1
    path.write_bytes(data)
    damaged = store.files.local(key)
    assert damaged is not None
    with damaged.open() as content:
        assert content.read(CHUNK) == original.read_bytes()[:CHUNK]
        with pytest.raises(FileDamaged) as caught:
            content.read()
    assert caught.value.strerror == "the copy on this computer is damaged"
    path.write_bytes(b"")
    with pytest.raises(FileDamaged):
        store.files.local(key)
    assert store.files.keep(original) == key
    mended = store.files.local(key)
    assert mended is not None
    with mended.open() as content:
        assert content.read() == original.read_bytes()


def test_a_fetched_file_that_is_damaged_is_as_if_it_were_not_there(store: Store) -> None:
    path = receive(store, "7", b"whole", "../../etc/pass\u202ewd")
    found = store.files.cached("7")
    assert found is not None
    assert (found.file_name, found.size, found.open().read()) == ("../../etc/pass\u202ewd", 5, b"whole")
    path.write_bytes(path.read_bytes()[:20])
    assert store.files.cached("7") is None
    assert not path.exists()
    assert store.files.cached("never fetched") is None


def test_attachments_make_room_for_those_opened_later_and_unsent_ones_stay(store: Store, tmp_path: Path) -> None:
    pull(store, ticket("1"))
    for number in range(4):
        path = receive(store, str(number))
        os.utime(path, (number, number))
    one = path.stat().st_size
    assert store.files.cached("0") is not None  # opened again: now the newest
    waiting, done = tmp_path / "waiting.pdf", tmp_path / "done.pdf"
    waiting.write_bytes(b"w" * 100)
    done.write_bytes(b"d" * 100)
    unsent, sent = store.files.keep(waiting), store.files.keep(done)
    for key in (unsent, sent):
        kept = store.files.local(key)
        assert kept is not None
        os.utime(on_disk(store, kept), (0, 0))
    begun = path.with_name(".part-0123")
    begun.write_bytes(b"half")
    os.utime(begun, (0, 0))
    command = AddComment(body="See this", public=True, attachments=(unsent,))
    store.outbox.queue([(1, command)], batch="b").result()

    assert store.files.trim(6 * one) == 0
    assert not begun.exists()
    assert store.files.trim(int(2.5 * one)) == 3

    assert [store.files.cached(str(number)) is not None for number in range(4)] == [True, False, False, True]
    assert store.files.local(unsent) is not None
    assert store.files.local(sent) is None
    assert store.files.trim(0) == 1
    assert store.files.cached("3") is None


def test_what_a_trip_takes_along_stays(path: Path) -> None:
    store = opened(path)
    try:
        pull(store, ticket("1"))
        receive(store, "7")
        receive(store, "8")
        receive(store, "9")
        with_trip(store, "7")
        assert store.files.trim(0) == 1
        assert [store.files.cached(ref) is not None for ref in "789"] == [True, False, True]
    finally:
        store.close()


def with_trip(store: Store, ref: str) -> None:
    with closing(driver.connect(store.path, key=KEY, writer=True)) as db:
        db.execute(
            "INSERT INTO trip_file (ref, ticket, file_name, url, size, state) VALUES (?, 1, 'a', 'u', 1, 'here')",
            (ref,),
        )
