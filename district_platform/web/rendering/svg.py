"""ReportLab drawings as SVG within a page.

ReportLab's own writer puts everything into `style` attributes, which the pages' Content-Security-Policy refuses, and places text by
the widths of its own font. Here colors are attributes, and the browser anchors the text.
"""

from html import escape

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, Shape, String

from district_platform.outputs.brief.typography import SEMIBOLD


def svg(drawing: Drawing, alt: str) -> str:
    """An <svg> element with its content in words. Raises TypeError for a shape that the charts do not use."""
    marks = "".join(_mark(shape, drawing.height) for shape in drawing.contents)
    size = f'viewBox="0 0 {_number(drawing.width)} {_number(drawing.height)}"'
    return f'<svg class="chart" role="img" aria-label="{escape(alt)}" {size}>{marks}</svg>'


def _mark(shape: Shape, height: float) -> str:
    if isinstance(shape, Rect):
        place = {"x": shape.x, "y": height - shape.y - shape.height, "width": shape.width, "height": shape.height}
        return _element("rect", place, shape)
    if isinstance(shape, Line):
        return _element(
            "line", {"x1": shape.x1, "y1": height - shape.y1, "x2": shape.x2, "y2": height - shape.y2}, shape
        )
    if isinstance(shape, Circle):
        return _element("circle", {"cx": shape.cx, "cy": height - shape.cy, "r": shape.r}, shape)
    if isinstance(shape, PolyLine):
        xs, ys = shape.points[0::2], shape.points[1::2]
        points = " ".join(f"{_number(x)},{_number(height - y)}" for x, y in zip(xs, ys, strict=True))
        dashes = f' stroke-dasharray="{" ".join(map(str, shape.strokeDashArray))}"' if shape.strokeDashArray else ""
        return f'<polyline points="{points}" fill="none"{_stroke(shape)}{dashes}/>'
    if isinstance(shape, String):
        return _text(shape, height)
    raise TypeError(f"a chart of the pages has no {type(shape).__name__}")


def _element(name: str, place: dict[str, float], shape: Shape) -> str:
    fill = getattr(shape, "fillColor", None)
    attributes = "".join(f' {key}="{_number(value)}"' for key, value in place.items())
    return f'<{name}{attributes} fill="{_color(fill)}"{_stroke(shape)}/>'


def _text(shape: String, height: float) -> str:
    anchor = {"start": "", "middle": ' text-anchor="middle"', "end": ' text-anchor="end"'}[shape.textAnchor]
    weight = ' font-weight="600"' if shape.fontName == SEMIBOLD else ""
    place = f'x="{_number(shape.x)}" y="{_number(height - shape.y)}" font-size="{_number(shape.fontSize)}"'
    return f'<text {place} fill="{_color(shape.fillColor)}"{anchor}{weight}>{escape(shape.text)}</text>'


def _stroke(shape: Shape) -> str:
    if shape.strokeColor is None:
        return ""
    return f' stroke="{_color(shape.strokeColor)}" stroke-width="{_number(shape.strokeWidth)}"'


def _color(color: object) -> str:
    """As #rrggbb; a shape without fill has none."""
    return f"#{color.hexval()[2:]}" if color is not None and hasattr(color, "hexval") else "none"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
