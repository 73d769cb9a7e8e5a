"""The marks that charts are made of, in the brief's one style."""

from collections.abc import Sequence

from reportlab.graphics.shapes import Circle, Line, String
from reportlab.lib.colors import HexColor, white

from district_platform.outputs.brief import typography as t
from district_platform.outputs.brief.release import Figure, State

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


def short(figure: Figure) -> str:
    """A figure over a narrow bar; 'h' where it is hidden, which the chart's note explains."""
    return "h" if figure.state is State.HIDDEN else figure.shown


def top_of(figures: Sequence[Figure]) -> float:
    """The value that the longest bar ends at."""
    ends = [
        figure.value if figure.value is not None else figure.high
        for figure in figures
        if figure.state is not State.HIDDEN
    ]
    return max([end for end in ends if end > 0], default=1.0)
