"""The look: three palettes, the measures, and the one style sheet that is made from them.

Colours live here and nowhere else. A pane asks ``theming.theme`` when it paints and listens to ``theming.changed``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from agentconsole.domain.countdown import Light

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

STYLE = "Fusion"
"""What the style sheet is laid over. An application that is begun with it says so by the property :data:`WORN`."""

WORN = "agentconsoleStyle"

GRID = 4
"""Every distance is a multiple of this, in device-independent pixels."""

META, BODY, TITLE, DISPLAY = 11, 13, 16, 28
"""The four sizes of type, in pixels: meta data, body, a ticket's subject, figures read from afar."""

ROW_HEIGHTS: Mapping[str, int] = MappingProxyType({"comfortable": 32, "compact": 26})
"""Height of a table's row by density."""

FADE_MS = 120
"""The longest that anything moves."""


@functools.lru_cache(maxsize=256)
def colour(code: str) -> QColor:
    """Return the colour of ``#rrggbb``; shared, so it must not be changed."""
    return QColor(code)


class Tone(Struct, frozen=True):
    """One state's colours. ``ink`` reads as text on every surface and on ``wash``; ``on_solid`` reads on ``solid``."""

    ink: str
    wash: str
    solid: str
    on_solid: str


class Theme(Struct, frozen=True):
    """All colours of one look, as ``#rrggbb``.

    ``ground`` lies under everything (rail, side bars, status bar), ``surface`` holds content, ``raised`` floats
    (menus, dialogs, cards). ``field_edge`` borders what can be typed into. ``link`` is the accent as text.
    ``public`` and ``note`` are the two kinds of comment; ``quote`` is folded text within either.
    """

    name: str
    dark: bool
    ground: str
    surface: str
    raised: str
    hairline: str
    field_edge: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    link: str
    focus: str
    selection: str
    selection_idle: str
    hover: str
    public: str
    public_edge: str
    note: str
    note_edge: str
    note_ink: str
    quote: str
    fresh: str
    bar: str
    bar_urgent: str
    bar_off: str
    danger: str
    on_danger: str
    danger_ink: str
    lights: Mapping[Light, Tone]
    minimum_contrast: float = 4.5

    def tone(self, light: Light) -> Tone:
        """Return the colours of an SLA state."""
        return self.lights[light]


# The SLA hues start from Okabe and Ito's set, which people with the common colour-vision deficiencies tell apart:
# bluish green, orange (our amber), a darker orange between, vermilion. Each was then moved in lightness only as far as
# the text contrast asks. Pausing borrows their blue, greyed.
LIGHT = Theme(
    name="light",
    dark=False,
    ground="#f3f4f7",
    surface="#fdfdfe",
    raised="#ffffff",
    hairline="#e2e4ea",
    field_edge="#c4c8d2",
    text="#1a1d24",
    muted="#5a6070",
    disabled="#9aa0ad",
    accent="#4f5bd5",
    accent_hover="#434ec4",
    on_accent="#ffffff",
    link="#3f4ac0",
    focus="#4f5bd5",
    selection="#e3e6fb",
    selection_idle="#eaebf0",
    hover="#f1f2f6",
    public="#eef3fd",
    public_edge="#c9d8f7",
    note="#fdf6e0",
    note_edge="#ead9a3",
    note_ink="#6b5205",
    quote="#eceef2",
    fresh="#4f5bd5",
    bar="#4a5060",
    bar_urgent="#8f3a74",
    bar_off="#d3d6de",
    danger="#b3261e",
    on_danger="#ffffff",
    danger_ink="#a3211a",
    lights=MappingProxyType(
        {
            Light.ON_TRACK: Tone("#006647", "#dff3eb", "#00875f", "#ffffff"),
            Light.DUE_SOON: Tone("#735000", "#fdf0cc", "#e69f00", "#1a1d24"),
            Light.DUE_NOW: Tone("#8f4300", "#ffe4cb", "#e07000", "#1a1d24"),
            Light.BREACHED: Tone("#a83200", "#fbdfd4", "#bf3f00", "#ffffff"),
            Light.PAUSED: Tone("#44607a", "#e4ebf2", "#567390", "#ffffff"),
            Light.MET: Tone("#006647", "#eef6f2", "#00875f", "#ffffff"),
            Light.NO_TARGET: Tone("#5a6070", "#eceef2", "#8a90a0", "#1a1d24"),
        }
    ),
)

