"""Compile ui/*.ui, resources/*.qrc and resources/i18n/*.ts into src/agentconsole/_gen; copy packs and help there, and
draw the icons in the sizes that the window begins with.

A hatchling hook, so that `pip install .` and `pip install -e .` leave nothing to do;
`python packaging/hatch_build.py` does the same by hand after a form was edited.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "src/agentconsole/_gen"
COPIED = {"packs": "*.toml", "help": "*.md", "help/pictures": "*.webp"}
"""Folders of resources that are read as files, and which of them."""

ICON_SIDES = (16, 20, 32, 40)
"""Pixels, in fours: the two sizes of icons in the first frame, on plain screens and on those of double density."""


def _qt_program(name: str) -> Path:
    """Return the Qt tool *name* inside the PySide6 wheel, wherever this platform keeps it."""
    import PySide6

    home = Path(PySide6.__path__[0])
    for folder in (home / "Qt/libexec", home):
        for candidate in (folder / name, folder / f"{name}.exe"):
            if candidate.exists():
                return candidate
    raise FileNotFoundError(f"Qt's '{name}' is not in the PySide6 wheel at {home}; reinstall PySide6-Essentials")


def compile_all(*, force: bool = False) -> list[Path]:
    """Bring every generated module up to date and return those that were made anew."""
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "__init__.py").touch()
    made: list[Path] = []

    def run(target: Path, command: Sequence[str | Path], sources: Sequence[Path]) -> None:
        newest = max(path.stat().st_mtime for path in sources)
        if force or not target.exists() or target.stat().st_mtime < newest:
            subprocess.run([str(part) for part in command], check=True)
            made.append(target)

    for form in sorted((ROOT / "ui").glob("*.ui")):
        target = OUT / f"ui_{form.stem}.py"
        fresh = len(made)
        run(target, [_qt_program("uic"), "-g", "python", "--rc-prefix", "--from-imports", form, "-o", target], [form])
        if made[fresh:]:
            target.write_text(_without_idle_imports(target.read_text()))
    for words in sorted((ROOT / "resources/i18n").glob("*.ts")):
        target = OUT / f"{words.stem}.qm"
        run(target, [_qt_program("lrelease"), "-silent", words, "-qm", target], [words])
    for listing in sorted((ROOT / "resources").glob("*.qrc")):
        # a file of its own is mapped by Qt; as a Python module its megabytes would be copied at every start
        target = OUT / f"{listing.stem}.rcc"
        read_as_files = {ending.lstrip("*") for ending in COPIED.values()}
        held = [path for path in (ROOT / "resources").rglob("*") if path.is_file() and path.suffix not in read_as_files]
        run(target, [_qt_program("rcc"), "--binary", "--no-compress", listing, "-o", target], [listing, *held])
    shapes = ROOT / "resources/icons"
    icons = sorted(shapes.glob("*.svg"))
    # the folder tells of one that was renamed or removed, this file of another way to draw them
    newest = max(path.stat().st_mtime for path in (*icons, shapes, Path(__file__)))
    for side in ICON_SIDES:
        target = OUT / f"icons{side}.masks"
        if (force or not target.exists() or target.stat().st_mtime < newest) and _draw(icons, side, target):
            made.append(target)
    for folder, ending in COPIED.items():
        made += _copied(ROOT / "resources" / folder, OUT / folder, ending, force=force)
    return made


def _draw(icons: Sequence[Path], side: int, target: Path) -> bool:
    """Write how much *icons* cover of each pixel of a square (see gui/icons.py, which draws those that are not here).

    Their names stand in the first line. False on a machine without the libraries that drawing needs: it can build too.
    """
    try:
        from PySide6.QtCore import QByteArray, QRectF
        from PySide6.QtGui import QImage, QPainter
        from PySide6.QtSvg import QSvgRenderer
    except ImportError:
        target.unlink(missing_ok=True)
        return False
    masks = []
    for icon in icons:
        renderer = QSvgRenderer(QByteArray(icon.read_bytes().replace(b'stroke-width="2"', b'stroke-width="1.75"')))
        image = QImage(side, side, QImage.Format.Format_Alpha8)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.end()
        masks.append(bytes(image.constBits()))
    names = " ".join(icon.stem for icon in icons).encode()
    # in one step, because a console that is running may be reading it
    fresh = target.with_suffix(".new")
    fresh.write_bytes(b"\n".join((names, b"".join(masks))))
    fresh.replace(target)
    return True


def _without_idle_imports(module: str) -> str:
    """Return the form *module* importing only what it names.

    Qt's compiler imports four dozen classes into every form. PySide makes each, with its enums, when it is imported:
    that is a dozen milliseconds of every start.
    """
    head, body = module.split("\n\nclass ", 1)

    def used(found: re.Match[str]) -> str:
        names = [name for name in re.findall(r"\w+", found[2]) if re.search(rf"\b{name}\b", body)]
        return f"from {found[1]} import {', '.join(names)}\n" if names else ""

    return re.sub(r"from (PySide6\.\w+) import \(([^)]*)\)\n", used, head + "\n") + "\nclass " + body


def _copied(source: Path, target: Path, ending: str, *, force: bool) -> list[Path]:
    """Make *target* hold what *source* does, and return what was copied; what is gone there goes here too."""
    target.mkdir(exist_ok=True)
    made: list[Path] = []
    wanted = {path.name: path for path in sorted(source.glob(ending))}
    for path in target.glob(ending):
        if path.name not in wanted:
            path.unlink()
    for name, path in wanted.items():
        copy = target / name
        if force or not copy.exists() or copy.stat().st_mtime < path.stat().st_mtime:
            # in one step, because a console that is running may be reading it
            fresh = copy.with_suffix(".new")
            shutil.copyfile(path, fresh)
            fresh.replace(copy)
            made.append(copy)
    return made


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, without the build backend
    pass
else:

    class CompileFormsHook(BuildHookInterface):  # type: ignore[type-arg]  # its parameter is the builder's, which is untyped
        """Run :func:`compile_all` before hatchling collects the wheel's files."""

        def initialize(self, version: str, _build_data: dict[str, object]) -> None:
            if self.target_name == "wheel":
                compile_all(force=version != "editable")


if __name__ == "__main__":
    print("\n".join(map(str, compile_all(force="--force" in sys.argv))) or "up to date")
