"""Code that is kept for the first frame is that of its sources, and of nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_CODE = """
import sys
kept, folder, keep = sys.argv[1:]
sys.dont_write_bytecode = False
sys.path.insert(0, folder)
from agentconsole.kept_code import keep_code, use_kept_code
use_kept_code(kept)
use_kept_code(kept)
import shipped
from shipped import inner
assert shipped.__file__.endswith("__init__.py") and shipped.__path__ and inner.__spec__.parent == "shipped"
print(shipped.word, inner.word, type(inner.__loader__).__name__)
if keep:
    keep_code(("shipped", "shipped.inner", "sys", "__main__", "gone"))
"""


def _run(kept: Path, folder: Path, *, keep: bool = True) -> list[str]:
    """Import a package of this test's own in a process: its words, and who loaded it."""
    done = subprocess.run(
        [sys.executable, "-c", _CODE, str(kept), str(folder), "keep" if keep else ""], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def _write(folder: Path, word: str) -> None:
    (folder / "shipped").mkdir(exist_ok=True)
    for name in ("__init__", "inner"):
        source = folder / "shipped" / f"{name}.py"
        source.write_text(f"word = {word!r}\n")


def test_the_second_start_takes_what_the_first_has_kept(tmp_path: Path) -> None:
    kept = tmp_path / "kept.pyc"
    _write(tmp_path, "one")
    assert _run(kept, tmp_path) == ["one", "one", "SourceFileLoader"]
    before = kept.stat().st_mtime_ns
    assert _run(kept, tmp_path) == ["one", "one", "_KeptLoader"]
    assert kept.stat().st_mtime_ns == before


def test_a_source_that_was_edited_counts(tmp_path: Path) -> None:
    kept = tmp_path / "kept.pyc"
    _write(tmp_path, "one")
    _run(kept, tmp_path)
    inner = tmp_path / "shipped" / "inner.py"
    inner.write_text("word = 'two'\n")
    os.utime(inner, ns=(1, inner.stat().st_mtime_ns + 10**9))
    assert _run(kept, tmp_path) == ["one", "two", "SourceFileLoader"]
    assert _run(kept, tmp_path) == ["one", "two", "_KeptLoader"]


def test_a_copy_of_an_installation_takes_nothing_from_the_other(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    _write(here, "one")
    _run(here / "kept.pyc", here)
    shutil.copytree(here, there)
    _write(there, "another")
    assert _run(there / "kept.pyc", there) == ["another", "another", "SourceFileLoader"]
    # another path to modules, with the same file
    assert _run(here / "kept.pyc", there) == ["another", "another", "SourceFileLoader"]


def test_a_damaged_file_is_as_none(tmp_path: Path) -> None:
    kept = tmp_path / "kept.pyc"
    _write(tmp_path, "one")
    _run(kept, tmp_path)
    whole = kept.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"\0" * 4 + whole[4:], b""):
        kept.write_bytes(damaged)
        assert _run(kept, tmp_path) == ["one", "one", "SourceFileLoader"]
        assert kept.read_bytes()[:4] == whole[:4]


def test_where_nothing_can_be_kept_modules_are_imported_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    _write(tmp_path, "one")
    assert _run(tmp_path / "a file" / "kept.pyc", tmp_path) == ["one", "one", "SourceFileLoader"]
