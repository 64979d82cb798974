"""PySide6 is imported with kept bytecode, and leaves Python's own import in its place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_IMPORT = """
import builtins, sys
from pathlib import Path
plain, anew, compiled = builtins.__import__, builtins.compile, []
def counted(source, name, *rest, **more):
    compiled.append(str(name))
    return anew(source, name, *rest, **more)
builtins.compile = counted
from agentconsole.quick_qt import import_qt
import_qt(Path(sys.argv[1]))
assert builtins.__import__ is plain and builtins.compile is counted
from PySide6.QtCore import QObject, QTimer
try:
    QTimer().setInterval("soon")
except TypeError as error:
    assert "setInterval" in str(error), error
else:
    raise AssertionError("a wrong argument was taken")
print(sum(name.startswith("shibokensupport/") for name in compiled))
"""


def _compiled(kept: Path) -> int:
    """Import Qt in a process of its own; how many of PySide6's modules were compiled for it."""
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT, str(kept)], capture_output=True, text=True, check=True, env={"PATH": ""}
    )
    return int(done.stdout)


def test_the_second_start_compiles_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "__pycache__" / "theirs.pyc"
    assert _compiled(kept) > 5
    assert _compiled(kept) == 0


def test_a_damaged_file_or_one_of_another_python_is_made_anew(tmp_path: Path) -> None:
    kept = tmp_path / "theirs.pyc"
    _compiled(kept)
    whole = kept.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"\0" * 4 + whole[4:], b""):
        kept.write_bytes(damaged)
        assert _compiled(kept) > 5
        assert _compiled(kept) == 0


def test_where_nothing_can_be_kept_the_window_opens_all_the_same(tmp_path: Path) -> None:
    kept = tmp_path / "a file" / "theirs.pyc"
    kept.parent.touch()
    assert _compiled(kept) > 5
