"""Makes a Debian package of the folder: for Debian 12 and what descends from it."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from console_package.contents import PACKAGING, ROOT
from console_package.distributions import needed_by, version_of
from console_package.folder import programs_in
from console_package.icons import SIZES, save_png
from console_package.manual import manual_page

NAME = "agentconsole"
LINUX = PACKAGING / "linux"
HOMES = "usr/lib/agentconsole"

_OPENED_LATER = ("libxcb-cursor0", "libegl1", "libgl1", "libfontconfig1", "libdbus-1-3")
"""What Qt opens by name when it is there, and does not work properly without."""

RECOMMENDED = (
    "fonts-noto-core",  # the scripts that Inter lacks
    "fonts-noto-cjk",
    "xdg-utils",  # opens pages and mails
    "desktop-file-utils",  # makes support: addresses known to the desktop
    "gnome-keyring | org.freedesktop.secrets",
)

_CONTROL = """\
Package: {name}
Version: {version}
Architecture: {architecture}
Maintainer: The agentconsole developers <agentconsole@localhost>
Installed-Size: {size}
Depends: {depends}
Recommends: {recommends}
Suggests: postgresql
Section: net
Priority: optional
Description: desktop console for support agents
 A native window on your team's help desk (Zendesk, Request Tracker, Zammad,
 Freshdesk, or the ticket server that comes along). Tickets are kept in an
 encrypted database on this computer: the queue opens at once, search runs over
 every comment, countdowns to service levels explain themselves, and without a
 network one goes on working. Changes are sent later, once, in order.
"""


def build_deb(folder: Path, target: Path, epoch: int, depends: Sequence[str], *, effort: int = 6) -> Path:
    """Pack the console in *folder*, which *depends* on those packages, into a package below *target* and return it.

    Everything in it is as old as *epoch* (seconds since 1970): the same folder makes the same bytes. *effort* is that
    of xz, from 0 to 9.
    """
    tree = target / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    console = tree / HOMES
    shutil.copytree(folder, console, symlinks=True)
    program = tree / "usr/bin" / NAME
    program.parent.mkdir(parents=True)
    program.symlink_to(os.path.relpath(console / NAME, program.parent))
    _integrate(tree, epoch)
    _document(tree, epoch)
    _serve(tree)
    _settle(tree, epoch)
    package = target / f"{NAME}_{version_of(NAME)}_{_architecture()}.deb"
    _describe(tree, epoch, depends)
    subprocess.run(
        # xz on one processor: the bytes must not depend on how many there are
        [
            "dpkg-deb",
            "--root-owner-group",
            "-Zxz",
            f"-z{effort}",
            "--threads-max=1",
            "--build",
            str(tree),
            str(package),
        ],
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
        stdout=subprocess.DEVNULL,
    )
    shutil.rmtree(tree)
    return package


def _architecture() -> str:
    return subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()


def _integrate(tree: Path, epoch: int) -> None:
    """Menu entry, addresses that begin with ``support:``, icons, the page in software centres."""
    share = tree / "usr/share"
    _copy(LINUX / "agentconsole.desktop", share / "applications" / "agentconsole.desktop")
    _write(share / "metainfo/org.agentconsole.agentconsole.metainfo.xml", _page(epoch).encode())
    drawing = LINUX / "agentconsole.svg"
    for side in SIZES:
        save_png(drawing, side, share / f"icons/hicolor/{side}x{side}/apps/{NAME}.png")
    _copy(drawing, share / f"icons/hicolor/scalable/apps/{NAME}.svg")


def check_integration() -> None:
    """Let the desktops' own programs look at what they will read; raises CalledProcessError when one minds it."""
    subprocess.run(["desktop-file-validate", str(LINUX / "agentconsole.desktop")], check=True)
    with TemporaryDirectory() as folder:
        page = Path(folder) / "org.agentconsole.agentconsole.metainfo.xml"
        page.write_text(_page(0), encoding="utf-8")
        subprocess.run(["appstreamcli", "validate", "--no-net", str(page)], check=True, stdout=subprocess.DEVNULL)


def _page(epoch: int) -> str:
    """Return what software centres show, of this version and of the day of *epoch*."""
    day = datetime.fromtimestamp(epoch, UTC).date().isoformat()
    page = (LINUX / "org.agentconsole.agentconsole.metainfo.xml").read_text(encoding="utf-8")
    return page.replace("@VERSION@", version_of(NAME)).replace("@DATE@", day)


