"""The marks that charts are made of, in the brief's one style."""

from reportlab.graphics.shapes import Circle, Line, String
from reportlab.lib.colors import HexColor, white

from district_platform.outputs.brief import typography as t

SIZE = 8.0
DOT = 3.0


def bar_color(is_spoken_of: bool) -> HexColor:
    return t.ACCENT if is_spoken_of else t.SECOND


def line_color(rank: int) -> HexColor:
    return t.ACCENT if rank == 0 else t.MUTED


def rule(x: float, y: float, end: float) -> Line:
    return Line(x, y, end, y, strokeColor=t.RULE, strokeWidth=0.6)


def dot(x: float, y: float, color: HexColor, *, is_filled: bool) -> Circle:
    return Circle(x, y, DOT, fillColor=color if is_filled else white, strokeColor=color, strokeWidth=1.3)


def words(
    x: float,
    y: float,
    text: str,
    font: str = t.REGULAR,
    color: HexColor = t.INK,
    anchor: str = "start",
    size: float = SIZE,
) -> String:
    return String(x, y, text, fontName=font, fontSize=size, fillColor=color, textAnchor=anchor)
