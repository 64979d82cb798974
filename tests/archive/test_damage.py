"""Archives with damage: it is found and named, whatever bit it is, and one bad attachment costs only itself."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agentconsole.archive.bringing import Outcome, bring
from agentconsole.archive.format import DamagedPart, Line, Listed, Manifest, UnusableArchive
from agentconsole.archive.reading import open_archive
from agentconsole.cli import main

GOOD, BAD = "attachments/4/9/a.log", "attachments/4/10/b.log"
CONTENTS = {GOOD: b"a log, and more of it", BAD: b"another log, as long as it is wide"}


def lines(*told: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in told)


def archive_files() -> dict[str, bytes]:
    """The files of an archive of one ticket with two attachments."""
    attachments = [{"id": path.split("/")[2], "file_name": path[-5:], "path": path} for path in CONTENTS]
    files = {
        "people.jsonl": lines({"id": "7", "name": "Dan Dahl"}),
        "tickets.jsonl": lines({"id": "4", "subject": "Checkout", "status": "open"}),
        "comments.jsonl": lines({"id": "300", "ticket": "4", "body": "See there.", "attachments": attachments}),
        "attachments.jsonl": lines(
            *({"path": path, "sha256": sha256(content).hexdigest()} for path, content in CONTENTS.items())
        ),
    }
    listed = {name: Listed(bytes=len(each), sha256=sha256(each).hexdigest()) for name, each in files.items()}
    manifest = Manifest(
        made_by="test",
        made_at="2026-11-01T00:00:00Z",
        desk="old.example",
        kind="zendesk",
        profile="old",
        complete=True,
        counts={"tickets": 1},
        files=listed,
    )
    return {**files, **CONTENTS, "manifest.json": msgspec.json.encode(manifest)}


def as_folder(path: Path) -> None:
    for name, content in archive_files().items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)


def as_zip(path: Path, method: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", method) as opened:
        for name, content in archive_files().items():
            opened.writestr(name, content)


def spoil(path: Path, name: str, at: int = 3) -> None:
    """Turn a bit of what the file *name* of the zip at *path* is packed into."""
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as opened:
        begin = opened.getinfo(name).header_offset
    data[begin + 30 + len(name) + at] ^= 0x40
    path.write_bytes(data)


class Server:
    """Takes everything."""

    def __init__(self) -> None:
        self.stories: list[Line] = []
        self.kept: list[bytes] = []

    def take(self, _source: str, kind: str, told: Sequence[Line]) -> Outcome:
        if kind == "tickets":
            self.stories += told
        return Outcome(taken={kind: len(told)})

    def missing(self, digests: Sequence[str]) -> Sequence[str]:
        return digests

    def keep(self, digest: str, content: bytes) -> None:
        assert sha256(content).hexdigest() == digest
        self.kept.append(content)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_damaged_file_is_named_whatever_breaks_as_it_is_read(tmp_path: Path, method: int) -> None:
    as_zip(tmp_path / "out.zip", method)
    spoil(tmp_path / "out.zip", "tickets.jsonl")
    spoil(tmp_path / "out.zip", "people.jsonl")
    with open_archive(tmp_path / "out.zip", str) as archive:
        assert sorted(archive.damage()) == [
            "people.jsonl was changed, or is damaged",
            "tickets.jsonl was changed, or is damaged",
        ]
        with pytest.raises(DamagedPart, match="tickets"):
            list(archive.stories())


def test_the_command_line_says_so_and_sends_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_zip(tmp_path / "out.zip")
    spoil(tmp_path / "out.zip", "tickets.jsonl")
    monkeypatch.setenv("AGENTCONSOLE_IMPORT_TOKEN", "sesame")
    # nobody listens there: to be refused for the damage, it must have been found before
    assert main.run(["import", str(tmp_path / "out.zip"), "--server", "http://127.0.0.1:9"]) == 1
    assert "tickets.jsonl was changed, or is damaged" in capsys.readouterr().err


def in_a_zip(path: Path) -> Path:
    as_zip(path / "out.zip")
    spoil(path / "out.zip", BAD)
    return path / "out.zip"


def by_its_header(path: Path) -> Path:
    as_zip(path / "out.zip")
    spoil(path / "out.zip", BAD, at=-30 - len(BAD))
    return path / "out.zip"


def in_a_folder(path: Path) -> Path:
    as_folder(path / "out")
    (path / "out" / BAD).write_bytes(b"something else")
    return path / "out"


@pytest.mark.parametrize("damaged", [in_a_zip, by_its_header, in_a_folder])
def test_one_damaged_attachment_is_told_and_all_else_is_brought(
    tmp_path: Path, damaged: Callable[[Path], Path]
) -> None:
    server = Server()
    with open_archive(damaged(tmp_path), str) as archive:
        assert archive.damage() == []
        brought = bring(archive, server, lambda *_told: None)
    assert server.kept == [CONTENTS[GOOD]]
    ((comment,),) = [story["comments"] for story in server.stories]
    assert [each["id"] for each in comment["attachments"]] == ["9"]
    assert [(each.kind, each.reason, each.ids) for each in brought.troubles] == [
        ("attachments", "the file was changed, or is damaged", ("10",))
    ]


def test_whichever_bit_is_wrong_it_is_told_as_damage(tmp_path: Path) -> None:
    as_zip(tmp_path / "out.zip")
    whole = (tmp_path / "out.zip").read_bytes()
    path = tmp_path / "bad.zip"
    tried = told = 0
    for place in range(0, len(whole), 3):
        tried += 1
        data = bytearray(whole)
        data[place] ^= 1 << place % 8
        path.write_bytes(data)
        try:
            with open_archive(path, str) as archive:
                found = archive.damage()
                brought = bring(archive, Server(), lambda *_told: None)
                told += bool(found or brought.troubles)
        except UnusableArchive:
            told += 1
    # the rest are dates and the like, of which nothing is read
    assert told > tried * 0.7
