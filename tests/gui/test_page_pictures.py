"""Pictures in the handbook: as wide as the page, of the theme, and never from anywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QImage, QTextDocument

from agentconsole.gui import page_pictures
from agentconsole.gui.page_pictures import place_pictures

IMAGE = QTextDocument.ResourceType.ImageResource.value


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name, colour in (("queue-light", "white"), ("queue-dark", "black"), ("only-light", "white")):
        picture = QImage(800, 400, QImage.Format.Format_RGB32)
        picture.fill(QColor(colour))
        assert picture.save(str(pictures / f"{name}.webp"))
    (tmp_path / "secret.webp").write_bytes((pictures / "queue-light.webp").read_bytes())
    monkeypatch.setattr(page_pictures, "_FOLDER", tmp_path)
    return tmp_path


def page(markdown: str, *, dark: bool = False, width: int = 500, ratio: float = 1.0) -> QTextDocument:
    document = QTextDocument()
    document.setMarkdown(markdown)
    place_pictures(document, dark=dark, width=width, ratio=ratio)
    return document


def drawn(document: QTextDocument, name: str) -> QImage | None:
    found = document.resource(IMAGE, QUrl(name))
    return found if isinstance(found, QImage) else None


@pytest.mark.usefixtures("qapp", "folder")
def test_a_picture_is_as_wide_as_the_page_and_sharp() -> None:
    document = page("![The queue](pictures/queue-light.webp)\n\nWords.", ratio=2.0)
    picture = drawn(document, "pictures/queue-light.webp")
    assert picture is not None
    assert (picture.width(), picture.height(), picture.devicePixelRatio()) == (1000, 500, 2.0)
    look = next(iter(block.charFormat() for block in [document.begin().begin().fragment()])).toImageFormat()
    assert (look.width(), look.height()) == (500, 250)
    # a wide page does not blow it up
    place_pictures(document, dark=False, width=2000, ratio=1.0)
    picture = drawn(document, "pictures/queue-light.webp")
    assert picture is not None
    assert picture.width() == 800
    assert "Words." in document.toPlainText()


@pytest.mark.usefixtures("qapp", "folder")
@pytest.mark.parametrize(("name", "dark", "colour"), [("queue", True, "#000000"), ("only", True, "#ffffff")])
def test_a_dark_window_has_dark_pictures_where_there_are_any(name: str, dark: bool, colour: str) -> None:
    picture = drawn(page(f"![A](pictures/{name}-light.webp)", dark=dark), f"pictures/{name}-light.webp")
    assert picture is not None
    assert picture.pixelColor(100, 100).name() == colour


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    "address", ["secret.webp", "pictures/../secret.webp", "pictures/missing-light.webp", "https://desk.example/a.webp"]
)
def test_nothing_else_is_read(folder: Path, address: str) -> None:
    assert drawn(page(f"![A]({address})"), address) is None
