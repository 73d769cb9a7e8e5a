"""The brief's one look: typeface, sizes, colors, page. No content and no measuring.

Source Sans Pro (Adobe, SIL Open Font License) from the package font-source-sans-pro: its figures are all of one width, so that
columns of numbers align, and it covers the accents of school names (ʻĀina, Peñasco, Łódź), which ReportLab's Vera does not.
"""

import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from reportlab.graphics import shapes
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PAGE_WIDTH, PAGE_HEIGHT = letter
MARGIN = 50.0
TOP, BOTTOM = 46.0, 54.0
WIDTH = PAGE_WIDTH - 2 * MARGIN
HEIGHT = PAGE_HEIGHT - TOP - BOTTOM

INK, MUTED, RULE = HexColor("#1b1f24"), HexColor("#565d66"), HexColor("#c4c9cf")
ACCENT, SECOND, TINT = HexColor("#17456b"), HexColor("#8c949d"), HexColor("#f1f4f7")

REGULAR, SEMIBOLD, ITALIC = "Brief-Regular", "Brief-Semibold", "Brief-Italic"
FONT_PACKAGE = "font_source_sans_pro"
FILES = {
    REGULAR: "SourceSansPro-Regular.ttf",
    SEMIBOLD: "SourceSansPro-Semibold.ttf",
    ITALIC: "SourceSansPro-It.ttf",
}

REPLACEMENTS = {"‑": "-", "\N{THIN SPACE}": " "}
UNKNOWN = "?"


def register_fonts() -> None:
    """Make the fonts known to ReportLab, once a process. Raises FileNotFoundError where their package is not installed."""
    if REGULAR in pdfmetrics.getRegisteredFontNames():
        return
    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(font_folder() / file)))
    shapes.STATE_DEFAULTS["fontName"] = (
        REGULAR  # drawings begin with it; Helvetica would stand in the file, not embedded
    )
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=SEMIBOLD, italic=ITALIC, boldItalic=SEMIBOLD)


def font_folder() -> Path:
    """Found without importing the package, which would list every one of its files."""
    spec = find_spec(FONT_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"the brief's typeface is missing: install {FONT_PACKAGE.replace('_', '-')}")
    return Path(spec.submodule_search_locations[0]) / "files"


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)


def printable(text: str) -> str:
    """The text with every character the typeface has; others without their accent, else as '?'. Never an empty box."""
    return "".join(_printable(character) for character in unicodedata.normalize("NFC", text))


def _printable(character: str) -> str:
    if ord(character) in _glyphs():
        return character
    plain = REPLACEMENTS.get(character) or unicodedata.normalize("NFKD", character)[0]
    return plain if ord(plain) in _glyphs() else UNKNOWN


def style(
    size: float, leading: float, font: str = REGULAR, color: HexColor = INK, right: bool = False
) -> ParagraphStyle:
    """A paragraph style; sizes in points."""
    return ParagraphStyle(
        f"{font}-{size}-{color.hexval()}-{right}",
        fontName=font,
        fontSize=size,
        leading=leading,
        textColor=color,
        alignment=TA_RIGHT if right else TA_LEFT,
        allowWidows=1,
        splitLongWords=1,
    )


KICKER, KICKER_RIGHT = style(8.8, 11, SEMIBOLD, ACCENT), style(8.8, 11, SEMIBOLD, ACCENT, right=True)
TITLES = tuple(style(size, size * 1.16, SEMIBOLD) for size in (23, 21, 19, 17, 15))
HEADING = style(11, 14, SEMIBOLD, ACCENT)
FIGURE = style(24, 31, SEMIBOLD, ACCENT)
FIGURE_SMALLER = style(17, 31, SEMIBOLD, ACCENT)
FIGURE_CAPTION = style(8.6, 10.6, SEMIBOLD)
BODY = style(9.2, 12)
CLAIM = style(9.6, 12, SEMIBOLD)
NOTE = style(7.6, 9.6, color=MUTED)
SMALL = style(8.2, 10.4)
CELL, CELL_RIGHT = style(8.4, 10.2), style(8.4, 10.2, right=True)
CELL_BOLD, CELL_RIGHT_BOLD = style(8.4, 10.2, SEMIBOLD), style(8.4, 10.2, SEMIBOLD, right=True)
HEAD, HEAD_RIGHT = style(7.6, 9.2, SEMIBOLD, MUTED), style(7.6, 9.2, SEMIBOLD, MUTED, right=True)
