"""Modules that are found quickly are what Python would have imported, and never what a source has been before."""

from __future__ import annotations

import importlib
import os
import py_compile
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from agentconsole.quick_imports import OwnModules

PACKAGE = "quick_house"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of this test's own, found quickly; without bytecode yet."""
    folder = tmp_path / PACKAGE
    (folder / "rooms").mkdir(parents=True)
    for name, text in (("__init__", ""), ("door", "value = 1\n"), ("rooms/__init__", ""), ("rooms/bed", "value = 2\n")):
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", [OwnModules(PACKAGE), *sys.meta_path])
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    yield folder
    forget()


def forget() -> None:
    for name in [each for each in sys.modules if each.partition(".")[0] == PACKAGE]:
        del sys.modules[name]
    importlib.invalidate_caches()


def fresh(name: str) -> ModuleType:
    forget()
    return importlib.import_module(f"{PACKAGE}.{name}")


@pytest.mark.parametrize("name", ["door", "rooms", "rooms.bed"])
def test_a_module_is_what_python_makes_of_it(house: Path, name: str) -> None:
    module = fresh(name)
    spec = module.__spec__
    place = house / "rooms" if name == "rooms.bed" else house
    usual = PathFinder.find_spec(f"{PACKAGE}.{name}", [str(place)])
    assert spec is not None
    assert usual is not None
    for told in ("name", "parent", "origin", "cached", "has_location", "submodule_search_locations"):
        assert getattr(spec, told) == getattr(usual, told), told
    for told in ("__file__", "__cached__", "__package__"):
        assert vars(module)[told]
    assert isinstance(spec.loader, SourceFileLoader)
    assert spec.loader.get_source(spec.name) == (Path(module.__file__ or "")).read_text()
    assert Path(module.__cached__).exists()
    # now from its bytecode
    assert vars(fresh(name))["__file__"] == module.__file__


@pytest.mark.parametrize("how", ["longer", "of the same length", "older"])
def test_a_source_that_has_changed_is_compiled_anew(house: Path, how: str) -> None:
    source = house / "door.py"
    assert fresh("door").value == 1
    before = source.stat().st_mtime
    source.write_text("value = 777\n" if how == "longer" else "value = 7\n")
    later = before if how == "longer" else before + (5 if how == "of the same length" else -5)
    os.utime(source, (later, later))
    assert fresh("door").value in (7, 777)
    assert fresh("door").value in (7, 777)


@pytest.mark.parametrize("damage", [b"", b"x" * 10, b"x" * 4000, None])
def test_bytecode_that_can_not_be_read_is_made_anew(house: Path, damage: bytes | None) -> None:
    bytecode = Path(fresh("door").__cached__)
    whole = bytecode.read_bytes()
    bytecode.write_bytes(whole[:20] if damage is None else damage)
    if damage is None:
        # its head is right: Python says so too
        with pytest.raises(EOFError):
            fresh("door")
    else:
        assert fresh("door").value == 1
        assert bytecode.read_bytes() == whole


def test_a_folder_that_has_moved_is_named_by_its_new_place(house: Path, tmp_path: Path) -> None:
    fresh("door")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copytree(house, elsewhere / PACKAGE, copy_function=shutil.copy2)
    sys.path.insert(0, str(elsewhere))
    (elsewhere / PACKAGE / "rooms" / "bed.py").write_text("def where():\n    return where.__code__.co_filename\n")
    source = elsewhere / PACKAGE / "rooms" / "bed.py"
    assert fresh("rooms.bed").where() == str(source)
    shutil.move(elsewhere, tmp_path / "third")
    sys.path[0] = str(tmp_path / "third")
    assert fresh("rooms.bed").where() == str(tmp_path / "third" / PACKAGE / "rooms" / "bed.py")
    del sys.path[0]


def test_bytecode_that_goes_by_the_content_is_left_to_python(house: Path) -> None:
    source = house / "door.py"
    py_compile.compile(str(source), invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    assert fresh("door").value == 1
    source.write_text("value = 5\n")
    assert fresh("door").value == 5


def test_what_is_not_there_is_looked_for_by_the_others(house: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match="no_room"):
        fresh("no_room")
    # a folder without a source of its own is a package too, of a kind that is Python's affair
    (house / "space").mkdir()
    assert list(fresh("space").__path__) == [str(house / "space")]
    assert OwnModules(PACKAGE).find_spec("json.decoder", list(importlib.import_module("json").__path__)) is None


def test_the_program_finds_its_modules_so_unless_bytecode_lies_elsewhere(tmp_path: Path) -> None:
    code = (
        "from agentconsole.late_imports import import_late\nimport_late()\nimport_late()\n"
        "import agentconsole.domain.rows as rows, sys\n"
        "print(type(rows.__loader__).__name__, sum(type(one).__name__ == 'OwnModules' for one in sys.meta_path))\n"
    )

    def told(*options: str) -> str:
        return subprocess.run(
            [sys.executable, *options, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()

    assert told() == "_OwnLoader 1"
    assert told("-O") == "_OwnLoader 1"
    assert told("-X", f"pycache_prefix={tmp_path}") == "SourceFileLoader 0"
