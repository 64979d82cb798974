"""The rules of the house that a machine can keep."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/agentconsole"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "_gen" not in path.parts)


def test_the_import_arrows_are_kept() -> None:
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_check_is_silenced_with_a_reason() -> None:
    bare = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"# noqa(: [A-Z0-9, ]+)?$", line)
    ]
    assert not bare, "say behind it why the check is wrong there"


def test_there_is_no_attic() -> None:
    attics = {"util", "utils", "helper", "helpers", "misc", "manager", "managers", "common"}
    found = [path for path in MODULES if path.stem in attics or attics & set(path.relative_to(SOURCE).parts)]
    assert not found


def test_the_map_names_every_room() -> None:
    map_text = (SOURCE / "README.md").read_text()
    rooms = sorted(path.parent.relative_to(SOURCE).parts[0] for path in SOURCE.glob("*/__init__.py"))
    missing = [room for room in rooms if room != "_gen" and f"`{room}/`" not in map_text]
    assert not missing, f"src/agentconsole/README.md does not tell of {missing}"


@pytest.mark.parametrize("path", [path for path in MODULES if "gui" in path.parts], ids=lambda path: path.name)
def test_the_window_never_nests_an_event_loop(path: Path) -> None:
    """A nested loop inside a coroutine loses the wake-ups of the others for good."""
    text = path.read_text()
    assert not re.search(r"\.exec_?\(", text), f"{path.name}: use open() and the finished signal"
    assert "processEvents" not in text


def test_the_public_functions_have_docstrings() -> None:
    """A protocol's obvious names may go without; modules and classes may not."""
    import ast

    bare = []
    for path in MODULES:
        tree = ast.parse(path.read_text())
        if path.name != "__init__.py" and not ast.get_docstring(tree):
            bare.append(str(path.relative_to(SOURCE)))
        bare += [
            f"{path.relative_to(SOURCE)}: {node.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
        ]
    assert not bare
