"""What a packaged console is made of, said once for every system: the recipes in packaging/pyinstaller
differ in the rest only.

PyInstaller follows the imports that it can see. What is imported by name, read as a file, or found by what a
distribution says of itself has to be named here; what its hooks bring and nothing here uses is left out again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from PyInstaller.utils.hooks import collect_data_files, collect_submodules, copy_metadata

from console_package.distributions import build_only_modules

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "agentconsole"
PACKAGING = ROOT / "packaging"
ICON = PACKAGING / "linux" / "agentconsole.svg"
START = str(PACKAGING / "pyinstaller" / "start.py")

Entry = tuple[str, str, str]
"""PyInstaller's: where it goes, where it is taken from, of which kind it is."""


def hidden_imports() -> list[str]:
    """Return the modules that are imported by a name that is only known at run time."""
    return [
        # groups of commands, connectors, forms
        *collect_submodules("agentconsole", filter=lambda name: ".migrations" not in name),
        # the languages of holidays, by country
        *collect_submodules("holidays.countries"),
        *collect_submodules("holidays.calendars"),
        *collect_submodules("keyring.backends"),
        # dialects and drivers come by the database's address
        "sqlalchemy.dialects.postgresql.psycopg",
        "sqlalchemy.dialects.sqlite",
        "psycopg",
        "psycopg_binary",
        # env.py of the migrations is read as a file
        "alembic.context",
        "alembic.op",
        "alembic.ddl.postgresql",
        "alembic.ddl.sqlite",
        "logging.config",
        # pyqtgraph asks for them by a name that it puts together
        "PySide6.QtOpenGL",
        "PySide6.QtOpenGLWidgets",
        "tzdata",
    ]


_NOT_READ = (".py", ".pyc", ".pyi", ".typed", "README.md", ".new")


def data_files() -> list[tuple[str, str]]:
    """Return (file, folder in the package) of everything that is read as a file."""
    # whatever lies among the modules and is none
    read = [(str(path), _folder(path)) for path in _files(SOURCE) if not path.name.endswith(_NOT_READ)]
    # Alembic looks for its revisions in folders
    scripts = [
        (str(path), _folder(path))
        for part in ("store", "server")
        for path in _files(SOURCE / part / "migrations")
        if path.suffix in {".py", ".mako"}
    ]
    # keyring finds its back ends by what distributions announce; versions are told by doctor and by the server
    announced = [entry for name in ("keyring", "agentconsole") for entry in copy_metadata(name)]
    # a country's holidays are made with the words for them, whatever the language
    return [*read, *scripts, *announced, *collect_data_files("tzdata"), *collect_data_files("holidays")]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _folder(path: Path) -> str:
    return str(PurePosixPath("agentconsole", *path.relative_to(SOURCE).parent.parts))


EXCLUDED = [
    # asked for by libraries "if it is there"
    *("tkinter", "matplotlib", "scipy", "IPython", "PIL", "pandas", "OpenGL", "cupy", "numba", "h5py", "jupyter_rfb"),
    # what tests and builds are made with, which libraries use "if it is there"
    *build_only_modules("agentconsole"),
    *("numpy.f2py", "numpy.distutils", "pyqtgraph.examples", "pyqtgraph.opengl", "pyqtgraph.console"),
    *("pydoc_data", "curses", "_curses", "readline", "ensurepip", "venv", "turtledemo"),
    *("lib2to3", "idlelib"),
    # parts of Qt that no module of ours imports
    *(f"PySide6.Qt{name}" for name in ("Qml", "Quick", "QuickWidgets", "QuickControls2", "Sql", "Test", "Xml", "Help")),
    *(f"PySide6.Qt{name}" for name in ("Designer", "UiTools", "Concurrent", "SvgWidgets")),
    *(f"PySide6.Qt{name}" for name in ("PrintSupport", "QuickTest", "StateMachine")),
]

