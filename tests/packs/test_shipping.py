"""Packs and help pages reach whoever installs the console."""

from __future__ import annotations

import importlib.util
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

from agentconsole.packs.loading import read_pack
from agentconsole.services.pack_folders import SHIPPED_PACKS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def build() -> ModuleType:
    """The build's own module, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "packaging/hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_shipped_pack_is_good_and_called_by_its_id() -> None:
    paths = sorted(SHIPPED_PACKS.glob("*.toml"))
    assert [path.name for path in paths] == sorted(path.name for path in (ROOT / "resources/packs").glob("*.toml"))
    assert [read_pack(path).pack.id for path in paths] == [path.stem for path in paths]


def test_the_help_is_there() -> None:
    assert (files("agentconsole._gen") / "help/policy-packs.md").is_file()


def test_the_build_copies_what_is_new_and_removes_what_is_gone(build: ModuleType, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    (source / "a.toml").write_text("1")
    (source / "notes.md").write_text("no pack")
    assert [path.name for path in build._copied(source, target, "*.toml", force=False)] == ["a.toml"]
    assert build._copied(source, target, "*.toml", force=False) == []
    (source / "a.toml").rename(source / "b.toml")
    build._copied(source, target, "*.toml", force=False)
    assert [path.name for path in target.iterdir()] == ["b.toml"]
