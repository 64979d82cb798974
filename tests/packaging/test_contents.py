"""What a package is made of: everything that is read as a file, nothing that is not used, a licence for each part."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from console_package import licences
from console_package.contents import EXCLUDED, ROOT, SOURCE, data_files, hidden_imports, is_wanted, only_wanted
from console_package.distributions import build_only_modules, needed_by
from console_package.manual import manual_page

from agentconsole.cli.main import GROUPS

MODULES = {".py", ".pyc", ".pyi"}
FOR_DEVELOPERS = {"README.md", "py.typed"}


def test_every_file_that_is_no_module_comes_along() -> None:
    packed = {Path(source).resolve() for source, _folder in data_files()}
    assert {path.name for path in packed} >= {"DE.mo", "Berlin"}
    lying_there = {
        path
        for path in SOURCE.rglob("*")
        if path.is_file()
        and path.suffix not in MODULES
        and path.name not in FOR_DEVELOPERS
        and "__pycache__" not in path.parts
        and not path.name.startswith(".")
    }
    assert lying_there <= packed


def test_revisions_of_both_databases_lie_in_folders() -> None:
    folders = {folder for source, folder in data_files() if source.endswith(".py")}
    assert {"agentconsole/store/migrations/versions", "agentconsole/server/migrations/versions"} <= folders


def test_what_is_imported_by_name_is_named() -> None:
    named = set(hidden_imports())
    assert {f"agentconsole.cli.{group}" for group in GROUPS} <= named
    assert {"holidays.countries.germany", "keyring.backends.SecretService", "psycopg_binary"} <= named
    assert not [name for name in named if ".migrations" in name]


def test_nothing_that_the_console_imports_is_left_out() -> None:
    imported = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module)
    assert not imported & set(EXCLUDED)
    assert "pytest" in build_only_modules("agentconsole")


def test_everything_starts_without_what_is_left_out() -> None:
    code = (
        "import sys, json\n"
        "excluded, wanted = json.load(sys.stdin)\n"
        "sys.modules.update(dict.fromkeys(excluded))\n"
        "from importlib import import_module\n"
        "for name in wanted: import_module(name)\n"
    )
    # holidays by country are read one by one, others of the system's keychains only there
    wanted = [name for name in hidden_imports() if name.startswith("agentconsole.") and "__main__" not in name]
    wanted += ["pyqtgraph", "numpy", "keyring", "alembic.command", "uvicorn", "desktop_notifier", "holidays", "psycopg"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps([EXCLUDED, wanted]),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/plugins/imageformats/libqwebp.so", True),
        ("PySide6/Qt/plugins/imageformats/libqtiff.so", False),
        ("PySide6/Qt/plugins/sqldrivers/libqsqlite.so", False),
        ("PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so", True),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6/Qt/lib/libQt6Widgets.so.6", True),
        ("PySide6/Qt/lib/libQt6Qml.so.6", False),
        ("PySide6/Qt/translations/qtbase_de.qm", False),
        ("numpy/testing/data.txt", False),
        ("agentconsole-0.1.0.dist-info/direct_url.json", False),
        ("keyring-25.7.0.dist-info/entry_points.txt", True),
        ("holidays/locale/de/LC_MESSAGES/DE.mo", True),
        ("holidays/locale/de/LC_MESSAGES/DE.po", False),
    ],
)
def test_of_qt_only_what_is_used_comes_along(target: str, wanted: bool) -> None:
    assert is_wanted(target, f"/venv/{target}", system_libraries_stay_out=True) is wanted


def test_libraries_of_the_system_stay_with_the_system() -> None:
    entries = [
        ("libglib-2.0.so.0", "/lib/x86_64-linux-gnu/libglib-2.0.so.0", "BINARY"),
        ("libpython3.11.so.1.0", "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0", "BINARY"),
        ("libpq.so.5", "/venv/psycopg_binary.libs/libpq.so.5", "BINARY"),
    ]
    kept = only_wanted(entries, system_libraries_stay_out=True)
    assert [name for name, _source, _kind in kept] == ["libpython3.11.so.1.0", "libpq.so.5"]
    assert only_wanted(entries) == entries


def test_everything_that_is_needed_has_its_licence(tmp_path: Path) -> None:
    licences.collect(tmp_path)
    for name, bundled in needed_by("agentconsole").items():
        if name == "agentconsole":
            continue
        folder = tmp_path / name
        assert bundled.version in (folder / "TERMS").read_text()
        texts = [path for path in folder.rglob("*") if path.is_file() and path.name != "TERMS"]
        named = [tmp_path / text for text in licences.texts_for(name)]
        assert texts or named, f"nobody could read the terms of {name}"
        assert all(path.stat().st_size > 100 for path in (*texts, *named))
    for name in ("agentconsole", "python", "pyinstaller", "fonts", "icons"):
        assert list((tmp_path / name).iterdir())


def test_what_the_project_asks_for_is_what_is_found() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {re.split(r"[\[=<>~]", line)[0].lower() for line in project["dependencies"]}
    assert asked <= set(needed_by("agentconsole"))


def test_the_manual_page_has_every_command() -> None:
    page = manual_page(0)
    assert page.startswith(".TH AGENTCONSOLE 1 1970-01-01")
    for names in GROUPS.values():
        for name in names:
            assert ".B {}\n".format(name.replace("-", "\\-")) in page
    # a line of text that began with a dot would be a request to the formatter
    known = (".TH ", ".SH ", ".TP", ".B ", ".BR ", ".PP", ".I ", ".br")
    assert all(line.startswith(known) for line in page.splitlines() if line.startswith("."))
