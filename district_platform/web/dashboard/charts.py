"""The brief's charts in Altair: the same figures, colors and labels, with the full words in a tooltip.

What is told as a range is a hollow bar between its ends; what is hidden keeps its place and is marked 'h', as in the brief.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from district_platform.outputs.brief import typography as t
from district_platform.outputs.brief.charts import Bars, Columns, Dumbbells, Intervals, Lines, Plot, Timelines
from district_platform.outputs.brief.charts.marks import short, top_of
from district_platform.outputs.brief.release import Figure, State

INK, MUTED, RULE, ACCENT, SECOND = (f"#{color.hexval()[2:]}" for color in (t.INK, t.MUTED, t.RULE, t.ACCENT, t.SECOND))
Layers = alt.LayerChart | alt.FacetChart

ROW_PIXELS, HEIGHT_PIXELS, FONT_PIXELS = 36, 240, 13
_LABEL_PIXELS = 300


def altair_chart(plot: Plot) -> Layers:
    """The chart as Altair draws it. Raises TypeError for a kind of chart that pages do not have."""
    if isinstance(plot, Bars):
        return _styled(_bars(plot.labels, plot.figures, plot.spoken_of, is_upright=False))
    if isinstance(plot, Columns):
        return _styled(_bars(plot.labels, plot.figures, plot.spoken_of, is_upright=True))
    if isinstance(plot, Dumbbells):
        return _styled(_dumbbells(plot))
    if isinstance(plot, Lines):
        return _styled(_lines(plot))
    if isinstance(plot, Timelines):
        return _styled(_timelines(plot))
    if isinstance(plot, Intervals):
        return _styled(_intervals(plot))
    raise TypeError(f"pages have no chart of the kind {type(plot).__name__}")


def _styled(chart: Layers) -> Layers:
    font = "Brief, sans-serif"
    axis: dict[str, Any] = {"labelFont": font, "labelFontSize": FONT_PIXELS, "labelColor": INK, "gridColor": RULE}
    styled: Layers = (
        chart.configure_axis(**axis, domainColor=RULE, tickColor=RULE, labelLimit=_LABEL_PIXELS, title=None)
        .configure_view(stroke=None)
        .configure_text(font=font, fontSize=FONT_PIXELS, color=INK)
    )
    return styled


def _bars(labels: Sequence[str], figures: Sequence[Figure], spoken_of: Any, *, is_upright: bool) -> Layers:
    rows = pd.DataFrame(
        [
            {
                "label": label,
                "begin": 0.0 if figure.is_told else max(figure.low, 0.0) if figure.state is State.RANGE else 0.0,
                "end": _end(figure),
                "text": short(figure),
                "told": figure.shown,
                "color": ACCENT if spoken_of is None or number in spoken_of else SECOND,
                "fill": 1.0 if figure.is_told else 0.0,
            }
            for number, (label, figure) in enumerate(zip(labels, figures, strict=True))
        ]
    )
    along, across = ("y", "x") if is_upright else ("x", "y")
    scale = alt.Scale(domain=[0, top_of(list(figures)) * 1.12])
    place = {across: _ordinal(across, "label", labels, is_upright)}
    value = {along: alt.X("end:Q", axis=None, scale=scale) if along == "x" else alt.Y("end:Q", axis=None, scale=scale)}
    tooltip = [alt.Tooltip("label:N", title="What"), alt.Tooltip("told:N", title="Figure")]
    base = alt.Chart(rows)
    bars = base.mark_bar(size=20).encode(
        **place,
        **{along: value[along].copy()},
        **{f"{along}2": "begin:Q"},
        color=alt.Color("color:N", scale=None),
        fillOpacity=alt.FillOpacity("fill:Q", scale=None),
        stroke=alt.Stroke("color:N", scale=None),
        tooltip=tooltip,
    )
    offset = {"dy": -9} if is_upright else {"dx": 5, "align": "left"}
    words = base.mark_text(fontWeight=600, **offset).encode(**place, **value, text="text:N", tooltip=tooltip)
    return _sized(alt.layer(bars, words), len(labels), is_upright)


def _end(figure: Figure) -> float:
    if figure.is_told:
        return figure.value or 0.0
    return figure.high if figure.state is State.RANGE else 0.0


def _ordinal(channel: str, field: str, order: Sequence[str], is_upright: bool) -> Any:
    lines = "split(datum.label, ', ')"  # a label of two parts stands in two lines
    axis = alt.Axis(ticks=False, labelAngle=0) if is_upright else alt.Axis(ticks=False, domain=False, labelExpr=lines)
    kind = alt.X if channel == "x" else alt.Y
    return kind(f"{field}:N", sort=list(order), axis=axis)


def _sized(chart: Layers, n_rows: int, is_upright: bool = False) -> Layers:
    sized: Layers = chart.properties(height=HEIGHT_PIXELS if is_upright else ROW_PIXELS * n_rows + 30)
    return sized


def _dumbbells(plot: Dumbbells) -> Layers:
    rows = pd.DataFrame(
        [
            {
                "label": pair.label,
                "one": pair.figure.value if pair.figure.is_told else None,
                "other": pair.reference.value if pair.figure.is_told else None,
                "shown": pair.figure.shown,
                "compared": pair.reference.shown,
            }
            for pair in plot.pairs
        ]
    )
    labels = [pair.label for pair in plot.pairs]
    scale = alt.Scale(domain=[0, plot.highest])
    y = _ordinal("y", "label", labels, False)
    x = alt.X("one:Q", scale=scale, axis=alt.Axis(tickCount=5))
    tooltip = [
        alt.Tooltip("label:N", title="What"),
        alt.Tooltip("shown:N", title="Group"),
        alt.Tooltip("compared:N", title="Compared with"),
    ]
    base = alt.Chart(rows).encode(y=y, tooltip=tooltip)
    told = base.transform_filter("isValid(datum.one) && isValid(datum.other)")
    line = told.mark_rule(color=ACCENT, strokeWidth=2).encode(x=x, x2="other:Q")
    ring = told.mark_point(size=80, filled=True, fill="white", stroke=ACCENT).encode(x=alt.X("other:Q", scale=scale))
    dot = base.transform_filter("isValid(datum.one)").mark_point(size=80, filled=True, color=ACCENT).encode(x=x)
    hidden = (
        base.transform_filter("!isValid(datum.one)")
        .mark_text(align="left", dx=4, color=MUTED)
        .encode(x=alt.datum(0), text="shown:N")
    )
    return _sized(alt.layer(line, ring, dot, hidden), len(labels))


def _intervals(plot: Intervals) -> Layers:
    rows = pd.DataFrame(
        [
            {
                "label": row.label,
                "low": row.ends(plot.origin)[0],
                "value": row.value,
                "high": row.ends(plot.origin)[1],
                "shown": row.shown,
                "told": row.shown if row.low is None else f"{row.shown} ({row.low:g} to {row.high:g})",
            }
            for row in plot.rows
        ]
    )
    labels = [row.label for row in plot.rows]
    tooltip = [alt.Tooltip("label:N", title="What"), alt.Tooltip("told:N", title="Estimate")]
    base = alt.Chart(rows).encode(y=_ordinal("y", "label", labels, False), tooltip=tooltip)
    bar = base.mark_rule(color=SECOND, strokeWidth=3).encode(x=alt.X("low:Q", axis=alt.Axis(tickCount=6)), x2="high:Q")
    dot = (
        base.transform_filter("isValid(datum.value)").mark_point(size=80, filled=True, color=ACCENT).encode(x="value:Q")
    )
    words = base.mark_text(align="left", dx=6, fontWeight=600).encode(x="high:Q", text="shown:N")
    origin = alt.Chart(pd.DataFrame({"x": [plot.origin]})).mark_rule(color=INK).encode(x="x:Q")
    return _sized(alt.layer(origin, bar, dot, words), len(labels))


def _lines(plot: Lines) -> Layers:
    rows = pd.DataFrame(
        [
            {"line": line.name, "rank": rank, "at": position, "value": value, "shown": line.shown(number)}
            for rank, line in enumerate(plot.series)
            for number, (position, value) in enumerate(zip(plot.positions, line.values, strict=True))
        ]
    )
    x = _ordinal("x", "at", plot.positions, True)
    return _over_time(rows, x, alt.Y("value:Q", axis=alt.Axis(tickCount=5), scale=alt.Scale(zero=True)))


def _timelines(plot: Timelines) -> Layers:
    rows = pd.DataFrame(
        [
            {
                "line": line.name,
                "rank": rank,
                "at": dt.date.fromordinal(int(day)).isoformat(),
                "value": figure.value,
                "shown": figure.shown,
            }
            for rank, line in enumerate(plot.series)
            for day, figure in line.points
        ]
    )
    x = alt.X("at:T", axis=alt.Axis(format="%b", tickCount="month", grid=False))
    scale = alt.Scale(domain=[plot.begin, 100], zero=False)
    return _over_time(rows, x, alt.Y("value:Q", axis=alt.Axis(tickCount=5), scale=scale))


def _over_time(rows: pd.DataFrame, x: alt.X, y: alt.Y) -> Layers:
    """Lines with their names below; the first is dark and whole, the others grey and dashed."""
    names = list(dict.fromkeys(rows["line"]))
    legend = alt.Legend(title=None, orient="bottom", labelFontSize=FONT_PIXELS, labelColor=INK, symbolType="stroke")
    color = alt.Color(
        "line:N", scale=alt.Scale(domain=names, range=[ACCENT] + [MUTED] * (len(names) - 1)), legend=legend
    )
    dash = alt.StrokeDash(
        "line:N", scale=alt.Scale(domain=names, range=[[1, 0]] + [[4, 3]] * (len(names) - 1)), legend=legend
    )
    tooltip = [
        alt.Tooltip("line:N", title="What"),
        alt.Tooltip(x.shorthand, title="When"),
        alt.Tooltip("shown:N", title="Figure"),
    ]
    base = alt.Chart(rows).encode(x=x, y=y, color=color, tooltip=tooltip)
    told = base.transform_filter("isValid(datum.value)")
    return _sized(
        alt.layer(base.mark_line(strokeWidth=2).encode(strokeDash=dash), told.mark_point(size=30, filled=True)), 0, True
    )
