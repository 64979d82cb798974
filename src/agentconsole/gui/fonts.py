"""The shipped family, Inter, and the fonts made from it."""

from __future__ import annotations

import functools

from PySide6.QtGui import QFont, QFontDatabase

from agentconsole.gui.resources import load_resources

FAMILY = "Inter"
# Scripts that Inter lacks; a face that is not installed is passed over.
FALLBACKS = (
    "Noto Sans",
    "Noto Sans CJK SC",
    "Noto Sans Arabic",
    "Noto Sans Devanagari",
    "Noto Color Emoji",
    "DejaVu Sans",
)
FACES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")


@functools.cache
def load_fonts() -> str:
    """Register the shipped faces once and return the family's name as Qt knows it."""
    load_resources()
    family = FAMILY
    for face in FACES:
        handle = QFontDatabase.addApplicationFont(f":/agentconsole/fonts/{face}")
        families = QFontDatabase.applicationFontFamilies(handle)
        if families and face == FACES[0]:
            family = families[0]
    return family


@functools.lru_cache(maxsize=64)
def _font(pixels: int, weight: int, tabular: bool) -> QFont:
    font = QFont()
    font.setFamilies([load_fonts(), *FALLBACKS])
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight(weight))
    # Fractional advances blur small text on low-density screens; full hinting distorts it.
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
        font.setFeature(QFont.Tag("zero"), 0)
    return font


def text_font(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the text font at *pixels* (see the sizes in ``theming``)."""
    return QFont(_font(pixels, int(weight.value), False))


def figure_font(pixels: int, weight: QFont.Weight = QFont.Weight.Medium) -> QFont:
    """Return the font for figures that change in place: all digits are equally wide."""
    return QFont(_font(pixels, int(weight.value), True))