def _document(tree: Path, epoch: int) -> None:
    """Manual page, changes, and under which terms all of it is."""
    share = tree / "usr/share"
    _write(share / "man/man1/agentconsole.1.gz", _zipped(manual_page(epoch).encode()))
    documents = share / "doc" / NAME
    _write(documents / "changelog.gz", _zipped((ROOT / "CHANGELOG.md").read_bytes()))
    _copy(ROOT / "README.md", documents / "README.md")
    _write(documents / "copyright", _copyright().encode())
    (documents / "licences").symlink_to(f"../../../../{HOMES}/licences")


def _serve(tree: Path) -> None:
    """The unit of a team's ticket server, not switched on, and what belongs to it."""
    server = PACKAGING / "server"
    for unit in sorted(server.glob("*.service")):
        _copy(unit, tree / "lib/systemd/system" / unit.name)
    examples = tree / "usr/share/doc" / NAME / "server"
    for example in sorted((*server.glob("*.env"), *server.glob("*.default"), *server.glob("*.md"))):
        _copy(example, examples / example.name)


def _copyright() -> str:
    bundled = "".join(
        f" {name} {one.version}: {(one.metadata.get_all('License-Expression') or ['see its licence file'])[0]}\n"
        for name, one in needed_by(NAME).items()
        if name != NAME
    )
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Upstream-Name: agentconsole\n\n"
        "Files: *\nCopyright: The agentconsole developers\nLicense: Apache-2.0\n"
        " On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.\n\n"
        f"Files: {HOMES}/*\nCopyright: the authors that each licence file names\nLicense: several\n"
        f" The texts are in /{HOMES}/licences, INSIDE.md first; the LGPL 3 is in\n"
        " /usr/share/common-licenses/LGPL-3. What comes along:\n"
        f"{bundled}"
    )


def _settle(tree: Path, epoch: int) -> None:
    """Rights that do not depend on who builds, and one age for all."""
    tree.chmod(0o755)
    for path in sorted(tree.rglob("*"), reverse=True):
        if not path.is_symlink():
            is_program = path.is_dir() or path.parent.name == "bin" or path == tree / HOMES / NAME
            path.chmod(0o755 if is_program else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)


def _describe(tree: Path, epoch: int, depends: Sequence[str]) -> None:
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    control = _CONTROL.format(
        name=NAME,
        version=version_of(NAME),
        architecture=_architecture(),
        size=sum(-(-path.stat().st_size // 1024) for path in files),
        depends=", ".join(depends),
        recommends=", ".join(RECOMMENDED),
    )
    sums = "".join(
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(tree)}\n"
        for path in files
    )
    _write(tree / "DEBIAN/control", control.encode())
    _write(tree / "DEBIAN/md5sums", sums.encode())
    (tree / "DEBIAN").chmod(0o755)
    for path in (tree / "DEBIAN").iterdir():
        path.chmod(0o644)
        os.utime(path, (epoch, epoch))


def needs_of(folder: Path, work: Path) -> list[str]:
    """Return which packages of Debian *folder* needs: the owners of every library that something in it is linked with.

    Debian's own tool looks up the oldest version of each that has what is used; it gets a place below *work*.
    """
    debian = work / "debian"
    debian.mkdir(parents=True, exist_ok=True)
    (debian / "control").write_text(f"Source: {NAME}\n\nPackage: {NAME}\nArchitecture: any\n", encoding="utf-8")
    programs = programs_in(folder)
    own = sorted({str(path.parent) for path in programs})
    done = subprocess.run(
        [
            *("dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0"),
            *(f"-l{each}" for each in own),
            *(f"-e{path}" for path in programs),
        ],
        cwd=work,
        check=True,
        capture_output=True,
        text=True,
    )
    shutil.rmtree(debian)
    found = re.search(r"^shlibs:Depends=(.*)$", done.stdout, re.MULTILINE)
    if found is None:
        raise ValueError(f"dpkg-shlibdeps said: {done.stdout}{done.stderr}")
    linked = [each.strip() for each in found[1].split(",")]
    names = {each.split(" ")[0] for each in linked}
    return sorted([*linked, *(name for name in _OPENED_LATER if name not in names)])


def _zipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
