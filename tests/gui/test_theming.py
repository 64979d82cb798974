"""Every text must be readable on what it stands on, in every theme."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from agentconsole.domain.countdown import Light
from agentconsole.gui.fonts import FAMILY, figure_font, load_fonts, text_font
from agentconsole.gui.style_sheet import style_sheet
from agentconsole.gui.theming import THEMES, Theme, colour

SURFACES = ("ground", "surface", "raised", "selection", "selection_idle", "hover")


def luminance(code: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = colour(code)
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (parts.redF(), parts.greenF(), parts.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def pairs(theme: Theme) -> list[tuple[str, str, str]]:
    """Every (what, text, background) that the interface combines."""
    found = [
        (f"{ink} on {under}", getattr(theme, ink), getattr(theme, under))
        for ink in ("text", "muted", "link", "danger_ink")
        for under in SURFACES
    ]
    found += [
        (f"{ink} on {under}", getattr(theme, ink), getattr(theme, under))
        for ink in ("text", "muted", "link", "danger_ink")
        for under in ("public", "note", "quote")
    ]
    found += [
        ("note_ink on note", theme.note_ink, theme.note),
        ("on_accent on accent", theme.on_accent, theme.accent),
        ("on_accent on accent_hover", theme.on_accent, theme.accent_hover),
        ("on_danger on danger", theme.on_danger, theme.danger),
    ]
    for light in Light:
        tone = theme.tone(light)
        found += [(f"{light} on {under}", tone.ink, getattr(theme, under)) for under in SURFACES]
        found += [(f"{light} on its wash", tone.ink, tone.wash), (f"on {light} solid", tone.on_solid, tone.solid)]
    return found


@pytest.mark.parametrize("name", THEMES)
def test_text_is_readable_on_everything_it_stands_on(name: str) -> None:
    theme = THEMES[name]
    faint = {
        what: round(contrast(ink, under), 2)
        for what, ink, under in pairs(theme)
        if contrast(ink, under) < theme.minimum_contrast
    }
    assert not faint


@pytest.mark.parametrize("name", THEMES)
def test_shapes_and_focus_stand_out(name: str) -> None:
    theme = THEMES[name]
    marks = {"focus": theme.focus, "bar": theme.bar, "urgent": theme.bar_urgent}
    faint = {k: round(contrast(v, theme.surface), 2) for k, v in marks.items() if contrast(v, theme.surface) < 3}
    assert not faint


@pytest.mark.parametrize("name", THEMES)
def test_the_running_states_have_six_different_colours(name: str) -> None:
    tones = THEMES[name].lights
    alarming = [Light.ON_TRACK, Light.DUE_SOON, Light.DUE_NOW, Light.BREACHED, Light.PAUSED, Light.NO_TARGET]
    assert len({tones[light].solid for light in alarming}) == len(alarming)


def test_the_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_style_sheet_has_no_gap(qapp: QApplication) -> None:
    for theme in THEMES.values():
        assert "$" not in style_sheet(theme)


def test_figures_are_equally_wide(qapp: QApplication) -> None:
    assert load_fonts() == FAMILY
    figures, text = QFontMetricsF(figure_font(13)), QFontMetricsF(text_font(13))
    assert spread([figures.horizontalAdvance(digit) for digit in "0123456789"]) < 0.05
    assert spread([text.horizontalAdvance(digit) for digit in "0123456789"]) > 0.5


def spread(widths: list[float]) -> float:
    """How far the widest is from the narrowest, in pixels."""
    return max(widths) - min(widths)
