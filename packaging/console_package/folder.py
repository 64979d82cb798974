"""Makes the folder of a packaged console: the program with its Python, libraries, resources and licences."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from console_package import licences
from console_package.contents import PACKAGING, ROOT

_MAGIC = b"\x7fELF"

SPECS = {"linux": "linux.spec", "win32": "windows.spec", "darwin": "macos.spec"}
"""The recipe for each system, by Python's name of it."""


def build_folder(target: Path, epoch: int) -> Path:
    """Make the folder ``target/agentconsole`` anew and return it. *epoch* is the time that everything in it has."""
    from hatch_build import compile_all

    compile_all()
    work = target / "work"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(PACKAGING))),
        # the same sources make the same bytes
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(epoch),
    }
    subprocess.run(
        [
            *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR"),
            *("--distpath", str(target), "--workpath", str(work)),
            str(PACKAGING / "pyinstaller" / SPECS[sys.platform]),
        ],
        env=environment,
        check=True,
        cwd=ROOT,
    )
    shutil.rmtree(work)
    folder = target / "agentconsole"
    if sys.platform == "linux":
        _strip(folder)
    licences.collect(folder / "licences")
    return folder


def programs_in(folder: Path) -> list[Path]:
    """Return every program and library of Linux in *folder*, no links."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and _is_elf(path))


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == _MAGIC


def _strip(folder: Path) -> None:
    """Take what only debuggers read out of the libraries: forty megabytes.

    Not out of those whose sections were moved when their wheels were made (strip breaks them), and not out of the
    program itself, behind whose end the modules lie.
    """
    libraries = [
        path
        for path in programs_in(folder)
        if path != folder / "agentconsole" and not any(part.endswith(".libs") for part in path.parts)
    ]
    subprocess.run(["strip", "--strip-debug", "--enable-deterministic-archives", *map(str, libraries)], check=True)
