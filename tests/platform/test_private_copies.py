"""Plain copies for other programs: private, apart, and gone at the end, even of a console that crashed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agentconsole.platform.private_copies import PrivateCopies, safe_name, usual_places


def copies_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]


def test_copies_are_for_their_owner_only_and_go_with_the_program(tmp_path: Path) -> None:
    copies = PrivateCopies((tmp_path,))
    first, second = copies.place("bill.pdf", 10), copies.place("bill.pdf", 10)
    assert first != second
    assert first.name == second.name == "bill.pdf"
    for folder in (first.parent, first.parent.parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    first.write_text("plain")
    assert copies.sweep() == 0
    assert first.read_text() == "plain"
    copies.close()
    copies.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_crashed_console_left_is_swept_and_what_a_running_one_needs_is_not(tmp_path: Path) -> None:
    script = (
        "import pathlib, sys\n"
        "from agentconsole.platform.private_copies import PrivateCopies\n"
        f"path = PrivateCopies((pathlib.Path({str(tmp_path)!r}),)).place('a.txt', 5)\n"
        "path.write_text('plain')\n"
        "print('written', flush=True)\n"
        "sys.stdin.read()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        assert process.stdout.readline() == b"written\n"
        assert PrivateCopies((tmp_path,)).sweep() == 0
        assert [path.read_text() for path in copies_in(tmp_path)] == ["plain"]
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert PrivateCopies((tmp_path,)).sweep() == 1
        assert list(tmp_path.iterdir()) == []
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_a_copy_that_does_not_fit_into_memory_goes_where_it_fits(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    copies = PrivateCopies((tmp_path / "file", tmp_path))
    assert copies.place("a", 1).is_relative_to(tmp_path)
    copies.close()


def test_the_usual_places_end_with_the_temporary_files() -> None:
    assert usual_places()
    assert all(place.is_dir() for place in usual_places())


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "a\x00b",
        "",
        "..",
        "x" * 300 + ".png",
        "漢" * 90 + ".pdf",
        "." + "x" * 300,
        "v.part",
        "\ud800.txt",
        "inv\u202efdp.exe",
        "a/b\\c",
    ],
)
def test_a_copy_stays_in_its_folder_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    copies = PrivateCopies((tmp_path,))
    place = copies.place(name, 1)
    place.write_bytes(b"whole")
    assert tmp_path.resolve() in place.resolve().parents
    assert len(place.relative_to(tmp_path).parts) == 3
    assert "\u202e" not in place.name
    assert len(place.name.encode()) <= 200
    assert place.suffix == Path(name).suffix or "x" * 100 not in name
    assert safe_name(place.name) == place.name
    copies.close()
