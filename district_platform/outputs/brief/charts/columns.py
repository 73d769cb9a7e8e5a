"""Upright bars."""

from collections.abc import Collection, Sequence

from reportlab.graphics.shapes import Drawing, Rect
from reportlab.pdfbase.pdfmetrics import stringWidth

from district_platform.outputs.brief import typography as t
from district_platform.outputs.brief.charts.marks import SIZE, bar_color, rule, words


def columns(
    labels: Sequence[str],
    values: Sequence[float],
    shown: Sequence[str],
    width: float,
    height: float,
    spoken_of: Collection[int] | None = None,
) -> Drawing:
    """Upright bars from zero, each with its value; those `spoken_of` dark, all of them unless said."""
    drawing = Drawing(width, height)
    bottom, top = 16.0, height - 12
    slot = width / len(values)
    bar = min(slot * 0.72, 46)
    size = min(SIZE, SIZE * slot / max(stringWidth(text, t.REGULAR, SIZE) + 3 for text in [*shown, *labels]))
    for position, (label, value, text) in enumerate(zip(labels, values, shown, strict=True)):
        middle = slot * (position + 0.5)
        tall = (top - bottom) * value / max(values)
        is_spoken_of = spoken_of is None or position in spoken_of
        drawing.add(Rect(middle - bar / 2, bottom, bar, tall, fillColor=bar_color(is_spoken_of), strokeColor=None))
        font = t.SEMIBOLD if spoken_of and is_spoken_of else t.REGULAR
        drawing.add(words(middle, bottom + tall + 3, text, font, anchor="middle", size=size))
        drawing.add(words(middle, bottom - 11, label, anchor="middle", color=t.MUTED, size=size))
    drawing.add(rule(0, bottom, width))
    return drawing