_PLUGINS = {
    # each kind of screen
    "platforms": ("xcb", "wayland", "offscreen", "windows", "cocoa"),
    # pictures in mails and attachments; our icons are SVG
    "imageformats": ("gif", "ico", "jpeg", "svg", "webp"),
    "iconengines": ("svgicon",),
    # accents and scripts that need more keys than one
    "platforminputcontexts": ("composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"),
    # file dialogs of the desktop
    "platformthemes": ("xdgdesktopportal",),
    "wayland-shell-integration": ("xdg-shell", "qt-shell"),
    "wayland-decoration-client": ("adwaita", "bradient"),
    "wayland-graphics-integration-client": ("wayland-egl", "qt-plugin-wayland-egl", "dmabuf-server"),
    "xcbglintegrations": (),
    "styles": ("modernwindows", "macstyle"),
}
"""The kinds of Qt's plugins that are used, and which of each. The rest stays away, with the libraries it brings."""

_UNUSED = re.compile(
    r"(?:^|/)(?:tests?|testing|examples?)/(?!.*\.pyc?$)"  # data of other people's tests
    r"|/translations/|/qml/|/(?:Qt6?)?(?:Quick|Qml|VirtualKeyboard|Pdf|EglFS)\w*"
    r"|libQt6(?:Qml|Quick|Pdf|VirtualKeyboard|EglFS|EglFs|Labs|Sql|Test|Help|Designer|WaylandCompositor)\w*"
    r"|alembic/templates/|pyqtgraph/(?:icons/(?!__)|colors/maps/|examples/)"
    # of what distributions say of themselves, what is asked at run time: not where somebody's sources lie
    r"|\.dist-info/(?!METADATA$|entry_points\.txt$)"
    r"|\.(?:pyi|pxd|pyx|c|h|hpp|cpp|lib|a|po|pot)$"
)
_SYSTEM = re.compile(r"^(?:/usr)?/lib(?:64|32)?/")


def is_wanted(target: str, source: str, *, system_libraries_stay_out: bool) -> bool:
    """Tell whether the file *source* belongs into the package as *target*.

    With *system_libraries_stay_out* libraries of the system it is built on are left to the system it runs on: its
    packages bring them, with their security updates. Only Python's own library comes along.
    """
    place = target.replace("\\", "/")
    if (plugin := re.search(r"/plugins/([\w-]+)/(?:lib)?q?([\w-]+?)\.(?:so|dll|dylib)$", place)) is not None:
        kind, name = plugin.groups()
        return any(name == each or name == f"q{each}" for each in _PLUGINS.get(kind, ()))
    if _UNUSED.search(place):
        return False
    if system_libraries_stay_out and _SYSTEM.match(source) and "/python3" not in source:
        return Path(source).name.startswith("libpython3")
    return True


def only_wanted(entries: Iterable[Entry], *, system_libraries_stay_out: bool = False) -> list[Entry]:
    """Return those of *entries* that the package is to have."""
    return [
        entry
        for entry in entries
        if is_wanted(entry[0], entry[1] or "", system_libraries_stay_out=system_libraries_stay_out)
    ]


def without_hooks(scripts: Iterable[Entry]) -> list[Entry]:
    """Return *scripts* without what PyInstaller runs before our own.

    Those hooks import half of the standard library, which our start leaves for later (``late_imports.py``), and put the
    place of our plugins into the environment, where the Qt of a program that we start would find and load them. What
    they do is done by ``start.py``, or by PySide6 itself.
    """
    return [entry for entry in scripts if not entry[0].startswith("pyi_rth_")]


def windows_icon() -> str:
    """Draw the icon for Windows and return its file."""
    from console_package.icons import save_ico

    return str(save_ico(ICON, ROOT / "build" / "agentconsole.ico"))


def macos_icon() -> str:
    """Draw the icon for macOS and return its file."""
    from console_package.icons import save_icns

    return str(save_icns(ICON, ROOT / "build" / "agentconsole.icns"))