DARK = Theme(
    name="dark",
    dark=True,
    ground="#0f1014",
    surface="#16181d",
    raised="#1e2128",
    hairline="#282c35",
    field_edge="#3d434f",
    text="#e6e8ee",
    muted="#9ca3b2",
    disabled="#656c7a",
    accent="#5b67d8",
    accent_hover="#5560cf",
    on_accent="#ffffff",
    link="#a3acfb",
    focus="#8c97f7",
    selection="#2a2f52",
    selection_idle="#262932",
    hover="#1d2027",
    public="#1a2233",
    public_edge="#2c3d60",
    note="#2a2517",
    note_edge="#51462a",
    note_ink="#e5cd85",
    quote="#20242c",
    fresh="#8c97f7",
    bar="#b4bac7",
    bar_urgent="#dd92bd",
    bar_off="#3a3f4a",
    danger="#c7372f",
    on_danger="#ffffff",
    danger_ink="#f59a93",
    lights=MappingProxyType(
        {
            Light.ON_TRACK: Tone("#3ecb9b", "#12291f", "#1fa87b", "#0f1014"),
            Light.DUE_SOON: Tone("#f0b93a", "#2e2612", "#e69f00", "#0f1014"),
            Light.DUE_NOW: Tone("#ff9d4d", "#36230f", "#f08019", "#0f1014"),
            Light.BREACHED: Tone("#ff9270", "#3c1a0f", "#e0592a", "#0f1014"),
            Light.PAUSED: Tone("#9db6cd", "#1e2731", "#7d97b0", "#0f1014"),
            Light.MET: Tone("#3ecb9b", "#16231e", "#1fa87b", "#0f1014"),
            Light.NO_TARGET: Tone("#9ca3b2", "#22252d", "#7c8392", "#0f1014"),
        }
    ),
)

CONTRAST = Theme(
    name="contrast",
    dark=True,
    ground="#000000",
    surface="#050505",
    raised="#101010",
    hairline="#8a8a8a",
    field_edge="#ffffff",
    text="#ffffff",
    muted="#dcdcdc",
    disabled="#a0a0a0",
    accent="#ffd60a",
    accent_hover="#ffe24d",
    on_accent="#000000",
    link="#9fd4ff",
    focus="#ffd60a",
    selection="#0a2f6e",
    selection_idle="#2b2b2b",
    hover="#1f1f1f",
    public="#001a33",
    public_edge="#9fd4ff",
    note="#2a2000",
    note_edge="#ffd60a",
    note_ink="#ffe98a",
    quote="#1a1a1a",
    fresh="#ffd60a",
    bar="#ffffff",
    bar_urgent="#ff9fd6",
    bar_off="#6a6a6a",
    danger="#ffb3ab",
    on_danger="#000000",
    danger_ink="#ffb3ab",
    lights=MappingProxyType(
        {
            Light.ON_TRACK: Tone("#5cf0bd", "#00261a", "#3fe0a8", "#000000"),
            Light.DUE_SOON: Tone("#ffd21f", "#2b2200", "#ffd21f", "#000000"),
            Light.DUE_NOW: Tone("#ffb46b", "#2e1800", "#ffa04d", "#000000"),
            Light.BREACHED: Tone("#ffb199", "#3a0f00", "#ff8a66", "#000000"),
            Light.PAUSED: Tone("#bfd9f2", "#0e1a26", "#bfd9f2", "#000000"),
            Light.MET: Tone("#5cf0bd", "#001f14", "#5cf0bd", "#000000"),
            Light.NO_TARGET: Tone("#dcdcdc", "#1a1a1a", "#c4c4c4", "#000000"),
        }
    ),
    minimum_contrast=7.0,
)

