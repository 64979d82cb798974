"""Collects the licence files of everything that is bundled: the console's own, of each distribution, of Python."""

from __future__ import annotations

import re
import shutil
import sys
import sysconfig
from importlib.metadata import Distribution, distribution
from pathlib import Path

from console_package.contents import PACKAGING, ROOT
from console_package.distributions import needed_by

_A_LICENCE = re.compile(
    r"\.dist-info/(?:.*/)?(?:licen[cs]es?|copying|notice|authors)\b[^/]*$|\.dist-info/licenses/", re.I
)

_WITHOUT_FILES = {
    "pyside6-essentials": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
}
"""Distributions that carry no licence file, and the texts that they are under."""


class LicenceMissing(Exception):
    """Something is bundled of which nobody could read the terms."""


def collect(target: Path) -> None:
    """Make *target* hold the licence of everything that is bundled. Raises LicenceMissing."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for text in sorted((PACKAGING / "licences").iterdir()):
        shutil.copyfile(text, target / text.name)
    _copy(ROOT / "LICENSE", target / "agentconsole")
    _copy(ROOT / "resources/fonts/OFL.txt", target / "fonts")
    _copy(ROOT / "resources/icons/LICENSE-lucide.txt", target / "icons")
    _copy(python_licence(), target / "python")
    builder = distribution("pyinstaller")
    for file in licence_files(builder):
        _copy(file, target / "pyinstaller")
    for name, bundled in needed_by("agentconsole").items():
        if name == "agentconsole":
            continue
        files = licence_files(bundled)
        if not files and name not in _WITHOUT_FILES:
            raise LicenceMissing(f"{name} {bundled.version} carries no licence file; find its terms and name them here")
        folder = target / name
        folder.mkdir()
        _write_terms(bundled, folder / "TERMS")
        for file in files:
            # several of one name lie in folders of their own
            inner = re.sub(r"^.*\.dist-info/(?:licenses/)?", "", file.as_posix())
            _copy(file, folder / Path(inner).parent)


def licence_files(of: Distribution) -> list[Path]:
    """Return the licence files that a distribution carries."""
    return sorted(
        Path(str(of.locate_file(file)))
        for file in of.files or ()
        if _A_LICENCE.search(str(file)) and Path(str(of.locate_file(file))).is_file()
    )


def texts_for(name: str) -> tuple[str, ...]:
    """Return which of the texts in packaging/licences stand for a distribution that carries none."""
    return _WITHOUT_FILES.get(name, ())


def python_licence() -> Path:
    """Return the licence of the Python that is bundled. Raises LicenceMissing."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for place in (Path(sysconfig.get_path("stdlib")) / "LICENSE.txt", Path("/usr/share/doc") / version / "copyright"):
        if place.is_file():
            return place
    for place in (Path(sys.base_prefix) / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE"):
        if place.is_file():
            return place
    raise LicenceMissing("the licence of Python was not found beside it")


def _write_terms(of: Distribution, target: Path) -> None:
    """Say in one place what a distribution is, under which terms and where its source is."""
    said = of.metadata
    terms = next((each for name in ("License-Expression", "License") for each in said.get_all(name) or ()), "")
    if not terms or len(terms) > 200:
        terms = "; ".join(each for each in said.get_all("Classifier") or () if each.startswith("License ::"))
    lines = [f"{of.name} {of.version}", f"Terms: {terms or 'see the files beside this one'}"]
    if (texts := texts_for(target.parent.name)) != ():
        lines.append(f"Texts: {', '.join(texts)}")
    lines += [f"Source: {place}" for name in ("Home-page", "Project-URL") for place in said.get_all(name) or ()]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _copy(file: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, folder / file.name)
