"""Upright bars."""

from collections.abc import Collection, Sequence

from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import white
from reportlab.pdfbase.pdfmetrics import stringWidth

from district_platform.outputs.brief import typography as t
from district_platform.outputs.brief.charts.marks import SIZE, bar_color, rule, short, top_of, words
from district_platform.outputs.brief.release import Figure, State


def columns(
    labels: Sequence[str],
    figures: Sequence[Figure],
    width: float,
    height: float,
    spoken_of: Collection[int] | None = None,
) -> Drawing:
    """Upright bars from zero, each with its figure; those `spoken_of` dark, all of them unless said.

    A figure told as a range is a hollow bar between its ends, a hidden one keeps its place and is marked 'h'.
    """
    drawing = Drawing(width, height)
    bottom, top = 16.0, height - 12
    slot = width / len(figures)
    bar = min(slot * 0.72, 46)
    shown = [short(figure).replace("%", "") for figure in figures]
    size = min(SIZE, SIZE * slot / max(stringWidth(text, t.REGULAR, SIZE) + 3 for text in [*shown, *labels]))
    scale = (top - bottom) / top_of(figures)
    for position, (label, figure, text) in enumerate(zip(labels, figures, shown, strict=True)):
        middle = slot * (position + 0.5)
        is_spoken_of = spoken_of is None or position in spoken_of
        reach = bottom
        if figure.is_told:
            reach = bottom + scale * (figure.value or 0)
            drawing.add(
                Rect(middle - bar / 2, bottom, bar, reach - bottom, fillColor=bar_color(is_spoken_of), strokeColor=None)
            )
        elif figure.state is State.RANGE:
            foot, reach = bottom + scale * figure.low, bottom + scale * figure.high
            drawing.add(Rect(middle - bar / 2, foot, bar, reach - foot, fillColor=white, strokeColor=t.SECOND))
        font = t.SEMIBOLD if spoken_of and is_spoken_of and figure.is_told else t.REGULAR
        drawing.add(words(middle, reach + 3, text, font, anchor="middle", size=size))
        drawing.add(words(middle, bottom - 11, label, anchor="middle", color=t.MUTED, size=size))
    drawing.add(rule(0, bottom, width))
    return drawing
