"""The Debian package of a folder: what is in it, and that the same folder makes the same bytes."""

from __future__ import annotations

import configparser
import hashlib
import os
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from console_package.contents import PACKAGING, ROOT
from console_package.deb import build_deb
from console_package.distributions import version_of
from console_package.icons import SIZES, save_icns, save_ico
from PySide6.QtGui import QImage

EPOCH = 1_790_000_000
DRAWING = PACKAGING / "linux" / "agentconsole.svg"

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="Debian's packages are made on Debian")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A console so small that packing it takes no time."""
    folder = tmp_path / "agentconsole"
    (folder / "_internal").mkdir(parents=True)
    (folder / "licences").mkdir()
    (folder / "licences" / "INSIDE.md").write_text("terms")
    (folder / "agentconsole").write_text("#!/bin/sh\n")
    (folder / "_internal" / "libone.so.1").write_text("one")
    (folder / "_internal" / "libone.so").symlink_to("libone.so.1")
    return folder


def unpacked(package: Path, into: Path) -> Path:
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(into)], check=True)
    return into


def test_what_is_in_it(folder: Path, tmp_path: Path) -> None:
    package = build_deb(folder, tmp_path / "out", EPOCH, ["libc6 (>= 2.36)", "libegl1"])
    tree = unpacked(package, tmp_path / "tree")
    control = dict(
        line.split(": ", 1) for line in (tree / "DEBIAN/control").read_text().splitlines() if not line.startswith(" ")
    )
    assert control["Package"] == "agentconsole"
    assert control["Version"] == version_of("agentconsole")
    assert control["Depends"] == "libc6 (>= 2.36), libegl1"
    assert not [path for path in (tree / "DEBIAN").iterdir() if path.name not in {"control", "md5sums"}]
    assert (tree / "usr/bin/agentconsole").resolve() == tree / "usr/lib/agentconsole/agentconsole"
    assert (tree / "usr/lib/agentconsole/agentconsole").stat().st_mode & 0o777 == 0o755
    assert (tree / "usr/lib/agentconsole/_internal/libone.so").is_symlink()
    documents = tree / "usr/share/doc/agentconsole"
    assert (documents / "licences").resolve() == tree / "usr/lib/agentconsole/licences"
    assert "Apache-2.0" in (documents / "copyright").read_text()
    assert (tree / "usr/share/man/man1/agentconsole.1.gz").exists()
    for line in (tree / "DEBIAN/md5sums").read_text().splitlines():
        told, name = line.split("  ")
        assert hashlib.md5((tree / name).read_bytes(), usedforsecurity=False).hexdigest() == told


def test_every_size_of_the_icon_is_drawn(folder: Path, tmp_path: Path) -> None:
    tree = unpacked(build_deb(folder, tmp_path / "out", EPOCH, ["libc6"]), tmp_path / "tree")
    for side in SIZES:
        picture = QImage(str(tree / f"usr/share/icons/hicolor/{side}x{side}/apps/agentconsole.png"))
        assert (picture.width(), picture.height()) == (side, side)
        assert picture.pixelColor(0, 0).alpha() == 0
        assert picture.pixelColor(side // 2, side // 8).alpha() == 255
    assert (tree / "usr/share/icons/hicolor/scalable/apps/agentconsole.svg").read_bytes() == DRAWING.read_bytes()


def test_the_same_folder_makes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    one = build_deb(folder, tmp_path / "one", EPOCH, ["libc6"]).read_bytes()
    (folder / "agentconsole").touch()
    folder.chmod(0o700)
    other = build_deb(folder, tmp_path / "other", EPOCH, ["libc6"]).read_bytes()
    assert one == other


def test_the_menu_entry_takes_addresses() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]  # the keys of menu entries have capitals
    entry.read(PACKAGING / "linux" / "agentconsole.desktop")
    assert entry["Desktop Entry"]["Exec"] == "agentconsole %u"
    assert "x-scheme-handler/support" in entry["Desktop Entry"]["MimeType"].split(";")
    assert entry["Desktop Action Demo"]["Exec"] == "agentconsole demo"


def test_the_page_for_software_centres_names_what_is_installed() -> None:
    page = ET.parse(PACKAGING / "linux" / "org.agentconsole.agentconsole.metainfo.xml").getroot()
    launchable = page.find("launchable")
    assert launchable is not None
    assert (PACKAGING / "linux" / str(launchable.text)).exists()
    provided = [str(node.text) for node in page.iterfind("provides/*")]
    assert provided == ["agentconsole", "x-scheme-handler/support"]
    release = page.find("releases/release")
    assert release is not None
    # the version stands in pyproject.toml alone
    assert release.get("version") == "@VERSION@"
    assert not (ROOT / "packaging/linux/agentconsole.desktop").read_text().count(version_of("agentconsole"))


def test_icons_for_other_systems(tmp_path: Path) -> None:
    ico = QImage(str(save_ico(DRAWING, tmp_path / "a.ico")))
    assert ico.width() in {16, 24, 32, 48, 64, 128, 256}
    icns = save_icns(DRAWING, tmp_path / "a.icns").read_bytes()
    assert icns[:4] == b"icns"
    assert int.from_bytes(icns[4:8]) == len(icns)


def test_who_keeps_their_files_to_themselves_makes_the_same_package(folder: Path, tmp_path: Path) -> None:
    one = build_deb(folder, tmp_path / "one", EPOCH, ["libc6"])
    before = os.umask(0o077)
    try:
        another = build_deb(folder, tmp_path / "another", EPOCH, ["libc6"])
    finally:
        os.umask(before)
    assert another.read_bytes() == one.read_bytes()