THEMES: Mapping[str, Theme] = MappingProxyType({theme.name: theme for theme in (LIGHT, DARK, CONTRAST)})
CHOICES = ("system", "light", "dark", "contrast")
"""What a person may choose; *system* follows the desktop."""


def palette_of(theme: Theme) -> QPalette:
    """Return the Qt palette of *theme*, for whatever the style sheet does not reach."""
    palette = QPalette()
    role = QPalette.ColorRole
    for where, code in (
        (role.Window, theme.ground),
        (role.WindowText, theme.text),
        (role.Base, theme.surface),
        (role.AlternateBase, theme.ground),
        (role.Text, theme.text),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.on_danger),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Highlight, theme.selection),
        (role.HighlightedText, theme.text),
        (role.Link, theme.link),
        (role.LinkVisited, theme.link),
        (role.Accent, theme.accent),
        (role.Light, theme.raised),
        (role.Midlight, theme.hover),
        (role.Mid, theme.hairline),
        (role.Dark, theme.field_edge),
        (role.Shadow, theme.hairline),
    ):
        palette.setColor(where, colour(code))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, colour(theme.disabled))
    palette.setColor(QPalette.ColorGroup.Inactive, role.Highlight, colour(theme.selection_idle))
    return palette


class Theming(QObject):
    """Holds the look that is on, and puts another one on.

    Attributes:
        theme: The colours now.
        density: "comfortable" or "compact"; :attr:`row_height` follows it.
        reduced_motion: Whether nothing may move.

    Signals:
        changed: Any of these is different now; repaint, and ask for icons again.
    """

    changed = Signal()

    def __init__(
        self,
        app: QApplication,
        *,
        choice: str = "system",
        density: str = "comfortable",
        reduced_motion: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._app = app
        self._choice = choice if choice in CHOICES else "system"
        self.density = density if density in ROW_HEIGHTS else "comfortable"
        self.reduced_motion = reduced_motion
        self.theme = self._resolve()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    @property
    def choice(self) -> str:
        """What the person chose: one of :data:`CHOICES`."""
        return self._choice

    @property
    def row_height(self) -> int:
        """Height of a table's row, in pixels."""
        return ROW_HEIGHTS[self.density]

    @property
    def fade_ms(self) -> int:
        """How long a fade lasts; zero with reduced motion."""
        return 0 if self.reduced_motion else FADE_MS

    def choose(self, choice: str) -> None:
        """Put another theme on; an unknown name means *system*."""
        self._choice = choice if choice in CHOICES else "system"
        self.theme = self._resolve()
        self.apply()

    def set_density(self, density: str) -> None:
        """Make rows taller or tighter; an unknown name is ignored."""
        if density in ROW_HEIGHTS and density != self.density:
            self.density = density
            self.changed.emit()

    def set_reduced_motion(self, reduced: bool) -> None:
        """Let things fade, or not."""
        if reduced != self.reduced_motion:
            self.reduced_motion = reduced
            self.changed.emit()

    def apply(self) -> None:
        """Dress the application: style, font, palette and style sheet."""
        from PySide6.QtWidgets import QApplication

        from agentconsole.gui.fonts import text_font
        from agentconsole.gui.style_sheet import style_sheet

        # a menu tells what is on by a tick; icons beside some of its lines only would push the rest aside
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus)
        # not asked of the style itself: PySide6 makes six hundred names for whoever touches one
        if self._app.property(WORN) != STYLE:
            self._app.setStyle(STYLE)
            self._app.setProperty(WORN, STYLE)
        self._app.setFont(text_font(BODY))
        self._app.setPalette(palette_of(self.theme))
        self._app.setStyleSheet(style_sheet(self.theme))
        self.changed.emit()

    def _resolve(self) -> Theme:
        if self._choice != "system":
            return THEMES[self._choice]
        scheme = QGuiApplication.styleHints().colorScheme()
        return DARK if scheme == Qt.ColorScheme.Dark else LIGHT

    def _system_changed(self) -> None:
        if self._choice == "system" and self._resolve() is not self.theme:
            self.choose("system")
