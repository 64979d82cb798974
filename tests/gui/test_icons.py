"""Icons that the build has drawn are those that are drawn here."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from agentconsole import _gen
from agentconsole.gui import icons

SIDES = (16, 20, 32, 40)


@pytest.fixture(autouse=True)
def _drawn_anew() -> None:
    for each in (icons._ready, icons.coverage, icons.tinted):
        each.cache_clear()


@pytest.mark.parametrize("side", SIDES)
def test_every_icon_is_there_as_it_would_be_drawn(qapp: QApplication, side: int) -> None:
    shipped = {path.stem for path in (Path(__file__).parents[2] / "resources" / "icons").glob("*.svg")}
    places, masks = icons._ready(side)
    assert set(places) == shipped
    assert len(masks) == len(shipped) * side * side
    different = [name for name in sorted(shipped) if icons.coverage(name, side) != icons.drawn(name, side)]
    assert not different


def test_what_the_build_has_not_drawn_is_drawn_now(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = icons.coverage("inbox", 16)
    # of a side that is no multiple of four too
    assert len(icons.coverage("inbox", 18)) == 18 * 18
    monkeypatch.setattr(_gen, "__path__", [str(tmp_path)])
    for each in (icons._ready, icons.coverage):
        each.cache_clear()
    assert icons.coverage("inbox", 16) == there
    with pytest.raises(KeyError, match="no-such"):
        icons.coverage("no-such", 16)


@pytest.mark.parametrize(("size", "ratio"), [(16, 1.0), (20, 2.0), (18, 1.5)])
def test_it_has_its_colour_wherever_it_covers(qapp: QApplication, size: int, ratio: float) -> None:
    pixmap = icons.tinted("circle-check", "#a83200", size, ratio)
    side = round(size * ratio)
    assert (pixmap.width(), pixmap.height(), pixmap.devicePixelRatio()) == (side, side, ratio)
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    covered = icons.coverage("circle-check", side)
    full = [place for place, much in enumerate(covered) if much == 255]
    assert full
    for place in full:
        assert image.pixelColor(place % side, place // side) == QColor("#a83200")
    assert [image.pixelColor(place % side, place // side).alpha() for place in range(side * side)] == list(covered)
