"""``python -m console_package``: make the folder, and on Debian the package of it. ``make package`` runs this."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from console_package.contents import ROOT
from console_package.folder import build_folder


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m console_package", description="Make packages of the console.")
    parser.add_argument("--target", type=Path, default=ROOT / "build" / "package", help="default build/package")
    parser.add_argument("--folder-only", action="store_true", help="no package for Debian")
    parser.add_argument("--deb-only", action="store_true", help="pack the folder that is there")
    parser.add_argument("--quick", action="store_true", help="pack with little effort: to try it, not to hand it out")
    options = parser.parse_args(arguments)
    target: Path = options.target.resolve()
    target.mkdir(parents=True, exist_ok=True)
    epoch = source_date()
    folder = target / "agentconsole" if options.deb_only else build_folder(target, epoch)
    print(f"{folder} ({_megabytes(folder)})")
    if options.folder_only or shutil.which("dpkg-deb") is None:
        return 0
    from console_package.deb import build_deb, check_integration, needs_of

    check_integration()
    effort = 1 if options.quick else 6
    package = build_deb(folder, target, epoch, needs_of(folder, target), effort=effort)
    print(f"{package} ({_megabytes(package)})")
    return 0


def source_date() -> int:
    """Return when the sources were last changed: SOURCE_DATE_EPOCH, the last commit, or the newest note of changes."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    git = shutil.which("git")
    if git is not None:
        said = subprocess.run([git, "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
        if said.returncode == 0 and said.stdout.strip():
            return int(said.stdout)
    return int((ROOT / "CHANGELOG.md").stat().st_mtime)


def _megabytes(path: Path) -> str:
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file() and not each.is_symlink()]
    return f"{sum(each.stat().st_size for each in files) / 1_000_000:.0f} MB"


if __name__ == "__main__":
    sys.exit(main())
